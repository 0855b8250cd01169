// plimsoll tca: what one's own trades cost, measured like simulated ones.
#include <cmath>
#include <filesystem>
#include <iostream>

#include <unistd.h>

#include "app/command.hpp"
#include "app/json_object.hpp"
#include "app/options.hpp"
#include "app/own_trades_csv.hpp"
#include "app/printed_table.hpp"
#include "app/program.hpp"
#include "app/sheet.hpp"
#include "app/tape_store.hpp"
#include "app/wall_facts.hpp"
#include "core/content_hash.hpp"
#include "core/math.hpp"
#include "io/result_file.hpp"
#include "io/result_folder.hpp"
#include "metrics/schema.hpp"
#include "metrics/summary.hpp"

namespace plimsoll {
namespace {

Options tca_options() {
  Options options{
      "plimsoll tca TAPE.h5 --parents P.csv --fills F.csv [options]",
      "Measures your own trades on a recorded day: implementation shortfall and its parts, benchmarks and markouts, by the code that "
      "measures simulated orders and into the same tables, for inspect and compare.\n"
      "P.csv: columns id, side, quantity, start, end, and if you have them decision and limit; any other becomes a key of the result. "
      "F.csv: columns parent (an id), time, price, quantity, and if you have them liquidity (took or made), fee (currency) and side. "
      "results/README.md says more.\n"
      "Your prints are looked for on the tape and left out of the volume benchmarks. The market's answer to you is part of history: it "
      "stands in timing, and no reaction is stated."};
  options.add({{"parents", "P.csv", "your parent orders"},
               {"fills", "F.csv", "their fills"},
               {"output,o", "DIR", "results folder; default results/tca-<name of P.csv>"},
               {"match-within-ms", "MS", "how far a fill's time may be from that of its print; default 1"},
               {"not-printed", "", "these fills are not on the tape (paper trades, or a simulation's): look for no prints"},
               {"json", "", "JSON lines: one a parent with every figure, then the counts"}});
  options.add_words("TAPE.h5", 1, 1);
  return options;
}

std::string required(const Options& options, const std::string& name) {
  const std::optional<std::string> text = options.text(name);
  if (!text) usage_error("USAGE-ARGUMENT", "--" + name, "is missing", "plimsoll tca --help shows the columns of the files");
  return *text;
}

struct Trades {
  TapeFacts tape;
  TapeInfo info;
  std::string tape_path, parents_path, fills_path;
  OwnTradesFiles files;
  OwnTradesRules rules;
};

/// Key and swept values of each parent's scenario.
std::vector<ScenarioKey> plan_of(const Trades& trades) {
  const std::string common = ContentHash::of(program_hash() + trades.info.content_hash + trades.files.hash +
                                             (trades.rules.printed ? "p" : "") + std::to_string(trades.rules.tolerance));
  std::vector<ScenarioKey> plan;
  for (std::size_t i = 0; i < trades.files.ids.size(); ++i) {
    ScenarioKey one{i, ContentHash::of(common + std::to_string(i)), {{"parent.id", trades.files.ids[i]}}};
    for (std::size_t key = 0; key < trades.files.key_names.size(); ++key)
      one.swept.push_back({"parent." + trades.files.key_names[key], trades.files.key_texts[i][key]});
    one.swept.push_back({"seed", std::int64_t{0}});
    one.swept.push_back({"symbol", trades.info.instrument.symbol});
    one.swept.push_back({"date", trades.tape.date});
    plan.push_back(std::move(one));
  }
  return plan;
}

ManifestFacts facts_of(const Trades& trades) {
  ManifestFacts facts;
  facts.title = "Own trades of " + std::filesystem::path{trades.parents_path}.filename().string();
  facts.scenario_text = "tca.match_within_ns = " + std::to_string(trades.rules.tolerance) +
                        "\ntca.printed = " + (trades.rules.printed ? "true" : "false") + "\n";
  facts.data = {{trades.info.source, trades.info.content_hash},
                {std::filesystem::path{trades.parents_path}.filename().string() + " and " +
                     std::filesystem::path{trades.fills_path}.filename().string(),
                 trades.files.hash}};
  facts.program_version = program_version();
  facts.program_hash = program_hash();
  return facts;
}

/// Seals what is not there yet and merges.
std::string write_results(const Trades& trades, const std::string& path, std::vector<ScenarioResult> results, const Words& words) {
  const std::vector<ScenarioKey> plan = plan_of(trades);
  ResultFolder folder{path, facts_of(trades), plan, wall_facts("tca", words)};
  const std::vector<bool> done = folder.done();
  std::vector<FinishedScenario> finished;
  for (std::size_t i = 0; i < plan.size(); ++i)
    if (!done[i]) finished.push_back({plan[i].key, plan[i].swept, std::move(results[i])});
  if (!finished.empty()) folder.seal(finished);
  folder.close(utc_now(), 0);
  return folder.merge().path;
}

std::string prints_text(const OwnPrintCounts& prints, bool printed) {
  if (!printed) return "not looked for: the fills are said not to be on the tape";
  return grouped(static_cast<std::uint64_t>(prints.found)) + " of " + grouped(static_cast<std::uint64_t>(prints.fills)) +
         " fills found on the tape" + (prints.partly > 0 ? ", " + grouped(static_cast<std::uint64_t>(prints.partly)) + " in part" : "") +
         " (" + grouped(static_cast<std::uint64_t>(prints.found_lots)) + " of " + grouped(static_cast<std::uint64_t>(prints.lots)) +
         " lots); volume benchmarks leave these out";
}

/// Each parent's value when it was decided weighs its bps.
double by_value(const Table& parents, const std::string& column) {
  double sum = 0, weight = 0;
  for (std::size_t row = 0; row < parents.rows(); ++row) {
    const double value = parents.reals(column)[row];
    const double worth = static_cast<double>(parents.integers("quantity_lots")[row]) * parents.reals("decision_mid_ticks")[row];
    if (std::isnan(value) || std::isnan(worth)) continue;
    sum += value * worth;
    weight += worth;
  }
  return weight > 0 ? sum / weight : std::nan("");
}

std::string parents_text(const Table& parents, std::size_t width) {
  const std::size_t rows = parents.rows();
  std::vector<PrintedColumn> columns;
  PrintedColumn id{"parent", {}, false, 0}, side{"side", {}, false, 7}, lots{"lots", {}, true, 5};
  for (std::size_t row = 0; row < rows; ++row) {
    id.cells.push_back(parents.texts("parent.id")[row].substr(0, 14));
    side.cells.emplace_back(parents.integers("side")[row] > 0 ? "buy" : "sell");
    lots.cells.push_back(grouped(static_cast<std::uint64_t>(parents.integers("quantity_lots")[row])));
  }
  id.cells.emplace_back("all");
  side.cells.emplace_back("");
  lots.cells.emplace_back("");
  columns = {id, side, lots};
  struct Figure {
    const char* title;
    const char* column;
    double scale;
    int decimals, drop_rank;
  };
  constexpr Figure kFigures[] = {
      {"filled%", "fill_rate", 100, 1, 6},   {"cost", "total_bps", 1, 2, 0},           {"delay", "delay_bps", 1, 2, 3},
      {"spread", "spread_bps", 1, 2, 0},     {"sweep", "sweep_bps", 1, 2, 0},          {"timing", "timing_bps", 1, 2, 0},
      {"fee", "fee_bps", 1, 2, 4},           {"unfilled", "opportunity_bps", 1, 2, 4}, {"vs VWAP", "vwap_slippage_bps", 1, 2, 2},
      {"part.%", "participation", 100, 1, 1}};
  for (const Figure& figure : kFigures) {
    PrintedColumn column{figure.title, {}, true, figure.drop_rank};
    for (const double value : parents.reals(figure.column)) column.cells.push_back(fixed(value * figure.scale, figure.decimals));
    const bool is_share = figure.scale != 1;
    column.cells.push_back(is_share ? "" : fixed(by_value(parents, figure.column), figure.decimals));
    columns.push_back(column);
  }
  fit(columns, width);
  return lines_of(columns);
}

std::string report_text(const Trades& trades, const OwnPrintCounts& prints, const Table& parents, const std::string& path,
                        std::size_t width) {
  Sheet sheet{width};
  sheet.add("tape", trades.info.instrument.symbol + ", " + trades.tape.date + ", " + trades.tape_path);
  sheet.add("own trades", grouped(trades.files.ids.size()) + " parents, " + grouped(static_cast<std::uint64_t>(prints.fills)) + " fills");
  sheet.add("prints", prints_text(prints, trades.rules.printed));
  if (!trades.files.has_fees) sheet.add("fees", "no column fee: they count as 0");
  for (const std::string& name : trades.files.left_aside) sheet.add("left aside", "column " + name + " of " + trades.fills_path);
  const MeanEstimate cost = mean_estimate(parents.reals("total_bps"));
  std::string out = sheet.text() + "\n" + parents_text(parents, width) + "\n";
  const auto paragraph = [&](const std::string& text, std::size_t indent = 0) { out += wrapped(text, width, indent) + "\n"; };
  if (cost.n > 1)
    paragraph("Cost of a parent: " + fixed(cost.mean, 2) + " +- " + fixed(cost.standard_error, 2) + " (mean and standard error over " +
              grouped(static_cast<std::uint64_t>(cost.n)) + ").");
  paragraph(
      "Costs in basis points (0.01 %) of the order's value when it was decided; more is worse. The line \"all\" weighs parents by this "
      "value.");
  paragraph("  spread    crossing from the middle to the best price; negative when earned", 12);
  paragraph("  sweep     going beyond the best price", 12);
  paragraph("  timing    what the market did between start and fill, its answer to your earlier fills included: nobody can tell them apart",
            12);
  paragraph("  the rest  delay from decision to start, fees, and what stayed unfilled", 12);
  paragraph("Markouts, the other benchmarks and every fill are in the tables of the result; --json prints a parent's.");
  return out + "\nresult      " + path + "\n";
}

std::string report_json(const Trades& trades, const OwnPrintCounts& prints, const Table& parents, const std::string& path) {
  std::string out;
  for (std::size_t row = 0; row < parents.rows(); ++row) {
    JsonObject parent;
    for (const Column& column : parents.columns()) {
      const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.data);
      if (integers != nullptr && (*integers)[row] == kUndefinedMoney)
        parent.add_json(column.name, "null");
      else
        std::visit([&](const auto& values) { parent.add(column.name, values[row]); }, column.data);
    }
    out += json_line("parent", parent);
  }
  JsonObject counts;
  counts.add("path", path).add("parents", trades.files.ids.size()).add("fills", prints.fills).add("lots", prints.lots);
  counts.add("printed", trades.rules.printed).add("fills_found", prints.found).add("fills_found_in_part", prints.partly);
  counts.add("lots_found", prints.found_lots).add("has_fees", trades.files.has_fees).add("result_hash", result_hash(path));
  return out + json_line("tca", counts);
}

OwnTradesResult measured_trades(const EventTape& tape, const Trades& trades) {
  try {
    return measure_own_trades(tape, trades.files.parents, trades.rules);
  } catch (const math::TooLarge& error) {
    throw BadInput{ExitCode::bad_data, {"DATA-RANGE", trades.fills_path, "", error.what(), ""}};
  }
}

}  // namespace

