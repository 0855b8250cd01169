#include "io/deflate.hpp"

#include <libdeflate.h>
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "core/contract.hpp"

namespace plimsoll {

namespace {

constexpr std::size_t kChunksAtOnce = 64;
constexpr std::size_t kThreadsMax = 4;
/// Higher ones take several times as long for a tenth less.
constexpr int kLevel = 1;

/// HDF5's shuffle of 8-byte integers: the lowest bytes of all values, then the next lowest, and so on. Those that a narrow integer does not
/// have are its sign.
template <class Narrow>
void in_planes(const char* from, std::size_t rows, char* planes, std::size_t plane_bytes) {
  constexpr std::size_t width = sizeof(Narrow);
  for (std::size_t byte = 0; byte < width; ++byte)
    for (std::size_t row = 0; row < rows; ++row) planes[byte * plane_bytes + row] = from[row * width + byte];
  for (std::size_t row = 0; row < rows && width < sizeof(std::int64_t); ++row)
    planes[width * plane_bytes + row] = static_cast<char>(planes[(width - 1) * plane_bytes + row] < 0 ? -1 : 0);
  for (std::size_t byte = width + 1; byte < sizeof(std::int64_t); ++byte)
    std::memcpy(planes + byte * plane_bytes, planes + width * plane_bytes, rows);
}

/// The chunks of one column, for one thread: what the deflater works with is too large to be allocated for each of them.
class ChunkDeflater {
 public:
  ChunkDeflater(const PackedColumn& column, std::size_t chunk_rows)
      : column_{column}, chunk_rows_{chunk_rows}, compressor_{libdeflate_alloc_compressor(kLevel)} {
    if (compressor_ == nullptr) throw std::bad_alloc{};
  }

  std::string operator()(std::size_t chunk) {
    const std::size_t first = chunk * chunk_rows_, rows = std::min(chunk_rows_, column_.rows() - first);
    switch (column_.kind()) {
      case PackedColumn::Kind::integer: integers(first, rows); break;
      case PackedColumn::Kind::real: reals(first, rows); break;
      case PackedColumn::Kind::text: texts(first, rows); break;
    }
    return deflated();
  }

 private:
  /// As they are packed.
  std::string_view narrow(std::size_t first, std::size_t rows) {
    const std::size_t width = column_.width();
    if (!column_.one_value()) return column_.bytes().substr(first * width, rows * width);
    repeated_.clear();
    for (std::size_t row = 0; row < rows; ++row) repeated_ += column_.bytes();
    return repeated_;
  }

  /// Room for a chunk, zero where it has no rows.
  char* room(std::size_t rows, std::size_t width) {
    if (rows < chunk_rows_) bytes_.clear();
    bytes_.resize(chunk_rows_ * width);
    return bytes_.data();
  }

  void integers(std::size_t first, std::size_t rows) {
    const char* const from = narrow(first, rows).data();
    char* const planes = room(rows, sizeof(std::int64_t));
    switch (column_.width()) {
      case 1: return in_planes<std::int8_t>(from, rows, planes, chunk_rows_);
      case 2: return in_planes<std::int16_t>(from, rows, planes, chunk_rows_);
      case 4: return in_planes<std::int32_t>(from, rows, planes, chunk_rows_);
      default: return in_planes<std::int64_t>(from, rows, planes, chunk_rows_);
    }
  }

  void reals(std::size_t first, std::size_t rows) {
    reals_.resize(rows);
    column_.unpack(first, rows, reals_.data());
    std::memcpy(room(rows, sizeof(double)), reals_.data(), rows * sizeof(double));
  }

  void texts(std::size_t first, std::size_t rows) {
    const std::string from = column_.spelled(first, rows);
    from.copy(room(rows, column_.width()), from.size());
  }

  std::string deflated() {
    out_.resize(libdeflate_zlib_compress_bound(compressor_.get(), bytes_.size()));
    const std::size_t length = libdeflate_zlib_compress(compressor_.get(), bytes_.data(), bytes_.size(), out_.data(), out_.size());
    ENSURE(length > 0);
    return {out_.data(), length};
  }

  struct Free {
    void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
  };

  const PackedColumn& column_;
  std::size_t chunk_rows_;
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  std::vector<char> out_;
  std::vector<double> reals_;
  std::string bytes_, repeated_;
};

/// Chunks `first` to `first + done.size()`, on as many threads as there are processors.
void deflate_some(const PackedColumn& column, std::size_t chunk_rows, std::size_t first, std::span<std::string> done) {
  std::atomic<std::size_t> next{0};
  std::vector<std::exception_ptr> failed(kThreadsMax);
  const auto work = [&](std::exception_ptr& failure) {
    try {
      ChunkDeflater deflate{column, chunk_rows};
      for (std::size_t i = next++; i < done.size(); i = next++) done[i] = deflate(first + i);
    } catch (...) {
      failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> helpers;
    const std::size_t threads = std::min({std::size_t{std::thread::hardware_concurrency()}, kThreadsMax, done.size()});
    try {
      for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back(work, std::ref(failed[i]));
    } catch (const std::system_error&) {
      // No more threads to be had: those there are do it.
    }
    work(failed[0]);
  }
  for (const std::exception_ptr& failure : failed)
    if (failure) std::rethrow_exception(failure);
}

}  // namespace

void deflate_chunks(const PackedColumn& column, std::size_t chunk_rows, const std::function<void(std::size_t, std::string_view)>& put) {
  EXPECT(chunk_rows > 0 && column.width() > 0);
  const std::size_t chunks = (column.rows() + chunk_rows - 1) / chunk_rows;
  for (std::size_t first = 0; first < chunks; first += kChunksAtOnce) {
    std::vector<std::string> done(std::min(kChunksAtOnce, chunks - first));
    deflate_some(column, chunk_rows, first, done);
    for (std::size_t i = 0; i < done.size(); ++i) put(first + i, done[i]);
  }
}

}  // namespace plimsoll
