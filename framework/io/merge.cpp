#include "io/merge.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "io/result_file.hpp"
#include "io/sealed_file.hpp"

namespace plimsoll {

namespace {

/// The first tables of a result, in this order; any other follows by name.
constexpr std::array<const char*, 5> kTableOrder = {"parents", "children", "fills", "trajectory", "drawn"};
constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t kUndefinedInteger = std::numeric_limits<std::int64_t>::min();
constexpr double kUndefinedReal = std::numeric_limits<double>::quiet_NaN();

/// Rows of one table in the order of the result: from a shard of Merger::shards_, or of none, undefined.
struct RowRun {
  std::uint32_t shard = kNowhere;
  std::size_t first = 0, rows = 0;
};

struct RowPlan {
  std::vector<RowRun> runs;
  std::vector<std::size_t> of_source;  ///< rows of the result each source fills
  std::size_t rows = 0;                ///< of the result
};

class Merger {
 public:
  Merger(const ManifestFacts& facts, const PlannedScenarios& plan, std::span<const Shard> shards, std::span<const MergeSource> sources)
      : facts_{facts}, plan_{plan}, sources_{sources}, hasher_{facts.seed, complete()} {
    std::vector<std::uint32_t> place(shards.size(), kNowhere);
    for (const MergeSource& source : sources_) {
      if (place[source.shard] == kNowhere) {
        place[source.shard] = static_cast<std::uint32_t>(shards_.size());
        shards_.push_back(&shards[source.shard]);
      }
      shard_of_.push_back(place[source.shard]);
    }
  }

  MergedResult run() {
    MergedResult merged;
    h5::Group root = merged.file.root();
    write_facts(root);
    write_scenarios(root);
    for (const std::string& table : table_names()) write_table(root, table);
    std::exchange(finish_last_, {})();
    merged.result_hash = hasher_.hex();
    root.write_attribute("result_hash", merged.result_hash);
    merged.image = merged.file.image();
    merged.seal = make_seal("result", merged.image);
    return merged;
  }

 private:
  bool complete() const { return sources_.size() == plan_.size(); }
  const ShardEntry& entry_of(std::size_t source) const { return shards_[shard_of_[source]]->entries()[sources_[source].entry]; }
  std::int64_t number_of(const MergeSource& source) const { return static_cast<std::int64_t>(plan_.scenario(source.planned)); }

  static std::string lines(const std::vector<NamedHash>& entries) {
    std::string text;
    for (const NamedHash& entry : entries) text += entry.hash + "  " + entry.name + "\n";
    return text;
  }

  void write_facts(h5::Group& root) const {
    root.write_attribute("format", std::int64_t{kResultFormat});
    root.write_attribute("title", facts_.title);
    root.write_attribute("complete", std::int64_t{complete()});
    root.write_attribute("scenarios", static_cast<std::int64_t>(sources_.size()));
    root.write_attribute("scenarios_planned", static_cast<std::int64_t>(plan_.size()));
    root.write_attribute("seed", static_cast<std::int64_t>(facts_.seed));
    root.write_attribute("program_version", facts_.program_version);
    root.write_attribute("program_hash", facts_.program_hash);
    root.write_attribute("scenario_text", facts_.scenario_text);
    root.write_attribute("data", lines(facts_.data));
    root.write_attribute("plugins", lines(facts_.plugins));
    root.write_attribute("sign_convention", std::string{"costs: positive = bad for us; markouts: positive = good for us"});
    root.write_attribute("undefined", std::string{"NaN in reals, the smallest 64-bit number in integers, empty text; never 0"});
  }

  // ---- tables

  std::vector<std::string> table_names() const {
    std::vector<std::string> found;
    for (const Shard* shard : shards_)
      for (const std::string& name : shard->tables())
        if (std::find(found.begin(), found.end(), name) == found.end()) found.push_back(name);
    const auto rank = [](const std::string& name) { return std::find(kTableOrder.begin(), kTableOrder.end(), name) - kTableOrder.begin(); };
    std::sort(found.begin(), found.end(),
              [&](const std::string& a, const std::string& b) { return rank(a) != rank(b) ? rank(a) < rank(b) : a < b; });
    return found;
  }

