#include "io/result_folder.hpp"

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "io/folder_lock.hpp"
#include "io/merge.hpp"
#include "io/shard.hpp"

namespace plimsoll {

namespace {

struct Paths {
  std::string root, manifest, shards, quarantine, locks, result;
  explicit Paths(std::string path) : root{std::move(path)} {
    while (root.size() > 1 && root.ends_with('/')) root.pop_back();
    manifest = root + "/manifest.json";
    shards = root + "/shards";
    quarantine = root + "/quarantine";
    locks = root + "/locks";
    result = root + "/result.h5";
  }
};

std::string part_text(const ShardPart& part, const char* between) {
  return std::to_string(part.index) + between + std::to_string(part.count);
}

/// Moves a damaged file aside under a free name. Never deletes it.
std::string quarantine(const Paths& paths, const std::string& file) {
  create_directories_durably(paths.quarantine);
  const std::string name = file.substr(file.rfind('/') + 1);
  std::string to = paths.quarantine + "/" + name;
  for (int copy = 2; std::filesystem::exists(to); ++copy) to = paths.quarantine + "/" + name + "." + std::to_string(copy);
  rename_durably(file, to);
  return to;
}

/// Names of shard files, sorted, so that nothing depends on the order of the directory.
std::vector<std::string> shard_files(const Paths& paths) {
  std::vector<std::string> files;
  std::error_code none;  // no directory: no shards
  for (const auto& entry : std::filesystem::directory_iterator{paths.shards, none})
    if (entry.path().extension() == ".h5") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

struct ShardScan {
  std::vector<Shard> sound;
  std::vector<InputError> quarantined;
};

ShardScan scan_shards(const Paths& paths) {
  ShardScan scan;
  for (const std::string& file : shard_files(paths)) {
    try {
      scan.sound.emplace_back(file);
    } catch (const BadInput& fault) {
      if (!std::filesystem::exists(file)) continue;  // another process moved it aside first
      if (fault.exit_code() == ExitCode::no_input) throw;
      const std::string to = quarantine(paths, file);
      scan.quarantined.push_back(
          {"SHARD-CORRUPT", file, "", fault.errors().front().problem, "moved to " + to + "; its scenarios are done again"});
    }
  }
  return scan;
}

/// Where a sealed result lies.
struct SealedResult {
  const Shard* shard = nullptr;
  std::size_t entry = 0;
  bool failed() const { return shard->entries()[entry].failed; }
};
using ResultsByKey = std::map<std::string_view, SealedResult>;  // views of the shards' entries

/// Which entry stands for each key: done rather than failed, then the first by name of the shard.
ResultsByKey results_by_key(const std::vector<Shard>& shards, bool skip_failed) {
  ResultsByKey results;
  for (const Shard& shard : shards)
    for (std::size_t i = 0; i < shard.entries().size(); ++i) {
      const SealedResult found{&shard, i};
      if (skip_failed && found.failed()) continue;
      const auto [place, fresh] = results.try_emplace(shard.entries()[i].key, found);
      if (!fresh && !found.failed() && place->second.failed()) place->second = found;
    }
  return results;
}

}  // namespace

struct ResultFolder::State {
  Paths paths;
  Manifest manifest;
  InputHashes inputs;  ///< of the manifest's facts
  ManifestRun run;
  FolderOptions options;
  FolderFindings findings;
  /// Plan entries of each key. More than one when a sweep names the same data twice: one result stands for them all.
  std::map<std::string, std::vector<std::size_t>, std::less<>> plan_index;
  std::vector<bool> done;  ///< per plan entry
  std::optional<FolderLock> part_lock;

  explicit State(std::string path) : paths{std::move(path)} {}

