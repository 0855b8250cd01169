#include "io/manifest.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/contract.hpp"
#include "core/error.hpp"
#include "io/durable_file.hpp"

namespace plimsoll {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kManifestFormat = 2;
constexpr std::size_t kManifestBytesMax = std::size_t{1} << 30;

Json hashes_to_json(const std::vector<NamedHash>& hashes) {
  Json list = Json::array();
  for (const NamedHash& entry : hashes) list.push_back({{"name", entry.name}, {"hash", entry.hash}});
  return list;
}
std::vector<NamedHash> hashes_from_json(const Json& list) {
  std::vector<NamedHash> hashes;
  for (const Json& entry : list) hashes.push_back({entry.at("name").get<std::string>(), entry.at("hash").get<std::string>()});
  return hashes;
}

ScenarioKey planned_from_text(const std::string& text) {
  ScenarioKey planned;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), planned.scenario);
  const std::size_t digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || digits == text.size() || text[digits] != ' ') throw std::invalid_argument{"plan entry '" + text + "'"};
  planned.key = text.substr(digits + 1);
  return planned;
}

/// One list a swept key, with a text for each scenario of the plan.
Json swept_to_json(const std::vector<ScenarioKey>& plan) {
  Json columns = Json::object();
  const std::size_t keys = plan.empty() ? 0 : plan.front().swept.size();
  for (std::size_t i = 0; i < keys; ++i) {
    Json& column = columns[plan.front().swept[i].key] = Json::array();
    for (const ScenarioKey& entry : plan) column.push_back(swept_text(entry.swept[i]));
  }
  return columns;
}
void swept_from_json(const Json& columns, std::vector<ScenarioKey>& plan) {
  for (const auto& [key, texts] : columns.items()) {
    if (texts.size() != plan.size()) throw std::invalid_argument{"swept values of " + key + " are not those of the plan"};
    for (std::size_t i = 0; i < plan.size(); ++i) plan[i].swept.push_back(swept_value(key, texts.at(i).get<std::string>()));
  }
}

Json to_json(const Manifest& manifest) {
  const ManifestFacts& facts = manifest.facts;
  Json plan = Json::array();
  for (const ScenarioKey& entry : manifest.plan) plan.push_back(std::to_string(entry.scenario) + " " + entry.key);  // one line each
  Json runs = Json::array();
  for (const ManifestRun& run : manifest.runs)
    runs.push_back({{"host", run.wall.host},
                    {"pid", run.pid},
                    {"shard", run.shard},
                    {"started_utc", run.wall.started_utc},
                    {"ended_utc", run.ended_utc},
                    {"seconds", run.seconds},
                    {"command_line", run.wall.command_line}});
  return {{"format", kManifestFormat},
          {"title", facts.title},
          {"program_version", facts.program_version},
          {"program_hash", facts.program_hash},
          {"seed", facts.seed},
          {"data", hashes_to_json(facts.data)},
          {"plugins", hashes_to_json(facts.plugins)},
          {"scenario_text", facts.scenario_text},
          {"runs", runs},
          {"plan", plan},
          {"swept", swept_to_json(manifest.plan)}};
}

Manifest from_json(const Json& json) {
  Manifest manifest;
  ManifestFacts& facts = manifest.facts;
  json.at("title").get_to(facts.title);
  json.at("program_version").get_to(facts.program_version);
  json.at("program_hash").get_to(facts.program_hash);
  json.at("seed").get_to(facts.seed);
  json.at("scenario_text").get_to(facts.scenario_text);
  facts.data = hashes_from_json(json.at("data"));
  facts.plugins = hashes_from_json(json.at("plugins"));
  for (const Json& entry : json.at("plan")) manifest.plan.push_back(planned_from_text(entry.get<std::string>()));
  const auto not_ascending = [](const ScenarioKey& a, const ScenarioKey& b) { return a.scenario >= b.scenario; };
  if (std::adjacent_find(manifest.plan.begin(), manifest.plan.end(), not_ascending) != manifest.plan.end())
    throw std::invalid_argument{"plan is not ascending"};
  swept_from_json(json.at("swept"), manifest.plan);
  for (const Json& run : json.at("runs"))
    manifest.runs.push_back(
        {{run.at("host").get<std::string>(), run.at("started_utc").get<std::string>(), run.at("command_line").get<std::string>()},
         run.at("pid").get<std::int64_t>(),
         run.at("shard").get<std::string>(),
         run.at("ended_utc").get<std::string>(),
         run.at("seconds").get<double>()});
  return manifest;
}

}  // namespace

bool operator==(const ScenarioKey& a, const ScenarioKey& b) {
  const auto same = [](const SweptValue& x, const SweptValue& y) { return x.key == y.key && swept_text(x) == swept_text(y); };
  return a.scenario == b.scenario && a.key == b.key && std::equal(a.swept.begin(), a.swept.end(), b.swept.begin(), b.swept.end(), same);
}

std::string swept_text(const SweptValue& swept) {
  char digits[64];
  if (const auto* integer = std::get_if<std::int64_t>(&swept.value)) return "i " + std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&swept.value)) {
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, *real);  // shortest text that reads back to the same bits
    EXPECT(error == std::errc{});
    return "r " + std::string(digits, end);
  }
  return "t " + std::get<std::string>(swept.value);
}

SweptValue swept_value(const std::string& key, const std::string& text) {
  const std::string kind = text.substr(0, 2), value = text.size() > 2 ? text.substr(2) : "";
  const auto number = [&](auto result) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (error != std::errc{} || end != value.data() + value.size()) throw std::invalid_argument{"swept value '" + text + "' is no number"};
    return result;
  };
  if (kind == "i ") return {key, number(std::int64_t{0})};
  if (kind == "r ") return {key, number(0.0)};
  if (kind == "t ") return {key, value};
  throw std::invalid_argument{"swept value '" + text + "' is of no known kind"};
}

std::vector<std::string> changed_inputs(const ManifestFacts& before, const ManifestFacts& now) {
  std::vector<std::string> changed;
  if (before.scenario_text != now.scenario_text || before.seed != now.seed) changed.emplace_back("scenario");
  if (before.data != now.data) changed.emplace_back("data");
  if (before.plugins != now.plugins) changed.emplace_back("plugin");
  if (before.program_version != now.program_version || before.program_hash != now.program_hash) changed.emplace_back("program");
  return changed;
}

void write_manifest(const std::string& path, const Manifest& manifest) {
  // A command line or a title may hold bytes that are no UTF-8: replaced, since they are for people only.
  write_durably(path, to_json(manifest).dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

Manifest read_manifest(const std::string& path) {
  const std::string bytes = read_file_bytes(path);
  const auto refuse = [&path](const std::string& problem) {
    return BadInput{ExitCode::bad_data, InputError{"DATA-FORMAT", path, "", problem, "run the scenario again: sealed results are kept"}};
  };
  if (bytes.size() > kManifestBytesMax) throw refuse("is too large for a manifest");
  // The parser recurses on nesting, so it gets no more of it than a manifest has.
  const auto shallow = [](int depth, Json::parse_event_t, Json&) {
    if (depth > 8) throw std::length_error{"nested too deeply"};
    return true;
  };
  try {
    const Json json = Json::parse(bytes, shallow);
    if (json.at("format") != kManifestFormat) throw refuse("is a manifest of another format");
    return from_json(json);
  } catch (const Json::exception& error) {
    throw refuse(std::string{"is no manifest: "} + error.what());
  } catch (const std::logic_error& error) {  // too deep, or a plan entry that is none
    throw refuse(std::string{"is no manifest: "} + error.what());
  }
}

}  // namespace plimsoll