  const Shard* first_with(const std::string& table) const {
    for (const Shard* shard : shards_)
      if (shard->has_table(table)) return shard;
    return nullptr;
  }

  /// Every row of every source, or with `one_each` the first row of each, a row of the result for each source.
  RowPlan plan_rows(const std::string& table, bool one_each) const {
    std::vector<std::vector<std::pair<std::size_t, std::size_t>>> rows_of;
    for (const Shard* shard : shards_) rows_of.push_back(shard->rows_of(table));
    RowPlan plan;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const auto [first, last] = rows_of[shard_of_[i]][sources_[i].entry];
      if (!one_each)
        add_run(plan.runs, {shard_of_[i], first, last - first});
      else
        add_run(plan.runs, first < last ? RowRun{shard_of_[i], first, 1} : RowRun{kNowhere, 0, 1});
      plan.of_source.push_back(one_each ? 1 : last - first);
      plan.rows += plan.of_source.back();
    }
    return plan;
  }

  static void add_run(std::vector<RowRun>& runs, const RowRun& run) {
    const bool goes_on = !runs.empty() && runs.back().shard == run.shard && runs.back().first + runs.back().rows == run.first;
    if (goes_on)
      runs.back().rows += run.rows;
    else if (run.rows > 0)
      runs.push_back(run);
  }

  /// One column of all sources: beside it the same column of each shard is in memory.
  PackedColumn gather(const std::string& table, const Column& form, const RowPlan& plan) const {
    const auto kind = static_cast<PackedColumn::Kind>(form.data.index());
    std::vector<std::optional<PackedColumn>> of_shard(shards_.size());
    PackedColumn out{kind};
    out.expect(plan.rows);
    for (const RowRun& run : plan.runs) {
      if (run.shard == kNowhere) {
        for (std::size_t i = 0; i < run.rows; ++i) out.append(undefined(form.data));
        continue;
      }
      auto& values = of_shard[run.shard];
      const Shard& shard = *shards_[run.shard];
      if (!values) values = shard.values(table, form.name);
      if (values->kind() != kind) throw h5::Error{shard.name() + ": table " + table + " has another kind of column"};
      if (run.first + run.rows > values->rows()) throw h5::Error{shard.name() + ": table " + table + " has columns of different lengths"};
      out.append(*values, run.first, run.rows);
    }
    out.trim();
    return out;
  }

  /// One row of it.
  static ColumnData undefined(const ColumnData& kind) {
    if (std::holds_alternative<std::vector<std::int64_t>>(kind)) return std::vector<std::int64_t>{kUndefinedInteger};
    if (std::holds_alternative<std::vector<double>>(kind)) return std::vector<double>{kUndefinedReal};
    return std::vector<std::string>{""};
  }

  void write_table(h5::Group& root, const std::string& table) {
    const RowPlan plan = plan_rows(table, false);
    h5::Group group = root.create_group(table);
    hasher_.table(table, plan.rows);
    for (const Column& form : first_with(table)->columns_of(table))
      put(group, form, form.name == "scenario" ? planned_numbers(plan) : gather(table, form, plan));
  }

  /// The shard's own numbers may be those of an earlier plan.
  PackedColumn planned_numbers(const RowPlan& plan) const {
    PackedColumn numbers{PackedColumn::Kind::integer};
    numbers.expect(plan.rows);
    for (std::size_t i = 0; i < sources_.size(); ++i)
      numbers.append(ColumnData{std::vector<std::int64_t>(plan.of_source[i], number_of(sources_[i]))});
    return numbers;
  }

  /// While others deflate the column before it, this one is gathered and hashed here.
  void put(h5::Group& group, const Column& form, PackedColumn values) {
    hasher_.column(form, values);
    std::exchange(finish_last_, {})();
    finish_last_ = group.begin_column(form, std::move(values));
  }

  // ---- /scenarios

  void write_scenarios(h5::Group& root) {
    h5::Group group = root.create_group("scenarios");
    hasher_.table("scenarios", sources_.size());
    std::vector<NamedValues> columns = index_columns();
    for (const PlannedScenarios::Axis& axis : plan_.axes()) columns.push_back(packed(swept_column(axis)));
    for (NamedValues& column : parent_columns()) {
      // A swept key or a word of ours may bear the same name.
      for (const NamedValues& taken : columns)
        if (taken.form.name == column.form.name) column.form.name = "parents." + column.form.name;
      columns.push_back(std::move(column));
    }
    for (NamedValues& column : columns) put(group, column.form, std::move(column.values));
  }

