#pragma once
/// Wall-clock times of an exchange as UTC nanoseconds. Vendors who print local times print neither date nor zone.
///
/// Zones come from the system's TZif files (RFC 8536); UTC needs no file, and US Eastern has its present rule built in (valid since
/// 2007), so the common cases work on a machine without tzdata. No environment variable is read: the same input gives the same tape.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/units.hpp"

namespace plimsoll {

inline constexpr std::int64_t kSecondsPerDay = 86'400;
/// 2200-01-01. Feeds refuse times from here on, so that nobody who adds a delay or the length of a bar to one leaves the range of 64 bits.
inline constexpr TimePoint kFirstFuture = 7'258'118'400 * kSecond;

struct CivilDate {
  int year = 1970;
  int month = 1;  ///< 1-12
  int day = 1;
  friend bool operator==(const CivilDate&, const CivilDate&) = default;
};

/// "YYYY-MM-DD" of a day that exists, years 1900-2199.
std::optional<CivilDate> parse_date(std::string_view text);
/// "YYYY-MM-DD".
std::string date_text(const CivilDate& date);
/// Days since 1970-01-01 in the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms").
std::int64_t days_since_1970(const CivilDate& date);

/// Daylight-saving rule of a POSIX TZ string with `Mm.w.d` dates, e.g. "EST5EDT,M3.2.0,M11.1.0"; the footer of a TZif file.
struct DaylightRule {
  struct Change {
    int month = 0, week = 0, weekday = 0;  ///< week 5: the last one of the month
    std::int64_t local_s = 7'200;          ///< wall time of the change
  };
  std::int64_t standard_s = 0;  ///< offset from UTC, east positive
  std::int64_t daylight_s = 0;
  bool has_daylight = false;
  Change start, end;

  std::int64_t offset_at(std::int64_t utc_s) const;
  static std::optional<DaylightRule> parse(std::string_view text);
};

/// Thread rule: immutable after open().
class TimeZone {
 public:
  /// `name`: IANA name, "" or "UTC". nullopt when the zone is unknown or its file cannot be used.
  static std::optional<TimeZone> open(std::string_view name, const std::string& directory = "/usr/share/zoneinfo");

  /// UTC of a wall-clock time. A time that occurs twice (autumn) is taken as the first one; one that is skipped (spring) as if the clock
  /// had not been changed.
  TimePoint to_utc(const CivilDate& date, Duration since_midnight) const;
  /// The day that a wall clock shows.
  CivilDate date_at(TimePoint time) const;
  /// Seconds east of UTC at a UTC time.
  std::int64_t offset_at(std::int64_t utc_s) const;

 private:
  bool read_tzif(const std::string& bytes);
  std::vector<std::int64_t> changes_;  ///< UTC seconds, increasing
  std::vector<std::int64_t> offsets_;  ///< offsets_[i] holds from changes_[i] on
  std::int64_t first_offset_ = 0;      ///< before the first change
  std::optional<DaylightRule> rule_;   ///< after the last change
};

/// to_utc() of a named zone. Throws BadInput (SETTING-TIMEZONE, exit 78) when the zone is unknown.
TimePoint local_to_utc(const CivilDate& date, Duration since_midnight, std::string_view timezone);
/// The zone, or the same error.
TimeZone require_timezone(std::string_view timezone);

}  // namespace plimsoll
