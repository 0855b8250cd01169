#pragma once
/// A table is a list of equally long, named, typed columns with a unit and a meaning each: from the run that fills it to the
/// HDF5 group it ends in, this is the only shape results have. Metrics own the schemas; io writes whatever table it is given.
///
/// A table of many rows is kept packed (packed_column.hpp) from when it is made until it is written: a row of /fills takes 60 bytes instead
/// of 270. Who asks for its columns gets them, and the table is an ordinary one from then on.
///
/// NaN means undefined, never 0. Thread rule: a table belongs to one run until it is handed over; even reading one is for one thread at a
/// time.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/contract.hpp"
#include "core/packed_column.hpp"

namespace plimsoll {

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
  std::vector<Column>& columns() {
    unpack();
    return columns_;
  }
  const std::vector<Column>& columns() const {
    unpack();
    return columns_;
  }
  std::size_t rows() const { return is_packed() ? packed_.front().rows() : columns_.empty() ? 0 : columns_.front().size(); }

  /// From now on rows are kept packed. Precondition: it has columns, and no rows, and is not packed yet. Copies share what the columns are.
  void pack() {
    EXPECT(!columns_.empty() && rows() == 0 && !is_packed());
    for (const Column& column : columns_) packed_.emplace_back(static_cast<PackedColumn::Kind>(column.data.index()));
    packed_forms_ = std::make_shared<const std::vector<Column>>(std::exchange(columns_, {}));
  }
  bool is_packed() const { return !packed_.empty(); }
  /// Empty unless packed.
  const std::vector<PackedColumn>& packed() const { return packed_; }
  /// Names, units, meanings and kinds, and the values only when it is not packed.
  const std::vector<Column>& forms() const { return is_packed() ? *packed_forms_ : columns_; }

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
    EXPECT(sizeof...(values) == columns().size());
    std::size_t index = 0;
    (push(columns_[index++], values), ...);
  }

  /// The cells of some rows in one column, of its kind: for who fills a table column by column.
  template <class Value>
  void append_cells(std::size_t column, std::span<const Value> cells) {
    if (is_packed()) return packed_[column].append(cells);
    using Kept = std::conditional_t<std::is_same_v<Value, std::string_view>, std::string, Value>;
    auto* values = std::get_if<std::vector<Kept>>(&columns_[column].data);
    EXPECT(values != nullptr);
    values->insert(values->end(), cells.begin(), cells.end());
  }

  /// Room for `rows` rows in all.
  void reserve(std::size_t rows) {
    for (PackedColumn& column : packed_) column.expect(rows);
    if (is_packed()) return;
    for (Column& column : columns_) std::visit([rows](auto& values) { values.reserve(rows); }, column.data);
  }

  const Column* find(const std::string& name) const {
    for (const Column& column : columns())
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

  void unpack() const {
    if (!is_packed()) return;
    columns_ = *packed_forms_;
    for (std::size_t i = 0; i < packed_.size(); ++i) columns_[i].data = packed_[i].unpacked();
    packed_.clear();
  }

  std::string name_;
  mutable std::vector<Column> columns_;
  mutable std::vector<PackedColumn> packed_;  ///< one a column, or none
  std::shared_ptr<const std::vector<Column>> packed_forms_;
};

}  // namespace plimsoll