  void index_plan() {
    inputs = InputHashes::of(manifest.facts);
    const std::vector<ScenarioKey>& plan = manifest.plan;
    for (std::size_t i = 0; i < plan.size(); ++i) {
      EXPECT(i == 0 || plan[i - 1].scenario < plan[i].scenario);
      EXPECT(plan[i].swept.size() == plan.front().swept.size());
      plan_index[plan[i].key].push_back(i);
    }
    done.assign(plan.size(), false);
  }

  void look_at_shards() {
    ShardScan scan = scan_shards(paths);
    for (const auto& [key, result] : results_by_key(scan.sound, options.retry_failed)) note_done(key);
    note_stale(scan.sound);
    findings.quarantined.insert(findings.quarantined.end(), scan.quarantined.begin(), scan.quarantined.end());
  }

  void note_done(std::string_view key) {
    const auto place = plan_index.find(key);
    if (place == plan_index.end()) return;
    for (const std::size_t index : place->second) done[index] = true;
  }

  /// Results of keys that are not in the plan; while some of the plan has no result, also which inputs they were made from that changed.
  void note_stale(const std::vector<Shard>& shards) {
    const ResultsByKey results = results_by_key(shards, false);  // failures to be tried again are no reason to look for changes
    const bool all_there =
        std::all_of(plan_index.begin(), plan_index.end(), [&results](const auto& planned) { return results.contains(planned.first); });
    std::set<std::string_view> stale;
    std::array<bool, 4> differs{};
    for (const Shard& shard : shards)
      for (const ShardEntry& entry : shard.entries()) {
        if (plan_index.contains(entry.key)) continue;
        stale.insert(entry.key);
        for (std::size_t i = 0; i < differs.size() && !all_there; ++i)
          differs[i] = differs[i] || shard.inputs().hashes[i] != inputs.hashes[i];
      }
    findings.stale = stale.size();
    for (std::size_t i = 0; i < differs.size(); ++i)
      if (differs[i] && std::find(findings.changed.begin(), findings.changed.end(), InputHashes::kNames[i]) == findings.changed.end())
        findings.changed.emplace_back(InputHashes::kNames[i]);
  }

  std::optional<Manifest> present_manifest() {
    if (!std::filesystem::exists(paths.manifest)) return std::nullopt;
    try {
      return read_manifest(paths.manifest);
    } catch (const BadInput& fault) {
      // Results do not depend on it, so a damaged one is no reason to stop.
      findings.quarantined.push_back({"MANIFEST-CORRUPT", paths.manifest, "", fault.errors().front().problem,
                                      "moved to " + quarantine(paths, paths.manifest) + "; written anew"});
      return std::nullopt;
    }
  }

  FolderLock manifest_lock() const { return FolderLock::wait_for(paths.locks + "/manifest.lock"); }

