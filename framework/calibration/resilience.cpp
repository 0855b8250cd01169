#include "calibration/resilience.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "calibration/intervals.hpp"
#include "calibration/regression.hpp"
#include "calibration/statistics.hpp"
#include "core/math.hpp"

namespace plimsoll {
namespace {

constexpr std::size_t kLags = kRecoveryLags.size();
constexpr std::int64_t kSecondsPerMean = 10, kMeansMin = 30;
constexpr Duration kBlock = 120 * kSecond;
constexpr std::int64_t kSweepsMin = 30;
constexpr std::size_t kBlocksMin = 10, kFifths = 5;
constexpr double kRateLeast = 1e-3, kRateMost = 100;

double lag_s(std::size_t lag) { return static_cast<double>(kRecoveryLags[lag]) / kSecond; }

/// Means of ordinary moments that are alike: half hour and fifth of depth.
class Ordinary {
 public:
  explicit Ordinary(const Observations& day) : utc_offset_s_{day.utc_offset_s} {
    std::vector<double> depths;
    for (const DepthWatch& watch : day.watches)
      if (!watch.sweep) depths.push_back(watch.band_lots);
    std::sort(depths.begin(), depths.end());
    for (std::size_t i = 1; i < kFifths && !depths.empty(); ++i) edges_.push_back(depths[depths.size() * i / kFifths]);
    for (const DepthWatch& watch : day.watches) {
      if (watch.sweep) continue;
      Sums& sums = sums_[kind(watch)];
      for (std::size_t lag = 0; lag < kLags; ++lag) {
        if (std::isnan(watch.lost[lag])) continue;
        sums.lost[lag] += watch.lost[lag];
        sums.count[lag] += 1;
      }
    }
  }
  /// What such a moment loses by itself; NaN when there was none like it.
  double lost(const DepthWatch& watch, std::size_t lag) const {
    const auto found = sums_.find(kind(watch));
    return found == sums_.end() ? kUndefined : found->second.lost[lag] / found->second.count[lag];
  }

