#include "experiment/pretrade.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "claims.hpp"
#include "core/math.hpp"
#include "given.hpp"
#include "sdk/plugin.hpp"
#include "sdk/theory/almgren_chriss.hpp"
#include "sdk/theory/almgren_power.hpp"
#include "sdk/theory/obizhaeva_wang.hpp"

using namespace plimsoll;
using given::model;
using given::real;
using Numbers = std::vector<double>;

namespace {

const sdk::Math kMath{host_math()};

/// Table 1 of Almgren and Chriss (2001), a session of 23,400 s a day and ticks of a cent.
constexpr double kDay = 23'400.0;
ImpactChoice paper_model() {
  return model("almgren_chriss",
               {real("permanent_ticks_per_lot", 2.5e-5), real("temporary_ticks_s_per_lot", 2.5e-4 * kDay), real("slice_s", kDay)});
}
PretradeOrder paper_order() {
  PretradeOrder out;
  out.side = Side::sell;
  out.lots = 1'000'000;
  out.horizon = 5 * 23'400 * kSecond;
  out.slices = 5;
  out.volatility_ticks = 95.0 / std::sqrt(kDay);
  out.half_spread_ticks = 6.25;
  out.risk_aversion = 1e-6;
  out.money_per_tick_lot = 0.01;
  return out;
}

void check_close(const Numbers& values, const Numbers& expected, double tolerance) {
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(values[i] == Approx(expected[i]).epsilon(tolerance));
}

std::string code_of(const ImpactChoice& choice, const PretradeOrder& order) {
  try {
    pretrade(choice, {}, order);
  } catch (const BadInput& bad) {
    CHECK(bad.exit_code() == ExitCode::bad_scenario);
    return bad.errors().front().code;
  }
  return "";
}

/// Linear impact with a Gaussian kernel: positive definite, but its optimum alternates.
class Gaussian final : public sdk::ImpactModel {
 public:
  static sdk::Description describe() { return {"gaussian", "for a test", "", {}}; }
  Gaussian(const sdk::Params&, const sdk::Instrument&) {}
  void on_execution(sdk::BaseHost&, const sdk::Execution& one) override { executions_.push_back(one); }
  double displacement(sdk::BaseHost&, std::int64_t time_ns, std::uint32_t) const override {
    double ticks = 0.0;
    for (const sdk::Execution& one : executions_) {
      const double age_s = static_cast<double>(time_ns - one.time_ns) * 1e-9;
      ticks += sign(one.side) * static_cast<double>(one.lots) * math::exp(-age_s * age_s);
    }
    return ticks;
  }

 private:
  std::vector<sdk::Execution> executions_;
};

}  // namespace

TEST_CASE("AC-01, AC-05: the paper's order comes out of the model alone, by probing and a quadratic programme") {
  const Pretrade answer = pretrade(paper_model(), {}, paper_order());
  CHECK(answer.linear);
  CHECK_FALSE(answer.alternates);
  CHECK(answer.optimal->cost == Approx(911226.9863).epsilon(1e-8));
  CHECK(answer.optimal->deviation == Approx(603430.6688).epsilon(1e-8));
  check_close(answer.optimal->trades, {458044.4456, 252101.335, 141956.7316, 85755.68622, 62141.80161}, 1e-7);
  CHECK(answer.even.cost == Approx(662500).epsilon(1e-9));
  CHECK(answer.even.deviation == Approx(std::sqrt(1.083e12)).epsilon(1e-9));
  REQUIRE(answer.at_once);
  CHECK(answer.at_once->cost == Approx(2562500).epsilon(1e-9));
  CHECK(answer.at_once->deviation == 0.0);
}

TEST_CASE("the frontier falls in cost as risk rises, holds the wanted point, and each point is Almgren and Chriss's") {
  const Pretrade answer = pretrade(paper_model(), {}, paper_order());
  REQUIRE(answer.frontier.size() > 5);
  const sdk::theory::AlmgrenChriss paper{1e6, 5.0, 5, 0.95, 0.0625, 2.5e-7, 2.5e-6};
  bool wanted = false;
  for (std::size_t i = 0; i < answer.frontier.size(); ++i) {
    const FrontierPoint& point = answer.frontier[i];
    wanted = wanted || point.risk_aversion == 1e-6;
    if (i > 0) CHECK(point.schedule.cost >= answer.frontier[i - 1].schedule.cost);
    if (i > 0) CHECK(point.schedule.deviation <= answer.frontier[i - 1].schedule.deviation);
    const auto closed = sdk::theory::cost_and_risk(paper, sdk::theory::trades_of(sdk::theory::holdings(kMath, paper, point.risk_aversion)));
    CHECK(point.schedule.cost == Approx(closed.expected).epsilon(1e-7));
  }
  CHECK(wanted);
}

TEST_CASE("OW-02: with a closing trade the block-shaped book's optimum is the closed form") {
  PretradeOrder order;
  order.lots = 100'000;
  order.horizon = 3600 * kSecond;
  order.slices = 12;
  order.closing_trade = true;
  const sdk::theory::ObizhaevaWang book{5000.0, 1e-5, 2e-3};
  const Pretrade answer = pretrade(
      model("obizhaeva_wang",
            {real("depth_lots_per_tick", book.depth), real("permanent_ticks_per_lot", book.permanent), real("resilience_per_s", 2e-3)}),
      {}, order);
  REQUIRE(answer.linear);
  const Numbers closed = sdk::theory::trades(kMath, book, 1e5, 3600.0, 12);
  check_close(answer.optimal->trades, closed, 1e-8);
  Numbers times;
  for (const TimePoint time : answer.times) times.push_back(static_cast<double>(time) * 1e-9);
  CHECK(answer.optimal->cost == Approx(sdk::theory::cost(kMath, book, times, closed)).epsilon(1e-9));
  CHECK(answer.frontier.empty());  // no volatility, no risk
}

