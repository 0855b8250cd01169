#pragma once
/// How much memory this process may still take.

#include <cstdint>

namespace plimsoll {

/// Bytes: the least of what the kernel says is available, what is left of the control group's limit, and the limit of `ulimit -v`.
/// All bits set when nothing of that can be read.
std::uint64_t available_memory();

}  // namespace plimsoll
