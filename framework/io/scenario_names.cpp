#include <algorithm>
#include <set>

#include "experiment/nearest_word.hpp"
#include "io/scenario_keys.hpp"
#include "io/scenario_plan.hpp"

namespace plimsoll {
namespace {

std::vector<std::string> house_tables() {
  std::vector<std::string> out;
  for (const HouseKey& key : house_keys())
    if (*key.table != '\0' && (out.empty() || out.back() != key.table)) out.emplace_back(key.table);
  out.emplace_back("plugins");
  out.emplace_back("sweep");
  return out;
}

}  // namespace

void ScenarioFaults::add(InputError error) {
  if (seen_.emplace(error.text(), errors_.size()).second) errors_.push_back(std::move(error));
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string nearest = nearest_word(word, candidates);
  return nearest.empty() ? "" : "did you mean \"" + nearest + "\"?";
}

std::optional<PluginTable> plugin_table_of(const std::string& dotted) {
  const auto [market, rest] = under_market(dotted);
  for (const std::string kind : {"strategy", "impact"}) {
    if (!rest.starts_with(kind + ".") || (!market.empty() && kind == "strategy")) continue;
    const std::string word = rest.substr(kind.size() + 1);
    const std::size_t dot = word.find('.');
    if (dot == std::string::npos) continue;
    const std::string name = word.substr(0, dot);
    return PluginTable{kind, name, (market.empty() ? "" : market + ".") + kind + "." + name};
  }
  return std::nullopt;
}

std::string table_of(const std::string& dotted) {
  const std::size_t dot = dotted.rfind('.');
  return dot == std::string::npos ? "" : dotted.substr(0, dot);
}
std::string word_of(const std::string& dotted) {
  const std::size_t dot = dotted.rfind('.');
  return dot == std::string::npos ? dotted : dotted.substr(dot + 1);
}

std::string text_in(const KeysInForce& keys, const std::string& key) {
  const auto found = keys.find(key);
  if (found == keys.end() || found->second.value == nullptr) return "";
  const auto* text = std::get_if<std::string>(&found->second.value->value);
  return text == nullptr ? "" : *text;
}

ScenarioNames::ScenarioNames(const ScenarioVocabulary& vocabulary, const KeysInForce& keys, std::vector<std::string> markets,
                             std::vector<std::string> parents)
    : vocabulary_{vocabulary}, markets_{std::move(markets)}, named_{markets_.front() != "market"}, parents_{std::move(parents)} {
  for (const std::string& market : markets_) {
    const std::string name = text_in(keys, market + ".feed");
    const auto known = std::find_if(vocabulary.feeds.begin(), vocabulary.feeds.end(), [&](const auto& feed) { return feed.name == name; });
    feeds_.push_back(known == vocabulary.feeds.end() ? nullptr : &*known);
  }
}

const FeedDeclaration* ScenarioNames::feed(const std::string& market) const {
  const auto found = std::find(markets_.begin(), markets_.end(), market);
  return found == markets_.end() ? nullptr : feeds_[static_cast<std::size_t>(found - markets_.begin())];
}

bool ScenarioNames::is_parent(const std::string& table) const {
  return std::find(parents_.begin(), parents_.end(), table) != parents_.end();
}
bool ScenarioNames::is_market(const std::string& table) const {
  return std::find(markets_.begin(), markets_.end(), table) != markets_.end();
}

std::string ScenarioNames::own_key(const std::string& market, const std::string& key) const {
  if (key == "market" || key.starts_with("market.")) return market + key.substr(6);
  return markets_have_names() && is_in_shared_table(key) ? market + "." + key : key;
}

std::string ScenarioNames::key_of(const std::string& market, const std::string& key, const KeysInForce& keys) const {
  if (!markets_have_names()) return key;
  const std::string own = own_key(market, key);
  return !keys.contains(own) && keys.contains(key) ? key : own;
}

std::string ScenarioNames::house_key(const std::string& dotted) const {
  if (const auto [market, rest] = under_market(dotted); is_market(market)) return rest;
  const std::string table = table_of(dotted);
  return is_parent(table) ? "parent." + word_of(dotted) : is_market(table) ? "market." + word_of(dotted) : dotted;
}

std::vector<plimsoll_param_info> ScenarioNames::params(const std::string& table) const {
  if (table == "parent" && !is_parent(table)) return {};  // where each has a name there is no [parent]
  if (table == "market" && !is_market(table)) return {};
  const std::string house = table_of(house_key(table + ".x"));
  std::vector<plimsoll_param_info> out = house_params(house);
  if (const FeedDeclaration* known = feed(table)) out.insert(out.end(), known->settings.begin(), known->settings.end());
  if (const auto plugin = plugin_table_of(house + ".")) {
    if (const PluginEntry* entry = plugins().find(plugin->plugin_kind(), plugin->name))
      for (std::uint32_t index = 0; index < entry->param_count(); ++index) out.push_back(param_info_at(entry->params(), index));
  }
  for (plimsoll_param_info& info : out) info.size = sizeof info;  // the stride of this array, not of the plugin's
  return out;
}

bool ScenarioNames::is_table(const std::string& name) const {
  const std::vector<std::string> tables = house_tables();
  if (is_parent(name) || is_market(name) || std::find(tables.begin(), tables.end(), name) != tables.end()) return true;
  const auto [market, rest] = under_market(name);
  if (!market.empty() && !is_market(market)) return false;
  if (!market.empty() && std::find(kSharedTables.begin(), kSharedTables.end(), rest) != kSharedTables.end()) return true;
  const auto plugin = plugin_table_of(name + ".");
  return plugin && name == plugin->table;
}

bool ScenarioNames::is_key(const std::string& dotted) const {
  const std::string table = table_of(dotted);
  if (is_list_key(house_key(dotted))) return table != "market" || is_market(table);
  const std::vector<plimsoll_param_info> known = params(table);
  return std::any_of(known.begin(), known.end(), [&](const plimsoll_param_info& info) { return word_of(dotted) == info.name; });
}

bool ScenarioNames::can_be_swept(const std::string& dotted) const {
  const std::string key = house_key(dotted);
  const HouseKey* house = find_house_key(key);
  return !is_list_key(key) && (house == nullptr || house->can_be_swept);
}

std::string ScenarioNames::suggest_key(const std::string& dotted) const {
  const std::string table = table_of(dotted), word = word_of(dotted);
  if (!table.empty() && !is_table(table)) return suggest_table(table);
  if (table == "parent" && !is_parent(table)) return "name the parent: " + parents_.front() + "." + word;
  if (table == "market" && !is_market(table)) return "name the market: " + markets_.front() + "." + word;
  std::vector<std::string> candidates;
  for (const plimsoll_param_info& info : params(table)) candidates.emplace_back(info.name);
  if (table.empty())
    for (const std::string& name : house_tables()) candidates.push_back(name);
  for (const std::string key : kListKeys)
    if (table_of(key) == table) candidates.push_back(word_of(key));
  return did_you_mean(word, candidates);
}

std::string ScenarioNames::suggest_table(const std::string& table) const {
  // To TOML a table below [[market]] is one of the last market, whose name is known to us alone.
  if (is_market(table_of(table)) && is_market("market." + word_of(table)))
    return "below its [[market]] a table of " + word_of(table) + " is written [market.fees]";
  std::vector<std::string> candidates = house_tables();
  candidates.insert(candidates.end(), parents_.begin(), parents_.end());
  for (const PluginEntry& entry : plugins().entries())
    candidates.push_back((entry.kind == PluginKind::strategy ? "strategy." : "impact.") + entry.name);
  if (markets_have_names()) {
    std::vector<std::string> own = markets_;
    for (const std::string& market : markets_)
      for (const std::string& each : candidates)
        if (is_in_shared_table(each)) own.push_back(market + "." + each);
    candidates.insert(candidates.end(), own.begin(), own.end());
  }
  return did_you_mean(table, candidates);
}

void check_names(const FlatDocument& document, const ScenarioNames& names, ScenarioFaults& faults) {
  std::vector<std::string> unknown;
  const auto inside_unknown = [&](const std::string& key) {
    return std::any_of(unknown.begin(), unknown.end(), [&](const std::string& table) { return key.starts_with(table + "."); });
  };
  for (const FlatTable& table : document.tables) {
    if (table.key == "sweep" || table.key.starts_with("sweep.") || inside_unknown(table.key)) continue;
    if (const auto plugin = plugin_table_of(table.key + "."); plugin && table.key == plugin->table && names.is_table(table.key)) {
      if (names.plugins().find(plugin->plugin_kind(), plugin->name) != nullptr || names.is_key(table.key)) continue;
      faults.add(names.plugins().unknown_plugin(plugin->plugin_kind(), plugin->name, table.place, table.key));
      unknown.push_back(table.key);
    } else if (!names.is_table(table.key)) {
      const bool repeated = table.key.ends_with("[0]");
      faults.add({"SCENARIO-UNKNOWN-KEY", table.place, table.key, repeated ? "an array of tables is not known here" : "unknown table",
                  repeated ? "write one [" + table.key.substr(0, table.key.size() - 3) + "]" : names.suggest_table(table.key)});
      unknown.push_back(table.key);
    }
  }
  for (const FlatSetting& setting : document.settings) {
    if (setting.key.starts_with("sweep.") || inside_unknown(setting.key) || names.is_key(setting.key)) continue;
    // Without a known feed its settings cannot be told from mistakes; the feed is the fault then.
    if (const std::string table = table_of(setting.key); names.is_market(table) && names.feed(table) == nullptr) continue;
    faults.add({"SCENARIO-UNKNOWN-KEY", setting.key_place, setting.key, "unknown key", names.suggest_key(setting.key)});
  }
}

void check_unused_tables(const FlatDocument& document, const std::set<std::string>& selected, const ScenarioNames& names,
                         ScenarioFaults& faults) {
  std::set<std::string> reported;
  const auto check = [&](const std::string& key, const std::string& place) {
    const auto plugin = plugin_table_of(key + ".");
    if (!plugin) return;
    const std::string& table = plugin->table;
    if (selected.contains(table) || names.plugins().find(plugin->plugin_kind(), plugin->name) == nullptr || !reported.insert(table).second)
      return;
    faults.add({"SCENARIO-UNUSED-TABLE", place, table, "no scenario of this file selects it",
                "select it with " + table_of(table) + ".name, or remove the table"});
  };
  for (const FlatTable& table : document.tables) {
    if (!table.key.starts_with("sweep")) check(table.key, table.place);
  }
  for (const FlatSetting& setting : document.settings) {
    std::string key = setting.key;
    if (key.starts_with("sweep.zip["))
      key = key.substr(std::min(key.find("].") + 2, key.size()));
    else if (key.starts_with("sweep."))
      key = key.substr(6);
    if (plugin_table_of(key)) check(key, setting.key_place);
  }
}

void check_text_lists(const FlatDocument& document, ScenarioFaults& faults) {
  for (const FlatSetting& setting : document.settings) {
    if (!is_list_key(setting.key)) continue;
    const auto check = [&](const FlatValue& value, bool right) {
      if (!right)
        faults.add({"SCENARIO-TYPE", value.place, setting.key, type_text(value) + " where a list of texts is wanted", "write [\"...\"]"});
    };
    check(setting.value, setting.value.is_list());
    if (!setting.value.is_list()) continue;
    for (const FlatValue& item : std::get<std::vector<FlatValue>>(setting.value.value))
      check(item, std::holds_alternative<std::string>(item.value));
  }
}

void check_shared_keys(const KeysInForce& base, const std::vector<SweepAxis>& axes, const ScenarioNames& names, ScenarioFaults& faults) {
  if (!names.markets_have_names()) return;
  std::map<std::string, std::string> given;  // key -> place
  for (const auto& [key, found] : base) given.emplace(key, found.value->place);
  for (const SweepAxis& axis : axes)
    for (const AxisColumn& column : axis.columns) given.emplace(column.key, column.place);
  for (const auto& [key, place] : given) {
    const auto has_own = [&, &shared = key](const std::string& market) { return given.contains(names.own_key(market, shared)); };
    if (is_in_shared_table(key) && std::all_of(names.markets().begin(), names.markets().end(), has_own))
      faults.add({"SCENARIO-CONFLICT", place, key, "is given for all markets, and each of them gives its own", "remove one or the other"});
  }
}

void check_calibrated(const KeysInForce& base, const std::set<std::string>& selected, const ScenarioNames& names, ScenarioFaults& faults) {
  std::vector<std::string> tables = {"impact"};
  for (const std::string& market : names.markets()) tables.push_back(names.own_key(market, "impact"));
  for (const std::string& table : tables) {
    const auto given = base.find(table + ".calibrated");
    const auto is_model = [&](const std::string& each) { return table_of(each) == table && word_of(each) != "none"; };
    if (given != base.end() && std::none_of(selected.begin(), selected.end(), is_model))
      faults.add({"SCENARIO-CONFLICT", given->second.value->place, given->first, "no scenario of this file has an impact model",
                  "name one in " + table + ".name, or remove it"});
  }
}

}  // namespace plimsoll
