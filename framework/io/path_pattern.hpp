#pragma once
/// Names of files with {symbol}, {date}, {yyyymmdd} and {mmddyyyy} in them: what generate and import write under, and [market] finds again.
/// Thread rule: pure functions.

#include <optional>
#include <string>
#include <string_view>

namespace plimsoll {

/// A symbol as part of a file name. Bytes other than letters, digits, `-`, `_` and a `.` that is not the first are written %XX, so that no
/// symbol leads out of its folder and no two symbols share a name.
std::string symbol_in_path(std::string_view symbol);

bool names_symbol(std::string_view pattern);
bool names_date(std::string_view pattern);
/// The first {word} that is no placeholder, "" when there is none.
std::string unknown_placeholder(std::string_view pattern);

/// `pattern` with the placeholders filled in of what is given; the others stay. `date` is YYYY-MM-DD.
std::string fill_pattern(std::string_view pattern, const std::optional<std::string>& symbol, const std::optional<std::string>& date);

}  // namespace plimsoll
