#pragma once
/// Lists in one text: "a.gz, b.gz".

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

/// The parts between commas, spaces around them removed; empty parts are left out.
inline std::vector<std::string> comma_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const std::size_t first = part.find_first_not_of(' ');
    if (first != std::string_view::npos) parts.emplace_back(part.substr(first, part.find_last_not_of(' ') - first + 1));
  }
  return parts;
}

}  // namespace plimsoll
