#include "experiment/model_probe.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "claims.hpp"
#include "given.hpp"

using namespace plimsoll;
using given::model;

namespace {

ImpactChoice linear() { return model("linear", {{"ticks_per_lot", 0.5, "test"}}); }
ImpactChoice square_root() { return model("square_root", {{"daily_volatility", 0.02, "test"}, {"daily_volume_lots", 1e6, "test"}}); }

}  // namespace

TEST_CASE("a linear model's cost counts each trade's own jump half: permanent impact costs lambda Q^2 / 2 however it is cut") {
  const std::vector<ProbeTrade> whole = {{0, 100}};
  const std::vector<ProbeTrade> cut = {{0, 10}, {kSecond, 60}, {5 * kSecond, 30}};
  CHECK(cost_of(linear(), {}, whole) == 0.5 * 100 * 100 / 2);
  CHECK(cost_of(linear(), {}, cut) == 0.5 * 100 * 100 / 2);
  CHECK(costs_of(linear(), {}, cut) == std::vector<double>{25.0, 60 * (5.0 + 15.0), 30 * (35.0 + 7.5)});
}

TEST_CASE("a sale costs what the purchase costs, and the round trip nothing") {
  const std::vector<ProbeTrade> sale = {{0, -100}};
  CHECK(cost_of(linear(), {}, sale) == 2500.0);
  const std::vector<ProbeTrade> round = {{0, 70, 0}, {1, -100, 1}, {2, 30, 0}};
  CHECK(cost_of(linear(), {}, round) == 0.0);
}

TEST_CASE("in parts the square-root law costs two thirds of its peak (SQRT-01, models.md 3.4)") {
  const std::vector<ProbeTrade> trade = {{0, 40'000}};
  const double peak = 0.02 * std::sqrt(0.04) * 10'000;
  CHECK(cost_of(square_root(), {}, trade) == Approx(40'000 * peak / 2));
  CHECK(cost_of(square_root(), {}, trade, 1'000) == Approx(40'000 * peak * 2 / 3).epsilon(1e-5));
  ModelProbe probe{square_root(), {}};
  probe.announce(0, Side::buy, 40'000, 0, kSecond);
  probe.execute({0, 40'000}, 7);
  CHECK(probe.displacement(kSecond) == Approx(peak));
}

TEST_CASE("what a model says when it fails comes out in its own words") {
  ModelProbe probe{square_root(), {}};
  CHECK_THROWS_WITH(probe.execute({0, 10, 3}), "square_root: an execution of a parent that never arrived");
  probe.announce(3, Side::sell, 10, 0, 1);
  CHECK(probe.execute({0, -10, 3}) > 0.0);  // and it can be asked again
}

TEST_CASE("a model that is not there, and settings that break its rules, are refused all at once") {
  const PluginRegistry plugins;
  CHECK_THROWS_AS(model_named(plugins, "lineal", {}), BadInput);
  try {
    model_named(plugins, "square_root", {{"daily_volatility", -1.0, "--set"}, {"prefactor", 1e9, "--set"}});
    FAIL("accepted");
  } catch (const BadInput& bad) {
    CHECK(bad.errors().size() == 3);  // two ranges and the volume that is missing
    CHECK(bad.exit_code() == ExitCode::bad_scenario);
  }
}
