#include "io/shard.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "core/content_hash.hpp"
#include "io/sealed_file.hpp"

namespace plimsoll {

namespace {

constexpr std::size_t kNameHashDigits = 16;
constexpr const char* kSweptPrefix = "swept.";
constexpr const char* kScenarios = "scenarios";
constexpr const char* kKindLetters = "irt";  // in the order of ColumnData

std::string swept_text_of(const FinishedScenario& finished, const std::string& key) {
  for (const SweptValue& swept : finished.swept)
    if (swept.key == key) return swept_text(swept);
  return "";
}

Table scenarios_table(const std::vector<const FinishedScenario*>& finished) {
  Table table{kScenarios};
  table.add_integer("scenario", "1", "number of the scenario");
  table.add_text("key", "text", "content hash of everything that decides its result");
  table.add_integer("status", "1", "0 done, 1 failed");
  table.add_text("message", "text", "why it failed");
  for (const FinishedScenario* one : finished)
    table.append(one->result.scenario, one->key, static_cast<std::int64_t>(one->result.status), one->result.message);

  std::vector<std::string> keys;
  for (const FinishedScenario* one : finished)
    for (const SweptValue& swept : one->swept)
      if (std::find(keys.begin(), keys.end(), swept.key) == keys.end()) keys.push_back(swept.key);
  for (const std::string& key : keys) {
    std::vector<std::string> texts;
    for (const FinishedScenario* one : finished) texts.push_back(swept_text_of(*one, key));
    table.columns().push_back({kSweptPrefix + key, "text", "swept value", std::move(texts)});
  }
  return table;
}

void append_rows(Table& all, const Table& one) {
  EXPECT(all.columns().size() == one.columns().size());
  for (std::size_t i = 0; i < all.columns().size(); ++i) {
    Column& to = all.columns()[i];
    const Column& from = one.columns()[i];
    EXPECT(to.name == from.name && to.data.index() == from.data.index() && from.size() == one.rows());
    std::visit(
        [&from](auto& values) {
          const auto& more = std::get<std::decay_t<decltype(values)>>(from.data);
          values.insert(values.end(), more.begin(), more.end());
        },
        to.data);
  }
}

/// First `scenarios`, then the tables of all of them under one another; the first scenario that has a table gives its columns.
std::vector<Table> tables_of(const std::vector<const FinishedScenario*>& finished) {
  std::vector<Table> joined = {scenarios_table(finished)};
  for (const FinishedScenario* one : finished)
    for (const Table& table : one->result.tables) {
      const auto place = std::find_if(joined.begin(), joined.end(), [&](const Table& known) { return known.name() == table.name(); });
      for (const std::int64_t scenario : table.integers("scenario")) EXPECT(static_cast<std::uint64_t>(scenario) == one->result.scenario);
      if (place == joined.end())
        joined.push_back(table);
      else
        append_rows(*place, table);
    }
  return joined;
}

/// "parents/side t 120 4096 4": kind, rows, offset, bytes of a value (0: only HDF5 can read it).
std::string place_line(const std::string& path, const Column& column, const std::optional<h5::RawColumn>& place) {
  const std::uint64_t width = place && place->rows > 0 ? place->bytes / place->rows : 0;
  return path + " " + kKindLetters[column.data.index()] + " " + std::to_string(column.size()) + " " +
         std::to_string(place ? place->offset : 0) + " " + std::to_string(width) + "\n";
}

std::string file_of(const std::vector<Table>& tables, const InputHashes& inputs) {
  const h5::Lock lock;
  const h5::File file = h5::File::in_memory(lock);
  h5::Group root = file.root();
  root.write_attribute("format", std::int64_t{kResultFormat});
  for (std::size_t i = 0; i < inputs.hashes.size(); ++i)
    root.write_attribute(std::string{InputHashes::kNames[i]} + "_hash", inputs.hashes[i]);
  std::string places = "\n";
  for (const Table& table : tables) {
    h5::Group group = root.create_group(table.name());
    for (const Column& column : table.columns()) {
      EXPECT(column.size() == table.rows());
      const auto place = group.write_column(column, h5::Storage::plain);
      if (!column.name.starts_with(kSweptPrefix)) places += place_line(table.name() + "/" + column.name, column, place);
    }
  }
  root.write_attribute("columns", places);
  std::string bytes;
  const std::string_view image = file.image();
  bytes.reserve(image.size() + kSealBytes);
  bytes = image;
  return bytes;
}

struct Place {
  std::size_t kind = 0;  ///< ColumnData::index()
  std::uint64_t rows = 0, offset = 0, width = 0;
};

std::optional<Place> find_place(std::string_view places, const std::string& path) {
  const std::size_t at = places.find("\n" + path + " ");
  if (at == std::string_view::npos) return std::nullopt;
  const char* text = places.data() + at + path.size() + 2;
  const char* end = places.data() + std::min(places.find('\n', at + 1), places.size());
  Place place;
  place.kind = std::string_view{kKindLetters}.find(*text);
  bool sound = place.kind != std::string_view::npos;
  for (std::uint64_t* number : {&place.rows, &place.offset, &place.width}) {
    text = std::find(text, end, ' ');
    const auto [rest, error] = std::from_chars(text == end ? end : text + 1, end, *number);
    sound = sound && error == std::errc{};
    text = rest;
  }
  if (!sound) throw h5::Error{"attribute columns is damaged at " + path};
  return place;
}

template <class Number>
std::vector<Number> numbers_in(const std::string& bytes) {
  std::vector<Number> numbers(bytes.size() / sizeof(Number));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(Number));
  return numbers;
}

std::vector<std::string> texts_in(const std::string& bytes, std::size_t width) {
  std::vector<std::string> texts(bytes.size() / width);
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i].assign(bytes.data() + i * width, strnlen(bytes.data() + i * width, width));
  return texts;
}

