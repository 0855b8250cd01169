#include "app/console.hpp"

#include <unistd.h>

#include <array>
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

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::isfinite(seconds) && seconds < 1e9 ? std::ceil(seconds) : 0);
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  if (whole < 3600) return std::to_string(whole / 60) + ":" + two(whole % 60);
  return std::to_string(whole / 3600) + ":" + two(whole / 60 % 60) + ":" + two(whole % 60);
}

}  // namespace plimsoll
