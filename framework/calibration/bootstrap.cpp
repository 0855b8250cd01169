#include "calibration/bootstrap.hpp"

#include <algorithm>

#include "calibration/statistics.hpp"
#include "core/random.hpp"

namespace plimsoll {

std::vector<double> sum_of_cells(const CellSums& cells) {
  std::vector<double> sum(cells.front().size());
  for (const std::vector<double>& cell : cells)
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += cell[i];
  return sum;
}

std::vector<std::vector<double>> bootstrap(const CellSums& cells, const BlockBootstrap& how,
                                           const std::function<std::vector<double>(const std::vector<double>&)>& estimate) {
  std::vector<std::vector<double>> out;
  std::vector<double> sum(cells.front().size());
  for (std::size_t replicate = 0; replicate < how.replicates; ++replicate) {
    const RandomStream stream{how.seed, static_cast<std::uint32_t>(replicate), Purpose::bootstrap};
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::size_t taken = 0, block = 0; taken < cells.size(); ++block) {
      const std::size_t start = stream.below(block, cells.size());
      for (std::size_t i = 0; i < how.cells_per_block && taken < cells.size(); ++i, ++taken) {
        const std::vector<double>& cell = cells[(start + i) % cells.size()];
        for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += cell[j];
      }
    }
    std::vector<double> one = estimate(sum);
    if (!one.empty()) out.push_back(std::move(one));
  }
  return out;
}

BootstrapInterval BootstrapInterval::of(std::size_t cells, const BlockBootstrap& how) {
  const double blocks = static_cast<double>(cells) / static_cast<double>(how.cells_per_block);
  return {blocks / (blocks - 1), student_975(std::max(blocks - 1, 3.0))};
}

}  // namespace plimsoll
