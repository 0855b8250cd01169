#include "io/result_file.hpp"

#include <array>
#include <cstring>

#include "core/error.hpp"
#include "io/h5.hpp"
#include "io/sealed_file.hpp"

namespace plimsoll {

namespace {

constexpr std::array<std::string_view, 2> kKinds = {"result", "shard"};

/// Runs `read` on the root of a sealed file; what HDF5 says becomes bad data.
template <class Read>
auto read_sealed(const std::string& path, Read&& read) {
  const MappedFile file{path};
  check_seal(path, kKinds, file.bytes());
  try {
    const h5::Lock lock;
    return read(h5::File::open(lock, file.stable_path()).root());
  } catch (const h5::Error& error) {
    throw BadInput{ExitCode::bad_data, InputError{"DATA-FORMAT", path, "", error.what(), "merge the results folder again"}};
  }
}

}  // namespace

const Table* ResultFile::find(const std::string& name) const {
  for (const Table& table : tables)
    if (table.name() == name) return &table;
  return nullptr;
}

std::string ResultFile::text(const std::string& name) const {
  const auto place = attributes.find(name);
  if (place == attributes.end()) return "";
  const auto* text = std::get_if<std::string>(&place->second);
  return text != nullptr ? *text : "";
}

ResultOutline read_result_outline(const std::string& path) {
  return read_sealed(path, [](const h5::Group& root) {
    ResultOutline outline;
    for (auto& [name, value] : root.attributes()) outline.attributes.emplace(name, value);
    for (const std::string& name : root.names()) {
      ResultOutline::TableOutline& table = outline.tables.emplace_back();
      table.name = name;
      const h5::Group group = root.open_group(name);
      for (const std::string& column : group.names()) {
        const auto [rows, bytes] = group.extent(column);
        table.rows = rows;
        table.bytes += bytes;
        ++table.columns;
      }
    }
    return outline;
  });
}

ResultOutline read_merged_outline(const std::string& path) {
  ResultOutline outline = read_result_outline(path);
  if (!outline.attributes.contains("result_hash"))
    throw BadInput{ExitCode::bad_data, {"DATA-FORMAT", path, "", "is a shard, a part of a result", "take the result.h5 beside it"}};
  return outline;
}

ResultFile read_result(const std::string& path) {
  return read_sealed(path, [](const h5::Group& root) {
    ResultFile result;
    for (auto& [name, value] : root.attributes()) result.attributes.emplace(name, value);
    for (const std::string& name : root.names()) result.tables.push_back(h5::read_table(root, name));
    return result;
  });
}

Table read_result_table(const std::string& path, const std::string& table) {
  return read_sealed(path, [&](const h5::Group& root) {
    if (!root.has(table)) throw h5::Error{"has no table " + table};
    return h5::read_table(root, table);
  });
}

Table read_result_columns(const std::string& path, const std::string& table, const std::function<bool(const std::string&)>& wanted) {
  return read_sealed(path, [&](const h5::Group& root) {
    if (!root.has(table)) throw h5::Error{"has no table " + table};
    const h5::Group group = root.open_group(table);
    Table out{table};
    for (const std::string& column : group.names())
      if (wanted(column)) out.columns().push_back(group.read_column(column));
    return out;
  });
}

std::string result_hash(const std::string& path) { return result_hash(read_result(path)); }

std::string result_hash(const ResultFile& result) {
  const auto integer = [&result](const char* name) {
    const auto place = result.attributes.find(name);
    const auto* value = place == result.attributes.end() ? nullptr : std::get_if<std::int64_t>(&place->second);
    return value != nullptr ? *value : 0;
  };
  ResultHasher hasher{static_cast<std::uint64_t>(integer("seed")), integer("complete") != 0};
  for (const Table& table : result.tables) {
    hasher.table(table.name(), table.rows());
    for (const Column& column : table.columns()) hasher.column(column);
  }
  return hasher.hex();
}

ResultHasher::ResultHasher(std::uint64_t seed, bool complete) {
  const std::uint64_t numbers[] = {seed, complete ? 1u : 0u};
  hash_.add(numbers, sizeof numbers);
}

void ResultHasher::table(const std::string& name, std::size_t rows) {
  hash_.add(std::string_view{"table"});
  hash_.add(name);
  const std::uint64_t count = rows;
  hash_.add(&count, sizeof count);
}

void ResultHasher::column(const Column& column) {
  if (column.name == "key") return;  // says what the result was made from, not what it is
  hash_.add(column.name);
  hash_.add(column.unit);
  const std::uint64_t kind = column.data.index();
  hash_.add(&kind, sizeof kind);
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column.data)) {
    for (const std::string& text : *texts) hash_.add(text);
  } else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.data)) {
    hash_.add(integers->data(), integers->size() * sizeof(std::int64_t));
  } else {
    const auto& reals = std::get<std::vector<double>>(column.data);
    hash_.add(reals.data(), reals.size() * sizeof(double));
  }
}

}  // namespace plimsoll
