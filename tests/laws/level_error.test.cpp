// How far off is a run on price levels? The same market twice: order by order (L3), and told again as levels (L2), whose queues are made
// up. The same orders go into both; what they cost and the touch they leave behind is compared over participation.
//
//   test_laws "[l2]"     prints the table that framework/execution/RULES.md quotes
//
// Without a reaction: a model's J would hide part of the error, because it fills up what the book's own displacement lacks.
#include <cmath>
#include <cstdio>
#include <deque>

#include "feed/levels.hpp"
#include "laws/aapl_hour.hpp"
#include "laws/law_runs.hpp"
#include "replay/scripted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

constexpr Duration kLook = kSecond / 2;  ///< between two looks at the touch

enum class Way { twap, twap_join, pov };
constexpr const char* kWays[] = {"twap", "twap join", "pov"};
constexpr CancelRule kRules[] = {CancelRule::pro_rata, CancelRule::back, CancelRule::front};

StrategyChoice strategy_of(Way way, double rate) {
  if (way == Way::pov) return strategy("pov", {{"rate", rate, ""}});
  return strategy("twap", {{"slices", std::int64_t{60}, ""}, {"style", std::string{way == Way::twap_join ? "join" : "cross"}, ""}});
}

Lots traded(const EventTape& tape, TimePoint start, TimePoint end) {
  Lots lots = 0;
  for (std::size_t row = 0; row < tape.size(); ++row)
    if (const MarketEvent event = tape[row]; event.time > start && event.time <= end)
      if (event.action == Action::fill || event.action == Action::trade) lots += event.quantity;
  return lots;
}

struct Parent {
  Side side;
  TimePoint start, end;
  Lots volume;  ///< that others trade meanwhile
};

/// `count` parents on each side, their starts as far apart as the tape has room.
std::vector<Parent> parents_over(const EventTape& tape, int count, Duration lasts, Duration warm_up) {
  std::vector<Parent> out;
  const TimePoint first = tape.first_time() + warm_up;
  const Duration apart = (tape.last_time() - lasts - kSecond - first) / std::max(count - 1, 1);
  for (int at = 0; at < count; ++at)
    for (const Side side : {Side::buy, Side::sell}) {
      const TimePoint start = first + at * apart;
      out.push_back({side, start, start + lasts, traded(tape, start, start + lasts)});
    }
  return out;
}

/// What one parent met in one telling of the market.
struct Met {
  double cost_bps = 0, participation = 0, resting = 0;
  std::vector<Ticks> touches;  ///< bid and ask in turn, 0 for an empty side, every kLook while the parent works
};

/// Each parent in a market of its own, a bystander beside it who looks at the touch.
std::vector<Met> meet(const EventTape& tape, const std::vector<Parent>& parents, Way way, double rate, double refill_per_s) {
  std::vector<Met> met(parents.size());
  std::deque<Script> bystanders;
  std::vector<RunSpec> specs;
  for (std::size_t at = 0; at < parents.size(); ++at) {
    const auto [side, start, end, volume] = parents[at];
    const double wanted = static_cast<double>(volume) * (way == Way::twap_join ? rate : rate / (1 - rate));
    RunSpec& spec = specs.emplace_back(one_parent(side, std::max<Lots>(1, std::llround(wanted)), start, end, strategy_of(way, rate)));
    spec.record = RecordLevel::summary;
    spec.markets[0].rules.refill_per_s = refill_per_s;
    Script& bystander = bystanders.emplace_back();
    bystander.on_start = [start](Desk& desk, const plimsoll_parent&) { desk.wake_at(start + kLook / 2); };
    bystander.on_wake = [&touches = met[at].touches, last = end](Desk& desk) {
      const plimsoll_quote quote = desk.quote();
      touches.insert(touches.end(), {static_cast<Ticks>(quote.bid_ticks), static_cast<Ticks>(quote.ask_ticks)});
      if (desk.now() + kLook < last) desk.wake_at(desk.now() + kLook);
    };
    ParentSpec& beside = spec.parents.emplace_back();
    beside.owner = 1;
    beside.lots = 1;
    beside.start = start;
    beside.end = end;
    beside.end_policy = EndPolicy::cancel;
    beside.strategy = scripted(bystander);
  }
  const std::vector<ScenarioResult> results = run_all(tape, specs);
  for (std::size_t at = 0; at < parents.size(); ++at) {
    const Table& rows = table(results[at], "parents");
    met[at].cost_bps = rows.reals("total_bps").front();
    met[at].participation = rows.reals("participation").front();
    met[at].resting = rows.reals("passive_share").front();
  }
  return met;
}

