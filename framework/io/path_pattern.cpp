#include "io/path_pattern.hpp"

#include <algorithm>
#include <array>

namespace plimsoll {
namespace {

constexpr std::string_view kSymbol = "{symbol}";
/// How a day is written: as ISO, as most vendors do, as Nasdaq names its ITCH files.
constexpr std::array<std::string_view, 3> kDates = {"{date}", "{yyyymmdd}", "{mmddyyyy}"};

bool is_date(std::string_view word) { return std::find(kDates.begin(), kDates.end(), word) != kDates.end(); }

std::string date_as(std::string_view word, const std::string& iso) {
  if (word == kDates[0] || iso.size() != 10) return iso;
  const std::string year = iso.substr(0, 4), month = iso.substr(5, 2), day = iso.substr(8, 2);
  return word == kDates[1] ? year + month + day : month + day + year;
}

/// Calls `f` with each piece of the pattern: plain text, or a word with its braces. A brace that is not closed runs to the end.
template <class F>
void for_each_piece(std::string_view pattern, F&& f) {
  while (!pattern.empty()) {
    const std::size_t open = std::min(pattern.find('{'), pattern.size());
    const std::size_t end = open > 0 ? open : std::min(pattern.find('}'), pattern.size() - 1) + 1;
    f(pattern.substr(0, end));
    pattern.remove_prefix(end);
  }
}

}  // namespace

std::string symbol_in_path(std::string_view symbol) {
  constexpr const char* digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : symbol) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
    const bool plain = letter || digit || c == '-' || c == '_' || (c == '.' && !out.empty());
    const auto byte = static_cast<unsigned char>(c);
    out += plain ? std::string(1, c) : std::string{'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

bool names_symbol(std::string_view pattern) { return pattern.find(kSymbol) != pattern.npos; }

bool names_date(std::string_view pattern) {
  return std::any_of(kDates.begin(), kDates.end(), [&](std::string_view word) { return pattern.find(word) != pattern.npos; });
}

std::string unknown_placeholder(std::string_view pattern) {
  std::string out;
  for_each_piece(pattern, [&](std::string_view piece) {
    if (out.empty() && piece.front() == '{' && piece != kSymbol && !is_date(piece)) out = piece;
  });
  return out;
}

std::string fill_pattern(std::string_view pattern, const std::optional<std::string>& symbol, const std::optional<std::string>& date) {
  std::string out;
  for_each_piece(pattern, [&](std::string_view piece) {
    if (symbol && piece == kSymbol)
      out += symbol_in_path(*symbol);
    else if (date && is_date(piece))
      out += date_as(piece, *date);
    else
      out += piece;
  });
  return out;
}

}  // namespace plimsoll
