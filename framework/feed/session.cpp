#include "feed/session.hpp"

#include "core/math.hpp"

namespace plimsoll {

namespace {

constexpr double kMostRows = 2e8;

/// "HH:MM:SS", seconds with up to nine decimals, as nanoseconds since midnight.
std::optional<Duration> parse_clock(std::string_view text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hours = parse_decimal(text.substr(0, 2), 0);
  const auto minutes = parse_decimal(text.substr(3, 2), 0);
  const auto seconds_ns = parse_decimal(text.substr(6), 9);
  if (!hours || !minutes || !seconds_ns || *hours < 0 || *hours > 23 || *minutes < 0 || *minutes > 59) return std::nullopt;
  if (*seconds_ns < 0 || *seconds_ns >= 60 * kSecond) return std::nullopt;
  return (*hours * 60 + *minutes) * 60 * kSecond + *seconds_ns;
}

}  // namespace

std::vector<FeedSetting> session_settings(const char* duration_s, const char* mid_ticks) {
  constexpr auto integer = SettingType::integer;
  constexpr auto real = SettingType::real;
  return {{"seed", integer, false, "1", 0.0, {}, "", "another seed, another session"},
          {"day", integer, false, "0", 0.0, 4294967295.0, "", "another day, another session of the same seed"},
          {"duration_s", real, false, duration_s, 1.0, 86'400.0, "s", "length of the session"},
          {"warmup_s", real, false, "300", 0.0, 86'400.0, "s", "flow before the session, not on the tape"},
          {"events", integer, false, "", 100.0, kMostRows, "rows",
           "about this many rows: all rates by one factor, the flow's clock runs faster"},
          {"date", SettingType::date, false, "2026-01-05", {}, {}, "", "day of the session"},
          {"start", SettingType::text, false, "09:30:00", {}, {}, "", "first moment of the session, HH:MM:SS in timezone"},
          {"timezone", SettingType::timezone, false, "UTC", {}, {}, "", "zone of start"},
          {"mid_ticks", integer, false, mid_ticks, 2.0, 1e9, "ticks", "mid before the warm-up"}};
}

Session read_session(const FeedSettings& settings, double rows_per_s, FaultList& faults) {
  Session session;
  const std::optional<Duration> clock = parse_clock(settings.text("start"));
  if (!clock) faults.add({"SETTING-TYPE", "", "start", in_quotes(settings.text("start")) + " is not a time of day HH:MM:SS", ""});
  const double duration_s = settings.real("duration_s");
  const double warmup_s = settings.real("warmup_s");
  const double rows = settings.has("events") ? static_cast<double>(settings.integer("events")) : duration_s * rows_per_s;
  if (settings.has("events")) session.speed = rows / (duration_s * rows_per_s);
  if (rows > kMostRows)
    faults.add({"SETTING-RANGE", "", "duration_s", "the session would have more than 200,000,000 rows", "shorten it, or lower the rates"});
  else
    session.expected_rows = static_cast<std::size_t>(rows);
  if (rows / duration_s * warmup_s > kMostRows)
    faults.add({"SETTING-RANGE", "", "warmup_s", "the warm-up would have more than 200,000,000 rows",
                settings.has("events") ? "shorten it, or lower events: both run on the same clock" : "shorten it, or lower the rates"});
  session.mid = static_cast<Ticks>(settings.integer("mid_ticks"));
  session.warmup = math::round_half_away(warmup_s * 1e9);
  session.duration = math::round_half_away(duration_s * 1e9);
  session.start = require_timezone(settings.text("timezone")).to_utc(settings.date("date"), clock.value_or(0));
  return session;
}

RandomStream session_stream(const FeedSettings& settings, Purpose purpose) {
  return {static_cast<std::uint64_t>(settings.integer("seed")), static_cast<std::uint32_t>(settings.integer("day")), purpose};
}

TapeInfo session_info(const FeedSettings& settings, const std::string& feed, const std::string& symbol, const std::string& about) {
  TapeInfo info;
  info.instrument.symbol = symbol;
  info.instrument = settings.instrument(info.instrument);
  info.instrument.subticks = 2;  // hidden prints lie on the mid
  info.feed = feed;
  const std::string day = settings.integer("day") == 0 ? "" : ", day " + settings.text("day");
  info.source = "seed " + settings.text("seed") + day + ", " + settings.text("duration_s") + " s " + about;
  info.timezone = settings.text("timezone");
  return info;
}

}  // namespace plimsoll
