#error \
    "LEAD: own Cholesky/condition estimator will not be merged (a packaged library beats our own code). Revert the linear_algebra part of 05976e2; make Eigen cheap instead: include <Eigen/Cholesky> only, LDLT instead of CompleteOrthogonalDecomposition, -O1. Then look for build time elsewhere."
#include "calibration/linear_algebra.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {
namespace {

using Vector = std::vector<double>;

double absolute_sum(std::span<const double> values) {
  double sum = 0;
  for (const double each : values) sum += std::abs(each);
  return sum;
}

/// A = S^-1 L L' S^-1, S diagonal so that S A S has ones on its diagonal.
class Factor {
 public:
  /// A pivot of at most `least` counts as none: what belongs to it is determined by the others, and its part of a solution is 0.
  Factor(const Matrix& a, double least) : scale_(a.rows), lower_{a.rows, a.rows} {
    const std::size_t size = a.rows;
    for (std::size_t i = 0; i < size; ++i) scale_[i] = 1 / std::sqrt(a(i, i));
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double left = scale_[i] * a(i, j) * scale_[j];
        for (std::size_t k = 0; k < j; ++k) left -= lower_(i, k) * lower_(j, k);
        if (j < i)
          lower_(i, j) = lower_(j, j) > 0 ? left / lower_(j, j) : 0;
        else
          lower_(i, i) = left > least ? std::sqrt(left) : 0;
      }
      complete_ = complete_ && lower_(i, i) > 0;
    }
  }

  bool complete() const { return complete_; }

  /// x of (S A S) x = b.
  Vector solve_scaled(Vector b) const {
    const std::size_t size = b.size();
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t k = 0; k < i; ++k) b[i] -= lower_(i, k) * b[k];
      b[i] = lower_(i, i) > 0 ? b[i] / lower_(i, i) : 0;
    }
    for (std::size_t i = size; i-- > 0;) {
      b[i] = lower_(i, i) > 0 ? b[i] / lower_(i, i) : 0;
      for (std::size_t k = 0; k < i; ++k) b[k] -= lower_(i, k) * b[i];
    }
    return b;
  }

  /// x of A x = b.
  Vector solve(std::span<const double> b) const {
    Vector x{b.begin(), b.end()};
    for (std::size_t i = 0; i < x.size(); ++i) x[i] *= scale_[i];
    x = solve_scaled(std::move(x));
    for (std::size_t i = 0; i < x.size(); ++i) x[i] *= scale_[i];
    return x;
  }

  /// |(S A S)^-1| in the norm of column sums, from below: Higham (2002), Accuracy and Stability of Numerical Algorithms, algorithm 15.4.
  double inverse_norm() const {
    const std::size_t size = scale_.size();
    Vector x(size, 1 / static_cast<double>(size));
    double norm = 0;
    for (int turn = 0; turn < 5; ++turn) {
      Vector y = solve_scaled(x);
      norm = std::max(norm, absolute_sum(y));
      for (double& each : y) each = each < 0 ? -1 : 1;
      const Vector rise = solve_scaled(y);
      const auto steepest = std::max_element(rise.begin(), rise.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
      double along = 0;
      for (std::size_t i = 0; i < size; ++i) along += rise[i] * x[i];
      if (!(std::abs(*steepest) > along)) break;
      x.assign(size, 0);
      x[static_cast<std::size_t>(steepest - rise.begin())] = 1;
    }
    for (std::size_t i = 0; i < size; ++i)  // a vector that catches what the climb misses
      x[i] = (i % 2 == 0 ? 1 : -1) * (1 + static_cast<double>(i) / std::max<double>(1, static_cast<double>(size) - 1));
    return std::max(norm, 2 * absolute_sum(solve_scaled(x)) / (3 * static_cast<double>(size)));
  }

 private:
  Vector scale_;
  Matrix lower_;
  bool complete_ = true;
};

