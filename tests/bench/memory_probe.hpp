#pragma once
// Bytes on the heap when a batch of waiting strategies starts: at the first start, when all others wait for theirs, and at the last.

#include <malloc.h>

#include <cstddef>

namespace plimsoll::bench {

class MemoryProbe {
 public:
  void arm() { first_ = last_ = 0; }
  void note() {
    const struct mallinfo2 heap = mallinfo2();
    last_ = heap.uordblks + heap.hblkhd;
    if (first_ == 0) first_ = last_;
  }
  std::size_t heap_at_first() const { return first_; }
  std::size_t heap_at_last() const { return last_; }

 private:
  std::size_t first_ = 0, last_ = 0;
};

// The one of this program.
MemoryProbe& memory_probe();

}  // namespace plimsoll::bench
