// What is left of a block after the market has turned over: without a reaction nothing, with one what the model says.
//
// Balch et al. (2019), "How to evaluate trading strategies: single agent market replay or multiple agent interactive simulation?"
// (arXiv:1906.12010), find that an order injected into a replay leaves no lasting trace: the book returns to the recorded path as recorded
// orders replace what it took. Here the same is shown against the book's own turnover, measured on the same tape, and that a model's
// reaction is what stays.
#include <cmath>
#include <cstdlib>
#include <map>

#include <algorithm>
#include "laws/aapl_hour.hpp"
#include "laws/law_runs.hpp"
#include "replay/scripted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

constexpr Ticks kNear = 100;  // ticks from the touch: what the blocks reach
constexpr double kGone = 0.5;

/// Mids that an actor sees at `times` when it sends a market order of `lots` (0: none) at `start`.
std::vector<double> mids(const EventTape& tape, Side side, TimePoint start, const std::vector<TimePoint>& times, Lots lots,
                         const ImpactChoice& impact) {
  std::vector<double> out;
  Script script;
  script.on_start = [&](Desk& desk, const plimsoll_parent&) {
    if (lots > 0) desk.market(side, lots);
    desk.wake_at(times.front());
  };
  script.on_wake = [&](Desk& desk) {
    const plimsoll_quote quote = desk.quote();
    out.push_back((quote.bid_ticks + quote.ask_ticks) / 2.0);
    if (out.size() < times.size()) desk.wake_at(times[out.size()]);
  };
  RunSpec spec = one_parent(side, 1'000'000, start, times.back() + kSecond, scripted(script));
  spec.markets[0].impact = impact;
  run_one(tape, spec);
  return out;
}

/// When half of the lots that stand near the touch of `side` at `start` have left the recorded book.
TimePoint turned_over(const EventTape& tape, Side side, TimePoint start) {
  OrderBook book{tape.info()};
  std::map<std::uint32_t, std::uint32_t> standing;  // slot -> arrival number: a slot is used again
  double total = 0;
  const auto left = [&] {
    double lots = 0;
    for (const auto& [slot, arrival] : standing)
      if (book.order(slot).quantity > 0 && book.order(slot).arrival == arrival) lots += book.order(slot).quantity;
    return lots;
  };
  TimePoint next_look = start;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    if (event.time > start && standing.empty()) {
      const Ticks touch = book.best(side);
      for (Ticks price = touch; price != no_price(side) && std::abs(price - touch) <= kNear; price = book.next_worse(side, price))
        for (std::uint32_t slot = book.level(side, price).front(); slot != kNoOrder; slot = book.order(slot).behind())
          standing.emplace(slot, book.order(slot).arrival);
      total = left();
    }
    if (!standing.empty() && event.time >= next_look) {
      if (left() <= (1 - kGone) * total) return event.time;
      next_look = event.time + kSecond;
    }
    book.apply(event);
  }
  return tape.last_time();
}

/// Means over blocks on both sides, `every` apart, in ticks against the recorded path.
struct Reversion {
  double at_once = 0, after_10_s = 0, at_half_life = 0, at_half_life_with_model = 0, stated = 0, half_life_s = 0;
};
Reversion reversion(const EventTape& tape, Lots block, int blocks, Duration every) {
  const ImpactChoice model = square_root();
  Reversion sum;
  const double share = 0.5 / blocks;
  for (int at = 0; at < blocks; ++at) {
    for (const Side side : {Side::buy, Side::sell}) {
      const TimePoint start = tape.first_time() + 60 * kSecond + at * every;
      const TimePoint half_life = std::max(turned_over(tape, opposite(side), start), start + 11 * kSecond);
      const std::vector<TimePoint> times = {start + 1, start + 10 * kSecond, half_life};
      const std::vector<double> alone = mids(tape, side, start, times, 0, {});
      const std::vector<double> mechanical = mids(tape, side, start, times, block, {});
      const std::vector<double> answered = mids(tape, side, start, times, block, model);
      const auto moved = [&](const std::vector<double>& with, std::size_t look) { return share * sign(side) * (with[look] - alone[look]); };
      sum.at_once += moved(mechanical, 0);
      sum.after_10_s += moved(mechanical, 1);
      sum.at_half_life += moved(mechanical, 2);
      sum.at_half_life_with_model += moved(answered, 2);
      sum.stated += share * 0.02 * std::sqrt(static_cast<double>(block) / 2e6) * alone.front();
      sum.half_life_s += share * static_cast<double>(half_life - start) * 1e-9;
    }
  }
  return sum;
}

}  // namespace

TEST_CASE(
    "AAPL hour: a block without reaction is back on the recorded path within the half-life of the book; with one the model's part stays") {
  const auto tape = aapl_hour();
  if (!tape) return;
  const Reversion mean = reversion(*tape, 3'000, 9, 300 * kSecond);
  CAPTURE(mean.at_once, mean.after_10_s, mean.at_half_life, mean.at_half_life_with_model, mean.stated, mean.half_life_s);
  CHECK(mean.at_once > 20.0);
  CHECK(mean.after_10_s < 0.05 * mean.at_once);
  CHECK(mean.at_half_life < 0.02 * mean.at_once);
  CHECK(mean.at_half_life_with_model == Approx(mean.stated).epsilon(0.02));  // the permanent law's whole displacement
  CHECK(mean.half_life_s < 600);
}

TEST_CASE("synthetic market: a block without reaction is back on the recorded path within the half-life of the book") {
  const Reversion mean = reversion(synthetic_tape(), 500, 4, 90 * kSecond);
  CAPTURE(mean.at_once, mean.after_10_s, mean.at_half_life, mean.at_half_life_with_model, mean.stated, mean.half_life_s);
  CHECK(mean.at_once > 8.0);
  CHECK(mean.at_half_life < 0.02 * mean.at_once);
  CHECK(mean.at_half_life_with_model == Approx(mean.stated).epsilon(0.1));
}