  void enter_manifest() {
    const FolderLock lock = manifest_lock();
    if (const auto before = present_manifest()) {
      findings.changed = changed_inputs(before->facts, manifest.facts);
      manifest.runs = before->runs;
    }
    manifest.runs.push_back(run);
    if (manifest.runs.size() > kManifestRunsKept)
      manifest.runs.erase(manifest.runs.begin(), manifest.runs.end() - static_cast<std::ptrdiff_t>(kManifestRunsKept));
    write_manifest(paths.manifest, manifest);
  }
};

ResultFolder::ResultFolder(std::unique_ptr<State> state) : state_{std::move(state)} {}
ResultFolder::~ResultFolder() = default;
ResultFolder::ResultFolder(ResultFolder&&) noexcept = default;
ResultFolder& ResultFolder::operator=(ResultFolder&&) noexcept = default;

ResultFolder::ResultFolder(std::string path, ManifestFacts facts, std::vector<ScenarioKey> plan, WallFacts wall, FolderOptions options)
    : state_{std::make_unique<State>(std::move(path))} {
  State& state = *state_;
  state.manifest.facts = std::move(facts);
  state.manifest.plan = std::move(plan);
  state.options = options;
  state.run = {std::move(wall), ::getpid(), part_text(options.part, "/"), "", 0.0};
  state.index_plan();

  create_directories_durably(state.paths.root);
  create_directories_durably(state.paths.shards);
  create_directories_durably(state.paths.locks);
  state.part_lock =
      FolderLock::take(state.paths.locks + "/part-" + part_text(options.part, "-of-") + ".lock",
                       "pid " + std::to_string(state.run.pid) + " on host " + state.run.wall.host + " since " + state.run.wall.started_utc);
  for (const std::string& directory : {state.paths.root, state.paths.shards})
    for (const std::string& name : sweep_orphans(directory)) state.findings.orphans_removed.push_back(directory + "/" + name);
  state.enter_manifest();
  state.look_at_shards();
}

ResultFolder ResultFolder::open(std::string path) {
  auto state = std::make_unique<State>(std::move(path));
  state->manifest = read_manifest(state->paths.manifest);
  state->index_plan();
  state->look_at_shards();
  return ResultFolder{std::move(state)};
}

const std::string& ResultFolder::path() const { return state_->paths.root; }
const ManifestFacts& ResultFolder::facts() const { return state_->manifest.facts; }
const std::vector<ScenarioKey>& ResultFolder::plan() const { return state_->manifest.plan; }
const FolderFindings& ResultFolder::findings() const { return state_->findings; }
std::vector<bool> ResultFolder::done() const { return state_->done; }

void ResultFolder::seal(std::span<const FinishedScenario> finished) {
  const SealedShard shard = make_shard(finished, state_->inputs);
  write_durably(state_->paths.shards + "/" + shard.name, shard.bytes);
  for (const FinishedScenario& one : finished) state_->note_done(one.key);
}

MergeOutcome ResultFolder::merge(bool partial) {
  const Paths& paths = state_->paths;
  create_directories_durably(paths.locks);
  const FolderLock lock = FolderLock::wait_for(paths.locks + "/merge.lock");
  const ShardScan scan = scan_shards(paths);
  state_->findings.quarantined.insert(state_->findings.quarantined.end(), scan.quarantined.begin(), scan.quarantined.end());
  const ResultsByKey results = results_by_key(scan.sound, false);

  MergeOutcome outcome;
  outcome.path = paths.result;
  std::vector<MergeSource> sources;
  for (const ScenarioKey& planned : state_->manifest.plan) {
    const auto found = results.find(planned.key);
    if (found == results.end()) {
      outcome.missing.push_back(planned.scenario);
      continue;
    }
    sources.push_back({&planned, found->second.shard, found->second.entry});
    if (found->second.failed()) outcome.failed.push_back(planned.scenario);
  }
  outcome.complete = outcome.missing.empty();
  outcome.scenarios = sources.size();
  if (sources.empty() || (!outcome.complete && !partial)) return outcome;

  try {
    const MergedResult merged = merge_shards(state_->manifest.facts, state_->manifest.plan.size(), sources);
    write_durably(paths.result, merged.bytes);
    outcome.written = true;
    outcome.bytes = merged.bytes.size();
    outcome.result_hash = merged.result_hash;
  } catch (const h5::Error& error) {
    throw BadInput{ExitCode::bad_data, InputError{"SHARD-MISFIT", paths.shards, "", error.what(), "remove the folder and run again"}};
  }
  return outcome;
}

void ResultFolder::close(const std::string& ended_utc, double seconds) {
  State& state = *state_;
  const FolderLock lock = state.manifest_lock();
  auto present = state.present_manifest();
  Manifest manifest = present ? std::move(*present) : state.manifest;
  for (ManifestRun& run : manifest.runs) {
    if (run.pid != state.run.pid || run.wall.host != state.run.wall.host || run.wall.started_utc != state.run.wall.started_utc) continue;
    run.ended_utc = ended_utc;
    run.seconds = seconds;
  }
  write_manifest(state.paths.manifest, manifest);
}

}  // namespace plimsoll
