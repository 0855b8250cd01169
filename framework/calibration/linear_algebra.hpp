#pragma once
/// The little linear algebra of the estimators; the one place of this folder that knows Eigen.
/// Thread rule: pure functions.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll {

/// Dense, row by row.
struct Matrix {
  Matrix() = default;
  Matrix(std::size_t row_count, std::size_t column_count) : rows{row_count}, columns{column_count}, values(row_count * column_count) {}
  std::size_t rows = 0, columns = 0;
  std::vector<double> values;

  double& operator()(std::size_t row, std::size_t column) { return values[row * columns + column]; }
  double operator()(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
  std::span<const double> row(std::size_t at) const { return {values.data() + at * columns, columns}; }
};

/// Below this reciprocal condition number (after scaling to a unit diagonal) a matrix counts as singular.
inline constexpr double kSingular = 1e-11;

/// Inverse of a symmetric positive definite matrix; nullopt when it is singular, indefinite or not finite. Columns may be of very
/// different size: the matrix is scaled to a unit diagonal first.
std::optional<Matrix> inverse_spd(const Matrix& a);
/// x of A x = b, likewise.
std::optional<std::vector<double>> solve_spd(const Matrix& a, std::span<const double> b);

/// x >= 0 that minimises |A x - b|. Lawson and Hanson (1974), Solving Least Squares Problems, chapter 23, algorithm NNLS, on the normal
/// equations. Precondition: all values finite.
std::vector<double> nonnegative_least_squares(const Matrix& a, std::span<const double> b);

}  // namespace plimsoll
