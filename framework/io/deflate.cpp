#include "io/deflate.hpp"

#include <zlib.h>
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "core/contract.hpp"

namespace plimsoll {

namespace {

constexpr std::size_t kChunksAtOnce = 32;
constexpr std::size_t kThreadsMax = 4;
/// Higher ones take several times as long for a tenth less.
constexpr int kLevel = 1;

/// One stream used again and again: its tables are too large to be allocated for each chunk.
class Deflater {
 public:
  Deflater() {
    if (deflateInit(&stream_, kLevel) != Z_OK) throw std::bad_alloc{};
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  std::string operator()(std::string_view bytes) {
    out_.resize(deflateBound(&stream_, bytes.size()));
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
    stream_.avail_out = static_cast<uInt>(out_.size());
    const int status = ::deflate(&stream_, Z_FINISH);
    ENSURE(status == Z_STREAM_END);
    std::string deflated{out_.data(), stream_.total_out};
    deflateReset(&stream_);
    return deflated;
  }

 private:
  z_stream stream_{};
  std::vector<char> out_;
};

/// The lowest bytes of all values, then the next lowest, and so on.
void split_bytes(std::string_view bytes, std::string& out) {
  constexpr std::size_t width = 8;
  const std::size_t values = bytes.size() / width;
  out.resize(bytes.size());
  for (std::size_t byte = 0; byte < width; ++byte)
    for (std::size_t i = 0; i < values; ++i) out[byte * values + i] = bytes[i * width + byte];
}

/// The chunks of one column.
class Chunks {
 public:
  Chunks(std::string_view bytes, std::size_t chunk_bytes, ByteOrder order) : bytes_{bytes}, size_{chunk_bytes}, order_{order} {}
  std::size_t count() const { return (bytes_.size() + size_ - 1) / size_; }

  /// "" when it is what the chunk before it is: columns of one value are common.
  std::string deflated(std::size_t chunk, Deflater& deflate, std::string& scratch) const {
    const std::string_view raw = bytes_.substr(chunk * size_, size_);
    if (chunk > 0 && raw == bytes_.substr((chunk - 1) * size_, size_)) return {};
    std::string padded;
    if (raw.size() < size_) padded.assign(raw).resize(size_, '\0');
    const std::string_view whole = padded.empty() ? raw : std::string_view{padded};
    if (order_ == ByteOrder::as_is) return deflate(whole);
    split_bytes(whole, scratch);
    return deflate(scratch);
  }

 private:
  std::string_view bytes_;
  std::size_t size_;
  ByteOrder order_;
};

/// Chunks `first` to `first + done.size()`, on as many threads as there are processors.
void deflate_some(const Chunks& chunks, std::size_t first, std::vector<std::string>& done) {
  std::atomic<std::size_t> next{0};
  std::vector<std::exception_ptr> failed(kThreadsMax);
  const auto work = [&](std::exception_ptr& failure) {
    try {
      Deflater deflate;
      std::string scratch;
      for (std::size_t i = next++; i < done.size(); i = next++) done[i] = chunks.deflated(first + i, deflate, scratch);
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

void deflate_chunks(std::string_view bytes, std::size_t chunk_bytes, ByteOrder order,
                    const std::function<void(std::size_t, std::string_view)>& put) {
  EXPECT(chunk_bytes > 0 && chunk_bytes % 8 == 0);
  const Chunks chunks{bytes, chunk_bytes, order};
  std::string last;
  for (std::size_t first = 0; first < chunks.count(); first += kChunksAtOnce) {
    std::vector<std::string> done(std::min(kChunksAtOnce, chunks.count() - first));
    deflate_some(chunks, first, done);
    for (std::size_t i = 0; i < done.size(); ++i) {
      if (!done[i].empty()) last = std::move(done[i]);
      put(first + i, last);
    }
  }
}

}  // namespace plimsoll
