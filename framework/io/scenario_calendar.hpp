#pragma once
/// Which days are sessions.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

/// "2026-01-02" of a day that exists, years 1900 to 2199.
std::optional<std::chrono::sys_days> parse_iso_date(std::string_view text);
std::string iso_date(std::chrono::sys_days day);

enum class Calendar { every_day, weekdays, us_equities };

/// The first day us_equities knows.
inline constexpr std::chrono::sys_days kUsEquitiesFirst = std::chrono::year{2000} / std::chrono::January / 1;

/// `us_equities`: NYSE and Nasdaq, by the rules of NYSE Rule 7.2 (New Year's Day, Martin Luther King, Washington's Birthday, Good Friday,
/// Memorial Day, Juneteenth from 2022, Independence Day, Labor Day, Thanksgiving, Christmas; on a Saturday the Friday before, but for New
/// Year's Day, which is then not kept; on a Sunday the Monday after) and the closures of whole days since 2000 that no rule gives. Half
/// days are sessions. Source: nyse.com, "Holidays and Trading Hours", and its list of special closings.
bool is_session(std::chrono::sys_days day, Calendar calendar);

/// Sunday of Easter in the Gregorian calendar (Meeus, Astronomical Algorithms, 2nd ed., chapter 8).
std::chrono::sys_days easter_sunday(std::chrono::year year);

/// Both ends included.
std::vector<std::chrono::sys_days> sessions_between(std::chrono::sys_days first, std::chrono::sys_days last, Calendar calendar);

}  // namespace plimsoll
