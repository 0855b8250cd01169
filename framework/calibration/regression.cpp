#include "calibration/regression.hpp"

#include <algorithm>
#include <cmath>

#include "calibration/statistics.hpp"
#include "core/contract.hpp"

namespace plimsoll {
namespace {

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix out{a.rows, b.columns};
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < b.columns; ++j)
      for (std::size_t k = 0; k < a.columns; ++k) out(i, j) += a(i, k) * b(k, j);
  return out;
}

void add_outer(Matrix& sum, std::span<const double> a, std::span<const double> b, double weight) {
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j) sum(i, j) += weight * a[i] * b[j];
}

struct Fitted {
  const Matrix& scores;  ///< x_i e_i, row by row
  std::span<const std::int32_t> group;
  std::size_t n, k;
};

Matrix white_middle(const Fitted& fit) {
  Matrix middle{fit.k, fit.k};
  for (std::size_t i = 0; i < fit.n; ++i) add_outer(middle, fit.scores.row(i), fit.scores.row(i), 1);
  return middle;
}

Matrix newey_west_middle(const Fitted& fit, std::size_t lag) {
  Matrix middle = white_middle(fit);
  for (std::size_t l = 1; l <= lag; ++l) {
    const double weight = 1 - static_cast<double>(l) / static_cast<double>(lag + 1);
    for (std::size_t i = l; i < fit.n; ++i) {
      if (fit.group[i] != fit.group[i - l]) continue;
      add_outer(middle, fit.scores.row(i), fit.scores.row(i - l), weight);
      add_outer(middle, fit.scores.row(i - l), fit.scores.row(i), weight);
    }
  }
  return middle;
}

Matrix cluster_middle(const Fitted& fit) {
  Matrix middle{fit.k, fit.k};
  std::vector<double> sum(fit.k);
  for (std::size_t i = 0; i < fit.n; ++i) {
    for (std::size_t j = 0; j < fit.k; ++j) sum[j] += fit.scores(i, j);
    if (i + 1 < fit.n && fit.group[i + 1] == fit.group[i]) continue;
    add_outer(middle, sum, sum, 1);
    std::fill(sum.begin(), sum.end(), 0.0);
  }
  return middle;
}

void set_covariance(Regression& out, const Matrix& bread, const Fitted& fit, double residual_squares, const RegressionErrors& errors) {
  const auto n = static_cast<double>(fit.n), k = static_cast<double>(fit.k);
  double factor = 1;
  Matrix middle;
  out.critical = student_975(n - k);
  switch (errors.kind) {
    case Errors::ols:
      out.covariance = bread;
      for (double& each : out.covariance.values) each *= residual_squares / (n - k);
      out.method = "OLS";
      return;
    case Errors::hc1:
      middle = white_middle(fit);
      factor = n / (n - k);
      out.method = "OLS, HC1 errors";
      break;
    case Errors::newey_west:
      middle = newey_west_middle(fit, errors.lag);
      out.critical = bartlett_975(errors.lag, fit.n);
      out.method = "OLS, Newey-West errors, lag " + std::to_string(errors.lag);
      break;
    case Errors::cluster: {
      const std::size_t groups = count_groups(fit.group);
      const auto g = static_cast<double>(groups);
      middle = cluster_middle(fit);
      factor = g / (g - 1) * (n - 1) / (n - k);
      out.critical = student_975(std::max(g - 1, 3.0));
      out.method = "OLS, errors clustered by " + std::to_string(groups) + " days";
      break;
    }
  }
  out.covariance = product(product(bread, middle), bread);
  for (double& each : out.covariance.values) each *= factor;
}

bool has_constant(const Matrix& x) {
  for (std::size_t j = 0; j < x.columns; ++j) {
    bool constant = true;
    for (std::size_t i = 1; i < x.rows && constant; ++i) constant = x(i, j) == x(0, j);
    if (constant) return true;
  }
  return false;
}

}  // namespace

