#pragma once
/// Cross-impact matrices: dp = Lambda q, what a flow q in several markets does to all their prices. Row i is the price that moves, column j
/// the flow that moves it. In units in which price times flow is money, a Lambda without profitable round trips is symmetric and positive
/// semidefinite (Alfonsi, Kloeck and Schied 2016, Multivariate transient price impact; Schneider and Lillo 2019, Cross-impact and
/// no-dynamic-arbitrage). All functions throw std::invalid_argument in words for the user. Pure functions.

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "sdk/theory/square_matrix.hpp"

namespace plimsoll::sdk::theory {

inline std::string number_text(double value) {
  char digits[64];
  return {digits, std::to_chars(digits, digits + sizeof digits, value, std::chars_format::general, 6).ptr};
}

/// Eigenvalues in rising order and the vectors that belong to them, as columns.
struct Spectrum {
  Eigen::VectorXd values;
  SquareMatrix vectors;
  /// The matrix with these vectors and with the roots of the values; rounding below zero counts as zero.
  SquareMatrix root() const { return with(values.cwiseMax(0.0).cwiseSqrt()); }
  SquareMatrix inverse_root() const { return with(values.cwiseSqrt().cwiseInverse()); }

 private:
  SquareMatrix with(const Eigen::VectorXd& others) const {
    const SquareMatrix scaled = vectors * others.asDiagonal();
    return scaled.lazyProduct(vectors.transpose());
  }
};
inline Spectrum spectrum_of(const SquareMatrix& symmetric) {
  const Eigen::SelfAdjointEigenSolver<SquareMatrix> solver{symmetric};
  return {solver.eigenvalues(), solver.eigenvectors()};
}

/// A matrix by its diagonal: `matrix` has ones on it, entry (i, j) divided by scale_i scale_j. Markets may differ by many powers of ten in
/// money per lot; what counts as rounding must be judged market by market, never against the largest of all.
struct UnitDiagonal {
  SquareMatrix matrix;
  Eigen::VectorXd scale;  ///< roots of the diagonal; 1 where it is 0
};
inline UnitDiagonal unit_diagonal(const SquareMatrix& matrix) {
  UnitDiagonal out{matrix, matrix.diagonal().unaryExpr([](double each) { return each > 0.0 ? std::sqrt(each) : 1.0; })};
  for (Eigen::Index row = 0; row < matrix.rows(); ++row)
    for (Eigen::Index column = 0; column < matrix.cols(); ++column) out.matrix(row, column) /= out.scale(row) * out.scale(column);
  return out;
}

/// How far an entry and its mirror may differ: 1e-9 of what both markets do to themselves, or of the entries when those are larger.
inline double symmetry_room(const SquareMatrix& matrix, Eigen::Index row, Eigen::Index column) {
  const double own = std::sqrt(std::fabs(matrix(row, row))) * std::sqrt(std::fabs(matrix(column, column)));
  return 1e-9 * std::max({own, std::fabs(matrix(row, column)), std::fabs(matrix(column, row))});
}

/// Whether a symmetric matrix has no direction below zero, to 1e-12 of unit_diagonal(). `spectrum` is of that.
inline bool positive_semidefinite(const SquareMatrix& matrix, const Spectrum& spectrum) {
  for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
    if (matrix(row, row) < 0.0) return false;
    if (matrix(row, row) == 0.0 && matrix.row(row).cwiseAbs().maxCoeff() > 0.0) return false;
  }
  return spectrum.values(0) >= -1e-12 * spectrum.values.cwiseAbs().maxCoeff();
}

/// Refuses what is no covariance.
inline void require_covariance(const SquareMatrix& matrix, const std::string& name) {
  for (Eigen::Index row = 0; row < matrix.rows(); ++row)
    for (Eigen::Index column = 0; column < row; ++column)
      if (std::fabs(matrix(row, column) - matrix(column, row)) > symmetry_room(matrix, row, column))
        throw std::invalid_argument(name + " is not symmetric");
  const Spectrum spectrum = spectrum_of(unit_diagonal(matrix).matrix);
  if (!positive_semidefinite(matrix, spectrum))
    throw std::invalid_argument(name + " is not a covariance: the smallest eigenvalue of its correlations is " +
                                number_text(spectrum.values(0)));
}

