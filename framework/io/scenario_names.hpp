#pragma once
/// What the keys of a scenario file mean, and the faults they have. Internal to the scenario_*.cpp files.

#include <map>
#include <optional>
#include <string>
#include <vector>

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

/// The value a key has in one combination.
struct KeyInForce {
  const FlatValue* value = nullptr;
  bool from_override = false;
};
using KeysInForce = std::map<std::string, KeyInForce>;

/// What names mean in one scenario file: which keys exist, given its markets with their feeds, its parents and the plugins.
class ScenarioNames {
 public:
  /// `markets` and `parents` are their tables, `keys` those of the file without sweeps.
  ScenarioNames(const ScenarioVocabulary& vocabulary, const KeysInForce& keys, std::vector<std::string> markets,
                std::vector<std::string> parents);

  /// Of a market's table; nullptr when nobody knows it.
  const FeedDeclaration* feed(const std::string& market) const;
  /// Tables of the markets, in the order of a run: "market", or "market.NAME" of each [[market]] as they stand in the file.
  const std::vector<std::string>& markets() const { return markets_; }
  bool markets_have_names() const { return named_; }
  /// Tables of the parents: "parent", or "parent.NAME" of each [[parent]], by name.
  const std::vector<std::string>& parents() const { return parents_; }
  const PluginRegistry& plugins() const { return *vocabulary_.plugins; }
  const ScenarioVocabulary& vocabulary() const { return vocabulary_; }

  /// "latency.feed_us" of one market alone: "market.spot.latency.feed_us"; "market.response": "market.spot.response".
  std::string own_key(const std::string& market, const std::string& key) const;
  /// The key that a market's value of `key` goes by, the one rule by which markets share tables: its own, but what [latency] and the like
  /// give for all is taken where the market does not say it itself.
  std::string key_of(const std::string& market, const std::string& key, const KeysInForce& keys) const;

  /// Declared parameters of a table: "parent", "market" (feed settings included), "strategy.pov"; empty when it has none or does not exist.
  std::vector<plimsoll_param_info> params(const std::string& table) const;
  bool is_parent(const std::string& table) const;
  bool is_market(const std::string& table) const;
  bool is_table(const std::string& name) const;
  bool is_key(const std::string& dotted) const;
  bool can_be_swept(const std::string& dotted) const;
  /// `did you mean "rate"?`, or "".
  std::string suggest_key(const std::string& dotted) const;
  std::string suggest_table(const std::string& table) const;

 private:
  /// "parent.fast.side" -> "parent.side", "market.spot.feed" -> "market.feed", "market.spot.fees.take_bps" -> "fees.take_bps".
  std::string house_key(const std::string& dotted) const;
  const ScenarioVocabulary& vocabulary_;
  std::vector<std::string> markets_;
  bool named_;
  std::vector<const FeedDeclaration*> feeds_;  ///< of each market
  std::vector<std::string> parents_;
};

/// "strategy.pov.rate" -> {"strategy", "pov", "strategy.pov"}, "market.spot.impact.linear.source" -> {"impact", "linear",
/// "market.spot.impact.linear"}; nullopt for keys that belong to no plugin.
struct PluginTable {
  std::string kind;  ///< "strategy" or "impact"
  std::string name;
  std::string table;
  PluginKind plugin_kind() const { return kind == "strategy" ? PluginKind::strategy : PluginKind::impact_model; }
};
std::optional<PluginTable> plugin_table_of(const std::string& dotted);
/// Everything before the last dot ("" at the top), and what follows it.
std::string table_of(const std::string& dotted);
std::string word_of(const std::string& dotted);
/// The text a key has, "" when it has none.
std::string text_in(const KeysInForce& keys, const std::string& key);
/// `did you mean "spot"?`, or "".
std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace plimsoll
