#pragma once
/// Circular block bootstrap: Politis and Romano (1992), A circular block-resampling procedure for stationary data.
///
/// The data are cells in order, each a vector of sums (of products, of counts); an estimate is a function of the sum over all cells. A
/// replicate draws blocks of neighbouring cells, with the end joined to the start, until it has as many cells as the data, and adds
/// them up. Cells must be so long that what lies further apart than a block is nearly independent: models.md asks for blocks of ten
/// correlation times.
///
/// Which blocks a replicate takes is a function of (seed, replicate) alone.

#include <cstdint>
#include <functional>
#include <vector>

namespace plimsoll {

struct BlockBootstrap {
  std::size_t cells_per_block = 1;
  std::size_t replicates = 200;
  std::uint64_t seed = 0;
};

using CellSums = std::vector<std::vector<double>>;  ///< [cell][figure]

std::vector<double> sum_of_cells(const CellSums& cells);

/// `estimate` of every replicate that has one: an empty vector it returns is left out. Precondition: cells not empty and equally wide.
std::vector<std::vector<double>> bootstrap(const CellSums& cells, const BlockBootstrap& how,
                                           const std::function<std::vector<double>(const std::vector<double>&)>& estimate);

/// What a bootstrap of `cells` cells misses of the variance, k / (k - 1) with k blocks, and the t quantile with k - 1 degrees that an
/// interval takes.
struct BootstrapInterval {
  double variance_factor, critical;
  static BootstrapInterval of(std::size_t cells, const BlockBootstrap& how);
};

}  // namespace plimsoll
