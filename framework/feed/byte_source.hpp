#pragma once
/// The bytes of a vendor's file in order, whole or compressed: what every file feed reads from.
///
/// gzip (RFC 1952, also several members), zstd (RFC 8878, also several frames, skippable ones too) and xz are recognized by their first
/// bytes, never by the name of the file, and decompressed as they are read. Thread rule: one owner.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace plimsoll {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills `out` with at most `most` > 0 bytes; returns how many, 0 only at the end. Throws BadInput.
  virtual std::size_t read(char* out, std::size_t most) = 0;
  /// How many bytes there are in all, when it is known without reading them; else 0.
  virtual std::size_t expected_bytes() const { return 0; }
};

/// What a file may decompress to: a file made to fill the memory or the disk is an error, not an outage.
struct DecompressionLimits {
  std::uint64_t output_bytes = 64ull << 30;
  std::uint64_t ratio = 200;             ///< output per byte of input ...
  std::uint64_t ratio_from = 16u << 20;  ///< ... once the output is longer than this
};

/// Opens a regular file. `field` is the setting that names it, for errors. Throws BadInput: DATA-MISSING or DATA-NOT-A-FILE (exit 66; a
/// directory, pipe or device is refused without being opened), DATA-EMPTY (65), and what decompressed() throws.
std::unique_ptr<ByteSource> open_bytes(const std::string& path, const std::string& field, const DecompressionLimits& limits = {});

/// `raw` itself when it is not compressed, else what it decompresses to. `name` is shown in errors, which carry the offset in the
/// compressed bytes. Throws BadInput (65), here or from read(): DATA-TRUNCATED when the compressed data end too early, DATA-FORMAT when
/// they are damaged, followed by something else, an archive (zip, 7z) or compressed twice, DATA-TOO-LARGE beyond the limits.
std::unique_ptr<ByteSource> decompressed(std::unique_ptr<ByteSource> raw, std::string name, std::string field,
                                         const DecompressionLimits& limits = {});

/// Reads from `bytes`, which must outlive it.
std::unique_ptr<ByteSource> bytes_in_memory(std::string_view bytes);

/// Everything that is left.
std::string read_all(ByteSource& source);

}  // namespace plimsoll
