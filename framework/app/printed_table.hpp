#pragma once
/// A table for people: columns of text that fit into a terminal, the least important going first.

#include <cstddef>
#include <string>
#include <vector>

namespace plimsoll {

struct PrintedColumn {
  std::string title;
  std::vector<std::string> cells;
  bool right = true;
  int drop_rank = 0;  ///< higher goes first when the table is too wide; 0 stays

  std::size_t width() const;
};

/// Takes columns away until the rest is at most `width` wide: by rank, then those behind the last that fits. One always stays.
void fit(std::vector<PrintedColumn>& columns, std::size_t width);

/// Titles, a rule, and the first rows: a table is for reading, the others are counted.
std::string lines_of(const std::vector<PrintedColumn>& columns);

}  // namespace plimsoll
