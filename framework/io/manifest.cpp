#include "io/manifest.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/contract.hpp"
#include "core/error.hpp"
#include "io/durable_file.hpp"

namespace plimsoll {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kManifestFormat = 3;
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

/// Some thousand texts of a few kilobytes, in place of one for each scenario of a large plan.
constexpr std::size_t kPlannedPerLine = 64;

/// `count` words, kPlannedPerLine to a text.
template <class Word>
Json lines_of(std::size_t count, Word&& word) {
  Json lines = Json::array();
  std::string line;
  for (std::size_t i = 0; i < count; ++i) {
    line += (line.empty() ? "" : " ") + word(i);
    if (i % kPlannedPerLine != kPlannedPerLine - 1 && i + 1 != count) continue;
    lines.push_back(std::move(line));
    line.clear();
  }
  return lines;
}
/// The words of lines one after the other: a plan of a quarter of a million scenarios is not copied into as many strings.
class Words {
 public:
  explicit Words(const Json& lines) : line_{lines.begin()}, end_{lines.end()} {}
  /// False at the end. The word is valid as long as the lines.
  bool next(std::string_view& word) {
    for (; line_ != end_; ++line_, at_ = 0) {
      const std::string_view line = line_->get_ref<const std::string&>();
      const std::size_t begin = line.find_first_not_of(' ', at_);
      if (begin == line.npos) continue;
      at_ = std::min(line.find(' ', begin), line.size());
      word = line.substr(begin, at_ - begin);
      return true;
    }
    return false;
  }

 private:
  Json::const_iterator line_, end_;
  std::size_t at_ = 0;
};
template <class Number>
Number number_in(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) throw std::invalid_argument{"plan entry '" + std::string{text} + "'"};
  return number;
}

Json plan_to_json(const PlannedScenarios& plan) {
  Json swept = Json::object();
  for (const PlannedScenarios::Axis& axis : plan.axes()) {
    Json values = Json::array();
    for (const PlannedScenarios::Value& value : axis.values) values.push_back(swept_text({axis.key, value}));
    swept[axis.key] = {{"values", std::move(values)},
                       {"of", lines_of(plan.size(), [&](std::size_t i) { return std::to_string(axis.place[i]); })}};
  }
  return {{"scenarios", lines_of(plan.size(), [&](std::size_t i) { return std::to_string(plan.scenario(i)) + ":" + plan.key(i).text(); })},
          {"swept", std::move(swept)}};  // a long plan is not held twice
}

struct SweptWords {
  std::string key;
  const Json& values;  ///< read anew each time: a list of them would be the largest part of a long plan
  Words of;

  SweptValue next() {
    std::string_view word;
    if (!of.next(word)) throw std::invalid_argument{"swept values of " + key + " are not those of the plan"};
    const auto place = number_in<std::size_t>(word);
    if (place >= values.size()) throw std::invalid_argument{"swept value " + std::string{word} + " of " + key + " is not in the list"};
    return swept_value(key, values[place].get_ref<const std::string&>());
  }
};

PlannedScenarios plan_from_json(const Json& json) {
  std::vector<SweptWords> axes;
  for (const auto& [key, axis] : json.at("swept").items()) axes.push_back({key, axis.at("values"), Words{axis.at("of")}});
  PlannedScenarios plan;
  Words words{json.at("scenarios")};
  std::optional<std::uint64_t> last;
  for (std::string_view word; words.next(word);) {
    const std::size_t colon = std::min(word.find(':'), word.size() - 1);
    const auto number = number_in<std::uint64_t>(word.substr(0, colon));
    const std::string_view key = word.substr(colon + 1);
    if (!ResultKey::parse(key)) throw std::invalid_argument{"plan entry '" + std::string{word} + "'"};
    if (last && *last >= number) throw std::invalid_argument{"plan is not ascending"};
    last = number;
    std::vector<SweptValue> swept;
    for (SweptWords& axis : axes) swept.push_back(axis.next());
    plan.add(number, key, swept);
  }
  for (SweptWords& axis : axes)
    if (std::string_view word; axis.of.next(word))
      throw std::invalid_argument{"swept values of " + axis.key + " are not those of the plan"};
  plan.complete();
  return plan;
}

Json to_json(const Manifest& manifest) {
  const ManifestFacts& facts = manifest.facts;
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
          {"runs", std::move(runs)},
          {"plan", plan_to_json(manifest.plan)}};
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
  manifest.plan = plan_from_json(json.at("plan"));
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
  std::string bytes = read_file_bytes(path);
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
    bytes.clear();
    bytes.shrink_to_fit();  // a long plan is not held three times
    if (json.at("format") != kManifestFormat) throw refuse("is a manifest of another format");
    return from_json(json);
  } catch (const Json::exception& error) {
    throw refuse(std::string{"is no manifest: "} + error.what());
  } catch (const std::logic_error& error) {  // too deep, or a plan entry that is none
    throw refuse(std::string{"is no manifest: "} + error.what());
  }
}

}  // namespace plimsoll
