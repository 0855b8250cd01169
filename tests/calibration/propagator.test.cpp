// Response, kernel and decay: the formulas against brute force, planted kernels, what is refused.
#include "calibration/propagator.hpp"
#include "calibration/linear_algebra.hpp"
#include "calibration/power_decay.hpp"
#include "core/math.hpp"
#include "planted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

/// Trades with signs that stick (probability `stay` to repeat) and a mid that answers with `kernel`, which is constant beyond its end.
Observations planted_trades(Draws& draws, std::size_t trades, const std::vector<double>& kernel, double stay, double noise) {
  Observations day = quiet_day(1);
  std::vector<double> lots;
  double sign = 1, mid = 10'000;
  for (std::size_t t = 0; t < trades; ++t) {
    if (draws.uniform() > stay) sign = draws.sign();
    day.trades.push_back({kMorning + static_cast<std::int64_t>(t) * kSecond / 2, sign * draws.lots(0.3), mid, 0});
    lots.push_back(day.trades.back().signed_lots);
    for (std::size_t n = 0; n < kernel.size() && n <= t; ++n) mid += (kernel[n] - (n > 0 ? kernel[n - 1] : 0)) * lots[t - n];
    mid += noise * draws.normal();
  }
  return day;
}

std::vector<double> kernel_values(std::size_t size, double (*kernel)(double)) {
  std::vector<double> out;
  for (std::size_t l = 1; l <= size; ++l) out.push_back(kernel(static_cast<double>(l)));
  return out;
}
double power_kernel(double lag) { return 0.5 * math::pow(1 + lag, -0.3); }
double exponential_kernel(double lag) { return 0.2 + 0.3 * math::exp(-lag / 4); }

}  // namespace

// Source: Bouchaud, Gefen, Potters and Wyart (2004); the definition R(l) = E[(p_{t+l} - p_t) x_t] summed term by term; 1e-12.
TEST_CASE("PROP-06 the response of a kernel is that of its definition, and the kernel comes back out of it") {
  const std::size_t lags = 40;
  const std::vector<double> kernel = kernel_values(lags, power_kernel);
  std::vector<double> correlation;
  for (std::size_t n = 0; n < lags; ++n) correlation.push_back(n == 0 ? 1.0 : 0.3 * math::pow(static_cast<double>(n), -0.5));
  const auto kernel_at = [&](std::int64_t lag) { return lag <= 0 ? 0.0 : kernel[std::min<std::size_t>(lag, lags) - 1]; };
  const auto correlation_at = [&](std::int64_t lag) {
    const auto at = static_cast<std::size_t>(lag < 0 ? -lag : lag);
    return at < lags ? correlation[at] : 0.0;
  };
  const std::vector<double> response = response_of(kernel, correlation);
  REQUIRE(response.size() == lags);
  for (std::int64_t l = 1; l <= static_cast<std::int64_t>(lags); ++l) {
    double expected = 0;  // trade 0 is ours; trade s moves p_l by G(l - s) and p_0 by G(-s)
    for (std::int64_t s = -200; s < l; ++s) expected += (kernel_at(l - s) - kernel_at(-s)) * correlation_at(s);
    CHECK(response[static_cast<std::size_t>(l - 1)] == Approx(expected).epsilon(1e-12));
  }

  std::vector<double> covariance(response);
  for (std::size_t l = lags - 1; l > 0; --l) covariance[l] -= covariance[l - 1];
  const std::vector<double> solved = solve_kernel(covariance, correlation, 0);
  REQUIRE(solved.size() == lags);
  for (std::size_t l = 0; l < lags; ++l) CHECK(solved[l] == Approx(kernel[l]).epsilon(1e-9));
  const std::vector<double> smoothed = solve_kernel(covariance, correlation, 0.1);
  for (std::size_t l = 0; l < lags; ++l) CHECK(smoothed[l] == Approx(kernel[l]).epsilon(5e-3));
}

