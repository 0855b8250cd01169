#pragma once
/// What `plimsoll inspect` says of each kind of file: as text of at most `width` columns, or as JSON lines.
/// Thread rule: the thread that owns HDF5.

#include <cstddef>
#include <string>

namespace plimsoll {

/// Throws BadInput (65, 66). `path` is a sealed tape.
std::string inspect_tape(const std::string& path, bool json, std::size_t width);
/// `path` is a sealed result or shard.
std::string inspect_result(const std::string& path, bool json, std::size_t width);

}  // namespace plimsoll
