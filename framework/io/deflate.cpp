#include "io/deflate.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <exception>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "core/contract.hpp"
#include "io/deflate_stream.hpp"

namespace plimsoll {

namespace {

constexpr std::size_t kChunksAtOnce = 64;
constexpr std::size_t kThreadsMax = 4;

/// The chunks of one column, for one thread.
class ChunkDeflater {
 public:
  ChunkDeflater(const PackedColumn& column, std::size_t chunk_rows) : column_{column}, chunk_rows_{chunk_rows} {}

  std::string operator()(std::size_t chunk) {
    const std::size_t first = chunk * chunk_rows_, rows = std::min(chunk_rows_, column_.rows() - first);
    if (column_.kind() == PackedColumn::Kind::real) return reals(first, rows);
    const std::string_view packed = packed_rows(first, rows);
    if (column_.kind() == PackedColumn::Kind::text) return values(packed, column_.width());
    switch (column_.width()) {
      case 1: return integers<std::int8_t>(packed);
      case 2: return integers<std::int16_t>(packed);
      case 4: return integers<std::int32_t>(packed);
      default: return integers<std::int64_t>(packed);
    }
  }

 private:
  /// A whole chunk of values as wide as they are packed.
  std::string_view packed_rows(std::size_t first, std::size_t rows) {
    const std::size_t width = column_.width();
    if (rows == chunk_rows_ && !column_.one_value()) return column_.bytes().substr(first * width, rows * width);
    rows_.clear();
    if (column_.one_value())
      for (std::size_t row = 0; row < rows; ++row) rows_ += column_.bytes();
    else
      rows_ = column_.bytes().substr(first * width, rows * width);
    rows_.resize(chunk_rows_ * width, '\0');
    return rows_;
  }

  /// The lowest bytes of all values, then the next lowest, and so on. Above the highest that is in use all are zero.
  template <class Narrow>
  std::string integers(std::string_view packed) {
    const auto value = [&](std::size_t row) {
      Narrow narrow;
      std::memcpy(&narrow, packed.data() + row * sizeof narrow, sizeof narrow);
      return narrow;
    };
    std::int64_t used = 0;
    for (std::size_t row = 0; row < chunk_rows_; ++row) used |= value(row);
    const auto planes = static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(used)) + 7) / 8;
    planes_.resize(planes * chunk_rows_);
    for (std::size_t plane = 0; plane < planes; ++plane) {
      const std::size_t shift = std::min(8 * plane, 8 * sizeof(Narrow) - 1);  // beyond its own bytes: its sign
      char* const to = planes_.data() + plane * chunk_rows_;
      for (std::size_t row = 0; row < chunk_rows_; ++row) to[row] = static_cast<char>(value(row) >> shift);
    }
    stream_.begin(8 * chunk_rows_);
    stream_.put_bytes(planes_);
    stream_.put_zeros((8 - planes) * chunk_rows_);
    return std::string{stream_.end()};
  }

  std::string reals(std::size_t first, std::size_t rows) {
    if (column_.width() == sizeof(double)) return values(packed_rows(first, rows), sizeof(double));
    reals_.assign(chunk_rows_, 0);
    column_.unpack(first, rows, reals_.data());
    return values({reinterpret_cast<const char*>(reals_.data()), chunk_rows_ * sizeof(double)}, sizeof(double));
  }

  std::string values(std::string_view bytes, std::size_t width) {
    stream_.begin(bytes.size());
    stream_.put_values(bytes, width);
    return std::string{stream_.end()};
  }

  const PackedColumn& column_;
  std::size_t chunk_rows_;
  DeflateStream stream_;
  std::string rows_, planes_;
  std::vector<double> reals_;
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
  EXPECT(chunk_rows > 0 && chunk_rows <= 32'768 && (column.width() > 0 || column.rows() == 0));
  const std::size_t whole = column.rows() / chunk_rows, chunks = (column.rows() + chunk_rows - 1) / chunk_rows;
  std::size_t first = 0;
  if (column.one_value() && whole > 0) {
    const std::string deflated = ChunkDeflater{column, chunk_rows}(0);
    for (; first < whole; ++first) put(first, deflated);
  }
  for (; first < chunks; first += kChunksAtOnce) {
    std::vector<std::string> done(std::min(kChunksAtOnce, chunks - first));
    deflate_some(column, chunk_rows, first, done);
    for (std::size_t i = 0; i < done.size(); ++i) put(first + i, done[i]);
  }
}

}  // namespace plimsoll