ExitCode tca_command(const Words& words) {
  Options options = tca_options();
  if (!options.parse(words)) return ExitCode::done;
  Trades trades;
  trades.tape_path = options.words().front();
  trades.parents_path = required(options, "parents");
  trades.fills_path = required(options, "fills");
  trades.rules.printed = !options.has("not-printed");
  trades.rules.tolerance = static_cast<Duration>(options.number("match-within-ms", 1, 0, 60'000)) * kMillisecond;
  const auto market = std::make_shared<const MarketSource>(MarketSource{"tape", {{"path", trades.tape_path}}, ""});
  TapeStore tapes{false};
  tapes.survey({market}, true);
  const std::shared_ptr<const EventTape> tape = tapes.load(*market);
  trades.tape = tapes.facts(*market);
  trades.info = tape->info();
  trades.files = parse_own_trades(read_own_csv(trades.parents_path, "--parents"), read_own_csv(trades.fills_path, "--fills"), trades.tape,
                                  trades.info.timezone);
  OwnTradesResult measured = measured_trades(*tape, trades);
  const std::string folder = options.text("output").value_or("results/tca-" + std::filesystem::path{trades.parents_path}.stem().string());
  const std::string path = write_results(trades, folder, std::move(measured.parents), words);
  const Table parents = read_result_table(path, "scenarios");
  std::cout << (options.has("json") ? report_json(trades, measured.prints, parents, path)
                                    : report_text(trades, measured.prints, parents, path, columns_of(STDOUT_FILENO)));
  return ExitCode::done;
}

}  // namespace plimsoll
