#include "io/deflate.hpp"

#include <libdeflate.h>
#include <algorithm>
#include <atomic>
#include <cstdint>
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

/// The chunks of one column, for one thread: a compressor is too large to be allocated for each of them.
class ChunkDeflater {
 public:
  ChunkDeflater(const PackedColumn& column, std::size_t chunk_rows)
      : column_{column}, chunk_rows_{chunk_rows}, compressor_{libdeflate_alloc_compressor(kLevel)} {
    if (compressor_ == nullptr) throw std::bad_alloc{};
  }

  std::string operator()(std::size_t chunk) {
    const std::size_t first = chunk * chunk_rows_, rows = std::min(chunk_rows_, column_.rows() - first);
    switch (column_.kind()) {
      case PackedColumn::Kind::integer: return integers(first, rows);
      case PackedColumn::Kind::real: return reals(first, rows);
      case PackedColumn::Kind::text: break;
    }
    return texts(first, rows);
  }

 private:
  std::string integers(std::size_t first, std::size_t rows) {
    integers_.assign(chunk_rows_, 0);
    column_.unpack(first, rows, integers_.data());
    bytes_.resize(chunk_rows_ * sizeof(std::int64_t));
    const std::int64_t* const values = integers_.data();
    for (unsigned byte = 0; byte < sizeof(std::int64_t); ++byte) {
      char* const to = bytes_.data() + byte * chunk_rows_;
      for (std::size_t row = 0; row < chunk_rows_; ++row) to[row] = static_cast<char>(values[row] >> (8 * byte));
    }
    return deflated(bytes_);
  }

  std::string reals(std::size_t first, std::size_t rows) {
    reals_.assign(chunk_rows_, 0);
    column_.unpack(first, rows, reals_.data());
    return deflated({reinterpret_cast<const char*>(reals_.data()), chunk_rows_ * sizeof(double)});
  }

  std::string texts(std::size_t first, std::size_t rows) {
    const std::size_t width = column_.width();
    bytes_.clear();
    if (column_.one_value())
      for (std::size_t row = 0; row < rows; ++row) bytes_ += column_.bytes();
    else
      bytes_ = column_.bytes().substr(first * width, rows * width);
    bytes_.resize(chunk_rows_ * width, '\0');
    return deflated(bytes_);
  }

  std::string deflated(std::string_view bytes) {
    out_.resize(libdeflate_zlib_compress_bound(compressor_.get(), bytes.size()));
    const std::size_t length = libdeflate_zlib_compress(compressor_.get(), bytes.data(), bytes.size(), out_.data(), out_.size());
    ENSURE(length > 0);
    return {out_.data(), length};
  }

  struct Free {
    void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
  };

  const PackedColumn& column_;
  std::size_t chunk_rows_;
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  std::vector<std::int64_t> integers_;
  std::vector<double> reals_;
  std::string bytes_;
  std::vector<char> out_;
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
