#pragma once
/// Words for people: errors and notes on stderr, numbers short enough to read.
/// Thread rule: one line is written at once; report from any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace plimsoll {

/// With --json, errors are JSON lines too.
void set_json_errors(bool on);
void report_error(const InputError& error);
/// "note ..." on stderr.
void report_note(const std::string& text);
/// One line on stderr.
void say(const std::string& line);

/// Is stderr a terminal on which a line can be written over? (Colour is never used, so NO_COLOR has nothing to switch off.)
bool stderr_is_terminal();

/// Columns of the terminal behind a file descriptor; without one those of $COLUMNS, else 80. At least 40.
std::size_t columns_of(int descriptor);
/// One paragraph as lines of at most `columns`, broken between words, the later lines `indent` spaces in. A word that is longer than a
/// line (a path, say) keeps its own line whole, so that it can be copied.
std::string wrapped(const std::string& text, std::size_t columns, std::size_t indent);

/// "a, b, c".
std::string listed(const std::vector<std::string>& words);
/// 1234567 -> "1,234,567".
std::string grouped(std::uint64_t number);
/// "12.3 MiB".
std::string bytes_text(std::uint64_t bytes);
/// "0:04", "12:30", "3:05:00".
std::string duration_text(double seconds);
/// The same for what has passed: "0.04 s" below ten seconds.
std::string elapsed_text(double seconds);
/// With that many decimals; "-" when undefined.
std::string fixed(double value, int decimals);

}  // namespace plimsoll
