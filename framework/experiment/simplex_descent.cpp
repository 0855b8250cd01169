#include "experiment/simplex_descent.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace plimsoll {
namespace {

using Numbers = std::vector<double>;

/// The nearest numbers >= 0 with sum `total` (Euclidean): what exceeds one common level.
Numbers projected(const Numbers& wanted, double total) {
  Numbers sorted = wanted;
  std::sort(sorted.begin(), sorted.end(), std::greater<>{});
  double sum = 0.0, level = 0.0;
  for (std::size_t k = 0; k < sorted.size(); ++k) {
    sum += sorted[k];
    const double candidate = (sum - total) / static_cast<double>(k + 1);
    if (sorted[k] > candidate) level = candidate;
  }
  Numbers out;
  for (const double number : wanted) out.push_back(std::max(0.0, number - level));
  return out;
}

/// Derivatives up to a common constant, which a projection does not see: shifts between each number and the largest.
Numbers gradient(const std::function<double(const Numbers&)>& value, const Numbers& at, double here, double resolution) {
  const auto largest = static_cast<std::size_t>(std::max_element(at.begin(), at.end()) - at.begin());
  Numbers out(at.size(), 0.0);
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (i == largest) continue;
    const auto shifted = [&](double by) {
      Numbers moved = at;
      moved[i] += by;
      moved[largest] -= by;
      return value(moved);
    };
    const double forth = std::min(resolution, at[largest]);
    const double back = std::min(resolution, at[i]);
    const double below = back >= resolution ? shifted(-back) : here;
    out[i] = (shifted(forth) - below) / (forth + (back >= resolution ? back : 0.0));
  }
  return out;
}

}  // namespace

std::vector<double> descend_on_simplex(const std::function<double(const Numbers&)>& value, Numbers start, double resolution) {
  const double total = std::accumulate(start.begin(), start.end(), 0.0);
  Numbers now = std::move(start);
  double here = value(now);
  double step = 0.0;
  for (int round = 0; round < 300; ++round) {
    const Numbers slope = gradient(value, now, here, resolution);
    const double steepest =
        std::fabs(*std::max_element(slope.begin(), slope.end(), [](double a, double b) { return std::fabs(a) < std::fabs(b); }));
    if (steepest == 0.0) return now;
    step = round == 0 ? total / steepest : 4.0 * step;
    double best = here;
    Numbers next = now;
    for (; step * steepest > 1e-3 * resolution; step /= 2.0) {
      Numbers wanted = now;
      for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] -= step * slope[i];
      const Numbers candidate = projected(wanted, total);
      const double there = value(candidate);
      if (there < best) {
        best = there;
        next = candidate;
      } else if (best < here) {
        break;  // the last halving was one too many
      }
    }
    const double gain = here - best;
    now = std::move(next);
    here = best;
    if (gain <= 1e-9 * std::fabs(here)) return now;
  }
  return now;
}

}  // namespace plimsoll
