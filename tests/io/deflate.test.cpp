#include "io/deflate.hpp"

#include <zlib.h>

#include <limits>

#include "claims.hpp"
#include "core/random.hpp"
#include "io/deflate_stream.hpp"

using namespace plimsoll;

namespace {

std::string inflated(std::string_view deflated, std::size_t bytes) {
  std::string out(bytes + 1, '\0');
  uLongf length = out.size();
  REQUIRE(uncompress(reinterpret_cast<Bytef*>(out.data()), &length, reinterpret_cast<const Bytef*>(deflated.data()), deflated.size()) ==
          Z_OK);
  out.resize(length);
  return out;
}

/// What HDF5's shuffle makes of 8-byte values.
std::string shuffled(const std::string& bytes) {
  std::string out(bytes.size(), '\0');
  const std::size_t values = bytes.size() / 8;
  for (std::size_t i = 0; i < bytes.size(); ++i) out[i % 8 * values + i / 8] = bytes[i];
  return out;
}

template <class Value>
std::string bytes_of(const std::vector<Value>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value)};
}

std::vector<std::string> chunks_of(const PackedColumn& column, std::size_t chunk_rows) {
  std::vector<std::string> chunks;
  deflate_chunks(column, chunk_rows, [&](std::size_t chunk, std::string_view deflated) {
    CHECK(chunk == chunks.size());
    chunks.emplace_back(deflated);
  });
  return chunks;
}

}  // namespace

TEST_CASE("zlib reads back any bytes, at every length around the codes' limits") {
  const RandomStream random{1, 2, Purpose::test};
  DeflateStream stream;
  for (const std::size_t length : {0, 1, 2, 3, 4, 5, 257, 258, 259, 260, 261, 262, 516, 32'767, 32'768, 32'769, 70'000})
    for (const unsigned values : {1, 2, 7, 256}) {
      std::string bytes(length, '\0');
      for (std::size_t i = 0; i < length; ++i) bytes[i] = static_cast<char>(random.uniform(i) * values);
      // Something from the farthest place a match may come from, and from one beyond it.
      for (const std::size_t back : {32'768, 32'769})
        if (length > back + 40) bytes.replace(length - 40, 20, bytes.substr(length - 40 - back, 20));
      stream.begin(3 * length + 5);
      stream.put_bytes(bytes);
      stream.put_zeros(length + 5);
      stream.put_values(bytes, 1);
      CAPTURE(length, values);
      CHECK((inflated(stream.end(), 3 * length + 5) == bytes + std::string(length + 5, '\0') + bytes));
    }
}

TEST_CASE("a chunk of integers is what HDF5's shuffle would have made of them, however many bytes are in use") {
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  const RandomStream random{3, 4, Purpose::test};
  for (const std::int64_t scale : {std::int64_t{0}, std::int64_t{1}, std::int64_t{200}, std::int64_t{1} << 20, std::int64_t{1} << 50})
    for (const std::int64_t shift : {std::int64_t{0}, std::int64_t{-100}, least}) {
      std::vector<std::int64_t> values(1'000);
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = shift + static_cast<std::int64_t>(random.uniform(i) * static_cast<double>(scale));
      PackedColumn column{PackedColumn::Kind::integer};
      column.append(ColumnData{values});
      const std::vector<std::string> chunks = chunks_of(column, 400);
      REQUIRE(chunks.size() == 3);
      values.resize(1'200, 0);  // the last chunk is filled up
      for (std::size_t chunk = 0; chunk < 3; ++chunk)
        CHECK((inflated(chunks[chunk], 3'200) == shuffled(bytes_of(values).substr(chunk * 3'200, 3'200))));
    }
}

TEST_CASE("chunks of reals and texts are their values one after the other, and the same however the column was packed") {
  std::vector<double> reals(700);
  std::vector<std::string> texts(700);
  for (std::size_t i = 0; i < reals.size(); ++i) {
    reals[i] = static_cast<double>(i % 13) / (i < 350 ? 2 : 3);
    texts[i] = std::string(i % 11, 'a');
  }
  PackedColumn real{PackedColumn::Kind::real}, text{PackedColumn::Kind::text}, by_one{PackedColumn::Kind::real};
  real.append(ColumnData{reals});
  text.append(ColumnData{texts});
  for (const double value : reals) by_one.append(std::span<const double>{&value, 1});
  CHECK((chunks_of(real, 512) == chunks_of(by_one, 512)));
  reals.resize(1'024, 0.0);
  CHECK((inflated(chunks_of(real, 512)[0], 4'096) + inflated(chunks_of(real, 512)[1], 4'096) == bytes_of(reals)));
  std::string padded;
  for (const std::string& each : texts) padded += each + std::string(10 - each.size(), '\0');
  padded.resize(10'240, '\0');
  CHECK((inflated(chunks_of(text, 512)[0], 5'120) + inflated(chunks_of(text, 512)[1], 5'120) == padded));
  PackedColumn same{PackedColumn::Kind::real};
  same.append(ColumnData{std::vector<double>(1'500, 0.25)});
  const std::vector<std::string> chunks = chunks_of(same, 512);
  CHECK((chunks[0] == chunks[1]));
  CHECK((inflated(chunks[2], 4'096) == bytes_of(std::vector<double>(476, 0.25)) + std::string(36 * 8, '\0')));
}
