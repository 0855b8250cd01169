#include "app/closing_table.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include <nlohmann/json.hpp>

#include "app/console.hpp"
#include "app/printed_table.hpp"
#include "io/result_file.hpp"
#include "metrics/summary.hpp"

namespace plimsoll {
namespace {

constexpr std::size_t kKeyCharactersMax = 14;

std::string short_title(const std::string& key) {
  if (key == "strategy.name") return "strategy";
  if (key == "impact.name") return "impact";
  if (key == "parent_name") return "parent";
  if (key == "parent.quantity_lots") return "lots";
  const std::size_t dot = key.rfind('.');
  std::string word = key.substr(dot + 1);
  if (dot != std::string::npos && dot > 7 && (key.starts_with("parent.") || key.starts_with("market."))) {
    // Of one of several, and stands in the rows of all: "fast lots", "far feed_us".
    if (word == "quantity_lots") word = "lots";
    word = key.substr(7, key.find('.', 7) - 7) + " " + word;
  }
  return word.substr(0, kKeyCharactersMax);
}

/// Texts as long as a column may be: their fronts, or their ends where different ones begin alike, as paths do.
std::vector<std::string> shortened(std::vector<std::string> texts) {
  const auto distinct = [](const std::vector<std::string>& all) { return std::set<std::string_view>{all.begin(), all.end()}.size(); };
  std::vector<std::string> fronts = texts;
  for (std::string& text : fronts) text.resize(std::min(text.size(), kKeyCharactersMax));
  if (distinct(fronts) == distinct(texts)) return fronts;
  for (std::string& text : texts) text.erase(0, text.size() - std::min(text.size(), kKeyCharactersMax));
  return texts;
}

std::string number_text(const Column& column, std::size_t row) {
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.data)) {
    const std::int64_t value = (*integers)[row];
    return (value < 0 ? "-" : "") + grouped(static_cast<std::uint64_t>(value < 0 ? -value : value));
  }
  const double value = std::get<std::vector<double>>(column.data)[row];
  return std::isnan(value) ? "" : nlohmann::json(value).dump();
}

PrintedColumn key_column(const Column& column) {
  const auto* texts = std::get_if<std::vector<std::string>>(&column.data);
  PrintedColumn out{short_title(column.name), {}, texts == nullptr, 0};
  if (texts != nullptr) {
    out.cells = shortened(*texts);
    return out;
  }
  for (std::size_t row = 0; row < column.size(); ++row) out.cells.push_back(number_text(column, row));
  return out;
}

PrintedColumn figure_column(const std::string& title, const std::vector<double>& values, double scale, int decimals, int drop_rank) {
  PrintedColumn out{title, {}, true, drop_rank};
  for (const double value : values) out.cells.push_back(fixed(value * scale, decimals));
  return out;
}

/// Rows of unequal numbers of days are not equally sure.
bool days_differ(const Table& summary) {
  const std::vector<std::int64_t>& days = summary.integers("days");
  return std::any_of(days.begin(), days.end(), [&](std::int64_t each) { return each != days.front(); });
}

/// The costs of an order that was not done are small for the wrong reason: its parts are shares of what was wanted.
bool leaves_a_rest(const PrintedColumn& filled) {
  return std::any_of(filled.cells.begin(), filled.cells.end(), [](const std::string& cell) { return cell != "100.0" && cell != "-"; });
}

std::vector<PrintedColumn> figure_columns(const Table& summary) {
  const auto mean = [&](const std::string& name) { return summary.reals(name + "_mean"); };
  std::vector<double> other = mean("total_bps");
  for (const char* part : {"spread_bps", "sweep_bps", "reaction_bps"}) {
    const std::vector<double> values = mean(part);
    for (std::size_t row = 0; row < other.size(); ++row)
      if (!std::isnan(values[row])) other[row] -= values[row];  // own trades have no reaction part
  }
  std::vector<PrintedColumn> out;
  if (days_differ(summary)) {
    out.push_back(key_column(*summary.find("days")));
    out.back().title = "days";
  }
  out.push_back(figure_column("cost", mean("total_bps"), 1, 2, 0));
  const std::vector<double>& errors = summary.reals("total_bps_se");
  if (std::any_of(errors.begin(), errors.end(), [](double error) { return !std::isnan(error); }))
    out.push_back(figure_column("+-", errors, 1, 2, 0));
  PrintedColumn filled = figure_column("filled%", mean("fill_rate"), 100, 1, 3);
  const bool rest = leaves_a_rest(filled);
  if (rest) {
    filled.drop_rank = 0;
    out.push_back(filled);
  }
  out.push_back(figure_column("spread", mean("spread_bps"), 1, 2, 0));
  out.push_back(figure_column("sweep", mean("sweep_bps"), 1, 2, 0));
  out.push_back(figure_column("reaction", mean("reaction_bps"), 1, 2, 0));
  out.push_back(figure_column("other", other, 1, 2, 2));
  out.push_back(figure_column("part.%", mean("participation"), 100, 1, 1));
  if (!rest) out.push_back(std::move(filled));
  return out;
}

/// Swept keys that the others determine (zipped ones, say) may go before any figure does.
void rank_redundant_keys(std::vector<PrintedColumn>& keys) {
  for (std::size_t index = keys.size(); index-- > 0;) {
    std::set<std::string> rows;
    for (std::size_t row = 0; row < keys[index].cells.size(); ++row) {
      std::string text;
      for (std::size_t other = 0; other < keys.size(); ++other)
        if (other != index && keys[other].drop_rank == 0) text += keys[other].cells[row] + '\n';
      rows.insert(text);
    }
    if (rows.size() == keys[index].cells.size() && rows.size() > 1) keys[index].drop_rank = 4;
  }
}

