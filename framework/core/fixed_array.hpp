#pragma once
/// An array whose length is known before its elements are made. They stand together and keep their addresses, so they need not be movable.

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "core/contract.hpp"

namespace plimsoll {

/// Thread rule: as T.
template <class T>
class FixedArray {
 public:
  /// Room for `capacity` elements; none is made yet.
  explicit FixedArray(std::size_t capacity) : data_{std::allocator<T>{}.allocate(capacity)}, end_{data_}, capacity_{capacity} {}
  FixedArray(const FixedArray&) = delete;
  FixedArray& operator=(const FixedArray&) = delete;
  ~FixedArray() {
    std::destroy(begin(), end());
    std::allocator<T>{}.deallocate(data_, capacity_);
  }

  /// Precondition: size() < the capacity.
  template <class... Arguments>
  T& emplace_back(Arguments&&... arguments) {
    EXPECT(size() < capacity_);
    T& made = *::new (static_cast<void*>(end_)) T{std::forward<Arguments>(arguments)...};
    ++end_;
    return made;
  }

  std::size_t size() const { return static_cast<std::size_t>(end_ - data_); }
  bool empty() const { return end_ == data_; }
  T& operator[](std::size_t index) { return data_[index]; }
  const T& operator[](std::size_t index) const { return data_[index]; }
  T& back() { return end_[-1]; }
  T* begin() { return data_; }
  T* end() { return end_; }
  const T* begin() const { return data_; }
  const T* end() const { return end_; }

 private:
  T* data_;
  T* end_;
  std::size_t capacity_;
};

}  // namespace plimsoll
