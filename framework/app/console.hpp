#pragma once
/// Words for people: errors and notes on stderr, numbers short enough to read.
/// Thread rule: one line is written at once; report from any thread.

#include <cstdint>
#include <string>

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

/// 1234567 -> "1,234,567".
std::string grouped(std::uint64_t number);
/// "12.3 MiB".
std::string bytes_text(std::uint64_t bytes);
/// "0:04", "12:30", "3:05:00".
std::string duration_text(double seconds);
/// With that many decimals; "-" when undefined.
std::string fixed(double value, int decimals);

}  // namespace plimsoll
