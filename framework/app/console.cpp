#include "app/console.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include <nlohmann/json.hpp>

namespace plimsoll {
namespace {

// How this process speaks; touches no result. tidy: allow static
bool json_errors = false;

constexpr std::size_t kDefaultColumns = 80, kColumnsMin = 40, kColumnsMax = 1000;

/// Code points of UTF-8 text: what a terminal shows of the texts of a scenario file, but for double-width and combining characters.
std::size_t columns_taken(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

void set_json_errors(bool on) { json_errors = on; }

void say(const std::string& line) {
  const std::string text = line + "\n";
  std::cout.flush();
  std::cerr.write(text.data(), static_cast<std::streamsize>(text.size())).flush();
}

void report_error(const InputError& error) {
  if (!json_errors) return say(error.text());
  const nlohmann::ordered_json line = {
      {"error", error.code}, {"place", error.place}, {"field", error.field}, {"problem", error.problem}, {"suggestion", error.suggestion}};
  say(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void report_note(const std::string& text) {
  if (!json_errors) return say("note " + text);
  say(nlohmann::ordered_json{{"note", text}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

bool stderr_is_terminal() {
  const char* term = std::getenv("TERM");
  return term != nullptr && std::string_view{term} != "dumb" && isatty(STDERR_FILENO) != 0;
}

std::size_t columns_of(int descriptor) {
  winsize size{};
  std::size_t columns = ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
  if (const char* set = std::getenv("COLUMNS"); columns == 0 && set != nullptr) {
    const std::string_view text{set};
    std::from_chars(text.data(), text.data() + text.size(), columns);
  }
  return columns == 0 ? kDefaultColumns : std::clamp<std::size_t>(columns, kColumnsMin, kColumnsMax);
}

std::string wrapped(const std::string& text, std::size_t columns, std::size_t indent) {
  std::string out;
  std::size_t line = 0;  // columns of the last line of `out`
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t spaces = std::min(text.find_first_not_of(' ', at), text.size()) - at;
    const std::size_t end = std::min(text.find(' ', at + spaces), text.size());
    const std::string word = text.substr(at + spaces, end - at - spaces);
    const std::size_t width = columns_taken(word);
    const bool fits = line + spaces + width <= columns;
    if (!fits && line > indent) {
      out += "\n" + std::string(indent, ' ');
      line = indent;
    } else {
      out += std::string(spaces, ' ');
      line += spaces;
    }
    out += word;
    line += width;
    at = end;
  }
  return out;
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "-";
  std::array<char, 400> buffer;
  std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
  std::string out = buffer.data();
  // "-0.00" is a zero that rounding made.
  if (out.front() == '-' && out.find_first_not_of("-0.") == std::string::npos) out.erase(0, 1);
  return out;
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return fixed(value, unit == 0 ? 0 : 1) + " " + kUnits[unit];
}

std::string elapsed_text(double seconds) { return seconds < 9.995 ? fixed(seconds, 2) + " s" : duration_text(seconds); }

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::isfinite(seconds) && seconds < 1e9 ? std::ceil(seconds) : 0);
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  if (whole < 3600) return std::to_string(whole / 60) + ":" + two(whole % 60);
  return std::to_string(whole / 3600) + ":" + two(whole / 60 % 60) + ":" + two(whole % 60);
}

}  // namespace plimsoll
