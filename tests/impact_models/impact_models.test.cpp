#include <cmath>
#include <cstdint>
#include <string>

#include "claims.hpp"
#include "sdk/fake_host.hpp"

extern "C" {
const plimsoll_plugin* plimsoll_entry_linear(void);
const plimsoll_plugin* plimsoll_entry_square_root(void);
}

using fake::ModelRun;

namespace {

const fake::Settings::Overrides kSquareRoot = {{"prefactor", 0.8}, {"daily_volatility", 0.02}, {"daily_volume_lots", 1e6}};
constexpr double kArrivalTicks = 10'000;

double square_root_of(std::int64_t lots) {
  ModelRun model{plimsoll_entry_square_root(), kSquareRoot};
  model.parent(0, 1, kArrivalTicks);
  if (lots > 0) model.execute(0, 1, lots);
  return model.displacement();
}

}  // namespace

// reference/validation.json SQRT-01, rel 1e-8: Y = 0.8, sigma_D = 0.02, V_D = 1e6, Q = 40,000; square-root law (Toth et al. 2011).
TEST_CASE("SQRT-01 peak displacement and average cost of the square-root law") {
  CHECK(square_root_of(40'000) / kArrivalTicks * 1e4 == Approx(32.0).epsilon(1e-8));

  // The average paid along the path, by Simpson's rule over the model's own path in x = sqrt(q/Q), where the integrand is a polynomial.
  const std::int64_t lots = 40'000;
  const auto weighted = [&](std::int64_t done) {
    return square_root_of(done) * 2.0 * std::sqrt(static_cast<double>(done) / static_cast<double>(lots));
  };
  const double average_ticks = (weighted(0) + 4.0 * weighted(lots / 4) + weighted(lots)) / 6.0;
  CHECK(average_ticks / kArrivalTicks * 1e4 == Approx(21.333333333333336).epsilon(1e-8));
}

TEST_CASE("square_root depends on the parent's total and never on how it was cut into children") {
  ModelRun model{plimsoll_entry_square_root(), kSquareRoot};
  model.parent(0, 1, kArrivalTicks);
  for (int i = 0; i < 400; ++i) model.execute(0, 1, 100, 9'000.0 + i);
  CHECK(model.displacement() == square_root_of(40'000));
}

TEST_CASE("square_root is concave in size: four times the lots, twice the displacement") {
  CHECK(square_root_of(40'000) == Approx(2 * square_root_of(10'000)).epsilon(1e-14));
  double last_slope = INFINITY;
  for (std::int64_t lots = 1'000; lots < 100'000; lots += 1'000) {
    const double slope = square_root_of(lots) - square_root_of(lots - 1'000);
    CHECK(slope < last_slope);
    CHECK(slope > 0.0);
    last_slope = slope;
  }
}

TEST_CASE("zero size moves nothing") {
  CHECK(square_root_of(0) == 0.0);
  ModelRun linear{plimsoll_entry_linear(), {{"ticks_per_lot", 0.5}}};
  linear.parent(0, 1, kArrivalTicks);
  CHECK(linear.displacement() == 0.0);
  linear.execute(0, 1, 0);
  CHECK(linear.displacement() == 0.0);
}

TEST_CASE("selling moves the mid down as far as buying moves it up, and parents add up") {
  ModelRun model{plimsoll_entry_square_root(), kSquareRoot};
  model.parent(0, -1, kArrivalTicks);
  model.execute(0, -1, 40'000);
  CHECK(model.displacement() == -square_root_of(40'000));
  model.parent(1, 1, kArrivalTicks);
  model.execute(1, 1, 40'000);
  CHECK(model.displacement() == 0.0);
  model.execute(1, 1, 120'000);
  CHECK(model.displacement() == Approx(square_root_of(40'000)).epsilon(1e-14));
}

TEST_CASE("without a mid at arrival square_root counts from the first price paid") {
  ModelRun model{plimsoll_entry_square_root(), kSquareRoot};
  model.parent(0, 1, NAN);
  CHECK(model.displacement() == 0.0);
  model.execute(0, 1, 40'000, kArrivalTicks);
  CHECK(model.displacement() == square_root_of(40'000));
}

TEST_CASE("an execution of a parent that never arrived is a failure, not a number") {
  ModelRun model{plimsoll_entry_square_root(), kSquareRoot};
  CHECK(model.execute(3, 1, 10) != 0);
  CHECK(model.failure.find("never arrived") != std::string::npos);
}

// Kyle (1985): the price is linear in the signed flow; validation.json KYLE-01 has lambda = 0.02 per unit, so a flow of 30 moves it by 0.6.
TEST_CASE("KYLE-01 linear moves the mid by lambda times the signed flow, for good") {
  ModelRun model{plimsoll_entry_linear(), {{"ticks_per_lot", 0.02}}};
  model.parent(0, 1, 100);
  model.execute(0, 1, 50);
  model.execute(0, -1, 20);
  CHECK(model.displacement() == Approx(0.6).epsilon(1e-8));
}

TEST_CASE("both models say that they change at executions only, so that waiting runs may sleep") {
  CHECK(plimsoll_entry_linear()->impact_models[0]->permanent == 1);
  CHECK(plimsoll_entry_square_root()->impact_models[0]->permanent == 1);
}

TEST_CASE("linear is exactly linear in size and odd in side") {
  const auto moved = [](std::int32_t side, std::int64_t lots) {
    ModelRun model{plimsoll_entry_linear(), {{"ticks_per_lot", 0.001953125}}};
    model.parent(0, side, kArrivalTicks);
    model.execute(0, side, lots);
    return model.displacement();
  };
  for (const std::int64_t lots : {1, 10, 12'345, 1'000'000}) {
    CHECK(moved(1, 2 * lots) == 2 * moved(1, lots));
    CHECK(moved(-1, lots) == -moved(1, lots));
  }
}
