#include "metrics/impact_curve.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "core/math.hpp"

namespace plimsoll {

namespace {

using Parents = std::vector<const CurveParent*>;

std::map<std::int64_t, Parents> by_size(const Parents& parents) {
  std::map<std::int64_t, Parents> out;
  for (const CurveParent* parent : parents) out[parent->lots].push_back(parent);
  return out;
}

MeanEstimate mean_of(const Parents& parents, const std::function<double(const CurveParent&)>& value) {
  std::vector<double> values;
  std::vector<std::string> clusters;
  for (const CurveParent* parent : parents) {
    values.push_back(value(*parent));
    clusters.push_back(parent->cluster);
  }
  return pooled_estimate(values, clusters);
}

struct Line {
  double slope = kNoTicks;
  double r2 = kNoTicks;
  std::size_t points = 0;
};

Line fit(const Parents& parents) {
  std::vector<std::pair<double, double>> points;
  for (const auto& [lots, of_size] : by_size(parents)) {
    const double impact = mean_of(of_size, [](const CurveParent& parent) { return parent.impact_bps[0]; }).mean;
    if (lots > 0 && impact > 0) points.emplace_back(math::log(static_cast<double>(lots)), math::log(impact));
  }
  Line line;
  line.points = points.size();
  if (points.size() < 2) return line;
  const auto n = static_cast<double>(points.size());
  double x_mean = 0, y_mean = 0;
  for (const auto& [x, y] : points) x_mean += x / n, y_mean += y / n;
  double xx = 0, xy = 0, yy = 0;
  for (const auto& [x, y] : points) {
    xx += (x - x_mean) * (x - x_mean);
    xy += (x - x_mean) * (y - y_mean);
    yy += (y - y_mean) * (y - y_mean);
  }
  line.slope = xy / xx;
  line.r2 = yy > 0 ? xy * xy / (xx * yy) : kNoTicks;
  return line;
}

double left_at(const Parents& parents, std::size_t look) {
  double at_once = 0, later = 0;
  for (const CurveParent* parent : parents) {
    if (std::isnan(parent->impact_bps[0]) || std::isnan(parent->impact_bps[look])) continue;
    at_once += parent->impact_bps[0];
    later += parent->impact_bps[look];
  }
  return at_once != 0 ? later / at_once : kNoTicks;
}

/// `statistic` of all, and its jackknife error over clusters.
ErrorEstimate jackknife(const Parents& all, const std::set<std::string>& clusters, const std::function<double(const Parents&)>& statistic) {
  ErrorEstimate out{statistic(all), kNoTicks};
  if (clusters.size() < 2) return out;
  std::vector<double> without;
  for (const std::string& left_out : clusters) {
    Parents rest;
    std::copy_if(all.begin(), all.end(), std::back_inserter(rest), [&](const CurveParent* parent) { return parent->cluster != left_out; });
    without.push_back(statistic(rest));
  }
  const auto groups = static_cast<double>(without.size());
  double mean = 0, squares = 0;
  for (const double value : without) mean += value / groups;
  for (const double value : without) squares += (value - mean) * (value - mean);
  out.standard_error = std::sqrt((groups - 1) / groups * squares);  // NaN when a part without a cluster has no statistic
  return out;
}

}  // namespace

ImpactCurve impact_curve(std::span<const CurveParent> parents) {
  Parents all;
  std::set<std::string> clusters;
  for (const CurveParent& parent : parents) {
    all.push_back(&parent);
    clusters.insert(parent.cluster);
  }
  ImpactCurve curve;
  curve.clusters = clusters.size();
  for (const auto& [lots, of_size] : by_size(all)) {
    CurvePoint& point = curve.points.emplace_back();
    point.lots = lots;
    for (std::size_t look = 0; look < kLooks; ++look)
      point.impact_bps[look] = mean_of(of_size, [look](const CurveParent& parent) { return parent.impact_bps[look]; });
    point.participation = mean_of(of_size, [](const CurveParent& parent) { return parent.participation; });
    point.cost_bps = mean_of(of_size, [](const CurveParent& parent) { return parent.cost_bps; });
  }
  const Line line = fit(all);
  curve.r2 = line.r2;
  curve.sizes = line.points;
  curve.exponent = jackknife(all, clusters, [](const Parents& some) { return fit(some).slope; });
  for (std::size_t look = 0; look < kLooks; ++look)
    curve.decay[look] = jackknife(all, clusters, [look](const Parents& some) { return left_at(some, look); });
  return curve;
}

}  // namespace plimsoll
