#pragma once
/// Cross-impact matrices: dp = Lambda q, what a flow q in several markets does to all their prices. Row i is the price that moves, column j
/// the flow that moves it. In units in which price times flow is money, a Lambda without profitable round trips is symmetric and positive
/// semidefinite (Alfonsi, Kloeck and Schied 2016, Multivariate transient price impact; Schneider and Lillo 2019, Cross-impact and
/// no-dynamic-arbitrage). All functions throw std::invalid_argument in words for the user. Pure functions.

#include <Eigen/Eigenvalues>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace plimsoll::sdk::theory {

using SquareMatrix = Eigen::MatrixXd;

inline std::string number_text(double value) {
  char digits[64];
  return {digits, std::to_chars(digits, digits + sizeof digits, value, std::chars_format::general, 6).ptr};
}

/// `entries` row by row.
inline SquareMatrix square_matrix(const std::vector<double>& entries, std::size_t size, const std::string& name) {
  if (entries.size() != size * size)
    throw std::invalid_argument(name + " has " + std::to_string(entries.size()) + " entries; " + std::to_string(size) + " markets need " +
                                std::to_string(size * size) + ", row by row");
  const auto n = static_cast<Eigen::Index>(size);
  SquareMatrix out{n, n};
  for (Eigen::Index row = 0; row < n; ++row)
    for (Eigen::Index column = 0; column < n; ++column) out(row, column) = entries[static_cast<std::size_t>(row * n + column)];
  return out;
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

/// Of a symmetric matrix (to 1e-9 of its largest entry) without an eigenvalue below zero (to 1e-12 of the largest).
inline Spectrum covariance_spectrum(const SquareMatrix& matrix, const std::string& name) {
  if ((matrix - matrix.transpose()).cwiseAbs().maxCoeff() > 1e-9 * matrix.cwiseAbs().maxCoeff())
    throw std::invalid_argument(name + " is not symmetric");
  Spectrum out = spectrum_of(matrix);
  if (out.values(0) < -1e-12 * out.values.cwiseAbs().maxCoeff())
    throw std::invalid_argument(name + " is not a covariance: its smallest eigenvalue is " + number_text(out.values(0)));
  return out;
}

/// Refuses a matrix, in money per lot of the row and lot of the column, with which a round trip earns, and says which and how much.
inline void require_no_profitable_cycle(const SquareMatrix& lambda, const std::vector<std::string>& markets, const std::string& name) {
  Eigen::Index row = 0, column = 0;
  const SquareMatrix excess = lambda - lambda.transpose();
  if (excess.size() > 0 && excess.maxCoeff(&row, &column) > 1e-9 * lambda.cwiseAbs().maxCoeff()) {
    const std::string& a = markets[static_cast<std::size_t>(row)];
    const std::string& b = markets[static_cast<std::size_t>(column)];
    throw std::invalid_argument(name + " is not symmetric: buy one lot of " + a + ", buy one of " + b + ", sell " + a + ", sell " + b +
                                ", and the four legs earn " + number_text(excess(row, column)) + " in money; symmetrise it: (L + L')/2");
  }
  const Spectrum spectrum = spectrum_of(0.5 * (lambda + lambda.transpose()));
  if (spectrum.values(0) >= -1e-12 * spectrum.values.cwiseAbs().maxCoeff()) return;
  std::string basket;
  for (std::size_t i = 0; i < markets.size(); ++i)
    basket += (i > 0 ? ", " : "") + number_text(spectrum.vectors(static_cast<Eigen::Index>(i), 0)) + " of " + markets[i];
  throw std::invalid_argument(name + " is not positive semidefinite: its smallest eigenvalue is " + number_text(spectrum.values(0)) +
                              "; the basket of " + basket +
                              " gets cheaper when it is bought, and earns when it is sold after the move has decayed");
}

/// Equilibrium of Kyle's game in several assets: Lambda = Y Omega^(-1/2) (Omega^(1/2) Sigma Omega^(1/2))^(1/2) Omega^(-1/2), the symmetric
/// solution of Lambda Omega Lambda = Y^2 Sigma; Y = 1/2 in the game. Caballe and Krishnan (1994), Econometrica 62(3); Garcia del
/// Molino et al. (2020), The multivariate Kyle model. Sigma: covariance of price changes, Omega: of the signed flow. Omega must not be
/// singular: an asset or basket without flow has no impact to speak of.   [XIMP-01]
inline SquareMatrix kyle_cross_impact(const SquareMatrix& sigma, const SquareMatrix& omega, double prefactor) {
  covariance_spectrum(sigma, "sigma");
  const Spectrum flow = covariance_spectrum(omega, "omega");
  const double smallest = flow.values(0), largest = flow.values(flow.values.size() - 1);
  if (!(smallest > 1e-12 * largest))
    throw std::invalid_argument("omega is singular: its smallest eigenvalue is " + number_text(smallest) + " and its largest " +
                                number_text(largest) + "; shrink it, or leave out a market that never trades by itself");
  const auto between = [](const SquareMatrix& outer, const SquareMatrix& inner) -> SquareMatrix {
    const SquareMatrix half = outer.lazyProduct(inner);
    const SquareMatrix out = half.lazyProduct(outer);
    return 0.5 * (out + out.transpose());
  };
  const SquareMatrix root = spectrum_of(between(flow.root(), sigma)).root();
  return prefactor * between(flow.inverse_root(), root);
}

}  // namespace plimsoll::sdk::theory