/// L2 against L3, over the parents of one way and rate. Touch and resting share: by pro_rata.
struct Error {
  double participation = 0, cost_bps = 0, resting = 0;  ///< on L3
  double bias_bps[3] = {};                              ///< mean of L2 - L3, for each of kRules
  double worst_bps = 0;                                 ///< largest |L2 - L3| of one parent, pro_rata
  double resting_off = 0;                               ///< mean |L2 - L3| of the share that rested
  double touch_mean = 0, touch_95 = 0;                  ///< ticks, of the side that is farther off
  double one_sided = 0;                                 ///< share of looks where one telling has an empty side and the other not
};

/// One market, order by order and as levels by each rule.
class Tellings {
 public:
  explicit Tellings(const EventTape& orders) : orders_{orders} {
    for (const CancelRule rule : kRules) levels_.push_back(levels_of(orders, rule));
  }

  Error error(const std::vector<Parent>& parents, Way way, double rate, double refill_per_s) const {
    const std::vector<Met> truth = meet(orders_, parents, way, rate, refill_per_s);
    const double share = 1.0 / static_cast<double>(parents.size());
    Error out;
    for (const Met& met : truth) {
      out.participation += share * met.participation;
      out.cost_bps += share * met.cost_bps;
      out.resting += share * met.resting;
    }
    for (std::size_t rule = 0; rule < levels_.size(); ++rule) {
      const std::vector<Met> told = meet(levels_[rule], parents, way, rate, refill_per_s);
      for (std::size_t at = 0; at < parents.size(); ++at) out.bias_bps[rule] += share * (told[at].cost_bps - truth[at].cost_bps);
      if (kRules[rule] == CancelRule::pro_rata) compare(told, truth, out);
    }
    return out;
  }

 private:
  static void compare(const std::vector<Met>& told, const std::vector<Met>& truth, Error& out) {
    std::vector<double> off;
    double looks = 0;
    for (std::size_t at = 0; at < told.size(); ++at) {
      out.worst_bps = std::max(out.worst_bps, std::abs(told[at].cost_bps - truth[at].cost_bps));
      out.resting_off += std::abs(told[at].resting - truth[at].resting) / static_cast<double>(told.size());
      const std::vector<Ticks>&one = told[at].touches, &other = truth[at].touches;
      REQUIRE(one.size() == other.size());
      for (std::size_t look = 0; look < one.size(); look += 2, ++looks) {
        const auto differ = [&](std::size_t side) { return (one[look + side] == 0) != (other[look + side] == 0); };
        if (differ(0) || differ(1)) {
          ++out.one_sided;
        } else {
          off.push_back(std::max(std::abs(one[look] - other[look]), std::abs(one[look + 1] - other[look + 1])));
        }
      }
    }
    REQUIRE(off.size() > 1'000);
    out.one_sided /= looks;
    std::sort(off.begin(), off.end());
    for (const double ticks : off) out.touch_mean += ticks / static_cast<double>(off.size());
    out.touch_95 = off[off.size() * 95 / 100];
  }

  const EventTape& orders_;
  std::vector<EventTape> levels_;
};

void print_head(std::size_t parents) {
  std::printf("%zu parents a line; costs in basis points, pro_rata to worst: L2 less L3; touch: ticks between L2 and L3\n", parents);
  std::printf("%-10s %4s %6s %8s | %8s %7s %7s %7s | %7s %5s | %6s %6s\n", "strategy", "rho", "part.%", "cost L3", "pro_rata", "back",
              "front", "worst", "touch", "95 %", "rest.%", "off");
}
void print(Way way, double refill_per_s, const Error& error) {
  std::printf("%-10s %4.1f %6.1f %8.3f | %+8.3f %+7.3f %+7.3f %7.3f | %7.2f %5.0f | %6.1f %6.1f\n", kWays[static_cast<int>(way)],
              refill_per_s, error.participation * 100, error.cost_bps, error.bias_bps[0], error.bias_bps[1], error.bias_bps[2],
              error.worst_bps, error.touch_mean, error.touch_95, error.resting * 100, error.resting_off * 100);
}

}  // namespace

