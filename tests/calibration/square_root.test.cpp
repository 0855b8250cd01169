// The square-root law of own orders, and draws from a covariance.
#include "calibration/square_root.hpp"
#include "calibration/impact_toml.hpp"
#include "core/error.hpp"
#include "core/math.hpp"
#include "planted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

constexpr double kVolatility = 0.02, kVolume = 1e6, kSession = 23'400;

/// Parents with I = Y sigma (Q / V)^exponent and the market's own move of volatility sigma over their duration.
std::vector<Metaorder> planted_parents(Draws& draws, std::size_t count, std::size_t days, double prefactor, double exponent) {
  std::vector<Metaorder> out;
  for (std::size_t i = 0; i < count; ++i) {
    Metaorder parent;
    parent.side = draws.uniform() < 0.5 ? Side::buy : Side::sell;
    parent.start = kMorning + static_cast<std::int64_t>(i * days / count) * 86'400 * kSecond;
    const double duration_s = 300 + 3'000 * draws.uniform();
    parent.end = parent.start + static_cast<std::int64_t>(duration_s * 1e9);
    const double share = 0.002 * math::exp(4 * draws.uniform());
    parent.quantity_lots = share * kVolume;
    parent.arrival_mid = 500;
    const double market = kVolatility * std::sqrt(duration_s / kSession) * draws.normal();
    parent.end_mid = 500 * (1 + sign(parent.side) * prefactor * kVolatility * math::pow(share, exponent) + market);
    out.push_back(parent);
  }
  return out;
}

}  // namespace

TEST_CASE("square root: intervals hold the planted prefactor in 92 to 98 % of 400 samples, with few days and with many") {
  check_coverage(coverage(400, {{"prefactor", 0.9}}, [](Draws& draws) {
    return estimate_square_root(planted_parents(draws, 200, 1, 0.9, 0.5), kVolatility, kVolume);
  }));
  check_coverage(coverage(400, {{"prefactor", 0.9}, {"exponent", 0.5}, {"free_prefactor", 0.9}}, [](Draws& draws) {
    return estimate_square_root(planted_parents(draws, 2'000, 100, 0.9, 0.5), kVolatility, kVolume);
  }));
}

TEST_CASE("square root: another exponent is reported as what it is") {
  Draws draws{6};
  const Estimate fit = estimate_square_root(planted_parents(draws, 5'000, 100, 0.9, 0.7), kVolatility, kVolume);
  REQUIRE_FALSE(fit.refused());
  CHECK(fit.at("exponent").low > 0.5);
  CHECK(fit.value("exponent") == Approx(0.7).margin(0.08));
  CHECK(estimate_square_root(planted_parents(draws, 20, 1, 0.9, 0.5), kVolatility, kVolume).refusal ==
        "insufficient: n = 20 own parents, need 30");
}

TEST_CASE("what is measured below zero is no model's setting: impact.toml says so and leaves it out") {
  const std::vector<Observations> days{quiet_day(60)};
  Calibration calibration = calibrate(days, {}, {});
  calibration.impact.ticks_per_lot = -0.5;
  calibration.impact.prefactor = -0.25;
  calibration.impact.daily_volatility = 0.02;
  calibration.impact.daily_volume_lots = 1e6;
  const std::string below = impact_toml(calibration, days, {});
  CHECK(below.find("[impact.linear]") == std::string::npos);
  CHECK(below.find("# impact.linear is left out: ticks_per_lot = -0.5") != std::string::npos);
  CHECK(below.find("\nprefactor = ") == std::string::npos);
  CHECK(below.find("# prefactor: measured below 0, -0.25") != std::string::npos);
  calibration.impact.ticks_per_lot = 0.5;
  calibration.impact.prefactor = 0.25;
  const std::string above = impact_toml(calibration, days, {});
  CHECK(above.find("[impact.linear]\nticks_per_lot = 0.5\n") != std::string::npos);
  CHECK(above.find("\nprefactor = 0.25\n") != std::string::npos);
}
