#pragma once
/// From command line to a checked list of scenarios: what `run` and `check` share.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/options.hpp"
#include "app/tape_store.hpp"
#include "experiment/plugin_registry.hpp"
#include "experiment/scenario.hpp"
#include "io/manifest.hpp"
#include "io/result_folder.hpp"
#include "io/scenario_file.hpp"

namespace plimsoll {

/// Declares --set --plugins --threads --batch --shard --only --record --strict --json.
void add_experiment_options(Options& options);

struct ExperimentSetup {
  std::unique_ptr<PluginRegistry> plugins;
  std::unique_ptr<TapeStore> tapes;
  ExperimentFile file;
  std::shared_ptr<const ScenarioSource> scenarios;  ///< all of the file
  std::vector<std::string> notes;
  ShardPart part;
  unsigned threads = 1;
  std::optional<std::size_t> batch;  ///< as asked for
  bool json = false;
  std::optional<std::uint64_t> only;

  MarketSets sets;        ///< those of the results: all of the file, or the one that --only runs on
  MarketSources markets;  ///< of `sets`

  /// Scenarios of the results: all of the file, or the one of --only.
  std::size_t planned() const { return only ? 1 : scenarios->size(); }
  /// Numbers of those of this process' part that `done` (one flag for each planned; empty: none) does not mark, those of one market
  /// together.
  std::vector<std::size_t> to_do(const std::vector<bool>& done) const;
  /// Scenarios that share a pass when there are so many to do: as asked for, else a fair number.
  std::size_t batch_of(std::size_t scenarios_to_do) const;
  /// What the results depend on.
  ManifestFacts manifest_facts() const;
  PlannedScenarios keys() const;

 private:
  std::size_t number_of(std::size_t index) const { return only ? static_cast<std::size_t>(*only) : index; }
};

/// Throws BadInput with everything that is wrong with the command line, the file, its plugins and its data.
ExperimentSetup set_up_experiment(const Options& options);

/// The built-ins and what --plugins names.
std::unique_ptr<PluginRegistry> load_plugins(const std::vector<std::string>& directories);

}  // namespace plimsoll
