// A comparison for people, as JSON lines, and as CSV.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "app/comparison.hpp"
#include "app/json_object.hpp"
#include "app/printed_table.hpp"
#include "app/sheet.hpp"

namespace plimsoll {
namespace {

constexpr std::size_t kChangesShown = 8;
constexpr std::size_t kValueShown = 40;

/// The first few, and how many more there are.
std::string first_of(std::vector<std::string> words) {
  if (words.size() <= kChangesShown) return listed(words);
  const std::string more = "and " + grouped(words.size() - kChangesShown) + " more";
  words.resize(kChangesShown);
  return listed(words) + " " + more;
}

std::string shown(const std::string& value) { return value.size() > kValueShown ? value.substr(0, kValueShown) + "..." : value; }

std::string side_text(const Comparison::Side& side) {
  std::string out = side.path + ", " + (side.where.empty() ? "" : grouped(side.asked_for) + " of ") + grouped(side.scenarios) +
                    (side.by_parent ? " parents" : " scenarios");
  if (!side.where.empty()) out += ": " + side.where;
  if (side.failed > 0) out += ", " + grouped(side.failed) + " failed";
  if (!side.complete) out += "; a part of its plan";
  return out;
}

std::string unpaired_text(const char* name, const Comparison::Side& side) {
  std::string out = grouped(side.unpaired_count) + " of " + name + ": ";
  for (std::size_t i = 0; i < side.unpaired.size(); ++i) out += (i > 0 ? ", " : "") + side.unpaired[i];
  return side.unpaired_count > side.unpaired.size() ? out + " ..." : out;
}

void add_changes(Sheet& sheet, const std::vector<Change>& changes) {
  if (changes.empty()) sheet.add("changed", "nothing: scenario, data, plugins and program are the same");
  std::vector<std::string> lines, only_a, only_b;
  for (const Change& change : changes) {
    if (change.in_b.empty())
      only_a.push_back(change.what + " " + shown(change.in_a));
    else if (change.in_a.empty())
      only_b.push_back(change.what + " " + shown(change.in_b));
    else
      lines.push_back(change.what + ": " + shown(change.in_a) + " in A, " + shown(change.in_b) + " in B");
  }
  if (lines.size() > kChangesShown) {
    const std::size_t more = lines.size() - kChangesShown;
    lines.resize(kChangesShown);
    lines.push_back("and " + grouped(more) + " more; --json has them all");
  }
  if (!only_a.empty()) lines.push_back("only in A: " + first_of(only_a));
  if (!only_b.empty()) lines.push_back("only in B: " + first_of(only_b));
  for (std::size_t i = 0; i < lines.size(); ++i) sheet.add(i == 0 ? "changed" : "", lines[i]);
}

/// Two digits of what matters, where there are two to show.
int decimals_of(const ComparedRow& row, double scale) {
  double largest = std::abs(row.difference.mean);
  if (row.difference.has_interval()) largest = std::max({largest, std::abs(row.difference.low), std::abs(row.difference.high)});
  largest *= scale;
  return largest >= 0.1 || !(largest > 0) ? 2 : largest >= 0.01 ? 3 : 4;
}

/// Metrics that no pair has would be a line of dashes.
std::vector<const ComparedRow*> rows_with_pairs(const ComparedGroup& group, std::vector<std::string>& without) {
  std::vector<const ComparedRow*> out;
  for (const ComparedRow& row : group.rows) {
    if (row.difference.pairs > 0)
      out.push_back(&row);
    else if (std::find(without.begin(), without.end(), row.metric->name()) == without.end())
      without.push_back(row.metric->name());
  }
  return out;
}

std::string table_text(const ComparedGroup& group, std::vector<std::string>& without, std::size_t width) {
  const std::vector<const ComparedRow*> rows = rows_with_pairs(group, without);
  if (rows.empty()) return "";
  const auto column = [&](const char* title, bool right, int rank, auto&& cell) {
    PrintedColumn out{title, {}, right, rank};
    for (const ComparedRow* row : rows) out.cells.push_back(cell(*row));
    return out;
  };
  const auto figure = [&](const char* title, int rank, double PairedDifference::*value, bool fine) {
    return column(title, true, rank, [=](const ComparedRow& row) {
      const double scale = row.metric->is_share() ? 100 : 1;
      return fixed(row.difference.*value * scale, fine ? decimals_of(row, scale) : 2);
    });
  };
  const auto any = [&](auto&& says) { return std::any_of(rows.begin(), rows.end(), [&](const ComparedRow* row) { return says(*row); }); };
  std::vector<PrintedColumn> columns;
  columns.push_back(
      column("metric", false, 0, [](const ComparedRow& row) { return row.metric->name() + (row.metric->is_share() ? " %" : ""); }));
  if (any([&](const ComparedRow& row) { return row.difference.left_out > 0; }))
    columns.push_back(
        column("pairs", true, 3, [](const ComparedRow& row) { return grouped(static_cast<std::uint64_t>(row.difference.pairs)); }));
  columns.push_back(figure("A", 2, &PairedDifference::mean_a, false));
  columns.push_back(figure("B", 2, &PairedDifference::mean_b, false));
  columns.push_back(figure("B - A", 0, &PairedDifference::mean, true));
  if (any([](const ComparedRow& row) { return row.difference.has_interval(); })) {
    columns.push_back(figure("from", 1, &PairedDifference::low, true));
    columns.push_back(figure("to", 1, &PairedDifference::high, true));
  }
  columns.push_back(column("worse%", true, 4, [](const ComparedRow& row) { return fixed(100 * row.share_worse(), 0); }));
  if (any([](const ComparedRow& row) { return !row.verdict().empty(); }))
    columns.push_back(column("verdict", false, 0, [](const ComparedRow& row) { return row.verdict(); }));
  fit(columns, width);
  const auto is = [](const char* title) { return [title](const PrintedColumn& each) { return each.title == title; }; };
  if (std::none_of(columns.begin(), columns.end(), is("from"))) std::erase_if(columns, is("to"));  // half an interval is none
  return lines_of(columns);
}

std::string clusters_text(const Comparison& comparison) {
  const std::string count = grouped(comparison.clusters);
  if (comparison.clusters < 2) return "one pair has no interval";
  if (comparison.clustered_by == "date") return count + " days: what happened on one day counts once";
  if (comparison.clustered_by == "seed")
    return count +
           " seeds: scenarios of one seed met the same luck and count once. They all lie on one day; another day may differ by more";
  return count +
         " scenarios of one day and one seed: it says how evenly they differ, and nothing of what other luck or another day would bring";
}

std::string legend_text(const Comparison& comparison, std::size_t width) {
  std::string out;
  const auto paragraph = [&](const std::string& text) { out += wrapped(text, width, 0) + "\n"; };
  paragraph(
      "Means over the pairs: costs, slippage and markouts in basis points (0.01 %) of the order's value, shares (%) in per cent. "
      "Of a cost more is worse, of a markout or a fill rate less.");
  if (comparison.clusters >= 2) {
    const bool student = comparison.interval == IntervalKind::student_t;
    paragraph(std::string{"Interval (from, to): 95 %, of the mean difference ("} + (student ? "Student's t" : "bootstrap") + "), over " +
              clusters_text(comparison) + ".");
    paragraph("A verdict stands where the interval excludes zero: one row in twenty does so by chance alone.");
  } else {
    paragraph("No interval: " + clusters_text(comparison) + ".");
  }
  return out;
}

std::string gates_text(const Comparison& comparison, std::size_t width) {
  const char* kFigures[] = {"lower end", "mean", "upper end"};
  std::string out;
  for (const GateFinding& gate : comparison.gates) {
    const std::string judged = gate.counts
                                   ? fixed(gate.worsening, 0)
                                   : "worse by " + fixed(gate.worsening, 4) + " (" +
                                         kFigures[static_cast<std::size_t>(comparison.gate_on)] + "), limit " + fixed(gate.limit, 4);
    out += wrapped((gate.breached ? "BREACHED    " : "gate kept   ") + gate.what + ": " + judged, width, 12) + "\n";
  }
  return out;
}

const char* interval_name(IntervalKind kind) { return kind == IntervalKind::student_t ? "student_t" : "bootstrap"; }

/// The figures of one row, in one order for JSON and CSV.
template <class Take>
void each_figure(const ComparedRow& row, Take&& take) {
  const PairedDifference& difference = row.difference;
  take("pairs", difference.pairs);
  take("left_out", difference.left_out);
  take("clusters", difference.clusters);
  take("mean_a", difference.mean_a);
  take("mean_b", difference.mean_b);
  take("difference", difference.mean);
  take("low", difference.low);
  take("high", difference.high);
  take("share_worse", row.share_worse());
}

std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out{'"'};
  for (const char each : text) out += each == '"' ? std::string{"\"\""} : std::string{each};
  return out + '"';
}

std::string csv_number(double value) {
  if (!std::isfinite(value)) return "";
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

}  // namespace

std::string comparison_text(const Comparison& comparison, std::size_t width) {
  Sheet sheet{width};
  sheet.add("A", side_text(comparison.a));
  sheet.add("B", side_text(comparison.b));
  add_changes(sheet, comparison.changes);
  const bool chosen = !comparison.a.where.empty() || !comparison.b.where.empty();
  if (!chosen && comparison.a.result_hash == comparison.b.result_hash) sheet.add("results", "the same: both files hold the same numbers");
  sheet.add("pairs", grouped(comparison.pairs) + (comparison.keys.empty() ? "" : ", equal in " + listed(comparison.keys)));
  if (comparison.a.unpaired_count > 0) sheet.add("unpaired", unpaired_text("A", comparison.a));
  if (comparison.b.unpaired_count > 0) sheet.add("unpaired", unpaired_text("B", comparison.b));
  if (comparison.newly_failed > 0) sheet.add("failed", grouped(comparison.newly_failed) + " pairs are done in A and failed in B");
  std::string out = sheet.text();
  std::vector<std::string> without;
  for (const ComparedGroup& group : comparison.groups) {
    out += "\n";
    if (!comparison.group_key.empty())
      out += comparison.group_key + " = " + (group.value.empty() ? "(undefined)" : group.value) + ", " + grouped(group.pairs) + " pairs\n";
    out += table_text(group, without, width);
  }
  if (!without.empty()) out += "\n" + wrapped("Undefined in every pair: " + listed(without) + ".", width, 0) + "\n";
  out += "\n" + legend_text(comparison, width);
  return out + (comparison.gates.empty() ? "" : "\n" + gates_text(comparison, width));
}

std::string comparison_json(const Comparison& comparison) {
  const auto side = [](const Comparison::Side& each) {
    JsonObject out;
    out.add("path", each.path).add("title", each.title).add("result_hash", each.result_hash).add("where", each.where);
    out.add("by_parent", each.by_parent)
        .add("scenarios", each.scenarios)
        .add("asked_for", each.asked_for)
        .add("failed", each.failed)
        .add("complete", each.complete);
    return out.add("unpaired", each.unpaired_count).add("first_unpaired", each.unpaired);
  };
  std::vector<JsonObject> changes;
  for (const Change& change : comparison.changes)
    changes.push_back(JsonObject{}.add("what", change.what).add("a", change.in_a).add("b", change.in_b));
  JsonObject head;
  head.add("a", side(comparison.a)).add("b", side(comparison.b)).add("changed", changes).add("keys", comparison.keys);
  head.add("pairs", comparison.pairs).add("newly_failed", comparison.newly_failed).add("clustered_by", comparison.clustered_by);
  head.add("clusters", comparison.clusters).add("interval", interval_name(comparison.interval));
  std::string out = json_line("compare", head);
  for (const ComparedGroup& group : comparison.groups)
    for (const ComparedRow& row : group.rows) {
      JsonObject line;
      if (!comparison.group_key.empty()) line.add(comparison.group_key, group.value);
      line.add("metric", row.metric->column);
      each_figure(row, [&](const char* name, auto value) { line.add(name, value); });
      out += json_line("difference", line.add("verdict", row.verdict()));
    }
  for (const GateFinding& gate : comparison.gates)
    out += json_line(
        "gate",
        JsonObject{}.add("what", gate.what).add("limit", gate.limit).add("worsening", gate.worsening).add("breached", gate.breached));
  return out;
}

std::string comparison_csv(const Comparison& comparison) {
  const bool has_groups = !comparison.group_key.empty();
  std::string out = has_groups ? csv_text(comparison.group_key) + "," : "";
  out += "metric,pairs,left_out,clusters,mean_a,mean_b,difference,low,high,share_worse,verdict\n";
  for (const ComparedGroup& group : comparison.groups)
    for (const ComparedRow& row : group.rows) {
      if (has_groups) out += csv_text(group.value) + ",";
      out += row.metric->column;
      each_figure(row, [&](const char*, auto value) { out += "," + csv_number(static_cast<double>(value)); });
      out += "," + row.verdict() + "\n";
    }
  return out;
}

}  // namespace plimsoll
