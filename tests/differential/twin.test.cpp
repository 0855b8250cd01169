// The private market of a run, written twice from framework/execution/RULES.md: the fast one must equal the naive one on every row.

#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "claims.hpp"
#include "core/random.hpp"
#include "differential/twin_run.hpp"
#include "feed/feed.hpp"
#include "laws/aapl_hour.hpp"
#include "laws/random_tape.hpp"

namespace {

using namespace plimsoll;
using namespace plimsoll::test;

/// Three actors who send, cancel and shift at random, as often as `actions_per_row` says.
class RandomActors {
 public:
  RandomActors(std::uint64_t seed, Lots lots_max, bool shifts) : random_{seed, 1, Purpose::test}, lots_max_{lots_max}, shifts_{shifts} {}

  /// One random action at `time`; returns a price it concerned.
  Ticks act(TwinRun& run, TimePoint time) {
    const std::uint64_t kind = draw(100);
    if (kind < 25 && cancel(run, time)) return near_touch(run, Side::buy);
    if (kind < 31 && shifts_) {
      const Ticks now = run.naive().shift();
      const Ticks next = draw(4) == 0 ? 0 : now + static_cast<Ticks>(draw(5)) - 2;
      run.set_shift(next, time);
      return near_touch(run, Side::sell);
    }
    OrderEntry order;
    order.id = ++last_id_;
    order.owner = static_cast<ActorId>(draw(3));
    order.side = draw(2) == 0 ? Side::buy : Side::sell;
    order.type = kind < 75 ? OrderType::limit : kind < 92 ? OrderType::ioc : OrderType::market;
    order.limit = worse_by(order.side, near_touch(run, order.side), static_cast<Ticks>(draw(9)) - 4);
    order.lots = 1 + static_cast<Lots>(draw(static_cast<std::uint64_t>(draw(15) == 0 ? 8 * lots_max_ : lots_max_)));
    run.submit(order, time);
    owners_.push_back(order.owner);
    return order.limit;
  }
  std::uint64_t draw(std::uint64_t bound) { return random_.below(draws_++, bound); }
  std::uint64_t orders_sent() const { return last_id_; }

 private:
  Ticks near_touch(TwinRun& run, Side side) {
    const Quote quote = run.naive().quote();
    const Ticks price = side == Side::buy ? quote.bid : quote.ask;
    if (price != no_price(side)) last_touch_ = price;
    return last_touch_;
  }
  bool cancel(TwinRun& run, TimePoint time) {
    if (last_id_ == 0) return false;
    const std::vector<naive::Line> live = run.naive().own_orders();
    const OrderId order = live.empty() || draw(20) == 0 ? 1 + draw(last_id_) : live[draw(live.size())].order;
    run.cancel(order, owners_[order - 1], time);
    return true;
  }

  RandomStream random_;
  std::uint64_t draws_ = 0;
  Lots lots_max_;
  bool shifts_;
  OrderId last_id_ = 0;
  std::vector<ActorId> owners_;
  Ticks last_touch_ = 1000;
};

struct Plan {
  MarketRules rules;
  std::uint64_t seed = 1;
  std::uint64_t rows_per_action = 3;
  Lots lots_max = 12;
  bool only_concerned = true;
  bool acts_within_an_instant = false;  ///< a run never does; the rules hold all the same
  bool shifts = true;
  std::size_t full_compare_every = 1;  ///< rows
};

std::string text(const Plan& plan) {
  return "seed " + std::to_string(plan.seed) + ", response " + (plan.rules.response == Response::none ? "none" : "overlay") + ", rho " +
         std::to_string(plan.rules.refill_per_s) + ", spill " +
         (plan.rules.spill_ticks ? std::to_string(*plan.rules.spill_ticks) : std::string{"unset"}) + ", makers " +
         std::to_string(plan.rules.unfilled_makers_max) + ", only concerned " + std::to_string(plan.only_concerned);
}

/// What the runs met, so that a test can claim that it met everything.
struct Met {
  std::uint64_t orders = 0;
  std::size_t fills_by_cause[7] = {};
  std::size_t history_orders = 0, dropped = 0, self_trades = 0, halted = 0, requested = 0;
  Lots spilled = 0, unserved = 0;
};

std::string text(const Met& met) {
  std::ostringstream out;
  out << met.orders << " own orders; fills by cause";
  for (const std::size_t fills : met.fills_by_cause) out << ' ' << fills;
  out << "; history orders " << met.history_orders << " (dropped " << met.dropped << "); spilled " << met.spilled << " lots, unserved "
      << met.unserved << "; self-trades " << met.self_trades << "; rejected in halts " << met.halted << "; cancels " << met.requested;
  return out.str();
}

/// Replays the tape with random own orders; the first difference, or "".
std::string first_difference(const EventTape& tape, const Plan& plan, Met& met) {
  TwinRun run{tape, plan.rules, plan.only_concerned};
  RandomActors actors{plan.seed, plan.lots_max, plan.shifts};
  TimePoint now = tape.first_time();
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    run.apply(row);
    const auto where = [&](const char* what) { return text(plan) + ", row " + std::to_string(row) + ' ' + what + ": "; };
    if (std::string difference = run.compare(event.price + run.naive().shift()); !difference.empty()) return where("applied") + difference;
    const TimePoint next = row + 1 < tape.size() ? tape[row + 1].time : event.time + kSecond;
    if (next > event.time || plan.acts_within_an_instant) {
      while (actors.draw(plan.rows_per_action) == 0) {
        const auto wait = static_cast<Duration>(actors.draw(static_cast<std::uint64_t>(std::max<Duration>(1, next - event.time))));
        now = std::max(now, event.time + wait);
        const Ticks price = actors.act(run, now);
        if (std::string difference = run.compare(price); !difference.empty()) return where("own action") + difference;
      }
    }
    if ((row + 1) % plan.full_compare_every == 0 || row + 1 == tape.size())
      if (std::string difference = run.compare_all(); !difference.empty()) return where("full compare") + difference;
  }
  met.orders += actors.orders_sent();
  for (const naive::Event& event : run.naive().events()) {
    if (event.what == naive::What::filled) ++met.fills_by_cause[static_cast<std::size_t>(event.cause)];
    met.self_trades += event.reason == "self-trade prevention";
    met.halted += event.reason == "halted";
    met.requested += event.reason == "requested";
  }
  const naive::Counters& counters = run.naive().counters();
  met.history_orders += static_cast<std::size_t>(counters.unfilled_makers);
  met.dropped += static_cast<std::size_t>(counters.unfilled_makers_dropped);
  met.spilled += counters.spilled_lots;
  met.unserved += counters.unserved_lots;
  return "";
}

