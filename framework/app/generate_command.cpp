// plimsoll generate: tapes of markets that never were, one a day.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>

#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/console.hpp"
#include "app/options.hpp"
#include "app/progress.hpp"
#include "app/stop_signal.hpp"
#include "experiment/executor.hpp"
#include "experiment/nearest_word.hpp"
#include "feed/generators.hpp"
#include "io/durable_file.hpp"
#include "io/path_pattern.hpp"
#include "io/tape_file.hpp"

namespace plimsoll {
namespace {

using Settings = std::map<std::string, std::string>;
constexpr std::uint64_t kDaysMax = 100'000;

/// One tape to be.
struct Session {
  Settings settings;
  std::string date;
  std::string path;
  bool kept = false;  ///< it was there already
  bool done = false;
  std::size_t events = 0;
  std::string content_hash;
};

const Generator& generator_named(const std::string& name) {
  if (const Generator* generator = find_generator(name)) return *generator;
  std::vector<std::string> names;
  std::string known;
  for (const Generator& generator : generators()) {
    names.push_back(generator.feed.name);
    known += (known.empty() ? "" : ", ") + generator.feed.name;
  }
  const std::string nearest = nearest_word(name, names);
  usage_error("USAGE-MODEL", name, "is not a model", nearest.empty() ? "there are " + known : "did you mean \"" + nearest + "\"?");
}

/// "2026-01-05" -> days since 1970. Throws BadInput (64).
std::chrono::sys_days first_day(const Options& options) {
  const auto given = options.text("first-date");
  if (!given) usage_error("USAGE-ARGUMENT", "--first-date", "is missing", "--days needs the day to begin with: --first-date 2026-01-05");
  const std::optional<CivilDate> date = parse_date(*given);
  if (!date) usage_error("USAGE-VALUE", "--first-date", "\"" + *given + "\" is not a date YYYY-MM-DD", "");
  return std::chrono::sys_days{std::chrono::days{days_since_1970(*date)}};
}

std::string text_of(std::chrono::sys_days day) {
  const std::chrono::year_month_day date{day};
  const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(static_cast<int>(date.year())) + "-" + two(static_cast<unsigned>(date.month())) + "-" +
         two(static_cast<unsigned>(date.day()));
}

/// `date` and `day` for every weekday from the first on. A day's address is its date, so it is the same tape however many there are.
std::vector<Session> sessions_of(const Options& options, const Settings& settings) {
  if (!options.has("days")) {
    if (options.has("first-date"))
      usage_error("USAGE-CONFLICT", "--first-date", "belongs to --days", "for one tape: --set date=2026-01-05");
    return {Session{settings, "", "", false, false, 0, ""}};
  }
  for (const char* name : {"date", "day"})
    if (settings.contains(name)) usage_error("USAGE-CONFLICT", "--set " + std::string{name}, "is set by --days", "leave one of them out");
  const std::uint64_t days = options.number("days", 1, 1, kDaysMax);
  std::vector<Session> sessions;
  for (std::chrono::sys_days day = first_day(options); sessions.size() < days; day += std::chrono::days{1}) {
    const std::chrono::weekday weekday{day};
    if (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday) continue;
    Session& session = sessions.emplace_back();
    session.settings = settings;
    session.settings["date"] = text_of(day);
    session.settings["day"] = std::to_string(day.time_since_epoch().count());
  }
  return sessions;
}

void name_files(std::vector<Session>& sessions, const Generator& generator, const std::string& pattern) {
  if (sessions.size() > 1 && !names_date(pattern))
    usage_error("USAGE-PLACEHOLDER", "-o", "\"" + pattern + "\" gives every day the same name", "put {date} or {yyyymmdd} into it");
  require_placeholders(pattern);
  Instrument own;
  own.symbol = generator.symbol;
  for (Session& session : sessions) {
    const FeedSettings values{generator.feed, session.settings};
    session.date = values.text("date");
    session.path = fill_pattern(pattern, values.instrument(own).symbol, session.date);
  }
}

void make_folders(const std::vector<Session>& sessions) {
  std::string made;
  for (const Session& session : sessions) {
    const std::string folder = std::filesystem::path{session.path}.parent_path().string();
    if (folder.empty() || folder == made) continue;
    create_directories_durably(folder);
    made = folder;
  }
}

void note(Session& session, const EventTape& tape) {
  session.events = tape.size();
  session.content_hash = tape.info().content_hash;
  session.done = true;
}

/// A sound tape of the same address stands there already.
bool keep(Session& session, const Generator& generator) {
  if (!std::filesystem::exists(session.path)) return false;
  try {
    const EventTape tape = read_tape(session.path);
    session.kept = is_session(tape, generator, FeedSettings{generator.feed, session.settings});
    if (session.kept) note(session, tape);
  } catch (const BadInput&) {  // no tape, or a damaged one: writing decides whether it may be replaced
    session.kept = false;
  }
  return session.kept;
}

/// Generates in parallel, reads and writes one at a time: HDF5 belongs to one thread at a time.
void write_sessions(std::vector<Session>& sessions, const Generator& generator, unsigned threads, bool json) {
  ProgressMeter progress{sessions.size(), json, "tapes"};
  std::mutex files;
  parallel_for(sessions.size(), threads, [&](std::size_t number) {
    Session& session = sessions[number];
    {
      const std::lock_guard lock{files};
      if (stop_requested()) return;
      if (keep(session, generator)) return progress.advance(1, 0);
      require_place_for_tape(session.path);
    }
    const EventTape tape = load_feed(generator.feed.name, session.settings);
    const std::lock_guard lock{files};
    write_tape(session.path, tape);
    note(session, tape);
    progress.advance(1, 0);
  });
  progress.finish();
}

void print_json(const std::vector<Session>& sessions) {
  for (const Session& session : sessions) {
    if (!session.done) continue;
    const nlohmann::ordered_json line = {{"path", session.path},
                                         {"date", session.date},
                                         {"events", session.events},
                                         {"content_hash", session.content_hash},
                                         {"kept", session.kept}};
    std::cout << nlohmann::ordered_json{{"tape", line}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  }
}

void print_text(const std::vector<Session>& sessions, const std::string& pattern) {
  std::size_t tapes = 0, kept = 0;
  std::uint64_t events = 0;
  std::string first, last;
  for (const Session& session : sessions) {
    if (!session.done) continue;
    if (tapes == 0) first = session.date;
    last = session.date;
    ++tapes;
    kept += session.kept;
    events += session.events;
  }
  std::cout << (sessions.size() == 1 ? sessions.front().path : pattern) << "\n"
            << "tapes   " << grouped(tapes) << (kept > 0 ? " (" + grouped(kept) + " were there already)" : "") << "\n"
            << "days    " << first << (last != first ? " to " + last : "") << "\n"
            << "events  " << grouped(events) << "\n";
  if (sessions.size() == 1) std::cout << "hash    " << sessions.front().content_hash << "\n";
}

}  // namespace

ExitCode generate_command(const Words& words) {
  Options options{"plimsoll generate MODEL -o TAPE.h5 [--set KEY=VALUE].. [options]",
                  "Writes tapes of a generated market. With --days one a weekday, each with its own random numbers: a day is the same tape "
                  "however many are made, and the same command goes on where a stopped one ended.\n"
                  "plimsoll list feeds MODEL shows a model's settings."};
  options.add({{"output,o", "TAPE.h5", "the tape to write; {symbol}, {date}, {yyyymmdd} and {mmddyyyy} are put in"},
               {"set", "KEY=VALUE", "a setting of the model", kMayRepeat},
               {"days", "N", "so many weekdays, one tape each"},
               {"first-date", "DATE", "the first of them, YYYY-MM-DD"},
               {"threads", "N", "days made at once; default one per core"},
               kJsonOption});
  options.add_words("MODEL", 1, 1);
  if (!options.parse(words)) return ExitCode::done;
  const Generator& generator = generator_named(options.words().front());
  const auto pattern = options.text("output");
  if (!pattern) usage_error("USAGE-ARGUMENT", "-o", "is missing", "name the tape to write: -o tape.h5");
  const auto threads = static_cast<unsigned>(options.number("threads", 0, 1, 1024));
  std::vector<Session> sessions = sessions_of(options, options.assignments("set", "seed=2"));
  name_files(sessions, generator, *pattern);
  make_folders(sessions);
  take_stop_signals();
  write_sessions(sessions, generator, threads, options.has("json"));
  options.has("json") ? print_json(sessions) : print_text(sessions, *pattern);
  const auto left =
      static_cast<std::size_t>(std::count_if(sessions.begin(), sessions.end(), [](const Session& each) { return !each.done; }));
  if (left == 0) return ExitCode::done;
  report_note("stopped early; " + grouped(left) + " tapes are not made yet; the same command goes on");
  return ExitCode::stopped_early;
}

}  // namespace plimsoll
