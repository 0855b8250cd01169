#include "io/scenario_tables.hpp"

#include "io/scenario_keys.hpp"
#include "io/scenario_values.hpp"

namespace plimsoll {

const KeyInForce* TableValues::in_force(const std::string& key) const {
  if (const auto found = keys_.find(key_of(key)); found != keys_.end()) return &found->second;
  const auto found = from_file_.find(key);
  return found == from_file_.end() ? nullptr : &found->second;
}

std::string TableValues::place(const std::string& key) const {
  const KeyInForce* found = in_force(key);
  return found != nullptr ? found->value->place : place_around(table_of(key));
}

std::string TableValues::place_around(const std::string& table) const {
  const bool of_market = names_.markets_have_names() && is_in_shared_table(table);
  for (const std::string& each : {names_.own_key(market_, table), table, of_market ? market_ : std::string{}})
    if (std::string found = document_.table_place(each); !found.empty()) return found;
  return path_;
}

const ParamValue* TableValues::value(const std::string& key) const {
  const auto found = out_.resolved.find(key_of(key));
  return found == out_.resolved.end() ? nullptr : &found->second;
}

std::vector<ParamValue> TableValues::read_table(const std::string& table) {
  const std::string prefix = table.empty() ? "" : table + ".";
  std::vector<plimsoll_param_info> infos;
  std::vector<GivenParam> given;
  for (const plimsoll_param_info& info : names_.params(table == "market" ? market_ : table)) {
    if (prefix + info.name == "market.path" && in_force("market.paths") != nullptr) continue;  // the list says it
    const KeyInForce* found = in_force(prefix + info.name);
    if (found == nullptr) {
      infos.push_back(info);
      continue;
    }
    if (auto list = info.type == PLIMSOLL_REALS ? numbers_in(*found->value) : std::nullopt) {
      infos.push_back(info);
      given.push_back({info.name, std::move(*list), found->value->place});
    } else if (const auto scalar = scalar_of(prefix + info.name, *found->value)) {
      infos.push_back(info);
      given.push_back({info.name, *scalar, found->value->place});
    }
  }
  ResolvedParams resolved = resolve_params(infos.data(), static_cast<std::uint32_t>(infos.size()), given, table, table_place(table));
  for (InputError& error : resolved.errors) {
    error.field = key_of(error.field);
    faults_.add(std::move(error));
  }
  if (!resolved.errors.empty()) return {};
  for (const ParamValue& found : resolved.values) {
    const std::string key = prefix + found.name;
    const bool empty = (found.type == PLIMSOLL_TEXT && found.text.empty()) || (found.type == PLIMSOLL_REALS && found.reals.empty());
    const bool absent = found.type == 0 || (empty && in_force(key) == nullptr);
    if (absent) continue;
    const std::string name = key_of(key);
    out_.values[name] = toml_text(found);
    out_.resolved[name] = found;
  }
  return std::move(resolved.values);
}

std::string TableValues::table_place(const std::string& table) const {
  const auto plugin = plugin_table_of(table + ".");
  const bool stands = !document_.table_place(table).empty() || !document_.table_place(names_.own_key(market_, table)).empty();
  return plugin && !stands ? place(plugin->kind + ".name") : place_around(table);
}

std::optional<GivenValue> TableValues::scalar_of(const std::string& key, const FlatValue& value) {
  if (const auto* boolean = std::get_if<bool>(&value.value)) return *boolean;
  if (const auto* integer = std::get_if<std::int64_t>(&value.value)) return *integer;
  if (const auto* real = std::get_if<double>(&value.value)) return *real;
  if (const auto* text = std::get_if<std::string>(&value.value)) return *text;
  const bool moment = std::holds_alternative<TomlMoment>(value.value) && type_text(value) != "a table";
  faults_.add({"SCENARIO-TYPE", value.place, key_of(key), type_text(value) + " where one value is wanted",
               moment            ? "put it in quotes"
               : value.is_list() ? "to try several values, list them in [sweep]"
                                 : ""});
  return std::nullopt;
}

}  // namespace plimsoll
