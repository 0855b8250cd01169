#include "app/comparison.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "app/compared_result.hpp"
#include "app/console.hpp"
#include "app/usage_error.hpp"
#include "experiment/nearest_word.hpp"

namespace plimsoll {
namespace {

constexpr std::size_t kUnpairedNamed = 3;
constexpr std::size_t kValuesNamed = 4;

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The first different values of a key, in the order of the rows.
std::string values_of(const ComparedResult& result, const std::string& key) {
  std::vector<std::string> values;
  std::set<std::string> known;
  for (std::size_t row = 0; row < result.scenarios.rows(); ++row) {
    std::string value = key_text(*result.scenarios.find(key), row);
    if (known.insert(value).second) values.push_back(value.empty() ? "(undefined)" : value);
  }
  std::string out;
  for (std::size_t i = 0; i < std::min(values.size(), kValuesNamed); ++i) out += (i > 0 ? ", " : "") + values[i];
  return values.size() > kValuesNamed ? out + ", ... (" + grouped(values.size()) + " values)" : out;
}

void check_key(const std::string& option, const std::string& key, const std::vector<std::string>& keys) {
  if (contains(keys, key)) return;
  const std::string nearest = nearest_word(key, keys);
  usage_error("USAGE-VALUE", option, key + " is no key of the result",
              nearest.empty() ? "one of " + listed(keys) : "did you mean " + nearest + "?");
}

void check_where(const std::string& option, const std::map<std::string, std::string>& where, const ComparedResult& result) {
  for (const auto& [key, value] : where) {
    check_key(option, key, result.keys);
    const Column& column = *result.scenarios.find(key);
    bool found = false;
    for (std::size_t row = 0; row < column.size() && !found; ++row) found = names_value(value, key_text(column, row));
    if (!found)
      usage_error("USAGE-VALUE", option + " " + key + "=" + value, "no scenario of " + result.path + " has this value",
                  "it has " + values_of(result, key));
  }
}

/// "scenario 12 (strategy.name=twap, seed=3)".
std::string described(const ComparedResult& result, std::size_t row, const std::vector<std::string>& keys) {
  std::string out;
  for (const std::string& key : keys) out += (out.empty() ? "" : ", ") + key + "=" + key_text(*result.scenarios.find(key), row);
  const Column* numbers = result.scenarios.find("scenario");
  return "scenario " + (numbers != nullptr ? key_text(*numbers, row) : std::to_string(row)) + (out.empty() ? "" : " (" + out + ")");
}

/// Keys of `one` that `other` does not pair by, and that are not chosen already.
std::vector<std::string> untold_keys(const ComparedResult& one, const std::map<std::string, std::string>& where,
                                     const std::vector<std::string>& keys) {
  std::vector<std::string> out;
  for (const std::string& key : one.keys)
    if (!contains(keys, key) && !where.contains(key)) out.push_back(key);
  return out;
}

void refuse_ambiguous(const std::optional<Pairing::Pair>& twice, const ComparedResult& one, const std::string& option,
                      const std::map<std::string, std::string>& where, const std::vector<std::string>& keys) {
  if (!twice) return;
  const std::vector<std::string> untold = untold_keys(one, where, keys);
  std::string problem = described(one, twice->a, untold) + " and " + described(one, twice->b, untold) +
                        " ask the same in every key that both files tell apart";
  throw BadInput{
      ExitCode::bad_data,
      {"COMPARE-AMBIGUOUS", one.path, listed(untold), std::move(problem),
       untold.empty() ? "two markets of one symbol and date cannot be told apart; compare files of one of them"
                      : "choose, e.g. " + option + " " + untold.front() + "=" + key_text(*one.scenarios.find(untold.front()), twice->a)}};
}

void refuse_nothing_common(const Pairing& pairing, const ComparedResult& a, const ComparedResult& b, const std::vector<std::string>& keys) {
  if (!pairing.pairs.empty()) return;
  std::string problem = "nothing in common with " + a.path, suggestion;
  for (const std::string& key : keys) {
    std::set<std::string> in_a, common;
    for (std::size_t row = 0; row < a.scenarios.rows(); ++row) in_a.insert(key_text(*a.scenarios.find(key), row));
    for (std::size_t row = 0; row < b.scenarios.rows(); ++row)
      if (const std::string value = key_text(*b.scenarios.find(key), row); in_a.contains(value)) common.insert(value);
    if (!common.empty()) continue;
    problem += "; " + key + " is " + values_of(a, key) + " in A and " + values_of(b, key) + " in B";
    const auto first = [&](const ComparedResult& one) { return one.scenarios.rows() > 0 ? key_text(*one.scenarios.find(key), 0) : ""; };
    suggestion += " --where-a " + key + "=" + first(a) + " --where-b " + key + "=" + first(b);
  }
  throw BadInput{ExitCode::bad_data,
                 {"COMPARE-NOTHING", b.path, "", problem,
                  suggestion.empty() ? "" : "to compare across such a key choose a value of each, e.g." + suggestion}};
}

std::vector<double> picked(const ComparedResult& result, const std::string& column, const std::vector<std::size_t>& rows) {
  std::vector<double> out(rows.size(), std::numeric_limits<double>::quiet_NaN());
  const Column* found = result.scenarios.find(column);
  const auto* values = found != nullptr ? std::get_if<std::vector<double>>(&found->data) : nullptr;
  for (std::size_t i = 0; i < rows.size() && values != nullptr; ++i) out[i] = (*values)[rows[i]];
  return out;
}

bool has_failed(const ComparedResult& result, std::size_t row) {
  const Column* status = result.scenarios.find("status");
  return status != nullptr && key_text(*status, row) == "failed";
}

Comparison::Side side_of(const ComparedResult& result, const std::map<std::string, std::string>& where,
                         const std::vector<std::size_t>& paired, const std::vector<std::size_t>& unpaired,
                         const std::vector<std::string>& keys) {
  const auto text = [&](const char* name) {
    const auto place = result.attributes.find(name);
    const auto* found = place == result.attributes.end() ? nullptr : std::get_if<std::string>(&place->second);
    return found != nullptr ? *found : "";
  };
  Comparison::Side out;
  out.path = result.path;
  for (const auto& [key, value] : where) out.where += (out.where.empty() ? "" : ", ") + key + "=" + value;
  out.title = text("title");
  out.result_hash = text("result_hash");
  out.scenarios = result.scenarios.rows();
  out.asked_for = paired.size() + unpaired.size();
  for (const auto& rows : {paired, unpaired})
    for (const std::size_t row : rows) out.failed += has_failed(result, row);
  const auto complete = result.attributes.find("complete");
  out.complete = complete == result.attributes.end() || complete->second != AttributeValue{std::int64_t{0}};
  out.by_parent = result.by_parent;
  out.unpaired_count = unpaired.size();
  for (std::size_t i = 0; i < std::min(unpaired.size(), kUnpairedNamed); ++i) out.unpaired.push_back(described(result, unpaired[i], keys));
  return out;
}

/// Rows of one pair each, in the order of the pairs.
struct PairedRows {
  std::vector<std::size_t> a, b;
  std::vector<std::string> clusters;
};

/// What the pairs' errors come from: days, else repetitions, else each scenario.
std::string cluster_key(const ComparedResult& a, const std::vector<Pairing::Pair>& pairs) {
  for (const char* key : {"date", "seed"}) {
    const Column* column = a.scenarios.find(key);
    if (column == nullptr) continue;
    for (const Pairing::Pair& pair : pairs)
      if (key_text(*column, pair.a) != key_text(*column, pairs.front().a)) return key;
  }
  return "scenario";
}

/// Groups in the order of A's file.
std::vector<std::pair<std::string, PairedRows>> grouped_pairs(const ComparedResult& a, const std::vector<Pairing::Pair>& pairs,
                                                              const std::string& group, const std::string& cluster) {
  const Column* group_column = group.empty() ? nullptr : a.scenarios.find(group);
  const Column* cluster_column = cluster == "scenario" ? nullptr : a.scenarios.find(cluster);
  std::map<std::string, std::pair<std::size_t, PairedRows>> found;  // with the first row of A
  for (const Pairing::Pair& pair : pairs) {
    auto& [first, rows] =
        found.try_emplace(group_column != nullptr ? key_text(*group_column, pair.a) : "", pair.a, PairedRows{}).first->second;
    first = std::min(first, pair.a);
    rows.a.push_back(pair.a);
    rows.b.push_back(pair.b);
    rows.clusters.push_back(cluster_column != nullptr ? key_text(*cluster_column, pair.a) : std::to_string(rows.a.size()));
  }
  std::vector<std::pair<std::size_t, std::string>> order;
  for (const auto& [value, each] : found) order.emplace_back(each.first, value);
  std::sort(order.begin(), order.end());
  std::vector<std::pair<std::string, PairedRows>> out;
  for (const auto& [first, value] : order) out.emplace_back(value, std::move(found.at(value).second));
  return out;
}

void judge(Comparison& comparison, const CompareRequest& request) {
  for (const Gate& gate : request.gates)
    for (const ComparedGroup& each : comparison.groups)
      for (const ComparedRow& row : each.rows) {
        if (row.metric != gate.metric) continue;
        const double worsening = row.worsening(request.gate_on);
        const std::string of_group = each.value.empty() ? "" : " of " + request.group + " = " + each.value;
        comparison.gates.push_back({gate.metric->column + of_group, gate.limit, worsening, !(worsening <= gate.limit)});
      }
  const auto none_may = [&](const char* what, std::size_t scenarios) {
    if (!request.gates.empty() && scenarios > 0) comparison.gates.push_back({what, 0, static_cast<double>(scenarios), true, true});
  };
  none_may("scenarios that failed in B only", comparison.newly_failed);
  // What is not done yet may be what got worse.
  if (!comparison.b.complete) none_may("scenarios of A without a pair in B, which is a part of its plan", comparison.a.unpaired_count);
}

}  // namespace

Comparison compare_results(const CompareRequest& request) {
  const ComparedResult a = read_compared(request.path_a), b = read_compared(request.path_b);
  check_where("--where-a", request.where_a, a);
  check_where("--where-b", request.where_b, b);
  Comparison out;
  for (const std::string& key : a.keys)
    if (contains(b.keys, key) && !request.where_a.contains(key) && !request.where_b.contains(key)) out.keys.push_back(key);
  const Pairing pairing = pair_rows({a.scenarios, request.where_a}, {b.scenarios, request.where_b}, out.keys);
  refuse_ambiguous(pairing.twice_a, a, "--where-a", request.where_a, out.keys);
  refuse_ambiguous(pairing.twice_b, b, "--where-b", request.where_b, out.keys);
  refuse_nothing_common(pairing, a, b, out.keys);
  if (!request.group.empty()) check_key("--group", request.group, out.keys);

  out.pairs = pairing.pairs.size();
  out.interval = request.interval;
  out.group_key = request.group;
  out.gate_on = request.gate_on;
  out.clustered_by = cluster_key(a, pairing.pairs);
  out.changes = changes_between(a.attributes, b.attributes);
  std::vector<std::size_t> paired_a, paired_b;
  std::set<std::string> clusters;
  for (const auto& [value, rows] : grouped_pairs(a, pairing.pairs, request.group, out.clustered_by)) {
    ComparedGroup& each = out.groups.emplace_back();
    each.value = value;
    each.pairs = rows.a.size();
    for (const ComparedMetric* metric : request.metrics)
      each.rows.push_back({metric, paired_difference(picked(a, metric->column, rows.a), picked(b, metric->column, rows.b), rows.clusters,
                                                     request.interval)});
    clusters.insert(rows.clusters.begin(), rows.clusters.end());
    paired_a.insert(paired_a.end(), rows.a.begin(), rows.a.end());
    paired_b.insert(paired_b.end(), rows.b.begin(), rows.b.end());
  }
  out.clusters = clusters.size();
  out.a = side_of(a, request.where_a, paired_a, pairing.only_a, out.keys);
  out.b = side_of(b, request.where_b, paired_b, pairing.only_b, out.keys);
  for (const Pairing::Pair& pair : pairing.pairs) out.newly_failed += !has_failed(a, pair.a) && has_failed(b, pair.b);
  judge(out, request);
  return out;
}

}  // namespace plimsoll
