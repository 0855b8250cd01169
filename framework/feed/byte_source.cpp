#include "feed/byte_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "core/error.hpp"
#include "feed/decoder.hpp"

namespace plimsoll {

namespace {

BadInput unusable(ExitCode exit_code, const char* code, const std::string& place, const std::string& field, std::string problem,
                  std::string suggestion = "") {
  return BadInput{exit_code, InputError{code, place, field, std::move(problem), std::move(suggestion)}};
}

class FileBytes : public ByteSource {
 public:
  FileBytes(const std::string& path, const std::string& field) : path_{path}, field_{field} {
    std::error_code failure;
    const std::filesystem::file_status status = std::filesystem::status(path, failure);
    if (status.type() == std::filesystem::file_type::not_found || status.type() == std::filesystem::file_type::none) {
      throw unusable(ExitCode::no_input, "DATA-MISSING", path, field, "cannot be read: " + failure.message());
    }
    if (status.type() != std::filesystem::file_type::regular) {
      throw unusable(ExitCode::no_input, "DATA-NOT-A-FILE", path, field, "is not a regular file", "name the data file itself");
    }
    file_.rdbuf()->pubsetbuf(nullptr, 0);  // those who read from us have buffers of their own
    file_.open(path, std::ios::binary);
    if (!file_) refuse();
    if (file_.peek() == std::ifstream::traits_type::eof()) throw unusable(ExitCode::bad_data, "DATA-EMPTY", path, field, "is empty");
  }
  std::size_t read(char* out, std::size_t most) override {
    if (file_.eof()) return 0;
    file_.read(out, static_cast<std::streamsize>(most));
    if (file_.bad()) refuse();
    return static_cast<std::size_t>(file_.gcount());
  }
  std::size_t expected_bytes() const override {
    std::error_code unknown;
    const std::uintmax_t size = std::filesystem::file_size(path_, unknown);
    return unknown ? 0 : static_cast<std::size_t>(size);
  }

 private:
  [[noreturn]] void refuse() const {
    throw unusable(ExitCode::no_input, "DATA-MISSING", path_, field_, std::string{"cannot be read: "} + std::strerror(errno));
  }
  std::string path_, field_;
  std::ifstream file_;
};

class MemoryBytes : public ByteSource {
 public:
  explicit MemoryBytes(std::string_view bytes) : rest_{bytes} {}
  std::size_t read(char* out, std::size_t most) override {
    const std::size_t count = rest_.copy(out, most);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
};

/// Gives back what was read to look at it.
class PrefixedBytes : public ByteSource {
 public:
  PrefixedBytes(std::string prefix, std::unique_ptr<ByteSource> rest) : prefix_{std::move(prefix)}, rest_{std::move(rest)} {}
  std::size_t read(char* out, std::size_t most) override {
    if (given_ == prefix_.size()) return rest_->read(out, most);
    const std::size_t count = prefix_.copy(out, most, given_);
    given_ += count;
    return count;
  }
  std::size_t expected_bytes() const override { return std::max(prefix_.size(), rest_->expected_bytes()); }

 private:
  std::string prefix_;
  std::size_t given_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

struct Format {
  std::string_view magic;
  const char* name;
  std::unique_ptr<Decoder> (*decoder)();  ///< nullptr: we do not unpack it
};
using namespace std::string_view_literals;
constexpr Format kZstd = {"\x28\xb5\x2f\xfd"sv, "zstd", zstd_decoder};
constexpr std::array<Format, 5> kFormats = {{{"\x1f\x8b"sv, "gzip", gzip_decoder},
                                             kZstd,
                                             {"\xfd\x37zXZ\0"sv, "xz", xz_decoder},
                                             {"PK\x03\x04"sv, "zip", nullptr},
                                             {"7z\xbc\xaf\x27\x1c"sv, "7z", nullptr}}};
constexpr std::size_t kLongestMagic = 6;

/// A zstd file may begin with a frame that holds no data: RFC 8878, section 3.1.2.
bool is_skippable_frame(std::string_view bytes) {
  return !bytes.empty() && (static_cast<unsigned char>(bytes[0]) & 0xf0) == 0x50 && bytes.substr(1).starts_with("\x2a\x4d\x18");
}

const Format* format_of(std::string_view bytes) {
  if (is_skippable_frame(bytes)) return &kZstd;
  for (const Format& format : kFormats) {
    if (bytes.starts_with(format.magic)) return &format;
  }
  return nullptr;
}

class DecompressedBytes : public ByteSource {
 public:
  DecompressedBytes(std::unique_ptr<ByteSource> raw, const Format& format, std::string name, std::string field,
                    const DecompressionLimits& limits)
      : raw_{std::move(raw)},
        decoder_{format.decoder()},
        format_{format.name},
        name_{std::move(name)},
        field_{std::move(field)},
        limits_{limits} {}

