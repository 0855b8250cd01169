#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "claims.hpp"
#include "core/random.hpp"
#include "sdk/fake_host.hpp"

extern "C" const plimsoll_plugin* plimsoll_entry_almgren_chriss(void);

using fake::kSecond;
using fake::ModelRun;

namespace {

enum Type : std::size_t { kLinear, kPower };
using Overrides = fake::Settings::Overrides;

// The paper's example in ticks of one millionth of a dollar, lots of one share and days of 86,400 s.
constexpr double kDay = 86'400.0;
constexpr double kTicksPerDollar = 1e6;
constexpr double kGamma = 2.5e-7 * kTicksPerDollar, kEta = 2.5e-6 * kTicksPerDollar * kDay;
Overrides paper() { return {{"permanent_ticks_per_lot", kGamma}, {"temporary_ticks_s_per_lot", kEta}, {"slice_s", kDay}}; }

struct Trade {
  double time_s;
  std::int64_t lots;  ///< signed
};
/// What a list of trades pays in the model's own book, ticks times lots.
double cost_of(Type type, const Overrides& settings, const std::vector<Trade>& trades) {
  ModelRun model{plimsoll_entry_almgren_chriss(), settings, type};
  model.parent(0, 1, 10'000);
  double cost = 0.0;
  for (const Trade& trade : trades) {
    model.now = static_cast<std::int64_t>(trade.time_s * static_cast<double>(kSecond));
    const std::int32_t side = trade.lots > 0 ? 1 : -1;
    const plimsoll_sweep sweep = model.sweep(side, side * trade.lots);
    cost += static_cast<double>(trade.lots) * sweep.average_ticks;
    model.execute(0, side, side * trade.lots);
    CHECK(model.displacement() == Approx(sweep.after_ticks).epsilon(1e-12).margin(1e-6));
  }
  return cost;
}

}  // namespace

// validation.json AC-05 and AC-01, rel 1e-8; Almgren and Chriss (2001), J. Risk 3(2), table 1. Without the half spread eps X, which is no
// displacement: 62,500.
TEST_CASE("AC-05 the model's own book charges the even and the immediate schedule what the paper says") {
  std::vector<Trade> even;
  for (int day = 0; day < 5; ++day) even.push_back({day * kDay, -200'000});
  CHECK(cost_of(kLinear, paper(), even) / kTicksPerDollar == Approx(662'500.0 - 62'500.0).epsilon(1e-8));
  CHECK(cost_of(kLinear, paper(), {{0.0, -1'000'000}}) / kTicksPerDollar == Approx(2'562'500.0 - 62'500.0).epsilon(1e-8));
}

TEST_CASE("AC-01 the paper's optimal schedule costs what the paper says, whichever way a slice is cut") {
  // Whole lots: the trades of AC-01 rounded, 1e-6 of the cost.
  const std::int64_t trades[] = {458'044, 252'101, 141'957, 85'756, 62'142};
  std::vector<Trade> whole, cut;
  for (int day = 0; day < 5; ++day) {
    whole.push_back({day * kDay, -trades[day]});
    for (const std::int64_t part : {std::int64_t{1}, trades[day] / 3, trades[day] - 1 - trades[day] / 3})
      cut.push_back({day * kDay + static_cast<double>(part % 1'000), -part});
  }
  const double dollars = cost_of(kLinear, paper(), whole) / kTicksPerDollar;
  CHECK(dollars + 62'500.0 == Approx(911'226.9863037935).epsilon(1e-5));
  CHECK(cost_of(kLinear, paper(), cut) / kTicksPerDollar == Approx(dollars).epsilon(1e-12));
}

// Almgren (2003), Appl. Math. Finance 10(1), section 2: gamma X^2/2 + eta sum n (n/tau)^k. rel 1e-12.
TEST_CASE("almgren_power charges a slice eta (n/tau)^k on top of half its own permanent move") {
  const Overrides settings = {{"permanent_ticks_per_lot", 0.01}, {"temporary_prefactor", 3.0}, {"rate_exponent", 0.6}, {"slice_s", 60.0}};
  const double expected = 0.01 * 900.0 * 900.0 / 2 + 3.0 * (500 * std::pow(500.0 / 60, 0.6) + 400 * std::pow(400.0 / 60, 0.6));
  CHECK(cost_of(kPower, settings, {{0.0, 500}, {60.0, 400}}) == Approx(expected).epsilon(1e-12));
  CHECK(cost_of(kPower, settings, {{0.0, 200}, {59.0, 300}, {60.0, 1}, {61.0, 399}}) == Approx(expected).epsilon(1e-12));
}

TEST_CASE("within a slice the displacement is the price of the next lot, and after it the permanent part is left") {
  ModelRun model{plimsoll_entry_almgren_chriss(),
                 {{"permanent_ticks_per_lot", 0.01}, {"temporary_ticks_s_per_lot", 2.0}, {"slice_s", 10.0}}};
  model.now = 3 * kSecond;
  model.parent(0, -1, 10'000);
  CHECK(model.displacement() == 0.0);
  CHECK(model.sweep(-1, 0).average_ticks == 0.0);
  model.execute(0, -1, 100);
  CHECK(model.displacement() == Approx(-2 * 2.0 * 100 / 10).epsilon(1e-14));
  model.now = 13 * kSecond - 1;
  CHECK(model.displacement() == Approx(-40.0).epsilon(1e-14));
  model.now = 13 * kSecond;
  CHECK(model.displacement() == Approx(-1.0).epsilon(1e-14));
  CHECK(model.sweep(-1, 1).average_ticks == Approx(-1.0 - 2.0 / 10).epsilon(1e-14));
}

TEST_CASE("no round trip of ten thousand random ones earns in either model") {
  const plimsoll::RandomStream random{11, 0, plimsoll::Purpose::test};
  std::uint64_t draw = 0;
  const Overrides power = {{"permanent_ticks_per_lot", 0.5}, {"temporary_prefactor", 0.01}, {"rate_exponent", 0.5}, {"slice_s", 10.0}};
  const Overrides linear = {{"permanent_ticks_per_lot", 0.5}, {"temporary_ticks_s_per_lot", 2.501}, {"slice_s", 10.0}};
  for (int trip = 0; trip < 10'000; ++trip) {
    std::vector<Trade> trades;
    std::int64_t held = 0;
    double time_s = 0.0;
    for (int i = 0; i < 6; ++i, time_s += 8.0 * random.uniform(draw++)) {
      const std::int64_t lots = static_cast<std::int64_t>(random.below(draw++, 2'001)) - 1'000;
      if (lots == 0) continue;
      trades.push_back({time_s, lots});
      held += lots;
    }
    if (held != 0) trades.push_back({time_s, -held});
    CHECK(cost_of(kLinear, linear, trades) >= -1e-6);
    CHECK(cost_of(kPower, power, trades) >= -1e-6);
  }
  for (const Type type : {kLinear, kPower}) CHECK(plimsoll_entry_almgren_chriss()->impact_models[type]->manipulation_free == 1);
}

TEST_CASE("almgren_chriss refuses an eta that does not outweigh half the permanent move of a slice") {
  const auto refused = [](double eta) -> std::string {
    try {
      ModelRun model{plimsoll_entry_almgren_chriss(),
                     {{"permanent_ticks_per_lot", 0.5}, {"temporary_ticks_s_per_lot", eta}, {"slice_s", 10.0}}};
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(refused(2.51).empty());
  CHECK(refused(2.5).find("= 0 must be positive, or a round trip within a slice earns") != std::string::npos);
  CHECK(refused(2.25).find("= -0.25 must be positive") != std::string::npos);
}
