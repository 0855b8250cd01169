#pragma once
/// Deflates the chunks of a column, for HDF5's own filters to read: zlib format (RFC 1950, 1951), integers after its shuffle of 8-byte
/// values.
///
/// A general compressor looks at every byte of a column, and most of them are the same zero. Ours knows the values: of integers it looks at
/// the bytes that are in use, the rest is one run; reals and texts it compares whole, for what comes again in a column is a value, not a
/// part of one. Codes are the fixed ones of RFC 1951: 1.4 times the room of zlib's lowest level, a quarter of its time. Random bytes grow
/// by an eighth at most. What comes out depends on the values alone, not on how wide they are packed or on a library's version.
///
/// Thread rule: may be called from any thread; works on several.

#include <cstddef>
#include <functional>
#include <string_view>

#include "core/packed_column.hpp"

namespace plimsoll {

/// put(chunk, deflated) for each chunk of `chunk_rows` values, in order, on the calling thread; the last one is filled up with zero bytes.
/// Numbers are 8 bytes wide in it, integers shuffled, and texts `column.width()`. What is handed to `put` is valid during the call. Beside
/// the column it takes some megabytes. Preconditions: no long texts; 0 < chunk_rows <= 32,768.
void deflate_chunks(const PackedColumn& column, std::size_t chunk_rows, const std::function<void(std::size_t, std::string_view)>& put);

}  // namespace plimsoll