/// Explains the columns that are there.
std::string legend_of(const std::vector<PrintedColumn>& columns, std::size_t days, std::size_t width) {
  const auto shown = [&](const char* title) -> const PrintedColumn* {
    const auto at = std::find_if(columns.begin(), columns.end(), [title](const PrintedColumn& column) { return column.title == title; });
    return at == columns.end() ? nullptr : &*at;
  };
  std::string out;
  const auto paragraph = [&](const std::string& text, std::size_t indent) { out += wrapped(text, width, indent) + "\n"; };
  paragraph("All costs in basis points (0.01 %) of the order's value when it was given; more is worse. cost: paid in the mean over " +
                (shown("days") ? std::string{"the days and their seeds"}
                 : days > 1    ? grouped(days) + " days and their seeds"
                               : std::string{"the seeds"}) +
                (!shown("+-")    ? "."
                 : shown("days") ? ", +- its standard error, from the differences between days: a single day has none."
                 : days > 1      ? ", +- its standard error, from the differences between days."
                                 : ", +- its standard error."),
            0);
  if (shown("spread")) paragraph("  spread    crossing from the middle to the best price", 12);
  if (shown("sweep")) paragraph("  sweep     going beyond the best price, and through holes we left earlier", 12);
  if (shown("reaction")) paragraph("  reaction  the market moving away from us, as the impact model says", 12);
  paragraph(std::string{shown("other") != nullptr ? "  other   " : "  the rest"} +
                "  what history did meanwhile, delay, fees, and what stayed unfilled",
            12);
  if (shown("part.%")) paragraph("part.%: our share of the traded volume; above 20 a replay says little.", 0);
  if (const PrintedColumn* filled = shown("filled%"); filled != nullptr)
    paragraph(leaves_a_rest(*filled)
                  ? "filled%: done of what was wanted. The rest is priced at the mid at the end, as if all of it could be had "
                    "there: below 100 a low cost is no cheap order."
                  : "filled%: done of what was wanted.",
              0);
  return out;
}

std::size_t distinct(const Table& scenarios, const std::string& column) {
  const std::vector<std::string>& texts = scenarios.texts(column);
  return std::set<std::string_view>{texts.begin(), texts.end()}.size();
}

}  // namespace

bool closing_needs(const std::string& column) {
  const bool swept = column.find('.') != std::string::npos;
  return swept || column == "scenario" || column == "seed" || column == "symbol" || column == "date" || column == "parent_name" ||
         is_summarised(column);
}

/// Days are pooled; several symbols are several rows, and so are the parents of a scenario.
std::vector<std::string> group_keys(const Table& scenarios) {
  std::vector<std::string> keys = swept_columns(scenarios);
  if (distinct(scenarios, "parent_name") > 1) keys.insert(keys.begin(), "parent_name");
  if (distinct(scenarios, "symbol") > 1) keys.insert(keys.begin(), "symbol");
  return keys;
}

Table closing_rows(const std::string& result_path) { return result_rows(result_path, closing_needs); }

Table result_rows(const std::string& result_path, const std::function<bool(const std::string&)>& wanted) {
  Table scenarios = read_result_columns(result_path, "scenarios", wanted);
  const Table parents = read_result_columns(result_path, "parents", wanted);
  if (distinct(parents, "parent_name") <= 1) return scenarios;
  // Both go by scenario; one that failed has no parents.
  std::vector<std::size_t> scenario_of;
  const std::vector<std::int64_t>& numbers = scenarios.integers("scenario");
  std::size_t at = 0;
  for (const std::int64_t scenario : parents.integers("scenario")) {
    while (numbers[at] != scenario) ++at;
    scenario_of.push_back(at);
  }
  for (Column& column : scenarios.columns()) {
    if (const Column* own = parents.find(column.name); own != nullptr && column.name != "scenario")
      column.data = own->data;
    else
      column.data = std::visit(
          [&](const auto& values) -> decltype(Column::data) {
            std::decay_t<decltype(values)> out;
            for (const std::size_t row : scenario_of) out.push_back(values[row]);
            return out;
          },
          column.data);
  }
  return scenarios;
}

std::vector<std::string> swept_columns(const Table& scenarios) {
  // /scenarios: scenario, key, status, message, the swept keys, "seed", "symbol", "date", metrics.
  std::vector<std::string> out;
  for (const Column& column : scenarios.columns()) {
    if (column.name == "seed") break;
    if (column.name.find('.') != std::string::npos) out.push_back(column.name);
  }
  return out;
}

std::string closing_table(const Table& scenarios, std::size_t width) {
  const std::vector<std::string> keys = group_keys(scenarios);
  const Table summary = summarise(scenarios, keys, "date");
  std::vector<PrintedColumn> columns;
  for (const std::string& key : keys) columns.push_back(key_column(*summary.find(key)));
  rank_redundant_keys(columns);
  for (PrintedColumn& column : figure_columns(summary)) columns.push_back(std::move(column));
  fit(columns, width);
  return lines_of(columns) + "\n" + legend_of(columns, distinct(scenarios, "date"), width);
}

std::string closing_json(const Table& scenarios) {
  const Table summary = summarise(scenarios, group_keys(scenarios), "date");
  std::string out;
  for (std::size_t row = 0; row < summary.rows(); ++row) {
    nlohmann::ordered_json line;
    for (const Column& column : summary.columns())
      std::visit([&](const auto& values) { line[column.name] = values[row]; }, column.data);  // NaN is written as null
    out += nlohmann::ordered_json{{"summary", line}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  return out;
}

}  // namespace plimsoll
