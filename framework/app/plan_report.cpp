#include "app/plan_report.hpp"

#include <nlohmann/json.hpp>

#include "app/console.hpp"
#include "experiment/experiment.hpp"
#include "metrics/schema.hpp"

namespace plimsoll {
namespace {

struct PlanFigures {
  std::size_t combinations, batches, memory, events, table_bytes;
};

PlanFigures figures_of(const ExperimentSetup& setup, const std::vector<const Scenario*>& to_do) {
  PlanFigures out{};
  out.combinations = setup.only ? 1 : setup.scenarios.size() / setup.file.seeds;
  out.batches = batches_of(to_do, setup.batch).size();
  for (const MarketSource& market : setup.file.markets) {
    const auto tape = setup.tapes->load(market);
    out.memory = std::max(out.memory, memory_estimate(tape->info(), tape->size(), setup.threads, setup.batch));
    out.events += tape->size();
  }
  // The first parent's columns stand in two tables; children, fills and trajectory depend on what the strategies do.
  out.table_bytes = to_do.size() * parents_schema().columns().size() * 8 * 2;
  return out;
}

const char* record_name(RecordLevel level) {
  return level == RecordLevel::summary ? "summary" : level == RecordLevel::fills ? "fills" : "full";
}

std::string markets_text(const ExperimentSetup& setup) {
  std::string out;
  for (const MarketSource& market : setup.file.markets) {
    const auto tape = setup.tapes->load(market);
    const ImportReport& report = tape->info().report;
    out += "market     " + tape->info().source + ": " + grouped(tape->size()) + " events over " +
           duration_text(static_cast<double>(tape->last_time() - tape->first_time()) / 1e9) + " (" + market.feed + ")\n";
    const std::int64_t dirty = report.dropped + report.reordered + report.repaired + report.unknown_ids;
    if (dirty > 0)
      out +=
          "           " + grouped(static_cast<std::uint64_t>(dirty)) + " rows dropped, moved, repaired or of unknown orders (see import)\n";
  }
  return out;
}

}  // namespace

std::string plan_report(const ExperimentSetup& setup, const std::vector<const Scenario*>& to_do, std::size_t done,
                        const std::string& folder) {
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
                                         {"record", record_name(setup.file.record)},
                                         {"folder", folder}};
    return nlohmann::ordered_json{{"plan", plan}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  std::string out = "scenario   " + setup.file.path + ": " + setup.file.title + "\n";
  out += "source     " + setup.file.source + "\nexpect     " + setup.file.expect + "\n" + markets_text(setup);
  out += "scenarios  " + grouped(setup.scenarios.size());
  if (setup.only)
    out += " (number " + std::to_string(*setup.only) + " of the file)";
  else
    out += " = " + grouped(figures.combinations) + " combinations x " + grouped(setup.file.seeds) +
           (setup.file.seeds == 1 ? " seed" : " seeds");
  if (setup.part.count > 1) out += ", part " + std::to_string(setup.part.index) + " of " + std::to_string(setup.part.count);
  out += "\nto do      " + grouped(to_do.size()) + (done > 0 ? " (" + grouped(done) + " are sealed already)" : std::string{}) + "\n";
  out += "batches    " + grouped(figures.batches) + " of at most " + std::to_string(setup.batch) + " scenarios, on " +
         std::to_string(setup.threads) + (setup.threads == 1 ? " thread\n" : " threads\n");
  out += "memory     about " + bytes_text(figures.memory) + "\n";
  out += "result     " + folder + ", about " + bytes_text(figures.table_bytes) +
         (setup.file.record == RecordLevel::summary ? "" : std::string{" plus the "} + record_name(setup.file.record) + " tables") + "\n";
  return out;
}

}  // namespace plimsoll
