#include "core/memory.hpp"

#include <malloc.h>

#include <algorithm>
#include <thread>

namespace plimsoll {

void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most that it accepts: smaller blocks are cut from the heap
  ::mallopt(M_ARENA_MAX, static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
  ::mallopt(M_TRIM_THRESHOLD, 128 << 20);  // free at its end before any goes back
}

}  // namespace plimsoll
