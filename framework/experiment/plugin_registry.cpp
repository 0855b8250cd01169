#include "experiment/plugin_registry.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <tuple>

#include "experiment/nearest_word.hpp"
#include "experiment/plugin_file.hpp"
#include "experiment/plugin_params.hpp"

namespace plimsoll {

namespace {

constexpr const char* kRebuild = "rebuild the plugin against this program's SDK";
constexpr std::uint32_t kCountMax = 1000;  // of plugins in a file, and of parameters; more is a broken table

/// Collects what is wrong with one plugin table. Nothing is read beyond a size that has not been checked.
class TableCheck {
 public:
  explicit TableCheck(std::string place) : place_{std::move(place)} {}

  std::vector<InputError> take() { return std::move(errors_); }
  bool clean() const { return errors_.empty(); }

  void fault(const std::string& field, std::string problem, const char* suggestion = "correct what the plugin declares") {
    errors_.push_back({"PLUGIN-TABLE", place_, field, std::move(problem), suggestion});
  }

  bool usable(const plimsoll_plugin* plugin) {
    if (plugin == nullptr) {
      errors_.push_back(
          {"PLUGIN-ENTRY", place_, "", "the entry function returned nothing", "describe() of one of its classes may have thrown"});
      return false;
    }
    // Below 1.0 a minor version may break the table; from 1.0 on it only appends.
    if (plugin->abi_major != PLIMSOLL_ABI_MAJOR || plugin->abi_minor != PLIMSOLL_ABI_MINOR) {
      errors_.push_back({"PLUGIN-ABI", place_, "",
                         "built for plugin table " + version(plugin->abi_major, plugin->abi_minor) + ", this program has " +
                             version(PLIMSOLL_ABI_MAJOR, PLIMSOLL_ABI_MINOR),
                         kRebuild});
      return false;
    }
    if (plugin->size < sizeof(plimsoll_plugin)) return fault("", "the plugin table is smaller than its version says", kRebuild), false;
    if (plugin->built_with == nullptr) fault("", "built_with is NULL");
    check_array("strategies", plugin->strategies, plugin->strategy_count);
    check_array("impact_models", plugin->impact_models, plugin->impact_model_count);
    if (plugin->strategy_count == 0 && plugin->impact_model_count == 0) fault("", "the plugin registers nothing");
    return clean();
  }

  bool usable(const plimsoll_strategy_type* type) {
    if (!head_usable(type, "strategy")) return false;
    const bool complete = type->create != nullptr && type->destroy != nullptr && type->on_start != nullptr && type->on_wake != nullptr &&
                          type->on_order != nullptr;
    if (!complete) fault(std::string{"strategy."} + type->name, "a function pointer is NULL");
    return clean();
  }
  bool usable(const plimsoll_impact_model_type* type) {
    if (!head_usable(type, "impact")) return false;
    const bool complete = type->create != nullptr && type->destroy != nullptr && type->on_parent != nullptr &&
                          type->on_execution != nullptr && type->displacement != nullptr;
    if (!complete) fault(std::string{"impact."} + type->name, "a function pointer is NULL");
    if (type->manipulation_note == nullptr) fault(std::string{"impact."} + type->name, "manipulation_note is NULL");
    if (std::string_view{type->name} == "none") fault("impact.none", "\"none\" means that there is no model; the name is taken");
    return clean();
  }

 private:
  static std::string version(std::uint32_t major, std::uint32_t minor) { return std::to_string(major) + '.' + std::to_string(minor); }

  /// A bare TOML key of the house's style, because the name becomes a table.
  static bool is_name(const char* text) {
    if (text == nullptr || !(*text >= 'a' && *text <= 'z')) return false;
    return std::all_of(text, text + std::char_traits<char>::length(text),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  }

  template <class Type>
  void check_array(const std::string& field, const Type* const* types, std::uint32_t count) {
    if (count > kCountMax) return fault(field, std::to_string(count) + " entries; at most " + std::to_string(kCountMax));
    if (count > 0 && types == nullptr) fault(field, "the array is NULL");
  }

  template <class Type>
  bool head_usable(const Type* type, const std::string& table) {
    if (type == nullptr) return fault(table, "an entry is NULL"), false;
    if (type->size < sizeof(Type)) return fault(table, "an entry is smaller than its version says", kRebuild), false;
    if (!is_name(type->name)) return fault(table, "a name is not of the form [a-z][a-z0-9_]*"), false;
    const std::string field = table + '.' + type->name;
    if (type->summary == nullptr || type->source == nullptr) fault(field, "summary or source is NULL");
    if (type->param_count > kCountMax) return fault(field, "too many parameters"), false;
    if (type->param_count > 0 && (type->params == nullptr || type->params->size < sizeof(plimsoll_param_info)))
      return fault(field, "the parameter array is NULL or its entries are smaller than its version says", kRebuild), false;
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < type->param_count; ++i) check_param(param_info_at(type->params, i), field, type->params->size, names);
    return clean();
  }

  void check_param(const plimsoll_param_info& info, const std::string& table, std::uint32_t size, std::vector<std::string>& names) {
    if (info.size != size) return fault(table, "its parameters differ in size");
    if (!is_name(info.name)) return fault(table, "a parameter name is not of the form [a-z][a-z0-9_]*");
    const std::string field = table + '.' + info.name;
    if (std::find(names.begin(), names.end(), info.name) != names.end()) fault(field, "is declared twice");
    names.emplace_back(info.name);
    if (info.unit == nullptr || info.help == nullptr) fault(field, "unit or help is NULL");
    if (info.type < PLIMSOLL_INTEGER || info.type > PLIMSOLL_REALS) return fault(field, "has an unknown type");
    if (!(info.minimum <= info.maximum)) return fault(field, "its minimum is above its maximum, or NaN");
    if (info.default_text == nullptr) return;
    const auto value = default_param(info);
    if (const auto* problem = std::get_if<ParamFault>(&value)) fault(field, "its default breaks its own rule: " + problem->problem);
  }

