#include "io/deflate.hpp"

#include <libdeflate.h>
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <exception>
#include <limits>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/contract.hpp"

namespace plimsoll {

namespace {

constexpr std::size_t kChunksAhead = 64;
constexpr std::size_t kThreadsMax = 4;
/// Higher ones take several times as long for a tenth less.
constexpr int kLevel = 1;

/// A chunk after HDF5's scale-offset filter begins with the bits of a code (4 bytes), the size of the least value (1 byte) and that value;
/// codes follow from here on, their highest byte first. Of 64 bits they are the values themselves, as in memory. A code of ones only means
/// the dataset's fill value.
constexpr std::size_t kCodesFrom = 21;

/// A real is its code / 10 + the least: exact for halves, whose codes are multiples of 5.
constexpr double kCodesOfOne = 10;
constexpr std::int64_t kUndefinedCode = -1;

/// Codes of so many bytes are worth asking whether deflate makes them shorter.
constexpr std::size_t kWide = 6;

void put_number(std::uint64_t number, std::size_t bytes, char* to) { std::memcpy(to, &number, bytes); }

/// The chunks of one column, for one thread: what the deflater works with is too large to be allocated for each of them.
class ChunkDeflater {
 public:
  ChunkDeflater(const PackedColumn& column, std::size_t chunk_rows)
      : column_{column}, chunk_rows_{chunk_rows}, compressor_{libdeflate_alloc_compressor(kLevel)} {
    if (compressor_ == nullptr) throw std::bad_alloc{};
  }

  StoredChunk operator()(std::size_t chunk) {
    const std::size_t first = chunk * chunk_rows_, rows = std::min(chunk_rows_, column_.rows() - first);
    bool noise = false;
    switch (column_.kind()) {
      case PackedColumn::Kind::integer: noise = integers(first, rows) >= kWide && rows == chunk_rows_ && hardly_shorter(); break;
      case PackedColumn::Kind::real: reals(first, rows); break;
      case PackedColumn::Kind::text: texts(first, rows); break;
    }
    if (noise) return {bytes_, false};
    const std::size_t length = deflated(bytes_.size());
    return {{out_.data(), length}, true};
  }

 private:
  /// Room for a chunk, zero where nothing is put.
  char* room(std::size_t bytes) {
    bytes_.assign(bytes, '\0');
    return bytes_.data();
  }

  /// Returns the bytes of a code.
  std::size_t integers(std::size_t first, std::size_t rows) {
    numbers_.resize(rows);
    column_.unpack(first, rows, numbers_.data());
    std::int64_t least = numbers_.front(), most = least;
    for (const std::int64_t value : numbers_) {
      least = std::min(least, value);
      most = std::max(most, value);
    }
    const auto offset = static_cast<std::uint64_t>(least);
    return codes(offset, static_cast<std::uint64_t>(most) - offset, offset);
  }

  void halves() {
    double least = std::numeric_limits<double>::infinity(), most = -least;  // comparisons pass NaN over
    for (const double value : reals_) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (most < least) least = most = 0;
    const auto code_of = [least](double value) { return static_cast<std::int64_t>((value - least) * kCodesOfOne); };
    numbers_.resize(reals_.size());
    std::transform(reals_.begin(), reals_.end(), numbers_.begin(),
                   [&](double value) { return std::isnan(value) ? kUndefinedCode : code_of(value); });
    codes(std::bit_cast<std::uint64_t>(least), static_cast<std::uint64_t>(code_of(most)), 0);
  }

  /// Makes the chunk of `numbers_`, each `offset` above its code; `highest` is the highest code but for undefined ones, `least` what the
  /// chunk says of the least value. Returns the bytes of a code.
  std::size_t codes(std::uint64_t least, std::uint64_t highest, std::uint64_t offset) {
    // One more, since one of ones only would mean the fill value. No code at all would, too.
    const std::size_t bits = highest + 1 == 0 ? 64 : static_cast<std::size_t>(std::bit_width(highest + 1)),
                      width = std::max<std::size_t>(1, (bits + 7) / 8);
    char* const chunk = room(kCodesFrom + chunk_rows_ * width + sizeof least);
    put_number(8 * width, 4, chunk);
    put_number(sizeof least, 1, chunk + 4);
    put_number(least, sizeof least, chunk + 5);
    char* to = chunk + kCodesFrom;
    if (width == sizeof least) {
      std::memcpy(to, numbers_.data(), numbers_.size() * sizeof least);
    } else {
      const std::size_t shift = 64 - 8 * width;
      for (const std::int64_t number : numbers_) {
        put_number(__builtin_bswap64((static_cast<std::uint64_t>(number) - offset) << shift), sizeof least, to);
        to += width;
      }
    }
    bytes_.resize(kCodesFrom + chunk_rows_ * width);
    return width;
  }

