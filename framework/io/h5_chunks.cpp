// Chunks as they lie in a file, undone here: the filters of HDF5 1.10 read and write as far as a chunk's own words tell them to.
#include <libdeflate.h>
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>

#include <hdf5.h>

#include "io/h5_parts.hpp"

namespace plimsoll::h5 {

namespace {

constexpr std::size_t kNumberBytes = 8, kReferenceBytes = 16;  // of an integer or a real; of a text of variable length
constexpr std::size_t kCodesFrom = 21;                         // what scale-offset writes before its codes

/// One filter of a dataset. What it states of itself is not believed but compared with what ours state.
struct Filter {
  H5Z_filter_t kind = 0;
  std::uint64_t fill = 0;  ///< of scale-offset: the bits that a code of ones only stands for

  static Filter of(hid_t creation, unsigned at) {
    unsigned flags = 0;
    std::array<unsigned, 20> said{};
    std::size_t count = said.size();
    const H5Z_filter_t kind = H5Pget_filter2(creation, at, &flags, &count, said.data(), 0, nullptr, nullptr);
    if (kind != H5Z_FILTER_SCALEOFFSET) return {kind, 0};
    // Kind of scale, digits, values of a chunk, class, bytes, sign, byte order, whether there is a fill value; then that.
    constexpr std::array<unsigned, 8> ours = {H5Z_SO_INT, 0, kChunkRows, 0, kNumberBytes, 1, 0, 1};
    if (count != said.size() || !std::equal(ours.begin(), ours.end(), said.begin())) throw Error{"its scale-offset is not ours"};
    return {kind, said[8] | std::uint64_t{said[9]} << 32};
  }
};

class ChunkReader {
 public:
  ChunkReader(hid_t dataset, hid_t creation, hid_t type) : dataset_{dataset} {
    hsize_t rows = 0;
    if (H5Pget_chunk(creation, 1, &rows) != 1 || rows != kChunkRows) throw Error{"its chunks are not as long as ours"};
    const bool numbers = H5Tequal(type, H5T_IEEE_F64LE) > 0 || H5Tequal(type, H5T_STD_I64LE) > 0;
    if (!numbers && H5Tget_class(type) != H5T_STRING) throw Error{"its values are not as wide as ours"};
    width_ = numbers ? kNumberBytes : H5Tis_variable_str(type) > 0 ? kReferenceBytes : H5Tget_size(type);
    if (width_ == 0 || width_ > kFixedTextMax) throw Error{"its texts are wider than ours"};
    for (int i = 0; i < H5Pget_nfilters(creation); ++i) filters_.push_back(Filter::of(creation, static_cast<unsigned>(i)));
  }

  std::size_t width() const { return width_; }

  /// Its kChunkRows values, until the next one is read.
  const std::string& read(std::size_t chunk) {
    const hsize_t first = chunk * kChunkRows;
    std::uint32_t left_out = 0;
    hsize_t stored = 0;
    check(H5Dget_chunk_storage_size(dataset_, &first, &stored), "chunk");  // not its info: HDF5 looks for that from the first chunk on
    if (stored == 0 || stored > 2 * bytes_of_all() + 1024) throw Error{"a chunk is missing or longer than its values"};
    bytes_.resize(stored);
    check(H5Dread_chunk(dataset_, H5P_DEFAULT, &first, &left_out, bytes_.data()), "chunk");
    for (std::size_t i = filters_.size(); i-- > 0;)
      if ((left_out >> i & 1) == 0) undo(filters_[i]);
    if (bytes_.size() != bytes_of_all()) throw Error{"a chunk has more or fewer bytes than its values"};
    return bytes_;
  }

 private:
  std::size_t bytes_of_all() const { return kChunkRows * width_; }

