#include "io/deflate.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "by_hdf5.hpp"
#include "claims.hpp"
#include "core/random.hpp"
#include "io/h5.hpp"

using namespace plimsoll;

namespace {

/// Values as they lie in memory and in a file; texts padded to the longest.
std::string bytes_of(const ColumnData& values) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&values)) return PackedColumn{*texts}.spelled(0, texts->size());
  const auto flat = [](const auto& all) { return std::string{reinterpret_cast<const char*>(all.data()), all.size() * 8}; };
  const auto* integers = std::get_if<std::vector<std::int64_t>>(&values);
  return integers != nullptr ? flat(*integers) : flat(std::get<std::vector<double>>(values));
}

/// Written in deflated chunks and read by HDF5, filters and all; our reader must not differ.
std::string through_hdf5(const ColumnData& values) {
  const h5::Lock lock;
  const h5::File file = h5::File::in_memory(lock);
  h5::Group root = file.root();
  root.begin_column(Column{"values", "1", "", {}}, PackedColumn{values})();
  std::string read = fixture::read_by_hdf5(file.bytes(), "values");
  CHECK((bytes_of(h5::File::from_bytes(lock, file.bytes()).root().read_values("values")) == read));
  return read;
}

std::vector<std::string> chunks_of(const PackedColumn& column, std::size_t chunk_rows) {
  std::vector<std::string> chunks;
  Deflation{column, chunk_rows}.finish([&](std::size_t chunk, const StoredChunk& stored) {
    CHECK(chunk == chunks.size());
    chunks.push_back(stored.bytes);
  });
  return chunks;
}

constexpr std::size_t kRows = 2 * h5::kChunkRows + 100;

}  // namespace

TEST_CASE("HDF5 reads back integers of every width, the last chunk not full") {
  const RandomStream random{3, 4, Purpose::test};
  for (const unsigned bits : {0u, 1u, 8u, 15u, 31u, 50u})
    for (const std::int64_t shift : {std::int64_t{0}, std::int64_t{-100}, std::numeric_limits<std::int64_t>::min()}) {
      std::vector<std::int64_t> values(kRows);
      for (std::size_t i = 0; i < kRows; ++i)
        values[i] = shift + static_cast<std::int64_t>(random.uniform(i) * static_cast<double>(std::int64_t{1} << bits));
      CAPTURE(bits, shift);
      CHECK((through_hdf5(values) == bytes_of(values)));
    }
}

TEST_CASE("HDF5 reads back integers whose range is just as wide as some bytes hold, or all 64 bits") {
  for (const unsigned bytes : {1u, 2u, 3u, 6u, 7u})
    for (const std::int64_t more : {-3, -2, -1, 0, 1}) {
      std::vector<std::int64_t> values(kRows, -17);
      values[1] += (std::int64_t{1} << 8 * bytes) + more;
      CAPTURE(bytes, more);
      CHECK((through_hdf5(values) == bytes_of(values)));
    }
  std::vector<std::int64_t> widest(kRows, std::numeric_limits<std::int64_t>::min());
  widest[1] = std::numeric_limits<std::int64_t>::max();
  CHECK((through_hdf5(widest) == bytes_of(widest)));
}

TEST_CASE("HDF5 reads back reals and texts, also of one value") {
  const RandomStream random{5, 6, Purpose::test};
  std::vector<double> halves(kRows), thirds(kRows), noise(kRows);  // noise: no chunk of it gets shorter
  std::vector<std::string> words(kRows);
  for (std::size_t i = 0; i < kRows; ++i) {
    halves[i] = static_cast<double>(i % 1'000) / 2;
    thirds[i] = static_cast<double>(i) / 3;
    noise[i] = random.uniform(i);
    words[i] = std::string(i % 11, 'a');
  }
  for (const ColumnData& values : {ColumnData{halves}, ColumnData{thirds}, ColumnData{noise}, ColumnData{words},
                                   ColumnData{std::vector<double>(kRows, 0.25)}, ColumnData{std::vector<std::string>(kRows, "own order")}})
    CHECK((through_hdf5(values) == bytes_of(values)));
}

TEST_CASE("HDF5 reads back halves bit for bit, undefined ones among them, whatever bytes their codes take") {
  const RandomStream random{9, 10, Purpose::test};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double least : {0.0, -130.0, 59'000.5, -1'073'741'823.5})
    for (const double range : {0.0, 25.0, 25.5, 6'553.0, 6'553.5, 1e9})  // 25.5: codes up to 255, and that one of ones only is taken
      for (const double undefined : {0.0, 0.4, 0.99999}) {
        std::vector<double> values(kRows, least);
        for (std::size_t i = 0; i < kRows; ++i)
          values[i] = random.uniform(2 * i) < undefined ? nan : least + std::floor(2 * range * random.uniform(2 * i + 1)) / 2;
        values[1] = least + range;
        values[2] = least;
        values[3] = 0.5;
        REQUIRE(PackedColumn{ColumnData{values}}.in_halves());
        std::fill_n(values.begin() + h5::kChunkRows, h5::kChunkRows, nan);  // a chunk of nothing else
        CAPTURE(least, range, undefined);
        CHECK((through_hdf5(values) == bytes_of(values)));
      }
}

