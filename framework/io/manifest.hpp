#pragma once
/// manifest.json: what a results folder was made from, and every wall-clock fact (who ran it where and when), which therefore never has to
/// stand in result.h5.
///
/// Thread rule: values; the functions may be called from one thread at a time per folder (ResultFolder holds the lock).

#include <cstdint>
#include <string>
#include <vector>

#include "io/planned_scenarios.hpp"

namespace plimsoll {

/// Something hashed, named for people: a data file, a plugin.
struct NamedHash {
  std::string name;
  std::string hash;
  friend bool operator==(const NamedHash&, const NamedHash&) = default;
};

/// What decides the results. No wall clock, host, path of the machine or thread count belongs here: result.h5 repeats it.
struct ManifestFacts {
  std::string title;
  std::string scenario_text;  ///< resolved scenario, canonical text
  std::uint64_t seed = 0;
  std::vector<NamedHash> data;     ///< tapes: name and content hash
  std::vector<NamedHash> plugins;  ///< name and content hash of each plugin used, built-ins as part of the program
  std::string program_version;     ///< as `plimsoll --version` prints it
  std::string program_hash;        ///< of what the program was built from
  friend bool operator==(const ManifestFacts&, const ManifestFacts&) = default;
};

/// Facts of one process, all from outside: io never reads the clock.
struct WallFacts {
  std::string host;
  std::string started_utc;  ///< ISO 8601
  std::string command_line;
};

/// One process that worked on the folder. `ended_utc` stays empty when it was killed.
struct ManifestRun {
  WallFacts wall;
  std::int64_t pid = 0;
  std::string shard;  ///< "I/N"
  std::string ended_utc;
  double seconds = 0.0;
};

struct Manifest {
  ManifestFacts facts;
  PlannedScenarios plan;          ///< all scenarios of the experiment
  std::vector<ManifestRun> runs;  ///< oldest first; the last kManifestRunsKept
};
inline constexpr std::size_t kManifestRunsKept = 1000;

/// Which of "scenario", "data", "plugin", "program" differ, in that order.
std::vector<std::string> changed_inputs(const ManifestFacts& before, const ManifestFacts& now);

/// Throws IoError.
void write_manifest(const std::string& path, const Manifest& manifest);
/// Throws BadInput: DATA-MISSING (66), DATA-FORMAT (65).
Manifest read_manifest(const std::string& path);

}  // namespace plimsoll
