// plimsoll run, check and merge: set up, replay what is missing, seal, merge, say what came out.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <set>

#include <nlohmann/json.hpp>

#include "app/closing_table.hpp"
#include "app/command.hpp"
#include "app/console.hpp"
#include "app/experiment_setup.hpp"
#include "app/flag_summary.hpp"
#include "app/plan_report.hpp"
#include "app/progress.hpp"
#include "app/shard_writer.hpp"
#include "app/stop_signal.hpp"
#include "app/wall_facts.hpp"
#include "core/memory.hpp"
#include "experiment/experiment.hpp"
#include "io/result_file.hpp"
#include "io/result_folder.hpp"

namespace plimsoll {
namespace {

constexpr std::size_t kFailuresShown = 5;

std::string default_folder(const std::string& scenario_path, const std::optional<std::uint64_t>& only) {
  std::string stem = std::filesystem::path{scenario_path}.stem().string();
  if (only) stem += "-only-" + std::to_string(*only);
  return "results/" + stem;
}

void say_findings(const FolderFindings& findings) {
  std::string changed;
  for (const std::string& what : findings.changed) changed += (changed.empty() ? "" : ", ") + what;
  if (!changed.empty())
    report_note("changed since the last run: " + changed +
                (findings.stale == 0 ? "" : "; " + grouped(findings.stale) + " sealed results are no longer used"));
  if (!findings.earlier_title.empty())
    report_note("the folder was that of \"" + findings.earlier_title + "\", whose result.h5 makes way; -o DIR keeps both");
  for (const InputError& each : findings.quarantined) report_error(each);
}

/// Replays `to_do` and seals what is finished as it comes. False when it was stopped.
bool replay_and_seal(const ExperimentSetup& setup, const std::vector<std::size_t>& to_do, ResultFolder& folder) {
  ProgressMeter progress{to_do.size(), setup.json};
  // Called done is only what is sealed: a kill a moment later must not take it back.
  const auto advance = [&](const ShardWriter::Sealed& sealed) { progress.advance(sealed.scenarios, sealed.failed); };
  ShardWriter writer{folder, to_do.size(), advance};
  ExperimentOptions options;
  options.threads = setup.threads;
  options.batch = setup.batch_of(to_do.size());
  options.stop = stop_requested;
  const auto tapes = [&](const MarketSource& market) { return setup.tapes->load(market); };
  const auto sink = [&](std::span<const Scenario> scenarios, std::vector<ScenarioResult>&& results) {
    std::vector<FinishedScenario> finished;
    for (std::size_t index = 0; index < results.size(); ++index)
      finished.push_back({scenarios[index].key, scenarios[index].swept, std::move(results[index])});
    writer.add(std::move(finished));
  };
  keep_freed_memory();  // not before the plan is made: it grows once and gives back what it grew out of
  const bool all = run_experiment(to_do, *setup.scenarios, tapes, options, sink);
  writer.finish();
  progress.finish();
  return all;
}

Table read_columns(const std::string& path, const std::set<std::string>& names) {
  return read_result_columns(path, "scenarios", [&](const std::string& name) { return names.contains(name); });
}

void say_failures(const std::string& path) {
  const Table scenarios = read_columns(path, {"scenario", "status", "message"});
  const auto& status = scenarios.texts("status");
  const auto& message = scenarios.texts("message");
  const auto& number = scenarios.integers("scenario");
  std::size_t failed = 0;
  for (std::size_t row = 0; row < scenarios.rows(); ++row) {
    if (status[row] != "failed") continue;
    if (++failed <= kFailuresShown) report_error({"SCENARIO-FAILED", "scenario " + std::to_string(number[row]), "", message[row], ""});
  }
  if (failed > kFailuresShown)
    report_note("and " + grouped(failed - kFailuresShown) + " more failed; /scenarios of the result names them all");
}

/// A few columns at a time: a sweep may have a million rows.
void print_result(const MergeOutcome& merged, bool json) {
  if (!merged.failed.empty()) say_failures(merged.path);
  const FlagSummary flags = count_flags(read_columns(merged.path, {"scenario", "flags"}));
  const Table scenarios = closing_rows(merged.path);
  if (json) {
    const nlohmann::ordered_json line = {{"path", merged.path},           {"result_hash", merged.result_hash},
                                         {"scenarios", merged.scenarios}, {"failed", merged.failed.size()},
                                         {"complete", merged.complete},   {"bytes", merged.bytes}};
    std::cout << closing_json(scenarios) << flag_json(flags) << nlohmann::ordered_json{{"result", line}}.dump() << "\n";
    return;
  }
  const std::size_t width = columns_of(STDOUT_FILENO);
  std::cout << "\n"
            << closing_table(scenarios, width) << "\n"
            << (flags.flagged > 0 ? wrapped(flag_line(flags), width, 9) + "\n" : "") << "result   " << merged.path << " ("
            << bytes_text(merged.bytes) << ")\n"
            << "read     python3: import h5py, pandas as pd; g = h5py.File(\"" << merged.path << "\")[\"scenarios\"]\n"
            << "                  pd.DataFrame({k: (c.asstr() if c.dtype.kind in \"SO\" else c)[:] for k, c in g.items()})\n"
            << "columns  results/README.md\n";
}

/// Merges when everything is there and says how it ended.
ExitCode merge_and_report(ResultFolder& folder, bool partial, bool json) {
  const std::size_t known = folder.findings().quarantined.size();
  const MergeOutcome merged = folder.merge(partial);
  const std::vector<InputError>& damaged = folder.findings().quarantined;
  for (std::size_t index = known; index < damaged.size(); ++index) report_error(damaged[index]);
  if (merged.written) print_result(merged, json);
  if (!merged.complete) {
    const std::string note = grouped(merged.missing.size()) + " of " + grouped(folder.plan().size()) + " scenarios are not done yet";
    report_note(note + (merged.written ? "" : "; the process that finishes the last one merges") + ", in " + folder.path());
  }
  return merged.failed.empty() ? ExitCode::done : ExitCode::some_failed;
}

Options experiment_command(const std::string& name, const std::string& about) {
  Options options{"plimsoll " + name + " SCENARIO.toml [options]", about};
  add_experiment_options(options);
  options.add({{"output,o", "DIR", "results folder; default results/<name of the file>, with --only results/<name of the file>-only-ID"}});
  options.add_words("SCENARIO.toml", 1, 1);
  return options;
}

std::string folder_of(const Options& options, const ExperimentSetup& setup) {
  return options.text("output").value_or(default_folder(options.words().front(), setup.only));
}

/// One scenario of a file in the folder of the whole file would leave a result.h5 of one row there that says it is complete.
void refuse_other_experiment(const std::string& folder, std::uint64_t only) {
  const std::string manifest = folder + "/manifest.json";
  if (!std::filesystem::exists(manifest)) return;
  PlannedScenarios plan;
  try {
    plan = read_manifest(manifest).plan;
  } catch (const BadInput&) {
    throw BadInput{ExitCode::cannot_create,
                   {"IO-FOLDER", folder, "--only", "its manifest cannot be read, so nobody can tell whose results these are",
                    "name another folder with -o, or leave -o out"}};
  }
  if (plan.size() == 0 || (plan.size() == 1 && plan.scenario(0) == only)) return;
  throw BadInput{ExitCode::cannot_create,
                 {"IO-FOLDER", folder, "--only",
                  "the folder holds another experiment's results (" + grouped(plan.size()) +
                      (plan.size() == 1 ? " scenario, another one)" : " scenarios)"),
                  "name another folder with -o, or leave -o out"}};
}

}  // namespace

ExitCode run_experiment_command(const Words& words) {
  Options options = experiment_command("run",
                                       "Runs every scenario of the file that is not done yet, then merges and prints what the order cost.\n"
                                       "The same command goes on where a stopped one ended.");
  options.add({{"dry-run", "", "all checks and the plan, nothing else; what the folder holds already is not looked at"},
               {"retry-failed", "", "do failed scenarios again"}});
  if (!options.parse(words)) return ExitCode::done;

  const ExperimentSetup setup = set_up_experiment(options);
  const std::string path = folder_of(options, setup);
  if (setup.only) refuse_other_experiment(path, *setup.only);
  for (const std::string& note : setup.notes) report_note(note);
  if (options.has("dry-run")) {
    std::cout << plan_report(setup, setup.to_do({}), 0, path, columns_of(STDOUT_FILENO));
    return ExitCode::done;
  }
  take_stop_signals();
  const auto started = std::chrono::steady_clock::now();
  ResultFolder folder{path, setup.manifest_facts(), setup.keys(), wall_facts("run", words), {setup.part, options.has("retry-failed")}};
  say_findings(folder.findings());
  const std::vector<std::size_t> to_do = setup.to_do(folder.done());
  std::string plan = plan_report(setup, to_do, setup.to_do({}).size() - to_do.size(), path, columns_of(STDERR_FILENO));
  plan.pop_back();
  say(plan);

  const bool all = [&] {
    try {
      return replay_and_seal(setup, to_do, folder);
    } catch (const BadInput&) {
      report_note("what was done before this error is sealed in " + path + "; once it is mended the same command goes on");
      throw;
    }
  }();
  folder.close(utc_now(), std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  if (!all) {
    report_note("stopped early; what is done is sealed in " + path + "; the same command goes on");
    return ExitCode::stopped_early;
  }
  return merge_and_report(folder, false, setup.json);
}

ExitCode check_command(const Words& words) {
  Options options = experiment_command("check", "Checks the file, its plugins and its data, and shows the plan. Runs nothing.");
  if (!options.parse(words)) return ExitCode::done;
  const ExperimentSetup setup = set_up_experiment(options);
  for (const std::string& note : setup.notes) report_note(note);
  std::cout << plan_report(setup, setup.to_do({}), 0, folder_of(options, setup), columns_of(STDOUT_FILENO));
  if (!setup.json) std::cout << "ok\n";
  return ExitCode::done;
}

ExitCode merge_command(const Words& words) {
  Options options{"plimsoll merge DIR [--partial] [--json]", "Puts the sealed shards of a results folder together into result.h5."};
  options.add({{"partial", "", "also when scenarios are missing; the file says so"}, kJsonOption});
  options.add_words("DIR", 1, 1);
  if (!options.parse(words)) return ExitCode::done;
  ResultFolder folder = ResultFolder::open(options.words().front());
  for (const InputError& each : folder.findings().quarantined) report_error(each);
  const std::vector<bool> done = folder.done();
  const bool complete = std::find(done.begin(), done.end(), false) == done.end();
  const ExitCode code = merge_and_report(folder, options.has("partial"), options.has("json"));
  return complete || options.has("partial") ? code : ExitCode::stopped_early;
}

}  // namespace plimsoll
