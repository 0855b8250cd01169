#include "calibration/statistics.hpp"

#include <algorithm>
#include <cmath>

#include "core/contract.hpp"
#include "core/math.hpp"

namespace plimsoll {

double student_975(double degrees) {
  EXPECT(degrees >= 3);
  constexpr double z = kNormal975, z2 = z * z;
  const double g1 = z * (z2 + 1) / 4;
  const double g2 = z * ((5 * z2 + 16) * z2 + 3) / 96;
  const double g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  const double g4 = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
  return z + (g1 + (g2 + (g3 + g4 / degrees) / degrees) / degrees) / degrees;
}

double bartlett_975(std::size_t lag, std::size_t n) {
  const double b = static_cast<double>(lag + 1) / static_cast<double>(n);
  return kNormal975 + b * (2.9694 + b * (0.4160 - b * 0.5324));
}

std::size_t newey_west_lag(std::size_t n) { return static_cast<std::size_t>(4 * math::pow(static_cast<double>(n) / 100, 2.0 / 9)); }

LongRunVariance long_run_variance(std::span<const double> scores, std::span<const std::int32_t> group) {
  const auto follows = [&](std::size_t i, std::size_t lag) { return i >= lag && group[i] == group[i - lag]; };
  double products[3] = {0, 0, 0};
  for (std::size_t lag = 0; lag < 3; ++lag)
    for (std::size_t i = lag; i < scores.size(); ++i)
      if (follows(i, lag)) products[lag] += scores[i] * scores[i - lag];
  const auto n = static_cast<double>(scores.size());
  double r = products[0] > 0 ? std::clamp(products[1] / products[0], 0.0, 0.97) : 0;
  // Means of a slow process are smoother than an AR(1): its memory shows from the second lag on.
  if (r > 0.5) r = std::clamp(products[2] / products[1], 0.0, r);
  std::vector<double> innovations(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i)  // the first of a group stands for its own past
    innovations[i] = follows(i, 1) ? scores[i] - r * scores[i - 1] : scores[i] * std::sqrt(1 - r * r);
  const std::size_t lags = newey_west_lag(scores.size());
  double variance = 0;
  for (std::size_t lag = 0; lag <= lags; ++lag) {
    double sum = 0;
    for (std::size_t i = lag; i < scores.size(); ++i)
      if (follows(i, lag)) sum += innovations[i] * innovations[i - lag];
    variance += (lag == 0 ? 1 : 2 * (1 - static_cast<double>(lag) / static_cast<double>(lags + 1))) * sum;
  }
  return {variance / ((1 - r) * (1 - r)), n * (1 - r) / (1 + r)};
}

std::size_t count_groups(std::span<const std::int32_t> group) {
  std::size_t groups = group.empty() ? 0 : 1;
  for (std::size_t i = 1; i < group.size(); ++i) groups += group[i] != group[i - 1];
  return groups;
}

Parameter symmetric(std::string name, std::string unit, double value, double standard_error, double critical) {
  const double half = critical * standard_error;
  return {.name = std::move(name),
          .unit = std::move(unit),
          .value = value,
          .standard_error = standard_error,
          .low = value - half,
          .high = value + half};
}

Parameter log_symmetric(std::string name, std::string unit, double value, double log_error, double critical) {
  const double factor = math::exp(critical * log_error);
  return {.name = std::move(name),
          .unit = std::move(unit),
          .value = value,
          .standard_error = value * log_error,
          .low = value / factor,
          .high = value * factor,
          .least = 0};
}

Parameter bounded(Parameter parameter, double least, double most) {
  parameter.least = least;
  parameter.most = most;
  parameter.low = std::max(parameter.low, least);
  parameter.high = std::min(parameter.high, most);
  return parameter;
}

std::vector<double> replicate_covariance(const std::vector<std::vector<double>>& replicates, double correction) {
  const std::size_t size = replicates.front().size();
  const auto count = static_cast<double>(replicates.size());
  std::vector<double> mean(size), out(size * size);
  for (const std::vector<double>& each : replicates)
    for (std::size_t i = 0; i < size; ++i) mean[i] += each[i] / count;
  for (const std::vector<double>& each : replicates)
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < size; ++j) out[i * size + j] += (each[i] - mean[i]) * (each[j] - mean[j]) * correction / (count - 1);
  return out;
}

}  // namespace plimsoll
