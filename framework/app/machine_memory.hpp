#pragma once
/// How much memory this process may come to.

#include <cstdint>

namespace plimsoll {

/// Bytes in all, what it holds already included: the least of what the kernel can give, the control group's limit, and that of `ulimit -v`.
/// All bits set when nothing of that can be read.
std::uint64_t memory_for_process();

}  // namespace plimsoll
