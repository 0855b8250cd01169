#include "calibration/estimate.hpp"

#include <algorithm>
#include <cmath>

#include "calibration/linear_algebra.hpp"
#include "calibration/statistics.hpp"
#include "core/contract.hpp"
#include "core/error.hpp"

namespace plimsoll {
namespace {

/// FNV-1a: two estimates of one experiment draw from different places of the stream.
std::uint64_t place_in_stream(const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash << 20;
}

[[noreturn]] void no_covariance(const std::string& name, const std::string& why) {
  throw BadInput{ExitCode::bad_scenario,
                 {"CALIBRATION-COVARIANCE", "", "calibration." + name, why, "parameters cannot be drawn from it; use their values"}};
}

}  // namespace

const Parameter& Estimate::at(const std::string& parameter) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& each) { return each.name == parameter; });
  EXPECT(found != parameters.end());
  return *found;
}

Estimate refused(std::string name, std::string reason) {
  Estimate out;
  out.name = std::move(name);
  out.refusal = std::move(reason);
  return out;
}

std::string too_few(std::int64_t n, const std::string& what, std::int64_t need) {
  return "insufficient: n = " + std::to_string(n) + " " + what + ", need " + std::to_string(need);
}

std::string not_finite(std::span<const double> values, const std::string& what) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      return "not finite: " + what + ", value " + std::to_string(i + 1) + " of " + std::to_string(values.size());
  return {};
}

std::vector<double> sample_parameters(const Estimate& estimate, std::uint64_t seed, std::uint32_t replicate) {
  if (estimate.refused()) no_covariance(estimate.name, "has no values: " + estimate.refusal);
  const std::size_t size = estimate.parameters.size();
  if (estimate.covariance.size() != size * size) no_covariance(estimate.name, "its covariance has another size than its parameters");
  std::vector<std::size_t> claimed;
  for (std::size_t i = 0; i < size; ++i)
    if (!std::isnan(estimate.covariance[i * size + i])) claimed.push_back(i);
  std::vector<double> out;
  for (const Parameter& each : estimate.parameters) out.push_back(each.value);
  if (claimed.empty()) return out;

  Matrix covariance{claimed.size(), claimed.size()};
  for (std::size_t i = 0; i < claimed.size(); ++i)
    for (std::size_t j = 0; j < claimed.size(); ++j) covariance(i, j) = estimate.covariance[claimed[i] * size + claimed[j]];
  const std::optional<Matrix> root = covariance_root(covariance);
  if (!root) no_covariance(estimate.name, "its covariance is not finite, not symmetric or not positive semidefinite");

  constexpr std::uint64_t attempts = 256;
  const RandomStream stream{seed, replicate, Purpose::calibrated_parameters};
  const std::uint64_t first = place_in_stream(estimate.name);
  for (std::uint64_t attempt = 0; attempt < attempts; ++attempt) {
    bool within = true;
    for (std::size_t i = 0; i < claimed.size(); ++i) {
      const Parameter& parameter = estimate.parameters[claimed[i]];
      double value = parameter.value;
      for (std::size_t j = 0; j < claimed.size(); ++j) value += (*root)(i, j) * normal_draw(stream, first + attempt * claimed.size() + j);
      out[claimed[i]] = value;
      within = within && value >= parameter.least && value <= parameter.most;
    }
    if (within) return out;
  }
  for (const std::size_t i : claimed) out[i] = std::clamp(out[i], estimate.parameters[i].least, estimate.parameters[i].most);
  return out;
}

}  // namespace plimsoll
