#include "io/scenario_calendar.hpp"

#include <algorithm>
#include <array>

namespace plimsoll {
namespace {

using namespace std::chrono;

/// Closed for a whole day, and no holiday.
constexpr std::array<sys_days, 10> kUnforeseen = {
    year{2001} / 9 / 11,  year{2001} / 9 / 12,  year{2001} / 9 / 13, year{2001} / 9 / 14,  // attacks of September 11
    year{2004} / 6 / 11,                                                                   // mourning for President Reagan
    year{2007} / 1 / 2,                                                                    // for President Ford
    year{2012} / 10 / 29, year{2012} / 10 / 30,                                            // hurricane Sandy
    year{2018} / 12 / 5,                                                                   // for President G. H. W. Bush
    year{2025} / 1 / 9,                                                                    // for President Carter
};

/// A holiday of a fixed date moves off the weekend.
sys_days kept_on(sys_days date) {
  const weekday day{date};
  return day == Saturday ? date - days{1} : day == Sunday ? date + days{1} : date;
}

bool is_us_holiday(sys_days day) {
  const year in = year_month_day{day}.year();
  const auto on = [&](const year_month_weekday& rule) { return day == sys_days{rule}; };
  const sys_days new_year = in / January / 1;
  return (day == kept_on(new_year) && weekday{new_year} != Saturday) ||  // a Saturday's would fall into the old year: not kept
         on(in / January / Monday[3]) || on(in / February / Monday[3]) || day == easter_sunday(in) - days{2} ||
         day == sys_days{in / May / Monday[last]} || (in >= year{2022} && day == kept_on(in / June / 19)) ||
         day == kept_on(in / July / 4) || on(in / September / Monday[1]) || on(in / November / Thursday[4]) ||
         day == kept_on(in / December / 25);
}

}  // namespace

std::optional<sys_days> parse_iso_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  std::array<int, 3> numbers{};
  constexpr std::array<std::pair<std::size_t, std::size_t>, 3> parts = {{{0, 4}, {5, 7}, {8, 10}}};
  for (std::size_t part = 0; part < parts.size(); ++part)
    for (std::size_t at = parts[part].first; at < parts[part].second; ++at) {
      if (text[at] < '0' || text[at] > '9') return std::nullopt;
      numbers[part] = numbers[part] * 10 + (text[at] - '0');
    }
  const year_month_day date{year{numbers[0]}, month{static_cast<unsigned>(numbers[1])}, day{static_cast<unsigned>(numbers[2])}};
  if (!date.ok() || numbers[0] < 1900 || numbers[0] > 2199) return std::nullopt;
  return sys_days{date};
}

std::string iso_date(sys_days day) {
  const year_month_day date{day};
  const auto two = [](unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(static_cast<int>(date.year())) + "-" + two(static_cast<unsigned>(date.month())) + "-" +
         two(static_cast<unsigned>(date.day()));
}

sys_days easter_sunday(year in) {
  const int y = static_cast<int>(in);
  const int a = y % 19, b = y / 100, c = y % 100, d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
  return in / month{static_cast<unsigned>(n / 31)} / day{static_cast<unsigned>(n % 31 + 1)};
}

bool is_session(sys_days day, Calendar calendar) {
  if (calendar == Calendar::every_day) return true;
  const weekday of_week{day};
  if (of_week == Saturday || of_week == Sunday) return false;
  return calendar == Calendar::weekdays ||
         (!is_us_holiday(day) && std::find(kUnforeseen.begin(), kUnforeseen.end(), day) == kUnforeseen.end());
}

std::vector<sys_days> sessions_between(sys_days first, sys_days last, Calendar calendar) {
  std::vector<sys_days> out;
  for (sys_days day = first; day <= last; day += days{1})
    if (is_session(day, calendar)) out.push_back(day);
  return out;
}

}  // namespace plimsoll