// Source: models.md 9.5, I(t)/I(0) = p + (1 - p)(1 + t/t0)^-b; judged by the curve: 1e-6.
TEST_CASE("DECAY-01 the decay of impact is found again with its plateau, and noise does not move the curve by more than itself") {
  std::vector<double> t, y, noisy;
  Draws draws{3};
  const PowerDecay planted{1, 0.3, 20, 0.6, 0};
  for (double each = 0; each < 86'400; each = each * 1.5 + 1) {
    t.push_back(each);
    y.push_back(planted.at(each));
    noisy.push_back(y.back() + 0.01 * draws.normal());
  }
  const FittedDecay exact = fit_power_decay(t, y, {.scale = 1, .plateau = {}, .t0 = {}, .weights = {}});
  REQUIRE(exact.refusal.empty());
  CHECK(exact.decay.sum_of_squares < 1e-10);
  for (std::size_t i = 0; i < t.size(); ++i) CHECK(exact.decay.at(t[i]) == Approx(y[i]).margin(1e-5));
  CHECK(exact.decay.plateau == Approx(0.3).epsilon(0.01));
  CHECK(exact.decay.t0 == Approx(20).epsilon(0.02));
  CHECK(exact.decay.exponent == Approx(0.6).epsilon(0.02));
  const FittedDecay rough = fit_power_decay(t, noisy, {.scale = 1, .plateau = {}, .t0 = {}, .weights = {}});
  CHECK(rough.decay.sum_of_squares < 1e-4 * static_cast<double>(t.size()) * 1.5);
  for (std::size_t i = 0; i < t.size(); ++i) CHECK(rough.decay.at(t[i]) == Approx(y[i]).margin(0.02));
}

TEST_CASE("a decay without enough points, with a NaN or without time is refused") {
  const std::vector<double> t = {0, 1, 2}, y = {1, 0.5, 0.4}, nan = {1, kUndefined, 0.4}, still = {0, 0, 0};
  CHECK(fit_power_decay(t, y, {}).refusal == "insufficient: n = 3 points of a decay, need 5");
  CHECK(fit_power_decay(t, nan, {.scale = 1, .plateau = 0, .t0 = 1, .weights = {}}).refusal == "not finite: values, value 2 of 3");
  CHECK(fit_power_decay(still, y, {.scale = 1, .plateau = 0, .t0 = 1, .weights = {}}).refusal == "insufficient: no positive time");
}

TEST_CASE("non-negative least squares meets its optimality conditions and equals least squares when that is positive") {
  Matrix a{6, 3};
  Draws draws{9};
  for (double& each : a.values) each = draws.normal();
  const auto residual_moment = [&](const std::vector<double>& b, const std::vector<double>& x) {
    std::vector<double> out(3);
    for (std::size_t i = 0; i < 6; ++i) {
      double residual = b[i];
      for (std::size_t j = 0; j < 3; ++j) residual -= a(i, j) * x[j];
      for (std::size_t j = 0; j < 3; ++j) out[j] += a(i, j) * residual;
    }
    return out;
  };
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<double> b;
    for (int i = 0; i < 6; ++i) b.push_back(draws.normal());
    const std::vector<double> x = nonnegative_least_squares(a, b), moment = residual_moment(b, x);
    for (std::size_t j = 0; j < 3; ++j) {
      CHECK(x[j] >= 0);
      CHECK(moment[j] <= 1e-9);  // no free descent is left
      if (x[j] > 0) CHECK(moment[j] == Approx(0).margin(1e-9));
    }
  }
  const std::vector<double> b = {a(0, 0) + 2 * a(0, 2), a(1, 0) + 2 * a(1, 2), a(2, 0) + 2 * a(2, 2),
                                 a(3, 0) + 2 * a(3, 2), a(4, 0) + 2 * a(4, 2), a(5, 0) + 2 * a(5, 2)};
  const std::vector<double> x = nonnegative_least_squares(a, b);
  CHECK(x[0] == Approx(1));
  CHECK(x[1] == Approx(0).margin(1e-9));
  CHECK(x[2] == Approx(2));
}