/// The symmetric part of a matrix in money per lot of the row and lot of the column, so that no rounding of it is left to earn from.
/// Refuses one with which a round trip earns, and says which and how much.
inline SquareMatrix without_profitable_cycle(const SquareMatrix& lambda, const std::vector<std::string>& markets, const std::string& name) {
  const auto market = [&](Eigen::Index at) { return markets[static_cast<std::size_t>(at)]; };
  for (Eigen::Index row = 0; row < lambda.rows(); ++row)
    for (Eigen::Index column = 0; column < lambda.cols(); ++column) {
      const double excess = lambda(row, column) - lambda(column, row);
      if (!(excess > symmetry_room(lambda, row, column))) continue;
      throw std::invalid_argument(name + " is not symmetric: buy one lot of " + market(row) + ", buy one of " + market(column) + ", sell " +
                                  market(row) + ", sell " + market(column) + ", and the four legs earn " + number_text(excess) +
                                  " in money; symmetrise it: (L + L')/2");
    }
  SquareMatrix out = 0.5 * (lambda + lambda.transpose());
  const UnitDiagonal scaled = unit_diagonal(out);
  const Spectrum spectrum = spectrum_of(scaled.matrix);
  if (positive_semidefinite(out, spectrum)) return out;
  std::string basket;
  for (Eigen::Index i = 0; i < out.rows(); ++i)
    basket += (i > 0 ? ", " : "") + number_text(spectrum.vectors(i, 0) / scaled.scale(i)) + " of " + market(i);
  throw std::invalid_argument(name + " is not positive semidefinite: with a diagonal of ones its smallest eigenvalue is " +
                              number_text(spectrum.values(0)) + "; the basket of " + basket +
                              " gets cheaper when it is bought, and earns when it is sold after the move has decayed");
}

/// Equilibrium of Kyle's game in several assets: Lambda = Y Omega^(-1/2) (Omega^(1/2) Sigma Omega^(1/2))^(1/2) Omega^(-1/2), the symmetric
/// solution of Lambda Omega Lambda = Y^2 Sigma; Y = 1/2 in the game. Caballe and Krishnan (1994), Econometrica 62(3); Garcia del
/// Molino et al. (2020), The multivariate Kyle model. Sigma: covariance of price changes, Omega: of the signed flow. Omega must not be
/// singular: an asset or basket without flow has no impact to speak of.   [XIMP-01]
inline SquareMatrix kyle_cross_impact(const SquareMatrix& sigma, const SquareMatrix& omega, double prefactor) {
  require_covariance(sigma, "sigma");
  require_covariance(omega, "omega");
  // In units in which each market's flow has variance 1 the solution is the same, and a market of tiny lots is not taken for a singular
  // one.
  const UnitDiagonal flows = unit_diagonal(omega);
  const Spectrum flow = spectrum_of(flows.matrix);
  const double smallest = flow.values(0), largest = flow.values(flow.values.size() - 1);
  if (!(smallest > 1e-12 * largest) || !(omega.diagonal().minCoeff() > 0.0))
    throw std::invalid_argument("omega is singular: the smallest eigenvalue of its correlations is " + number_text(smallest) +
                                "; shrink it, or leave out a market that never trades by itself");
  const auto between = [](const SquareMatrix& outer, const SquareMatrix& inner) -> SquareMatrix {
    const SquareMatrix half = outer.lazyProduct(inner);
    const SquareMatrix out = half.lazyProduct(outer);
    return 0.5 * (out + out.transpose());
  };
  const SquareMatrix scale = flows.scale.asDiagonal(), unscale = SquareMatrix{flows.scale.cwiseInverse().asDiagonal()};
  const SquareMatrix root = spectrum_of(between(flow.root(), between(scale, sigma))).root();
  return prefactor * between(unscale, between(flow.inverse_root(), root));
}

}  // namespace plimsoll::sdk::theory
