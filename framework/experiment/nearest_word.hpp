#pragma once
/// "did you mean": the candidate with the smallest edit distance to a mistyped word.

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

/// The candidate nearest to `word`, case ignored, counting insertions, deletions, replacements and swapped neighbours (ties: the earlier
/// one). "" when none is nearer than half of the longer word, because a wild guess helps nobody.
std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace plimsoll
