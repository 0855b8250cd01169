#include "io/shard.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <utility>

#include "core/content_hash.hpp"
#include "io/sealed_file.hpp"

namespace plimsoll {

namespace {

constexpr std::size_t kNameHashDigits = 16;
constexpr const char* kSweptPrefix = "swept.";
constexpr const char* kScenarios = "scenarios";
constexpr const char* kKindLetters = "irt";  // in the order of ColumnData
constexpr std::size_t kReal = 1, kText = 2;
constexpr char kWordsLetter = 'w', kWordEnd = '\x1f', kHalvesLetter = 'h';

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

/// The tables of one name of some scenarios under one another; the first scenario that has it gives its columns.
struct JoinedTable {
  std::vector<const Table*> tables;

  const std::string& name() const { return tables.front()->name(); }
  const std::vector<Column>& forms() const { return tables.front()->forms(); }
  void add(const Table& table) {
    tables.push_back(&table);
    EXPECT(table.forms().size() == forms().size());
    for (std::size_t i = 0; i < forms().size(); ++i) {
      const Column &column = table.forms()[i], &known = forms()[i];
      EXPECT(&column == &known || (column.name == known.name && column.data.index() == known.data.index()));
      EXPECT((table.is_packed() ? table.packed()[i].rows() : column.size()) == table.rows());
    }
  }
  /// Bytes of a value when all tables hold the column in rows of that width, spelled out: it need not be joined then. Else 0.
  std::size_t common_width(std::size_t column) const {
    std::size_t width = 0;
    for (const Table* table : tables) {
      if (table->rows() == 0) continue;
      const PackedColumn* const values = table->is_packed() ? &table->packed()[column] : nullptr;
      if (values == nullptr || values->one_value() || values->in_words() || (width > 0 && values->width() != width)) return 0;
      width = values->width();
    }
    return width;
  }
  std::size_t rows() const {
    return std::accumulate(tables.begin(), tables.end(), std::size_t{0},
                           [](std::size_t sum, const Table* each) { return sum + each->rows(); });
  }
  PackedColumn values(std::size_t column) const {
    PackedColumn joined{static_cast<PackedColumn::Kind>(forms()[column].data.index())};
    joined.expect(rows());
    for (const Table* table : tables)
      table->is_packed() ? joined.append(table->packed()[column], 0, table->rows()) : joined.append(table->forms()[column].data);
    return joined;
  }
};

/// Every row of a result bears the number of its scenario.
void check_scenario(const Table& table, std::int64_t scenario) {
  if (table.rows() == 0) return;
  if (!table.is_packed()) {
    for (const std::int64_t each : table.integers("scenario")) EXPECT(each == scenario);
    return;
  }
  std::int64_t each = 0;
  EXPECT(table.forms().front().name == "scenario" && table.packed().front().one_value());
  table.packed().front().unpack(0, 1, &each);
  EXPECT(each == scenario);
}

std::vector<JoinedTable> tables_of(const std::vector<const FinishedScenario*>& finished) {
  std::vector<JoinedTable> joined;
  for (const FinishedScenario* one : finished)
    for (const Table& table : one->result.tables) {
      check_scenario(table, static_cast<std::int64_t>(one->result.scenario));
      const auto known = std::find_if(joined.begin(), joined.end(), [&](const JoinedTable& each) { return each.name() == table.name(); });
      (known == joined.end() ? joined.emplace_back() : *known).add(table);
    }
  return joined;
}

std::string value_text(const PackedColumn& column) {
  PackedColumn one{column.kind()};
  one.append(column, 0, 1);
  const ColumnData value = one.unpacked();
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value)) return std::to_string(integers->front());
  if (const auto* reals = std::get_if<std::vector<double>>(&value)) return std::to_string(std::bit_cast<std::int64_t>(reals->front()));
  return std::get<std::vector<std::string>>(value).front();
}

