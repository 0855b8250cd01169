#pragma once
/// The pieces of ScenarioFile::plan: names and tables, sweep axes, resolution of one combination. Internal to the scenario_*.cpp files.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/scenario_draft.hpp"
#include "io/scenario_file.hpp"

namespace plimsoll {

/// Collects faults; the same one found in many combinations counts once.
class ScenarioFaults {
 public:
  void add(InputError error);
  const std::vector<InputError>& all() const { return errors_; }

 private:
  std::vector<InputError> errors_;
  std::map<std::string, std::size_t> seen_;
};

/// What names mean in one scenario file: which keys exist, given its feed and the plugins.
class ScenarioNames {
 public:
  ScenarioNames(const ScenarioVocabulary& vocabulary, std::string feed, std::vector<std::string> parents)
      : vocabulary_{vocabulary}, feed_{find_feed(feed)}, parents_{std::move(parents)} {}

  const FeedDeclaration* feed() const { return feed_; }
  /// Tables of the parents: "parent", or "parent.NAME" of each [[parent]].
  const std::vector<std::string>& parents() const { return parents_; }
  const PluginRegistry& plugins() const { return *vocabulary_.plugins; }
  const ScenarioVocabulary& vocabulary() const { return vocabulary_; }

  /// Declared parameters of a table: "parent", "market" (feed settings included), "strategy.pov"; empty when it has none or does not exist.
  std::vector<plimsoll_param_info> params(const std::string& table) const;
  bool is_parent(const std::string& table) const;
  bool is_table(const std::string& name) const;
  bool is_key(const std::string& dotted) const;
  bool can_be_swept(const std::string& dotted) const;
  /// `did you mean "rate"?`, or "".
  std::string suggest_key(const std::string& dotted) const;
  std::string suggest_table(const std::string& table) const;

 private:
  const FeedDeclaration* find_feed(const std::string& name) const;
  const ScenarioVocabulary& vocabulary_;
  const FeedDeclaration* feed_;
  std::vector<std::string> parents_;
};

/// "strategy.pov.rate" -> {"strategy", "pov"}; nullopt for keys that belong to no plugin.
struct PluginTable {
  std::string kind;  ///< "strategy" or "impact"
  std::string name;
};
std::optional<PluginTable> plugin_table_of(const std::string& dotted);
/// Everything before the last dot ("" at the top), and what follows it.
std::string table_of(const std::string& dotted);
std::string word_of(const std::string& dotted);

/// The value a key has in one combination.
struct KeyInForce {
  const FlatValue* value = nullptr;
  bool from_override = false;
};
using KeysInForce = std::map<std::string, KeyInForce>;

struct AxisColumn {
  std::string key;
  std::string place;
  std::vector<FlatValue> values;
};
/// Columns of equal length that move together; one column unless zipped.
struct SweepAxis {
  std::vector<AxisColumn> columns;
  std::string place;
  std::size_t size() const { return columns.front().values.size(); }
};
/// [sweep] and [[sweep.zip]] in file order, without the keys an option fixed.
std::vector<SweepAxis> read_axes(const FlatDocument& document, const std::map<std::string, std::string>& overridden,
                                 const ScenarioNames& names, ScenarioFaults& faults);

class CalibratedFiles;

/// Resolves one combination: types, ranges, defaults, plugin parameters. Faults are added and the combination is then of no use.
Combination resolve_combination(const KeysInForce& keys, const FlatDocument& document, const std::string& path, const std::string& folder,
                                const ScenarioNames& names, CalibratedFiles& calibrated, ScenarioFaults& faults);

}  // namespace plimsoll
