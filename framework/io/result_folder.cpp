#include "io/result_folder.hpp"

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <map>

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

/// An open HDF5 file costs about a megabyte, so only the merge keeps them open.
ShardScan scan_shards(const Paths& paths, bool keep_open) {
  ShardScan scan;
  for (const std::string& file : shard_files(paths)) {
    try {
      scan.sound.emplace_back(file);
      if (!keep_open) scan.sound.back().close();
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

/// Which entry stands for each planned scenario: its present key, done rather than failed, then the first by name.
std::map<std::uint64_t, MergeSource> choose(const std::vector<ScenarioKey>& plan, const std::vector<Shard>& shards, bool skip_failed) {
  std::map<std::uint64_t, const std::string*> keys;
  for (const ScenarioKey& planned : plan) keys.emplace(planned.scenario, &planned.key);
  std::map<std::uint64_t, MergeSource> chosen;
  for (const Shard& shard : shards)
    for (std::size_t i = 0; i < shard.entries().size(); ++i) {
      const ShardEntry& entry = shard.entries()[i];
      const auto key = keys.find(entry.scenario);
      if (key == keys.end() || *key->second != entry.key || (skip_failed && entry.failed)) continue;
      const auto [place, fresh] = chosen.try_emplace(entry.scenario, MergeSource{entry.scenario, &shard, i});
      const bool better = !fresh && !entry.failed && place->second.shard->entries()[place->second.entry].failed;
      if (better) place->second = {entry.scenario, &shard, i};
    }
  return chosen;
}

}  // namespace

struct ResultFolder::State {
  Paths paths;
  Manifest manifest;
  ManifestRun run;
  FolderOptions options;
  FolderFindings findings;
  std::map<std::uint64_t, std::size_t> plan_index;  ///< of each scenario number
  std::vector<bool> done;                           ///< per plan entry
  std::optional<FolderLock> part_lock;

  explicit State(std::string path) : paths{std::move(path)} {}

  void index_plan() {
    for (std::size_t i = 0; i < manifest.plan.size(); ++i) {
      const bool fresh = plan_index.emplace(manifest.plan[i].scenario, i).second;
      EXPECT(fresh);
    }
    done.assign(manifest.plan.size(), false);
  }

  void look_at_shards() {
    ShardScan scan = scan_shards(paths, false);
    for (const auto& [scenario, source] : choose(manifest.plan, scan.sound, options.retry_failed)) done[plan_index.at(scenario)] = true;
    note_stale(scan.sound);
    findings.quarantined.insert(findings.quarantined.end(), scan.quarantined.begin(), scan.quarantined.end());
  }

  /// Planned scenarios that only results of other inputs exist for, and which input that was.
  void note_stale(const std::vector<Shard>& shards) {
    const InputHashes now = InputHashes::of(manifest.facts);
    std::vector<bool> stale(done.size(), false);
    std::array<bool, 4> differs{};
    for (const Shard& shard : shards)
      for (const ShardEntry& entry : shard.entries()) {
        const auto place = plan_index.find(entry.scenario);
        if (place == plan_index.end() || done[place->second] || entry.key == manifest.plan[place->second].key) continue;
        stale[place->second] = true;
        for (std::size_t i = 0; i < differs.size(); ++i) differs[i] = differs[i] || shard.inputs().hashes[i] != now.hashes[i];
      }
    findings.stale = static_cast<std::size_t>(std::count(stale.begin(), stale.end(), true));
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
  const SealedShard shard = make_shard(finished, InputHashes::of(state_->manifest.facts));
  write_durably(state_->paths.shards + "/" + shard.name, shard.bytes);
  for (const FinishedScenario& one : finished) {
    const auto place = state_->plan_index.find(one.result.scenario);
    if (place != state_->plan_index.end() && state_->manifest.plan[place->second].key == one.key) state_->done[place->second] = true;
  }
}

MergeOutcome ResultFolder::merge(bool partial) {
  const Paths& paths = state_->paths;
  create_directories_durably(paths.locks);
  const FolderLock lock = FolderLock::wait_for(paths.locks + "/merge.lock");
  const ShardScan scan = scan_shards(paths, true);
  state_->findings.quarantined.insert(state_->findings.quarantined.end(), scan.quarantined.begin(), scan.quarantined.end());
  const auto chosen = choose(state_->manifest.plan, scan.sound, false);

  MergeOutcome outcome;
  outcome.path = paths.result;
  outcome.complete = chosen.size() == state_->manifest.plan.size();
  for (const auto& [scenario, index] : state_->plan_index)
    if (!chosen.contains(scenario)) outcome.missing.push_back(scenario);
  std::vector<MergeSource> sources;
  for (const auto& [scenario, source] : chosen) {
    sources.push_back(source);
    if (source.shard->entries()[source.entry].failed) outcome.failed.push_back(scenario);
  }
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
