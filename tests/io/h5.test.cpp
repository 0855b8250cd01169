#include "io/h5.hpp"

#include <cstring>
#include <limits>

#include "claims.hpp"

using namespace plimsoll;

namespace {

Table some_table(std::size_t rows, std::size_t text_length) {
  Table table{"things"};
  table.add_integer("count", "lots", "how many");
  table.add_real("cost", "bps", "how much");
  table.add_text("word", "text", "what");
  for (std::size_t i = 0; i < rows; ++i)
    table.append(static_cast<std::int64_t>(i) - 3, i % 5 == 0 ? std::numeric_limits<double>::quiet_NaN() : 0.1 * static_cast<double>(i),
                 std::string(i % (text_length + 1), 'a') + "é");
  return table;
}

std::string bytes_with(const Table& table) {
  const h5::Lock lock;
  const h5::File file = h5::File::in_memory(lock);
  h5::Group root = file.root();
  root.write_attribute("title", std::string{"a ü title"});
  root.write_attribute("seed", std::int64_t{-5});
  root.write_attribute("ratio", 0.1);
  h5::write_table(root, table);
  return file.bytes();
}

bool same(const Table& a, const Table& b) {
  if (a.name() != b.name() || a.columns().size() != b.columns().size()) return false;
  for (std::size_t i = 0; i < a.columns().size(); ++i) {
    const Column& x = a.columns()[i];
    const Column& y = b.columns()[i];
    if (x.name != y.name || x.unit != y.unit || x.meaning != y.meaning || x.data.index() != y.data.index() || x.size() != y.size())
      return false;
    if (const auto* reals = std::get_if<std::vector<double>>(&x.data)) {
      if (x.size() > 0 && std::memcmp(reals->data(), std::get<std::vector<double>>(y.data).data(), x.size() * sizeof(double)) != 0)
        return false;
    } else if (x.data != y.data) {
      return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("a table comes back bit for bit, with units and meanings, at any length and text width") {
  const h5::Lock lock;
  for (const std::size_t rows : {std::size_t{0}, std::size_t{1}, h5::kChunkRows - 1, h5::kChunkRows, 2 * h5::kChunkRows + 7})
    for (const std::size_t text_length : {0u, 60u, 300u}) {
      const Table table = some_table(rows, text_length);
      const h5::File file = h5::File::from_bytes(lock, bytes_with(table));
      CAPTURE(rows, text_length);
      CHECK(same(h5::read_table(file.root(), "things"), table));
    }
}

TEST_CASE("columns of many chunks come back, of one value and of none that repeats") {
  constexpr std::size_t rows = 70 * h5::kChunkRows + 5;  // more than are deflated at once
  Table table{"things"};
  std::vector<std::int64_t> sevens(rows, 7), steps(rows);
  std::vector<double> undefined(rows, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < rows; ++i) steps[i] = static_cast<std::int64_t>(i * i * 2'654'435'761U);
  steps[3 * h5::kChunkRows] = std::numeric_limits<std::int64_t>::min();
  table.columns() = {{"same", "1", "one value", sevens}, {"steps", "1", "no two alike", steps}, {"undefined", "1", "NaN", undefined}};
  const h5::Lock lock;
  const std::string bytes = bytes_with(table);
  CHECK(same(h5::read_table(h5::File::from_bytes(lock, bytes).root(), "things"), table));
  const h5::Group group = h5::File::from_bytes(lock, bytes).root().open_group("things");
  CHECK((group.extent("same") == std::pair<std::uint64_t, std::uint64_t>{rows, 0}));  // one value fills them
  CHECK((group.extent("undefined") == std::pair<std::uint64_t, std::uint64_t>{rows, 0}));
  CHECK(group.extent("steps").second > 0);
  CHECK((bytes_with(table) == bytes));  // run on its own, these were the first chunks of the process, and sometimes others than the next
}

TEST_CASE("attributes keep their type and value, texts beyond 64 kB too") {
  const h5::Lock lock;
  const h5::File file = h5::File::in_memory(lock);
  h5::Group root = file.root();
  const std::string long_text(200'000, 'z');
  root.write_attribute("scenario_text", long_text);
  root.write_attribute("seed", std::numeric_limits<std::int64_t>::min());
  root.write_attribute("ratio", 0.1);
  root.write_attribute("empty", std::string{});
  const h5::File read = h5::File::from_bytes(lock, file.bytes());
  CHECK(read.root().attribute("scenario_text") == h5::AttributeValue{long_text});
  CHECK(read.root().attribute("seed") == h5::AttributeValue{std::numeric_limits<std::int64_t>::min()});
  CHECK(read.root().attribute("ratio") == h5::AttributeValue{0.1});
  CHECK(read.root().attribute("empty") == h5::AttributeValue{std::string{}});
  CHECK_FALSE(read.root().attribute("nothing"));
  CHECK(read.root().attributes().front().first == "scenario_text");
}

TEST_CASE("the same content gives the same bytes, a second later too") {
  const h5::Lock lock;
  const std::string first = bytes_with(some_table(20'000, 80));
  ::timespec pause{1, 100'000'000};  // HDF5's object times count seconds
  ::nanosleep(&pause, nullptr);
  CHECK((bytes_with(some_table(20'000, 80)) == first));
  CHECK((bytes_with(some_table(20'001, 80)) != first));
}

TEST_CASE("several files in memory are not taken for one another") {
  const h5::Lock lock;
  const h5::File a = h5::File::from_bytes(lock, bytes_with(some_table(3, 1)));
  const h5::File b = h5::File::from_bytes(lock, bytes_with(some_table(4, 1)));
  CHECK(h5::read_table(a.root(), "things").rows() == 3);
  CHECK(h5::read_table(b.root(), "things").rows() == 4);
}

TEST_CASE("what is no HDF5 file or lacks a dataset is an exception with a text") {
  const h5::Lock lock;
  CHECK_THROWS_AS(h5::File::from_bytes(lock, "not an HDF5 file at all"), h5::Error);
  const h5::File file = h5::File::from_bytes(lock, bytes_with(some_table(3, 1)));
  CHECK_THROWS_WITH(h5::read_table(file.root(), "nothing"), Catch::Contains("nothing"));
  CHECK_THROWS_AS(file.root().open_group("things").read_column("nothing"), h5::Error);
}
