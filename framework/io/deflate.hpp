#pragma once
/// Deflates the chunks of a column on several threads. What comes out depends on the bytes alone.
///
/// Thread rule: may be called from any thread.

#include <cstddef>
#include <functional>
#include <string_view>

namespace plimsoll {

/// How HDF5's filters find a chunk: as it is, or first the lowest bytes of all values, then the next lowest (its shuffle of 8-byte values).
enum class ByteOrder { as_is, shuffled };

/// put(chunk, deflated) for each chunk of `chunk_bytes`, in order, on the calling thread; the last one is filled up with zero bytes. What
/// is handed to `put` is valid during the call. Beside `bytes` it takes some megabytes. Precondition: chunk_bytes is a multiple of 8.
void deflate_chunks(std::string_view bytes, std::size_t chunk_bytes, ByteOrder order,
                    const std::function<void(std::size_t, std::string_view)>& put);

}  // namespace plimsoll
