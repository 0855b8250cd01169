#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "app/closing_table.hpp"
#include "app/inspection.hpp"
#include "app/sheet.hpp"
#include "io/result_file.hpp"

namespace plimsoll {
namespace {

struct Counts {
  std::uint64_t done = 0, failed = 0;
};

Counts counts_of(const Table& scenarios) {
  Counts counts;
  for (const std::string& status : scenarios.texts("status")) ++(status == "done" ? counts.done : counts.failed);
  return counts;
}

/// Different values of a swept column, as JSON would write them.
std::size_t distinct_values(const Column& column) {
  std::set<std::string> values;
  std::visit(
      [&](const auto& all) {
        for (const auto& value : all) values.insert(nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
      },
      column.data);
  return values.size();
}

std::string text_of(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return std::visit([](const auto& each) { return nlohmann::json(each).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); },
                    value);
}

/// Attributes that are said in another way, or explained in results/README.md.
bool is_spoken_of(const std::string& name) {
  static const std::set<std::string> kNames = {"title",     "scenario_text", "sign_convention", "undefined", "complete",
                                               "scenarios", "data",          "plugins"};
  return kNames.contains(name);
}

constexpr std::size_t kLinesShown = 5;

/// A year of tapes is not to stand before the table: the first lines, and how many more there are.
void add_lines(Sheet& sheet, const std::string& label, const std::string& lines) {
  std::string name = label;
  std::size_t shown = 0;
  for (std::size_t at = 0; at < lines.size(); ++shown) {
    if (shown == kLinesShown) {
      const auto ends = std::count(lines.begin() + static_cast<std::ptrdiff_t>(at), lines.end(), '\n');
      sheet.add(name, "and " + grouped(static_cast<std::uint64_t>(ends) + (lines.back() == '\n' ? 0 : 1)) + " more");
      return;
    }
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    sheet.add(name, lines.substr(at, end - at));
    name.clear();
    at = end + 1;
  }
}

std::string attribute(const ResultOutline& outline, const std::string& name) {
  const auto place = outline.attributes.find(name);
  return place == outline.attributes.end() ? "" : text_of(place->second);
}

bool is_audited(const std::string& column) {
  static const std::set<std::string> kNames = {
      "scenario",         "market_name",     "marked_orders",           "marks_cancelled",
      "takers_displaced", "spilled_lots",    "spilled_ticks_max",       "spilled_lot_ticks",
      "unserved_lots",    "unfilled_makers", "unfilled_makers_dropped", "fills_near_reaction_change"};
  return kNames.contains(column);
}

/// Whether a parent is the first in its market: what is counted of a market stands in the rows of all its parents.
std::vector<bool> first_in_market(const Table& parents) {
  const std::vector<std::int64_t>& scenario = parents.integers("scenario");
  const std::vector<std::string>& market = parents.texts("market_name");
  std::vector<bool> out;
  for (std::size_t row = 0; row < parents.rows(); ++row) {
    std::size_t before = row;
    while (before > 0 && scenario[before - 1] == scenario[row] && market[before - 1] != market[row]) --before;
    out.push_back(before == 0 || scenario[before - 1] != scenario[row]);
  }
  return out;
}

/// How much the runs leaned on liquidity that was no longer there, over all scenarios.
std::string audit_text(const Table& parents) {
  const std::vector<bool> first = first_in_market(parents);
  const auto total = [&](const char* column, bool of_market = true) {
    const std::vector<std::int64_t>& values = parents.integers(column);
    std::int64_t sum = 0;
    for (std::size_t row = 0; row < values.size(); ++row)
      if (first[row] || !of_market) sum += values[row];
    return sum;
  };
  const auto count = [](std::int64_t number) { return grouped(static_cast<std::uint64_t>(number)); };
  const std::int64_t spilled = total("spilled_lots");
  std::int64_t farthest = 0;
  for (const std::int64_t ticks : parents.integers("spilled_ticks_max")) farthest = std::max(farthest, ticks);
  std::string out = count(total("marked_orders")) + " recorded orders taken from, " + count(total("marks_cancelled")) +
                    " of them cancelled by the record meanwhile; " + count(total("takers_displaced")) + " recorded fills displaced, " +
                    count(spilled) + " lots spilled";
  if (spilled > 0)
    out += " by " + fixed(static_cast<double>(total("spilled_lot_ticks")) / static_cast<double>(spilled), 1) +
           " ticks on average, at most " + count(farthest);
  return out + ", " + count(total("unserved_lots")) + " lots unserved; " + count(total("unfilled_makers")) + " makers left unfilled, " +
         count(total("unfilled_makers_dropped")) + " dropped; " + count(total("fills_near_reaction_change", false)) +
         " own fills within 1 s of a change of the shift";
}

std::string text_sheet(const ResultOutline& outline, const Table* scenarios, const std::string& path, std::size_t width) {
  Sheet sheet{width};
  sheet.add(scenarios != nullptr ? "result" : "shard", path);
  if (const std::string title = attribute(outline, "title"); !title.empty()) sheet.add("title", title);
  if (scenarios != nullptr) {
    const Counts counts = counts_of(*scenarios);
    sheet.add("scenarios", grouped(counts.done) + " done, " + grouped(counts.failed) + " failed" +
                               (attribute(outline, "complete") == "1" ? "; complete" : "; a part of the plan"));
    if (scenarios->find("marked_orders") != nullptr) sheet.add("audit", audit_text(read_result_columns(path, "parents", is_audited)));
    for (const std::string& key : swept_columns(*scenarios))
      sheet.add("swept", key + ", " + grouped(distinct_values(*scenarios->find(key))) + " values");
  }
  for (const ResultOutline::TableOutline& table : outline.tables)
    sheet.add("table",
              table.name + ": " + grouped(table.rows) + " rows, " + grouped(table.columns) + " columns, " + bytes_text(table.bytes));
  for (const char* name : {"data", "plugins"}) add_lines(sheet, name, attribute(outline, name));
  for (const auto& [name, value] : outline.attributes)
    if (!is_spoken_of(name)) sheet.add("attribute", name + " " + text_of(value));
  if (scenarios != nullptr) sheet.raw("\n" + closing_table(closing_rows(path), width));
  return sheet.text();
}

std::string json_sheet(const ResultOutline& outline, const Table* scenarios, const std::string& path) {
  nlohmann::ordered_json out = {{"path", path}};
  for (const auto& [name, value] : outline.attributes)
    std::visit([&out, &key = name](const auto& each) { out["attributes"][key] = each; }, value);
  if (scenarios != nullptr) {
    const Counts counts = counts_of(*scenarios);
    out["done"] = counts.done;
    out["failed"] = counts.failed;
    for (const std::string& key : swept_columns(*scenarios)) out["swept"][key] = distinct_values(*scenarios->find(key));
  }
  for (const ResultOutline::TableOutline& table : outline.tables)
    out["tables"].push_back({{"name", table.name}, {"rows", table.rows}, {"columns", table.columns}, {"bytes", table.bytes}});
  return nlohmann::ordered_json{{scenarios != nullptr ? "result" : "shard", out}}.dump(-1, ' ', false,
                                                                                       nlohmann::json::error_handler_t::replace) +
         "\n" + (scenarios != nullptr ? closing_json(closing_rows(path)) : "");
}

}  // namespace

std::string inspect_result(const std::string& path, bool json, std::size_t width) {
  const ResultOutline outline = read_result_outline(path);
  const bool merged = outline.attributes.contains("result_hash");
  Table scenarios{"scenarios"};
  if (merged) scenarios = read_result_table(path, "scenarios");
  const Table* known = merged ? &scenarios : nullptr;
  return json ? json_sheet(outline, known, path) : text_sheet(outline, known, path, width);
}

}  // namespace plimsoll
