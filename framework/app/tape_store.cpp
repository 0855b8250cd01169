#include "app/tape_store.hpp"

#include <filesystem>
#include <limits>
#include <string_view>

#include "core/comma_list.hpp"
#include "feed/feed.hpp"
#include "feed/levels.hpp"
#include "feed/timezone.hpp"
#include "io/tape_file.hpp"

namespace plimsoll {
namespace {

constexpr const char* kLevels = "levels";
constexpr double kInfinity = std::numeric_limits<double>::infinity();

plimsoll_param_info declared(const FeedSetting& setting) {
  plimsoll_param_info info{};
  info.size = sizeof info;
  info.type = setting.type == SettingType::integer ? PLIMSOLL_INTEGER : setting.type == SettingType::real ? PLIMSOLL_REAL : PLIMSOLL_TEXT;
  info.name = setting.name.c_str();
  info.unit = setting.unit.empty() ? name(setting.type).data() : setting.unit.c_str();
  info.help = setting.help.c_str();
  info.default_text = setting.required ? nullptr : setting.default_text.c_str();
  info.minimum = setting.min.value_or(-kInfinity);
  info.maximum = setting.max.value_or(kInfinity);
  return info;
}

constexpr plimsoll_param_info kTapePath = {sizeof(plimsoll_param_info),
                                           PLIMSOLL_TEXT,
                                           "path",
                                           "path",
                                           "tape file written by plimsoll import or generate",
                                           nullptr,
                                           nullptr,
                                           -kInfinity,
                                           kInfinity,
                                           0,
                                           0};

/// A tape file keeps the counts of its import; load_feed() checks its own.
void refuse_dirty(const TapeInfo& tape, const std::string& path) {
  const ImportReport& report = tape.report;
  const std::int64_t dirty =
      report.dropped + report.reordered + report.repaired + report.unknown_ids + report.chain_gaps + report.contradicted;
  if (dirty > 0)
    throw BadInput{ExitCode::bad_data,
                   {"DATA-STRICT", path, "", std::to_string(dirty) + " rows were dropped, re-ordered, repaired or unknown at import",
                    "allowed without --strict"}};
}

/// One fault for each setting that names a file which is not there.
void find_missing(const FeedDeclaration& feed, const std::map<std::string, std::string>& settings, const std::string& place,
                  std::vector<InputError>& errors) {
  for (const plimsoll_param_info& info : feed.settings) {
    const auto given = settings.find(info.name);
    const bool many = std::string_view{info.unit} == "paths";
    if (given == settings.end() || given->second.empty() || (!many && std::string_view{info.unit} != "path")) continue;
    for (const std::string& path : many ? comma_list(given->second) : std::vector{given->second}) {
      std::error_code error;
      const auto status = std::filesystem::status(path, error);
      const std::string problem = !std::filesystem::exists(status)           ? " does not exist"
                                  : std::filesystem::is_regular_file(status) ? ""
                                                                             : " is not a regular file";
      if (!problem.empty())
        errors.push_back({"DATA-MISSING", place, info.name, path + problem, "check the path; $PLIMSOLL_DATA_DIR names the data folder"});
    }
  }
}

const FeedDeclaration* declaration_of(const std::vector<FeedDeclaration>& feeds, const std::string& name) {
  for (const FeedDeclaration& feed : feeds)
    if (feed.name == name) return &feed;
  return nullptr;
}

/// Does `work`; faults without a place get that of [market].
template <class Work>
auto placed(const MarketSource& market, const Work& work) {
  try {
    return work();
  } catch (const BadInput& error) {
    std::vector<InputError> errors = error.errors();
    for (InputError& each : errors)
      if (each.place.empty()) each.place = market.place;
    throw BadInput{error.exit_code(), std::move(errors)};
  }
}

}  // namespace

const std::vector<FeedInfo>& market_feeds() {
  static const std::vector<FeedInfo> known = [] {
    std::vector<FeedInfo> all = feeds();
    all.push_back(levels_feed());
    return all;
  }();
  return known;
}

std::vector<FeedDeclaration> feed_declarations() {
  std::vector<FeedDeclaration> out;
  for (const FeedInfo& feed : market_feeds()) {
    FeedDeclaration& declaration = out.emplace_back();
    declaration.name = feed.name;
    for (const FeedSetting& setting : feed.settings) declaration.settings.push_back(declared(setting));
    declaration.brings_instrument = feed.name == kLevels;
  }
  out.push_back({"tape", {kTapePath}, true});
  return out;
}

EventTape open_market(const std::string& feed, const std::map<std::string, std::string>& settings, bool strict) {
  if (feed == "tape") return read_tape(settings.at("path"));
  if (feed != kLevels) return load_feed(feed, settings, strict);
  const FeedSettings values{levels_feed(), settings};
  for (const auto& [key, text] : settings)
    if (key.starts_with("instrument."))
      throw BadInput{ExitCode::bad_scenario, {"SETTING-INSTRUMENT", "", key, "the tape brings its own instrument", "leave it out"}};
  const CancelRule rule = cancel_rule_of(values);
  const EventTape tape = read_tape(values.text("path"));
  if (strict) refuse_dirty(tape.info(), values.text("path"));
  return levels_of(tape, rule);
}

void require_input_files(const std::string& feed, const std::map<std::string, std::string>& settings, const std::string& place) {
  const std::vector<FeedDeclaration> feeds = feed_declarations();
  std::vector<InputError> errors;
  if (const FeedDeclaration* declaration = declaration_of(feeds, feed)) find_missing(*declaration, settings, place, errors);
  if (!errors.empty()) throw BadInput{ExitCode::no_input, std::move(errors)};
}

void TapeStore::survey(const MarketSources& markets, bool keep) {
  const std::vector<FeedDeclaration> feeds = feed_declarations();
  std::vector<InputError> errors;
  for (const auto& market : markets)
    if (const FeedDeclaration* declaration = declaration_of(feeds, market->feed))
      find_missing(*declaration, market->settings, market->place, errors);
  if (!errors.empty()) throw BadInput{ExitCode::no_input, std::move(errors)};
  for (const auto& market : markets) {
    TapeHeader header = placed(*market, [&] {
      if (market->feed == "tape" && !keep) return read_tape_header(market->settings.at("path"));
      auto tape = std::make_shared<const EventTape>(open_market(market->feed, market->settings, strict_));
      if (keep) kept_[*market] = tape;
      return TapeHeader{tape->info(), tape->size(), tape->first_time(), tape->last_time()};
    });
    if (strict_ && market->feed == "tape") refuse_dirty(header.info, market->settings.at("path"));
    if (header.rows == 0) throw BadInput{ExitCode::bad_data, {"DATA-EMPTY", market->place, "market", "the tape has no events", ""}};
    auto& zone = zones_[header.info.timezone];
    if (zone == nullptr) zone = std::make_shared<const TimeZone>(require_timezone(header.info.timezone));
    headers_.emplace(*market, std::move(header));
  }
}

TapeFacts TapeStore::facts(const MarketSource& market) const {
  const TapeHeader& tape = header(market);
  const std::shared_ptr<const TimeZone> zone = zones_.at(tape.info.timezone);
  const CivilDate date = zone->date_at(tape.first_time);
  return {tape.first_time,        tape.last_time,  tape.info.instrument,
          tape.info.content_hash, date_text(date), [zone, date](Duration since_midnight) { return zone->to_utc(date, since_midnight); }};
}

std::shared_ptr<const EventTape> TapeStore::load(const MarketSource& market) const {
  if (const auto kept = kept_.find(market); kept != kept_.end()) return kept->second;
  auto tape = placed(market, [&] { return std::make_shared<const EventTape>(open_market(market.feed, market.settings, strict_)); });
  if (tape->info().content_hash != header(market).info.content_hash)
    throw BadInput{ExitCode::bad_data,
                   {"DATA-CHANGED", market.place, "market", tape->info().source + " is not what it was when the run began",
                    "the same command goes on with what is there now"}};
  return tape;
}

}  // namespace plimsoll
