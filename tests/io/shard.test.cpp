#include "io/shard.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <limits>
#include <numeric>

#include "claims.hpp"
#include "io/result_file.hpp"
#include "io/sealed_file.hpp"
#include "result_fixture.hpp"

using namespace plimsoll;

namespace {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

bool same_bits(const Reals& a, const Reals& b) { return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * 8) == 0; }

}  // namespace

TEST_CASE("a shard read by its places, and by HDF5, gives the columns that went into it") {
  constexpr std::size_t scenarios = 150;
  std::vector<FinishedScenario> finished;
  for (std::size_t i = 0; i < scenarios; ++i) {
    finished.push_back(fixture::finished(i));
    for (Table& table : finished.back().result.tables) {
      const std::size_t rows = table.rows();
      const double nan = std::numeric_limits<double>::quiet_NaN();
      table.columns().push_back({"never", "1", "undefined", Reals(rows, nan)});
      table.columns().push_back({"always", "1", "the same", Integers(rows, -5'000'000'000)});
      table.columns().push_back({"half", "1", "short", Reals(rows, static_cast<double>(i) / 2)});
      table.columns().push_back({"word", "text", "two words", Texts(rows, "own order")});
      table.columns().push_back({"lines", "text", "two lines", Texts(rows, "a\nb")});
      table.columns().push_back({"long", "text", "longer than most", Texts(rows, std::string(65 + i % 2, 'x'))});
    }
  }
  const fixture::TemporaryFolder folder;
  const SealedShard sealed = make_shard(finished, InputHashes::of(fixture::facts()));
  write_durably(folder / sealed.name, sealed.parts);
  const Shard shard{folder / sealed.name};
  const ResultFile read = read_result(folder / sealed.name);

  for (const Table& form : finished.front().result.tables) {
    REQUIRE(read.find(form.name()) != nullptr);
    for (std::size_t at = 0; at < form.columns().size(); ++at) {
      ColumnData expected = form.columns()[at].data;
      std::visit(
          [&](auto& all) {
            all.clear();
            for (const FinishedScenario& each : finished)
              for (const Table& table : each.result.tables)
                if (table.name() == form.name()) {
                  const auto& more = std::get<std::decay_t<decltype(all)>>(table.columns()[at].data);
                  all.insert(all.end(), more.begin(), more.end());
                }
          },
          expected);
      const Column& by_library = read.find(form.name())->columns()[at];
      const ColumnData by_place = shard.values(form.name(), by_library.name).unpacked();
      CAPTURE(form.name(), by_library.name);
      CHECK(by_library.name == form.columns()[at].name);
      if (const Reals* reals = std::get_if<Reals>(&expected)) {
        CHECK(same_bits(*reals, std::get<Reals>(by_place)));
        const auto* const halves = std::get_if<Integers>(&by_library.data);  // twice the real, where all are halves and not the same
        Reals of_halves;
        if (halves != nullptr) std::ranges::transform(*halves, std::back_inserter(of_halves), [](double twice) { return twice / 2; });
        CHECK((halves != nullptr) == (by_library.name == "half"));
        CHECK(same_bits(*reals, halves != nullptr ? of_halves : std::get<Reals>(by_library.data)));
      } else {
        CHECK((by_place == expected));
        CHECK((by_library.data == expected));
      }
    }
  }
}

namespace {

/// A table of two columns; `first` and the numbers after it are the values.
Table counted(std::size_t scenario, std::int64_t first, bool packed) {
  constexpr std::size_t rows = 100;
  Table table{"many"};
  table.add_integer("scenario", "1", "number");
  table.add_integer("value", "1", "anything");
  if (packed) table.pack();
  Integers values(rows);
  std::iota(values.begin(), values.end(), first);
  table.append_cells(0, std::span<const std::int64_t>{Integers(rows, static_cast<std::int64_t>(scenario))});
  table.append_cells(1, std::span<const std::int64_t>{values});
  return table;
}

}  // namespace

TEST_CASE("one column of a shard takes rows that came packed, equally wide or not, and rows that did not") {
  const std::int64_t wide = std::int64_t{1} << 40, narrow = 1'000;
  using From = std::array<std::pair<std::int64_t, bool>, 3>;  // first value, packed, of each scenario
  for (const From& from : {From{{{wide, true}, {wide + 7, true}, {wide + 9, true}}}, From{{{wide, true}, {narrow, true}, {wide, true}}},
                           From{{{wide, true}, {wide, false}, {narrow, true}}}}) {
    std::vector<FinishedScenario> finished;
    for (std::size_t i = 0; i < from.size(); ++i) {
      finished.push_back(fixture::finished(i));
      finished.back().result.tables.push_back(counted(i, from[i].first, from[i].second));
    }
    const fixture::TemporaryFolder folder;
    const SealedShard sealed = make_shard(finished, InputHashes::of(fixture::facts()));
    write_durably(folder / sealed.name, sealed.parts);
    Integers expected;
    for (const FinishedScenario& each : finished) {
      const Integers& values = each.result.tables.back().integers("value");  // unpacks: the shard is written by now
      expected.insert(expected.end(), values.begin(), values.end());
    }
    CHECK((Shard{folder / sealed.name}.values("many", "value").unpacked() == ColumnData{expected}));
    CHECK(read_result_table(folder / sealed.name, "many").integers("value") == expected);
  }
}

TEST_CASE("scenarios of which each has a text of its own in all its rows lie in one shard, and in one result") {
  std::vector<FinishedScenario> finished;
  for (std::size_t i = 0; i < 2; ++i) {
    Table table{"told"};
    table.add_integer("scenario", "1", "number");
    table.add_text("liquidity", "text", "took or made");
    table.pack();
    table.append_cells(0, std::span<const std::int64_t>{Integers(3, static_cast<std::int64_t>(i))});
    table.append_cells(1, std::span<const std::string_view>{std::vector<std::string_view>(3, i == 0 ? "took" : "made")});
    finished.push_back(fixture::finished(i));
    finished.back().result.tables.push_back(std::move(table));
  }
  const fixture::TemporaryFolder folder;
  const SealedShard sealed = make_shard(finished, InputHashes::of(fixture::facts()));
  write_durably(folder / sealed.name, sealed.parts);
  const Texts expected = {"took", "took", "took", "made", "made", "made"};
  CHECK((Shard{folder / sealed.name}.values("told", "liquidity").unpacked() == ColumnData{expected}));
  CHECK(read_result_table(folder / sealed.name, "told").integers("liquidity") == Integers{0, 0, 0, 1, 1, 1});  // numbers of words
}

TEST_CASE("reals that an earlier program sealed in single precision are read") {
  const std::vector<float> singles = {0.25F, -0.0F, std::numeric_limits<float>::quiet_NaN(), 16'777'216.0F};
  Integers bits;
  for (const float each : singles) bits.push_back(std::bit_cast<std::int32_t>(each));
  std::vector<FinishedScenario> finished{fixture::finished(0)};
  Table table{"many"};
  table.add_integer("scenario", "1", "number");
  table.columns().front().data = Integers(bits.size(), 0);
  table.columns().push_back({"single", "1", "four bytes", bits});
  finished.front().result.tables.push_back(std::move(table));
  const SealedShard sealed = make_shard(finished, InputHashes::of(fixture::facts()));
  std::string bytes;
  for (const std::string_view part : sealed.parts) bytes += part;
  bytes.resize(bytes.size() - kSealBytes);
  const std::size_t place = bytes.find("many/single i 4 ");
  REQUIRE(place != std::string::npos);
  bytes.replace(place, 14, "many/single r ");
  const std::string seal = make_seal("shard", std::vector<std::string_view>{bytes});
  const fixture::TemporaryFolder folder;
  const std::string name = "000000-000000-" + ContentHash::of(bytes + seal).substr(0, 16) + ".h5";
  fixture::put_bytes(folder / name, bytes + seal);
  const ColumnData read = Shard{folder / name}.values("many", "single").unpacked();
  CHECK(same_bits(std::get<Reals>(read), Reals(singles.begin(), singles.end())));
}

TEST_CASE("a column hashes to the same whether it is known to have one value or not") {
  constexpr std::size_t rows = 3'000;
  const auto hash_of = [](const PackedColumn& values) {
    ResultHasher hasher{1, true};
    hasher.column(Column{"values", "1", "", {}}, values);
    return hasher.hex();
  };
  std::string every_row;
  for (std::size_t row = 0; row < rows; ++row) every_row += "own order";
  const PackedColumn once{ColumnData{Texts(rows, "own order")}}, each{PackedColumn::Kind::text, every_row, 9, rows, false};
  CHECK(once.one_value());
  CHECK_FALSE(each.one_value());
  CHECK(hash_of(once) == hash_of(each));
  CHECK(hash_of(once) != hash_of(PackedColumn{ColumnData{Texts(rows - 1, "own order")}}));
}
