#include "core/normal.hpp"

#include <algorithm>
#include <cmath>

#include "core/contract.hpp"
#include "core/math.hpp"

namespace plimsoll {
namespace {

/// Of the variances: what rounding may leave of a zero.
constexpr double kNearZero = 1e-9;

/// L of L L' = A for a positive semidefinite A with a diagonal of ones (or zeros, in a row of zeros), by Cholesky with diagonal pivoting:
/// the largest remaining variance first, an end where nothing remains. Empty when A is no such matrix.
std::vector<double> root_of_correlation(std::vector<double> rest, std::size_t size) {
  std::vector<double> root(size * size, 0.0);
  std::vector<bool> used(size, false);
  for (std::size_t column = 0; column < size; ++column) {
    std::size_t pivot = size;
    for (std::size_t i = 0; i < size; ++i)
      if (!used[i] && (pivot == size || rest[i * size + i] > rest[pivot * size + pivot])) pivot = i;
    const double variance = rest[pivot * size + pivot];
    if (variance <= kNearZero) break;
    used[pivot] = true;
    for (std::size_t i = 0; i < size; ++i) root[i * size + column] = rest[i * size + pivot] / std::sqrt(variance);
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < size; ++j) rest[i * size + j] -= root[i * size + column] * root[j * size + column];
  }
  const bool all_taken = std::all_of(rest.begin(), rest.end(), [](double each) { return std::fabs(each) <= 2 * kNearZero; });
  return all_taken ? root : std::vector<double>{};
}

}  // namespace

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

bool ValueRange::holds(double value) const {
  return (least_excluded ? value > least : value >= least) && (most_excluded ? value < most : value <= most);
}

std::optional<TruncatedNormal> TruncatedNormal::make(std::vector<double> mean, std::span<const double> covariance,
                                                     std::vector<ValueRange> ranges) {
  const std::size_t size = mean.size();
  EXPECT(size > 0 && covariance.size() == size * size && ranges.size() == size);
  std::vector<double> error(size), correlation(size * size, 0.0);
  for (std::size_t i = 0; i < size; ++i) {
    if (!(covariance[i * size + i] >= 0)) return {};
    error[i] = std::sqrt(covariance[i * size + i]);
  }
  // Scaled first: parameters of very different units share a matrix.
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) {
      const double each = covariance[i * size + j], scale = error[i] * error[j];
      if (!std::isfinite(each) || std::fabs(each - covariance[j * size + i]) > kNearZero * scale) return {};
      if (scale > 0)
        correlation[i * size + j] = each / scale;
      else if (each != 0)
        return {};
    }
  TruncatedNormal out;
  out.root_ = root_of_correlation(std::move(correlation), size);
  if (out.root_.empty()) return {};
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) out.root_[i * size + j] *= error[i];
  out.mean_ = std::move(mean);
  out.ranges_ = std::move(ranges);
  return out;
}

std::vector<double> TruncatedNormal::draw(const RandomStream& stream, std::uint64_t first) const {
  const std::size_t size = mean_.size();
  std::vector<double> out(size), z(size);
  for (std::uint64_t attempt = 0; attempt < kAttempts; ++attempt) {
    bool within = true;
    for (std::size_t j = 0; j < size; ++j) z[j] = normal_draw(stream, first + attempt * size + j);
    for (std::size_t i = 0; i < size; ++i) {
      out[i] = mean_[i];
      for (std::size_t j = 0; j < size; ++j) out[i] += root_[i * size + j] * z[j];
      within = within && ranges_[i].holds(out[i]);
    }
    if (within) return out;
  }
  return mean_;
}

}  // namespace plimsoll
