#pragma once
/// The cheapest schedule where cost is quadratic: trades n_1 .. n_N at times t_1 .. t_N that add up to X,
///
///   minimise  n'Gn/2 + lambda n'Mn,   G_ij = G(|t_i - t_j|): what a lot at t_j moves the price at t_i, G_ii the own jump (counted half),
///                                     M_ij = sigma^2 min(t_i, t_j): variance of the price until the earlier of two trades
///
/// Transient impact: Gatheral, Schied and Slynko (2012), Transient linear price impact and Fredholm integral equations, Math. Finance
/// 22(3); Alfonsi, Schied and Slynko (2012), Order book resilience, price manipulation, and the positive portfolio problem, SIAM J.
/// Financial Math. 3(1). [PROP-02] Needs Eigen; nothing else of the SDK does. Refuses with std::invalid_argument. Pure functions.

#include <Eigen/Cholesky>
#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "sdk/theory/numerics.hpp"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {
namespace theory {

/// G of a kernel over times in any order. `kernel(age)`, age >= 0.
template <class Kernel>
Eigen::MatrixXd kernel_matrix(const std::vector<double>& times, const Kernel& kernel) {
  const auto size = static_cast<Eigen::Index>(times.size());
  Eigen::MatrixXd out{size, size};
  for (Eigen::Index i = 0; i < size; ++i)
    for (Eigen::Index j = 0; j < size; ++j)
      out(i, j) = kernel(std::fabs(times[static_cast<std::size_t>(i)] - times[static_cast<std::size_t>(j)]));
  return out;
}

/// M for times since the start.
inline Eigen::MatrixXd risk_matrix(const std::vector<double>& times, double volatility) {
  const auto size = static_cast<Eigen::Index>(times.size());
  Eigen::MatrixXd out{size, size};
  for (Eigen::Index i = 0; i < size; ++i)
    for (Eigen::Index j = 0; j < size; ++j)
      out(i, j) = volatility * volatility * std::min(times[static_cast<std::size_t>(i)], times[static_cast<std::size_t>(j)]);
  return out;
}

inline double quadratic_form(const Eigen::MatrixXd& matrix, const std::vector<double>& trades) {
  const Eigen::Map<const Eigen::VectorXd> x{trades.data(), static_cast<Eigen::Index>(trades.size())};
  return x.dot(matrix * x);
}

namespace detail {

/// min x'Hx/2 over the trades in `free` that add up to `quantity`; the others are 0.
inline std::vector<double> balanced_minimum(const Eigen::MatrixXd& hessian, double quantity, const std::vector<std::size_t>& free) {
  std::vector<double> out(static_cast<std::size_t>(hessian.rows()), 0.0);
  const auto h = [&](std::size_t i, std::size_t j) { return hessian(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)); };
  const std::size_t last = free.back();  // takes what the others leave: what remains is a problem over round trips
  const auto size = static_cast<Eigen::Index>(free.size()) - 1;
  out[last] = quantity;
  if (size == 0) return out;
  Eigen::MatrixXd reduced{size, size};
  Eigen::VectorXd right{size};
  for (Eigen::Index a = 0; a < size; ++a) {
    const std::size_t i = free[static_cast<std::size_t>(a)];
    right(a) = quantity * (h(last, last) - h(i, last));
    for (Eigen::Index b = 0; b < size; ++b) {
      const std::size_t j = free[static_cast<std::size_t>(b)];
      reduced(a, b) = h(i, j) - h(i, last) - h(last, j) + h(last, last);
    }
  }
  const Eigen::LDLT<Eigen::MatrixXd> solver{reduced};
  const Eigen::VectorXd pivots = solver.vectorD();
  const double largest = pivots.cwiseAbs().maxCoeff();
  const double smallest = pivots.minCoeff();
  require(std::isfinite(largest) && smallest >= -1e-11 * hessian.cwiseAbs().maxCoeff(),
          "the cost has no minimum: its matrix is not positive definite, so a round trip earns");
  require(smallest > 1e-12 * hessian.cwiseAbs().maxCoeff(),
          "the matrix of the cost is singular: different schedules cost the same, so there is no optimum to tell");
  const Eigen::VectorXd solution = solver.solve(right);
  for (Eigen::Index a = 0; a < size; ++a) {
    out[free[static_cast<std::size_t>(a)]] = solution(a);
    out[last] -= solution(a);
  }
  return out;
}

}  // namespace detail

/// min x'Hx/2 subject to sum x = X > 0, H symmetric and positive definite on round trips; with `one_sided` also x >= 0 (active set).
inline std::vector<double> optimal_trades(const Eigen::MatrixXd& hessian, double quantity, bool one_sided) {
  require(hessian.rows() > 0 && hessian.rows() == hessian.cols() && hessian.allFinite(),
          "the matrix of the cost is not a matrix of numbers");
  require(positive(quantity), "the quantity must be positive");
  const auto size = static_cast<std::size_t>(hessian.rows());
  std::vector<std::size_t> free(size);
  std::iota(free.begin(), free.end(), std::size_t{0});
  std::vector<double> now(size, quantity / static_cast<double>(size));
  if (!one_sided) return detail::balanced_minimum(hessian, quantity, free);
  for (std::size_t round = 0; round < 20 * size + 20; ++round) {
    const std::vector<double> wanted = detail::balanced_minimum(hessian, quantity, free);
    double step = 1.0;
    std::size_t blocking = size;
    for (const std::size_t i : free) {
      if (wanted[i] >= 0.0) continue;
      const double reach = now[i] / (now[i] - wanted[i]);
      if (blocking == size || reach < step) step = reach, blocking = i;
    }
    for (std::size_t i = 0; i < size; ++i) now[i] += step * (wanted[i] - now[i]);
    if (blocking < size) {
      now[blocking] = 0.0;
      free.erase(std::find(free.begin(), free.end(), blocking));
      continue;
    }
    // The price of one more lot is the same wherever we trade; a trade of nothing must not be cheaper.
    const Eigen::Map<const Eigen::VectorXd> x{now.data(), static_cast<Eigen::Index>(size)};
    const Eigen::VectorXd price = hessian * x;
    const double everywhere = price(static_cast<Eigen::Index>(free.back()));
    std::size_t cheapest = size;
    double lowest = everywhere - 1e-10 * price.cwiseAbs().maxCoeff();
    for (std::size_t i = 0; i < size; ++i) {
      if (price(static_cast<Eigen::Index>(i)) >= lowest || std::find(free.begin(), free.end(), i) != free.end()) continue;
      lowest = price(static_cast<Eigen::Index>(i));
      cheapest = i;
    }
    if (cheapest == size) return now;
    free.insert(std::lower_bound(free.begin(), free.end(), cheapest), cheapest);
  }
  throw std::invalid_argument("the one-sided optimum was not found: the matrix of the cost is close to singular");
}

}  // namespace theory
}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
