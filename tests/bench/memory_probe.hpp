#pragma once
// Bytes on the heap at the moment when all runs of a batch exist and none has done anything: the first start of a waiting strategy.

#include <malloc.h>

#include <cstddef>
#include <optional>

namespace plimsoll::bench {

class MemoryProbe {
 public:
  void arm() { armed_ = true, heap_ = 0; }
  void note() {
    if (!armed_) return;
    armed_ = false;
    const struct mallinfo2 heap = mallinfo2();
    heap_ = heap.uordblks + heap.hblkhd;
  }
  std::size_t heap() const { return heap_; }

 private:
  bool armed_ = false;
  std::size_t heap_ = 0;
};

// The one of this program.
MemoryProbe& memory_probe();

}  // namespace plimsoll::bench
