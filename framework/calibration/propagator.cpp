#include "calibration/propagator.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "calibration/linear_algebra.hpp"
#include "calibration/power_decay.hpp"
#include "calibration/statistics.hpp"
#include "core/math.hpp"

namespace plimsoll {
namespace {

constexpr std::size_t kLagsMin = 10, kLagsMost = 200, kTradesPerLag = 50;
constexpr std::size_t kCellMin = 10, kCellsMin = 30, kCellsPerLag = 2;
constexpr std::size_t kRates = 12;

/// x_t and the mid's change until the next trade, one day.
struct DayFlow {
  std::vector<double> lots, mid_change;
};

std::vector<DayFlow> flows(std::span<const Observations> days) {
  std::vector<DayFlow> out;
  for (const Observations& day : days) {
    DayFlow flow;
    for (std::size_t i = 0; i + 1 < day.trades.size(); ++i) {
      flow.lots.push_back(day.trades[i].signed_lots);
      flow.mid_change.push_back(day.trades[i + 1].mid_ticks - day.trades[i].mid_ticks);
    }
    out.push_back(std::move(flow));
  }
  return out;
}

/// Where the figures of a cell stand, and how many trades it holds: S(0..L-1), C(0..L-1), sign correlation (0..L), sum of squared changes,
/// count.
struct Layout {
  std::size_t lags;
  std::size_t correlation() const { return lags; }
  std::size_t signs() const { return 2 * lags; }
  std::size_t squares() const { return 3 * lags + 1; }
  std::size_t count() const { return 3 * lags + 2; }
  std::size_t size() const { return 3 * lags + 3; }
  std::size_t trades() const { return std::max(kCellMin, lags / 4); }
  std::size_t cells_needed() const { return std::max(kCellsMin, kCellsPerLag * lags); }
};

/// Products belong to the later of the two trades: what the mid does of its own is then new in every term, and cells are nearly
/// independent.
void add_products(const DayFlow& day, std::size_t from, std::size_t to, const Layout& layout, std::vector<double>& cell) {
  const auto sign_of = [](double lots) { return lots > 0 ? 1.0 : -1.0; };
  for (std::size_t t = from; t < to; ++t) {
    for (std::size_t l = 0; l < layout.lags; ++l) {
      cell[l] += day.mid_change[t] * day.lots[t - l];
      cell[layout.correlation() + l] += day.lots[t] * day.lots[t - l];
    }
    for (std::size_t l = 0; l <= layout.lags; ++l) cell[layout.signs() + l] += sign_of(day.lots[t]) * sign_of(day.lots[t - l]);
    cell[layout.squares()] += day.mid_change[t] * day.mid_change[t];
    cell[layout.count()] += 1;
  }
}

/// A trade counts when L came before it on its day, so that all lags rest on the same trades.
CellSums cells_of(std::span<const DayFlow> days, const Layout& layout) {
  CellSums cells;
  for (const DayFlow& day : days) {
    const std::size_t size = day.lots.size(), step = layout.trades();
    for (std::size_t from = layout.lags; from + step <= size; from += step) {
      const std::size_t to = from + 2 * step <= size ? from + step : size;  // the last one takes the remainder
      cells.emplace_back(layout.size());
      add_products(day, from, to, layout, cells.back());
    }
  }
  return cells;
}

std::vector<double> kernel_of(const std::vector<double>& sums, const Layout& layout, double ridge) {
  const std::span<const double> all{sums};
  return solve_kernel(all.first(layout.lags), all.subspan(layout.correlation(), layout.lags), ridge);
}

/// Share of the variance of the next change that K explains: sum K S / E[r^2].
double explained(const std::vector<double>& kernel, const std::vector<double>& sums, const Layout& layout) {
  double covered = 0, residual = 0;
  for (std::size_t n = 0; n < layout.lags; ++n) {
    const double k = kernel[n] - (n > 0 ? kernel[n - 1] : 0);
    covered += 2 * k * sums[n];
    for (std::size_t m = 0; m < layout.lags; ++m) {
      const double other = kernel[m] - (m > 0 ? kernel[m - 1] : 0);
      residual += k * other * sums[layout.correlation() + (n > m ? n - m : m - n)];
    }
  }
  return sums[layout.squares()] > 0 ? (covered - residual) / sums[layout.squares()] : kUndefined;
}

OutOfSample out_of_sample(const CellSums& cells, const Layout& layout, double ridge) {
  const std::size_t split = cells.size() * 2 / 3;
  const auto middle = cells.begin() + static_cast<std::ptrdiff_t>(split);
  const std::vector<double> first = sum_of_cells({cells.begin(), middle}), rest = sum_of_cells({middle, cells.end()});
  const std::vector<double> kernel = kernel_of(first, layout, ridge);
  if (kernel.empty()) return {};
  return {"R2", explained(kernel, first, layout), explained(kernel, rest, layout)};
}

std::vector<double> trade_numbers(std::size_t lags) {
  std::vector<double> t(lags);
  for (std::size_t l = 0; l < lags; ++l) t[l] = static_cast<double>(l + 1);
  return t;
}

/// What is reported of a kernel, in the order of the parameters.
std::vector<double> figures(const std::vector<double>& kernel, const std::vector<std::size_t>& lags, std::span<const double> weights,
                            double lag0) {
  std::vector<double> out;
  for (const std::size_t lag : lags) out.push_back(kernel[lag - 1]);
  const std::vector<double> t = trade_numbers(kernel.size());
  const FittedDecay power = fit_power_decay(t, kernel, {.scale = {}, .plateau = 0, .t0 = lag0, .weights = weights});
  out.push_back(power.decay.scale);
  out.push_back(power.decay.exponent);
  return out;
}

/// Non-negative weights of exponentials of given rates through G(1..L), weighted least squares (empty: equal weights).
std::vector<double> weights_at(std::span<const double> rates, std::span<const double> kernel, std::span<const double> weights) {
  std::vector<double> target(kernel.size());
  Matrix basis{kernel.size(), rates.size()};
  for (std::size_t l = 0; l < kernel.size(); ++l) {
    const double root = weights.empty() ? 1 : std::sqrt(weights[l]);
    target[l] = root * kernel[l];
    for (std::size_t m = 0; m < rates.size(); ++m) basis(l, m) = root * math::exp(-rates[m] * static_cast<double>(l + 1));
  }
  return rates.empty() ? std::vector<double>{} : nonnegative_least_squares(basis, target);
}

double trades_per_second(std::span<const Observations> days) {
  double trades = 0, seconds = 0;
  for (const Observations& day : days) {
    if (day.trades.size() < 2) continue;
    trades += static_cast<double>(day.trades.size() - 1);
    seconds += static_cast<double>(day.trades.back().time - day.trades.front().time) / kSecond;
  }
  return trades / seconds;
}

/// Inverse variances of G over replicates, so that a fit trusts the short lags more; largest 1.
std::vector<double> kernel_weights(const std::vector<std::vector<double>>& kernels) {
  std::vector<double> weights;
  for (std::size_t l = 0; l < kernels.front().size(); ++l) {
    double mean = 0, squares = 0;
    for (const std::vector<double>& kernel : kernels) mean += kernel[l] / static_cast<double>(kernels.size());
    for (const std::vector<double>& kernel : kernels) squares += (kernel[l] - mean) * (kernel[l] - mean);
    weights.push_back(squares > 0 ? 1 / squares : 0);
  }
  const double most = *std::max_element(weights.begin(), weights.end());
  for (double& each : weights) each = most > 0 ? each / most : 1;
  return weights;
}

}  // namespace

double ExponentialKernel::at(double lag) const {
  double sum = 0;
  for (std::size_t m = 0; m < rates.size(); ++m) sum += weights_ticks_per_lot[m] * math::exp(-rates[m] * lag);
  return sum;
}

std::vector<double> response_of(std::span<const double> kernel, std::span<const double> correlation) {
  const auto at = [&](std::size_t lag) { return lag == 0 ? 0.0 : kernel[std::min(lag, kernel.size()) - 1]; };
  std::vector<double> response;
  for (std::size_t l = 1; l <= correlation.size(); ++l) {
    double sum = 0;
    for (std::size_t n = 0; n < l; ++n) sum += at(l - n) * correlation[n];
    for (std::size_t n = 1; n < correlation.size(); ++n) sum += (at(l + n) - at(n)) * correlation[n];
    response.push_back(sum);
  }
  return response;
}

std::vector<double> solve_kernel(std::span<const double> covariance, std::span<const double> correlation, double ridge) {
  const std::size_t lags = covariance.size();
  Matrix system{lags, lags};
  for (std::size_t i = 0; i < lags; ++i)
    for (std::size_t j = 0; j < lags; ++j) system(i, j) = correlation[i > j ? i - j : j - i];
  for (std::size_t n = 1; n + 1 < lags; ++n) {
    const double distance = static_cast<double>(n) / static_cast<double>(lags), weight = ridge * correlation[0] * distance * distance;
    system(n, n) += weight;
    system(n + 1, n + 1) += weight;
    system(n, n + 1) -= weight;
    system(n + 1, n) -= weight;
  }
  const std::optional<std::vector<double>> increments = solve_spd(system, covariance);
  if (!increments) return {};
  std::vector<double> kernel(*increments);
  for (std::size_t n = 1; n < lags; ++n) kernel[n] += kernel[n - 1];
  return kernel;
}

ExponentialKernel fit_exponentials(std::span<const double> kernel, std::span<const double> weights) {
  const double slowest = math::log(0.1 / static_cast<double>(kernel.size()));
  std::vector<double> rates(kRates);
  for (std::size_t m = 0; m < kRates; ++m) rates[m] = math::exp(slowest * (1 - static_cast<double>(m) / static_cast<double>(kRates - 1)));
  const std::vector<double> fitted = weights_at(rates, kernel, weights);
  ExponentialKernel out;
  for (std::size_t m = 0; m < kRates; ++m) {
    if (!(fitted[m] > 0)) continue;
    out.rates.push_back(rates[m]);
    out.weights_ticks_per_lot.push_back(fitted[m]);
  }
  return out;
}

PropagatorFit estimate_propagator(std::span<const Observations> days, const PropagatorSettings& settings) {
  const std::string name = "propagator";
  const std::vector<DayFlow> flow = flows(days);
  std::size_t trades = 0;
  for (const DayFlow& day : flow) trades += day.lots.size();
  const Layout layout{settings.lags > 0 ? settings.lags : std::clamp(trades / kTradesPerLag, kLagsMin, kLagsMost)};
  PropagatorFit out;
  for (const DayFlow& day : flow) {
    const std::string bad = not_finite(day.lots, "signed lots") + not_finite(day.mid_change, "mid changes");
    if (!bad.empty()) return out.estimate = refused(name, bad), out;
  }
  const CellSums cells = cells_of(flow, layout);
  if (cells.size() < layout.cells_needed())
    return out.estimate = refused(name, too_few(static_cast<std::int64_t>(trades), "trades",
                                                static_cast<std::int64_t>(layout.cells_needed() * layout.trades() + layout.lags))),
           out;
  const std::vector<double> sums = sum_of_cells(cells);
  out.kernel = kernel_of(sums, layout, settings.ridge);
  if (out.kernel.empty()) return out.estimate = refused(name, "singular: signed lots do not vary enough to tell lags apart"), out;

  const double count = sums[layout.count()];
  std::vector<double> response;
  for (std::size_t l = 0; l < layout.lags; ++l) {
    response.push_back(sums[l] / count + (l > 0 ? response[l - 1] : 0));
    out.sign_correlation.push_back(sums[layout.signs() + l + 1] / count);
  }
  out.response = response;

  const std::vector<std::vector<double>> kernels =
      bootstrap(cells, settings.bootstrap, [&](const std::vector<double>& each) { return kernel_of(each, layout, settings.ridge); });
  if (kernels.size() < 2) return out.estimate = refused(name, "singular: no replicate of the bootstrap has a kernel"), out;
  const std::vector<double> weights = kernel_weights(kernels);
  std::vector<std::size_t> lags;
  for (const std::size_t lag : {std::size_t{1}, std::size_t{10}, std::size_t{100}})
    if (lag < layout.lags) lags.push_back(lag);
  lags.push_back(layout.lags);

  Estimate& estimate = out.estimate;
  estimate.name = name;
  out.per_trade = fit_exponentials(out.kernel, weights);
  const auto with_weights = [&](const std::vector<double>& kernel, const std::vector<double>& exponentials) {
    std::vector<double> all = figures(kernel, lags, weights, settings.power_lag0);
    all.insert(all.end(), exponentials.begin(), exponentials.end());
    return all;
  };
  const std::vector<double> point = with_weights(out.kernel, out.per_trade.weights_ticks_per_lot);
  std::vector<std::vector<double>> replicates;
  for (const std::vector<double>& kernel : kernels)
    replicates.push_back(with_weights(kernel, weights_at(out.per_trade.rates, kernel, weights)));
  const BootstrapInterval interval = BootstrapInterval::of(cells.size(), settings.bootstrap);
  const auto blocks = static_cast<double>(cells.size());
  estimate.covariance = replicate_covariance(replicates, interval.variance_factor * blocks / (blocks - static_cast<double>(layout.lags)));
  for (std::size_t i = 0; i < point.size(); ++i) {
    const bool exponent = i == lags.size() + 1;
    const std::string parameter = i < lags.size()    ? "kernel_" + std::to_string(lags[i])
                                  : i == lags.size() ? "power_scale"
                                  : exponent         ? "power_exponent"
                                                     : "weights_ticks_per_lot[" + std::to_string(i - lags.size() - 2) + "]";
    const double error = std::sqrt(estimate.covariance[i * point.size() + i]);
    const Parameter free = symmetric(parameter, exponent ? "1" : "ticks/lot", point[i], error, interval.critical);
    estimate.parameters.push_back(i < lags.size() ? free : bounded(free, 0, free.most));
  }
  estimate.n = static_cast<std::int64_t>(trades);
  estimate.n_of = "trades";
  estimate.fit_measure = "R2";
  estimate.fit = explained(out.kernel, sums, layout);
  estimate.method = "response inverted over " + std::to_string(layout.lags) + " lags, circular bootstrap of " +
                    std::to_string(cells.size()) + " blocks of " + std::to_string(layout.trades()) + " trades";
  estimate.out_of_sample = out_of_sample(cells, layout, settings.ridge);

  out.trades_per_s = trades_per_second(days);
  out.per_second = out.per_trade;
  for (double& rate : out.per_second.rates) rate *= out.trades_per_s;
  return out;
}

}  // namespace plimsoll
