#include "io/result_file.hpp"

#include <algorithm>
#include <array>
#include <span>

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

namespace {

constexpr std::size_t kHashedRows = 1024;  // at a time

/// In full width.
template <class Value>
void hash_numbers(ContentHash& hash, const PackedColumn& values) {
  if (values.width() == sizeof(Value) && !values.one_value()) return hash.add(values.bytes().data(), values.bytes().size());
  std::array<Value, kHashedRows> wide;
  for (std::size_t first = 0; first < values.rows(); first += kHashedRows) {
    const std::size_t rows = std::min(kHashedRows, values.rows() - first);
    if (first == 0 || !values.one_value()) values.unpack(first, rows, wide.data());
    hash.add(wide.data(), rows * sizeof(Value));
  }
}

/// A text as ContentHash adds it, with its length before it.
void append_hashed(std::string& bytes, std::string_view text) {
  const std::uint64_t length = text.size();
  bytes.append(reinterpret_cast<const char*>(&length), sizeof length).append(text);
}

void hash_texts(ContentHash& hash, const PackedColumn& values) {
  std::vector<std::string> words(values.words().size());
  for (std::size_t word = 0; word < words.size(); ++word) append_hashed(words[word], values.words()[word]);
  std::array<std::string_view, kHashedRows> texts;
  std::string bytes;
  for (std::size_t first = 0; first < values.rows(); first += kHashedRows) {
    const std::size_t rows = std::min(kHashedRows, values.rows() - first);
    bytes.clear();
    if (values.in_words()) {
      for (const char number : values.numbers().substr(first, rows)) bytes += words[static_cast<unsigned char>(number)];
    } else {
      values.unpack(first, rows, texts.data());
      for (const std::string_view text : std::span{texts}.first(rows)) append_hashed(bytes, text);
    }
    hash.add(bytes.data(), bytes.size());
  }
}

}  // namespace

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

void ResultHasher::column(const Column& column) { this->column(column, PackedColumn{column.data}); }

void ResultHasher::column(const Column& form, const PackedColumn& values) {
  if (form.name == "key") return;  // says what the result was made from, not what it is
  hash_.add(form.name);
  hash_.add(form.unit);
  const std::uint64_t kind = static_cast<std::uint64_t>(values.kind());
  hash_.add(&kind, sizeof kind);
  switch (values.kind()) {
    case PackedColumn::Kind::integer: return hash_numbers<std::int64_t>(hash_, values);
    case PackedColumn::Kind::real: return hash_numbers<double>(hash_, values);
    case PackedColumn::Kind::text: return hash_texts(hash_, values);
  }
}

}  // namespace plimsoll