TEST_CASE("AAPL hour: what a run on levels misses against the orders, by participation, is what the rules' page says", "[l2]") {
  const auto tape = aapl_hour();
  if (!tape) return;
  const Tellings tellings{*tape};
  const std::vector<Parent> parents = parents_over(*tape, 6, 600 * kSecond, 300 * kSecond);
  print_head(parents.size());
  for (const Way way : {Way::twap, Way::pov, Way::twap_join})
    for (const double refill_per_s : {0.0, 0.2})
      for (const double rate : {0.005, 0.02, 0.05, 0.1, 0.2, 0.4}) {
        const Error error = tellings.error(parents, way, rate, refill_per_s);
        print(way, refill_per_s, error);
        const auto [pro_rata, back, front] = error.bias_bps;
        CAPTURE(kWays[static_cast<int>(way)], refill_per_s, rate, error.cost_bps, pro_rata, back, front);
        CHECK(error.one_sided == 0);
        if (way == Way::twap_join) {
          CHECK(std::abs(pro_rata) < 0.025);
          CHECK(error.worst_bps < 0.2);
          CHECK(error.touch_95 <= 1);
          continue;
        }
        CHECK(front <= pro_rata);
        CHECK(pro_rata <= 0);
        CHECK(std::abs(pro_rata) < (rate <= 0.1 ? 0.02 : 0.06) * error.cost_bps);
        if (refill_per_s == 0) {
          CHECK(back >= 0);
          CHECK(back < 0.02 * error.cost_bps);
          CHECK(error.touch_mean < 1);
          CHECK(error.touch_95 <= 5);
        } else {
          CHECK(error.touch_mean < 3);
          CHECK(error.touch_95 <= 17);
        }
      }
}

TEST_CASE("synthetic market: levels tell what a taker pays to 2 % at a fifth of the volume, and bound it by back and front", "[l2]") {
  const EventTape& tape = synthetic_tape();
  const Tellings tellings{tape};
  const std::vector<Parent> parents = parents_over(tape, 6, 240 * kSecond, 60 * kSecond);
  print_head(parents.size());
  for (const Way way : {Way::twap, Way::pov}) {
    const Error error = tellings.error(parents, way, 0.2, 0.0);
    print(way, 0.0, error);
    CAPTURE(kWays[static_cast<int>(way)]);
    CHECK(std::abs(error.bias_bps[0]) < 0.02 * error.cost_bps);
    CHECK(error.bias_bps[1] >= 0);
    CHECK(error.bias_bps[2] <= 0);
    CHECK(error.one_sided < 0.01);
    CHECK(error.touch_mean < 1);
  }
}

// In this market the last order of a queue is the one that leaves: `back` is the truth, and the others show what a wrong guess costs.
TEST_CASE("long queues: made-up queues decide what a resting order pays, and back and front bound it", "[l2]") {
  const EventTape tape = load_feed("queue_reactive", {{"duration_s", "3600"}});  // a spread of one tick, a thousand lots at the touch
  const Tellings tellings{tape};
  const std::vector<Parent> parents = parents_over(tape, 6, 600 * kSecond, 60 * kSecond);
  print_head(parents.size());
  for (const double rate : {0.02, 0.1}) {
    const Error error = tellings.error(parents, Way::twap_join, rate, 0.0);
    print(Way::twap_join, 0.0, error);
    const auto [pro_rata, back, front] = error.bias_bps;
    CAPTURE(rate, pro_rata, back, front);
    CHECK(std::abs(back) < 0.03);
    CHECK(front < pro_rata);
    CHECK(pro_rata < -0.05);
    CHECK(pro_rata > -0.15);
  }
}
