#pragma once
/// results/<name>/: the record of what an experiment has done.
///
///   manifest.json   what it was made from, who worked on it when (manifest.hpp)
///   shards/         000000-000063-<hash16>.h5: results of any set of scenarios, sealed: they exist in full or not at all
///   quarantine/     shards found damaged, kept for inspection, never merged; their scenarios are done again
///   locks/          locks of the kernel: a killed process leaves none behind
///   result.h5       all shards merged in scenario order; rebuildable at any time, the same bytes for the same inputs and program
///
/// A scenario is done when a sound shard holds it under its present key. Nothing else says so: not its number, so an experiment may grow,
/// shrink and change the order of its axes, and only what was never done is done.
///
/// Thread rule: one thread at a time uses a folder object, but several may seal; HDF5 is locked inside, over an fsync only by the merge.
/// Several processes may work on one folder, each on its own part I/N.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "experiment/scenario.hpp"
#include "io/durable_file.hpp"
#include "io/manifest.hpp"
#include "metrics/scenario_result.hpp"

namespace plimsoll {

inline constexpr int kResultFormat = 1;

/// A scenario that has run, ready to be sealed.
struct FinishedScenario {
  std::string key;                ///< Scenario::key
  std::vector<SweptValue> swept;  ///< Scenario::swept
  ScenarioResult result;
};

/// The part of the plan this process works on: 1 of 1, 2 of 3 ...
struct ShardPart {
  unsigned index = 1;
  unsigned count = 1;
};

struct FolderOptions {
  ShardPart part;
  bool retry_failed = false;  ///< sealed failures count as not done
};

/// What was found in the folder when it was opened.
struct FolderFindings {
  std::vector<std::string> changed;          ///< of "scenario", "data", "plugin", "program": what made sealed results stale
  std::string earlier_title;                 ///< of the experiment the folder was of, when it had another title: result.h5 makes way
  std::size_t stale = 0;                     ///< sealed results whose key is not (or no longer) in the plan; never merged
  std::vector<InputError> quarantined;       ///< one SHARD-CORRUPT each, naming the file and its scenarios
  std::vector<std::string> orphans_removed;  ///< temporary files of killed processes
};

struct MergeOutcome {
  bool complete = false;               ///< every scenario of the plan is in
  bool written = false;                ///< result.h5 was written
  std::string path;                    ///< of result.h5
  std::string result_hash;             ///< as result_hash() would give it; empty when nothing was written
  std::vector<std::uint64_t> missing;  ///< scenarios of the plan in no sound shard
  std::vector<std::uint64_t> failed;   ///< scenarios sealed as failed
  std::uint64_t scenarios = 0;         ///< merged
  std::uint64_t bytes = 0;             ///< of result.h5
};

class ResultFolder {
 public:
  /// Two scenarios may have one key (a sweep over two copies of the same data): either result stands for both.
  /// Opens for running: creates what is missing, takes the lock of this part, sweeps orphans, checks every shard, writes the manifest.
  /// Everything that can fail for want of permission or space fails here, before a scenario has run.
  /// Throws IoError: 73 when it cannot be created or the same part is worked on by another process ("in use by pid P on host H since T"),
  /// 74 on a device error.
  ResultFolder(std::string path, ManifestFacts facts, PlannedScenarios plan, WallFacts wall, FolderOptions options = {});
  /// Opens for merging only, from the manifest: takes no part lock. Throws BadInput (66, 65) when there is no sound manifest.
  static ResultFolder open(std::string path);
  ~ResultFolder();
  ResultFolder(ResultFolder&&) noexcept;
  ResultFolder& operator=(ResultFolder&&) noexcept;

  const std::string& path() const;
  const ManifestFacts& facts() const;
  const PlannedScenarios& plan() const;
  const FolderFindings& findings() const;

  /// For each scenario of the plan: sealed under its present key (by this or any other process, as of the opening and own seals since)?
  std::vector<bool> done() const;

  /// Writes one shard with these results (at least one, distinct scenarios; any order). When it returns they survive kill and power loss.
  /// A failed scenario is a result too. Throws IoError; the shards sealed before stay as they are.
  void seal(std::span<const FinishedScenario> finished);

  /// Looks at all shards anew and writes result.h5, unless scenarios are missing and `partial` is false. A partial file says so
  /// (attribute `complete` = 0). Waits for a merge of another process to end. Throws IoError.
  MergeOutcome merge(bool partial = false);

  /// Notes the end of this process' work in the manifest. Without it the run counts as killed. Throws IoError.
  void close(const std::string& ended_utc, double seconds);

 private:
  struct State;
  explicit ResultFolder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace plimsoll
