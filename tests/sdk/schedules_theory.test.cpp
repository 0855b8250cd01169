// Almgren-Chriss, its power law, Obizhaeva-Wang and transient impact, against the published and derived cases of validation.md.
#include <cmath>
#include <vector>

#include "claims.hpp"
#include "sdk/fake_host.hpp"
#include "sdk/plugin.hpp"
#include "sdk/theory/almgren_chriss.hpp"
#include "sdk/theory/almgren_chriss_portfolio.hpp"
#include "sdk/theory/almgren_power.hpp"
#include "sdk/theory/obizhaeva_wang.hpp"
#include "sdk/theory/quadratic_schedule.hpp"

using namespace plimsoll::sdk;
using namespace plimsoll::sdk::theory;
using Numbers = std::vector<double>;

namespace {

const Math kMath{fake::math_table()};

/// Table 1 of the paper: 1e6 shares over 5 days.
AlmgrenChriss paper() { return {1e6, 5.0, 5, 0.95, 0.0625, 2.5e-7, 2.5e-6}; }

CostAndRisk optimum(const AlmgrenChriss& problem, double lambda) {
  return cost_and_risk(problem, trades_of(holdings(kMath, problem, lambda)));
}

void check_close(const Numbers& values, const Numbers& expected, double tolerance) {
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(values[i] == Approx(expected[i]).epsilon(tolerance));
}

/// Of a positive definite matrix, by inverse iteration from buying and selling in turn, which convex kernels like least.
double smallest_eigenvalue(const Eigen::MatrixXd& matrix) {
  const Eigen::LDLT<Eigen::MatrixXd> solver{matrix};
  Eigen::VectorXd direction{matrix.rows()};
  for (Eigen::Index i = 0; i < direction.size(); ++i) direction(i) = i % 2 == 0 ? 1.0 : -1.0;
  for (int round = 0; round < 200; ++round) direction = solver.solve(direction).normalized();
  return direction.dot(matrix * direction);
}

}  // namespace

TEST_CASE("AC-01: the paper's order at lambda 1e-6") {
  const AlmgrenChriss problem = paper();
  CHECK(problem.eta_tilde() == Approx(2.375e-6).epsilon(1e-9));
  CHECK(kappa(kMath, problem, 1e-6) == Approx(0.6070761632).epsilon(1e-9));
  CHECK(1.0 / kappa(kMath, problem, 1e-6) == Approx(1.647239771).epsilon(1e-9));
  const Numbers held = holdings(kMath, problem, 1e-6);
  check_close({held.begin(), held.end() - 1}, {1e6, 541955.5544, 289854.2194, 147897.4878, 62141.80161}, 1e-8);
  CHECK(held.back() == 0.0);
  check_close(trades_of(held), {458044.4456, 252101.335, 141956.7316, 85755.68622, 62141.80161}, 1e-8);
  CHECK(optimum(problem, 1e-6).expected == Approx(911226.9863).epsilon(1e-9));
  CHECK(optimum(problem, 1e-6).variance == Approx(3.641285721e11).epsilon(1e-9));
  CHECK(optimum(problem, 1e-6).deviation() == Approx(603430.6688).epsilon(1e-9));
  CHECK(optimum(problem, 1e-6).expected + 1e-6 * optimum(problem, 1e-6).variance == Approx(1275355.5583619345).epsilon(1e-8));  // U
}