  std::size_t read(char* out, std::size_t most) override {
    if (finished_) return 0;
    while (true) {
      if (input_.empty() && !raw_ended_) refill();
      const Decoder::Step step = decoder_->decode(input_, raw_ended_, out, most);
      consumed_ += step.consumed;
      input_.remove_prefix(step.consumed);
      if (step.written > 0) {
        count(std::string_view{out, step.written});
        return step.written;
      }
      switch (step.state) {
        case Decoder::State::more: break;
        case Decoder::State::finished: finished_ = true; return 0;
        case Decoder::State::cut: fail("DATA-TRUNCATED", "ends in the middle of its " + std::string{format_} + " data", "fetch it again");
        case Decoder::State::damaged: fail("DATA-FORMAT", "is damaged: " + step.problem, "fetch it again");
      }
    }
  }

 private:
  void refill() {
    const std::size_t got = raw_->read(buffer_.data(), buffer_.size());
    raw_ended_ = got == 0;
    input_ = {buffer_.data(), got};
  }
  void count(std::string_view written) {
    if (first_bytes_.size() < kLongestMagic) first_bytes_ += written.substr(0, kLongestMagic - first_bytes_.size());
    written_ += written.size();
    const bool whole_magic = first_bytes_.size() >= kLongestMagic;
    if (const Format* inner = whole_magic ? format_of(first_bytes_) : nullptr)
      fail("DATA-FORMAT", "is compressed twice: " + std::string{inner->name} + " inside " + format_, "decompress it once");
    if (written_ > limits_.output_bytes)
      fail("DATA-TOO-LARGE", "decompresses to more than " + std::to_string(limits_.output_bytes) + " bytes", "decompress it first");
    if (written_ > limits_.ratio_from && written_ / limits_.ratio > consumed_)
      fail("DATA-TOO-LARGE", "decompresses to more than " + std::to_string(limits_.ratio) + " times its size",
           "market data do not; if it is sound, decompress it first");
  }
  [[noreturn]] void fail(const char* code, std::string problem, const char* advice) const {
    throw unusable(ExitCode::bad_data, code, name_ + "@" + std::to_string(consumed_), field_, std::move(problem), advice);
  }

  std::unique_ptr<ByteSource> raw_;
  std::unique_ptr<Decoder> decoder_;
  const char* format_;
  std::string name_, field_;
  DecompressionLimits limits_;
  std::string buffer_ = std::string(std::size_t{1} << 16, '\0');
  std::string_view input_;
  std::string first_bytes_;
  std::uint64_t consumed_ = 0, written_ = 0;
  bool raw_ended_ = false, finished_ = false;
};

bool is_cut_magic(std::string_view bytes) {
  return std::any_of(kFormats.begin(), kFormats.end(), [bytes](const Format& format) {
    return format.decoder != nullptr && bytes.size() < format.magic.size() && format.magic.starts_with(bytes);
  });
}

}  // namespace

std::unique_ptr<ByteSource> decompressed(std::unique_ptr<ByteSource> raw, std::string name, std::string field,
                                         const DecompressionLimits& limits) {
  std::string head(kLongestMagic, '\0');
  std::size_t size = 0;
  while (size < head.size()) {
    const std::size_t got = raw->read(head.data() + size, head.size() - size);
    if (got == 0) break;
    size += got;
  }
  head.resize(size);
  const Format* format = format_of(head);
  if (format == nullptr && !head.empty() && is_cut_magic(head))
    throw unusable(ExitCode::bad_data, "DATA-TRUNCATED", name + "@" + std::to_string(size), field,
                   "ends in the first bytes of what seems a compressed file", "fetch it again");
  auto whole = std::make_unique<PrefixedBytes>(std::move(head), std::move(raw));
  if (format == nullptr) return whole;
  if (format->decoder == nullptr)
    throw unusable(ExitCode::bad_data, "DATA-FORMAT", name, field, std::string{"is a "} + format->name + " archive",
                   "unpack it, or compress the file itself with gzip, zstd or xz");
  return std::make_unique<DecompressedBytes>(std::move(whole), *format, std::move(name), std::move(field), limits);
}

std::unique_ptr<ByteSource> open_bytes(const std::string& path, const std::string& field, const DecompressionLimits& limits) {
  return decompressed(std::make_unique<FileBytes>(path, field), path, field, limits);
}

std::unique_ptr<ByteSource> bytes_in_memory(std::string_view bytes) { return std::make_unique<MemoryBytes>(bytes); }

std::string read_all(ByteSource& source) {
  std::string chunk(std::size_t{1} << 16, '\0');  // stays in the cache
  std::string bytes;
  bytes.reserve(source.expected_bytes());
  while (const std::size_t got = source.read(chunk.data(), chunk.size())) bytes.append(chunk, 0, got);
  return bytes;
}

}  // namespace plimsoll
