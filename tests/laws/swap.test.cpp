// Law "Swap": who trades does not matter. Take a recorded taker out of history and let our own order do the same at the same instant:
// every later effective book and queue is the recorded one.
//
// Checked for every taker group whose visible executions all hit the front of the queue at the then best price; a group that breaks
// price-time priority (a recorded breach) cannot be repeated by an order that keeps it. The taken orders never leave the run's recorded
// book, since the rows that would end them are gone: they stay marked, with nothing effective left, to the end of the tape. So every
// group is replayed to the end; what the recorded history looks like at each row is written down once.

#include <array>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "claims.hpp"
#include "execution/venue.hpp"
#include "feed/feed.hpp"
#include "laws/aapl_hour.hpp"
#include "laws/effective_book.hpp"
#include "laws/naive_replay.hpp"
#include "laws/random_tape.hpp"
#include "laws/taker_groups.hpp"

namespace {

using namespace plimsoll;
using namespace plimsoll::test;

/// The same tape with a slot of its own for every order, so that an order that outlives its recorded end keeps its place.
EventTape with_own_slots(const EventTape& tape) {
  struct Columns {
    std::vector<std::uint32_t> order;
  };
  auto own = std::make_shared<Columns>();
  own->order.reserve(tape.size());
  std::vector<std::uint32_t> tenant(tape.info().slot_count);
  TapeInfo info = tape.info();
  info.slot_count = 0;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    if (event.action == Action::add) tenant[event.order] = info.slot_count++;
    own->order.push_back(event.action <= Action::fill ? tenant[event.order] : event.order);
  }
  TapeColumns columns = tape.columns();
  columns.order = own->order;
  struct Owner {
    EventTape original;
    std::shared_ptr<Columns> columns;
  };
  return EventTape{std::move(info), columns, std::make_shared<Owner>(Owner{tape, own})};
}

/// What history looks like: best quotes and the touched queue after every row, whole sides now and then and at the end.
class WrittenHistory {
 public:
  WrittenHistory(const EventTape& tape, std::size_t whole_every) : whole_every_{whole_every} {
    NaiveReplay history;
    for (std::size_t row = 0; row < tape.size(); ++row) {
      const MarketEvent event = tape[row];
      history.apply(event);
      const auto bid = history.best(Side::buy), ask = history.best(Side::sell);
      quotes_.push_back({bid.first, ask.first, bid.second, ask.second});
      first_entry_.push_back(entries_.size());
      if (event.action <= Action::fill)
        for (const QueueEntry& entry : history.level(event.side, event.price)) entries_.push_back(entry);
      if (row % whole_every == 0 || row + 1 == tape.size()) whole_[row] = {history.all(Side::buy), history.all(Side::sell)};
    }
    first_entry_.push_back(entries_.size());
  }

  /// "" when the run's effective market is history's after `row`. `taken` is the run's recorded book with the orders history has lost.
  std::string departure(const MarketEvent& event, std::size_t row, const OrderBook& taken, const Venue& venue) const {
    if (!(venue.view().quote() == quotes_[row])) return at(row, "best quotes");
    if (event.action <= Action::fill && !same_level(event, row, taken, venue)) return at(row, "queue at the touched price");
    return row % whole_every_ == 0 ? whole_departure(row, venue) : "";
  }
  std::string whole_departure(std::size_t row, const Venue& venue) const {
    for (const Side side : {Side::buy, Side::sell})
      if (effective_side(venue.view(), side) != whole_.at(row)[static_cast<std::size_t>(side)]) return at(row, "whole side");
    return "";
  }

