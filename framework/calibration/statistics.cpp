#include "calibration/statistics.hpp"

#include <algorithm>
#include <cmath>

#include "core/contract.hpp"
#include "core/math.hpp"

namespace plimsoll {

double inverse_normal(double p) {
  EXPECT(p > 0 && p < 1);
  constexpr double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                          1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  constexpr double b[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
                          -1.328068155288572e+01};
  constexpr double c[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                          -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
  constexpr double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00};
  constexpr double tail = 0.02425;
  if (p > 0.5) return -inverse_normal(1 - p);
  if (p < tail) {
    const double q = std::sqrt(-2 * math::log(p));
    return (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) / ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
  }
  const double q = p - 0.5, r = q * q;
  return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
         (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
}

double normal_draw(const RandomStream& stream, std::uint64_t index) {
  return inverse_normal(stream.uniform(index) + 0x1p-54);  // the middle of its cell: never 0 nor 1
}

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

std::size_t andrews_lag(std::span<const double> scores, std::span<const std::int32_t> group) {
  double products = 0, squares = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    squares += scores[i] * scores[i];
    if (i > 0 && group[i] == group[i - 1]) products += scores[i] * scores[i - 1];
  }
  const auto n = static_cast<double>(scores.size());
  const double r = squares > 0 ? std::clamp(products / squares, -0.97, 0.97) : 0;
  const double alpha = 4 * r * r / ((1 - r * r) * (1 - r * r));
  const auto lag = static_cast<std::size_t>(1.1447 * math::pow(alpha * n, 1.0 / 3));
  return std::min(std::max(lag, newey_west_lag(scores.size())), scores.size() / 4);
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
