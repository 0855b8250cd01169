#include "feed/decoder.hpp"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <algorithm>
#include <limits>
#include <new>

namespace plimsoll {

namespace {

using State = Decoder::State;

class GzipDecoder : public Decoder {
 public:
  GzipDecoder() {
    constexpr int largest_window = 15, gzip_only = 16;
    if (inflateInit2(&stream_, largest_window + gzip_only) != Z_OK) throw std::bad_alloc{};
  }
  ~GzipDecoder() override { inflateEnd(&stream_); }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  Step decode(std::string_view input, bool ended, char* out, std::size_t most) override {
    if (between_members_) {
      if (input.empty()) return {0, 0, ended ? State::finished : State::more};
      if (inflateReset(&stream_) != Z_OK) return {0, 0, State::damaged, "cannot start the next gzip member"};
      between_members_ = false;
    }
    constexpr std::size_t largest = std::numeric_limits<uInt>::max();
    const auto given = static_cast<uInt>(std::min(input.size(), largest));
    const auto room = static_cast<uInt>(std::min(most, largest));
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));  // zlib reads it only
    stream_.avail_in = given;
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = room;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    Step step{given - stream_.avail_in, room - stream_.avail_out};
    between_members_ = result == Z_STREAM_END;
    if (result == Z_OK || result == Z_STREAM_END) return step;
    if (result == Z_BUF_ERROR) {
      if (ended && step.written == 0) step.state = State::cut;
      return step;
    }
    if (result == Z_MEM_ERROR) throw std::bad_alloc{};
    step.written = 0;
    step.state = State::damaged;
    step.problem = stream_.msg != nullptr ? std::string{"gzip: "} + stream_.msg : "not gzip data";
    return step;
  }

 private:
  z_stream stream_{};
  bool between_members_ = false;
};

class ZstdDecoder : public Decoder {
 public:
  ZstdDecoder() : stream_{ZSTD_createDStream()} {
    if (stream_ == nullptr) throw std::bad_alloc{};
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, 27);
  }
  ~ZstdDecoder() override { ZSTD_freeDStream(stream_); }
  ZstdDecoder(const ZstdDecoder&) = delete;
  ZstdDecoder& operator=(const ZstdDecoder&) = delete;

  Step decode(std::string_view input, bool ended, char* out, std::size_t most) override {
    if (between_frames_ && input.empty()) return {0, 0, ended ? State::finished : State::more};
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer buffer{out, most, 0};
    const std::size_t result = ZSTD_decompressStream(stream_, &buffer, &in);
    Step step{in.pos, buffer.pos};
    if (ZSTD_isError(result) != 0) {
      step.written = 0;
      step.state = State::damaged;
      step.problem = std::string{"zstd: "} + ZSTD_getErrorName(result);
      return step;
    }
    between_frames_ = result == 0;
    if (!between_frames_ && ended && step.consumed == 0 && step.written == 0) step.state = State::cut;
    return step;
  }

 private:
  ZSTD_DStream* stream_;
  bool between_frames_ = false;
};

class XzDecoder : public Decoder {
 public:
  XzDecoder() {
    constexpr std::uint64_t most_memory = 256u << 20;
    if (lzma_stream_decoder(&stream_, most_memory, LZMA_CONCATENATED) != LZMA_OK) throw std::bad_alloc{};
  }
  ~XzDecoder() override { lzma_end(&stream_); }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;

  Step decode(std::string_view input, bool ended, char* out, std::size_t most) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(input.data());
    stream_.avail_in = input.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out);
    stream_.avail_out = most;
    const lzma_ret result = lzma_code(&stream_, ended ? LZMA_FINISH : LZMA_RUN);
    Step step{input.size() - stream_.avail_in, most - stream_.avail_out};
    switch (result) {
      case LZMA_OK: return step;
      case LZMA_STREAM_END: step.state = State::finished; return step;
      case LZMA_BUF_ERROR: step.state = ended ? State::cut : State::more; return step;
      case LZMA_MEM_ERROR: throw std::bad_alloc{};
      default: break;
    }
    step.written = 0;
    step.state = State::damaged;
    step.problem = result == LZMA_FORMAT_ERROR     ? "xz: not xz data"
                   : result == LZMA_OPTIONS_ERROR  ? "xz: options this library does not know"
                   : result == LZMA_MEMLIMIT_ERROR ? "xz: needs more than 256 MiB to decompress"
                                                   : "xz: data or checksum are wrong";
    return step;
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
};

}  // namespace

std::unique_ptr<Decoder> gzip_decoder() { return std::make_unique<GzipDecoder>(); }
std::unique_ptr<Decoder> zstd_decoder() { return std::make_unique<ZstdDecoder>(); }
std::unique_ptr<Decoder> xz_decoder() { return std::make_unique<XzDecoder>(); }

}  // namespace plimsoll
