#pragma once
/// A matrix as a list setting gives it. Needs Eigen. Pure functions.

#include <Eigen/Core>
#include <stdexcept>
#include <string>
#include <vector>

namespace plimsoll::sdk::theory {

using SquareMatrix = Eigen::MatrixXd;

/// `entries` row by row. Throws std::invalid_argument that names the setting when there are not size x size of them.
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

}  // namespace plimsoll::sdk::theory
