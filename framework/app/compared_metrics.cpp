// The metrics of a comparison, which way they get worse, and what differs between the inputs of two results.
#include <cmath>
#include <set>

#include "app/comparison.hpp"
#include "app/usage_error.hpp"
#include "core/units.hpp"
#include "experiment/nearest_word.hpp"

namespace plimsoll {
namespace {

using Settings = std::map<std::string, std::string>;

/// The resolved scenario is one `key = value` a line; the columns of a sweep stand indented below `sweep.zip`.
Settings settings_of(const std::string& resolved) {
  Settings out;
  for (std::size_t at = 0; at < resolved.size();) {
    const std::size_t end = std::min(resolved.find('\n', at), resolved.size());
    std::string line = resolved.substr(at, end - at);
    at = end + 1;
    const bool swept = line.starts_with("  { ");
    const std::size_t equals = line.find(" = ");
    if (equals == std::string::npos || line.starts_with("sweep.zip = [")) continue;
    if (!swept)
      out[line.substr(0, equals)] = line.substr(equals + 3);
    else
      out["sweep of " + line.substr(4, equals - 4)] = line.substr(equals + 3, line.find_last_of('}') - equals - 4);
  }
  return out;
}

/// Lines of "hash  name": texts by name.
Settings hashes_of(const std::string& lines) {
  Settings out;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    const std::string line = lines.substr(at, end - at);
    const std::size_t gap = line.find("  ");
    if (gap != std::string::npos) out[line.substr(gap + 2)] = line.substr(0, gap);
    at = end + 1;
  }
  return out;
}

void add_differences(std::vector<Change>& changes, const std::string& prefix, const Settings& a, const Settings& b) {
  std::set<std::string> names;
  for (const Settings* each : {&a, &b})
    for (const auto& [name, value] : *each) names.insert(name);
  const auto value_in = [](const Settings& all, const std::string& name) {
    const auto place = all.find(name);
    return place == all.end() ? std::string{} : place->second;
  };
  for (const std::string& name : names)
    if (value_in(a, name) != value_in(b, name)) changes.push_back({prefix + name, value_in(a, name), value_in(b, name)});
}

std::string text_of(const std::map<std::string, AttributeValue>& attributes, const std::string& name) {
  const auto place = attributes.find(name);
  const auto* text = place == attributes.end() ? nullptr : std::get_if<std::string>(&place->second);
  return text != nullptr ? *text : "";
}

}  // namespace

std::string ComparedMetric::name() const {
  const std::string text = column;
  return is_share() ? text : text.substr(0, text.size() - 4);
}

bool ComparedMetric::is_share() const { return !std::string_view{column}.ends_with("_bps"); }

const std::vector<ComparedMetric>& compared_metrics() {
  using Worse = ComparedMetric::Worse;
  static const std::vector<ComparedMetric> kMetrics = {
      {"total_bps", Worse::higher},         {"delay_bps", Worse::higher},         {"spread_bps", Worse::higher},
      {"sweep_bps", Worse::higher},         {"reaction_bps", Worse::higher},      {"timing_bps", Worse::higher},
      {"fee_bps", Worse::higher},           {"opportunity_bps", Worse::higher},   {"arrival_slippage_bps", Worse::higher},
      {"vwap_slippage_bps", Worse::higher}, {"twap_slippage_bps", Worse::higher}, {"markout_10ms_bps", Worse::lower},
      {"markout_100ms_bps", Worse::lower},  {"markout_1s_bps", Worse::lower},     {"markout_10s_bps", Worse::lower},
      {"markout_60s_bps", Worse::lower},    {"markout_300s_bps", Worse::lower},   {"participation", Worse::neither},
      {"fill_rate", Worse::lower},          {"passive_share", Worse::neither},    {"schedule_error", Worse::higher},
  };
  return kMetrics;
}

const ComparedMetric& compared_metric(const std::string& word) {
  std::vector<std::string> names;
  for (const ComparedMetric& metric : compared_metrics()) {
    if (word == metric.column || word == metric.name()) return metric;
    names.push_back(metric.name());
  }
  const std::string nearest = nearest_word(word, names);
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "one of " : ", ") + name;
  usage_error("USAGE-VALUE", word, "is no metric that is compared", nearest.empty() ? all : "did you mean " + nearest + "?");
}

std::string ComparedRow::verdict() const {
  if (difference.pairs > 0 && difference.higher == 0 && difference.lower == 0) return "equal";
  if (!difference.excludes_zero()) return "";
  const bool higher = difference.low > 0;
  if (metric->worse == ComparedMetric::Worse::neither) return higher ? "B more" : "B less";
  return higher == (metric->worse == ComparedMetric::Worse::higher) ? "B worse" : "B better";
}

double ComparedRow::share_worse() const {
  if (difference.pairs == 0 || metric->worse == ComparedMetric::Worse::neither) return kUndefined;
  const std::int64_t worse = metric->worse == ComparedMetric::Worse::higher ? difference.higher : difference.lower;
  return static_cast<double>(worse) / static_cast<double>(difference.pairs);
}

double ComparedRow::worsening(GateOn which) const {
  const bool less_is_worse = metric->worse == ComparedMetric::Worse::lower;
  const double sign = less_is_worse ? -1 : 1;
  if (which == GateOn::mean || !difference.has_interval()) return sign * difference.mean;
  return sign * ((which == GateOn::lower) == less_is_worse ? difference.high : difference.low);
}

bool Comparison::breached() const {
  for (const GateFinding& gate : gates)
    if (gate.breached) return true;
  return false;
}

std::vector<Change> changes_between(const std::map<std::string, AttributeValue>& a, const std::map<std::string, AttributeValue>& b) {
  std::vector<Change> out;
  add_differences(out, "", settings_of(text_of(a, "scenario_text")), settings_of(text_of(b, "scenario_text")));
  add_differences(out, "data ", hashes_of(text_of(a, "data")), hashes_of(text_of(b, "data")));
  add_differences(out, "plugin ", hashes_of(text_of(a, "plugins")), hashes_of(text_of(b, "plugins")));
  for (const char* name : {"program_version", "program_hash"})
    if (text_of(a, name) != text_of(b, name)) out.push_back({name, text_of(a, name), text_of(b, name)});
  return out;
}

}  // namespace plimsoll
