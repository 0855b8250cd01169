#include "experiment/nearest_word.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace plimsoll {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Insertions, deletions, replacements and swaps of neighbours, each 1 (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> two_back, last, row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    two_back = std::exchange(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto same = [&](std::size_t from_a, std::size_t from_b) { return lower(a[from_a]) == lower(b[from_b]); };
      row[j] = std::min({last[j - 1] + (same(i - 1, j - 1) ? 0 : 1), last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && same(i - 1, j - 2) && same(i - 2, j - 1)) row[j] = std::min(row[j], two_back[j - 2] + 1);
    }
  }
  return row.back();
}

}  // namespace

std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongestWord = 256;  // nobody mistypes more, and the work is quadratic
  if (word.size() > kLongestWord) return "";
  std::string nearest;
  std::size_t smallest = kLongestWord;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongestWord) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= smallest || 2 * distance >= std::max(word.size(), candidate.size())) continue;
    smallest = distance;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace plimsoll
