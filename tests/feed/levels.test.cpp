/// A tape told again as price levels: the same sizes at every price after each instant, the same trades.

#include <iostream>
#include <set>

#include "data_files.hpp"
#include "feed/feed_files.hpp"
#include "feed/levels.hpp"
#include "market/level_book.hpp"
#include "market/tape_builder.hpp"

namespace plimsoll {
namespace {

/// Applies all rows up to `time`, and notes which levels they name.
void advance(const EventTape& tape, std::size_t& row, TimePoint time, LevelBook& book, std::set<std::pair<Side, Ticks>>& named) {
  for (; row < tape.size() && tape[row].time <= time; ++row) {
    if (tape[row].action <= Action::cancel || tape[row].action == Action::fill) named.emplace(tape[row].side, tape[row].price);
    book.apply(tape.columns(), row);
  }
}

struct Prints {
  Lots lots[2] = {};
  std::int64_t notional = 0;
  friend bool operator==(const Prints&, const Prints&) = default;
};
/// Of fills or of prints, by side; and price times lots, so that prices count too.
Prints printed(const EventTape& tape, Action action) {
  Prints out;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    if (event.action != action) continue;
    out.lots[static_cast<std::size_t>(event.side)] += event.quantity;
    out.notional += trade_subticks(event, tape.info().instrument.subticks) * event.quantity;
  }
  return out;
}

/// Compares every level that changed, after every instant in which one did: by induction all levels are equal all the time.
void check_same_levels(const EventTape& orders, const EventTape& levels) {
  REQUIRE(levels.find_fault().empty());
  REQUIRE(levels.info().price_min >= orders.info().price_min);
  REQUIRE(levels.info().price_max <= orders.info().price_max);
  LevelBook theirs{orders.info()}, ours{orders.info()};
  std::size_t their_row = 0, our_row = 0, instants = 0, unequal = 0;
  while (their_row < orders.size()) {
    const TimePoint time = orders[their_row].time;
    std::set<std::pair<Side, Ticks>> named;
    advance(orders, their_row, time, theirs, named);
    advance(levels, our_row, time, ours, named);
    for (const auto& [side, price] : named) unequal += theirs.lots(side, price) != ours.lots(side, price);
    unequal += theirs.best(Side::buy) != ours.best(Side::buy) || theirs.best(Side::sell) != ours.best(Side::sell);
    unequal += theirs.halted() != ours.halted();
    ++instants;
  }
  CHECK(our_row == levels.size());
  CHECK(instants > 1);
  CHECK(unequal == 0);
  CHECK(printed(orders, Action::fill) == printed(levels, Action::fill));
  CHECK(printed(orders, Action::trade) == printed(levels, Action::trade));
}

}  // namespace

TEST_CASE("levels of a generated market are its levels, by every rule") {
  const EventTape orders = load_feed("synthetic", {{"seed", "3"}, {"duration_s", "600"}});
  for (const CancelRule rule : {CancelRule::pro_rata, CancelRule::back, CancelRule::front}) {
    const EventTape levels = levels_of(orders, rule);
    check_same_levels(orders, levels);
    CHECK(levels.info().levels == name(rule));
  }
}

TEST_CASE("what comes and goes within an instant is not seen; a fill in it finds what it took; a clear empties every level") {
  TapeBuilder tape;
  tape.add(1, 1, Side::buy, 100, 10);
  tape.cancel(2, 1, 10);
  tape.add(2, 2, Side::buy, 100, 10);  // a replace: the level says nothing
  tape.add(3, 3, Side::buy, 100, 5);
  tape.fill(3, 2, 10);
  tape.fill(3, 3, 2);
  tape.trade(4, Side::sell, 101, 0, 7);
  tape.halt(5);
  tape.clear(6);
  tape.add(6, 4, Side::buy, 99, 1);
  tape.resume(7);
  const EventTape orders = tape.finish({});
  const EventTape levels = levels_of(orders, CancelRule::pro_rata);
  check_same_levels(orders, levels);
  CHECK(levels[1].time == 3);
}

TEST_CASE("levels of the AAPL hour are its levels after each instant, and its volume is the same") {
  const auto path = data_file("lobster/AAPL_2012-06-21_34200000_37800000_message_50.csv");
  if (!path) return;
  const EventTape orders = load_feed("lobster", {{"path", path->string()}});
  const EventTape levels = levels_of(orders, CancelRule::pro_rata);
  check_same_levels(orders, levels);
  std::cout << "levels of the AAPL hour: " << orders.size() << " rows of orders, " << levels.size() << " rows from levels\n";
}

}  // namespace plimsoll
