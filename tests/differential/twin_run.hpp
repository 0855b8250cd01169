#pragma once
/// One run twice: the real Venue over a shared recorded book, and the naive twin with its private copy, driven by the same rows and the
/// same own orders, and compared. Every difference is reported as text with both books around the touch.

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "differential/naive_market.hpp"
#include "execution/venue.hpp"
#include "laws/taker_groups.hpp"

namespace plimsoll::test {

class TwinRun {
 public:
  /// `only_concerned`: rows reach the venue as in a batch, only when it asked for them; otherwise all of them do.
  TwinRun(const EventTape& tape, const MarketRules& rules, bool only_concerned)
      : tape_{tape},
        groups_{find_taker_groups(tape)},
        group_of_row_{group_of_rows(tape, groups_)},
        recorded_{tape.info()},
        subscriptions_{tape.info()},
        venue_{recorded_, rules, subscriptions_, 3},
        naive_{rules, tape.info().instrument.subticks, !tape.info().levels.empty()},
        only_concerned_{only_concerned} {}

  void apply(std::size_t row) {
    const MarketEvent event = tape_[row];
    const TakerGroup group = group_of_row_[row] == kNoGroup ? TakerGroup{row, row + 1, event.side, 0, 0} : groups_[group_of_row_[row]];
    const bool reduces = event.action == Action::cancel || event.action == Action::fill;
    const Lots size_before = reduces ? recorded_.order(event.order).quantity : 0;
    const Lots lots_ahead = reduces ? recorded_.lots_ahead(event, kEveryLot) : 0;
    const bool concerned = !only_concerned_ || (subscriptions_.concerned(event, recorded_) & run_bit(3)) != 0;
    recorded_.apply(event);
    venue_.set_time(event.time);
    if (concerned) venue_.on_recorded({event, size_before, lots_ahead, group.first_row, group.range});
    naive_.on_row(event, group.first_row, group.range);
  }

  void submit(const OrderEntry& order, TimePoint time) {
    venue_.set_time(time);
    venue_.submit(order);
    constexpr naive::OrderType types[] = {naive::OrderType::limit, naive::OrderType::market, naive::OrderType::immediate_or_cancel};
    naive_.submit(order.id, static_cast<int>(order.owner), order.side, types[static_cast<std::size_t>(order.type)], order.limit, order.lots,
                  time);
  }
  void cancel(OrderId order, ActorId owner, TimePoint time) {
    venue_.set_time(time);
    venue_.cancel(order, owner);
    naive_.cancel(order, time);
  }
  void set_shift(Ticks shift, TimePoint time) {
    venue_.set_time(time);
    venue_.set_reaction(shift);
    naive_.set_shift(shift, time);
  }
  void look(TimePoint time) {
    venue_.set_time(time);
    naive_.look(time);
  }

  /// "" when best quotes, counters, what happened to own orders since the last call and the levels at `price` agree.
  std::string compare(Ticks price) {
    const Quote fast = venue_.view().quote(), naive = naive_.quote();
    if (!(fast == naive)) return explain("best quotes differ: naive " + text(naive) + ", venue " + text(fast));
    if (std::string difference = compare_events(); !difference.empty()) return explain(difference);
    if (!counters_agree()) return explain("counters differ: " + counters_text());
    for (const Side side : {Side::buy, Side::sell}) {
      const auto venue_level = level(side, price), naive_level = naive_.level(side, price);
      if (venue_level != naive_level) return explain("the queue at " + std::to_string(price) + " differs");
      Lots lots = 0;
      for (const naive::Line& line : naive_level) lots += line.lots;
      if (venue_.view().lots_at(side, price - naive_.shift()) != lots) return explain("lots at " + std::to_string(price) + " differ");
    }
    return "";
  }
  /// "" when both books agree entirely, by orders and by levels.
  std::string compare_all() const {
    for (const Side side : {Side::buy, Side::sell}) {
      const std::vector<naive::Line> lines = naive_.lines(side);
      if (venue_lines(side) != lines) return explain("the whole book differs");
      std::map<std::int64_t, std::pair<Ticks, Lots>> levels;
      for (const naive::Line& line : lines) {
        auto& [price, lots] = levels[side == Side::buy ? -std::int64_t{line.price} : line.price];
        price = line.price;
        lots += line.lots;
      }
      std::uint32_t depth = 0;
      Ticks price = 0;
      Lots lots = 0;
      for (const auto& [badness, level] : levels)
        if (!venue_.view().level(side, depth++, price, lots) || std::pair{price, lots} != level) return explain("levels differ");
      if (venue_.view().level(side, depth, price, lots)) return explain("a level too many");
    }
    return "";
  }

  const EventTape& tape() const { return tape_; }
  const naive::NaiveMarket& naive() const { return naive_; }
  const Venue& venue() const { return venue_; }

 private:
  static constexpr bool kStop = false, kGoOn = true;

  naive::Line line(Side side, const EffectiveOrder& order) const {
    const bool history = order.own != nullptr && order.own->owner == kHistory;
    const naive::Kind kind = order.own == nullptr ? naive::Kind::recorded : history ? naive::Kind::history : naive::Kind::own;
    const std::uint64_t id = kind == naive::Kind::recorded ? order.slot : kind == naive::Kind::own ? order.own->id : 0;
    return {side, order.level + venue_.view().reaction(), kind, id, order.lots};
  }
  std::vector<naive::Line> venue_lines(Side side) const {
    std::vector<naive::Line> lines;
    venue_.view().for_each(side, [&](const EffectiveOrder& order) {
      lines.push_back(line(side, order));
      return kGoOn;
    });
    return lines;
  }
  std::vector<naive::Line> level(Side side, Ticks price) const {
    std::vector<naive::Line> lines;
    venue_.view().for_each(side, [&](const EffectiveOrder& order) {
      const naive::Line at = line(side, order);
      if (better(side, price, at.price)) return kStop;
      if (at.price == price) lines.push_back(at);
      return kGoOn;
    });
    return lines;
  }