  std::string place_;
  std::vector<InputError> errors_;
};

auto sort_key(const PluginEntry& entry) { return std::tie(entry.kind, entry.name); }

}  // namespace

PluginRegistry::PluginRegistry() : PluginRegistry(builtin_plugins(), "built-in") {}

PluginRegistry::PluginRegistry(const std::vector<plimsoll_plugin_entry_fn>& entries, const std::string& origin) {
  std::vector<InputError> errors;
  for (const plimsoll_plugin_entry_fn entry : entries) {
    for (InputError& error : add(entry(), origin, "")) errors.push_back(std::move(error));
  }
  if (!errors.empty()) throw BadInput(ExitCode::bad_scenario, std::move(errors));
}

void PluginRegistry::load_file(const std::string& path) {
  const PluginFile file = open_plugin_file(path);
  std::vector<InputError> errors = add(file.entry(), file.path, file.hash);
  if (!errors.empty()) throw BadInput(ExitCode::bad_scenario, std::move(errors));
}

void PluginRegistry::load_directory(const std::string& path) {
  check_plugin_directory(path);
  std::vector<std::filesystem::path> files;
  std::error_code unreadable;
  for (std::filesystem::directory_iterator at{path, unreadable}, end; !unreadable && at != end; at.increment(unreadable)) {
    if (at->path().extension() == ".so") files.push_back(at->path());
  }
  if (unreadable)
    throw BadInput(ExitCode::bad_scenario, InputError{"PLUGIN-MISSING", path, "", unreadable.message(), "check its permissions"});
  std::sort(files.begin(), files.end());

  std::vector<InputError> errors;
  for (const std::filesystem::path& file : files) {
    try {
      load_file(file.string());
    } catch (const BadInput& bad) {
      errors.insert(errors.end(), bad.errors().begin(), bad.errors().end());
    }
  }
  if (!errors.empty()) throw BadInput(ExitCode::bad_scenario, std::move(errors));
}

std::vector<InputError> PluginRegistry::add(const plimsoll_plugin* plugin, const std::string& origin, const std::string& file_hash) {
  TableCheck check{origin};
  if (!check.usable(plugin)) return check.take();

  std::vector<PluginEntry> added;
  for (std::uint32_t i = 0; i < plugin->strategy_count; ++i) {
    const plimsoll_strategy_type* type = plugin->strategies[i];
    if (check.usable(type)) added.push_back({PluginKind::strategy, type->name, origin, plugin->built_with, file_hash, type, nullptr});
  }
  for (std::uint32_t i = 0; i < plugin->impact_model_count; ++i) {
    const plimsoll_impact_model_type* type = plugin->impact_models[i];
    if (check.usable(type)) added.push_back({PluginKind::impact_model, type->name, origin, plugin->built_with, file_hash, nullptr, type});
  }
  std::vector<InputError> errors = check.take();
  std::vector<PluginEntry> all = entries_;
  for (const PluginEntry& entry : added) {
    const auto same = std::find_if(all.begin(), all.end(), [&](const PluginEntry& other) { return sort_key(other) == sort_key(entry); });
    if (same != all.end()) {
      errors.push_back({"PLUGIN-DUPLICATE", origin, "",
                        std::string{plimsoll::name(entry.kind)} + " \"" + entry.name + "\" is already there, from " + same->origin,
                        "rename one of the two"});
    }
    all.push_back(entry);
  }
  if (!errors.empty()) return errors;
  std::sort(all.begin(), all.end(), [](const PluginEntry& a, const PluginEntry& b) { return sort_key(a) < sort_key(b); });
  entries_ = std::move(all);
  return {};
}

const PluginEntry* PluginRegistry::find(PluginKind kind, std::string_view name) const {
  for (const PluginEntry& entry : entries_)
    if (entry.kind == kind && entry.name == name) return &entry;
  return nullptr;
}

const plimsoll_strategy_type* PluginRegistry::find_strategy(std::string_view name) const {
  const PluginEntry* entry = find(PluginKind::strategy, name);
  return entry != nullptr ? entry->strategy : nullptr;
}

const plimsoll_impact_model_type* PluginRegistry::find_impact_model(std::string_view name) const {
  const PluginEntry* entry = find(PluginKind::impact_model, name);
  return entry != nullptr ? entry->impact_model : nullptr;
}

std::vector<std::string> PluginRegistry::names(PluginKind kind) const {
  std::vector<std::string> out;
  for (const PluginEntry& entry : entries_)
    if (entry.kind == kind) out.push_back(entry.name);
  return out;
}

InputError PluginRegistry::unknown_plugin(PluginKind kind, std::string_view name, std::string place, std::string field) const {
  std::vector<std::string> known = names(kind);
  if (kind == PluginKind::impact_model) known.push_back("none");
  std::string list;
  for (const std::string& one : known) list += (list.empty() ? "" : ", ") + one;
  const std::string nearest = nearest_word(name, known);
  return {
      "PLUGIN-MISSING", std::move(place), std::move(field),
      "no " + std::string{plimsoll::name(kind)} + " is called \"" + std::string{name} + "\"; there are " + list,
      nearest.empty() ? "a plugin of your own needs its directory in the list of plugin directories" : "did you mean \"" + nearest + "\"?"};
}

}  // namespace plimsoll