TEST_CASE("HDF5 reads back reals bit for bit where one of them is no half") {
  for (const double other : {-0.0, 0.1, -std::numeric_limits<double>::quiet_NaN(), std::bit_cast<double>(0x7ff8000000000001), 1e300}) {
    std::vector<double> values(kRows, 0.5);
    for (std::size_t i = 0; i < kRows; i += 3) values[i] = std::numeric_limits<double>::quiet_NaN();
    values[h5::kChunkRows + 1] = other;
    CHECK((through_hdf5(values) == bytes_of(values)));
  }
}

TEST_CASE("halves take a few bytes a value before they are deflated, and the same ones wherever they came from") {
  const RandomStream random{11, 12, Purpose::test};
  std::vector<double> values(kRows + 1, 0.1);
  for (std::size_t i = 0; i < kRows; ++i) values[i] = std::floor(random.uniform(i) * 2'000) / 2;  // 11 bits of noise
  PackedColumn rows{PackedColumn::Kind::real};
  rows.append(PackedColumn{ColumnData{values}}, 0, kRows);
  rows.trim();
  values.pop_back();
  std::size_t bytes = 0;
  Deflation{rows, h5::kChunkRows}.finish([&](std::size_t, const StoredChunk& chunk) { bytes += chunk.bytes.size(); });
  CHECK(bytes < 2 * kRows);
  CHECK((chunks_of(rows, h5::kChunkRows) == chunks_of(PackedColumn{ColumnData{values}}, h5::kChunkRows)));
}

TEST_CASE("wide integers that are noise are stored as they are, those that repeat are deflated") {
  const RandomStream random{7, 8, Purpose::test};
  constexpr std::size_t rows = 2 * h5::kChunkRows + h5::kChunkRows / 4;
  std::vector<std::int64_t> noise(rows), repeating(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    noise[i] = static_cast<std::int64_t>(random.uniform(i) * 2e14);
    repeating[i] = static_cast<std::int64_t>(random.uniform(i % 50) * 2e14);
  }
  const auto all_deflated = [](const std::vector<std::int64_t>& values) {
    std::size_t deflated = 0;
    Deflation{PackedColumn{ColumnData{values}}, h5::kChunkRows}.finish(
        [&](std::size_t, const StoredChunk& chunk) { deflated += chunk.deflated; });
    return deflated;
  };
  CHECK(all_deflated(noise) == 1);  // the last, three quarters of which are empty
  CHECK(all_deflated(repeating) == 3);
  CHECK((through_hdf5(noise) == bytes_of(noise)));
}

TEST_CASE("what is deflated is the same however the column was packed, and whatever the threads do") {
  constexpr std::size_t rows = 100'000, chunk_rows = 512;  // more chunks than are deflated at once
  std::vector<double> values(rows);
  for (std::size_t i = 0; i < rows; ++i) values[i] = static_cast<double>(i % 13) / (i < rows / 2 ? 2 : 3);
  PackedColumn grown{PackedColumn::Kind::real};
  for (std::size_t i = 0; i < rows; i += 100) grown.append(std::span<const double>{&values[i], 100});
  const std::vector<std::string> once = chunks_of(PackedColumn{ColumnData{values}}, chunk_rows);
  CHECK(once.size() == 196);
  CHECK((chunks_of(grown, chunk_rows) == once));
  for (int again = 0; again < 5; ++again) CHECK((chunks_of(PackedColumn{ColumnData{values}}, chunk_rows) == once));
}
