#include <algorithm>

#include "experiment/nearest_word.hpp"
#include "io/scenario_keys.hpp"
#include "io/scenario_plan.hpp"

namespace plimsoll {
namespace {

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string nearest = nearest_word(word, candidates);
  return nearest.empty() ? "" : "did you mean \"" + nearest + "\"?";
}

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

std::optional<PluginTable> plugin_table_of(const std::string& dotted) {
  for (const std::string kind : {"strategy", "impact"}) {
    if (!dotted.starts_with(kind + ".")) continue;
    const std::string rest = dotted.substr(kind.size() + 1);
    const std::size_t dot = rest.find('.');
    if (dot != std::string::npos) return PluginTable{kind, rest.substr(0, dot)};
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

const FeedDeclaration* ScenarioNames::find_feed(const std::string& name) const {
  for (const FeedDeclaration& feed : vocabulary_.feeds)
    if (feed.name == name) return &feed;
  return nullptr;
}

bool ScenarioNames::is_parent(const std::string& table) const {
  return std::find(parents_.begin(), parents_.end(), table) != parents_.end();
}

std::vector<plimsoll_param_info> ScenarioNames::params(const std::string& table) const {
  std::vector<plimsoll_param_info> out;
  if (is_parent(table))
    out = house_params("parent");
  else if (table != "parent")  // where each has a name there is no [parent]
    out = house_params(table);
  if (table == "market" && feed_ != nullptr) out.insert(out.end(), feed_->settings.begin(), feed_->settings.end());
  if (const auto plugin = plugin_table_of(table + ".")) {
    const PluginKind kind = plugin->kind == "strategy" ? PluginKind::strategy : PluginKind::impact_model;
    if (const PluginEntry* entry = plugins().find(kind, plugin->name))
      for (std::uint32_t index = 0; index < entry->param_count(); ++index) out.push_back(param_info_at(entry->params(), index));
  }
  for (plimsoll_param_info& info : out) info.size = sizeof info;  // the stride of this array, not of the plugin's
  return out;
}

bool ScenarioNames::is_table(const std::string& name) const {
  const std::vector<std::string> tables = house_tables();
  if (is_parent(name) || std::find(tables.begin(), tables.end(), name) != tables.end()) return true;
  const auto plugin = plugin_table_of(name + ".");
  return plugin && name == plugin->kind + "." + plugin->name;
}

bool ScenarioNames::is_key(const std::string& dotted) const {
  if (is_list_key(dotted)) return true;
  const std::vector<plimsoll_param_info> known = params(table_of(dotted));
  return std::any_of(known.begin(), known.end(), [&](const plimsoll_param_info& info) { return word_of(dotted) == info.name; });
}

bool ScenarioNames::can_be_swept(const std::string& dotted) const {
  if (is_list_key(dotted)) return false;
  const std::string table = table_of(dotted);
  const HouseKey* house = find_house_key(is_parent(table) ? "parent." + word_of(dotted) : dotted);
  return house == nullptr || house->can_be_swept;
}

std::string ScenarioNames::suggest_key(const std::string& dotted) const {
  const std::string table = table_of(dotted);
  if (!table.empty() && !is_table(table)) return suggest_table(table);
  if (table == "parent" && !is_parent(table)) return "name the parent: " + parents_.front() + "." + word_of(dotted);
  std::vector<std::string> candidates;
  for (const plimsoll_param_info& info : params(table)) candidates.emplace_back(info.name);
  if (table.empty())
    for (const std::string& name : house_tables()) candidates.push_back(name);
  for (const std::string key : kListKeys)
    if (table_of(key) == table) candidates.push_back(word_of(key));
  return did_you_mean(word_of(dotted), candidates);
}

std::string ScenarioNames::suggest_table(const std::string& table) const {
  std::vector<std::string> candidates = house_tables();
  for (const PluginEntry& entry : plugins().entries())
    candidates.push_back((entry.kind == PluginKind::strategy ? "strategy." : "impact.") + entry.name);
  return did_you_mean(table, candidates);
}

}  // namespace plimsoll
