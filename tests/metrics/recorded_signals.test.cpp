#include "metrics/recorded_signals.hpp"

#include "claims.hpp"
#include "facts.hpp"

using namespace facts;

namespace {
MarketEvent row(TimePoint time, Action action, Ticks price = 0, std::uint32_t quantity = 0, std::uint32_t order = 0) {
  return {time, price, quantity, order, action, Side::buy};
}
}  // namespace

TEST_CASE("visible and hidden prints are counted, the hidden one at its price between ticks") {
  RecordedSignals signals;
  signals.on_event(row(1, Action::add, 100, 50, 3), 100, 102, 4);
  signals.on_event(row(2, Action::fill, 100, 20, 3), 100, 102, 4);
  signals.on_event(row(3, Action::trade, 101, 10, 3), 100, 102, 4);  // 101 and 3/4
  signals.on_event(row(4, Action::cancel, 100, 5, 3), 100, 102, 4);
  const RecordedTotals totals = signals.at(4);
  CHECK(totals.volume_lots == 30);
  CHECK(totals.visible_lots == 20);
  CHECK(totals.notional_subtick_lots == Wide{20 * 400 + 10 * 407});
  CHECK(totals.prints == 2);
  CHECK(totals.last_trade == 101);
}

TEST_CASE("the mid's integral runs from the first two-sided quote, to any moment asked for, and reading changes nothing") {
  RecordedSignals signals;
  CHECK_FALSE(signals.mid().known);
  signals.on_event(row(100, Action::add), 100, kNoAsk, 1);
  CHECK_FALSE(signals.mid().known);
  CHECK(signals.at(500).mid_known_ns == 0);
  signals.on_event(row(1'000, Action::add), 100, 103, 1);
  CHECK(signals.mid().value == 203);
  signals.on_event(row(1'500, Action::add), 100, 103, 1);
  CHECK(signals.at(2'000).mid_x2_ns == Wide{203} * 1'000);
  CHECK(signals.at(1'600).mid_x2_ns == Wide{203} * 600);
  signals.on_event(row(3'000, Action::add), 102, 103, 1);
  CHECK(signals.at(4'000).mid_x2_ns == Wide{203} * 2'000 + Wide{205} * 1'000);
  CHECK(signals.at(4'000).mid_known_ns == 3'000);
}

TEST_CASE("an empty side keeps the last mid and calls it stale until both sides are back") {
  RecordedSignals signals;
  signals.on_event(row(0, Action::add), 100, 102, 1);
  signals.on_event(row(10, Action::clear), kNoBid, kNoAsk, 1);
  CHECK(signals.mid().known);
  CHECK(signals.mid().stale);
  CHECK(signals.mid().value == 202);
  CHECK(signals.at(20).mid_x2_ns == Wide{202} * 20);
  signals.on_event(row(30, Action::add), 90, kNoAsk, 1);
  CHECK(signals.mid().stale);
  signals.on_event(row(40, Action::add), 90, 91, 1);
  CHECK_FALSE(signals.mid().stale);
  CHECK(signals.mid().value == 181);
}

TEST_CASE("totals equal a plain recount over a random day of quotes and prints") {
  Draws draw{11};
  RecordedSignals signals;
  Wide integral = 0;
  Lots volume = 0;
  TimePoint time = 0;
  Ticks bid = 1'000, ask = 1'001;
  signals.on_event(row(0, Action::add), bid, ask, 1);
  for (int i = 0; i < 20'000; ++i) {
    const Duration pause = draw.between(0, 1'000'000);
    integral += Wide{bid + ask} * pause;
    time += pause;
    if (draw.one_in(4)) bid += static_cast<Ticks>(draw.between(-2, 2));
    if (draw.one_in(4)) ask = bid + static_cast<Ticks>(draw.between(-1, 4));  // locked and crossed are legal
    const bool print = draw.one_in(3);
    const auto lots = static_cast<std::uint32_t>(draw.between(1, 100));
    if (print) volume += lots;
    signals.on_event(row(time, print ? Action::fill : Action::add, bid, lots), bid, ask, 1);
  }
  CHECK(signals.at(time).mid_x2_ns == integral);
  CHECK(signals.at(time).mid_known_ns == time);
  CHECK(signals.at(time).volume_lots == volume);
}
