#pragma once
/// Deflates the chunks of a column on several threads, for HDF5's own filters to read: zlib format (RFC 1950), integers after its shuffle.
/// What comes out depends on the values and on the version of libdeflate, not on how wide they are packed or on the threads.
///
/// Thread rule: may be called from any thread.

#include <cstddef>
#include <functional>
#include <string_view>

#include "core/packed_column.hpp"

namespace plimsoll {

/// put(chunk, deflated) for each chunk of `chunk_rows` values, in order, on the calling thread; the last one is filled up with zero bytes.
/// Numbers are 8 bytes wide in it, integers shuffled (the lowest bytes of all values, then the next lowest, and so on), texts
/// `column.width()` bytes. What is handed to `put` is valid during the call. Beside the column it takes some megabytes. Preconditions: no
/// long texts; chunk_rows > 0.
void deflate_chunks(const PackedColumn& column, std::size_t chunk_rows, const std::function<void(std::size_t, std::string_view)>& put);

}  // namespace plimsoll