double Regression::error(std::size_t at) const { return std::sqrt(covariance(at, at)); }

Regression regress(const Matrix& x, std::span<const double> y, std::span<const std::int32_t> group, const RegressionErrors& errors) {
  EXPECT(x.rows == y.size() && (group.empty() || group.size() == y.size()));
  const std::size_t n = x.rows, k = x.columns;
  Regression out;
  out.n = n;
  const std::vector<std::int32_t> one_group(group.empty() ? n : 0, 0);
  out.refusal = n < k + 8 ? too_few(static_cast<std::int64_t>(n), "observations", static_cast<std::int64_t>(k + 8))
                          : not_finite(x.values, "regressors") + not_finite(y, "responses");
  if (out.refused()) return out;

  Matrix gram{k, k};
  std::vector<double> moment(k);
  for (std::size_t i = 0; i < n; ++i) {
    add_outer(gram, x.row(i), x.row(i), 1);
    for (std::size_t j = 0; j < k; ++j) moment[j] += x(i, j) * y[i];
  }
  const std::optional<Matrix> bread = inverse_spd(gram);
  if (!bread) {
    out.refusal = "singular: the regressors do not vary, or one is a sum of the others";
    return out;
  }
  out.coefficients.assign(k, 0.0);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j) out.coefficients[i] += (*bread)(i, j) * moment[j];

  Matrix scores{n, k};
  double residual_squares = 0, squares = 0, sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double residual = y[i];
    for (std::size_t j = 0; j < k; ++j) residual -= x(i, j) * out.coefficients[j];
    for (std::size_t j = 0; j < k; ++j) scores(i, j) = x(i, j) * residual;
    residual_squares += residual * residual;
    squares += y[i] * y[i];
    sum += y[i];
  }
  const double total = has_constant(x) ? squares - sum * sum / static_cast<double>(n) : squares;
  out.r2 = total > 0 ? 1 - residual_squares / total : kUndefined;
  set_covariance(out, *bread, {scores, group.empty() ? std::span<const std::int32_t>{one_group} : group, n, k}, residual_squares, errors);
  return out;
}

RegressionErrors robust_errors(std::size_t n, std::span<const std::int32_t> group) {
  if (count_groups(group) >= kClustersMin) return {Errors::cluster, 0};
  return {Errors::newey_west, newey_west_lag(n)};
}

Regression long_run_mean(std::span<const double> values, std::span<const double> weights, std::span<const std::int32_t> group) {
  // sqrt(w) v = sqrt(w) m + e gives the weighted mean, and its scores are w (v - m).
  Matrix x{values.size(), 1};
  std::vector<double> y(values.begin(), values.end()), scores;
  for (std::size_t i = 0; i < values.size(); ++i) {
    x(i, 0) = weights.empty() ? 1.0 : std::sqrt(weights[i]);
    y[i] *= x(i, 0);
  }
  RegressionErrors errors = robust_errors(values.size(), group);
  Regression first = regress(x, y, group, errors);
  if (first.refused() || errors.kind == Errors::cluster) return first;
  for (std::size_t i = 0; i < values.size(); ++i) scores.push_back(x(i, 0) * (y[i] - x(i, 0) * first.coefficients[0]));
  errors.lag = andrews_lag(scores, group);
  Regression out = regress(x, y, group, errors);
  out.method = "mean, Newey-West errors, lag " + std::to_string(errors.lag);
  return out;
}

double r_squared(const Matrix& x, std::span<const double> y, std::span<const double> coefficients) {
  double squares = 0, sum = 0, residual_squares = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    double residual = y[i];
    for (std::size_t j = 0; j < x.columns; ++j) residual -= x(i, j) * coefficients[j];
    residual_squares += residual * residual;
    squares += y[i] * y[i];
    sum += y[i];
  }
  const double total = squares - sum * sum / static_cast<double>(y.size());
  return total > 0 ? 1 - residual_squares / total : kUndefined;
}

}  // namespace plimsoll
