#pragma once
/// A table is a list of equally long, named, typed columns with a unit and a meaning each: from the run that fills it to the
/// HDF5 group it ends in, this is the only shape results have. Metrics own the schemas; io writes whatever table it is given.
///
/// NaN means undefined, never 0. Thread rule: a table belongs to one run until it is handed over.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/contract.hpp"

namespace plimsoll {

using ColumnData = std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>>;

struct Column {
  std::string name;     ///< HDF5 dataset name: lower case, unit last ("shortfall_bps")
  std::string unit;     ///< "ns UTC", "ticks", "lots", "money", "bps", "1", "text" ...
  std::string meaning;  ///< one sentence; shown in results/README.md and stored beside the data
  ColumnData data;

  std::size_t size() const {
    return std::visit([](const auto& values) { return values.size(); }, data);
  }
};

class Table {
 public:
  Table() = default;
  explicit Table(std::string name) : name_{std::move(name)} {}

  const std::string& name() const { return name_; }
  std::vector<Column>& columns() { return columns_; }
  const std::vector<Column>& columns() const { return columns_; }
  std::size_t rows() const { return columns_.empty() ? 0 : columns_.front().size(); }

  void add_integer(std::string name, std::string unit, std::string meaning) {
    columns_.push_back({std::move(name), std::move(unit), std::move(meaning), std::vector<std::int64_t>{}});
  }
  void add_real(std::string name, std::string unit, std::string meaning) {
    columns_.push_back({std::move(name), std::move(unit), std::move(meaning), std::vector<double>{}});
  }
  void add_text(std::string name, std::string unit, std::string meaning) {
    columns_.push_back({std::move(name), std::move(unit), std::move(meaning), std::vector<std::string>{}});
  }

  /// Append one row: `append(row...)` with one value per column, in order. A value of the wrong kind is our bug.
  template <class... Values>
  void append(const Values&... values) {
    EXPECT(sizeof...(values) == columns_.size());
    std::size_t index = 0;
    (push(columns_[index++], values), ...);
  }

  /// Room for `rows` rows in all.
  void reserve(std::size_t rows) {
    for (Column& column : columns_) std::visit([rows](auto& values) { values.reserve(rows); }, column.data);
  }

  const Column* find(const std::string& name) const {
    for (const Column& column : columns_)
      if (column.name == name) return &column;
    return nullptr;
  }
  const std::vector<std::int64_t>& integers(const std::string& name) const { return get<std::int64_t>(name); }
  const std::vector<double>& reals(const std::string& name) const { return get<double>(name); }
  const std::vector<std::string>& texts(const std::string& name) const { return get<std::string>(name); }

 private:
  template <class T>
  const std::vector<T>& get(const std::string& name) const {
    const Column* column = find(name);
    EXPECT(column != nullptr && std::holds_alternative<std::vector<T>>(column->data));
    return std::get<std::vector<T>>(column->data);
  }
  template <class Value>
  static void push(Column& column, const Value& value) {
    if constexpr (std::is_convertible_v<Value, std::string>) {
      EXPECT(std::holds_alternative<std::vector<std::string>>(column.data));
      std::get<std::vector<std::string>>(column.data).emplace_back(value);
    } else if constexpr (std::is_floating_point_v<Value>) {
      EXPECT(std::holds_alternative<std::vector<double>>(column.data));
      std::get<std::vector<double>>(column.data).push_back(value);
    } else {
      EXPECT(std::holds_alternative<std::vector<std::int64_t>>(column.data));
      std::get<std::vector<std::int64_t>>(column.data).push_back(static_cast<std::int64_t>(value));
    }
  }

  std::string name_;
  std::vector<Column> columns_;
};

}  // namespace plimsoll
