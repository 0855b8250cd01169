#include <algorithm>

#include "experiment/nearest_word.hpp"
#include "io/scenario_keys.hpp"
#include "io/scenario_names.hpp"

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
  if (word == "name" && (table == "parent" || table == "market")) return "one of several is written [[" + table + "]]";
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

}  // namespace plimsoll