ColumnData empty_column(std::size_t kind) {
  if (kind == 0) return std::vector<std::int64_t>{};
  if (kind == 1) return std::vector<double>{};
  return std::vector<std::string>{};
}

std::string number_text(std::uint64_t number) {
  char text[32];
  std::snprintf(text, sizeof text, "%06llu", static_cast<unsigned long long>(number));
  return text;
}

}  // namespace

InputHashes InputHashes::of(const ManifestFacts& facts) {
  const auto hash_all = [](const std::vector<NamedHash>& entries) {
    ContentHash hash;
    for (const NamedHash& entry : entries) {
      hash.add(entry.name);
      hash.add(entry.hash);
    }
    return hash.hex();
  };
  ContentHash program;
  program.add(facts.program_version);
  program.add(facts.program_hash);
  const std::string scenario = ContentHash::of(facts.scenario_text + "\n" + std::to_string(facts.seed));
  return {{scenario, hash_all(facts.data), hash_all(facts.plugins), program.hex()}};
}

SealedShard make_shard(std::span<const FinishedScenario> finished, const InputHashes& inputs) {
  EXPECT(!finished.empty());
  std::vector<const FinishedScenario*> ordered;
  for (const FinishedScenario& one : finished) ordered.push_back(&one);
  std::sort(ordered.begin(), ordered.end(),
            [](const FinishedScenario* a, const FinishedScenario* b) { return a->result.scenario < b->result.scenario; });
  for (std::size_t i = 1; i < ordered.size(); ++i) EXPECT(ordered[i - 1]->result.scenario != ordered[i]->result.scenario);

  const std::vector<Table> tables = tables_of(ordered);

  SealedShard shard;
  shard.bytes = file_of(tables, inputs);
  shard.bytes += make_seal("shard", shard.bytes);
  shard.name = number_text(ordered.front()->result.scenario) + "-" + number_text(ordered.back()->result.scenario) + "-" +
               ContentHash::of(shard.bytes).substr(0, kNameHashDigits) + ".h5";
  return shard;
}

