#include "app/plan_report.hpp"

#include <set>

#include <nlohmann/json.hpp>

#include "app/console.hpp"
#include "app/memory_plan.hpp"
#include "experiment/experiment.hpp"

namespace plimsoll {
namespace {

struct PlanFigures {
  std::size_t batch, batches, events;
  std::uint64_t memory, result_bytes;
};

PlanFigures figures_of(const ExperimentSetup& setup, const std::vector<std::size_t>& to_do) {
  PlanFigures out{};
  out.batch = setup.batch_of(to_do.size());
  out.batches = batches_of(to_do, *setup.scenarios, out.batch).size();
  for (const auto& market : setup.markets) out.events += setup.tapes->header(*market).rows;
  out.memory = memory_needed(setup);
  out.result_bytes = result_bytes(setup.planned());
  return out;
}

/// Days and symbols of the markets, as /scenarios will name them.
struct MarketSpan {
  std::set<std::string> dates, symbols;
};
MarketSpan span_of(const ExperimentSetup& setup) {
  MarketSpan out;
  for (const auto& market : setup.markets) {
    TapeFacts facts = setup.tapes->facts(*market);
    out.dates.insert(std::move(facts.date));
    out.symbols.insert(std::move(facts.instrument.symbol));
  }
  return out;
}

std::string counted(std::size_t number, const std::string& one, const std::string& many) {
  return grouped(number) + " " + (number == 1 ? one : many);
}

const char* record_name(RecordLevel level) {
  return level == RecordLevel::summary ? "summary" : level == RecordLevel::fills ? "fills" : "full";
}

/// "label      text", wrapped under itself.
class PlanLines {
 public:
  explicit PlanLines(std::size_t width) : width_{width} {}
  void add(const std::string& label, const std::string& text) {
    text_ += wrapped(label + std::string(kLabelColumns - label.size(), ' ') + text, width_, kLabelColumns) + "\n";
  }
  std::string text() && { return std::move(text_); }

 private:
  static constexpr std::size_t kLabelColumns = 11;
  std::size_t width_;
  std::string text_;
};

/// "message_50.csv: 118,497 events over 1:00:00 (lobster)"
std::string market_text(const ExperimentSetup& setup, const MarketSet::Member& member) {
  const TapeHeader& tape = setup.tapes->header(*member.source);
  return tape.info.source + ": " + grouped(tape.rows) + " events over " +
         duration_text(static_cast<double>(tape.last_time - tape.first_time) / 1e9) + " (" + member.source->feed + ")";
}

void add_markets(const ExperimentSetup& setup, std::size_t events, PlanLines& lines) {
  const MarketSources& markets = setup.markets;
  std::uint64_t dirty = 0;
  for (const auto& market : markets) {
    const ImportReport& report = setup.tapes->header(*market).info.report;
    dirty += static_cast<std::uint64_t>(report.dropped + report.reordered + report.repaired + report.unknown_ids + report.chain_gaps +
                                        report.contradicted);
  }
  const std::vector<std::string>& names = setup.file.market_names;
  if (setup.sets.size() == 1) {
    for (std::size_t index = 0; index < setup.sets.front()->members.size(); ++index)
      lines.add("market", (names.empty() ? "" : names[index] + ", ") + market_text(setup, setup.sets.front()->members[index]));
  } else {
    const MarketSpan span = span_of(setup);
    std::string what = "(" + markets.front()->feed + ")";
    if (!names.empty()) {
      what = "sets of ";
      for (const std::string& name : names) what += (&name == &names.front() ? "" : ", ") + name;
    }
    lines.add("markets", grouped(setup.sets.size()) + " " + what + ": " + counted(span.dates.size(), "day", "days") + " from " +
                             *span.dates.begin() + " to " + *span.dates.rbegin() + ", " +
                             counted(span.symbols.size(), "symbol", "symbols") + ", " + grouped(events) + " events in all");
  }
  std::set<std::string> rules;
  bool quotes_only = false;
  for (const auto& market : markets) {
    const TapeInfo& info = setup.tapes->header(*market).info;
    rules.insert(info.levels);
    quotes_only = quotes_only || info.feed == "quotes";
  }
  for (const std::string& rule : rules) {
    if (rule == "bars") lines.add("", "quotes are made up around bars; what happens within a bar is not in the data");
    if (!rule.empty() && rule != "bars")
      lines.add("", "price levels; the orders behind them are made up (" + rule + "), and so are places in queues");
  }
  if (quotes_only) lines.add("", "best quotes only: an order larger than they are finds nothing behind them, unless response = \"shift\"");
  if (dirty > 0) lines.add("", grouped(dirty) + " rows dropped, moved, repaired or of unknown orders (see import)");
}

std::string scenarios_text(const ExperimentSetup& setup) {
  std::string out = grouped(setup.planned());
  const std::size_t listed = setup.file.scenario_count / setup.file.combinations / setup.file.seeds;
  if (setup.only)
    out += " (number " + std::to_string(*setup.only) + " of the file)";
  else
    out += " = " + (listed > 1 ? grouped(listed) + " markets x " : std::string{}) +
           counted(setup.file.combinations, "combination", "combinations") + " x " + counted(setup.file.seeds, "seed", "seeds");
  if (setup.part.count > 1) out += ", part " + std::to_string(setup.part.index) + " of " + std::to_string(setup.part.count);
  return out;
}

}  // namespace

std::string plan_report(const ExperimentSetup& setup, const std::vector<std::size_t>& to_do, std::size_t done, const std::string& folder,
                        std::size_t width) {
  const PlanFigures figures = figures_of(setup, to_do);
  if (setup.json) {
    const MarketSpan span = span_of(setup);
    const nlohmann::ordered_json plan = {{"scenario", setup.file.path},
                                         {"title", setup.file.title},
                                         {"scenarios", setup.planned()},
                                         {"combinations", setup.only ? 1 : setup.file.combinations},
                                         {"seeds", setup.file.seeds},
                                         {"markets", setup.markets.size()},
                                         {"days", span.dates.size()},
                                         {"symbols", span.symbols.size()},
                                         {"done", done},
                                         {"to_do", to_do.size()},
                                         {"batches", figures.batches},
                                         {"threads", setup.threads},
                                         {"events", figures.events},
                                         {"memory_bytes", figures.memory},
                                         {"result_bytes", figures.result_bytes},
                                         {"record", record_name(setup.file.record)},
                                         {"folder", folder}};
    return nlohmann::ordered_json{{"plan", plan}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  const bool summary = setup.file.record == RecordLevel::summary;
  PlanLines lines{width};
  lines.add("scenario", setup.file.path + ": " + setup.file.title);
  lines.add("source", setup.file.source);
  lines.add("expect", setup.file.expect);
  add_markets(setup, figures.events, lines);
  lines.add("scenarios", scenarios_text(setup));
  lines.add("to do", grouped(to_do.size()) + (done > 0 ? " (" + grouped(done) + " are sealed already)" : std::string{}));
  lines.add("batches", grouped(figures.batches) + " of at most " + std::to_string(figures.batch) + " scenarios, on " +
                           std::to_string(setup.threads) + (setup.threads == 1 ? " thread" : " threads"));
  lines.add("memory", "about " + bytes_text(figures.memory));
  lines.add("result", folder + ", about " + bytes_text(figures.result_bytes) +
                          (summary ? "" : std::string{" plus the "} + record_name(setup.file.record) + " tables"));
  return std::move(lines).text();
}

}  // namespace plimsoll