std::optional<Factor> factorized(const Matrix& a) {
  const bool finite = std::all_of(a.values.begin(), a.values.end(), [](double each) { return std::isfinite(each); });
  if (a.rows == 0 || a.rows != a.columns || !finite) return {};
  double norm = 0;
  for (std::size_t i = 0; i < a.rows; ++i)
    if (!(a(i, i) > 0)) return {};
  for (std::size_t i = 0; i < a.rows; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < a.rows; ++j) sum += std::abs(a(i, j)) / std::sqrt(a(i, i)) / std::sqrt(a(j, j));
    norm = std::max(norm, sum);
  }
  Factor out{a, 0};
  if (!out.complete() || !(1 / (norm * out.inverse_norm()) > kSingular)) return {};
  return out;
}

double product(const Matrix& a, std::size_t row, std::span<const double> x) {
  double sum = 0;
  for (std::size_t k = 0; k < x.size(); ++k) sum += a(row, k) * x[k];
  return sum;
}

/// Of gram x = moment the part in `set`; columns that the others determine to rounding get 0.
Vector solve_within(const Matrix& gram, const Vector& moment, const std::vector<std::size_t>& set) {
  constexpr double rounding = 1e-14;
  Matrix part{set.size(), set.size()};
  Vector right;
  for (std::size_t i = 0; i < set.size(); ++i) {
    for (std::size_t j = 0; j < set.size(); ++j) part(i, j) = gram(set[i], set[j]);
    right.push_back(moment[set[i]]);
  }
  return Factor{part, rounding}.solve(right);
}

}  // namespace

std::optional<Matrix> inverse_spd(const Matrix& a) {
  const std::optional<Factor> factor = factorized(a);
  if (!factor) return {};
  Matrix out{a.rows, a.columns};
  for (std::size_t column = 0; column < a.columns; ++column) {
    Vector unit(a.rows, 0);
    unit[column] = 1;
    const Vector x = factor->solve(unit);
    for (std::size_t row = 0; row < a.rows; ++row) out(row, column) = x[row];
  }
  return out;
}

std::optional<std::vector<double>> solve_spd(const Matrix& a, std::span<const double> b) {
  const std::optional<Factor> factor = factorized(a);
  if (!factor) return {};
  Vector x = factor->solve(b);
  if (!std::all_of(x.begin(), x.end(), [](double each) { return std::isfinite(each); })) return {};
  return x;
}

std::vector<double> nonnegative_least_squares(const Matrix& a, std::span<const double> b) {
  const std::size_t size = a.columns;
  Matrix gram{size, size};
  Vector moment(size), x(size);
  for (std::size_t row = 0; row < a.rows; ++row)
    for (std::size_t i = 0; i < size; ++i) {
      moment[i] += a(row, i) * b[row];
      for (std::size_t j = 0; j < size; ++j) gram(i, j) += a(row, i) * a(row, j);
    }
  double enough = 1e-300;
  for (const double each : moment) enough = std::max(enough, 1e-12 * std::abs(each));
  std::vector<bool> free(size, false);
  // Each turn frees one bound or ends; 3 n turns are far more than the algorithm needs.
  for (std::size_t turn = 0; turn < 3 * size; ++turn) {
    std::size_t best = size;
    double steepest = enough;
    for (std::size_t i = 0; i < size; ++i) {
      const double descent = moment[i] - product(gram, i, x);
      if (free[i] || !(descent > steepest)) continue;
      best = i;
      steepest = descent;
    }
    if (best == size) break;
    free[best] = true;
    while (true) {
      std::vector<std::size_t> set;
      for (std::size_t i = 0; i < size; ++i)
        if (free[i]) set.push_back(i);
      const Vector inner = solve_within(gram, moment, set);
      double step = 1.0;
      std::size_t blocking = size;
      for (std::size_t k = 0; k < set.size(); ++k) {
        const double to_zero = x[set[k]] / (x[set[k]] - inner[k]);
        if (inner[k] > 0 || !(to_zero < step)) continue;  // 0/0: left out, and at 0 already
        step = to_zero;
        blocking = set[k];
      }
      for (std::size_t k = 0; k < set.size(); ++k) x[set[k]] += step * (inner[k] - x[set[k]]);
      if (blocking == size) break;
      x[blocking] = 0;
      for (const std::size_t i : set)
        if (x[i] <= 0) free[i] = false;
    }
  }
  for (double& each : x) each = std::max(each, 0.0);
  return x;
}

}  // namespace plimsoll
