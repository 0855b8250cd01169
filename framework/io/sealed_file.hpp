#pragma once
/// Seals: the last kSealBytes of every file we write say how long it is and what its bytes hash to. HDF5 is no safe parser (files of its
/// own CVE corpus kill or hang it), so nothing reaches it that does not carry a sound seal. The seal is plain text behind
/// the end of the HDF5 data, where every HDF5 reader ignores it.
///
/// It finds damage, by accident of any kind; it is not a signature and does not stop someone who forges files on purpose.
///
/// Thread rule: free functions on values.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/descriptor.hpp"

namespace plimsoll {

inline constexpr std::size_t kSealBytes = 512;

/// A part of the file that the seal's hash leaves out (columns of a tape: they carry their own hash and may be checked later).
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct Seal {
  std::string kind;                 ///< "tape", "shard", "result"
  std::uint64_t bytes = 0;          ///< of the whole file, seal included
  std::vector<ByteRange> unhashed;  ///< ascending, disjoint, at most 8
  std::string hash;                 ///< of everything else before the seal, and of the lines of the seal above its own
};

/// The kSealBytes to append to `body`.
std::string make_seal(std::string_view kind, std::string_view body, std::span<const ByteRange> unhashed = {});

/// The same of a body in parts.
std::string make_seal(std::string_view kind, std::span<const std::string_view> body);

/// Checks the seal of a whole file in memory. Throws BadInput DATA-FORMAT (65), saying what is wrong; `path` only names the file.
/// The kind must be one of `kinds`.
Seal check_seal(const std::string& path, std::span<const std::string_view> kinds, std::string_view file);
Seal check_seal(const std::string& path, std::string_view kind, std::string_view file);

/// A regular file, mapped read-only. The descriptor stays open, so that `stable_path()` names
/// the same file whatever happens to its name (where /proc is mounted; in a bare chroot it is the name).
class MappedFile {
 public:
  /// Throws BadInput: DATA-MISSING (66), DATA-FORMAT (65; not a regular file, empty).
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view bytes() const { return {data_, size_}; }
  std::string stable_path() const;

 private:
  std::string path_;
  Descriptor file_;
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace plimsoll
