#include "metrics/summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/contract.hpp"

namespace plimsoll {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<const char*, 7> kStatistics = {"total_bps",         "spread_bps",    "sweep_bps", "reaction_bps",
                                                    "vwap_slippage_bps", "participation", "fill_rate"};

const Column& column_of(const Table& table, const std::string& name) {
  const Column* column = table.find(name);
  EXPECT(column != nullptr);
  return *column;
}

/// A cell as text that is equal for equal values. An undefined key (the axis of a plugin that is not selected) equals another undefined
/// one.
std::string cell_text(const Column& column, std::size_t row) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column.data)) return (*texts)[row] + '\0';
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.data)) return std::to_string((*integers)[row]) + '\0';
  const double value = std::get<std::vector<double>>(column.data)[row];
  if (value != value) return std::string{"undefined"} + '\0';
  const double without_sign_of_zero = value + 0.0;
  return std::string(reinterpret_cast<const char*>(&without_sign_of_zero), sizeof without_sign_of_zero);
}

void copy_cell(const Column& from, std::size_t row, Column& to) {
  std::visit([&](const auto& values) { std::get<std::decay_t<decltype(values)>>(to.data).push_back(values[row]); }, from.data);
}

/// Row numbers of each group, groups and rows in order of first appearance.
std::vector<std::vector<std::size_t>> group_rows(const Table& table, const std::vector<const Column*>& keys) {
  std::vector<std::vector<std::size_t>> groups;
  std::map<std::string, std::size_t> home;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::string key;
    for (const Column* column : keys) key += cell_text(*column, row);
    const auto [at, is_new] = home.try_emplace(std::move(key), groups.size());
    if (is_new) groups.emplace_back();
    groups[at->second].push_back(row);
  }
  return groups;
}

std::size_t days_measured(const std::vector<double>& values, const std::vector<std::string>& days) {
  std::set<std::string_view> measured;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) measured.insert(days[i]);
  return measured.size();
}

template <class Value>
std::vector<Value> pick(const std::vector<Value>& values, const std::vector<std::size_t>& rows) {
  std::vector<Value> picked;
  for (const std::size_t row : rows) picked.push_back(values[row]);
  return picked;
}

Table empty_summary(const std::vector<const Column*>& keys, const Table& scenarios, bool pooled) {
  Table summary{"summary"};
  for (const Column* key : keys) {
    Column column{key->name, key->unit, key->meaning, {}};
    std::visit([&](const auto& values) { column.data = std::decay_t<decltype(values)>{}; }, key->data);
    summary.columns().push_back(std::move(column));
  }
  summary.add_integer("scenarios", "1", "scenarios of the group");
  summary.add_integer("measured", "1", "of these, with a defined total cost");
  if (pooled) summary.add_integer("days", "1", "days the scenarios are of");
  for (const char* statistic : kStatistics) {
    const Column& source = column_of(scenarios, statistic);
    summary.add_real(std::string{statistic} + "_mean", source.unit,
                     (pooled ? "mean over days and seeds: " : "mean over seeds: ") + source.meaning);
    summary.add_real(std::string{statistic} + "_se", source.unit, "standard error of that mean");
  }
  return summary;
}

}  // namespace

bool is_summarised(const std::string& column) { return std::find(kStatistics.begin(), kStatistics.end(), column) != kStatistics.end(); }

MeanEstimate mean_estimate(const std::vector<double>& values) {
  double sum = 0;
  std::int64_t n = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++n;
  }
  if (n == 0) return {kUnknown, kUnknown, 0};
  const double mean = sum / static_cast<double>(n);
  if (n == 1) return {mean, kUnknown, 1};
  double squares = 0;
  for (const double value : values)
    if (!std::isnan(value)) squares += (value - mean) * (value - mean);
  const double variance = squares / static_cast<double>(n - 1);
  return {mean, std::sqrt(variance / static_cast<double>(n)), n};
}

MeanEstimate pooled_estimate(const std::vector<double>& values, const std::vector<std::string>& days) {
  EXPECT(values.size() == days.size());
  const MeanEstimate plain = mean_estimate(values);
  std::map<std::string_view, double> deviation;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) deviation[days[i]] += values[i] - plain.mean;
  if (deviation.size() < 2) return plain;
  double squares = 0;
  for (const auto& [day, sum] : deviation) squares += sum * sum;
  const auto n = static_cast<double>(plain.n), groups = static_cast<double>(deviation.size());
  return {plain.mean, std::sqrt(groups / (groups - 1) * squares) / n, plain.n};
}

Table summarise(const Table& scenarios, const std::vector<std::string>& group_keys, const std::string& day_key) {
  std::vector<const Column*> keys;
  for (const std::string& key : group_keys) keys.push_back(&column_of(scenarios, key));
  const std::vector<std::string>* days = day_key.empty() ? nullptr : &scenarios.texts(day_key);
  const bool several_days = days != nullptr && std::set<std::string_view>{days->begin(), days->end()}.size() > 1;
  Table summary = empty_summary(keys, scenarios, days != nullptr);
  for (const std::vector<std::size_t>& rows : group_rows(scenarios, keys)) {
    std::size_t at = 0;
    const auto next = [&]() -> Column& { return summary.columns()[at++]; };
    const auto count = [&](std::size_t number) {
      std::get<std::vector<std::int64_t>>(next().data).push_back(static_cast<std::int64_t>(number));
    };
    for (const Column* key : keys) copy_cell(*key, rows.front(), next());
    const std::vector<std::string> day_of = days != nullptr ? pick(*days, rows) : std::vector<std::string>{};
    count(rows.size());
    count(static_cast<std::size_t>(mean_estimate(pick(scenarios.reals("total_bps"), rows)).n));
    if (days != nullptr) count(std::set<std::string_view>{day_of.begin(), day_of.end()}.size());
    for (const char* statistic : kStatistics) {
      const std::vector<double> values = pick(scenarios.reals(statistic), rows);
      MeanEstimate estimate = days != nullptr ? pooled_estimate(values, day_of) : mean_estimate(values);
      if (several_days && days_measured(values, day_of) < 2) estimate.standard_error = kUnknown;
      std::get<std::vector<double>>(next().data).push_back(estimate.mean);
      std::get<std::vector<double>>(next().data).push_back(estimate.standard_error);
    }
  }
  return summary;
}

}  // namespace plimsoll
