#include "io/sealed_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <algorithm>
#include <charconv>
#include <cstring>

#include "core/content_hash.hpp"
#include "core/contract.hpp"
#include "core/error.hpp"
#include "io/descriptor.hpp"

namespace plimsoll {

namespace {

constexpr std::string_view kMagic = "PLIMSOLL SEAL 1\n";
constexpr std::size_t kRangesMax = 8;

/// `body` without the ranges.
std::vector<std::string_view> hashed_parts(std::string_view body, std::span<const ByteRange> unhashed) {
  std::vector<std::string_view> parts;
  std::uint64_t at = 0;
  for (const ByteRange& range : unhashed) {
    parts.push_back(body.substr(at, range.offset - at));
    at = range.offset + range.length;
  }
  parts.push_back(body.substr(at));
  return parts;
}

/// Hash of the parts, then of the lines of the seal before its hash.
std::string hash_of(std::span<const std::string_view> parts, std::string_view lines) {
  ContentHash hash;
  for (const std::string_view part : parts) hash.add(part.data(), part.size());
  hash.add(lines.data(), lines.size());
  return hash.hex();
}

bool ranges_sound(std::span<const ByteRange> ranges, std::uint64_t body_bytes) {
  std::uint64_t at = 0;
  for (const ByteRange& range : ranges) {
    if (range.offset < at || range.offset > body_bytes || range.length > body_bytes - range.offset) return false;
    at = range.offset + range.length;
  }
  return ranges.size() <= kRangesMax;
}

std::string seal_lines(const Seal& seal) {
  std::string lines{kMagic};
  lines += "kind " + seal.kind + "\nbytes " + std::to_string(seal.bytes) + "\n";
  for (const ByteRange& range : seal.unhashed)
    lines += "unhashed " + std::to_string(range.offset) + " " + std::to_string(range.length) + "\n";
  return lines;
}

std::string seal_text(const Seal& seal, std::span<const std::string_view> parts) {
  std::string text = seal_lines(seal);
  text += "hash " + hash_of(parts, text) + "\n";
  ENSURE(text.size() < kSealBytes);
  text.resize(kSealBytes - 1, ' ');
  return text + "\n";
}

/// Takes the seal's text apart, line by line.
class SealReader {
 public:
  explicit SealReader(std::string_view text) : text_{text} {}

  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }
  std::string_view until(char stop) {
    const std::size_t end = text_.find(stop, at_);
    if (end == std::string_view::npos) return {};
    const std::string_view value = text_.substr(at_, end - at_);
    at_ = end + 1;
    return value;
  }
  bool number(std::uint64_t& value, char stop) {
    const std::string_view digits = until(stop);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && !digits.empty() && end == digits.data() + digits.size();
  }
  std::size_t at() const { return at_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string make_seal(std::string_view kind, std::string_view body, std::span<const ByteRange> unhashed) {
  EXPECT(ranges_sound(unhashed, body.size()));
  const std::vector<ByteRange> ranges(unhashed.begin(), unhashed.end());
  return seal_text({std::string{kind}, body.size() + kSealBytes, ranges, ""}, hashed_parts(body, unhashed));
}

std::string make_seal(std::string_view kind, std::span<const std::string_view> body) {
  std::uint64_t bytes = kSealBytes;
  for (const std::string_view part : body) bytes += part.size();
  return seal_text({std::string{kind}, bytes, {}, ""}, body);
}

Seal check_seal(const std::string& path, std::string_view kind, std::string_view file) {
  return check_seal(path, std::span{&kind, 1}, file);
}

Seal check_seal(const std::string& path, std::span<const std::string_view> kinds, std::string_view file) {
  const auto fault = [&path](const std::string& problem, const std::string& suggestion) {
    return BadInput{ExitCode::bad_data, InputError{"DATA-FORMAT", path, "", problem, suggestion}};
  };
  const std::string made_by = "only files written by plimsoll are read; was it cut, changed, or written by another program?";
  if (file.size() < kSealBytes) throw fault("has " + std::to_string(file.size()) + " bytes, too few for a sealed file", made_by);
  const std::string_view text = file.substr(file.size() - kSealBytes);
  SealReader reader{text};
  if (!reader.word(kMagic)) throw fault("does not end in a seal", made_by);

  Seal seal;
  bool sound = reader.word("kind ");
  seal.kind = reader.until('\n');
  sound = sound && reader.word("bytes ") && reader.number(seal.bytes, '\n');
  while (sound && reader.word("unhashed ")) {
    ByteRange range;
    sound = reader.number(range.offset, ' ') && reader.number(range.length, '\n') && seal.unhashed.size() < kRangesMax;
    seal.unhashed.push_back(range);
  }
  const std::string_view lines = text.substr(0, reader.at());
  sound = sound && reader.word("hash ");
  seal.hash = reader.until('\n');
  const std::string_view padding = text.substr(reader.at());
  sound = sound && !padding.empty() && padding.back() == '\n' && padding.find_first_not_of(' ') == padding.size() - 1;
  if (!sound) throw fault("has a damaged seal", made_by);
  if (seal.bytes != file.size())
    throw fault("has " + std::to_string(file.size()) + " bytes where its seal says " + std::to_string(seal.bytes), made_by);
  const std::string_view body = file.substr(0, file.size() - kSealBytes);
  if (!ranges_sound(seal.unhashed, body.size()) || hash_of(hashed_parts(body, seal.unhashed), lines) != seal.hash)
    throw fault("is damaged: its bytes do not hash to what its seal says", "make it again from its source");
  if (std::find(kinds.begin(), kinds.end(), seal.kind) == kinds.end())
    throw fault("is a " + seal.kind + " file, not a " + std::string{kinds.front()} + " file", "");
  return seal;
}

MappedFile::MappedFile(const std::string& path)
    : path_{path}, file_{uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC); })} {
  struct stat info {};
  if (!file_.open() || ::fstat(file_.get(), &info) != 0)
    throw BadInput{ExitCode::no_input, InputError{"DATA-MISSING", path, "", std::string{"cannot be read: "} + std::strerror(errno), ""}};
  if (!S_ISREG(info.st_mode)) throw BadInput{ExitCode::bad_data, InputError{"DATA-FORMAT", path, "", "is not a regular file", ""}};
  if (info.st_size == 0) throw BadInput{ExitCode::bad_data, InputError{"DATA-FORMAT", path, "", "is empty", ""}};
  size_ = static_cast<std::size_t>(info.st_size);
  void* memory = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file_.get(), 0);
  if (memory == MAP_FAILED)
    throw BadInput{ExitCode::no_input, InputError{"DATA-MISSING", path, "", std::string{"cannot be mapped: "} + std::strerror(errno), ""}};
  data_ = static_cast<const char*>(memory);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

std::string MappedFile::stable_path() const {
  const std::string by_number = "/proc/self/fd/" + std::to_string(file_.get());
  return ::access(by_number.c_str(), R_OK) == 0 ? by_number : path_;
}

}  // namespace plimsoll
