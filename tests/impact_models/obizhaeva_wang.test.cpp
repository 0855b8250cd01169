#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "claims.hpp"
#include "core/math.hpp"
#include "impact_models/book_claims.hpp"

extern "C" const plimsoll_plugin* plimsoll_entry_obizhaeva_wang(void);

using fake::ModelRun;

namespace {

using claims::kNan;

fake::Settings::Overrides block_book(double depth, double permanent, double resilience) {
  return {{"depth_lots_per_tick", depth}, {"permanent_ticks_per_lot", permanent}, {"resilience_per_s", resilience}};
}

struct BlockBook : ModelRun {
  BlockBook(double depth, double permanent, double resilience)
      : ModelRun{plimsoll_entry_obizhaeva_wang(), block_book(depth, permanent, resilience)} {}
};

std::string block_refusal(double depth, double permanent, double resilience) {
  return claims::refusal(plimsoll_entry_obizhaeva_wang(), block_book(depth, permanent, resilience));
}

// A millionth of the cases' share is a lot here, so that schedules in whole lots come within 1e-10 of those in real numbers.
constexpr double kLotsPerShare = 1e6;

/// Cost, in the case's units, of two blocks and a rate between them over one second. The rate is n slices, each traded half at its begin
/// and half at its end.
double cost_of_blocks_and_rate(double rho, double block_shares, double rate_shares, int n) {
  BlockBook model{5'000 * kLotsPerShare, 1e-4 / kLotsPerShare, rho};
  double cost = 0.0, planned = 0.0;
  std::int64_t done = 0;
  for (int k = 0; k <= n; ++k) {
    planned += k == 0 || k == n ? block_shares + 0.5 * rate_shares / n : rate_shares / n;
    const auto target = static_cast<std::int64_t>(planned * kLotsPerShare + 0.5);
    cost += claims::take(model, fake::kSecond / n * k, target - done);
    done = target;
  }
  CHECK(done == static_cast<std::int64_t>(1e5 * kLotsPerShare + 0.5));
  return cost / kLotsPerShare;
}

}  // namespace

// reference/validation.json OW-01, rel 1e-8: X = 1e5, q = 5000, lambda = 1e-4, T = 1; x0 = xT = X/(rho T + 2), rate rho x0 in between.
// The rate is cut into n trades and the error in 1/n^2 extrapolated away.
TEST_CASE("OW-01 the optimal blocks and rate cost what the closed form says, by the model's own sweeps") {
  struct Case {
    double rho, x0, rate, cost;
  };
  const Case cases[] = {{0.5, 40000.0, 20000.0, 900000.0},
                        {1.0, 33333.333333333336, 33333.333333333336, 833333.3333333333},
                        {2.231, 23635.07445048452, 52729.851099030966, 736350.7445048452},
                        {5.0, 14285.714285714286, 71428.57142857143, 642857.1428571428},
                        {20.0, 4545.454545454545, 90909.0909090909, 545454.5454545454}};
  for (const Case& c : cases) {
    const double coarse = cost_of_blocks_and_rate(c.rho, c.x0, c.rate, 250);
    const double middle = cost_of_blocks_and_rate(c.rho, c.x0, c.rate, 500);
    const double fine = cost_of_blocks_and_rate(c.rho, c.x0, c.rate, 1000);
    CHECK(fine == Approx(c.cost).epsilon(1e-3));  // the case's limit check
    const double once = (4 * middle - coarse) / 3, twice = (4 * fine - middle) / 3;
    CHECK((16 * twice - once) / 15 == Approx(c.cost).epsilon(1e-8));
    CHECK(cost_of_blocks_and_rate(c.rho, 0.9 * c.x0, c.rate + 0.2 * c.x0, 500) > middle);  // any other split of it costs more
    CHECK(cost_of_blocks_and_rate(c.rho, 1.1 * c.x0, c.rate - 0.2 * c.x0, 500) > middle);
  }
}

// models.md 3.5: with a = exp(-rho tau), N + 1 equidistant trades are best as x_0 = x_N = X/((N-1)(1-a) + 2), x_0 (1-a) inside; with the
// kernel lambda + kappa exp(-rho t) every trade then meets the same marginal cost lambda X + kappa x_0 (1 + a), so the cost is
// lambda X^2/2 + kappa X x_0 (1 + a)/2.
TEST_CASE("OW-02 equidistant trades in the closed form's sizes meet one marginal cost") {
  const double rho = 0.7, kappa = 1.0 / 5'000 - 1e-4, shares = 1e5;
  for (const int n : {1, 2, 10}) {
    const double a = plimsoll::math::exp(-rho * 6.0);
    const double end = shares / ((n - 1) * (1 - a) + 2), inside = end * (1 - a);
    BlockBook model{5'000 * kLotsPerShare, 1e-4 / kLotsPerShare, rho};
    double cost = 0.0;
    for (int k = 0; k <= n; ++k) {
      const double size = k == 0 || k == n ? end : inside;
      cost += claims::take(model, 6 * fake::kSecond * k, static_cast<std::int64_t>(size * kLotsPerShare + 0.5)) / kLotsPerShare;
    }
    CHECK(cost == Approx(1e-4 * shares * shares / 2 + kappa * shares * end * (1 + a) / 2).epsilon(1e-9));
  }
}

// reference/validation.json OW-03, rel 1e-10: q = 2000, lambda = 1e-4, rho = 0.5.
TEST_CASE("OW-03 the book trace, trade by trade") {
  struct Row {
    std::int64_t time_s, lots;
    double before, after, average;
  };
  const Row rows[] = {{0, 1000, 0.0, 0.5, 0.25},
                      {1, 500, 0.3426122638850534, 0.5926122638850534, 0.4676122638850534},
                      {1, 300, 0.5926122638850534, 0.7426122638850534, 0.6676122638850533},
                      {4, 800, 0.3055357645421426, 0.7055357645421426, 0.5055357645421426}};
  BlockBook model{2'000, 1e-4, 0.5};
  double cost = 0.0;
  for (const Row& row : rows) {
    model.now = row.time_s * fake::kSecond;
    CHECK(model.displacement() == Approx(row.before).margin(1e-12).epsilon(1e-10));
    CHECK(model.sweep(1, row.lots).average_ticks == Approx(row.average).epsilon(1e-10));
    cost += claims::take(model, model.now, row.lots);
    CHECK(model.displacement() == Approx(row.after).epsilon(1e-10));
  }
  CHECK(cost == Approx(1088.5184227417567).epsilon(1e-10));
}

TEST_CASE("obizhaeva_wang is a book: nothing for nothing, additive at an instant, the same mirrored, and quiet when asked") {
  const auto make = [] { return std::make_unique<BlockBook>(40, 0.01, 0.2); };
  claims::is_a_book(make, 1e-12);
  claims::decays_towards(make, 0.01 * 1'000, 1e-12);
}

TEST_CASE("no round trip against obizhaeva_wang gains") {
  CHECK(claims::cheapest_round_trip([] { return std::make_unique<BlockBook>(40, 0.01, 0.2); }, 2'000, 6, 5'000, 20 * fake::kSecond) >
        -1e-12);
}

TEST_CASE("one lot moves an obizhaeva_wang book by the inverse of its depth, half of it paid") {
  BlockBook model{40, 0.01, 0.2};
  CHECK(model.sweep(-1, 1).average_ticks == Approx(-0.0125).epsilon(1e-15));
  CHECK(model.sweep(-1, 1).after_ticks == Approx(-0.025).epsilon(1e-15));
}

TEST_CASE("obizhaeva_wang refuses what would break its promise, and says why") {
  CHECK_THAT(block_refusal(40, 0.025, 0.2), Catch::Contains("below 1/depth_lots_per_tick") && Catch::Contains("pay for round trips"));
  CHECK_THAT(block_refusal(40, -0.001, 0.2), Catch::Contains("permanent_ticks_per_lot must be at least 0"));
  CHECK_THAT(block_refusal(40, kNan, 0.2), Catch::Contains("permanent_ticks_per_lot"));
  CHECK_THAT(block_refusal(40, 0, -0.2), Catch::Contains("resilience_per_s") && Catch::Contains("grows by itself"));
  CHECK_THAT(block_refusal(40, 0, kNan), Catch::Contains("resilience_per_s"));
  CHECK_THAT(block_refusal(0, 0, 0.2), Catch::Contains("depth_lots_per_tick must be above 0"));
  CHECK_THAT(block_refusal(kNan, 0, 0.2), Catch::Contains("depth_lots_per_tick"));
  CHECK(block_refusal(40, 0.0249, 0.2).empty());
}