/// The words of a column, each with kWordEnd behind it; empty when it is not in words, or they do not fit into a line.
std::string words_line(const PackedColumn& column) {
  constexpr std::size_t most = 1'000;  // HDF5 keeps an attribute within 64 KiB
  std::string line;
  for (const std::string& word : column.words()) (line += word) += kWordEnd;
  const auto ends = static_cast<std::size_t>(std::count(line.begin(), line.end(), kWordEnd));
  const bool fits = line.size() <= most && line.find('\n') == std::string::npos && ends == column.words().size();
  return fits ? line : "";
}

/// "parents/side i 120 4096 1": kind, rows, offset, bytes of a value (0: only HDF5 can read it); "fills/parent i 120 = 0": the value of all
/// rows, of reals the bits as an integer; "fills/mid h 120 4096 2": reals that are halves, as PackedColumn has them; "fills/cause w 120
/// 4096 ...": a byte a row, the number of its word, and the words.
std::string place_line(const std::string& path, std::size_t kind, const h5::NarrowPlace& place, const std::string& value,
                       const std::string& words) {
  const bool halves = kind == kReal && !place.one_value && place.width < 8;
  const char letter = halves ? kHalvesLetter : words.empty() ? kKindLetters[kind] : kWordsLetter;
  const std::string head = path + " " + letter + " " + std::to_string(place.rows) + " ";
  if (!words.empty()) return head + std::to_string(place.offset) + " " + words + "\n";
  if (!place.one_value) return head + std::to_string(place.offset) + " " + std::to_string(place.width) + "\n";
  return value.find('\n') == std::string::npos ? head + "= " + value + "\n" : head + "0 0\n";
}

/// Bytes of the file that a table has.
struct PlacedBytes {
  std::uint64_t offset = 0;
  std::string_view bytes;
};

/// `image` with the placed bytes in it.
void put_together(std::string_view image, std::span<const PlacedBytes> placed, SealedShard& shard) {
  std::size_t elsewhere = 0, at = 0;
  for (const PlacedBytes& each : placed) elsewhere += each.bytes.size();
  shard.own.reserve(image.size() - elsewhere + kSealBytes);
  const auto take_image_to = [&](std::size_t end) {
    const char* const from = shard.own.data() + shard.own.size();
    shard.own.insert(shard.own.end(), image.begin() + static_cast<std::ptrdiff_t>(at), image.begin() + static_cast<std::ptrdiff_t>(end));
    if (end > at) shard.parts.push_back({from, end - at});
  };
  for (const PlacedBytes& each : placed) {
    take_image_to(each.offset);
    shard.parts.push_back(each.bytes);
    at = each.offset + each.bytes.size();
  }
  take_image_to(image.size());
}

/// The file, but for its seal.
void build_file(const std::vector<JoinedTable>& tables, const InputHashes& inputs, SealedShard& shard) {
  std::vector<PlacedBytes> placed;
  const h5::Lock lock;
  const h5::File file = h5::File::in_memory(lock);
  h5::Group root = file.root();
  root.write_attribute("format", std::int64_t{kResultFormat});
  for (std::size_t i = 0; i < inputs.hashes.size(); ++i)
    root.write_attribute(std::string{InputHashes::kNames[i]} + "_hash", inputs.hashes[i]);
  std::string places = "\n";
  for (const JoinedTable& table : tables) {
    h5::Group group = root.create_group(table.name());
    for (std::size_t i = 0; i < table.forms().size(); ++i) {
      const Column& form = table.forms()[i];
      h5::NarrowPlace place;
      std::string value, words;
      if (const std::size_t width = table.common_width(i); width > 0) {
        place = group.place_narrow(form, table.rows(), width);
        std::uint64_t at = place.offset;
        for (const Table* each : table.tables)
          if (each->rows() > 0) placed.push_back({std::exchange(at, at + each->rows() * width), each->packed()[i].bytes()});
      } else {
        PackedColumn values = table.values(i);
        words = words_line(values);
        if (words.empty()) values.spell_out();
        place = group.write_narrow(form, values);
        if (place.one_value) value = value_text(values);
      }
      if (!form.name.starts_with(kSweptPrefix))
        places += place_line(table.name() + "/" + form.name, form.data.index(), place, value, words);
    }
  }
  root.write_attribute("columns", places);
  std::ranges::sort(placed, {}, &PlacedBytes::offset);
  put_together(file.image(), placed, shard);
}

