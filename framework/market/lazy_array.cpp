#include "market/lazy_array.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>

namespace plimsoll {

namespace {
constexpr std::size_t kHugePage = std::size_t{2} << 20;

char* map(std::size_t bytes) {
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc{};
  return static_cast<char*>(at);
}

/// A huge page begins at a multiple of its size only.
char* map_aligned(std::size_t bytes) {
  char* at = map(bytes + kHugePage);
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(at) % kHugePage;
  const std::size_t end = (before + bytes + kLazyPage - 1) / kLazyPage * kLazyPage;
  if (before > 0) ::munmap(at, before);
  if (end < bytes + kHugePage) ::munmap(at + end, bytes + kHugePage - end);
  return at + before;
}
}  // namespace

void* reserve_zeroed(std::size_t bytes, Pages pages) {
  if (bytes == 0) return nullptr;
  const bool huge = pages == Pages::huge && bytes >= kHugePage;
  char* at = huge ? map_aligned(bytes) : map(bytes);
  ::madvise(at, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  return at;
}

void* grow_zeroed(void* at, std::size_t bytes, std::size_t new_bytes, Pages pages) {
  if (at == nullptr) return reserve_zeroed(new_bytes, pages);
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