  struct NamedValues {
    Column form;
    PackedColumn values;
  };
  static NamedValues packed(Column column) {
    PackedColumn values{column.data};
    column.data = {};
    return {std::move(column), std::move(values)};
  }

  std::vector<NamedValues> index_columns() const {
    std::vector<std::int64_t> numbers;
    std::vector<std::string> status;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      numbers.push_back(number_of(sources_[i]));
      status.emplace_back(entry_of(i).failed ? "failed" : "done");
    }
    const RowPlan plan = plan_rows("scenarios", true);
    const auto texts = [&](const char* name, const char* meaning) {
      const Column form{name, "text", meaning, std::vector<std::string>{}};
      return NamedValues{form, gather("scenarios", form, plan)};
    };
    return {packed({"scenario", "1", "number of the scenario within the experiment", std::move(numbers)}),
            texts("key", "content hash of everything that decides the result of the scenario"),
            packed({"status", "text", "done or failed", std::move(status)}), texts("message", "why it failed; empty when done")};
  }

  /// Integers when all values are; reals when all are numbers (undefined where the scenario has no such key); else texts.
  Column swept_column(const PlannedScenarios::Axis& axis) const {
    using Value = PlannedScenarios::Value;
    bool integers = true, numbers = true;
    const auto each = [&](auto&& visit) {
      for (const MergeSource& source : sources_) visit(axis.values[axis.place[source.planned]]);
    };
    each([&](const Value& value) {
      integers = integers && std::holds_alternative<std::int64_t>(value);
      numbers = numbers && (value == Value{std::string{}} || !std::holds_alternative<std::string>(value));
    });
    Column column{axis.key, "as in the scenario file", "swept value of " + axis.key, {}};
    if (axis.key == "seed") column.unit = "1", column.meaning = "repetition, from 0: scenarios of one repetition meet the same luck";
    if (axis.key == "symbol") column.unit = "text", column.meaning = "instrument of the tape";
    if (axis.key == "date") column.unit = "text", column.meaning = "day of the tape's first event, in the tape's timezone";
    if (integers) {
      auto& out = column.data.emplace<std::vector<std::int64_t>>();
      each([&](const Value& value) { out.push_back(std::get<std::int64_t>(value)); });
    } else if (numbers) {
      auto& out = column.data.emplace<std::vector<double>>();
      each([&](const Value& value) { out.push_back(real_of(value)); });
    } else {
      auto& out = column.data.emplace<std::vector<std::string>>();
      each([&](const Value& value) { out.push_back(text_of(value)); });
    }
    return column;
  }
  static double real_of(const PlannedScenarios::Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    const auto* real = std::get_if<double>(&value);
    return real != nullptr ? *real : kUndefinedReal;
  }
  static std::string text_of(const PlannedScenarios::Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
    char digits[64];
    return {digits, std::to_chars(digits, digits + sizeof digits, std::get<double>(value)).ptr};
  }

  /// The columns of the first parent, so that one table answers most questions.
  std::vector<NamedValues> parent_columns() const {
    std::vector<NamedValues> columns;
    if (first_with("parents") == nullptr) return columns;
    const RowPlan plan = plan_rows("parents", true);
    for (const Column& form : first_with("parents")->columns_of("parents"))
      if (form.name != "scenario") columns.push_back({form, gather("parents", form, plan)});
    return columns;
  }

  const ManifestFacts& facts_;
  const PlannedScenarios& plan_;
  std::span<const MergeSource> sources_;
  std::vector<const Shard*> shards_;     // in the order of their first scenario
  std::vector<std::uint32_t> shard_of_;  // of each source, an index of shards_
  ResultHasher hasher_;
  const h5::Lock lock_;  // where the merge fails, the last dataset is closed after the result is gone
  std::function<void()> finish_last_ = [] {};
};

}  // namespace

MergedResult merge_shards(const ManifestFacts& facts, const PlannedScenarios& plan, std::span<const Shard> shards,
                          std::span<const MergeSource> sources) {
  return Merger{facts, plan, shards, sources}.run();
}

}  // namespace plimsoll
