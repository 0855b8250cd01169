#pragma once
/// The columns of a table and how each is filled from a row, said once: schema and rows cannot drift apart.

#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/table.hpp"

namespace plimsoll {

/// Built once, then const. `append` needs a table made by `empty` of the same layout (the number of columns is checked).
/// Thread rule: const after building; share freely.
template <class Row>
class TableLayout {
 public:
  explicit TableLayout(std::string table) : table_{std::move(table)} {}

  void integer(std::string name, std::string unit, std::string meaning, std::function<std::int64_t(const Row&)> value) {
    columns_.push_back({std::move(name), std::move(unit), std::move(meaning), std::move(value)});
  }
  void real(std::string name, std::string unit, std::string meaning, std::function<double(const Row&)> value) {
    columns_.push_back({std::move(name), std::move(unit), std::move(meaning), std::move(value)});
  }
  void text(std::string name, std::string unit, std::string meaning, std::function<std::string(const Row&)> value) {
    columns_.push_back({std::move(name), std::move(unit), std::move(meaning), std::move(value)});
  }

  Table empty() const {
    Table table{table_};
    for (const LaidColumn& column : columns_) {
      switch (column.value.index()) {
        case 0: table.add_integer(column.name, column.unit, column.meaning); break;
        case 1: table.add_real(column.name, column.unit, column.meaning); break;
        default: table.add_text(column.name, column.unit, column.meaning); break;
      }
    }
    return table;
  }

  void append(Table& table, const Row& row) const {
    EXPECT(table.columns().size() == columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i)
      std::visit([&](const auto& value) { push(table.columns()[i], value(row)); }, columns_[i].value);
  }

 private:
  struct LaidColumn {
    std::string name, unit, meaning;
    std::variant<std::function<std::int64_t(const Row&)>, std::function<double(const Row&)>, std::function<std::string(const Row&)>> value;
  };
  template <class Value>
  static void push(Column& column, Value value) {
    auto* values = std::get_if<std::vector<Value>>(&column.data);
    EXPECT(values != nullptr);
    values->push_back(std::move(value));
  }

  std::string table_;
  std::vector<LaidColumn> columns_;
};

}  // namespace plimsoll
