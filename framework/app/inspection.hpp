#pragma once
/// What `plimsoll inspect` says of each kind of file: as text of at most `width` columns, or as JSON lines.
/// Thread rule: the thread that owns HDF5.

#include <cstddef>
#include <string>

#include "feed/text_file.hpp"

namespace plimsoll {

/// Throws BadInput (65, 66). `path` is a sealed tape.
std::string inspect_tape(const std::string& path, bool json, std::size_t width);
/// `path` is a sealed result or shard.
std::string inspect_result(const std::string& path, bool json, std::size_t width);
/// `path` holds ITCH messages, compressed or not. What is wrong with them is added to `faults`; what came before is in the text.
std::string inspect_itch(const std::string& path, bool json, std::size_t width, FaultList& faults);

}  // namespace plimsoll