TEST_CASE("a model that is not linear is searched: its optimum comes close to the power law's closed form") {
  PretradeOrder order;
  order.lots = 100'000;
  order.horizon = 3600 * kSecond;
  order.slices = 6;
  order.volatility_ticks = 0.5;
  order.risk_aversion = 2e-6;
  const Pretrade answer = pretrade(
      model("almgren_power", {real("permanent_ticks_per_lot", 0), real("temporary_prefactor", 0.5), real("slice_s", 600)}), {}, order);
  CHECK_FALSE(answer.linear);
  const sdk::theory::AlmgrenPower problem{1e5, 0.5, 0.5, 0.6, 2e-6};
  const Numbers best = sdk::theory::trades(kMath, problem, 3600.0, 6);
  const auto closed = sdk::theory::cost_and_risk(kMath, problem, 600.0, best);
  const auto goal = [](double cost, double variance) { return cost + 2e-6 * variance; };
  const double found = goal(answer.optimal->cost, answer.optimal->deviation * answer.optimal->deviation);
  CHECK(found >= goal(closed.expected, closed.variance) * (1.0 - 1e-6));  // whole lots
  CHECK(found <= goal(closed.expected, closed.variance) * (1.0 + 1e-4));
  check_close(answer.optimal->trades, best, 0.05);
}

TEST_CASE("an optimum that would trade against its own side is told, and restricted unless asked for") {
  const ImpactChoice gaussian{sdk::detail::plugin<Gaussian>()->impact_models[0], {}};
  PretradeOrder order;
  order.lots = 10'000;
  order.horizon = 2 * kSecond;
  order.slices = 8;
  const Pretrade restricted = pretrade(gaussian, {}, order);
  CHECK(restricted.alternates);
  CHECK(*std::min_element(restricted.optimal->trades.begin(), restricted.optimal->trades.end()) >= 0.0);
  order.two_sided = true;
  const Pretrade free = pretrade(gaussian, {}, order);
  CHECK(*std::min_element(free.optimal->trades.begin(), free.optimal->trades.end()) < 0.0);
  CHECK(free.optimal->cost < restricted.optimal->cost);
}

TEST_CASE("a schedule of one's own costs what the probe says") {
  PretradeOrder order = paper_order();
  order.half_spread_ticks = 0.0;
  const std::vector<Lots> own = {100'000, 0, 400'000, 500'000, 0};
  std::vector<ProbeTrade> trades;
  for (std::size_t k = 0; k < own.size(); ++k) trades.push_back({trade_times(order)[k], -own[k]});
  CHECK(priced(paper_model(), {}, order, own).cost == Approx(0.01 * cost_of(paper_model(), {}, trades)).epsilon(1e-9));
}

TEST_CASE("where every schedule costs the same and no risk is weighed, there is a cost but no optimum") {
  PretradeOrder order;
  order.lots = 1'000;
  const ImpactChoice permanent = model("linear", {real("ticks_per_lot", 0.1)});
  const Pretrade answer = pretrade(permanent, {}, order);
  CHECK_FALSE(answer.optimal);
  CHECK_FALSE(answer.alternates);
  CHECK(answer.even.cost == Approx(0.1 * 1'000 * 1'000 / 2).epsilon(1e-12));
  CHECK(answer.at_once->cost == Approx(answer.even.cost).epsilon(1e-12));
  order.volatility_ticks = 1.0;
  CHECK_FALSE(pretrade(permanent, {}, order).optimal);
  order.risk_aversion = 1e-3;
  CHECK(pretrade(permanent, {}, order).optimal->trades.front() == Approx(1000.0));  // nothing is gained by waiting
}

TEST_CASE("no number where there is no answer: a round trip that earns, too many trades, a model that refuses") {
  PretradeOrder order;
  order.lots = 1'000;
  const ImpactChoice permanent = model("linear", {real("ticks_per_lot", 0.1)});
  order.volatility_ticks = 1.0;
  order.risk_aversion = -1e-3;  // who seeks risk waits, buys more, and waits
  CHECK(code_of(permanent, order) == "PRETRADE-NO-OPTIMUM");
  order.slices = 1'000;
  CHECK(code_of(permanent, order) == "PRETRADE-SIZE");
  order.slices = 200;
  CHECK(code_of(model("square_root", {real("daily_volatility", 0.02), real("daily_volume_lots", 1e6)}), order) == "PRETRADE-SIZE");
  order.slices = 10;
  order.lots = 1'000'000;
  CHECK(code_of(model("constant_product", {real("base_lots", 1'000)}), order) == "PRETRADE-MODEL");
}

TEST_CASE("one lot, and more slices than lots, are orders too") {
  PretradeOrder order = paper_order();
  order.lots = 1;
  const Pretrade answer = pretrade(paper_model(), {}, order);
  CHECK(answer.linear);
  CHECK(whole_lots(answer.even.trades) == std::vector<Lots>{0, 0, 1, 0, 0});
}