  void reals(std::size_t first, std::size_t rows) {
    reals_.resize(rows);
    column_.unpack(first, rows, reals_.data());
    if (column_.in_halves()) return halves();
    std::memcpy(room(chunk_rows_ * sizeof(double)), reals_.data(), rows * sizeof(double));
  }

  void texts(std::size_t first, std::size_t rows) {
    const std::string from = column_.spelled(first, rows);
    from.copy(room(chunk_rows_ * column_.width()), from.size());
  }

  /// By less than a sixteenth, going by the first sixteenth of the chunk, which must be full: zeros fill up the last.
  bool hardly_shorter() {
    const std::size_t some = bytes_.size() / 16;
    return deflated(some) > some - some / 16;
  }

  /// Deflates the first bytes of the chunk into out_; returns the length of that.
  std::size_t deflated(std::size_t bytes) {
    out_.resize(libdeflate_zlib_compress_bound(compressor_.get(), bytes));
    const std::size_t length = libdeflate_zlib_compress(compressor_.get(), bytes_.data(), bytes, out_.data(), out_.size());
    ENSURE(length > 0);
    return length;
  }

  struct Free {
    void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
  };

  const PackedColumn& column_;
  std::size_t chunk_rows_;
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  std::vector<char> out_;
  std::vector<std::int64_t> numbers_;
  std::vector<double> reals_;
  std::string bytes_;
};

}  // namespace

class Deflation::Work {
 public:
  Work(PackedColumn column, std::size_t chunk_rows)
      : column_{std::move(column)}, chunk_rows_{chunk_rows}, chunks_{(column_.rows() + chunk_rows - 1) / chunk_rows} {
    const std::size_t threads = std::min({std::size_t{std::thread::hardware_concurrency()}, kThreadsMax, chunks_});
    try {
      for (std::size_t i = 1; i < threads; ++i) helpers_.emplace_back([this] { help(); });
    } catch (const std::exception&) {
      // No more threads to be had, or no memory for one: those there are do it. Nobody would tell them to stop.
    }
  }
  ~Work() {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    changed_.notify_all();
  }

  void finish(const std::function<void(std::size_t, const StoredChunk&)>& put) {
    ChunkDeflater deflate{column_, chunk_rows_};
    for (std::unique_lock lock{mutex_}; put_ < chunks_;) {
      if (failure_) std::rethrow_exception(failure_);
      if (!next().bytes.empty()) {
        const StoredChunk chunk = std::exchange(next(), {});
        lock.unlock();
        put(put_, chunk);
        lock.lock();
        ++put_;
        changed_.notify_all();
      } else if (may_begin()) {
        deflate_one(deflate, lock);
      } else {
        changed_.wait(lock);
      }
    }
  }

 private:
  StoredChunk& next() { return done_[put_ % kChunksAhead]; }
  bool may_begin() const { return begun_ < std::min(chunks_, put_ + kChunksAhead); }

  void deflate_one(ChunkDeflater& deflate, std::unique_lock<std::mutex>& lock) {
    const std::size_t chunk = begun_++;
    lock.unlock();
    StoredChunk stored = deflate(chunk);
    lock.lock();
    done_[chunk % kChunksAhead] = std::move(stored);
    changed_.notify_all();
  }

  void help() {
    try {
      ChunkDeflater deflate{column_, chunk_rows_};
      for (std::unique_lock lock{mutex_}; !stopped_ && begun_ < chunks_;) may_begin() ? deflate_one(deflate, lock) : changed_.wait(lock);
    } catch (...) {
      const std::lock_guard lock{mutex_};
      failure_ = std::current_exception();
      changed_.notify_all();
    }
  }

  const PackedColumn column_;
  const std::size_t chunk_rows_, chunks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t begun_ = 0, put_ = 0;             // chunks, from the first on
  std::array<StoredChunk, kChunksAhead> done_;  // and not put yet: each in the place of its number
  bool stopped_ = false;
  std::exception_ptr failure_;
  std::vector<std::jthread> helpers_;  // the last member: they end before what they use
};

Deflation::Deflation(PackedColumn column, std::size_t chunk_rows) {
  EXPECT(chunk_rows > 0 && column.width() > 0);
  work_ = std::make_unique<Work>(std::move(column), chunk_rows);
}
Deflation::~Deflation() = default;

void Deflation::finish(const std::function<void(std::size_t, const StoredChunk&)>& put) { work_->finish(put); }

}  // namespace plimsoll
