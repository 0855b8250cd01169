#pragma once
/// The columns of a table and how each is filled from a row, said once: schema and rows cannot drift apart.

#include <functional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/table.hpp"

namespace plimsoll {

/// Built once, then const. Rows go in column by column: one call a column, however many rows. `append` needs a table made by `empty` of the
/// same layout (the number of columns is checked). Thread rule: const after building; share freely.
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
    columns_.push_back({std::move(name), std::move(unit), std::move(meaning), filler<std::string>(value)});
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
    EXPECT(table.columns().size() == columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i)
      std::visit([&](const auto& fill) { append(table.columns()[i], fill, rows); }, columns_[i].fill);
  }

 private:
  template <class Value>
  using Fill = std::function<void(std::vector<Value>&, std::span<const Row>)>;
  struct LaidColumn {
    std::string name, unit, meaning;
    std::variant<Fill<std::int64_t>, Fill<double>, Fill<std::string>> fill;
  };
  template <class Value, class Cell>
  static Fill<Value> filler(Cell cell) {
    return [cell](std::vector<Value>& values, std::span<const Row> rows) {
      if constexpr (std::is_arithmetic_v<Value>) {
        const std::size_t before = values.size();
        values.resize(before + rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) values[before + i] = static_cast<Value>(cell(rows[i]));
      } else {
        for (const Row& row : rows) values.emplace_back(cell(row));
      }
    };
  }
  template <class Value>
  static void append(Column& column, const Fill<Value>& fill, std::span<const Row> rows) {
    auto* values = std::get_if<std::vector<Value>>(&column.data);
    EXPECT(values != nullptr);
    fill(*values, rows);
  }

  std::string table_;
  std::vector<LaidColumn> columns_;
};

}  // namespace plimsoll
