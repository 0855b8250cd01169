#include "calibration/linear_algebra.hpp"

#include <Eigen/QR>
#include <algorithm>

namespace plimsoll {
namespace {

using Dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using DenseVector = Eigen::VectorXd;

Eigen::Map<const Dense> dense(const Matrix& a) {
  return {a.values.data(), static_cast<Eigen::Index>(a.rows), static_cast<Eigen::Index>(a.columns)};
}

/// A scaled to a unit diagonal, and its Cholesky factor.
struct Factor {
  DenseVector scale;
  Eigen::LLT<Dense> factor;
};

std::optional<Factor> factorized(const Matrix& a) {
  const auto matrix = dense(a);
  if (a.rows == 0 || a.rows != a.columns || !matrix.allFinite() || !(matrix.diagonal().minCoeff() > 0)) return {};
  const DenseVector scale = matrix.diagonal().cwiseSqrt().cwiseInverse();
  const Dense scaled = scale.asDiagonal() * matrix * scale.asDiagonal();
  Factor out{scale, Eigen::LLT<Dense>{scaled}};
  if (out.factor.info() != Eigen::Success || !(out.factor.rcond() > kSingular)) return {};
  return out;
}

}  // namespace

std::optional<Matrix> inverse_spd(const Matrix& a) {
  const std::optional<Factor> factor = factorized(a);
  if (!factor) return {};
  const auto size = static_cast<Eigen::Index>(a.rows);
  Matrix out{a.rows, a.columns};
  Eigen::Map<Dense>{out.values.data(), size, size} =
      factor->scale.asDiagonal() * factor->factor.solve(Dense::Identity(size, size)) * factor->scale.asDiagonal();
  return out;
}

std::optional<std::vector<double>> solve_spd(const Matrix& a, std::span<const double> b) {
  const std::optional<Factor> factor = factorized(a);
  if (!factor) return {};
  const Eigen::Map<const DenseVector> right{b.data(), static_cast<Eigen::Index>(b.size())};
  const DenseVector x = factor->scale.cwiseProduct(factor->factor.solve(DenseVector{factor->scale.cwiseProduct(right)}));
  if (!x.allFinite()) return {};
  return std::vector<double>(x.data(), x.data() + x.size());
}

std::vector<double> nonnegative_least_squares(const Matrix& a, std::span<const double> b) {
  const auto matrix = dense(a);
  const Eigen::Map<const DenseVector> right{b.data(), static_cast<Eigen::Index>(b.size())};
  const Dense gram = matrix.transpose() * matrix;
  const DenseVector moment = matrix.transpose() * right;
  const auto size = static_cast<std::size_t>(gram.rows());
  const double enough = 1e-12 * (moment.cwiseAbs().maxCoeff() + 1e-300);
  DenseVector x = DenseVector::Zero(gram.rows());
  std::vector<bool> free(size, false);
  // Each turn frees one bound or ends; 3 n turns are far more than the algorithm needs.
  for (std::size_t turn = 0; turn < 3 * size; ++turn) {
    const DenseVector descent = moment - gram * x;
    std::size_t best = size;
    for (std::size_t i = 0; i < size; ++i)
      if (!free[i] && descent[static_cast<Eigen::Index>(i)] > enough &&
          (best == size || descent[static_cast<Eigen::Index>(i)] > descent[static_cast<Eigen::Index>(best)]))
        best = i;
    if (best == size) break;
    free[best] = true;
    while (true) {
      std::vector<Eigen::Index> set;
      for (std::size_t i = 0; i < size; ++i)
        if (free[i]) set.push_back(static_cast<Eigen::Index>(i));
      const Dense part = gram(set, set);
      const DenseVector inner = part.colPivHouseholderQr().solve(DenseVector{moment(set)});
      double step = 1.0;
      Eigen::Index blocking = -1;
      for (std::size_t k = 0; k < set.size(); ++k) {
        const double aim = inner[static_cast<Eigen::Index>(k)];
        const double to_zero = x[set[k]] / (x[set[k]] - aim);
        if (aim > 0 || !(to_zero < step)) continue;  // 0/0: at its bound already
        step = to_zero;
        blocking = set[k];
      }
      for (std::size_t k = 0; k < set.size(); ++k) x[set[k]] += step * (inner[static_cast<Eigen::Index>(k)] - x[set[k]]);
      if (blocking < 0) break;
      x[blocking] = 0;
      for (const Eigen::Index i : set)
        if (x[i] <= 0) free[static_cast<std::size_t>(i)] = false;
    }
  }
  for (Eigen::Index i = 0; i < x.size(); ++i) x[i] = std::max(x[i], 0.0);
  return {x.data(), x.data() + x.size()};
}

}  // namespace plimsoll