 private:
  using Kind = std::pair<std::int64_t, std::ptrdiff_t>;
  struct Sums {
    RecoveryCurve lost{}, count{};
  };
  Kind kind(const DepthWatch& watch) const {
    return {(watch.time / kSecond + utc_offset_s_) / kHalfHourSeconds,
            std::upper_bound(edges_.begin(), edges_.end(), watch.band_lots) - edges_.begin()};
  }
  std::int64_t utc_offset_s_;
  std::vector<double> edges_;
  std::map<Kind, Sums> sums_;
};

/// Best p in [0, 1) for a rate, and its sum of squares.
ExponentialRecovery recovery_at(const RecoveryCurve& curve, double rate) {
  double numerator = 0, denominator = 0;
  std::array<double, kLags> decay{};
  for (std::size_t lag = 0; lag < kLags; ++lag) {
    decay[lag] = math::exp(-rate * lag_s(lag));
    if (std::isnan(curve[lag])) continue;
    numerator += (curve[lag] - decay[lag]) * (1 - decay[lag]);
    denominator += (1 - decay[lag]) * (1 - decay[lag]);
  }
  ExponentialRecovery out{std::clamp(numerator / denominator, 0.0, 1.0), rate, 0, false};
  for (std::size_t lag = 0; lag < kLags; ++lag) {
    if (std::isnan(curve[lag])) continue;
    const double miss = curve[lag] - out.lasting_share - (1 - out.lasting_share) * decay[lag];
    out.sum_of_squares += miss * miss;
  }
  return out;
}

std::vector<double> cell_of(const RecoveryBlock& block) {
  std::vector<double> cell{block.sweeps};
  cell.insert(cell.end(), block.missing.begin(), block.missing.end());
  cell.insert(cell.end(), block.taken.begin(), block.taken.end());
  return cell;
}

RecoveryCurve curve_of(const std::vector<double>& sums) {
  RecoveryCurve curve;
  for (std::size_t lag = 0; lag < kLags; ++lag) {
    const double taken = sums[1 + kLags + lag];
    curve[lag] = taken > 0 ? sums[1 + lag] / taken : kUndefined;
  }
  return curve;
}

double root_mean_square(const RecoveryCurve& curve, const ExponentialRecovery& fit) {
  double squares = 0, count = 0;
  for (std::size_t lag = 0; lag < kLags; ++lag) {
    if (std::isnan(curve[lag])) continue;
    const double miss = curve[lag] - fit.lasting_share - (1 - fit.lasting_share) * math::exp(-fit.resilience_per_s * lag_s(lag));
    squares += miss * miss;
    count += 1;
  }
  return std::sqrt(squares / count);
}

OutOfSample recovery_out_of_sample(const CellSums& cells) {
  const auto middle = cells.begin() + static_cast<std::ptrdiff_t>(cells.size() * 2 / 3);
  const RecoveryCurve first = curve_of(sum_of_cells({cells.begin(), middle})), rest = curve_of(sum_of_cells({middle, cells.end()}));
  const ExponentialRecovery fit = fit_recovery(first);
  if (!fit.resolved) return {};
  return {"rms miss", root_mean_square(first, fit), root_mean_square(rest, fit)};
}

}  // namespace

Estimate estimate_depth(std::span<const Observations> days, Ticks band_ticks) {
  std::vector<double> means;
  std::vector<std::int32_t> day_of;
  for (std::size_t day = 0; day < days.size(); ++day) {
    double sum = 0;
    std::int64_t seconds = 0;
    for (const GridCell& cell : days[day].cells) {
      if (std::isnan(cell.mid_ticks)) continue;
      sum += cell.band_lots / band_ticks;
      if (++seconds < kSecondsPerMean) continue;
      means.push_back(sum / static_cast<double>(seconds));
      day_of.push_back(static_cast<std::int32_t>(day));
      sum = 0;
      seconds = 0;
    }
  }
  const auto n = static_cast<std::int64_t>(means.size());
  if (n < kMeansMin) return refused("depth", too_few(n, "intervals of 10 s", kMeansMin));
  const Regression mean = long_run_mean(means, {}, day_of);
  if (mean.refused()) return refused("depth", mean.refusal);
  Estimate out;
  out.name = "depth";
  out.parameters = {symmetric("depth_lots_per_tick", "lots/tick", mean.coefficients[0], mean.error(0), mean.critical)};
  out.parameters[0].least = 0;
  out.covariance = {mean.covariance(0, 0)};
  out.n = n;
  out.n_of = "intervals of 10 s";
  out.method = mean.method + ", " + std::to_string(band_ticks) + " best prices of each side";
  out.out_of_sample = mean_out_of_sample(means, {}, day_of);
  return out;
}

std::vector<RecoveryBlock> recovery_blocks(const Observations& day) {
  std::vector<RecoveryBlock> blocks;
  const Ordinary ordinary{day};
  for (const DepthWatch& watch : day.watches) {
    if (!watch.sweep) continue;
    const auto at = static_cast<std::size_t>((watch.time - day.grid_start) / kBlock);
    blocks.resize(std::max(blocks.size(), at + 1));
    blocks[at].sweeps += 1;
    for (std::size_t lag = 0; lag < kLags; ++lag) {
      const double missing = watch.lost[lag] - ordinary.lost(watch, lag);
      if (std::isnan(missing)) continue;
      blocks[at].missing[lag] += missing;
      blocks[at].taken[lag] += watch.taken_lots;
    }
  }
  return blocks;
}

RecoveryCurve recovery_curve(std::span<const RecoveryBlock> blocks) {
  std::vector<double> sums(1 + 2 * kLags);
  for (const RecoveryBlock& block : blocks) {
    const std::vector<double> cell = cell_of(block);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += cell[i];
  }
  return curve_of(sums);
}

ExponentialRecovery fit_recovery(const RecoveryCurve& curve) {
  const double from = math::log(kRateLeast), to = math::log(kRateMost);
  ExponentialRecovery best{kUndefined, kUndefined, std::numeric_limits<double>::infinity(), false};
  double low = from, high = to, around = from;
  // A grid over the whole range, then ever finer ones around its best point.
  for (int points = 60; high - low > 1e-7; points = 8) {
    const double step = (high - low) / points;
    for (int i = 0; i <= points; ++i) {
      const double log_rate = low + step * i;
      const ExponentialRecovery each = recovery_at(curve, math::exp(log_rate));
      if (!(each.sum_of_squares < best.sum_of_squares)) continue;
      best = each;
      around = log_rate;
    }
    low = std::max(from, around - step);
    high = std::min(to, around + step);
  }
  best.resolved = best.lasting_share < 1 && around > from && around < to;
  return best;
}

Estimate estimate_resilience(std::span<const RecoveryBlock> blocks, const BlockBootstrap& how) {
  const std::string name = "resilience";
  CellSums cells;
  double sweeps = 0;
  for (const RecoveryBlock& block : blocks) {
    if (block.sweeps == 0) continue;
    cells.push_back(cell_of(block));
    sweeps += block.sweeps;
    const std::string bad = not_finite(cells.back(), "depth after sweeps");
    if (!bad.empty()) return refused(name, bad);
  }
  const auto n = static_cast<std::int64_t>(sweeps);
  if (n < kSweepsMin) return refused(name, too_few(n, "sweeps", kSweepsMin));
  if (cells.size() < kBlocksMin)
    return refused(name, too_few(static_cast<std::int64_t>(cells.size()), "blocks of 120 s with a sweep", kBlocksMin));
  const RecoveryCurve curve = curve_of(sum_of_cells(cells));
  const ExponentialRecovery fit = fit_recovery(curve);
  if (!fit.resolved) return refused(name, "no decay: depth does not come back within a minute after sweeps, or at once");

  const std::vector<std::vector<double>> replicates = bootstrap(cells, how, [](const std::vector<double>& sums) {
    const ExponentialRecovery each = fit_recovery(curve_of(sums));
    return each.resolved ? std::vector<double>{math::log(each.resilience_per_s), each.lasting_share} : std::vector<double>{};
  });
  if (replicates.size() * 10 < how.replicates * 9)
    return refused(name, "not resolved: " + std::to_string(how.replicates - replicates.size()) + " of " + std::to_string(how.replicates) +
                             " bootstrap replicates have no decay to fit");
  const BootstrapInterval interval = BootstrapInterval::of(cells.size(), how);
  const std::vector<double> c = replicate_covariance(replicates, interval.variance_factor);
  const double rho = fit.resilience_per_s;
  Estimate out;
  out.name = name;
  out.parameters = {log_symmetric("resilience_per_s", "1/s", rho, std::sqrt(c[0]), interval.critical),
                    bounded(symmetric("lasting_share", "1", fit.lasting_share, std::sqrt(c[3]), interval.critical), 0, 1)};
  out.covariance = {rho * rho * c[0], rho * c[1], rho * c[2], c[3]};
  out.n = n;
  out.n_of = "sweeps";
  out.fit_measure = "rms miss";
  out.fit = root_mean_square(curve, fit);
  out.method = "least squares, circular bootstrap of " + std::to_string(cells.size()) + " blocks of 120 s";
  out.out_of_sample = recovery_out_of_sample(cells);
  return out;
}

}  // namespace plimsoll