Plan plan_of(std::uint64_t seed) {
  Plan plan;
  plan.seed = seed;
  plan.rules.response = seed % 6 == 5 ? Response::none : Response::overlay;
  plan.rules.refill_per_s = seed % 3 == 1 ? 2.0 : seed % 9 == 2 ? 40.0 : 0.0;
  if (seed % 4 >= 2) plan.rules.spill_ticks = static_cast<Ticks>(seed % 3);
  plan.rules.queue_on_shift = seed % 7 < 2 ? QueueOnShift::front : QueueOnShift::back;
  plan.rules.unfilled_makers_max = seed % 5 == 0 ? 3 : 1000;
  plan.only_concerned = seed % 8 != 0;
  plan.acts_within_an_instant = seed % 10 == 9;
  plan.shifts = seed % 5 != 3;
  return plan;
}

EventTape tape_of(std::uint64_t seed) {
  RandomTapeSettings settings;
  settings.seed = seed;
  settings.rows = 3000;
  settings.half_width = seed % 4 == 0 ? 2 : 5;
  settings.halts_and_clears = seed % 4 != 1;
  settings.trades_while_halted = seed % 2 == 0;
  return random_tape(settings);
}

}  // namespace

TEST_CASE("the fast private market equals the naive twin on every row and every own action of random tapes") {
  Met met;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const EventTape tape = tape_of(seed);
    REQUIRE(tape.find_fault() == "");
    const std::string difference = first_difference(tape, plan_of(seed), met);
    if (!difference.empty()) FAIL_CHECK(difference);
  }
  std::cout << "twin, random tapes: " << text(met) << '\n';
  for (const std::size_t fills : met.fills_by_cause) CHECK(fills > 50);
  CHECK(met.orders > 40 * 200);
  CHECK(met.history_orders > 100);
  CHECK(met.dropped > 50);
  CHECK(met.spilled > 5'000);
  CHECK(met.unserved > 0);
  CHECK(met.self_trades > 50);
  CHECK(met.halted > 20);
}

TEST_CASE("over orders made up from levels, where holes are scalars, the fast private market equals the naive twin as well") {
  Met met;
  for (std::uint64_t seed = 101; seed <= 120; ++seed) {
    RandomTapeSettings settings;
    settings.seed = seed;
    settings.rows = 3000;
    settings.levels = "pro_rata";
    const EventTape tape = random_tape(settings);
    Plan plan = plan_of(seed);
    plan.rules.response = Response::overlay;
    plan.rules.refill_per_s = seed % 2 == 0 ? 1.0 : 0.0;
    const std::string difference = first_difference(tape, plan, met);
    if (!difference.empty()) FAIL_CHECK(difference);
  }
  std::cout << "twin, made-up orders: " << text(met) << '\n';
  CHECK(met.orders > 20 * 200);
  CHECK(met.spilled > 1'000);
  CHECK(met.history_orders > 50);
}

TEST_CASE("the fast private market equals the naive twin over an hour of AAPL") {
  const auto hour = aapl_hour();
  if (!hour) return;
  const EventTape& tape = *hour;
  Met met;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Plan plan = plan_of(seed);
    plan.rows_per_action = 20;
    plan.lots_max = 300;
    plan.full_compare_every = 200;
    plan.rules.refill_per_s /= 10.0;
    const std::string difference = first_difference(tape, plan, met);
    if (!difference.empty()) FAIL_CHECK(difference);
  }
  std::cout << "twin, AAPL hour: " << text(met) << '\n';
  for (const std::size_t fills : met.fills_by_cause) CHECK(fills > 20);
  CHECK(met.orders > 8 * 1000);
  CHECK(met.history_orders > 100);
  CHECK(met.spilled > 0);
}
