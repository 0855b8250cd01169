#pragma once
/// An array whose length is known before its elements are made. They stand together and keep their addresses, so they need not be movable.

#include <cstddef>
#include <memory>
#include <utility>

#include "core/contract.hpp"

namespace plimsoll {

/// Thread rule: as T.
template <class T>
class FixedArray {
 public:
  /// Room for `capacity` elements; none is made yet.
  explicit FixedArray(std::size_t capacity) : data_{std::allocator<T>{}.allocate(capacity)}, capacity_{capacity} {}
  FixedArray(const FixedArray&) = delete;
  FixedArray& operator=(const FixedArray&) = delete;
  ~FixedArray() {
    std::destroy(begin(), end());
    std::allocator<T>{}.deallocate(data_, capacity_);
  }

  /// Precondition: size() < the capacity.
  template <class... Arguments>
  T& emplace_back(Arguments&&... arguments) {
    EXPECT(size_ < capacity_);
    T& made = *std::construct_at(data_ + size_, std::forward<Arguments>(arguments)...);
    ++size_;
    return made;
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t index) { return data_[index]; }
  const T& operator[](std::size_t index) const { return data_[index]; }
  T& back() { return data_[size_ - 1]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

 private:
  T* data_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

}  // namespace plimsoll
