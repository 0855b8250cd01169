#include "calibration/square_root.hpp"

#include <algorithm>
#include <cmath>

#include "calibration/intervals.hpp"
#include "calibration/regression.hpp"
#include "calibration/statistics.hpp"
#include "core/math.hpp"

namespace plimsoll {
namespace {

constexpr std::int64_t kParentsMin = 30;
constexpr std::size_t kParentsForExponent = 100;
constexpr Duration kDay = 86'400 * kSecond;
constexpr double kAverageToPeak = 1.5;

/// Rows scaled by the square root of their weight.
struct Rows {
  std::vector<double> root_weight, impact, share, log_share;
  std::vector<std::int32_t> day;
};

Rows rows_of_parents(std::span<const Metaorder> parents, double daily_volatility, double daily_volume_lots) {
  Rows out;
  for (const Metaorder& parent : parents) {
    const double moved =
        std::isnan(parent.end_mid) ? kAverageToPeak * (parent.average_price - parent.arrival_mid) : parent.end_mid - parent.arrival_mid;
    const double seconds = std::max(1.0, static_cast<double>(parent.end - parent.start) / kSecond);
    out.root_weight.push_back(1 / std::sqrt(seconds));
    out.impact.push_back(sign(parent.side) * moved / parent.arrival_mid / daily_volatility);
    out.share.push_back(parent.quantity_lots / daily_volume_lots);
    out.log_share.push_back(math::log(out.share.back()));
    out.day.push_back(static_cast<std::int32_t>(parent.start / kDay));
  }
  return out;
}

RegressionErrors errors_of(const Rows& rows) {
  return count_groups(rows.day) >= kClustersMin ? RegressionErrors{Errors::cluster, 0} : RegressionErrors{Errors::hc1, 0};
}

/// Gauss-Newton on y = exp(a) v^d, from a given start, halving steps that do not improve.
struct Power {
  double log_prefactor, exponent;
  double at(double log_share) const { return math::exp(log_prefactor + exponent * log_share); }
};
double squares_of(const Rows& rows, const Power& power) {
  double sum = 0;
  for (std::size_t i = 0; i < rows.impact.size(); ++i) {
    const double miss = rows.root_weight[i] * (rows.impact[i] - power.at(rows.log_share[i]));
    sum += miss * miss;
  }
  return sum;
}
Regression linearised(const Rows& rows, const Power& power) {
  Matrix x{rows.impact.size(), 2};
  std::vector<double> residual;
  for (std::size_t i = 0; i < rows.impact.size(); ++i) {
    const double predicted = rows.root_weight[i] * power.at(rows.log_share[i]);
    x(i, 0) = predicted;
    x(i, 1) = predicted * rows.log_share[i];
    residual.push_back(rows.root_weight[i] * rows.impact[i] - predicted);
  }
  return regress(x, residual, rows.day, errors_of(rows));
}

/// Adds the free fit to `out` when it converges.
void add_free_exponent(const Rows& rows, Estimate& out) {
  Power power{math::log(out.parameters[0].value), 0.5};
  double squares = squares_of(rows, power);
  bool settled = false;
  for (int turn = 0; turn < 100 && !settled; ++turn) {
    const Regression step = linearised(rows, power);
    if (step.refused()) return;
    const double length = std::abs(step.coefficients[0]) + std::abs(step.coefficients[1]);
    settled = length < 1e-6;  // errors are far larger
    double scale = 1;
    for (int halving = 0; halving < 30; ++halving, scale /= 2) {
      const Power next{power.log_prefactor + scale * step.coefficients[0], power.exponent + scale * step.coefficients[1]};
      const double next_squares = squares_of(rows, next);
      if (!(next_squares <= squares)) continue;
      power = next;
      squares = next_squares;
      break;
    }
  }
  const Regression fit = linearised(rows, power);
  if (!settled || fit.refused()) return;
  const double prefactor = math::exp(power.log_prefactor);
  out.parameters.push_back(symmetric("exponent", "1", power.exponent, fit.error(1), fit.critical));
  out.parameters.push_back(log_symmetric("free_prefactor", "1", prefactor, fit.error(0), fit.critical));
  // Two fits of the same orders: what they have in common is not claimed, the free one is for reading.
  out.covariance = {out.covariance[0], 0, 0, 0, kUndefined, kUndefined, 0, kUndefined, kUndefined};
}

}  // namespace

Estimate estimate_square_root(std::span<const Metaorder> parents, double daily_volatility, double daily_volume_lots) {
  const auto n = static_cast<std::int64_t>(parents.size());
  const std::string name = "square_root";
  if (n < kParentsMin) return refused(name, too_few(n, "own parents", kParentsMin));
  const Rows rows = rows_of_parents(parents, daily_volatility, daily_volume_lots);
  Matrix x{parents.size(), 1};
  std::vector<double> y;
  for (std::size_t i = 0; i < parents.size(); ++i) {
    x(i, 0) = rows.root_weight[i] * std::sqrt(rows.share[i]);
    y.push_back(rows.root_weight[i] * rows.impact[i]);
  }
  const Regression fit = regress(x, y, rows.day, errors_of(rows));
  if (fit.refused()) return refused(name, fit.refusal);
  Estimate out;
  out.name = name;
  out.parameters = {symmetric("prefactor", "1", fit.coefficients[0], fit.error(0), fit.critical)};
  out.parameters[0].least = 0;
  out.covariance = {fit.covariance(0, 0)};
  out.n = n;
  out.n_of = "own parents";
  out.fit_measure = "R2";
  out.fit = fit.r2;
  out.method = fit.method + ", weighted by 1 / duration; exponent 1/2 given";
  out.out_of_sample = r2_out_of_sample(x, y, rows.day);
  if (parents.size() >= kParentsForExponent && out.parameters[0].value > 0) add_free_exponent(rows, out);
  return out;
}

}  // namespace plimsoll
