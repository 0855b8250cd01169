#include "io/shard.hpp"

#include <algorithm>
#include <cstdio>

#include "core/content_hash.hpp"
#include "io/sealed_file.hpp"

namespace plimsoll {

namespace {

constexpr std::size_t kNameHashDigits = 16;
constexpr const char* kSweptPrefix = "swept.";
constexpr const char* kScenarios = "scenarios";

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

/// Tables of all scenarios under one another; the first scenario that has a table gives its columns.
std::vector<Table> joined_tables(const std::vector<const FinishedScenario*>& finished) {
  std::vector<Table> joined;
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

  const h5::Lock lock;
  const h5::File file = h5::File::in_memory(lock);
  h5::Group root = file.root();
  root.write_attribute("format", std::int64_t{kResultFormat});
  for (std::size_t i = 0; i < inputs.hashes.size(); ++i)
    root.write_attribute(std::string{InputHashes::kNames[i]} + "_hash", inputs.hashes[i]);
  h5::write_table(root, scenarios_table(ordered));
  for (const Table& table : joined_tables(ordered)) h5::write_table(root, table);

  SealedShard shard;
  shard.bytes = file.bytes();
  shard.bytes += make_seal("shard", shard.bytes);
  shard.name = number_text(ordered.front()->result.scenario) + "-" + number_text(ordered.back()->result.scenario) + "-" +
               ContentHash::of(shard.bytes).substr(0, kNameHashDigits) + ".h5";
  return shard;
}

Shard::Shard(const std::string& path) : name_{path.substr(path.rfind('/') + 1)} {
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
    root_ = h5::File::from_bytes(lock, bytes).root();
    read_index();
  } catch (const h5::Error& error) {
    throw refuse(error.what());
  }
}

void Shard::read_index() {
  const auto format = root_->attribute("format");
  if (!format || *format != h5::AttributeValue{std::int64_t{kResultFormat}}) throw h5::Error{"is a shard of another format"};
  for (std::size_t i = 0; i < inputs_.hashes.size(); ++i) {
    const auto hash = root_->attribute(std::string{InputHashes::kNames[i]} + "_hash");
    if (!hash || !std::holds_alternative<std::string>(*hash)) throw h5::Error{"has no hash of its inputs"};
    inputs_.hashes[i] = std::get<std::string>(*hash);
  }
  const Table index = h5::read_table(*root_, kScenarios);
  const auto& scenarios = index.integers("scenario");
  for (std::size_t i = 0; i < index.rows(); ++i)
    entries_.push_back({static_cast<std::uint64_t>(scenarios[i]), index.texts("key")[i],
                        index.integers("status")[i] != static_cast<std::int64_t>(ScenarioStatus::done)});
  tables_ = root_->names();
  std::erase(tables_, kScenarios);
}

std::vector<std::string> Shard::messages() const {
  return std::get<std::vector<std::string>>(table(kScenarios).read_column("message").data);
}

bool Shard::has_table(const std::string& name) const { return std::find(tables_.begin(), tables_.end(), name) != tables_.end(); }

std::vector<std::pair<std::size_t, std::size_t>> Shard::rows_of(const std::string& name) const {
  std::vector<std::pair<std::size_t, std::size_t>> rows;
  const ColumnData column = has_table(name) ? table(name).read_values("scenario") : ColumnData{};
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
