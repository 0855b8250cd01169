#include "feed/timezone.hpp"
#include "feed/feed_files.hpp"
#include "feed/text_file.hpp"

namespace plimsoll {

namespace {
constexpr Duration kHour = 3'600 * kSecond;
/// Hours that UTC is ahead of a wall clock.
std::int64_t hours_behind(const TimeZone& zone, const CivilDate& date, Duration since_midnight) {
  return (zone.to_utc(date, since_midnight) - days_since_1970(date) * kSecondsPerDay * kSecond - since_midnight) / kHour;
}
}  // namespace

TEST_CASE("days are counted in the Gregorian calendar") {
  CHECK(days_since_1970({1970, 1, 1}) == 0);
  CHECK(days_since_1970({2000, 2, 29}) == 11'016);
  CHECK(days_since_1970({2012, 6, 21}) == 15'512);
  CHECK(days_since_1970({1969, 12, 31}) == -1);
  CHECK(parse_date("2012-02-29") == CivilDate{2012, 2, 29});
  for (const char* text : {"2011-02-29", "2012-13-01", "2012-00-01", "2012-1-01", "2012/01/01", "", "2012-01-011"}) {
    CHECK(!parse_date(text));
  }
}

TEST_CASE("New York is five hours behind in winter, four in summer, and changes at two on its Sundays, with or without a zone database") {
  for (const char* directory : {"/usr/share/zoneinfo", "/nowhere"}) {
    INFO(directory);
    const auto zone = TimeZone::open("America/New_York", directory);
    REQUIRE(zone);
    CHECK(hours_behind(*zone, {2012, 1, 10}, 10 * kHour) == 5);
    CHECK(hours_behind(*zone, {2012, 6, 21}, 10 * kHour) == 4);
    CHECK(hours_behind(*zone, {2012, 3, 11}, kHour) == 5);
    CHECK(hours_behind(*zone, {2012, 3, 11}, 3 * kHour) == 4);
    CHECK(hours_behind(*zone, {2012, 11, 4}, kHour - 1) == 4);
    CHECK(hours_behind(*zone, {2012, 11, 4}, kHour + 1) == 4);  // occurs twice: the first one
    CHECK(hours_behind(*zone, {2012, 11, 4}, 2 * kHour) == 5);
    CHECK(hours_behind(*zone, {2150, 7, 1}, 10 * kHour) == 4);  // beyond any table: by rule
  }
}

TEST_CASE("UTC needs no file, and an unknown or dishonest zone name is refused") {
  CHECK(local_to_utc({1970, 1, 2}, 5, "UTC") == 86'400 * kSecond + 5);
  CHECK(local_to_utc({1970, 1, 2}, 5, "") == 86'400 * kSecond + 5);
  for (const char* zone : {"Mars/Olympus", "../../../etc/passwd", "/etc/localtime", "America", "EST 5"}) {
    INFO(zone);
    CHECK(!TimeZone::open(zone));
    CHECK(test::has_code(test::failure_of([&] { local_to_utc({2012, 6, 21}, 0, zone); }), "SETTING-TIMEZONE"));
  }
}

TEST_CASE("a zone file that is cut off or no zone file at all is not used") {
  const test::FreshFolder folder;
  folder.write("Short", "TZif2");
  folder.write("Text", "this is not a time zone, although it is long enough to hold the header of one");
  CHECK(!TimeZone::open("Short", folder.path("")));
  CHECK(!TimeZone::open("Text", folder.path("")));
}

TEST_CASE("daylight rules of POSIX strings, both hemispheres") {
  const auto sydney = DaylightRule::parse("AEST-10AEDT,M10.1.0,M4.1.0/3");
  REQUIRE(sydney);
  CHECK(sydney->offset_at(days_since_1970({2024, 1, 15}) * kSecondsPerDay) == 39'600);
  CHECK(sydney->offset_at(days_since_1970({2024, 7, 15}) * kSecondsPerDay) == 36'000);
  const auto kolkata = DaylightRule::parse("<+0530>-5:30");
  REQUIRE(kolkata);
  CHECK(kolkata->offset_at(0) == 19'800);
  const auto london = DaylightRule::parse("GMT0BST,M3.5.0/1,M10.5.0");
  REQUIRE(london);
  CHECK(london->offset_at(days_since_1970({2024, 3, 31}) * kSecondsPerDay + 3'599) == 0);
  CHECK(london->offset_at(days_since_1970({2024, 3, 31}) * kSecondsPerDay + 3'600) == 3'600);
  for (const char* text : {"", "EST", "5EDT", "EST5EDT", "EST5EDT,J60,J300", "EST5EDT,M13.1.0,M11.1.0"}) CHECK(!DaylightRule::parse(text));
}

TEST_CASE("decimals are read exactly or not at all") {
  CHECK(parse_decimal("34200.5", 9) == 34'200'500'000'000);
  CHECK(parse_decimal("0.01", 9) == 10'000'000);
  CHECK(parse_decimal("1", 0) == 1);
  CHECK(parse_decimal("1.000", 0) == 1);
  CHECK(parse_decimal("-0.5", 1) == -5);
  for (const char* text : {"", ".", "1.", ".5", "1e3", "+1", "1.0000000001", "1,5", " 1", "99999999999999999999", "0x10"}) {
    INFO(text);
    CHECK(!parse_decimal(text, 9));
  }
}

}  // namespace plimsoll
