#include "feed/timezone.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/error.hpp"
#include "feed/text_file.hpp"

namespace plimsoll {

namespace {

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }
int days_in_month(int year, int month) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/// Year of a day number: guess by the mean year, then correct.
int year_of_day(std::int64_t day) {
  int year = 1970 + static_cast<int>(day / 366) - (day < 0 ? 1 : 0);
  while (days_since_1970({year + 1, 1, 1}) <= day) ++year;
  return year;
}

/// Reads a POSIX TZ string from the left.
class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : rest_{text} {}
  bool done() const { return rest_.empty(); }
  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool name() {
    const bool quoted = take('<');
    std::size_t length = 0;
    const auto belongs = [quoted](char c) { return quoted ? c != '>' : ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')); };
    while (length < rest_.size() && belongs(rest_[length])) ++length;
    rest_.remove_prefix(length);
    return length > 0 && (!quoted || take('>'));
  }
  std::optional<int> number() {
    std::size_t length = 0;
    int value = 0;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    while (length < rest_.size() && length < 4 && is_digit(rest_[length])) value = value * 10 + (rest_[length++] - '0');
    rest_.remove_prefix(length);
    if (length == 0) return std::nullopt;
    return value;
  }
  /// [+-]hh[:mm[:ss]] in seconds.
  std::optional<std::int64_t> clock() {
    const bool negative = take('-');
    if (!negative) take('+');
    std::int64_t seconds = 0;
    for (const std::int64_t unit : {3600, 60, 1}) {
      if (unit != 3600 && !take(':')) break;
      const std::optional<int> part = number();
      if (!part) return std::nullopt;
      seconds += unit * *part;
    }
    return negative ? -seconds : seconds;
  }
  std::optional<DaylightRule::Change> change() {
    DaylightRule::Change change;
    if (!take(',') || !take('M')) return std::nullopt;
    for (int* part : {&change.month, &change.week, &change.weekday}) {
      if (part != &change.month && !take('.')) return std::nullopt;
      const std::optional<int> value = number();
      if (!value) return std::nullopt;
      *part = *value;
    }
    if (take('/')) {
      const std::optional<std::int64_t> at = clock();
      if (!at) return std::nullopt;
      change.local_s = *at;
    }
    const bool sane = change.month >= 1 && change.month <= 12 && change.week >= 1 && change.week <= 5 && change.weekday <= 6;
    return sane ? std::optional{change} : std::nullopt;
  }

 private:
  std::string_view rest_;
};

/// Local seconds since 1970 of a yearly change.
std::int64_t change_in(int year, const DaylightRule::Change& change) {
  const std::int64_t first = days_since_1970({year, change.month, 1});
  const auto weekday_of_first = static_cast<int>(((first + 4) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
  int day = (change.weekday - weekday_of_first + 7) % 7 + 7 * (change.week - 1);
  while (day >= days_in_month(year, change.month)) day -= 7;
  return (first + day) * kSecondsPerDay + change.local_s;
}

std::int64_t big_endian(const std::string& bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = (static_cast<unsigned char>(bytes[at]) & 0x80) != 0 ? ~0ull : 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return static_cast<std::int64_t>(value);
}

/// The six counts of a TZif header (RFC 8536, section 3.1) and the size of the data block behind it.
struct TzifHeader {
  static constexpr std::size_t size = 44;
  std::size_t ut_count, standard_count, leap_count, change_count, type_count, name_bytes;

  static std::optional<TzifHeader> at(const std::string& bytes, std::size_t offset) {
    if (bytes.size() < offset + size || bytes.compare(offset, 4, "TZif") != 0) return std::nullopt;
    std::size_t counts[6];
    for (std::size_t i = 0; i < 6; ++i) {
      const std::int64_t count = big_endian(bytes, offset + 20 + 4 * i, 4);
      if (count < 0 || count > 100'000) return std::nullopt;
      counts[i] = static_cast<std::size_t>(count);
    }
    return TzifHeader{counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
  }
  std::size_t data_bytes(std::size_t time_width) const {
    return change_count * (time_width + 1) + type_count * 6 + name_bytes + leap_count * (time_width + 4) + standard_count + ut_count;
  }
};

}  // namespace

std::optional<CivilDate> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [text](std::size_t from, std::size_t length) {
    int value = 0;
    for (const char c : text.substr(from, length)) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  const CivilDate date{number(0, 4), number(5, 2), number(8, 2)};
  if (date.year < 1900 || date.year > 2199 || date.month < 1 || date.month > 12) return std::nullopt;
  if (date.day < 1 || date.day > days_in_month(date.year, date.month)) return std::nullopt;
  return date;
}

std::int64_t days_since_1970(const CivilDate& date) {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;  // the year starts in March: leap days come last
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

std::optional<DaylightRule> DaylightRule::parse(std::string_view text) {
  DaylightRule rule;
  RuleReader reader{text};
  if (!reader.name()) return std::nullopt;
  const std::optional<std::int64_t> west = reader.clock();
  if (!west) return std::nullopt;
  rule.standard_s = -*west;
  if (reader.done()) return rule;
  if (!reader.name()) return std::nullopt;
  rule.has_daylight = true;
  rule.daylight_s = rule.standard_s + 3'600;
  std::optional<Change> start = reader.change();
  if (!start) {  // an explicit daylight offset stands before the first date
    const std::optional<std::int64_t> daylight_west = reader.clock();
    if (!daylight_west) return std::nullopt;
    rule.daylight_s = -*daylight_west;
    start = reader.change();
  }
  const std::optional<Change> end = reader.change();
  if (!start || !end || !reader.done()) return std::nullopt;
  rule.start = *start;
  rule.end = *end;
  return rule;
}

std::int64_t DaylightRule::offset_at(std::int64_t utc_s) const {
  if (!has_daylight) return standard_s;
  const std::int64_t local = utc_s + standard_s;
  const int year = year_of_day((local >= 0 ? local : local - kSecondsPerDay + 1) / kSecondsPerDay);
  const std::int64_t begins = change_in(year, start) - standard_s;
  const std::int64_t ends = change_in(year, end) - daylight_s;
  const bool daylight = begins < ends ? (utc_s >= begins && utc_s < ends) : !(utc_s >= ends && utc_s < begins);
  return daylight ? daylight_s : standard_s;
}

bool TimeZone::read_tzif(const std::string& bytes) {
  const std::optional<TzifHeader> narrow = TzifHeader::at(bytes, 0);
  if (!narrow || bytes[4] < '2') return false;  // version 1 holds no 64-bit times and no footer
  const std::size_t second = TzifHeader::size + narrow->data_bytes(4);
  const std::optional<TzifHeader> wide = TzifHeader::at(bytes, second);
  if (!wide || wide->type_count == 0) return false;
  const std::size_t times = second + TzifHeader::size;
  const std::size_t kinds = times + wide->change_count * 8;
  const std::size_t types = kinds + wide->change_count;
  const std::size_t footer = times + wide->data_bytes(8);
  if (bytes.size() < footer + 2 || bytes[footer] != '\n' || bytes.back() != '\n') return false;
  const auto offset_of = [&](std::size_t type) { return big_endian(bytes, types + 6 * type, 4); };
  for (std::size_t i = 0; i < wide->change_count; ++i) {
    const auto type = static_cast<unsigned char>(bytes[kinds + i]);
    if (type >= wide->type_count) return false;
    changes_.push_back(big_endian(bytes, times + 8 * i, 8));
    offsets_.push_back(offset_of(type));
  }
  first_offset_ = offset_of(0);
  rule_ = DaylightRule::parse(std::string_view{bytes}.substr(footer + 1, bytes.size() - footer - 2));
  return std::is_sorted(changes_.begin(), changes_.end());
}

std::optional<TimeZone> TimeZone::open(std::string_view name, const std::string& directory) {
  TimeZone zone;
  if (name.empty() || name == "UTC") return zone;
  const auto odd = [](char c) {
    return !((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+');
  };
  if (name.front() == '/' || std::any_of(name.begin(), name.end(), odd)) return std::nullopt;
  const std::filesystem::path path = std::filesystem::path{directory} / name;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) {
    std::ifstream file{path, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    if (zone.read_tzif(bytes)) return zone;
    return std::nullopt;
  }
  if (name == "America/New_York" || name == "US/Eastern") {
    zone.rule_ = DaylightRule::parse("EST5EDT,M3.2.0,M11.1.0");  // Energy Policy Act of 2005, in force since 2007
    return zone;
  }
  return std::nullopt;
}

std::int64_t TimeZone::offset_at(std::int64_t utc_s) const {
  const auto after = std::upper_bound(changes_.begin(), changes_.end(), utc_s);
  if (after == changes_.end() && rule_) return rule_->offset_at(utc_s);
  return after == changes_.begin() ? first_offset_ : offsets_[static_cast<std::size_t>(after - changes_.begin()) - 1];
}

CivilDate TimeZone::date_at(TimePoint time) const {
  const std::int64_t utc_s = time / kSecond - (time % kSecond < 0 ? 1 : 0), local_s = utc_s + offset_at(utc_s);
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds{std::chrono::seconds{local_s}})};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

TimePoint TimeZone::to_utc(const CivilDate& date, Duration since_midnight) const {
  const std::int64_t local_s = days_since_1970(date) * kSecondsPerDay + since_midnight / kSecond;
  const std::int64_t before = offset_at(local_s - kSecondsPerDay);
  const std::int64_t after = offset_at(local_s + kSecondsPerDay);
  const bool before_holds = before == after || offset_at(local_s - before) == before;
  const bool after_holds = offset_at(local_s - after) == after;
  const std::int64_t offset = before_holds || !after_holds ? before : after;
  return (local_s - offset) * kSecond + since_midnight % kSecond;
}

std::string date_text(const CivilDate& date) {
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(date.year) + "-" + two(date.month) + "-" + two(date.day);
}

TimeZone require_timezone(std::string_view timezone) {
  std::optional<TimeZone> zone = TimeZone::open(timezone);
  if (zone) return *std::move(zone);
  throw BadInput{ExitCode::bad_scenario,
                 InputError{"SETTING-TIMEZONE", "", "timezone", in_quotes(timezone) + " is not a time zone this machine knows",
                            "use an IANA name such as America/New_York or UTC; other zones need the package tzdata"}};
}

TimePoint local_to_utc(const CivilDate& date, Duration since_midnight, std::string_view timezone) {
  return require_timezone(timezone).to_utc(date, since_midnight);
}

}  // namespace plimsoll
