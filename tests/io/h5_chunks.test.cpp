#include <cmath>
#include <cstring>
#include <optional>

#include "by_hdf5.hpp"
#include "claims.hpp"
#include "core/random.hpp"
#include "io/h5.hpp"

using namespace plimsoll;
using fixture::sound;

namespace {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
constexpr std::size_t kChunkedRows = h5::kChunkRows + 1'000;

Integers some_integers(double range) {
  const RandomStream random{21, static_cast<std::uint32_t>(range), Purpose::test};
  Integers values(kChunkedRows);
  for (std::size_t i = 0; i < kChunkedRows; ++i) values[i] = static_cast<std::int64_t>(random.uniform(i) * range) - 7;
  return values;
}

/// A file of one column, `values`.
std::string written(const ColumnData& values) {
  const h5::Lock lock;
  const h5::File file = h5::File::in_memory(lock);
  h5::Group root = file.root();
  root.write_column({"values", "1", "", values});
  return file.bytes();
}
ColumnData read(const std::string& bytes) {
  const h5::Lock lock;
  return h5::File::from_bytes(lock, bytes).root().read_values("values");
}
std::optional<ColumnData> if_sound(const std::string& bytes) {
  try {
    return read(bytes);
  } catch (const h5::Error&) {
    return std::nullopt;
  }
}

/// The same made by HDF5 alone: a dataset of `type` with the filters that `set` sets.
template <class Value>
std::string written_by_hdf5(const std::vector<Value>& values, hid_t type, const std::function<void(hid_t)>& set,
                            hsize_t chunk_rows = h5::kChunkRows) {
  const h5::Lock lock;
  return fixture::in_hdf5("", [&](hid_t file) {
    const hsize_t rows = values.size();
    const hid_t creation = sound(H5Pcreate(H5P_DATASET_CREATE)), space = sound(H5Screate_simple(1, &rows, nullptr));
    sound(H5Pset_chunk(creation, 1, &chunk_rows));
    set(creation);
    const hid_t dataset = sound(H5Dcreate2(file, "values", type, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    const hid_t memory = std::is_same_v<Value, double> ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
    sound(H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
    sound(H5Dclose(dataset)), sound(H5Sclose(space)), sound(H5Pclose(creation));
  });
}
void shuffle_and_deflate(hid_t creation) { sound(H5Pset_shuffle(creation)), sound(H5Pset_deflate(creation, 1)); }

/// `bytes` with other bytes for the first chunk of its column, with the filters of `left_out` not applied to them.
std::string with_chunk(const std::string& bytes, const std::string& chunk, std::uint32_t left_out) {
  const h5::Lock lock;
  return fixture::in_hdf5(bytes, [&](hid_t file) {
    const hid_t dataset = sound(H5Dopen2(file, "values", H5P_DEFAULT));
    const hsize_t first = 0;
    sound(H5Dwrite_chunk(dataset, H5P_DEFAULT, left_out, &first, chunk.size(), chunk.data()));
    sound(H5Dclose(dataset));
  });
}
std::string first_chunk(const std::string& bytes) {
  const h5::Lock lock;
  std::string chunk;
  fixture::in_hdf5(bytes, [&](hid_t file) {
    const hid_t dataset = sound(H5Dopen2(file, "values", H5P_DEFAULT));
    const hsize_t first = 0;
    hsize_t size = 0;
    std::uint32_t left_out = 0;
    sound(H5Dget_chunk_storage_size(dataset, &first, &size));
    chunk.resize(size);
    sound(H5Dread_chunk(dataset, H5P_DEFAULT, &first, &left_out, chunk.data()));
    REQUIRE(left_out == 0);
    sound(H5Dclose(dataset));
  });
  return chunk;
}

/// A chunk of scale-offset: bits of a code, bytes of the least value, then `codes` zero bytes.
std::string codes_chunk(std::uint32_t bits, char least_bytes, std::size_t codes) {
  std::string chunk(21 + codes, '\0');
  std::memcpy(chunk.data(), &bits, sizeof bits);
  chunk[4] = least_bytes;
  return chunk;
}

}  // namespace

TEST_CASE("columns of earlier programs, shuffled and deflated or deflated alone, are read as HDF5 reads them") {
  const Integers integers = some_integers(1e12);
  Reals reals(kChunkedRows);
  for (std::size_t i = 0; i < kChunkedRows; ++i) reals[i] = i % 3 == 0 ? -0.0 : std::sqrt(static_cast<double>(i));
  CHECK((read(written_by_hdf5(integers, H5T_STD_I64LE, shuffle_and_deflate)) == ColumnData{integers}));
  CHECK((read(written_by_hdf5(reals, H5T_IEEE_F64LE, shuffle_and_deflate)) == ColumnData{reals}));
  CHECK((read(written_by_hdf5(reals, H5T_IEEE_F64LE, [](hid_t creation) { sound(H5Pset_deflate(creation, 1)); })) == ColumnData{reals}));
  CHECK((read(written_by_hdf5(integers, H5T_STD_I64LE, [](hid_t) {})) == ColumnData{integers}));
}

TEST_CASE("texts in chunks come back, of fixed width and of variable length") {
  std::vector<std::string> texts(kChunkedRows);
  for (const std::size_t longest : {std::size_t{7}, h5::kFixedTextMax + 9}) {
    for (std::size_t i = 0; i < kChunkedRows; ++i) texts[i] = std::string(i % longest, 'a');
    CHECK((read(written(texts)) == ColumnData{texts}));
  }
}

TEST_CASE("a chunk whose codes or bytes are not those of its values is an error, not a read beyond it") {
  Reals halves(kChunkedRows), thirds(kChunkedRows);
  for (std::size_t i = 0; i < kChunkedRows; ++i) halves[i] = static_cast<double>(i % 99) / 2, thirds[i] = static_cast<double>(i) / 3;
  const std::string bytes = written(some_integers(1'000)), reals = written(halves);
  constexpr std::uint32_t deflate = 2, both = 3;
  CHECK_NOTHROW(read(with_chunk(bytes, codes_chunk(16, 8, 2 * h5::kChunkRows), deflate)));
  CHECK_NOTHROW(read(with_chunk(bytes, codes_chunk(64, 8, 8 * h5::kChunkRows), deflate)));
  for (const std::uint32_t bits : {0u, 1u, 15u, 17u, 63u, 65u, 72u, 0x80000010u, 0xffffffffu})
    CHECK_THROWS_AS(read(with_chunk(bytes, codes_chunk(bits, 8, 8 * h5::kChunkRows), deflate)), h5::Error);
  for (const char least_bytes : {'\0', '\7', '\11', '\377'})
    CHECK_THROWS_AS(read(with_chunk(bytes, codes_chunk(16, least_bytes, 2 * h5::kChunkRows), deflate)), h5::Error);
  for (const std::size_t codes : {std::size_t{0}, std::size_t{1}, 2 * h5::kChunkRows - 1})
    CHECK_THROWS_AS(read(with_chunk(bytes, codes_chunk(16, 8, codes), deflate)), h5::Error);
  CHECK_THROWS_AS(read(with_chunk(bytes, codes_chunk(64, 8, 8 * h5::kChunkRows - 1), deflate)), h5::Error);
  for (const std::size_t length : {1u, 4u, 20u})
    CHECK_THROWS_AS(read(with_chunk(bytes, codes_chunk(16, 8, 0).substr(0, length), deflate)), h5::Error);
  const std::string shuffled = written_by_hdf5(thirds, H5T_IEEE_F64LE, shuffle_and_deflate),
                    text = written(std::vector<std::string>(kChunkedRows / 2, "a"));
  for (const std::string& whole : {bytes, reals, shuffled})
    for (const std::size_t length : {std::size_t{1}, 8 * h5::kChunkRows - 1, 8 * h5::kChunkRows + 1, 20 * h5::kChunkRows}) {
      CHECK_THROWS_AS(read(with_chunk(whole, std::string(length, '\0'), both)), h5::Error);
      CHECK_THROWS_AS(read(with_chunk(whole, std::string(length, '\0'), deflate)), h5::Error);
    }
}

TEST_CASE("a damaged stream, one cut short and one of another column end in an error or in as many values") {
  Reals thirds(kChunkedRows);
  std::vector<std::string> texts(kChunkedRows), long_texts(kChunkedRows, std::string(70, 'l'));
  for (std::size_t i = 0; i < kChunkedRows; ++i)
    thirds[i] = static_cast<double>(i) / 3, texts[i] = i % 2 == 0 ? "a" : "bc", long_texts[i] += texts[i];
  const RandomStream random{22, 0, Purpose::test};
  std::uint64_t draws = 0;
  const std::vector<std::string> all = {written(some_integers(1'000)),
                                        written(some_integers(1e5)),
                                        written(thirds),
                                        written(texts),
                                        written(long_texts),
                                        written_by_hdf5(thirds, H5T_IEEE_F64LE, shuffle_and_deflate)};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string chunk = first_chunk(all[i]);
    CHECK_THROWS_AS(read(with_chunk(all[i], chunk.substr(0, chunk.size() / 2), 0)), h5::Error);
    CHECK_THROWS_AS(read(with_chunk(all[i], "no stream", 0)), h5::Error);
    for (std::size_t j = 2; j < all.size(); ++j)
      if (i != j && !(i == 2 && j == 5) && !(i == 5 && j == 2))
        CHECK_THROWS_AS(read(with_chunk(all[i], first_chunk(all[j]), 0)), h5::Error);
    for (int round = 0; round < 40; ++round) {
      std::string damaged = chunk;
      const std::size_t at = random.below(draws++, 8 * damaged.size());
      damaged[at / 8] ^= static_cast<char>(1u << at % 8);
      const std::optional<ColumnData> values = if_sound(with_chunk(all[i], damaged, 0));
      if (values) CHECK(std::visit([](const auto& each) { return each.size(); }, *values) == kChunkedRows);
    }
  }
}

TEST_CASE("a column in chunks or by filters that none of our programs writes is refused") {
  const Integers values = some_integers(1'000);
  const Reals reals(values.begin(), values.end());
  const auto refused = [](const std::string& bytes) { CHECK_THROWS_AS(read(bytes), h5::Error); };
  refused(written_by_hdf5(values, H5T_STD_I64LE, shuffle_and_deflate, 1'000));
  refused(written_by_hdf5(values, H5T_STD_I32LE, shuffle_and_deflate));
  refused(written_by_hdf5(values, H5T_STD_I64BE, shuffle_and_deflate));
  refused(written_by_hdf5(values, H5T_STD_I64LE, [](hid_t creation) { sound(H5Pset_fletcher32(creation)); }));
  refused(written_by_hdf5(values, H5T_STD_I64LE, [](hid_t creation) { sound(H5Pset_scaleoffset(creation, H5Z_SO_INT, 16)); }));
  refused(written_by_hdf5(reals, H5T_IEEE_F64LE, [](hid_t creation) { sound(H5Pset_scaleoffset(creation, H5Z_SO_FLOAT_DSCALE, 1)); }));
  refused(written_by_hdf5(
      Integers(kChunkedRows), H5T_STD_I64LE, [](hid_t creation) { sound(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER)); }, 7));
}
