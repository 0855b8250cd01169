#include <algorithm>
#include <map>
#include <set>

#include "io/scenario_keys.hpp"
#include "io/scenario_plan.hpp"

namespace plimsoll {

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
