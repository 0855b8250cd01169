#pragma once
/// The columns of a table and how each is filled from a row, said once: schema and rows cannot drift apart.

#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/table.hpp"

namespace plimsoll {

/// Rows that are laid out at a time: all cells of one column of them, then of the next.
inline constexpr std::size_t kLayoutRows = 128;

/// Built once, then const. Rows go in column by column: one call a column for kLayoutRows rows. `append` needs a table made by `empty` of
/// the same layout (the number of columns is checked). Thread rule: const after building; share freely.
template <class Row>
class TableLayout {
 public:
  explicit TableLayout(std::string table) : table_{std::move(table)} {}

  /// `value` gives the cell of a row.
  template <class Cell>
  void integer(std::string name, std::string unit, std::string meaning, Cell value) {
    columns_.push_back({std::move(name), std::move(unit), std::move(meaning), filler<std::int64_t>(value)});
  }
  template <class Cell>
  void real(std::string name, std::string unit, std::string meaning, Cell value) {
    columns_.push_back({std::move(name), std::move(unit), std::move(meaning), filler<double>(value)});
  }
  template <class Cell>
  void text(std::string name, std::string unit, std::string meaning, Cell value) {
    columns_.push_back({std::move(name), std::move(unit), std::move(meaning), filler<std::string_view>(value)});
  }

  Table empty() const {
    Table table{table_};
    for (const LaidColumn& column : columns_) {
      switch (column.fill.index()) {
        case 0: table.add_integer(column.name, column.unit, column.meaning); break;
        case 1: table.add_real(column.name, column.unit, column.meaning); break;
        default: table.add_text(column.name, column.unit, column.meaning); break;
      }
    }
    return table;
  }

  void append(Table& table, std::span<const Row> rows) const {
    EXPECT(table.forms().size() == columns_.size());
    for (; !rows.empty(); rows = rows.subspan(std::min(rows.size(), kLayoutRows))) {
      const std::span<const Row> some = rows.first(std::min(rows.size(), kLayoutRows));
      for (std::size_t i = 0; i < columns_.size(); ++i)
        std::visit([&](const auto& fill) { append(table, i, fill, some); }, columns_[i].fill);
    }
  }

 private:
  template <class Value>
  using Fill = std::function<void(std::span<const Row>, Value* cells)>;
  struct LaidColumn {
    std::string name, unit, meaning;
    std::variant<Fill<std::int64_t>, Fill<double>, Fill<std::string_view>> fill;
  };
  template <class Value, class Cell>
  static Fill<Value> filler(Cell cell) {
    using Result = std::invoke_result_t<Cell, const Row&>;
    static_assert(!std::is_same_v<Result, std::string>, "a text cell must outlive the call: give a view of what the row holds");
    return [cell](std::span<const Row> rows, Value* cells) {
      for (const Row& row : rows) *cells++ = static_cast<Value>(cell(row));
    };
  }
  template <class Value>
  static void append(Table& table, std::size_t column, const Fill<Value>& fill, std::span<const Row> rows) {
    std::array<Value, kLayoutRows> cells;
    fill(rows, cells.data());
    table.append_cells(column, std::span<const Value>{cells.data(), rows.size()});
  }

  std::string table_;
  std::vector<LaidColumn> columns_;
};

}  // namespace plimsoll
