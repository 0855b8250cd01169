// The impact curve recovers what was planted.
#include <cmath>

#include "claims.hpp"
#include "core/random.hpp"
#include "metrics/impact_curve.hpp"

using namespace plimsoll;

namespace {

constexpr double kLeft[kLooks] = {1.0, 0.9, 0.7, 0.4, 0.25};

/// Impact 0.5 sqrt(lots) with noise that the parents of a cluster share.
std::vector<CurveParent> planted(int clusters, double noise) {
  std::vector<CurveParent> out;
  const RandomStream random{3, 0, Purpose::test};
  for (int cluster = 0; cluster < clusters; ++cluster) {
    const double luck = 1 + noise * (random.uniform(static_cast<std::uint64_t>(cluster)) - 0.5);
    for (const std::int64_t lots : {100, 400, 1'600, 6'400}) {
      CurveParent& parent = out.emplace_back();
      parent.lots = lots;
      parent.cluster = std::to_string(cluster);
      for (std::size_t look = 0; look < kLooks; ++look)
        parent.impact_bps[look] = kLeft[look] * 0.5 * std::sqrt(static_cast<double>(lots)) * luck;
      parent.cost_bps = 2.0 / 3.0 * parent.impact_bps[0];
    }
  }
  return out;
}

}  // namespace

TEST_CASE("a planted square root comes back with its exponent, its decay and no error") {
  const ImpactCurve curve = impact_curve(planted(5, 0.0));
  CHECK(curve.exponent.value == Approx(0.5).epsilon(1e-12));
  CHECK(curve.exponent.standard_error == Approx(0.0).margin(1e-12));
  CHECK(curve.r2 == Approx(1.0));
  CHECK(curve.sizes == 4);
  for (std::size_t look = 0; look < kLooks; ++look) CHECK(curve.decay[look].value == Approx(kLeft[look]));
  REQUIRE(curve.points.size() == 4);
  CHECK(curve.points[1].lots == 400);
  CHECK(curve.points[1].impact_bps[0].mean == Approx(10.0));
}

TEST_CASE("luck that all sizes of a seed share moves the level of the curve, not its exponent") {
  const ImpactCurve curve = impact_curve(planted(8, 0.5));
  CHECK(curve.exponent.value == Approx(0.5).epsilon(1e-9));
  CHECK(curve.exponent.standard_error < 1e-9);
  CHECK(curve.points[0].impact_bps[0].standard_error > 0.05);
}

TEST_CASE("luck of its own at each size gives the exponent an error that covers the truth") {
  std::vector<CurveParent> parents = planted(12, 0.0);
  const RandomStream random{4, 0, Purpose::test};
  std::uint64_t draw = 0;
  for (CurveParent& parent : parents) parent.impact_bps[0] *= 1 + 0.4 * (random.uniform(draw++) - 0.5);
  const ImpactCurve curve = impact_curve(parents);
  CHECK(curve.exponent.standard_error > 0.001);
  CHECK(std::abs(curve.exponent.value - 0.5) < 4 * curve.exponent.standard_error);
}

TEST_CASE("one size, one cluster, or no impact give no exponent and no error, and no number stands for them") {
  std::vector<CurveParent> parents = planted(1, 0.0);
  CHECK(std::isnan(impact_curve(parents).exponent.standard_error));
  parents.resize(1);
  CHECK(std::isnan(impact_curve(parents).exponent.value));
  for (CurveParent& parent : parents) parent.impact_bps[0] = -1;
  CHECK(std::isnan(impact_curve(parents).exponent.value));
  CHECK(impact_curve({}).points.empty());
}
