#include "io/scenario_file.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <optional>

#include "io/scenario_guard.hpp"
#include "io/scenario_keys.hpp"
#include "io/scenario_plan.hpp"

namespace plimsoll {
namespace {

constexpr std::string_view kDataFolder = "$PLIMSOLL_DATA_DIR/";

bool is_key_text(std::string_view key) {
  return !key.empty() && key.size() <= 200 && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

/// Texts that `key` takes in the document: the swept ones, else the one in its table.
std::vector<std::string> texts_of(const FlatDocument& document, const std::string& key) {
  std::vector<std::string> base, swept;
  for (const FlatSetting& setting : document.settings) {
    if (setting.key == key)
      if (const auto* text = std::get_if<std::string>(&setting.value.value)) base.push_back(*text);
    if (setting.key.starts_with("sweep.") && setting.key.ends_with("." + key) && setting.value.is_list())
      for (const FlatValue& item : std::get<std::vector<FlatValue>>(setting.value.value))
        if (const auto* text = std::get_if<std::string>(&item.value)) swept.push_back(*text);
  }
  return swept.empty() ? base : swept;
}

/// Whether an element of [[kind]] may be called so: its table is told from the keys and tables of [kind].
bool is_element_name(const std::string& kind, std::string_view name) {
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' && std::all_of(name.begin(), name.end(), is_word) &&
         find_house_key(kind + "." + std::string{name}) == nullptr && !(kind == "market" && is_in_shared_table(name));
}

/// The name of an element of [[kind]], or nothing after a fault.
std::optional<std::string> name_of_element(const FlatDocument& document, const std::string& kind, const FlatTable& element,
                                           std::vector<InputError>& errors) {
  const FlatSetting* setting = document.find(element.key + ".name");
  if (setting == nullptr) {
    errors.push_back({"SCENARIO-MISSING-KEY", element.place, kind + ".name", "is required in [[" + kind + "]]",
                      "give each " + kind + " a name of its own"});
    return std::nullopt;
  }
  const auto* name = std::get_if<std::string>(&setting->value.value);
  if (name != nullptr && is_element_name(kind, *name)) return *name;
  errors.push_back({"SCENARIO-TYPE", setting->value.place, kind + ".name",
                    (name != nullptr ? '"' + *name + "\" " : "") + "is no name of a " + kind,
                    "a word of a to z, 0 to 9 and _ that is no key of [" + kind + "]"});
  return std::nullopt;
}

/// [[parent]] with name = "a" becomes the table parent.a, which a file may also write as [parent.a], so that sweeps and options can name
/// its keys; and so with [[market]]. Returns the tables in the order of the file; "parent" where there are no names.
std::vector<std::string> name_elements(FlatDocument& document, const std::string& kind, std::vector<InputError>& errors) {
  std::vector<std::string> tables;
  for (std::size_t index = 0;; ++index) {
    const std::string element = kind + "[" + std::to_string(index) + "]";
    const auto table = std::find_if(document.tables.begin(), document.tables.end(), [&](const FlatTable& t) { return t.key == element; });
    if (table == document.tables.end()) break;
    const std::optional<std::string> name = name_of_element(document, kind, *table, errors);
    const std::string renamed = kind + "." + name.value_or("unnamed" + std::to_string(index));
    if (std::find(tables.begin(), tables.end(), renamed) != tables.end())
      errors.push_back({"SCENARIO-DUPLICATE-KEY", table->place, renamed, "is given twice", "give each " + kind + " a name of its own"});
    tables.push_back(renamed);
    const auto rename = [&](std::string& key) {
      if (key == element || key.starts_with(element + ".")) key = renamed + key.substr(element.size());
    };
    std::erase_if(document.settings, [&](const FlatSetting& setting) { return setting.key == element + ".name"; });
    for (FlatSetting& setting : document.settings) rename(setting.key);
    for (FlatTable& each : document.tables) rename(each.key);
  }
  std::vector<FlatTable> bare;
  for (const FlatTable& table : document.tables)
    if (table_of(table.key) == kind && is_element_name(kind, word_of(table.key)) &&
        std::find(tables.begin(), tables.end(), table.key) == tables.end())
      bare.push_back(table);
  // Where [kind] has keys itself there is one, and its tables are mistakes.
  const auto is_own = [&](const FlatSetting& setting) { return table_of(setting.key) == kind; };
  if (std::any_of(document.settings.begin(), document.settings.end(), is_own)) bare.clear();
  std::sort(bare.begin(), bare.end(), [](const FlatTable& a, const FlatTable& b) { return a.position < b.position; });
  for (FlatTable& table : bare) tables.push_back(std::move(table.key));
  if (tables.empty()) tables.push_back(kind);
  return tables;
}

}  // namespace

ScenarioFile ScenarioFile::read(const std::string& path, const std::vector<std::string>& overrides) {
  const std::string folder = std::filesystem::path{path}.parent_path().string();
  return parse(path, read_scenario_text(path), folder.empty() ? "." : folder, overrides);
}

ScenarioFile ScenarioFile::parse(const std::string& name, std::string_view text, const std::string& folder,
                                 const std::vector<std::string>& overrides) {
  ScenarioFile file;
  file.path_ = name;
  file.folder_ = folder;
  std::vector<InputError> errors;
  file.document_ = parse_flat_document(name, text, errors);
  file.parents_ = name_elements(file.document_, "parent", errors);
  std::sort(file.parents_.begin(), file.parents_.end());  // their order in the file decides nothing
  file.markets_ = name_elements(file.document_, "market", errors);
  file.file_strategies_ = texts_of(file.document_, "strategy.name");
  for (const std::string& parent : file.parents_)
    for (std::string& strategy : texts_of(file.document_, parent + ".strategy")) file.file_strategies_.push_back(std::move(strategy));
  file.file_impact_models_ = texts_of(file.document_, "impact.name");
  for (const std::string& market : file.markets_)
    for (std::string& model : texts_of(file.document_, market + ".impact.name")) file.file_impact_models_.push_back(std::move(model));
  for (const std::string& option : overrides) file.apply_override(option, errors);
  const bool hopeless = std::any_of(errors.begin(), errors.end(), [](const InputError& error) {
    static constexpr std::array kLocal = {"SCENARIO-DUPLICATE-KEY", "SCENARIO-SET", "SCENARIO-MISSING-KEY", "SCENARIO-TYPE"};
    return std::find(kLocal.begin(), kLocal.end(), error.code) == kLocal.end();  // else the rest can still be checked
  });
  if (hopeless) throw BadInput{ExitCode::bad_scenario, std::move(errors)};
  file.early_errors_ = std::move(errors);
  return file;
}

void ScenarioFile::apply_override(const std::string& text, std::vector<InputError>& errors) {
  const std::string place = "--set " + text;
  const std::size_t equals = text.find('=');
  const std::string key = text.substr(0, equals);
  if (equals == std::string::npos || !is_key_text(key)) {
    errors.push_back({"SCENARIO-SET", place, "", "is not KEY=VALUE with a dotted key", "write e.g. --set parent.quantity_lots=5000"});
    return;
  }
  const std::string value = text.substr(equals + 1);
  std::vector<FlatSetting> settings = parse_flat_value(key, place, value);
  // A shell eats quotes: what is not TOML, and what TOML takes for a date or time, is text.
  if (settings.empty()) settings.push_back({key, place, {value, place}, 0});
  for (FlatSetting& setting : settings) {
    if (std::holds_alternative<TomlMoment>(setting.value.value)) setting.value.value = value;
    // A replaced axis keeps its rank among the axes; what is new comes after everything in the file.
    const FlatSetting* old = document_.find(setting.key);
    setting.position = old != nullptr ? old->position : ~std::uint64_t{0};
    overridden_[setting.key] = text;
  }
  std::erase_if(document_.settings, [&](const FlatSetting& old) { return old.key == key || old.key.starts_with(key + "."); });
  document_.settings.insert(document_.settings.end(), settings.begin(), settings.end());
  std::stable_sort(document_.settings.begin(), document_.settings.end(),
                   [](const FlatSetting& a, const FlatSetting& b) { return a.position < b.position; });
}

std::vector<std::string> ScenarioFile::plugin_directories() const {
  std::vector<std::string> out;
  const FlatSetting* setting = document_.find("plugins.directories");
  if (setting == nullptr || !setting->value.is_list()) return out;
  const std::string folder = overridden_.contains("plugins.directories") ? "." : folder_;
  for (const FlatValue& item : std::get<std::vector<FlatValue>>(setting->value.value))
    if (const auto* text = std::get_if<std::string>(&item.value)) out.push_back(resolve_path(*text, folder));
  return out;
}

std::string resolve_path(const std::string& path, const std::string& folder) {
  namespace fs = std::filesystem;
  if (path.starts_with(kDataFolder)) {
    const char* set = std::getenv("PLIMSOLL_DATA_DIR");
    const fs::path data = set != nullptr && *set != '\0' ? fs::path{set} : fs::absolute(folder).lexically_normal() / "../../shared/data";
    return (data / path.substr(kDataFolder.size())).lexically_normal().string();
  }
  if (fs::path{path}.is_absolute()) return path;
  return (fs::path{folder} / path).lexically_normal().string();
}

}  // namespace plimsoll
