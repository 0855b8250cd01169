#pragma once
/// A zeroed array whose memory is taken page by page, when first written: a ladder over every price a feed may name costs what the prices
/// in use cost. All bytes zero must be a valid T.

#include <cstddef>
#include <type_traits>
#include <utility>

namespace plimsoll {

/// Small pages (4 KiB) for what is touched here and there: a huge one would commit two megabytes for a single far price. Huge pages (2 MiB,
/// where the system grants them) for what is filled from its beginning and read at random: the processor then finds every page at once.
enum class Pages { small, huge };

inline constexpr std::size_t kLazyPage = 4096;  ///< bytes that a first write to small pages takes

/// Zeroed address space of `bytes`, 0 gives nullptr. Throws std::bad_alloc.
void* reserve_zeroed(std::size_t bytes, Pages pages);
/// Moves what reserve_zeroed() gave to a longer place; the added bytes are zero. Throws std::bad_alloc.
void* grow_zeroed(void* at, std::size_t bytes, std::size_t new_bytes, Pages pages);
void release_zeroed(void* at, std::size_t bytes);
/// Copies the bytes of `from` that are not zero, so that untouched pages stay untouched.
void copy_touched(void* to, const void* from, std::size_t bytes);

/// Thread rule: as std::vector.
template <class T, Pages pages = Pages::small>
class LazyArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  LazyArray() = default;
  explicit LazyArray(std::size_t size) : data_{static_cast<T*>(reserve_zeroed(size * sizeof(T), pages))}, size_{size} {}
  LazyArray(const LazyArray& other) : LazyArray{other.size_} { copy_touched(data_, other.data_, size_ * sizeof(T)); }
  LazyArray(LazyArray&& other) noexcept : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)} {}
  LazyArray& operator=(LazyArray other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~LazyArray() { release_zeroed(data_, size_ * sizeof(T)); }

  std::size_t size() const { return size_; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T& operator[](std::size_t at) { return data_[at]; }
  const T& operator[](std::size_t at) const { return data_[at]; }
  /// Elements keep their values, not their addresses. Never shrinks.
  void grow(std::size_t size) {
    if (size <= size_) return;
    data_ = static_cast<T*>(grow_zeroed(data_, size_ * sizeof(T), size * sizeof(T), pages));
    size_ = size;
  }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace plimsoll
