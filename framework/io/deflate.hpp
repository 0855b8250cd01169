#pragma once
/// Deflates the chunks of a column on several threads, for HDF5's own filters to read: zlib format (RFC 1950), integers and halves after
/// its scale-offset. What comes out depends on the values and on the version of libdeflate, not on how wide they are packed or on the
/// threads.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "core/packed_column.hpp"

namespace plimsoll {

/// What HDF5 stores of a chunk. What deflate would hardly make shorter is left as it is: most of a wide integer is noise.
struct StoredChunk {
  std::string bytes;
  bool deflated = true;
};

/// The chunks of one column, of `chunk_rows` values each; the last one is filled up with zeros. Reals are 8 bytes wide in it, texts
/// `column.width()`, integers and halves what HDF5's scale-offset makes of them (of reals with one decimal, fill value NaN): the least of
/// the chunk, and of each what is above it, in as few bytes as hold all of these.
///
/// Thread rule: belongs to one thread; others deflate from when it is made, some megabytes ahead of what was put.
class Deflation {
 public:
  /// Preconditions: no long texts; chunk_rows > 0.
  Deflation(PackedColumn column, std::size_t chunk_rows);
  ~Deflation();

  /// put(chunk, what of it) for each chunk, in order, on the calling thread, which helps. Call it once.
  void finish(const std::function<void(std::size_t, const StoredChunk&)>& put);

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace plimsoll
