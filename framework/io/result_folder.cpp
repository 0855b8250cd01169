#include "io/result_folder.hpp"

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <mutex>
#include <numeric>
#include <tuple>

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

/// Some more than a sweep makes, and few of the descriptors that a process may have.
constexpr std::size_t kShardsKeptOpen = 200;

struct ShardScan {
  std::vector<Shard> sound;
  std::vector<InputError> quarantined;
};

ShardScan scan_shards(const Paths& paths) {
  ShardScan scan;
  for (const std::string& file : shard_files(paths)) {
    try {
      scan.sound.emplace_back(file, scan.sound.size() < kShardsKeptOpen);
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

/// Where a sealed result lies, by its key.
struct SealedResult {
  ResultKey key;
  std::uint32_t shard = 0, entry = 0;
  bool failed = false;
};

/// The one that stands for each key, ascending by key: done rather than failed, then the first by name of the shard.
std::vector<SealedResult> results_by_key(const std::vector<Shard>& shards, bool skip_failed) {
  std::vector<SealedResult> results;
  for (std::uint32_t shard = 0; shard < shards.size(); ++shard) {
    const std::vector<ShardEntry>& entries = shards[shard].entries();
    for (std::uint32_t i = 0; i < entries.size(); ++i)
      if (!skip_failed || !entries[i].failed) results.push_back({entries[i].key, shard, i, entries[i].failed});
  }
  const auto order = [](const SealedResult& a, const SealedResult& b) {
    return std::tie(a.key, a.failed, a.shard, a.entry) < std::tie(b.key, b.failed, b.shard, b.entry);
  };
  std::sort(results.begin(), results.end(), order);
  const auto same_key = [](const SealedResult& a, const SealedResult& b) { return a.key == b.key; };
  results.erase(std::unique(results.begin(), results.end(), same_key), results.end());
  return results;
}

const SealedResult* find_result(const std::vector<SealedResult>& results, const ResultKey& key) {
  const auto place =
      std::lower_bound(results.begin(), results.end(), key, [](const SealedResult& a, const ResultKey& b) { return a.key < b; });
  return place != results.end() && place->key == key ? &*place : nullptr;
}

}  // namespace

struct ResultFolder::State {
  Paths paths;
  Manifest manifest;
  InputHashes inputs;  ///< of the manifest's facts
  ManifestRun run;
  FolderOptions options;
  FolderFindings findings;
  std::vector<std::uint32_t> by_key;  ///< indices of the plan, ascending by key
  std::vector<bool> done;             ///< per plan entry
  std::mutex noting;                  ///< of those who seal, for `done`
  std::optional<FolderLock> part_lock;

  explicit State(std::string path) : paths{std::move(path)} {}

  void index_plan() {
    inputs = InputHashes::of(manifest.facts);
    by_key.resize(manifest.plan.size());
    std::iota(by_key.begin(), by_key.end(), 0U);
    std::sort(by_key.begin(), by_key.end(),
              [this](std::uint32_t a, std::uint32_t b) { return manifest.plan.key(a) < manifest.plan.key(b); });
    done.assign(manifest.plan.size(), false);
  }

  /// The plan's scenarios of one key. More than one when a sweep names the same data twice: one result stands for them all.
  std::span<const std::uint32_t> planned_under(const ResultKey& key) const {
    const auto key_of = [this](std::uint32_t index) -> const ResultKey& { return manifest.plan.key(index); };
    const auto first = std::lower_bound(by_key.begin(), by_key.end(), key,
                                        [&](std::uint32_t index, const ResultKey& sought) { return key_of(index) < sought; });
    const auto last = std::find_if(first, by_key.end(), [&](std::uint32_t index) { return key_of(index) != key; });
    return {first, last};
  }

  void look_at_shards() {
    ShardScan scan = scan_shards(paths);
    for (const SealedResult& result : results_by_key(scan.sound, options.retry_failed)) note_done(result.key);
    note_stale(scan.sound);
    findings.quarantined.insert(findings.quarantined.end(), scan.quarantined.begin(), scan.quarantined.end());
  }

  void note_done(const ResultKey& key) {
    for (const std::uint32_t index : planned_under(key)) done[index] = true;
  }

  /// Results of keys that are not in the plan; while some of the plan has no result, also which inputs they were made from that changed.
  void note_stale(const std::vector<Shard>& shards) {
    const auto results = results_by_key(shards, false);  // failures to be tried again are no reason to look for changes
    const bool all_there = std::all_of(by_key.begin(), by_key.end(),
                                       [&](std::uint32_t index) { return find_result(results, manifest.plan.key(index)) != nullptr; });
    findings.stale = static_cast<std::size_t>(
        std::count_if(results.begin(), results.end(), [this](const SealedResult& result) { return planned_under(result.key).empty(); }));
    std::array<bool, 4> differs{};
    for (const Shard& shard : shards) {
      const auto unplanned = [this](const ShardEntry& entry) { return planned_under(entry.key).empty(); };
      if (all_there || std::none_of(shard.entries().begin(), shard.entries().end(), unplanned)) continue;
      for (std::size_t i = 0; i < differs.size(); ++i) differs[i] = differs[i] || shard.inputs().hashes[i] != inputs.hashes[i];
    }
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
      if (before->facts.title != manifest.facts.title) findings.earlier_title = before->facts.title;
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

ResultFolder::ResultFolder(std::string path, ManifestFacts facts, PlannedScenarios plan, WallFacts wall, FolderOptions options)
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
const PlannedScenarios& ResultFolder::plan() const { return state_->manifest.plan; }
const FolderFindings& ResultFolder::findings() const { return state_->findings; }
std::vector<bool> ResultFolder::done() const { return state_->done; }

void ResultFolder::seal(std::span<const FinishedScenario> finished) {
  const SealedShard shard = make_shard(finished, state_->inputs);
  write_durably(state_->paths.shards + "/" + shard.name, shard.parts);
  const std::lock_guard lock{state_->noting};
  for (const FinishedScenario& one : finished) state_->note_done(ResultKey::parse(one.key).value());
}

MergeOutcome ResultFolder::merge(bool partial) {
  const Paths& paths = state_->paths;
  create_directories_durably(paths.locks);
  const FolderLock lock = FolderLock::wait_for(paths.locks + "/merge.lock");
  const ShardScan scan = scan_shards(paths);
  state_->findings.quarantined.insert(state_->findings.quarantined.end(), scan.quarantined.begin(), scan.quarantined.end());
  const std::vector<SealedResult> results = results_by_key(scan.sound, false);
  const PlannedScenarios& plan = state_->manifest.plan;

  MergeOutcome outcome;
  outcome.path = paths.result;
  std::vector<MergeSource> sources;
  for (std::uint32_t planned = 0; planned < plan.size(); ++planned) {
    const SealedResult* found = find_result(results, plan.key(planned));
    if (found == nullptr) {
      outcome.missing.push_back(plan.scenario(planned));
      continue;
    }
    sources.push_back({planned, found->shard, found->entry});
    if (found->failed) outcome.failed.push_back(plan.scenario(planned));
  }
  outcome.complete = outcome.missing.empty();
  outcome.scenarios = sources.size();
  if (sources.empty() || (!outcome.complete && !partial)) return outcome;

  try {
    const MergedResult merged = merge_shards(state_->manifest.facts, plan, scan.sound, sources);
    write_durably(paths.result, merged.parts());
    outcome.written = true;
    outcome.bytes = merged.image.size() + merged.seal.size();
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