// The last three numbers of a row stand printed in a table of this frontier: E and V to four decimals, 1/kappa in days to two.
TEST_CASE("AC-02: the frontier's nearly risk-neutral end keeps its digits, and is the printed table") {
  struct Row {
    double expected, variance, half_life;  // in 1e6, 1e12, days
  };
  const auto row = [](double lambda, Row exact, Row printed) {
    const CostAndRisk best = optimum(paper(), lambda);
    const Row found = {best.expected * 1e-6, best.variance * 1e-12, 1.0 / kappa(kMath, paper(), lambda)};
    CHECK(found.expected == Approx(exact.expected).epsilon(1e-8));
    CHECK(found.variance == Approx(exact.variance).epsilon(1e-8));
    CHECK(found.half_life == Approx(exact.half_life).epsilon(1e-8));
    CHECK(std::fabs(found.expected - printed.expected) <= 5e-5);
    CHECK(std::fabs(found.variance - printed.variance) <= 5e-5);
    CHECK(std::fabs(found.half_life - printed.half_life) <= 5e-3);
  };
  row(1e-9, {0.6625009036702958, 1.0811918009782309, 51.299729815270055}, {0.6625, 1.0812, 51.30});
  row(2e-9, {0.6625036078305765, 1.0793887424360558, 36.274961114396945}, {0.6625, 1.0794, 36.27});
  row(5e-9, {0.6625224212451333, 1.0740102087798287, 22.943389350577586}, {0.6625, 1.0740, 22.94});
  row(9e-9, {0.6625720988200271, 1.066909586730322, 17.10207530997398}, {0.6626, 1.0669, 17.10});
}

TEST_CASE("AC-05: equal slices and all at once are the ends of the frontier") {
  const CostAndRisk naive = cost_and_risk(paper(), Numbers(5, 2e5));
  CHECK(naive.expected == Approx(662500).epsilon(1e-9));
  CHECK(naive.variance == Approx(1.083e12).epsilon(1e-9));
  const CostAndRisk at_once = cost_and_risk(paper(), {1e6, 0, 0, 0, 0});
  CHECK(at_once.expected == Approx(2562500).epsilon(1e-9));
  CHECK(at_once.variance == 0.0);
  check_close(trades_of(holdings(kMath, paper(), 0.0)), Numbers(5, 2e5), 1e-12);
  CHECK(optimum(paper(), 1e-20).expected == Approx(naive.expected).epsilon(1e-9));
  CHECK(optimum(paper(), 1.0).expected == Approx(at_once.expected).epsilon(1e-4));
}

