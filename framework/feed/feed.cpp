#include "feed/feed.hpp"

#include "core/error.hpp"
#include "feed/lobster.hpp"
#include "feed/settings.hpp"
#include "feed/survey.hpp"
#include "feed/synthetic.hpp"
#include "feed/text_file.hpp"

namespace plimsoll {

namespace {

void refuse_dirty(const ImportReport& report, const std::string& source) {
  FaultList faults;
  const auto refuse = [&](std::int64_t count, const char* what) {
    if (count > 0) faults.add({"DATA-STRICT", source, "", std::to_string(count) + " " + what, "allowed without strict"});
  };
  refuse(report.dropped, "rows could not be used");
  refuse(report.reordered, "rows go back in time");
  refuse(report.repaired, "orders had to be repaired");
  refuse(report.unknown_ids, "rows refer to orders never seen");
  faults.throw_if_any(ExitCode::bad_data);
}

}  // namespace

const std::vector<FeedInfo>& feeds() {
  static const std::vector<FeedInfo> known{lobster_feed(), synthetic_feed()};
  return known;
}

const FeedInfo* find_feed(std::string_view name) {
  for (const FeedInfo& feed : feeds()) {
    if (feed.name == name) return &feed;
  }
  return nullptr;
}

EventTape load_feed(const std::string& feed, const std::map<std::string, std::string>& settings, bool strict) {
  const FeedInfo* info = find_feed(feed);
  if (info == nullptr) {
    std::string known = "known feeds:";
    for (const FeedInfo& each : feeds()) known += " " + each.name;
    throw BadInput{ExitCode::bad_scenario, InputError{"SETTING-FEED", "", "feed", "'" + feed + "' is not a feed", known}};
  }
  const FeedSettings values{*info, settings};
  const auto tape = std::make_shared<const EventTape>(feed == "lobster" ? load_lobster(values) : generate_synthetic(values));
  TapeInfo surveyed = tape->info();
  survey(*tape, surveyed.report);
  if (strict) refuse_dirty(surveyed.report, surveyed.source);
  return EventTape{std::move(surveyed), tape->columns(), tape};
}

}  // namespace plimsoll