  void undo(const Filter& filter) {
    switch (filter.kind) {
      case H5Z_FILTER_DEFLATE: inflate(); break;
      case H5Z_FILTER_SHUFFLE: unshuffle(); break;
      case H5Z_FILTER_SCALEOFFSET: decode(filter.fill); break;
      default: throw Error{"it needs a filter we do not use"};
    }
    std::swap(bytes_, undone_);
  }

  void inflate() {
    undone_.resize(kCodesFrom + bytes_of_all() + 1);  // HDF5's scale-offset writes one more than it needs
    std::size_t length = 0;
    if (libdeflate_zlib_decompress(inflater_.get(), bytes_.data(), bytes_.size(), undone_.data(), undone_.size(), &length) !=
        LIBDEFLATE_SUCCESS)
      throw Error{"a chunk cannot be inflated to its values"};
    undone_.resize(length);
  }

  void unshuffle() {
    if (bytes_.size() != bytes_of_all()) throw Error{"a shuffled chunk has more or fewer bytes than its values"};
    undone_.resize(bytes_.size());
    for (std::size_t byte = 0; byte < width_; ++byte)
      for (std::size_t row = 0; row < kChunkRows; ++row) undone_[row * width_ + byte] = bytes_[byte * kChunkRows + row];
  }

  /// Undoes scale-offset: see io/deflate.cpp for how its bytes lie.
  void decode(std::uint64_t fill) {
    std::uint32_t bits = 0;
    std::uint64_t least = 0;
    if (bytes_.size() >= kCodesFrom) {
      std::memcpy(&bits, bytes_.data(), sizeof bits);
      std::memcpy(&least, bytes_.data() + 5, sizeof least);
    }
    const std::size_t width = bits / 8;
    const bool sound = bits > 0 && bits % 8 == 0 && width <= kNumberBytes && bytes_[4] == kNumberBytes;
    if (!sound || bytes_.size() < kCodesFrom + kChunkRows * width) throw Error{"a chunk's codes are not ours"};
    if (width == kNumberBytes) {
      undone_.assign(bytes_, kCodesFrom, bytes_of_all());
      return;
    }
    bytes_.append(kNumberBytes, '\0');  // all codes are taken eight bytes at a time
    undone_.resize(bytes_of_all());
    const std::size_t shift = 64 - bits;
    const std::uint64_t ones = ~std::uint64_t{0} >> shift;
    for (std::size_t row = 0; row < kChunkRows; ++row) {
      std::uint64_t code = 0;
      std::memcpy(&code, bytes_.data() + kCodesFrom + row * width, sizeof code);
      code = __builtin_bswap64(code) >> shift;
      const std::uint64_t value = code == ones ? fill : code + least;
      std::memcpy(undone_.data() + row * kNumberBytes, &value, sizeof value);
    }
  }

  struct Free {
    void operator()(libdeflate_decompressor* inflater) const { libdeflate_free_decompressor(inflater); }
  };
  static libdeflate_decompressor* new_inflater() {
    libdeflate_decompressor* const inflater = libdeflate_alloc_decompressor();
    if (inflater == nullptr) throw std::bad_alloc{};
    return inflater;
  }

  hid_t dataset_;
  std::size_t width_ = 0;
  std::vector<Filter> filters_;
  std::string bytes_, undone_;
  std::unique_ptr<libdeflate_decompressor, Free> inflater_{new_inflater()};
};

}  // namespace

void read_chunks(hid_t dataset, hid_t creation, hid_t type, std::size_t rows, const std::string& doing, void* to) {
  try {
    ChunkReader chunks{dataset, creation, type};
    for (std::size_t done = 0; done < rows; done += kChunkRows) {
      const std::string& values = chunks.read(done / kChunkRows);
      const std::size_t some = std::min(kChunkRows, rows - done);
      if (to != nullptr) std::memcpy(static_cast<char*>(to) + done * chunks.width(), values.data(), some * chunks.width());
    }
  } catch (const Error& error) {
    throw Error{doing + ": " + error.what()};
  }
}

}  // namespace plimsoll::h5