TEST_CASE("AC-08: the continuous limit, its rates, cost and variance") {
  const ContinuousAlmgrenChriss problem{1e5, 1.0, 0.6, 2e-6, 1e-5};
  CHECK(problem.kappa() == Approx(1.341640786).epsilon(1e-9));
  check_close({problem.holding(kMath, 0.25), problem.holding(kMath, 0.5), problem.holding(kMath, 0.75)},
              {66491.14001, 40532.92414, 19177.57245}, 1e-8);
  CHECK(problem.rate(kMath, 0.0) == Approx(153846.2828).epsilon(1e-8));
  CHECK(problem.rate(kMath, 1.0) == Approx(75290.6284).epsilon(1e-8));
  CHECK(problem.cost_and_risk(kMath).expected == Approx(21053.307).epsilon(1e-8));
  CHECK(problem.cost_and_risk(kMath).variance == Approx(971594955.3).epsilon(1e-8));
  // Many periods approach it, and so does a tiny risk aversion the straight line.
  const CostAndRisk fine = optimum({1e5, 1.0, 20'000, 0.6, 0.0, 0.0, 2e-6}, 1e-5);
  CHECK(fine.expected == Approx(21053.307).epsilon(2e-4));
  const ContinuousAlmgrenChriss patient{1e5, 1.0, 0.6, 2e-6, 1e-14};
  CHECK(patient.cost_and_risk(kMath).expected == Approx(2e-6 * 1e10).epsilon(1e-8));
  CHECK(patient.cost_and_risk(kMath).variance == Approx(0.36 * 1e10 / 3.0).epsilon(1e-8));
}

TEST_CASE("who seeks risk waits: lambda below zero bends the other way, until there is no optimum") {
  const Numbers held = holdings(kMath, paper(), -1e-7);
  CHECK(held[1] > 8e5);
  // It is a stationary point of E + lambda V: shifting lots between two neighbours changes nothing in the first order.
  const auto goal = [](const Numbers& trades) {
    const CostAndRisk at = cost_and_risk(paper(), trades);
    return at.expected - 1e-7 * at.variance;
  };
  const Numbers best = trades_of(held);
  for (std::size_t k = 0; k + 1 < best.size(); ++k) {
    Numbers other = best;
    other[k] += 100.0;
    other[k + 1] -= 100.0;
    CHECK(goal(other) > goal(best));
    CHECK(goal(other) - goal(best) < 1.0);
  }
  CHECK_THROWS_WITH(holdings(kMath, paper(), -2e-6), Catch::Contains("no optimum"));
}

TEST_CASE("value at risk: its aversion is the one whose optimum minimises E + z sqrt V") {
  const double z = 1.645;
  const double lambda = value_at_risk_aversion(kMath, paper(), z);
  const auto value_at_risk = [&](double at) { return optimum(paper(), at).expected + z * optimum(paper(), at).deviation(); };
  CHECK(lambda == Approx(z / (2.0 * optimum(paper(), lambda).deviation())).epsilon(1e-9));
  CHECK(value_at_risk(lambda) < value_at_risk(lambda * 1.01));
  CHECK(value_at_risk(lambda) < value_at_risk(lambda / 1.01));
}

TEST_CASE("several assets: independent ones trade as alone, correlated ones as no perturbation could better") {
  AlmgrenChrissPortfolio book;
  book.quantity = Eigen::Vector2d{1e6, -4e5};
  book.horizon = 5.0;
  book.periods = 5;
  book.covariance = Eigen::Vector2d{0.95 * 0.95, 0.5}.asDiagonal();
  book.temporary = Eigen::Vector2d{2.5e-6, 4e-6}.asDiagonal();
  book.permanent = Eigen::Vector2d{2.5e-7, 1e-7}.asDiagonal();
  book.half_spread = Eigen::Vector2d{0.0625, 0.0};
  const auto first = holdings(book, 1e-6);
  const Numbers alone = holdings(kMath, paper(), 1e-6);
  for (std::size_t k = 0; k < alone.size(); ++k) CHECK(first[k](0) == Approx(alone[k]).epsilon(1e-9));

  book.covariance << 0.9, 0.5, 0.5, 0.5;
  book.temporary << 2.5e-6, 4e-7, 4e-7, 4e-6;
  const auto best = holdings(book, 1e-6);
  const auto goal = [&](const std::vector<Eigen::VectorXd>& held) {
    const CostAndRisk at = cost_and_risk(book, held);
    return at.expected + 1e-6 * at.variance;
  };
  for (std::size_t k = 1; k < 5; ++k)
    for (Eigen::Index asset = 0; asset < 2; ++asset)
      for (const double step : {-50.0, 50.0}) {
        auto other = best;
        other[k](asset) += step;
        CHECK(goal(other) > goal(best));
      }
  book.covariance(0, 1) = 0.7;
  CHECK_THROWS_WITH(holdings(book, 1e-6), Catch::Contains("symmetric"));
  book.covariance << 0.9, 0.9, 0.9, 0.5;
  CHECK_THROWS_WITH(holdings(book, 1e-6), Catch::Contains("negative eigenvalue"));
}

TEST_CASE("AC-10: power-law impact without a deadline, against its own differential equation and integrals") {
  for (const double k : {0.5, 0.6, 1.0, 1.5}) {
    const AlmgrenPower problem{1e5, 0.6, 3e-4, k, 1e-6};
    const double star = characteristic_time(kMath, problem);
    // k eta v^(k+1) = lambda sigma^2 x^2 along the whole path.
    for (const double age : {0.0, 0.3, 1.0, 2.0}) {
      const double h = 1e-6 * star, time = age * star + h;
      const double rate = (open_ended_holding(kMath, problem, time - h) - open_ended_holding(kMath, problem, time + h)) / (2.0 * h);
      const double held = open_ended_holding(kMath, problem, time);
      CHECK(k * 3e-4 * std::pow(rate, k + 1.0) == Approx(1e-6 * 0.36 * held * held).epsilon(1e-5));
    }
    CHECK(open_ended_holding(kMath, problem, 0.0) == Approx(1e5));
    const double risk = open_ended_cost_and_risk(kMath, problem).variance;
    double integral = 0.0;
    for (int i = 0; i < 400'000; ++i) {
      const double held = open_ended_holding(kMath, problem, (i + 0.5) * 1e-3 * star);
      integral += 0.36 * held * held * 1e-3 * star;
    }
    CHECK(risk == Approx(integral).epsilon(1e-3));
  }
}

TEST_CASE("the discrete power law is Almgren-Chriss at k = 1 and cannot be bettered at any k") {
  const AlmgrenPower linear{1e6, 0.95, 2.375e-6, 1.0, 1e-6};
  check_close(trades(kMath, linear, 5.0, 5), trades_of(holdings(kMath, paper(), 1e-6)), 1e-9);
  for (const double k : {0.4, 0.6, 1.5}) {
    const AlmgrenPower problem{1e4, 0.5, 1e-3, k, 1e-5};
    const Numbers best = trades(kMath, problem, 3600.0, 8);
    const auto goal = [&](const Numbers& at) {
      const CostAndRisk is = cost_and_risk(kMath, problem, 450.0, at);
      return is.expected + 1e-5 * is.variance;
    };
    double total = 0.0;
    for (const double trade : best) total += trade;
    CHECK(total == Approx(1e4).epsilon(1e-12));
    for (std::size_t i = 0; i < best.size(); ++i)
      for (std::size_t j = 0; j < best.size(); ++j) {
        if (i == j) continue;
        Numbers other = best;
        const double moved = 1e-3 * best[j];
        other[i] += moved;
        other[j] -= moved;
        CHECK(goal(other) >= goal(best) * (1.0 - 1e-12));
      }
  }
}

TEST_CASE("OW-01: the continuous optimum of a block-shaped book") {
  const auto row = [](double rho, double block, double rate, double cost) {
    const ObizhaevaWangPlan plan = continuous_plan({5000.0, 1e-4, rho}, 1e5, 1.0);
    CHECK(plan.block == Approx(block).epsilon(1e-8));
    CHECK(plan.rate == Approx(rate).epsilon(1e-8));
    CHECK(plan.cost == Approx(cost).epsilon(1e-8));
  };
  row(0.5, 40000, 20000, 900000);
  row(1.0, 33333.33333, 33333.33333, 833333.3333);
  row(2.231, 23635.07445, 52729.8511, 736350.7445);
  row(5.0, 14285.71429, 71428.57143, 642857.1429);
  row(20.0, 4545.454545, 90909.09091, 545454.5455);
}

TEST_CASE("OW-02: many equidistant trades approach it, the quadratic programme finds them, and OW-03's buys cost what they cost") {
  const ObizhaevaWang book{5000.0, 1e-4, 2.231};
  const Numbers fine = trades(kMath, book, 1e5, 1.0, 400);
  Numbers times;
  for (std::size_t j = 0; j < fine.size(); ++j) times.push_back(static_cast<double>(j) / 400.0);
  CHECK(cost(kMath, book, times, fine) == Approx(736350.7445).epsilon(5e-7));

  const Numbers coarse = trades(kMath, book, 1e5, 1.0, 10);
  Numbers eleven;
  for (int j = 0; j <= 10; ++j) eleven.push_back(j / 10.0);
  const Eigen::MatrixXd kernel =
      kernel_matrix(eleven, [&](double age) { return book.permanent + book.transient() * kMath.exp(-book.resilience * age); });
  check_close(optimal_trades(kernel, 1e5, false), coarse, 1e-9);
  CHECK(quadratic_form(kernel, coarse) / 2.0 == Approx(cost(kMath, book, eleven, coarse)).epsilon(1e-12));

  CHECK(cost(kMath, {2000.0, 1e-4, 0.5}, {0, 1, 1, 4}, {1000, 500, 300, 800}) == Approx(1088.518423).epsilon(1e-9));
}

TEST_CASE("PROP-02: the optimum of a power-law kernel is U-shaped, on one side, and no round trip earns") {
  Numbers times;
  for (int j = 0; j < 9; ++j) times.push_back(j / 8.0);
  const Eigen::MatrixXd kernel = kernel_matrix(times, [](double age) { return kMath.pow(1.0 + 10.0 * age, -0.4); });
  const Numbers best = optimal_trades(kernel, 900.0, false);
  check_close(best, {184.6897956, 87.97524991, 74.30070526, 69.16467487, 67.73914873, 69.16467487, 74.30070526, 87.97524991, 184.6897956},
              1e-8);
  CHECK(quadratic_form(kernel, best) / 2.0 == Approx(239631.3576).epsilon(1e-8));
  CHECK(quadratic_form(kernel, Numbers(9, 100.0)) / 2.0 == Approx(244569.4065).epsilon(1e-8));
  CHECK(smallest_eigenvalue(kernel) == Approx(0.2057228855127079).epsilon(1e-8));
  CHECK(*std::min_element(best.begin(), best.end()) > 0.0);
}

TEST_CASE(
    "PROP-03: a Gaussian kernel's optimum alternates; one-sided it does not, costs more, and satisfies the conditions of an optimum") {
  Numbers times;
  for (int j = 0; j < 9; ++j) times.push_back(j / 8.0);
  const Eigen::MatrixXd kernel = kernel_matrix(times, [](double age) { return kMath.exp(-(4.0 * age) * (4.0 * age)); });
  const Numbers alternating = optimal_trades(kernel, 900.0, false);
  CHECK(*std::min_element(alternating.begin(), alternating.end()) < -1.0);
  const Numbers one_sided = optimal_trades(kernel, 900.0, true);
  CHECK(*std::min_element(one_sided.begin(), one_sided.end()) >= 0.0);
  CHECK(quadratic_form(kernel, one_sided) > quadratic_form(kernel, alternating));
  for (std::size_t i = 0; i < 9; ++i)
    for (std::size_t j = 0; j < 9; ++j) {
      if (one_sided[j] < 1.0) continue;
      Numbers other = one_sided;
      other[i] += 1.0;
      other[j] -= 1.0;
      CHECK(quadratic_form(kernel, other) >= quadratic_form(kernel, one_sided) * (1.0 - 1e-12));
    }
}

TEST_CASE("what has no optimum is refused in words") {
  const Eigen::MatrixXd same = Eigen::MatrixXd::Constant(4, 4, 2.0);
  CHECK_THROWS_WITH(optimal_trades(same, 10.0, false), Catch::Contains("singular"));
  Eigen::MatrixXd growing = same;
  growing(0, 3) = growing(3, 0) = 9.0;
  CHECK_THROWS_WITH(optimal_trades(growing, 10.0, false), Catch::Contains("a round trip earns"));
  growing(1, 1) = std::nan("");
  CHECK_THROWS_AS(optimal_trades(growing, 10.0, true), std::invalid_argument);
  AlmgrenChriss coarse = paper();
  coarse.temporary = 1e-7;
  CHECK_THROWS_WITH(holdings(kMath, coarse, 1e-6), Catch::Contains("shorter periods"));
  CHECK_THROWS_AS(continuous_plan({5000.0, 2e-4, 1.0}, 1e5, 1.0), std::invalid_argument);
  CHECK_THROWS_AS(trades(kMath, AlmgrenPower{1e5, 0.6, std::nan(""), 0.6, 1e-6}, 1.0, 5), std::invalid_argument);
}