struct Place {
  std::size_t kind = 0;  ///< ColumnData::index()
  std::uint64_t rows = 0, offset = 0, width = 0;
  std::optional<std::string> value;  ///< of all rows
  std::vector<std::string> words;    ///< not empty: rows are numbers of them
  bool halves = false;               ///< rows are twice a real
};

/// What words_line() wrote; empty when it is damaged.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t end = line.find(kWordEnd); end != std::string_view::npos; end = line.find(kWordEnd)) {
    if (end > kPackedTextMax) return {};
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(end + 1);
  }
  return line.empty() && words.size() >= 2 && words.size() <= PackedColumn::kWordsMax ? words : std::vector<std::string>{};
}

/// Takes the number at the start of `text` away, and the space behind it.
bool take_number(std::string_view& text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return error == std::errc{};
}

/// Do the places of a shard name so many bytes a value? 0: a text longer than most. Reals of earlier programs had 4 for single precision.
bool is_width(const Place& place) {
  if (place.kind == kText) return place.width <= kPackedTextMax;
  const bool narrow = place.width == 1 || place.width == 2;
  return place.width == 4 || (place.width == 8 ? !place.halves : narrow && (place.kind != kReal || place.halves));
}

std::optional<Place> find_place(std::string_view places, const std::string& path) {
  const std::size_t at = places.find("\n" + path + " ");
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view line = places.substr(at + path.size() + 2);
  line = line.substr(0, line.find('\n'));
  Place place;
  const bool in_words = line.starts_with(kWordsLetter);
  place.halves = line.starts_with(kHalvesLetter);
  if (place.halves || in_words)
    place.kind = in_words ? kText : kReal;
  else
    place.kind = line.empty() ? std::string_view::npos : std::string_view{kKindLetters}.find(line.front());
  line.remove_prefix(std::min<std::size_t>(line.size(), 2));
  bool sound = place.kind != std::string_view::npos && take_number(line, place.rows);
  if (in_words) {
    sound = sound && take_number(line, place.offset);
    place.words = words_of(line);
    sound = sound && !place.words.empty();
  } else if (line.starts_with("= ")) {
    place.value = line.substr(2);
  } else {
    sound = sound && take_number(line, place.offset) && take_number(line, place.width) && (place.rows == 0 || is_width(place));
  }
  sound = sound && place.rows <= (place.value ? h5::kOneValueRowsMax : std::size_t{1} << 56);  // times a width it is still a number
  if (!sound) throw h5::Error{"attribute columns is damaged at " + path};
  return place;
}

/// `place.value` as the bytes of one row.
std::string value_of(const Place& place) {
  if (place.kind == kText) return place.value->empty() ? std::string(1, '\0') : *place.value;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(place.value->data(), place.value->data() + place.value->size(), number);
  if (error != std::errc{}) throw h5::Error{"attribute columns is damaged: " + *place.value + " is no value"};
  return {reinterpret_cast<const char*>(&number), sizeof number};
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

  const Table index = scenarios_table(ordered);
  std::vector<JoinedTable> tables = tables_of(ordered);
  tables.insert(tables.begin(), JoinedTable{{&index}});

  SealedShard shard;
  build_file(tables, inputs, shard);
  const std::string seal = make_seal("shard", shard.parts);
  shard.own.insert(shard.own.end(), seal.begin(), seal.end());
  shard.parts.push_back({shard.own.data() + shard.own.size() - seal.size(), seal.size()});
  shard.name = number_text(ordered.front()->result.scenario) + "-" + number_text(ordered.back()->result.scenario) + "-" +
               hash_in(seal).substr(0, kNameHashDigits) + ".h5";
  return shard;
}

