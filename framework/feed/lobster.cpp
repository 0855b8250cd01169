#include "feed/lobster.hpp"

#include <algorithm>
#include <filesystem>

#include "core/error.hpp"

namespace plimsoll {

namespace {

/// TICKER and date of a file named TICKER_YYYY-MM-DD_START_END_message_LEVEL.csv, as far as it is named so.
struct FileName {
  std::string ticker;
  std::optional<CivilDate> date;

  explicit FileName(const std::string& path) {
    const std::string name = std::filesystem::path{path}.filename().string();
    const std::size_t bar = name.find('_');
    if (bar == std::string::npos) return;
    date = parse_date(std::string_view{name}.substr(bar + 1, 10));
    if (date) ticker = name.substr(0, bar);
  }
};

CivilDate session_date(const FeedSettings& settings, const FileName& name) {
  if (!settings.has("date")) {
    if (name.date) return *name.date;
    throw BadInput{ExitCode::bad_scenario,
                   InputError{"SETTING-REQUIRED", settings.text("path"), "date",
                              "is required: LOBSTER files hold no date and this file's name has none", "add date = \"YYYY-MM-DD\""}};
  }
  const CivilDate date = settings.date("date");
  if (name.date && !(*name.date == date)) {
    throw BadInput{ExitCode::bad_scenario, InputError{"SETTING-DATE", settings.text("path"), "date",
                                                      settings.text("date") + " is not the date in the file's name", "remove one of them"}};
  }
  return date;
}

Instrument own_instrument(const std::string& ticker) {
  Instrument instrument;
  if (!ticker.empty()) instrument.symbol = ticker;
  return instrument;
}

/// Rows whose time lies before an earlier row's. `keep_order`: they get that time; otherwise all are sorted, stably.
std::int64_t put_in_time_order(std::vector<LobsterMessage>& messages, bool keep_order) {
  std::int64_t moved = 0;
  Duration latest = 0;
  for (LobsterMessage& message : messages) {
    latest = std::max(latest, message.since_midnight);
    if (message.since_midnight == latest) continue;
    ++moved;
    if (keep_order) message.since_midnight = latest;
  }
  if (moved > 0) {
    std::stable_sort(messages.begin(), messages.end(),
                     [](const LobsterMessage& a, const LobsterMessage& b) { return a.since_midnight < b.since_midnight; });
  }
  return moved;
}

/// A first pass over the paired book: every fault of it, before anything is built on it.
void check_book(const std::string& path, std::string_view text, LobsterScale scale, std::size_t messages, FaultList& faults) {
  LobsterBookReader reader{path, text, scale};
  LobsterBookRow row;
  while (reader.next(row, faults)) continue;
  if (reader.rows() != messages && faults.count() == 0) {
    faults.add({"DATA-ROW-COUNT", path, "book",
                std::to_string(reader.rows()) + " rows do not pair with " + std::to_string(messages) + " messages",
                "row k must be the book after message k; to use only its first row, name it seed_book"});
  }
}

}  // namespace

FeedInfo lobster_feed() {
  return {"lobster",
          "LOBSTER message file (NASDAQ equities, order by order)",
          {{"path", SettingType::path, true, "", {}, {}, "", "message CSV, TICKER_YYYY-MM-DD_START_END_message_LEVEL.csv"},
           {"date", SettingType::date, false, "", {}, {}, "", "day of the session; needed when the file name does not hold it"},
           {"timezone", SettingType::timezone, false, "America/New_York", {}, {}, "", "zone of the times in the file"},
           {"seed_book",
            SettingType::path,
            false,
            "",
            {},
            {},
            "",
            "book CSV of the same session start; only its first row is read, for what rested before the first message"},
           {"book",
            SettingType::path,
            false,
            "",
            {},
            {},
            "",
            "book CSV with one row for each message; reveals the levels that come into its window without a message"}}};
}

EventTape load_lobster(const FeedSettings& settings, std::vector<LobsterNote>* notes) {
  const std::string& path = settings.text("path");
  const std::string& book_path = settings.text("book");
  const std::string& seed_path = settings.has("seed_book") ? settings.text("seed_book") : book_path;
  const FileName file_name{path};
  const CivilDate date = session_date(settings, file_name);
  TapeInfo info;
  info.instrument = settings.instrument(own_instrument(file_name.ticker));
  const LobsterScale scale = LobsterScale::of(info.instrument);
  info.instrument.subticks = static_cast<std::int32_t>(scale.price_units_per_tick);
  info.feed = "lobster";
  info.source = std::filesystem::path{path}.filename().string();
  info.timezone = settings.text("timezone");

  FaultList faults;
  std::vector<LobsterMessage> messages = parse_lobster_messages(path, read_text_file(path, "path"), scale, faults);
  const std::string book_text = book_path.empty() ? "" : read_text_file(book_path, "book");
  if (!book_text.empty() && faults.count() == 0) check_book(book_path, book_text, scale, messages.size(), faults);
  LobsterBookRow row;
  if (!seed_path.empty() && faults.count() == 0) {
    const std::string seed_text = seed_path == book_path ? book_text : read_text_file(seed_path, "seed_book");
    LobsterBookReader{seed_path, seed_text, scale}.next(row, faults);
  }
  faults.throw_if_any(ExitCode::bad_data);

  const LobsterMessage first = messages.front();
  info.report.rows_read = static_cast<std::int64_t>(messages.size());
  info.report.reordered = put_in_time_order(messages, !book_text.empty());
  // The clock is changed at night: noon's offset is that of every trading hour.
  const Duration noon = kSecondsPerDay / 2 * kSecond;
  const TimePoint midnight = require_timezone(info.timezone).to_utc(date, noon) - noon;

  TapeBuilder tape;
  tape.reserve(messages.size() + 64);
  LobsterBook book{tape, info.report, notes};
  LobsterBookReader reader{book_path, book_text, scale};
  if (!seed_path.empty()) book.seed(midnight + messages.front().since_midnight, row, first);
  for (const LobsterMessage& message : messages) {
    const TimePoint time = midnight + message.since_midnight;
    book.apply(time, message);
    if (reader.next(row, faults)) book.merge(time, message.line, row);
  }
  return tape.finish(std::move(info));
}

}  // namespace plimsoll
