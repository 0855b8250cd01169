#pragma once
/// A small world for scenario files: two made-up plugins and one made-up feed, so that no claim here depends on a real one.

#include <limits>
#include <string>
#include <vector>

#include "experiment/plugin_registry.hpp"
#include "io/scenario_file.hpp"

namespace scenario_test {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

inline plimsoll_param_info param(std::uint32_t type, const char* name, const char* default_text, double minimum, double maximum,
                                 const char* unit = "1", const char* choices = nullptr) {
  return {sizeof(plimsoll_param_info), type, name, unit, "help", default_text, choices, minimum, maximum, 0, 0};
}

inline void* create(const plimsoll_param*, std::uint32_t, const plimsoll_setting*, char*, std::uint32_t) { return nullptr; }
inline void destroy(void*) {}
inline std::int32_t on_start(void*, const plimsoll_strategy_host*, const plimsoll_parent*) { return 0; }
inline std::int32_t on_wake(void*, const plimsoll_strategy_host*) { return 0; }
inline std::int32_t on_order(void*, const plimsoll_strategy_host*, const plimsoll_order_event*) { return 0; }
inline std::int32_t on_parent(void*, const plimsoll_host_base*, std::int64_t, const plimsoll_parent*, double) { return 0; }
inline std::int32_t on_execution(void*, const plimsoll_host_base*, const plimsoll_execution*) { return 0; }
inline std::int32_t displacement(void*, const plimsoll_host_base*, std::int64_t, std::uint32_t, double* out) {
  *out = 0;
  return 0;
}

/// Strategies "calm" (slices, jitter) and "eager" (rate); impact models "push" (strength, required; weights, a list), "free", a book, and
/// "across" (strength), which is one for all markets.
inline const plimsoll_plugin* entry() {
  static const plimsoll_param_info calm_params[] = {param(PLIMSOLL_INTEGER, "slices", "10", 1, 1000),
                                                    param(PLIMSOLL_REAL, "jitter", "0", 0, 1)};
  static const plimsoll_param_info eager_params[] = {param(PLIMSOLL_REAL, "rate", "0.1", 0, 1),
                                                     param(PLIMSOLL_TEXT, "style", "cross", -kInfinity, kInfinity, "1", "cross|join")};
  static const plimsoll_param_info push_params[] = {param(PLIMSOLL_REAL, "strength", nullptr, 0, 10),
                                                    param(PLIMSOLL_REALS, "weights", "[]", 0, 1)};
  static const plimsoll_strategy_type calm = {
      sizeof(plimsoll_strategy_type), 2, "calm", "in slices", "", calm_params, create, destroy, on_start, on_wake, on_order};
  static const plimsoll_strategy_type eager = {
      sizeof(plimsoll_strategy_type), 2, "eager", "at a rate", "", eager_params, create, destroy, on_start, on_wake, on_order};
  static const plimsoll_impact_model_type push = {sizeof(plimsoll_impact_model_type),
                                                  2,
                                                  "push",
                                                  "moves",
                                                  "",
                                                  push_params,
                                                  create,
                                                  destroy,
                                                  on_parent,
                                                  on_execution,
                                                  displacement,
                                                  nullptr,
                                                  0,
                                                  0,
                                                  0,
                                                  0,
                                                  ""};
  static const plimsoll_impact_model_type free_book = [] {
    plimsoll_impact_model_type type = push;
    type.name = "free";
    type.param_count = 0;
    type.params = nullptr;
    type.manipulation_free = 1;
    type.sweep = [](void*, const plimsoll_host_base*, std::int64_t, std::uint32_t, std::int32_t, std::int64_t,
                    plimsoll_sweep*) -> std::int32_t { return 0; };
    return type;
  }();
  static const plimsoll_impact_model_type across = [] {
    plimsoll_impact_model_type type = push;
    type.name = "across";
    type.param_count = 1;
    type.across_instruments = 1;
    return type;
  }();
  static const plimsoll_strategy_type* const strategies[] = {&calm, &eager};
  static const plimsoll_impact_model_type* const models[] = {&push, &free_book, &across};
  static const plimsoll_plugin plugin = {
      sizeof(plimsoll_plugin), PLIMSOLL_ABI_MAJOR, PLIMSOLL_ABI_MINOR, 0, "test", strategies, 2, 3, models};
  return &plugin;
}

inline const plimsoll::PluginRegistry& registry() {
  static const plimsoll::PluginRegistry kRegistry{{entry}, "test"};
  return kRegistry;
}

/// Feeds "toy" (a seed and an optional file), "sealed" (nothing, brings its instrument), "files" (a path) and "vendor" (a path, and what
/// its files do not say: date and symbol).
inline plimsoll::ScenarioVocabulary vocabulary(std::string program = "program 1") {
  plimsoll::FeedDeclaration toy{
      "toy", {param(PLIMSOLL_INTEGER, "seed", "1", 0, 1e9), param(PLIMSOLL_TEXT, "file", "", -kInfinity, kInfinity, "path")}, false};
  plimsoll::FeedDeclaration sealed{"sealed", {}, true};
  const plimsoll_param_info path = param(PLIMSOLL_TEXT, "path", nullptr, -kInfinity, kInfinity, "path");
  plimsoll::FeedDeclaration files{"files", {path}, true};
  plimsoll::FeedDeclaration vendor{"vendor",
                                   {path, param(PLIMSOLL_TEXT, "date", "", -kInfinity, kInfinity, "date"),
                                    param(PLIMSOLL_TEXT, "symbol", "", -kInfinity, kInfinity, "text")},
                                   false};
  plimsoll::FeedDeclaration made{
      "made",
      {param(PLIMSOLL_TEXT, "date", "2026-01-05", -kInfinity, kInfinity, "date"), param(PLIMSOLL_INTEGER, "day", "0", 0, 1e9)},
      false};
  return {{toy, sealed, files, vendor, made}, &registry(), std::move(program)};
}

inline constexpr plimsoll::TimePoint kMidnight = 1'700'006'400'000'000'000;  // 2023-11-15 00:00 UTC

/// A tape from 09:30:00 to 10:30:00 UTC, one cent a tick.
inline plimsoll::TapeFacts toy_facts(const plimsoll::MarketSource& market) {
  plimsoll::TapeFacts facts;
  facts.first_time = kMidnight + 34'200 * plimsoll::kSecond;
  facts.last_time = kMidnight + 37'800 * plimsoll::kSecond;
  const auto seed = market.settings.find("seed"), path = market.settings.find("path");
  facts.content_hash = seed != market.settings.end() ? seed->second : path != market.settings.end() ? path->second : "sealed";
  facts.instrument.symbol = "TOY";
  facts.date = "2023-11-15";
  facts.at_clock = [](plimsoll::Duration since_midnight) { return kMidnight + since_midnight; };
  return facts;
}

/// The smallest sound file, line by line; other texts are put in front of or behind it.
inline const std::string kSound =
    "title = \"t\"\n"         // 1
    "source = \"s\"\n"        // 2
    "expect = \"e\"\n"        // 3
    "[market]\n"              // 4
    "feed = \"toy\"\n"        // 5
    "[parent]\n"              // 6
    "side = \"buy\"\n"        // 7
    "quantity_lots = 100\n"   // 8
    "start = \"09:40:00\"\n"  // 9
    "end = \"10:00:00.5\"\n"  // 10
    "[strategy]\n"            // 11
    "name = \"calm\"\n"       // 12
    "[impact]\n"              // 13
    "name = \"none\"\n";      // 14

inline plimsoll::ExperimentFile plan(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return plimsoll::ScenarioFile::parse("x.toml", text, "/folder", overrides).plan(vocabulary());
}
inline std::vector<plimsoll::Scenario> all_of(const plimsoll::ExperimentFile& file, const plimsoll::TapeFactsSource& facts = toy_facts) {
  const auto source = file.expand(facts).scenarios;
  std::vector<plimsoll::Scenario> out;
  for (std::size_t number = 0; number < source->size(); ++number) out.push_back(source->make(number));
  return out;
}
inline std::vector<plimsoll::Scenario> expand(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return all_of(plan(text, overrides));
}

/// One line per fault, "" when there is none.
inline std::string faults_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    expand(text, overrides);
    return "";
  } catch (const plimsoll::BadInput& error) {
    return error.exit_code() == plimsoll::ExitCode::bad_scenario ? error.what() : "wrong exit code";
  }
}

/// `text` with its line `number` (from 1) replaced.
inline std::string with_line(std::string text, int number, const std::string& line) {
  std::size_t begin = 0;
  while (--number > 0) begin = text.find('\n', begin) + 1;
  return text.replace(begin, text.find('\n', begin) - begin, line);
}

}  // namespace scenario_test
