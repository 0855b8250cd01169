// Sessions of US equities against the exchanges' own lists.
#include "io/scenario_calendar.hpp"

#include <map>

#include "claims.hpp"

using namespace plimsoll;
using namespace std::chrono;

namespace {

sys_days on(const std::string& text) {
  const auto parsed = parse_iso_date(text);
  REQUIRE(parsed.has_value());
  return *parsed;
}

std::vector<std::string> weekdays_without_session(int in) {
  std::vector<std::string> out;
  for (const sys_days each : sessions_between(year{in} / 1 / 1, year{in} / 12 / 31, Calendar::weekdays))
    if (!is_session(each, Calendar::us_equities)) out.push_back(iso_date(each));
  return out;
}

}  // namespace

TEST_CASE("US equities are closed on the days the exchanges say, in years chosen for their weekends and their surprises") {
  // NYSE, "Holidays and Trading Hours" of each year, and its list of special closings.
  const std::map<int, std::vector<std::string>> closed = {
      {2001,
       {"2001-01-01", "2001-01-15", "2001-02-19", "2001-04-13", "2001-05-28", "2001-07-04", "2001-09-03", "2001-09-11", "2001-09-12",
        "2001-09-13", "2001-09-14", "2001-11-22", "2001-12-25"}},
      {2004,
       {"2004-01-01", "2004-01-19", "2004-02-16", "2004-04-09", "2004-05-31", "2004-06-11", "2004-07-05", "2004-09-06", "2004-11-25",
        "2004-12-24"}},
      {2005, {"2005-01-17", "2005-02-21", "2005-03-25", "2005-05-30", "2005-07-04", "2005-09-05", "2005-11-24", "2005-12-26"}},
      {2007,
       {"2007-01-01", "2007-01-02", "2007-01-15", "2007-02-19", "2007-04-06", "2007-05-28", "2007-07-04", "2007-09-03", "2007-11-22",
        "2007-12-25"}},
      {2012,
       {"2012-01-02", "2012-01-16", "2012-02-20", "2012-04-06", "2012-05-28", "2012-07-04", "2012-09-03", "2012-10-29", "2012-10-30",
        "2012-11-22", "2012-12-25"}},
      {2018,
       {"2018-01-01", "2018-01-15", "2018-02-19", "2018-03-30", "2018-05-28", "2018-07-04", "2018-09-03", "2018-11-22", "2018-12-05",
        "2018-12-25"}},
      {2020,
       {"2020-01-01", "2020-01-20", "2020-02-17", "2020-04-10", "2020-05-25", "2020-07-03", "2020-09-07", "2020-11-26", "2020-12-25"}},
      {2021,
       {"2021-01-01", "2021-01-18", "2021-02-15", "2021-04-02", "2021-05-31", "2021-07-05", "2021-09-06", "2021-11-25", "2021-12-24"}},
      {2022,
       {"2022-01-17", "2022-02-21", "2022-04-15", "2022-05-30", "2022-06-20", "2022-07-04", "2022-09-05", "2022-11-24", "2022-12-26"}},
      {2024,
       {"2024-01-01", "2024-01-15", "2024-02-19", "2024-03-29", "2024-05-27", "2024-06-19", "2024-07-04", "2024-09-02", "2024-11-28",
        "2024-12-25"}},
      {2025,
       {"2025-01-01", "2025-01-09", "2025-01-20", "2025-02-17", "2025-04-18", "2025-05-26", "2025-06-19", "2025-07-04", "2025-09-01",
        "2025-11-27", "2025-12-25"}},
      {2026,
       {"2026-01-01", "2026-01-19", "2026-02-16", "2026-04-03", "2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07", "2026-11-26",
        "2026-12-25"}},
  };
  for (const auto& [in, days] : closed) {
    CAPTURE(in);
    CHECK(weekdays_without_session(in) == days);
  }
}

TEST_CASE("a year of US equities has the sessions it is known to have had") {
  const std::map<int, std::size_t> known = {{2001, 248}, {2008, 253}, {2012, 250}, {2017, 251}, {2019, 252},
                                            {2020, 253}, {2021, 252}, {2022, 251}, {2023, 250}, {2024, 252}};
  for (const auto& [in, sessions] : known) {
    CAPTURE(in);
    CHECK(sessions_between(year{in} / 1 / 1, year{in} / 12 / 31, Calendar::us_equities).size() == sessions);
  }
}

TEST_CASE("a half day is a session, a weekend is none, and every day of the week is one for whoever says so") {
  CHECK(is_session(on("2023-11-24"), Calendar::us_equities));
  CHECK(is_session(on("2024-07-03"), Calendar::us_equities));
  CHECK(is_session(on("2010-12-31"), Calendar::us_equities));  // New Year's Day on a Saturday is not kept the day before
  CHECK(is_session(on("2021-06-18"), Calendar::us_equities));  // Juneteenth from 2022 on
  CHECK_FALSE(is_session(on("2026-01-03"), Calendar::weekdays));
  CHECK(is_session(on("2026-01-03"), Calendar::every_day));
  CHECK(is_session(on("2026-01-01"), Calendar::weekdays));
  CHECK(sessions_between(on("2026-01-02"), on("2026-01-30"), Calendar::us_equities).size() == 20);
  CHECK(sessions_between(on("2026-01-02"), on("2026-01-02"), Calendar::every_day).size() == 1);
}

TEST_CASE("Easter is where the almanac has it") {
  for (const char* sunday : {"2000-04-23", "2008-03-23", "2011-04-24", "2018-04-01", "2024-03-31", "2038-04-25", "2100-03-28"}) {
    CAPTURE(sunday);
    CHECK(iso_date(easter_sunday(year_month_day{on(sunday)}.year())) == sunday);
  }
}

TEST_CASE("a date is ten characters of a day that exists") {
  CHECK(iso_date(on("2024-02-29")) == "2024-02-29");
  for (const char* text : {"2023-02-29", "2026-1-02", "2026-01-2", "20260102", "2026/01/02", "2026-13-01", "2026-00-10", "2026-01-32",
                           "1899-12-31", "2200-01-01", "2026-01-02 ", "", "-026-01-02"})
    CHECK_FALSE(parse_iso_date(text).has_value());
}
