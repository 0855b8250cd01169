#pragma once
/// What all generators share: when the session is, how fast its clock runs, and under which random address it is drawn.

#include <string>
#include <vector>

#include "core/random.hpp"
#include "feed/settings.hpp"
#include "feed/text_file.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

struct Session {
  TimePoint start = 0;
  Duration warmup = 0;    ///< flow before `start`, not on the tape
  Duration duration = 0;  ///< the tape ends before start + duration
  Ticks mid = 0;          ///< before the warm-up
  /// Every rate of the model is multiplied by it: the market of event time stays what it is, only its clock runs faster. 1 unless `events`
  /// is set.
  double speed = 1.0;
  std::size_t expected_rows = 0;
  TimePoint end() const { return start + duration; }
};

/// seed, day, duration_s, warmup_s, date, start, timezone, events, mid_ticks with these defaults.
std::vector<FeedSetting> session_settings(const char* duration_s, const char* mid_ticks);

/// `rows_per_s`: what the model writes in a second of its own clock, about. Adds a fault for a `start` that is no time of day and for
/// sessions that would not fit in memory (more than 200,000,000 rows) and for a warm-up of as many.
Session read_session(const FeedSettings& settings, double rows_per_s, FaultList& faults);

/// The stream of (seed, day, purpose): a session depends on no other one.
RandomStream session_stream(const FeedSettings& settings, Purpose purpose);

/// Instrument (half ticks allowed for prints), feed, source and time zone. `about` is the end of the source: "of zero-intelligence flow".
TapeInfo session_info(const FeedSettings& settings, const std::string& feed, const std::string& symbol, const std::string& about);

}  // namespace plimsoll
