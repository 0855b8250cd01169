#pragma once
/// Scenario files: strict TOML in, a list of const scenarios out. scenarios/README.md explains every key.
///
/// Three steps, each throwing BadInput with every fault it can see:
///   ScenarioFile::read   syntax, encoding, size, --set overrides; tells which plugin directories to load
///   plan                 every key, type, range, name, table and sweep axis against the vocabulary, and the list of markets; needs no
///   market
///                        data, but looks for the files that a pattern or a calendar names
///   expand               what needs the tape: clock times, limit price against the tick, content hashes
///
/// Faults of the file that impact.calibrated names have the same codes, and the place in that file (io/calibrated_file.hpp).
///
/// Error codes (exit 78 but for the first three):
///   SCENARIO-MISSING (66)    no such file, or not a regular file
///   SCENARIO-UNREADABLE (66) the file cannot be opened or read
///   DATA-MISSING (66)        no file fits a pattern of [market] paths, or the calendar file cannot be read
///   SCENARIO-TOO-LARGE       more than 1 MiB
///   SCENARIO-ENCODING        a NUL byte, or bytes that are not UTF-8
///   SCENARIO-TOO-DEEP        brackets and dotted keys nested deeper than 64
///   SCENARIO-SYNTAX          not TOML 1.0
///   SCENARIO-DUPLICATE-KEY   a key given twice
///   SCENARIO-UNKNOWN-KEY     a key nobody reads; the nearest one is suggested
///   SCENARIO-MISSING-KEY     a required key is absent
///   SCENARIO-TYPE            a value of another type than the key's
///   SCENARIO-RANGE           a number outside its range, NaN or an infinity
///   SCENARIO-CHOICE          a text that is not one of the choices
///   SCENARIO-CONFLICT        two keys that exclude each other, or two files of the list that hold the same data
///   SCENARIO-UNKNOWN-FEED    no feed of that name
///   SCENARIO-UNUSED-TABLE    settings of a plugin that no scenario of the file selects
///   SCENARIO-SWEEP           an axis that is no list, is empty, repeats a value, has unequal columns, or a key that cannot be swept
///   SCENARIO-TOO-MANY        more than 1,000,000 scenarios
///   SCENARIO-TIME            a malformed clock time, an end that is not after its start, a start outside the tape
///   MARKETS-APART            tapes of one scenario that do not overlap in time
///   SCENARIO-DATE            a malformed date, no session between the first and the last, a bad line of a calendar file
///   SCENARIO-PRICE           a limit price that is no whole number of ticks
///   SCENARIO-SET             a malformed --set KEY=VALUE
///   CALIBRATION-COVARIANCE   impact.sample without errors to draw from, or with a matrix that is no covariance
///   PLUGIN-MISSING           no strategy or impact model of that name
///   SCENARIO-REFUSED         settings that the plugin itself refuses when it is created (app/plugin_trial.hpp)
///
/// Thread rule: values; const use from any thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/units.hpp"
#include "experiment/plugin_registry.hpp"
#include "experiment/scenario.hpp"
#include "io/scenario_text.hpp"
#include "market/instrument.hpp"
#include "sdk/plimsoll.h"

