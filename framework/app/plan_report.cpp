#include "app/plan_report.hpp"

#include <nlohmann/json.hpp>

#include "app/console.hpp"
#include "app/memory_plan.hpp"
#include "experiment/experiment.hpp"

namespace plimsoll {
namespace {

// Measured on result files of 24 to 100,000 scenarios: names and meanings of the columns, and two compressed rows a scenario.
constexpr std::uint64_t kResultFileBytes = 250 * 1024, kResultRowBytes = 200;

struct PlanFigures {
  std::size_t combinations, batches, events;
  std::uint64_t memory, result_bytes;
};

PlanFigures figures_of(const ExperimentSetup& setup, const std::vector<const Scenario*>& to_do) {
  PlanFigures out{};
  out.combinations = setup.only ? 1 : setup.scenarios.size() / setup.file.seeds;
  out.batches = batches_of(to_do, setup.batch).size();
  for (const MarketSource& market : setup.file.markets) {
    const auto tape = setup.tapes->load(market);
    out.events += tape->size();
  }
  out.memory = memory_needed(setup);
  // Children, fills and trajectory come on top; they depend on what the strategies do.
  out.result_bytes = kResultFileBytes + setup.scenarios.size() * kResultRowBytes;
  return out;
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

void add_markets(const ExperimentSetup& setup, PlanLines& lines) {
  for (const MarketSource& market : setup.file.markets) {
    const auto tape = setup.tapes->load(market);
    const ImportReport& report = tape->info().report;
    lines.add("market", tape->info().source + ": " + grouped(tape->size()) + " events over " +
                            duration_text(static_cast<double>(tape->last_time() - tape->first_time()) / 1e9) + " (" + market.feed + ")");
    const std::int64_t dirty = report.dropped + report.reordered + report.repaired + report.unknown_ids;
    if (dirty > 0)
      lines.add("", grouped(static_cast<std::uint64_t>(dirty)) + " rows dropped, moved, repaired or of unknown orders (see import)");
  }
}

std::string scenarios_text(const ExperimentSetup& setup, std::size_t combinations) {
  std::string out = grouped(setup.scenarios.size());
  if (setup.only)
    out += " (number " + std::to_string(*setup.only) + " of the file)";
  else
    out += " = " + grouped(combinations) + (combinations == 1 ? " combination x " : " combinations x ") + grouped(setup.file.seeds) +
           (setup.file.seeds == 1 ? " seed" : " seeds");
  if (setup.part.count > 1) out += ", part " + std::to_string(setup.part.index) + " of " + std::to_string(setup.part.count);
  return out;
}

}  // namespace

std::string plan_report(const ExperimentSetup& setup, const std::vector<const Scenario*>& to_do, std::size_t done,
                        const std::string& folder, std::size_t width) {
  const PlanFigures figures = figures_of(setup, to_do);
  if (setup.json) {
    const nlohmann::ordered_json plan = {{"scenario", setup.file.path},
                                         {"title", setup.file.title},
                                         {"scenarios", setup.scenarios.size()},
                                         {"combinations", figures.combinations},
                                         {"seeds", setup.file.seeds},
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
  add_markets(setup, lines);
  lines.add("scenarios", scenarios_text(setup, figures.combinations));
  lines.add("to do", grouped(to_do.size()) + (done > 0 ? " (" + grouped(done) + " are sealed already)" : std::string{}));
  lines.add("batches", grouped(figures.batches) + " of at most " + std::to_string(setup.batch) + " scenarios, on " +
                           std::to_string(setup.threads) + (setup.threads == 1 ? " thread" : " threads"));
  lines.add("memory", "about " + bytes_text(figures.memory));
  lines.add("result", folder + ", about " + bytes_text(figures.result_bytes) +
                          (summary ? "" : std::string{" plus the "} + record_name(setup.file.record) + " tables"));
  return std::move(lines).text();
}

}  // namespace plimsoll
