#include "core/packed_column.hpp"

#include <cstring>
#include <limits>

#include "claims.hpp"
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

bool same_bits(const Reals& a, const Reals& b) { return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * 8) == 0; }

}  // namespace

TEST_CASE("a number takes the fewest bytes that hold it exactly") {
  CHECK(packed({Integers{-128, 127}}).width() == 1);
  CHECK(packed({Integers{128}}).width() == 2);
  CHECK(packed({Integers{-129}}).width() == 2);
  CHECK(packed({Integers{32'768}}).width() == 4);
  CHECK(packed({Integers{std::int64_t{1} << 31}}).width() == 8);
  CHECK(packed({Integers{-(std::int64_t{1} << 31)}}).width() == 4);
  CHECK(packed({Reals{0.5, -0.0, kNan, 16'777'216.0}}).width() == 4);
  CHECK(packed({Reals{0.1}}).width() == 8);
  CHECK(packed({Reals{16'777'217.0}}).width() == 8);
  CHECK(packed({Reals{1e300}}).width() == 8);
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

TEST_CASE("texts keep no room for longer ones that were left behind") {
  const PackedColumn column = packed({Texts{"a", "bc", "longer", std::string(70, 'z')}});
  PackedColumn some = packed({Texts{}});
  some.append(column, 0, 2);
  some.trim_texts();
  CHECK(some.width() == 2);
  const PackedColumn narrow = packed({Texts{"a", "bc", "longer"}});
  PackedColumn few = packed({Texts{}});
  few.append(narrow, 0, 2);
  few.trim_texts();
  CHECK(few.width() == 2);
  CHECK((few.unpacked() == ColumnData{Texts{"a", "bc"}}));
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