namespace plimsoll {

/// A feed as the checker needs to know it: the settings it reads in [market]. `unit` "path" marks a path, "paths" several with
/// commas between; an empty default text means that
/// the setting may be absent.
struct FeedDeclaration {
  std::string name;
  std::vector<plimsoll_param_info> settings;
  bool brings_instrument = false;  ///< [instrument] cannot override what the data file holds
};

/// Everything a scenario file may name. The plugin registry must outlive whatever was planned with it.
struct ScenarioVocabulary {
  std::vector<FeedDeclaration> feeds;
  const PluginRegistry* plugins = nullptr;
  std::string program;  ///< identity of this program, part of every scenario key
};

/// What expansion needs to know of a tape.
struct TapeFacts {
  TimePoint first_time = 0;
  TimePoint last_time = 0;
  Instrument instrument;
  std::string content_hash;
  std::string date;  ///< of the first event in the tape's timezone, "YYYY-MM-DD"
  /// Time since local midnight of the tape's first day, in the tape's timezone -> UTC.
  std::function<TimePoint(Duration)> at_clock;
};
using TapeFactsSource = std::function<TapeFacts(const MarketSource&)>;

/// All combinations of swept values before the tapes are known. Of use to expand() only.
struct ScenarioDrafts;

/// Where the tapes of an experiment come from.
using MarketSources = std::vector<std::shared_ptr<const MarketSource>>;
/// What its scenarios run on. One [market] has one member; one that lists files, or days and symbols, makes as many sets as the list; each
/// [[market]] is a member of every set. Sweeping settings of a feed, or delays of one market against another, multiplies sets.
using MarketSets = std::vector<std::shared_ptr<const MarketSet>>;

struct Expansion {
  /// In order: markets of the list (days slowest, then symbols), axes in file order (the last one fastest), seeds. So what one day adds to
  /// the results stands together.
  std::shared_ptr<const ScenarioSource> scenarios;
  std::vector<std::string> notes;  ///< odd, but legal; for people
};

/// A scenario file that passed every check that needs no market data.
struct ExperimentFile {
  std::string path;
  std::string title, source, expect;
  std::uint64_t seed = 0;
  std::uint32_t seeds = 1;
  RecordLevel record = RecordLevel::summary;
  std::string resolved_text;              ///< every key and value in force as TOML, sorted; swept keys in [sweep]
  std::vector<std::string> swept_keys;    ///< columns of Scenario::swept but for the last three, "seed", "symbol" and "date"
  MarketSources markets;                  ///< distinct; those of one day together, days in order
  MarketSets sets;                        ///< of `markets`
  std::vector<std::string> market_names;  ///< of each [[market]], in order; empty when the only one has none
  std::size_t combinations = 0;           ///< of swept values; each runs on every market of the list
  std::size_t scenario_count = 0;
  std::vector<std::string> notes;  ///< for people: nothing is random and seeds > 1, what impact.sample draws
  std::shared_ptr<const ScenarioDrafts> drafts;
  std::string program;

  /// The scenarios, numbered from 0. Their keys hash every resolved value, the identity of the plugins and of the program, the tape's
  /// content, seed and replicate; not title, source, expectation, where the files lie or which other markets there are: a scenario of a
  /// year is the same as that of its day alone. Of several markets, names and order are in the key. `facts` is asked once per market, in
  /// order. With `only`, the number of the one scenario that will be made, it is asked for that one's markets alone.
  Expansion expand(const TapeFactsSource& facts, std::optional<std::size_t> only = {}) const;
  /// Sets that swept settings of the feed make of each market of the list; neighbours in `sets`.
  std::size_t families() const;
  /// Index into `sets` of what a scenario runs on.
  std::size_t market_of(std::size_t scenario) const;
};

class ScenarioFile {
 public:
  /// `overrides` are "key=value" texts of --set, in order; a later one wins. A value is TOML, and what is not TOML is text. Fixing a swept
  /// key removes it from its axis.
  static ScenarioFile read(const std::string& path, const std::vector<std::string>& overrides = {});
  /// The same from memory; relative paths start at `folder`.
  static ScenarioFile parse(const std::string& name, std::string_view text, const std::string& folder,
                            const std::vector<std::string>& overrides = {});

  /// [plugins] directories, resolved. Load them into the registry before plan().
  std::vector<std::string> plugin_directories() const;

  /// Throws BadInput (78) with every fault of the file.
  ExperimentFile plan(const ScenarioVocabulary& vocabulary) const;

 private:
  void apply_override(const std::string& text, std::vector<InputError>& errors);

  std::string path_;
  std::string folder_;
  FlatDocument document_;
  std::vector<std::string> parents_;               ///< tables of the parents: "parent", or "parent.NAME" of each [[parent]], by name
  std::vector<std::string> markets_;               ///< the same of the markets, in the order of the file
  std::map<std::string, std::string> overridden_;  ///< key -> the option's text
  std::vector<std::string> file_strategies_;       ///< what the file selects without overrides: their tables stay legal
  std::vector<std::string> file_impact_models_;
  std::vector<InputError> early_errors_;  ///< that do not keep plan() from finding the others
};

/// `path` as it is opened: "$PLIMSOLL_DATA_DIR/x" below that folder (unset: ../../shared/data seen from `folder`, the data beside the
/// repository), absolute ones as they are, all others below `folder`.
std::string resolve_path(const std::string& path, const std::string& folder);

}  // namespace plimsoll