Shard::Shard(const std::string& path, bool stays_open) : path_{path}, name_{path.substr(path.rfind('/') + 1)} {
  const MappedFile file{path};
  const auto refuse = [&path](const std::string& problem) {
    return BadInput{ExitCode::bad_data, InputError{"DATA-FORMAT", path, "", problem, ""}};
  };
  const auto named_by = [this](const std::string& hash) { return name_.ends_with("-" + hash.substr(0, kNameHashDigits) + ".h5"); };
  // Shards of earlier programs, which a merge of their folder still needs, bear the hash of all their bytes.
  if (!named_by(check_seal(path, "shard", file.bytes()).hash) && !named_by(ContentHash::of(file.bytes())))
    throw refuse("its name does not say what its seal says");
  try {
    const h5::Lock lock;
    read_index(h5::File::open(lock, file.stable_path()).root());
  } catch (const h5::Error& error) {
    throw refuse(error.what());
  }
  if (stays_open) file_.emplace(path);
}

std::string Shard::range(std::uint64_t offset, std::size_t length) const {
  return file_ ? file_->range(offset, length) : InputFile{path_}.range(offset, length);
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
  entries_.reserve(scenarios.size());
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    const auto key = ResultKey::parse(keys[i]);
    if (!key) throw h5::Error{"has a key that is none: " + keys[i]};
    entries_.push_back({static_cast<std::uint64_t>(scenarios[i]), *key, status[i] != static_cast<std::int64_t>(ScenarioStatus::done)});
  }
  tables_ = root.names();
  std::erase(tables_, kScenarios);
}

bool Shard::has_table(const std::string& name) const {
  return name == kScenarios || std::find(tables_.begin(), tables_.end(), name) != tables_.end();
}

std::vector<Column> Shard::columns_of(const std::string& table) const {
  const h5::Lock lock;
  const h5::Group group = h5::File::open(lock, path_).root().open_group(table);
  std::vector<Column> columns;
  for (const std::string& name : group.names()) {
    columns.push_back(group.column_form(name));
    const auto place = find_place(places_, table + "/" + name);
    // In the file both are integers.
    if (place && !place->words.empty()) columns.back().data = std::vector<std::string>{};
    if (place && place->halves) columns.back().data = std::vector<double>{};
  }
  return columns;
}

PackedColumn Shard::values(const std::string& table, const std::string& column) const {
  const auto place = find_place(places_, table + "/" + column);
  if (!place) throw h5::Error{name_ + ": table " + table + " has no column " + column};
  const auto kind = static_cast<PackedColumn::Kind>(place->kind);
  if (place->value) {
    std::string value = value_of(*place);
    const std::size_t width = value.size();
    return {kind, std::move(value), width, place->rows, true};
  }
  if (!place->words.empty()) {
    std::string numbers = range(place->offset, place->rows);
    const auto has_word = [&](char number) { return static_cast<unsigned char>(number) < place->words.size(); };
    if (!std::all_of(numbers.begin(), numbers.end(), has_word))
      throw h5::Error{name_ + ": a row of " + table + "/" + column + " has no word"};
    return {place->words, std::move(numbers)};
  }
  PackedColumn values{kind};
  if (place->rows == 0) return values;
  if (place->width == 0) {  // a text longer than most
    const h5::Lock lock;
    values.append(h5::File::open(lock, path_).root().open_group(table).read_values(column));
    return values;
  }
  std::string bytes = range(place->offset, place->rows * place->width);
  if (place->kind != kReal || place->halves || place->width == 8) return {kind, std::move(bytes), place->width, place->rows, false};
  std::vector<float> singles(place->rows);
  std::memcpy(singles.data(), bytes.data(), bytes.size());
  values.append(ColumnData{std::vector<double>{singles.begin(), singles.end()}});
  return values;
}

std::vector<std::pair<std::size_t, std::size_t>> Shard::rows_of(const std::string& name) const {
  std::vector<std::pair<std::size_t, std::size_t>> rows;
  const ColumnData column = has_table(name) ? values(name, "scenario").unpacked() : ColumnData{};
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
