// plimsoll curve: the impact curve and its decay, measured from the runs of a result.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <set>

#include <unistd.h>
#include <nlohmann/json.hpp>

#include "app/closing_table.hpp"
#include "app/command.hpp"
#include "app/console.hpp"
#include "app/options.hpp"
#include "app/printed_table.hpp"
#include "io/result_file.hpp"
#include "metrics/impact_curve.hpp"
#include "metrics/schema.hpp"

namespace plimsoll {
namespace {

constexpr double kBps = 1e4;

/// The key of a parent's own size. What the other parents of a scenario trade tells curves apart like any other key.
std::string size_key(const std::string& parent) { return parent.empty() ? "parent.quantity_lots" : "parent." + parent + ".quantity_lots"; }

bool curve_needs(const std::string& column) {
  return closing_needs(column) || column == "status" || column.starts_with("impact_") || column == "arrival_mid_ticks" ||
         column == "quantity_lots";
}

std::string text_of(const Column& column, std::size_t row) {
  return std::visit([row](const auto& values) { return nlohmann::json(values[row]).dump(); }, column.data);
}

/// What the parents of one curve have in common: every swept key but their own size (which is ""), and what tells markets and parents
/// apart.
struct CurveGroup {
  std::vector<std::pair<std::string, std::string>> keys;
  ImpactCurve curve;
};

std::vector<CurveGroup> curves_of(const Table& rows) {
  std::vector<std::string> keys;
  const Column* names = rows.find("parent_name");
  const auto parent_of = [&](std::size_t row) { return names != nullptr ? std::get<std::vector<std::string>>(names->data)[row] : ""; };
  for (const std::string& key : group_keys(rows)) {
    bool own_size = true;
    for (std::size_t row = 0; row < rows.rows() && own_size; ++row) own_size = key == size_key(parent_of(row));
    if (!own_size) keys.push_back(key);
  }
  const std::vector<std::string>& dates = rows.texts("date");
  const bool several_days = std::set<std::string>{dates.begin(), dates.end()}.size() > 1;
  const std::vector<std::string>& status = rows.texts("status");
  std::vector<std::string> order;
  std::map<std::string, std::pair<CurveGroup, std::vector<CurveParent>>> groups;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    if (status[row] == "failed") continue;  // has no parents, and no size
    std::string name;
    CurveGroup group;
    for (const std::string& key : keys) {
      group.keys.emplace_back(key, key == size_key(parent_of(row)) ? "" : text_of(*rows.find(key), row));
      name += group.keys.back().second + '\n';
    }
    const auto [at, fresh] = groups.try_emplace(name, std::move(group), std::vector<CurveParent>{});
    if (fresh) order.push_back(name);
    CurveParent& parent = at->second.second.emplace_back();
    parent.lots = rows.integers("quantity_lots")[row];
    for (std::size_t look = 0; look < kLooks; ++look)
      parent.impact_bps[look] =
          rows.reals(std::string{"impact_"} + kImpactLookNames[look] + "_ticks")[row] / rows.reals("arrival_mid_ticks")[row] * kBps;
    parent.participation = rows.reals("participation")[row];
    parent.cost_bps = rows.reals("total_bps")[row];
    parent.cluster = several_days ? dates[row] : std::to_string(rows.integers("seed")[row]);
  }
  std::vector<CurveGroup> out;
  for (const std::string& name : order) {
    auto& [group, parents] = groups.at(name);
    group.curve = impact_curve(parents);
    out.push_back(std::move(group));
  }
  return out;
}

std::string with_error(const ErrorEstimate& estimate, int decimals) {
  return fixed(estimate.value, decimals) + (std::isnan(estimate.standard_error) ? "" : " +- " + fixed(estimate.standard_error, decimals));
}

std::string text_of(const CurveGroup& group, std::size_t width) {
  std::string out, title;
  for (const auto& [key, value] : group.keys)
    if (!value.empty()) title += (title.empty() ? "" : ", ") + key + " = " + value;
  if (!title.empty()) out += wrapped(title, width, 2) + "\n";
  std::vector<PrintedColumn> columns = {{"lots", {}, true, 0}, {"part.%", {}, true, 1}, {"impact", {}, true, 0}, {"+-", {}, true, 0}};
  for (std::size_t look = 1; look < kLooks; ++look) columns.push_back({kImpactLookNames[look], {}, true, look == 3 ? 2 : 0});
  columns.push_back({"cost", {}, true, 0});
  for (const CurvePoint& point : group.curve.points) {
    std::size_t at = 0;
    columns[at++].cells.push_back(grouped(static_cast<std::uint64_t>(point.lots)));
    columns[at++].cells.push_back(fixed(point.participation.mean * 100, 1));
    columns[at++].cells.push_back(fixed(point.impact_bps[0].mean, 2));
    columns[at++].cells.push_back(fixed(point.impact_bps[0].standard_error, 2));
    for (std::size_t look = 1; look < kLooks; ++look) columns[at++].cells.push_back(fixed(point.impact_bps[look].mean, 2));
    columns[at++].cells.push_back(fixed(point.cost_bps.mean, 2));
  }
  fit(columns, width);
  out += lines_of(columns);
  const ImpactCurve& curve = group.curve;
  const std::string law = std::isnan(curve.exponent.value) ? "no exponent: it takes two sizes with an impact above zero"
                                                           : "impact ~ lots^" + with_error(curve.exponent, 3) + " over " +
                                                                 grouped(curve.sizes) + " sizes (R2 " + fixed(curve.r2, 3) + ")";
  out += wrapped(law + "; left of it after 1 s " + with_error(curve.decay[1], 2) + ", 10 s " + with_error(curve.decay[2], 2) + ", 60 s " +
                     with_error(curve.decay[3], 2) + ", 300 s " + with_error(curve.decay[4], 2),
                 width, 2) +
         "\n";
  return out;
}

constexpr const char* kLegend =
    "impact: how far the mid stands from the recorded one when the order is complete or its end has come, in basis points of the arrival "
    "mid, + = "
    "against the order; +- its standard error over days or seeds; then what of it is there 1 s to 300 s later. cost: shortfall in basis "
    "points.";

std::string csv_of(const std::vector<CurveGroup>& groups) {
  std::string out;
  for (const auto& [key, value] : groups.front().keys) out += "\"" + key + "\",";
  out += "lots,parents,participation";
  for (const char* look : kImpactLookNames) out += std::string{",impact_"} + look + "_bps,impact_" + look + "_se_bps";
  out += ",cost_bps,cost_se_bps,exponent,exponent_se,r2\n";
  const auto number = [](double value) { return std::isnan(value) ? std::string{} : nlohmann::json(value).dump(); };
  for (const CurveGroup& group : groups) {
    for (const CurvePoint& point : group.curve.points) {
      for (const auto& [key, value] : group.keys) out += value + ",";
      out += std::to_string(point.lots) + "," + std::to_string(point.cost_bps.n) + "," + number(point.participation.mean);
      for (const MeanEstimate& impact : point.impact_bps) out += "," + number(impact.mean) + "," + number(impact.standard_error);
      out += "," + number(point.cost_bps.mean) + "," + number(point.cost_bps.standard_error) + "," + number(group.curve.exponent.value) +
             "," + number(group.curve.exponent.standard_error) + "," + number(group.curve.r2) + "\n";
    }
  }
  return out;
}

Table rows_with_impact(const std::string& path) {
  read_merged_outline(path);  // refuses what is no result
  Table rows = result_rows(path, curve_needs);
  if (rows.find("impact_done_ticks") == nullptr)
    throw BadInput{ExitCode::bad_data,
                   InputError{"DATA-FORMAT", path, "impact_done_ticks", "is missing: an older program wrote this result", "run it again"}};
  return rows;
}

}  // namespace

ExitCode curve_command(const Words& words) {
  Options options{
      "plimsoll curve RESULT.h5 [options]",
      "The impact curve of a result that sweeps the size of its parent: how far the market was moved, how it came back, and the "
      "exponent of a power law in the size, for each combination of the other swept keys (responses and models side by side, say)."};
  options.add({{"csv", "", "one line a size as CSV"}});
  options.add_words("RESULT.h5", 1, 1);
  if (!options.parse(words)) return ExitCode::done;
  const std::string& path = options.words()[0];
  const std::vector<CurveGroup> groups = curves_of(rows_with_impact(path));
  if (groups.empty())
    throw BadInput{ExitCode::bad_data, InputError{"DATA-EMPTY", path, "scenarios", "holds no parents: all scenarios failed", ""}};
  if (options.has("csv")) {
    std::cout << csv_of(groups);
    return ExitCode::done;
  }
  const std::size_t width = columns_of(STDOUT_FILENO);
  for (const CurveGroup& group : groups) std::cout << text_of(group, width) << "\n";
  std::cout << wrapped(kLegend, width, 0) << "\n";
  return ExitCode::done;
}

}  // namespace plimsoll
