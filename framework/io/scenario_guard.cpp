#include "io/scenario_guard.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "io/scenario_text.hpp"

namespace plimsoll {
namespace {

/// Line and column (in code points, from 1) of a byte.
std::string place_of_byte(const std::string& name, std::string_view text, std::size_t byte) {
  std::size_t line = 1, column = 1;
  for (std::size_t index = 0; index < byte && index < text.size(); ++index) {
    if (text[index] == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(text[index]) & 0xC0) != 0x80) {
      ++column;
    }
  }
  return name + ":" + std::to_string(line) + ":" + std::to_string(column);
}

/// Length of the UTF-8 sequence at `at`, 0 when there is none (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t index) -> std::uint32_t { return index < text.size() ? static_cast<unsigned char>(text[index]) : 0; };
  const auto follows = [&](std::size_t index) { return (byte(index) & 0xC0) == 0x80; };
  const std::uint32_t first = byte(at);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(at + 1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!follows(at + 1) || !follows(at + 2)) return 0;
    if (first == 0xE0 && byte(at + 1) < 0xA0) return 0;
    if (first == 0xED && byte(at + 1) > 0x9F) return 0;
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!follows(at + 1) || !follows(at + 2) || !follows(at + 3)) return 0;
    if (first == 0xF0 && byte(at + 1) < 0x90) return 0;
    if (first == 0xF4 && byte(at + 1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

/// Position of the first byte that is not text, or npos.
std::size_t find_non_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = text[at] == '\0' ? 0 : utf8_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

/// Follows strings, comments and brackets just well enough to count depth: open brackets plus the dots of the key being read.
std::size_t find_too_deep(std::string_view text) {
  int brackets = 0, dots = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '#') {
      at = text.find('\n', at);
      if (at == std::string_view::npos) return at;
      dots = 0;
    } else if (c == '"' || c == '\'') {
      const std::string_view triple = c == '"' ? "\"\"\"" : "'''";
      const bool multi_line = text.substr(at, 3) == triple;
      for (at += multi_line ? 3 : 1; at < text.size(); ++at) {
        if (c == '"' && text[at] == '\\')
          ++at;
        else if (multi_line ? text.substr(at, 3) == triple : text[at] == c || text[at] == '\n')
          break;
      }
      if (multi_line) at += 2;
      if (!multi_line && at < text.size() && text[at] == '\n') dots = 0;
    } else if (c == '[' || c == '{') {
      ++brackets;
      dots = 0;
    } else if (c == ']' || c == '}') {
      brackets -= brackets > 0 ? 1 : 0;
    } else if (c == '\n' || c == '=' || c == ',') {
      dots = 0;
    } else if (c == '.') {
      ++dots;
    }
    if (brackets + dots > kScenarioDepthMax) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<InputError> find_hostile_text(const std::string& name, std::string_view text) {
  if (text.size() > kScenarioBytesMax)
    return InputError{"SCENARIO-TOO-LARGE", name, "", "has more than 1 MiB (1048576 bytes)", "a scenario file is a page of text"};
  if (const std::size_t at = find_non_text(text); at != std::string_view::npos) {
    const bool nul = text[at] == '\0';
    return InputError{"SCENARIO-ENCODING", place_of_byte(name, text, at), "", nul ? "a NUL byte" : "bytes that are not UTF-8",
                      "save the file as UTF-8 text"};
  }
  if (const std::size_t at = find_too_deep(text); at != std::string_view::npos)
    return InputError{"SCENARIO-TOO-DEEP", place_of_byte(name, text, at), "", "keys and brackets nested deeper than 64", ""};
  return std::nullopt;
}

std::string read_scenario_text(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    throw BadInput{ExitCode::no_input, {"SCENARIO-MISSING", path, "", "there is no such file", "check the path"}};
  if (!std::filesystem::is_regular_file(status))
    throw BadInput{ExitCode::no_input,
                   {"SCENARIO-MISSING", path, "", "is not a regular file", "name a scenario file, e.g. scenarios/quickstart.toml"}};
  std::ifstream stream{path, std::ios::binary};
  // One byte more than is allowed: enough to know, and no more is read of a file of any size.
  std::string text(kScenarioBytesMax + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
  if (stream.bad() || !stream.is_open())
    throw BadInput{ExitCode::no_input, {"SCENARIO-UNREADABLE", path, "", "cannot be read", "check its permissions"}};
  return text;
}

}  // namespace plimsoll
