// plimsoll list: what a scenario file may name, from the same declarations the checker uses.
#include <algorithm>
#include <array>
#include <iostream>

#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/console.hpp"
#include "app/experiment_setup.hpp"
#include "app/options.hpp"
#include "experiment/nearest_word.hpp"
#include "feed/feed.hpp"

namespace plimsoll {
namespace {

/// Something that can be listed.
struct Listed {
  std::string kind, name, summary, source, origin;
  std::vector<plimsoll_param_info> params;
  const plimsoll_impact_model_type* model = nullptr;  ///< of an impact model
};

constexpr std::array<const char*, 3> kKinds = {"strategies", "impact_models", "feeds"};

std::vector<Listed> everything(const PluginRegistry& plugins) {
  std::vector<Listed> out;
  for (const PluginEntry& entry : plugins.entries()) {
    Listed& item = out.emplace_back(Listed{entry.kind == PluginKind::strategy ? kKinds[0] : kKinds[1],
                                           entry.name,
                                           entry.summary(),
                                           entry.source(),
                                           entry.origin,
                                           {},
                                           nullptr});
    item.model = entry.impact_model;
    for (std::uint32_t index = 0; index < entry.param_count(); ++index) item.params.push_back(param_info_at(entry.params(), index));
  }
  for (const FeedDeclaration& feed : feed_declarations()) {
    std::string summary = "a tape file that plimsoll import or generate wrote";
    for (const FeedInfo& info : market_feeds())
      if (info.name == feed.name) summary = info.summary;
    out.push_back({kKinds[2], feed.name, summary, "", "built-in", feed.settings, nullptr});
  }
  return out;
}

const char* type_name(const plimsoll_param_info& info) {
  switch (info.type) {
    case PLIMSOLL_INTEGER: return "integer";
    case PLIMSOLL_REAL: return "real";
    case PLIMSOLL_BOOLEAN: return "boolean";
    case PLIMSOLL_REALS: return "list of reals";
    default: return "text";
  }
}

std::string default_of(const plimsoll_param_info& info) {
  if (info.default_text == nullptr) return "required";
  return *info.default_text == '\0' ? "may be absent" : std::string{"default "} + info.default_text;
}

void print_params(const Listed& item) {
  std::cout << item.name << ": " << item.summary << "\n";
  if (!item.source.empty()) std::cout << "source: " << item.source << "\n";
  if (item.origin != "built-in") std::cout << "from: " << item.origin << "\n";
  if (item.model != nullptr) {
    std::cout << "free of price manipulation: " << (item.model->manipulation_free != 0 ? "yes" : "no");
    std::cout << (*item.model->manipulation_note != '\0' ? std::string{"; "} + item.model->manipulation_note : "") << "\n";
    if (item.model->sweep != nullptr) std::cout << "a book of its own: response = \"model\" can trade with it\n";
  }
  const std::string table = item.kind == kKinds[0]   ? "[strategy." + item.name + "]"
                            : item.kind == kKinds[1] ? "[impact." + item.name + "]"
                                                     : "[market]";
  std::cout << "\nsettings in " << table << (item.params.empty() ? ": none\n" : "\n");
  for (const plimsoll_param_info& info : item.params) {
    const std::string rule = rule_text(info);
    std::cout << "  " << info.name << "\n      " << type_name(info);
    if (info.unit != nullptr && *info.unit != '\0' && std::string_view{info.unit} != type_name(info)) std::cout << ", " << info.unit;
    std::cout << "; " << default_of(info) << (rule.empty() ? "" : "; " + rule) << "\n      " << info.help << "\n";
  }
}

nlohmann::ordered_json json_of(const Listed& item) {
  nlohmann::ordered_json out = {
      {"kind", item.kind}, {"name", item.name}, {"summary", item.summary}, {"source", item.source}, {"origin", item.origin}};
  if (item.model != nullptr) {
    out["manipulation_free"] = item.model->manipulation_free != 0;
    out["manipulation_note"] = item.model->manipulation_note;
    out["book"] = item.model->sweep != nullptr;
  }
  for (const plimsoll_param_info& info : item.params) {
    nlohmann::ordered_json param = {
        {"name", info.name}, {"type", type_name(info)}, {"unit", info.unit}, {"rule", rule_text(info)}, {"help", info.help}};
    param["default"] = info.default_text == nullptr ? nlohmann::ordered_json{} : nlohmann::ordered_json(info.default_text);
    param["required"] = info.default_text == nullptr;
    out["parameters"].push_back(param);
  }
  return out;
}

/// "strategy", "strategies", "impact", "impact_model" ... -> the kind's name.
std::string kind_named(const std::string& word) {
  for (const char* kind : kKinds)
    if (word.size() >= 4 && std::string_view{kind}.substr(0, 4) == word.substr(0, 4) && nearest_word(word, {kind}) == kind) return kind;
  if (word == "impact") return kKinds[1];
  const std::string nearest = nearest_word(word, {kKinds.begin(), kKinds.end()});
  usage_error("USAGE-ARGUMENT", word, "is not strategies, impact_models or feeds",
              nearest.empty() ? "" : "did you mean \"" + nearest + "\"?");
}

void print_overview(const std::vector<Listed>& items, const std::string& kind) {
  std::size_t width = 0;
  for (const Listed& item : items) width = std::max(width, item.name.size());
  std::string heading;
  for (const Listed& item : items) {
    if (!kind.empty() && item.kind != kind) continue;
    if (item.kind != heading) std::cout << (heading.empty() ? "" : "\n") << item.kind << "\n";
    heading = item.kind;
    std::cout << "  " << item.name << std::string(width - item.name.size() + 2, ' ') << item.summary << "\n";
  }
}

}  // namespace

ExitCode list_command(const Words& words) {
  Options options{"plimsoll list [strategies|impact_models|feeds [NAME]] [options]",
                  "Shows what a scenario file may name; with a name, its settings."};
  options.add({kPluginsOption, kJsonOption});
  options.add_words("KIND", 0, 2);
  if (!options.parse(words)) return ExitCode::done;
  const auto plugins = load_plugins(options.texts("plugins"));
  const std::vector<Listed> items = everything(*plugins);
  const std::string kind = options.words().empty() ? "" : kind_named(options.words()[0]);
  const std::string name = options.words().size() > 1 ? options.words()[1] : "";
  std::vector<std::string> names;
  bool found = false;
  for (const Listed& item : items) {
    if (!kind.empty() && item.kind != kind) continue;
    names.push_back(item.name);
    if (!name.empty() && item.name != name) continue;
    found = true;
    if (options.has("json"))
      std::cout << json_of(item).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    else if (!name.empty())
      print_params(item);
  }
  if (!name.empty() && !found) {
    const std::string nearest = nearest_word(name, names);
    usage_error("USAGE-ARGUMENT", name, "is not one of the " + kind,
                nearest.empty() ? "plimsoll list " + kind : "did you mean \"" + nearest + "\"?");
  }
  if (!options.has("json") && name.empty()) print_overview(items, kind);
  return ExitCode::done;
}

}  // namespace plimsoll
