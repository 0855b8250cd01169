#pragma once
/// Markets with planted parameters, and how often an interval holds them. Everything is drawn from core/random.

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>

#include "calibration/estimate.hpp"
#include "calibration/observations.hpp"
#include "calibration/statistics.hpp"
#include "claims.hpp"
#include "core/normal.hpp"

namespace plimsoll::test {

/// Draws of one replication, in order.
class Draws {
 public:
  explicit Draws(std::uint32_t replication, std::uint64_t seed = 1) : stream_{seed, replication, Purpose::test} {}
  double normal() { return normal_draw(stream_, next_++); }
  double uniform() { return stream_.uniform(next_++); }
  double sign() { return uniform() < 0.5 ? -1.0 : 1.0; }
  /// Lots of a trade: 1, 2, .. geometric, mean 1 / stop.
  double lots(double stop) {
    double lots = 1;
    while (uniform() > stop) ++lots;
    return lots;
  }

 private:
  RandomStream stream_;
  std::uint64_t next_ = 0;
};

/// Share of replications whose 95 % interval holds the planted value, by parameter. A refused replication is a failure of the test.
inline std::map<std::string, double> coverage(std::uint32_t replications, const std::map<std::string, double>& planted,
                                              const std::function<Estimate(Draws&)>& replicate) {
  std::map<std::string, double> held;
  for (std::uint32_t i = 0; i < replications; ++i) {
    Draws draws{i};
    const Estimate estimate = replicate(draws);
    INFO("replication " << i << " " << estimate.refusal);
    REQUIRE_FALSE(estimate.refused());
    for (const auto& [name, value] : planted) {
      INFO(name << " of " << estimate.parameters.size());
      REQUIRE(
          std::any_of(estimate.parameters.begin(), estimate.parameters.end(), [&](const Parameter& each) { return each.name == name; }));
      if (estimate.at(name).low <= value && value <= estimate.at(name).high) held[name] += 1;
    }
  }
  for (auto& [name, count] : held) count /= replications;
  return held;
}

/// 92 to 98 % for every one.
inline void check_coverage(const std::map<std::string, double>& held) {
  for (const auto& [name, share] : held) {
    INFO(name << " is held by " << 100 * share << " % of its intervals");
    CHECK(share >= 0.92);
    CHECK(share <= 0.98);
  }
}

inline constexpr TimePoint kMorning = 1'340'285'400 * kSecond;  ///< 2012-06-21 13:30 UTC

/// A day of empty cells with a mid that stands still.
inline Observations quiet_day(std::size_t seconds, std::int64_t day = 0) {
  Observations out;
  out.first_time = out.grid_start = kMorning + day * 86'400 * kSecond;
  out.last_time = out.first_time + static_cast<std::int64_t>(seconds) * kSecond;
  out.cells.assign(seconds + 1, GridCell{10'000, 100});
  return out;
}

}  // namespace plimsoll::test
