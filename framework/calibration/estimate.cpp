#include "calibration/estimate.hpp"

#include <algorithm>
#include <cmath>

#include "core/contract.hpp"

namespace plimsoll {

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

}  // namespace plimsoll