Shard::Shard(const std::string& path) : path_{path}, name_{path.substr(path.rfind('/') + 1)} {
  const std::string bytes = read_file_bytes(path);
  const auto refuse = [&path](const std::string& problem) {
    return BadInput{ExitCode::bad_data, InputError{"DATA-FORMAT", path, "", problem, ""}};
  };
  if (name_.size() < kNameHashDigits + 3 ||
      name_.substr(name_.size() - kNameHashDigits - 3, kNameHashDigits) != ContentHash::of(bytes).substr(0, kNameHashDigits))
    throw refuse("its bytes do not hash to what its name says");
  check_seal(path, "shard", bytes);
  try {
    const h5::Lock lock;
    read_index(h5::File::from_bytes(lock, bytes).root());
  } catch (const h5::Error& error) {
    throw refuse(error.what());
  }
}

void Shard::read_index(const h5::Group& root) {
  const auto text = [&root](const std::string& name) {
    const auto value = root.attribute(name);
    if (!value || !std::holds_alternative<std::string>(*value)) throw h5::Error{"has no attribute " + name};
    return std::get<std::string>(*value);
  };
  const auto format = root.attribute("format");
  if (!format || *format != h5::AttributeValue{std::int64_t{kResultFormat}}) throw h5::Error{"is a shard of another format"};
  for (std::size_t i = 0; i < inputs_.hashes.size(); ++i) inputs_.hashes[i] = text(std::string{InputHashes::kNames[i]} + "_hash");
  places_ = text("columns");
  const h5::Group index = root.open_group(kScenarios);
  const auto scenarios = std::get<std::vector<std::int64_t>>(index.read_values("scenario"));
  const auto keys = std::get<std::vector<std::string>>(index.read_values("key"));
  const auto status = std::get<std::vector<std::int64_t>>(index.read_values("status"));
  if (keys.size() != scenarios.size() || status.size() != scenarios.size()) throw h5::Error{"has columns of different lengths"};
  for (std::size_t i = 0; i < scenarios.size(); ++i)
    entries_.push_back({static_cast<std::uint64_t>(scenarios[i]), keys[i], status[i] != static_cast<std::int64_t>(ScenarioStatus::done)});
  tables_ = root.names();
  std::erase(tables_, kScenarios);
}

bool Shard::has_table(const std::string& name) const {
  return name == kScenarios || std::find(tables_.begin(), tables_.end(), name) != tables_.end();
}

std::vector<Column> Shard::columns_of(const std::string& table) const {
  const h5::Lock lock;
  const h5::Group group = h5::File::from_bytes(lock, read_file_bytes(path_)).root().open_group(table);
  std::vector<Column> columns;
  for (const std::string& name : group.names()) columns.push_back(group.column_form(name));
  return columns;
}

ColumnData Shard::values(const std::string& table, const std::string& column) const {
  const auto place = find_place(places_, table + "/" + column);
  if (!place) throw h5::Error{name_ + ": table " + table + " has no column " + column};
  if (place->rows == 0) return empty_column(place->kind);
  if (place->width == 0) {  // a text longer than most
    const h5::Lock lock;
    return h5::File::from_bytes(lock, read_file_bytes(path_)).root().open_group(table).read_values(column);
  }
  const std::string bytes = read_file_range(path_, place->offset, place->rows * place->width);
  if (place->kind == 0) return numbers_in<std::int64_t>(bytes);
  if (place->kind == 1) return numbers_in<double>(bytes);
  return texts_in(bytes, place->width);
}

std::vector<std::pair<std::size_t, std::size_t>> Shard::rows_of(const std::string& name) const {
  std::vector<std::pair<std::size_t, std::size_t>> rows;
  const ColumnData column = has_table(name) ? values(name, "scenario") : ColumnData{};
  const auto& scenarios = std::get<std::vector<std::int64_t>>(column);
  std::size_t row = 0;
  for (const ShardEntry& entry : entries_) {
    const std::size_t first = row;
    while (row < scenarios.size() && static_cast<std::uint64_t>(scenarios[row]) == entry.scenario) ++row;
    rows.emplace_back(first, row);
  }
  if (row != scenarios.size()) throw h5::Error{"table " + name + " has rows of scenarios that are not in the shard"};
  return rows;
}

}  // namespace plimsoll