 private:
  static std::string at(std::size_t row, const char* what) { return "row " + std::to_string(row) + ": " + what; }
  bool same_level(const MarketEvent& event, std::size_t row, const OrderBook& taken, const Venue& venue) const {
    std::size_t entry = first_entry_[row];
    Lots hole = venue.overlay().consumed_at(event.side, event.price);
    for (std::uint32_t slot = taken.level(event.side, event.price).front(); slot != kNoOrder; slot = taken.order(slot).behind()) {
      const Lots gone = std::min<Lots>(hole, taken.order(slot).quantity);
      const Lots effective = taken.order(slot).quantity - gone;
      hole -= gone;
      if (effective == 0) continue;
      if (entry == first_entry_[row + 1] || entries_[entry] != QueueEntry{event.price, slot, effective}) return false;
      ++entry;
    }
    return entry == first_entry_[row + 1];
  }

  std::size_t whole_every_;
  std::vector<Quote> quotes_;
  std::vector<std::size_t> first_entry_;  // into entries_, by row
  std::vector<QueueEntry> entries_;
  std::map<std::size_t, std::array<std::vector<QueueEntry>, 2>> whole_;
};

std::vector<QueueEntry> recorded_side(const OrderBook& book, Side side) {
  std::vector<QueueEntry> entries;
  for (Ticks price = book.best(side); price != no_price(side); price = book.next_worse(side, price))
    for (std::uint32_t slot = book.level(side, price).front(); slot != kNoOrder; slot = book.order(slot).behind())
      entries.push_back({price, slot, book.order(slot).quantity});
  return entries;
}

/// Replays the tape from the group on, without its fills but with our order; `book` is history before the group, `after` just after it.
/// The first row at which the effective market is not history's, or "".
std::string departure_after_swap(const EventTape& tape, const TakerGroup& group, OrderBook book, const OrderBook& after,
                                 const WrittenHistory& history, Lots lots) {
  Subscriptions subscriptions{tape.info()};
  Venue venue{book, MarketRules{}, subscriptions, 0};
  std::map<Ticks, Lots> removed, done;
  Ticks worst = 0;
  for (std::size_t row = group.first_row; row < group.end_row; ++row) {
    if (tape[row].action != Action::fill) continue;
    removed[tape[row].price] += tape[row].quantity;
    worst = tape[row].price;
  }
  venue.set_time(tape[group.first_row].time);
  venue.submit({1, 0, opposite(group.passive), OrderType::ioc, worst, lots});
  for (const VenueEvent& event : venue.events())
    if (event.kind == VenueEvent::Kind::filled) done[event.price] += event.lots;
  if (lots == group.visible_lots && done != removed) return "our fills are not the removed ones";

  for (std::size_t row = group.first_row; row < tape.size(); ++row) {
    if (row == group.end_row)
      for (const Side side : {Side::buy, Side::sell})
        if (effective_side(venue.view(), side) != recorded_side(after, side)) return "the whole book just after it";
    const MarketEvent event = tape[row];
    if (row < group.end_row && event.action == Action::fill) continue;
    const bool reduces = event.action == Action::cancel || event.action == Action::fill;
    const Lots size_before = reduces ? book.order(event.order).quantity : 0;
    const Lots lots_ahead = reduces ? book.lots_ahead(event, kEveryLot) : 0;
    const RunWord concerned = subscriptions.concerned(event, book);
    book.apply(event);
    venue.set_time(event.time);
    if (concerned != 0) venue.on_recorded({event, size_before, lots_ahead, row, 0});
    if (row < group.end_row) continue;  // a print of the group: history has not done all of it yet
    if (std::string found = history.departure(event, row, book, venue); !found.empty()) return found;
  }
  return history.whole_departure(tape.size() - 1, venue);
}

/// Why a group cannot be swapped; "" when it can.
std::string why_excluded(const EventTape& tape, const TakerGroup& group, OrderBook& book) {
  if (group.visible_lots == 0) return "no visible execution";
  if (book.halted()) return "executed while halted";
  std::string reason;
  for (std::size_t row = group.first_row; row < group.end_row; ++row) {
    const MarketEvent event = tape[row];
    if (event.action != Action::fill) continue;
    if (event.price != book.best(event.side)) {
      reason = "not at the best price";
    } else if (reason.empty() && event.order != book.level(event.side, event.price).front()) {
      reason = "not at the front of the queue";
    }
    book.apply(event);
  }
  return reason;
}

