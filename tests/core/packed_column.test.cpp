#include "core/packed_column.hpp"

#include <bit>
#include <cstring>
#include <limits>

#include "claims.hpp"
#include "core/random.hpp"
#include "core/table.hpp"

using namespace plimsoll;

namespace {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;
const double kNan = std::numeric_limits<double>::quiet_NaN();

PackedColumn packed(const std::vector<ColumnData>& parts) {
  PackedColumn column{static_cast<PackedColumn::Kind>(parts.front().index())};
  for (const ColumnData& part : parts) column.append(part);
  return column;
}

bool same_bits(const Reals& a, const Reals& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * 8) == 0);
}

}  // namespace

TEST_CASE("a number takes the fewest bytes that hold it exactly") {
  CHECK(packed({Integers{-128, 127}}).width() == 1);
  CHECK(packed({Integers{128}}).width() == 2);
  CHECK(packed({Integers{-129}}).width() == 2);
  CHECK(packed({Integers{32'768}}).width() == 4);
  CHECK(packed({Integers{std::int64_t{1} << 31}}).width() == 8);
  CHECK(packed({Integers{-(std::int64_t{1} << 31)}}).width() == 4);
  CHECK(packed({Reals{63.5, -63.5, kNan}}).width() == 1);
  CHECK(packed({Reals{-64}}).width() == 2);  // twice that stands for NaN in one byte
  CHECK(packed({Reals{16'384}}).width() == 4);
  CHECK(packed({Reals{1'073'741'823.5, -1'073'741'823.5, kNan}}).width() == 4);
  for (const double other : {0.1, 0.25, -0.0, -kNan, 1'073'741'824.0, -1'073'741'824.0, 1e300, -std::numeric_limits<double>::infinity()})
    CHECK(packed({Reals{0.5, other}}).width() == 8);
  CHECK(packed({Texts{"", "buy", "sell"}}).width() == 4);
  CHECK(packed({Texts{""}}).width() == 1);
  CHECK(packed({Texts{std::string(64, 'x')}}).width() == 64);
  CHECK(packed({Texts{std::string(65, 'x')}}).width() == 0);
}

TEST_CASE("what was packed comes back bit for bit, also where later rows are wider") {
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  const std::vector<std::vector<ColumnData>> all = {{Integers{1, -2, 127}, Integers{-7}},
                                                    {Integers{5, 5, 5}, Integers{70'000}, Integers{least, 5}},
                                                    {Integers{}, Integers{least}},
                                                    {Texts{"", "long"}, Texts{"b"}},
                                                    {Texts{"a", "a"}, Texts{"", std::string(70, 'y')}, Texts{"c"}},
                                                    {Texts{std::string(70, 'y')}, Texts{"c"}}};
  for (const std::vector<ColumnData>& parts : all) {
    ColumnData expected = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i)
      std::visit(
          [&](auto& values) {
            const auto& more = std::get<std::decay_t<decltype(values)>>(parts[i]);
            values.insert(values.end(), more.begin(), more.end());
          },
          expected);
    const PackedColumn column = packed(parts);
    CHECK((column.unpacked() == expected));
    // A part of one column at the end of another, of any width.
    PackedColumn joined = packed({parts.front()});
    joined.append(column, 0, column.rows());
    joined.append(column, column.rows() - 1, 1);
    CHECK(joined.rows() == packed({parts.front()}).rows() + column.rows() + 1);
    PackedColumn tail{joined.kind()};
    tail.append(joined, joined.rows() - 1 - column.rows(), column.rows());
    CHECK((tail.unpacked() == expected));
  }
  CHECK(same_bits(std::get<Reals>(packed({Reals{-0.0, kNan}, Reals{0.5}}).unpacked()), Reals{-0.0, kNan, 0.5}));
  CHECK(same_bits(std::get<Reals>(packed({Reals{-kNan}, Reals{0.1}}).unpacked()), Reals{-kNan, 0.1}));
}

TEST_CASE("a text that points nowhere is an empty one") {  // its bytes went through memcpy from null, which UBSan refuses
  const std::vector<std::string_view> nowhere(2), words = {"", "long", {}};
  PackedColumn column{PackedColumn::Kind::text};
  column.append(std::span{nowhere});
  CHECK(column.one_value());
  column.append(std::span{words});
  CHECK((column.unpacked() == ColumnData{Texts{"", "", "", "long", ""}}));
}

TEST_CASE("what all rows have in common is kept once, while all bits agree") {
  CHECK(packed({Integers{}, Integers{3, 3}, Integers{3}}).one_value());
  CHECK(packed({Integers(100'000, 3)}).bytes().size() == 1);
  CHECK_FALSE(packed({Integers{3}, Integers{4}}).one_value());
  CHECK_FALSE(packed({Integers{}}).one_value());
  CHECK_FALSE(packed({Reals{0.0}, Reals{-0.0}}).one_value());
  CHECK(packed({Reals{kNan}, Reals{kNan}}).one_value());
  CHECK(packed({Texts{"a"}, Texts{"a"}}).one_value());
  PackedColumn twice = packed({Texts{"a"}});
  twice.append(packed({Texts(300, "a")}), 0, 300);
  CHECK(twice.one_value());
  twice.append(packed({Texts(300, "b")}), 0, 300);
  CHECK((twice.unpacked() == [] {
    Texts all(301, "a");
    all.resize(601, "b");
    return ColumnData{all};
  }()));
}

namespace {
/// As rows of a table come: views, some at a time.
void append_views(PackedColumn& column, const Texts& texts) {
  const std::vector<std::string_view> views{texts.begin(), texts.end()};
  column.append(std::span<const std::string_view>{views});
}
}  // namespace

TEST_CASE("few different texts are numbers of words, and come back; many, long or joined ones are spelled out") {
  const RandomStream random{11, 0, Purpose::test};
  const Texts words = {"", "filled", "cancelled", "requested", "a", "exactly8", "self-trade prevention", std::string(64, 'l')};
  std::uint64_t drawn = 0;
  for (std::uint64_t round = 0; round < 40; ++round) {
    PackedColumn column{PackedColumn::Kind::text};
    Texts expected;
    const auto draw = [&](std::uint64_t most) { return static_cast<std::size_t>(random.below(drawn++, most)); };
    while (expected.size() < 700) {
      Texts some;  // lies where the one before lay: the place of a text says which it is within one call only
      for (std::size_t rows = 1 + draw(150); rows > 0; --rows) some.push_back(words[draw(1 + round % words.size())]);
      if (round % 8 == 7 && expected.size() > 300) some.push_back("word " + std::to_string(expected.size()));
      if (round == 38 && expected.size() > 300) some.push_back(std::string(70, 'x'));
      if (round == 39)
        for (int i = 0; i < 100; ++i) some.push_back("number " + std::to_string(expected.size() + some.size()));
      append_views(column, some);
      expected.insert(expected.end(), some.begin(), some.end());
    }
    CHECK(column.rows() == expected.size());
    CHECK(column.in_words() == (round % 8 != 0 && round < 38));
    CHECK((column.unpacked() == ColumnData{expected}));
    const std::size_t first = draw(300), rows = 1 + draw(300);
    const Texts part{expected.begin() + static_cast<std::ptrdiff_t>(first), expected.begin() + static_cast<std::ptrdiff_t>(first + rows)};
    PackedColumn joined = packed({Texts{"before", "it"}});
    joined.append(column, first, rows);
    append_views(joined, {"after"});
    CHECK_FALSE(joined.in_words());  // it was spelled out before
    Texts all = {"before", "it"};
    all.insert(all.end(), part.begin(), part.end());
    all.push_back("after");
    CHECK((joined.unpacked() == ColumnData{all}));
    PackedColumn alone{PackedColumn::Kind::text};
    alone.append(column, first, rows);
    CHECK(alone.width() == packed({part}).width());  // no room for words that none of the rows has
    CHECK(alone.one_value() == packed({part}).one_value());
    if (alone.width() > 0) CHECK(alone.spelled(0, rows) == packed({part}).spelled(0, rows));
    append_views(column, part);
    expected.insert(expected.end(), part.begin(), part.end());
    CHECK((column.unpacked() == ColumnData{expected}));
  }
}

TEST_CASE("columns of one text each are joined to a column of other texts") {
  for (const Texts& first : {Texts{"x", "x"}, Texts{"longer", "longer"}, Texts{""}})
    for (const Texts& second : {Texts{"y", "y", "y"}, Texts{"filled"}, Texts{"a", "b"}, Texts(300, "")}) {
      if (first.front() == second.front()) continue;
      PackedColumn joined = packed({first});
      joined.append(packed({second}), 0, second.size());
      Texts all = first;
      all.insert(all.end(), second.begin(), second.end());
      CHECK(joined.spelled(0, all.size()) == packed({all}).spelled(0, all.size()));
      CHECK((joined.unpacked() == ColumnData{all}));
    }
}

TEST_CASE("texts keep no room for longer ones that were left behind") {
  const PackedColumn column = packed({Texts{"a", "bc", "longer", std::string(70, 'z')}});
  PackedColumn some = packed({Texts{}});
  some.append(column, 0, 2);
  some.trim();
  CHECK(some.width() == 2);
  const PackedColumn narrow = packed({Texts{"a", "bc", "longer"}});
  PackedColumn few = packed({Texts{}});
  few.append(narrow, 0, 2);
  few.trim();
  CHECK(few.width() == 2);
  CHECK((few.unpacked() == ColumnData{Texts{"a", "bc"}}));
}

TEST_CASE("what a column is does not depend on the columns its rows came from") {
  const PackedColumn numbers = packed({Integers{70'000, 5, 5, 5}}), words = packed({Texts{"longer", "b", "b", ""}});
  PackedColumn in_words{PackedColumn::Kind::text};
  append_views(in_words, {"longer", "b", "b", ""});
  REQUIRE(in_words.in_words());
  for (const PackedColumn* from : std::initializer_list<const PackedColumn*>{&numbers, &words, &in_words}) {
    PackedColumn some{from->kind()};
    some.append(*from, 1, 1);
    some.append(*from, 2, 1);
    some.trim();
    CHECK(some.one_value());
    CHECK(some.rows() == 2);
  }
  const PackedColumn reals = packed({Reals{0.1, 0.5, kNan}});
  PackedColumn halves{PackedColumn::Kind::real};
  halves.append(reals, 1, 2);
  halves.trim();
  CHECK(halves.in_halves());
  CHECK(same_bits(std::get<Reals>(halves.unpacked()), Reals{0.5, kNan}));
  PackedColumn joined{PackedColumn::Kind::text}, other_words{PackedColumn::Kind::text};
  append_views(other_words, {"", "x", "b"});
  joined.append(in_words, 1, 3);
  joined.append(other_words, 0, 3);
  CHECK(joined.in_words());
  CHECK(joined.width() == 1);
  CHECK((joined.words() == Texts{"b", "", "x"}));
  CHECK((joined.unpacked() == ColumnData{Texts{"b", "b", "", "", "x", "b"}}));
  CHECK(joined.spelled(0, 6) == std::string("bb\0\0xb", 6));
  CHECK((PackedColumn{joined.words(), std::string{joined.numbers()}}.unpacked() == joined.unpacked()));
  joined.append(words, 0, 1);  // spelled out
  CHECK_FALSE(joined.in_words());
  CHECK((joined.unpacked() == ColumnData{Texts{"b", "b", "", "", "x", "b", "longer"}}));
}

TEST_CASE("rows that are the same are one value, in as few bytes as it needs, whatever the rows left behind were") {
  for (const PackedColumn& from : {packed({Integers{70'000, 5, 5}}), packed({Reals{0.1, 0.5, 0.5}}), packed({Texts{"longer", "b", "b"}})}) {
    PackedColumn some{from.kind()}, same{from.kind()};
    some.append(from, 1, 2);
    some.trim();
    same.append(from, 1, 1);
    same.trim();
    CHECK(some.one_value());
    CHECK(some.rows() == 2);
    CHECK(some.bytes() == same.bytes());
    CHECK(some.width() == 1);
  }
}

TEST_CASE("an empty column of a file takes rows like any other") {
  for (const bool one_value : {false, true}) {
    PackedColumn column{PackedColumn::Kind::integer, "", 8, 0, one_value};
    CHECK_FALSE(column.one_value());
    column.append(ColumnData{Integers{3, 3}});
    CHECK((column.unpacked() == ColumnData{Integers{3, 3}}));
    column.append(ColumnData{Integers{4}});
    CHECK((column.unpacked() == ColumnData{Integers{3, 3, 4}}));
  }
}

namespace {

const std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
const Integers kIntegers = {0, -1, 127, -128, 128, 40'000, -40'000, std::int64_t{1} << 31, kLeast, -(kLeast + 1)};
const Reals kReals = {0.0,
                      0.5,
                      kNan,
                      -1.5,
                      -0.0,
                      -kNan,
                      std::bit_cast<double>(0x7ff0000000000001),
                      std::bit_cast<double>(0x7ff8000000000001),
                      63.5,
                      -64,
                      -16'384,
                      0.1,
                      1e300,
                      -1e-310,
                      16'777'216,
                      1e-42,
                      std::numeric_limits<double>::infinity()};
const Texts kTexts = {"", "a", "b", "ab", std::string(64, 'x'), std::string(63, 'x') + "y", std::string(65, 'z')};

/// Appends at random, plain and packed, few values and many, beside a vector that does the same.
template <class Value>
void append_at_random(const std::vector<Value>& choice, std::uint64_t seed) {
  const RandomStream random{seed, 0, Purpose::test};
  std::uint64_t draws = 0;
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random.uniform(draws++) * static_cast<double>(limit)); };
  using All = std::vector<Value>;
  const auto same = [](const PackedColumn& column, const All& expected) {
    const ColumnData unpacked = column.unpacked();
    const All& all = std::get<All>(unpacked);
    if constexpr (std::is_same_v<Value, double>) return column.rows() == expected.size() && same_bits(all, expected);
    return column.rows() == expected.size() && all == expected;
  };
  PackedColumn column{ColumnData{All{}}}, other{ColumnData{All{}}};
  All rows, other_rows;
  for (int step = 0; step < 12; ++step) {
    const std::size_t some = 1 + below(below(3) == 0 ? 600 : 3), kinds = 1 + below(below(2) == 0 ? 1 : choice.size());
    All values;
    for (std::size_t i = 0; i < some; ++i) values.push_back(choice[below(kinds)]);
    switch (below(4)) {
      case 0: other.append(ColumnData{values}), other_rows.insert(other_rows.end(), values.begin(), values.end()); break;
      case 1: other = PackedColumn{ColumnData{values}}, other_rows = values; break;
      case 2: column.append(ColumnData{values}), rows.insert(rows.end(), values.begin(), values.end()); break;
      default:
        const std::size_t first = below(other_rows.size() + 1), taken = below(other_rows.size() - first + 1);
        column.append(other, first, taken);
        const auto from = other_rows.begin() + static_cast<std::ptrdiff_t>(first);
        rows.insert(rows.end(), from, from + static_cast<std::ptrdiff_t>(taken));
    }
    if (below(4) == 0) column.trim();
    REQUIRE(same(column, rows));
    REQUIRE(same(other, other_rows));
    if (column.one_value()) REQUIRE(column.bytes().size() == column.width());
  }
}

}  // namespace

TEST_CASE("whatever is appended to whatever, in any order, comes back bit for bit") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    append_at_random(kIntegers, seed);
    append_at_random(kReals, seed);
    append_at_random(kTexts, seed);
  }
}

TEST_CASE("a packed table is an ordinary one for who asks for its columns") {
  Table table{"t"};
  table.add_integer("scenario", "1", "");
  table.add_text("word", "text", "");
  table.pack();
  const std::int64_t numbers[] = {4, 4};
  const std::string_view words[] = {"x", "yz"};
  table.append_cells(0, std::span<const std::int64_t>{numbers});
  table.append_cells(1, std::span<const std::string_view>{words});
  CHECK(table.is_packed());
  CHECK(table.rows() == 2);
  CHECK(table.texts("word") == Texts{"x", "yz"});
  CHECK_FALSE(table.is_packed());
  table.append(5, "more");
  CHECK(table.integers("scenario") == Integers{4, 4, 5});
}