TEST_CASE("the exponentials of a kernel are positive, few, and close to it: a power law within 1 % of its start") {
  const std::vector<double> kernel = kernel_values(100, power_kernel);
  const ExponentialKernel fit = fit_exponentials(kernel, {});
  CHECK(fit.rates.size() >= 3);
  for (const double weight : fit.weights_ticks_per_lot) CHECK(weight > 0);
  for (std::size_t l = 1; l <= 100; ++l) CHECK(fit.at(static_cast<double>(l)) == Approx(kernel[l - 1]).margin(0.01 * kernel[0]));
}

TEST_CASE("propagator: intervals hold a planted power law in 92 to 98 % of 500 markets") {
  const PropagatorSettings settings{.lags = 12, .bootstrap = {.cells_per_block = 1, .replicates = 60, .seed = 7}};
  const std::vector<double> kernel = kernel_values(12, power_kernel);
  check_coverage(
      coverage(500, {{"kernel_1", kernel[0]}, {"kernel_10", kernel[9]}, {"power_scale", 0.5}, {"power_exponent", 0.3}}, [&](Draws& draws) {
        const std::vector<Observations> days{planted_trades(draws, 1'500, kernel, 0, 2)};
        return estimate_propagator(days, settings).estimate;
      }));
}

TEST_CASE("propagator: with signs that stick, intervals hold a planted exponential kernel in 92 to 98 % of 500 markets") {
  const PropagatorSettings settings{.lags = 12, .bootstrap = {.cells_per_block = 1, .replicates = 60, .seed = 7}};
  const std::vector<double> kernel = kernel_values(12, exponential_kernel);
  check_coverage(coverage(500, {{"kernel_1", kernel[0]}, {"kernel_10", kernel[9]}, {"kernel_12", kernel[11]}}, [&](Draws& draws) {
    const std::vector<Observations> days{planted_trades(draws, 1'500, kernel, 0.4, 2)};
    return estimate_propagator(days, settings).estimate;
  }));
}

TEST_CASE("propagator: rates per second are rates per trade times the trades of a second; out of sample it still predicts") {
  Draws draws{2};
  const std::vector<double> kernel = kernel_values(60, exponential_kernel);
  const std::vector<Observations> days{planted_trades(draws, 3'000, kernel, 0.4, 1)};
  const PropagatorFit fit = estimate_propagator(days, {});
  CHECK(fit.trades_per_s == Approx(2));
  REQUIRE(fit.per_second.rates.size() == fit.per_trade.rates.size());
  for (std::size_t m = 0; m < fit.per_trade.rates.size(); ++m) CHECK(fit.per_second.rates[m] == Approx(2 * fit.per_trade.rates[m]));
  CHECK(fit.sign_correlation[0] == Approx(0.4).margin(0.05));
  CHECK(fit.estimate.out_of_sample.rest > 0.2);
  for (const std::size_t lag : {1, 5, 20}) CHECK(fit.per_trade.at(static_cast<double>(lag)) == Approx(kernel[lag - 1]).margin(0.04));
  CHECK(fit.response[0] > 0);
  const PropagatorFit again = estimate_propagator(days, {});
  CHECK(again.estimate.covariance == fit.estimate.covariance);
}

TEST_CASE("propagator: too few trades, a NaN and flow without size are refused with the reason") {
  Draws draws{4};
  const std::vector<double> kernel = {0.5};
  const std::vector<Observations> few{planted_trades(draws, 150, kernel, 0, 1)};
  CHECK(estimate_propagator(few, {}).estimate.refusal == "insufficient: n = 149 trades, need 310");
  std::vector<Observations> broken{planted_trades(draws, 1'000, kernel, 0, 1)};
  broken[0].trades[10].mid_ticks = kUndefined;
  CHECK(estimate_propagator(broken, {}).estimate.refusal.substr(0, 10) == "not finite");
  CHECK(estimate_propagator(broken, {}).per_second.rates.empty());
  std::vector<Observations> same{planted_trades(draws, 1'000, kernel, 0, 1)};
  for (SignedTrade& trade : same[0].trades) trade.signed_lots = 5;  // every trade like the one before: no lag can be told from another
  CHECK(estimate_propagator(same, {.ridge = 0}).estimate.refusal.substr(0, 8) == "singular");
}
