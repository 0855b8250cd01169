#pragma once
/// Every strategy and impact model a process knows: the built-in ones and those of explicitly listed files and directories.
/// All come through the one C table of sdk/plimsoll.h, so there is one path to test.
///
/// A plugin in the process has the full rights of its user. Hence (reliability.md 5.3): nothing is searched for; a file or its directory
/// that group or others may write, or that belongs to a third user (neither root nor us), is refused; the file is opened once, hashed
/// and loaded through that one descriptor, so what was checked is what runs; loaded code is never unloaded.
///
/// Faults throw BadInput, exit 78, all faults of one call together:
///   PLUGIN-MISSING     no such file or directory; no such plugin name
///   PLUGIN-PERMISSION  writable by group or others, or owned by a third user
///   PLUGIN-LOAD        the dynamic loader refuses the file (its message is shown)
///   PLUGIN-ENTRY       no entry symbol, or the entry returns nothing
///   PLUGIN-ABI         built for another version of the table; both versions are shown
///   PLUGIN-TABLE       a size, pointer, name, range or default of the table is wrong
///   PLUGIN-DUPLICATE   two plugins of one kind and name; both places are named
/// Thread rule: fill it in one thread; const use from any.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/error.hpp"
#include "experiment/plugin_params.hpp"
#include "replay/run_spec.hpp"
#include "sdk/plimsoll.h"

namespace plimsoll {

/// Entry functions of impact_models/*.cpp and strategies/*.cpp in file-name order. Defined by a file that CMake generates
/// (cmake/builtins.cmake).
const std::vector<plimsoll_plugin_entry_fn>& builtin_plugins();

enum class PluginKind : std::uint8_t { strategy, impact_model };
constexpr const char* name(PluginKind kind) { return kind == PluginKind::strategy ? "strategy" : "impact model"; }

/// One plugin and where it came from. Exactly one of the two types is set.
struct PluginEntry {
  PluginKind kind = PluginKind::strategy;
  std::string name;
  std::string origin;      ///< "built-in", or the path of the shared object with links resolved
  std::string built_with;  ///< compiler and standard library, for people
  std::string file_hash;   ///< content hash of the shared object; "" for built-ins (the program's own hash covers them)
  const plimsoll_strategy_type* strategy = nullptr;
  const plimsoll_impact_model_type* impact_model = nullptr;

  const char* summary() const { return strategy != nullptr ? strategy->summary : impact_model->summary; }
  const char* source() const { return strategy != nullptr ? strategy->source : impact_model->source; }
  const plimsoll_param_info* params() const { return strategy != nullptr ? strategy->params : impact_model->params; }
  std::uint32_t param_count() const { return strategy != nullptr ? strategy->param_count : impact_model->param_count; }
};

class PluginRegistry {
 public:
  /// Holds the built-ins.
  PluginRegistry();
  /// Holds the given plugins and nothing else; `origin` stands for the place in messages.
  PluginRegistry(const std::vector<plimsoll_plugin_entry_fn>& entries, const std::string& origin);

  /// Loads one shared object. On a fault the registry is unchanged.
  void load_file(const std::string& path);
  /// Loads every *.so directly in the directory, in name order. Faults of all files are thrown together after the good ones are loaded.
  void load_directory(const std::string& path);

  /// nullptr when there is none. "none" is not an impact model: it is the absence of one.
  const plimsoll_strategy_type* find_strategy(std::string_view name) const;
  const plimsoll_impact_model_type* find_impact_model(std::string_view name) const;
  const PluginEntry* find(PluginKind kind, std::string_view name) const;

  /// All, sorted by kind and name.
  const std::vector<PluginEntry>& entries() const { return entries_; }
  std::vector<std::string> names(PluginKind kind) const;

  /// The PLUGIN-MISSING error for a name that find() does not know: says which exist and which is nearest.
  InputError unknown_plugin(PluginKind kind, std::string_view name, std::string place, std::string field) const;

 private:
  std::vector<InputError> add(const plimsoll_plugin* plugin, const std::string& origin, const std::string& file_hash);
  std::vector<PluginEntry> entries_;
};

/// A value as a scenario file gives it.
struct GivenParam {
  std::string name;
  GivenValue value;
  std::string place;  ///< file:line:column, or "--set"
};

struct ResolvedParams {
  /// One per declared parameter, in declared order; meaningless when there are errors. A number that may be absent (empty default text:
  /// the house's own keys have it, plugins may not) and is, has type 0.
  std::vector<ParamValue> values;
  std::vector<InputError> errors;  ///< SCENARIO-UNKNOWN-KEY, -TYPE, -RANGE, -CHOICE, -MISSING-KEY, -DUPLICATE-KEY
};

/// Checks given values against the declared parameters and fills in defaults. `table` is the dotted name of the plugin's table
/// ("strategy.pov"), `table_place` its place, used for missing keys. An integer is accepted where a real is wanted; NaN and infinities
/// never are.
ResolvedParams resolve_params(const plimsoll_param_info* infos, std::uint32_t count, const std::vector<GivenParam>& given,
                              const std::string& table, const std::string& table_place);

/// Element `index` of a declared-parameter array. Use it instead of []: the array's stride is what the plugin was built with.
const plimsoll_param_info& param_info_at(const plimsoll_param_info* infos, std::uint32_t index);

/// "(0, 1]", "[1, ...)" or "one of a, b": what a value must keep to, for messages and listings; "" when there is no bound.
std::string rule_text(const plimsoll_param_info& info);

}  // namespace plimsoll
