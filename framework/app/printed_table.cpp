#include "app/printed_table.hpp"

#include <algorithm>

#include "app/console.hpp"

namespace plimsoll {
namespace {

constexpr std::size_t kRowsMax = 200;

std::size_t width_of(const std::vector<PrintedColumn>& columns) {
  std::size_t out = 0;
  for (const PrintedColumn& column : columns) out += column.width() + 2;
  return out - 2;
}

/// One line; no spaces behind its last word.
template <class Cell>
std::string line_of(const std::vector<PrintedColumn>& columns, Cell&& cell) {
  std::string out;
  for (const PrintedColumn& column : columns) {
    const std::string& text = cell(column);
    const std::string space(column.width() - text.size(), ' ');
    out += column.right ? space + text + "  " : text + space + "  ";
  }
  return out.erase(out.find_last_not_of(' ') + 1) + "\n";
}

}  // namespace

std::size_t PrintedColumn::width() const {
  std::size_t out = title.size();
  for (const std::string& cell : cells) out = std::max(out, cell.size());
  return out;
}

void fit(std::vector<PrintedColumn>& columns, std::size_t width) {
  while (width_of(columns) > width) {
    const auto least = std::max_element(columns.begin(), columns.end(),
                                        [](const PrintedColumn& a, const PrintedColumn& b) { return a.drop_rank < b.drop_rank; });
    if (least->drop_rank == 0 && columns.size() == 1) return;
    columns.erase(least->drop_rank > 0 ? least : columns.end() - 1);
  }
}

std::string lines_of(const std::vector<PrintedColumn>& columns) {
  std::string out = line_of(columns, [](const PrintedColumn& column) -> const std::string& { return column.title; });
  out += line_of(columns, [](const PrintedColumn& column) { return std::string(column.width(), '-'); });
  const std::size_t rows = columns.front().cells.size();
  for (std::size_t row = 0; row < std::min(rows, kRowsMax); ++row)
    out += line_of(columns, [row](const PrintedColumn& column) -> const std::string& { return column.cells[row]; });
  if (rows > kRowsMax) out += "and " + grouped(rows - kRowsMax) + " more rows: all are in /scenarios of the result\n";
  return out;
}

}  // namespace plimsoll