struct Outcome {
  std::size_t groups = 0, swapped = 0, identical = 0;
  std::map<std::string, std::size_t> excluded;
  std::vector<std::string> breaches;  ///< the groups excluded although they traded visibly
  std::string first_departure;
};

/// Swaps every group that can be, one at a time. `missing_lots`: what our order leaves out of it.
Outcome swap_every_group(const EventTape& vendor_tape, std::size_t whole_every, Lots missing_lots = 0) {
  const EventTape tape = with_own_slots(vendor_tape);
  const WrittenHistory history{tape, whole_every};
  Outcome outcome;
  OrderBook book{tape.info()};
  std::size_t next_row = 0;
  for (const TakerGroup& group : find_taker_groups(tape)) {
    for (; next_row < group.first_row; ++next_row) book.apply(tape[next_row]);
    ++outcome.groups;
    OrderBook before = book;
    for (; next_row < group.end_row; ++next_row) book.apply(tape[next_row]);
    OrderBook scratch = before;
    if (const std::string reason = why_excluded(tape, group, scratch); !reason.empty()) {
      ++outcome.excluded[reason];
      if (group.visible_lots > 0)
        outcome.breaches.push_back("row " + std::to_string(group.first_row) + ", time " + std::to_string(tape[group.first_row].time) +
                                   ", " + std::to_string(group.visible_lots) + " lots at " + std::to_string(tape[group.first_row].price));
      continue;
    }
    ++outcome.swapped;
    const Lots lots = group.visible_lots - missing_lots;
    const std::string departure = departure_after_swap(tape, group, std::move(before), book, history, lots);
    if (departure.empty()) {
      ++outcome.identical;
    } else if (outcome.first_departure.empty()) {
      outcome.first_departure = "group at row " + std::to_string(group.first_row) + ": " + departure;
    }
  }
  return outcome;
}

std::string text(const Outcome& outcome) {
  std::string out = std::to_string(outcome.groups) + " taker groups; " + std::to_string(outcome.identical) + " of " +
                    std::to_string(outcome.swapped) + " swapped are identical to the end";
  for (const auto& [reason, count] : outcome.excluded) out += "; " + std::to_string(count) + " excluded: " + reason;
  return out;
}

}  // namespace

TEST_CASE("swap: our order in the place of any recorded taker leaves every later book of a random tape as it was") {
  std::size_t swapped = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    RandomTapeSettings settings;
    settings.seed = seed;
    settings.halts_and_clears = seed % 2 == 0;
    const Outcome outcome = swap_every_group(random_tape(settings), 100);
    CHECK(outcome.first_departure == "");
    CHECK(outcome.identical == outcome.swapped);
    swapped += outcome.swapped;
  }
  CHECK(swapped > 1000);
}

TEST_CASE("swap: an order that takes one lot less than the recorded taker does not go unnoticed") {
  const Outcome outcome = swap_every_group(random_tape({}), 100, 1);
  CHECK(outcome.swapped > 100);
  CHECK(outcome.identical == 0);
}

TEST_CASE("swap: our order in the place of any recorded taker leaves every later book of the AAPL hour as it was") {
  const auto hour = aapl_hour();
  if (!hour) return;
  const EventTape& tape = *hour;
  const Outcome outcome = swap_every_group(tape, 5'000);
  std::cout << "swap, AAPL hour: " << text(outcome) << '\n';
  CHECK(outcome.first_departure == "");
  CHECK(outcome.identical == outcome.swapped);
  // DESIGN counted about 3,265 on a prototype; the 13 with a recorded priority breach are the same.
  CHECK(outcome.swapped == 3'277);
  CHECK(outcome.excluded == std::map<std::string, std::size_t>{{"no visible execution", 1'285}, {"not at the front of the queue", 13}});
  for (const std::string& breach : outcome.breaches) std::cout << "  not at the front of the queue: " << breach << '\n';
}
