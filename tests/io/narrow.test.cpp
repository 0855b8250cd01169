// Narrow columns of shards, and the shard that is made of them.
#include "io/narrow.hpp"

#include <cstring>
#include <limits>

#include "claims.hpp"
#include "io/result_file.hpp"
#include "io/shard.hpp"
#include "result_fixture.hpp"

using namespace plimsoll;

namespace {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

std::size_t width_of(const ColumnData& column) {
  const ColumnData* const part = &column;
  return narrowest({&part, 1});
}

bool one(const std::vector<ColumnData>& columns) {
  std::vector<const ColumnData*> parts;
  for (const ColumnData& column : columns) parts.push_back(&column);
  return one_value(parts);
}

/// Both halves narrowed under one another and widened again.
ColumnData through(const ColumnData& first, const ColumnData& second, ColumnData empty) {
  const std::array<const ColumnData*, 2> parts = {&first, &second};
  const std::size_t width = narrowest(parts);
  const std::vector<char> bytes = narrowed(parts, width);
  std::visit([&](auto& values) { values.resize(bytes.size() / width); }, empty);
  widen({bytes.data(), bytes.size()}, width, empty, 0);
  return empty;
}

bool same_bits(const Reals& a, const Reals& b) { return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * 8) == 0; }

}  // namespace

TEST_CASE("a number takes the fewest bytes that hold it exactly") {
  CHECK(width_of(Integers{-128, 127}) == 1);
  CHECK(width_of(Integers{128}) == 2);
  CHECK(width_of(Integers{-129}) == 2);
  CHECK(width_of(Integers{32'768}) == 4);
  CHECK(width_of(Integers{std::int64_t{1} << 31}) == 8);
  CHECK(width_of(Integers{-(std::int64_t{1} << 31)}) == 4);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(width_of(Reals{0.5, -0.0, nan, 16'777'216.0}) == 4);
  CHECK(width_of(Reals{0.1}) == 8);
  CHECK(width_of(Reals{16'777'217.0}) == 8);
  CHECK(width_of(Reals{1e300}) == 8);
  CHECK(width_of(Texts{"", "buy", "sell"}) == 4);
  CHECK(width_of(Texts{""}) == 1);
}

TEST_CASE("what was narrowed comes back bit for bit") {
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  for (const Integers& values : {Integers{1, -2, 127}, Integers{300, -1}, Integers{70'000}, Integers{least, 5}, Integers{}})
    CHECK(through(values, Integers{-7}, Integers{}) == [&] {
      Integers all = values;
      all.push_back(-7);
      return ColumnData{all};
    }());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(same_bits(std::get<Reals>(through(Reals{-0.0, nan}, Reals{0.5}, Reals{})), Reals{-0.0, nan, 0.5}));
  CHECK(same_bits(std::get<Reals>(through(Reals{-nan}, Reals{0.1}, Reals{})), Reals{-nan, 0.1}));
  CHECK(through(Texts{"", "long"}, Texts{"b"}, Texts{}) == ColumnData{Texts{"", "long", "b"}});
}

TEST_CASE("a column has one value when all bits of all its parts agree") {
  CHECK(one({Integers{}, Integers{3, 3}, Integers{3}}));
  CHECK_FALSE(one({Integers{3}, Integers{4}}));
  CHECK_FALSE(one({Integers{}}));
  CHECK_FALSE(one({Reals{0.0}, Reals{-0.0}}));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(one({Reals{nan}, Reals{nan}}));
  CHECK(one({Texts{"a"}, Texts{"a"}}));
}

TEST_CASE("a shard read by its places, and by HDF5, gives the columns that went into it") {
  constexpr std::size_t scenarios = 150;  // above kNarrowRows, so that some columns are narrow and some have one value
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
    }
  }
  const fixture::TemporaryFolder folder;
  const SealedShard sealed = make_shard(finished, InputHashes::of(fixture::facts()));
  fixture::put_bytes(folder / sealed.name, sealed.bytes);
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
      const ColumnData by_place = shard.values(form.name(), by_library.name);
      CAPTURE(form.name(), by_library.name);
      CHECK(by_library.name == form.columns()[at].name);
      if (const Reals* reals = std::get_if<Reals>(&expected)) {
        CHECK(same_bits(*reals, std::get<Reals>(by_place)));
        CHECK(same_bits(*reals, std::get<Reals>(by_library.data)));
      } else {
        CHECK((by_place == expected));
        CHECK((by_library.data == expected));
      }
    }
  }
}
