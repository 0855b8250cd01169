#pragma once
/// Almgren and Chriss (2001), appendix A: several assets at once. Temporary impact H (price of asset i per rate of asset j), permanent
/// Gamma, covariance C of prices per unit of time, holdings x_k after trade k:
///
///   E = x_0'Gamma x_0/2 + sum_i eps_i |n_i| + sum_k n_k'H~n_k / tau,  H~ = H - tau Gamma/2,   V = tau sum_k x_k'Cx_k
///   minimum of E + lambda V without the spread:  (2 H~ + lambda tau^2 C) x_k = H~ (x_{k-1} + x_{k+1}),  x_0 given, x_N = 0
///
/// a block-tridiagonal system, solved block by block with LDLT: O(N m^3) for m assets. H and Gamma symmetric, H~ positive definite, C
/// positive semidefinite, lambda >= 0.                                                                                          [AC-09]
/// Needs Eigen. Refuses with std::invalid_argument. Pure functions.

#include <Eigen/Cholesky>
#include <cstdint>
#include <vector>

#include "sdk/theory/almgren_chriss.hpp"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {
namespace theory {

struct AlmgrenChrissPortfolio {
  Eigen::VectorXd quantity;  ///< x_0, of either sign
  double horizon = 0.0;
  std::int64_t periods = 1;
  Eigen::MatrixXd covariance, temporary, permanent;
  Eigen::VectorXd half_spread;

  double period() const { return horizon / static_cast<double>(periods); }
  Eigen::MatrixXd eta_tilde() const { return temporary - period() / 2.0 * permanent; }

  void check() const {
    const Eigen::Index assets = quantity.size();
    require(assets > 0 && quantity.allFinite(), "a portfolio holds at least one asset, in finite quantities");
    require(positive(horizon) && periods >= 1, "the horizon must be positive and hold at least one period");
    for (const Eigen::MatrixXd* matrix : {&covariance, &temporary, &permanent}) {
      require(matrix->rows() == assets && matrix->cols() == assets && matrix->allFinite(),
              "a matrix has one row and column for each asset");
      require((*matrix - matrix->transpose()).cwiseAbs().maxCoeff() <= 1e-9 * matrix->cwiseAbs().maxCoeff(),
              "covariance, temporary and permanent impact must be symmetric");
    }
    require(half_spread.size() == assets && half_spread.allFinite() && half_spread.minCoeff() >= 0.0,
            "there is one half spread for each asset, not negative");
    const auto pivots = [](const Eigen::MatrixXd& matrix) { return Eigen::VectorXd{matrix.ldlt().vectorD()}; };
    require(pivots(eta_tilde()).minCoeff() > 1e-12 * temporary.cwiseAbs().maxCoeff(),
            "H - tau Gamma/2 must be positive definite: a basket must cost to trade");
    require(pivots(covariance).minCoeff() >= -1e-12 * covariance.cwiseAbs().maxCoeff(), "the covariance has a negative eigenvalue");
  }
};

/// x_0 .. x_N.
inline std::vector<Eigen::VectorXd> holdings(const AlmgrenChrissPortfolio& problem, double lambda) {
  problem.check();
  require(not_negative(lambda), "the risk aversion must not be negative");
  const double tau = problem.period();
  const Eigen::MatrixXd beside = problem.eta_tilde();
  const Eigen::MatrixXd middle = 2.0 * beside + lambda * tau * tau * problem.covariance;
  const auto inner = static_cast<std::size_t>(problem.periods - 1);
  std::vector<Eigen::LDLT<Eigen::MatrixXd>> block;  // of what elimination leaves in row k
  std::vector<Eigen::VectorXd> right;
  for (std::size_t k = 0; k < inner; ++k) {
    if (k == 0) {
      block.emplace_back(middle);
      right.emplace_back(beside * problem.quantity);
    } else {
      // Column by column: blocked products take seconds to compile and gain nothing for a few assets.
      Eigen::MatrixXd ahead{beside.rows(), beside.cols()};
      for (Eigen::Index asset = 0; asset < ahead.cols(); ++asset) ahead.col(asset) = block[k - 1].solve(Eigen::VectorXd{beside.col(asset)});
      const Eigen::MatrixXd left = middle - beside.lazyProduct(ahead);
      right.emplace_back(beside * block[k - 1].solve(right[k - 1]));
      block.emplace_back(left);
    }
  }
  std::vector<Eigen::VectorXd> out(inner + 2, Eigen::VectorXd::Zero(problem.quantity.size()));
  out.front() = problem.quantity;
  for (std::size_t k = inner; k-- > 0;) out[k + 1] = block[k].solve(right[k] + beside * out[k + 2]);
  return out;
}

inline CostAndRisk cost_and_risk(const AlmgrenChrissPortfolio& problem, const std::vector<Eigen::VectorXd>& held) {
  problem.check();
  CostAndRisk out;
  out.expected = 0.5 * problem.quantity.dot(problem.permanent * problem.quantity);
  for (std::size_t k = 1; k < held.size(); ++k) {
    const Eigen::VectorXd trade = held[k - 1] - held[k];
    out.expected += trade.dot(problem.eta_tilde() * trade) / problem.period() + problem.half_spread.dot(trade.cwiseAbs());
    out.variance += problem.period() * held[k].dot(problem.covariance * held[k]);
  }
  return out;
}

}  // namespace theory
}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