  /// What happens to one order comes in order; RULES.md does not say which of the two parties of a trade is told first, nor how finely an
  /// execution is split: fills in a row of one order at one price for one cause count as one.
  static std::vector<naive::Event> by_order(std::vector<naive::Event> events) {
    const auto earlier = [](const naive::Event& left, const naive::Event& right) { return left.order < right.order; };
    std::stable_sort(events.begin(), events.end(), earlier);
    std::vector<naive::Event> merged;
    for (const naive::Event& event : events) {
      if (!merged.empty()) {
        naive::Event& last = merged.back();
        const bool both_fills = event.what == naive::What::filled && last.what == naive::What::filled;
        if (both_fills && last.order == event.order && last.price == event.price && last.cause == event.cause) {
          last.lots += event.lots;
          continue;
        }
      }
      merged.push_back(event);
    }
    return merged;
  }
  std::string compare_events() {
    std::vector<naive::Event> expected, actual;
    for (; naive_seen_ < naive_.events().size(); ++naive_seen_) expected.push_back(naive_.events()[naive_seen_]);
    for (const VenueEvent& event : venue_.events()) {
      constexpr naive::What whats[] = {naive::What::rested, naive::What::filled, naive::What::cancelled, naive::What::rejected};
      constexpr naive::Cause causes[] = {naive::Cause::own_order,    naive::Cause::recorded_fill, naive::Cause::recorded_print,
                                         naive::Cause::recorded_add, naive::Cause::spill,         naive::Cause::shift,
                                         naive::Cause::actor};
      const bool filled = event.kind == VenueEvent::Kind::filled;
      const TimePoint time = expected.empty() ? 0 : expected.front().time;
      actual.push_back({whats[static_cast<std::size_t>(event.kind)], time, event.order, event.price, event.lots,
                        filled ? causes[static_cast<std::size_t>(event.cause)] : naive::Cause::own_order, plimsoll::text(event.reason)});
    }
    venue_.clear_events();
    expected = by_order(std::move(expected));
    actual = by_order(std::move(actual));
    if (expected == actual) return "";
    return "events differ; naive: " + text(expected) + "; venue: " + text(actual);
  }
  static std::string text(const Quote& quote) {
    std::ostringstream out;
    out << quote.bid_lots << '@' << quote.bid << " | " << quote.ask_lots << '@' << quote.ask;
    return out.str();
  }
  static std::string text(const std::vector<naive::Event>& events) {
    constexpr const char* whats[] = {"rested", "filled", "cancelled", "rejected"};
    std::ostringstream out;
    for (const naive::Event& event : events)
      out << '[' << event.order << ' ' << whats[static_cast<std::size_t>(event.what)] << ' ' << event.lots << " at " << event.price
          << " cause " << static_cast<int>(event.cause) << ' ' << event.reason << ']';
    return out.str();
  }

  bool counters_agree() const {
    const VenueCounts& fast = venue_.counts();
    return naive::Counters{fast.spilled_lots,     fast.spilled_lot_ticks, fast.spilled_ticks_max,
                           fast.unserved_lots,    fast.marked_orders,     fast.marks_cancelled,
                           fast.takers_displaced, fast.unfilled_makers,   fast.unfilled_makers_dropped} == naive_.counters();
  }
  std::string counters_text() const {
    const VenueCounts& fast = venue_.counts();
    const naive::Counters& slow = naive_.counters();
    std::ostringstream out;
    out << "(naive/venue) spilled " << slow.spilled_lots << '/' << fast.spilled_lots << " unserved " << slow.unserved_lots << '/'
        << fast.unserved_lots << " marked orders " << slow.marked_orders << '/' << fast.marked_orders << " marks cancelled "
        << slow.marks_cancelled << '/' << fast.marks_cancelled << " takers displaced " << slow.takers_displaced << '/'
        << fast.takers_displaced << " unfilled makers " << slow.unfilled_makers << '/' << fast.unfilled_makers << " dropped "
        << slow.unfilled_makers_dropped << '/' << fast.unfilled_makers_dropped;
    return out.str();
  }
  std::string explain(const std::string& what) const {
    std::ostringstream out;
    out << what << " (J = " << naive_.shift() << ", halted = " << naive_.halted() << ")\n";
    for (const Side side : {Side::buy, Side::sell}) {
      const auto print = [&](const char* who, const std::vector<naive::Line>& lines) {
        constexpr const char* kinds[] = {"recorded", "own", "history"};
        out << "  " << who << ' ' << name(side) << ':';
        for (std::size_t at = 0; at < lines.size() && at < 15; ++at)
          out << ' ' << lines[at].lots << '@' << lines[at].price << ' ' << kinds[static_cast<std::size_t>(lines[at].kind)] << ' '
              << lines[at].order << ';';
        out << '\n';
      };
      print("naive", naive_.lines(side));
      print("venue", venue_lines(side));
    }
    return out.str();
  }

  const EventTape& tape_;
  std::vector<TakerGroup> groups_;
  std::vector<std::size_t> group_of_row_;
  OrderBook recorded_;
  Subscriptions subscriptions_;
  Venue venue_;
  naive::NaiveMarket naive_;
  bool only_concerned_;
  std::size_t naive_seen_ = 0;
};

}  // namespace plimsoll::test
