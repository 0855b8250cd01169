#pragma once
/// What every fuzz target shares. A target takes any bytes; it must neither crash nor hang, and what it accepts must be sound.

#include <unistd.h>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace plimsoll::fuzz {

inline std::string_view view(const std::uint8_t* data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }

/// Refusing is fine, in the one way the house has for it.
template <class Read>
void refused(const Read& read) {
  try {
    read();
  } catch (const BadInput&) {}
}

/// Ends the process, for the fuzzer to see.
inline void require(bool holds) {
  if (!holds) std::abort();
}

inline std::string scratch_file(const std::string& name) {
  return (std::filesystem::temp_directory_path() / ("plimsoll_fuzz_" + std::to_string(::getpid()) + "_" + name)).string();
}

}  // namespace plimsoll::fuzz
