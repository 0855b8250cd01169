#include "market/lazy_array.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace plimsoll {

void* reserve_zeroed(std::size_t bytes) {
  if (bytes == 0) return nullptr;
  // No huge pages: one would commit two megabytes for a single far price.
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc{};
  ::madvise(at, bytes, MADV_NOHUGEPAGE);
  return at;
}

void* grow_zeroed(void* at, std::size_t bytes, std::size_t new_bytes) {
  if (at == nullptr) return reserve_zeroed(new_bytes);
  void* moved = ::mremap(at, bytes, new_bytes, MREMAP_MAYMOVE);
  if (moved == MAP_FAILED) throw std::bad_alloc{};
  return moved;
}

void release_zeroed(void* at, std::size_t bytes) {
  if (at != nullptr) ::munmap(at, bytes);
}

void copy_touched(void* to, const void* from, std::size_t bytes) {
  static constexpr char kZero[kLazyPage] = {};
  for (std::size_t done = 0; done < bytes; done += kLazyPage) {
    const std::size_t part = std::min(kLazyPage, bytes - done);
    const char* source = static_cast<const char*>(from) + done;
    if (std::memcmp(source, kZero, part) != 0) std::memcpy(static_cast<char*>(to) + done, source, part);
  }
}

}  // namespace plimsoll
