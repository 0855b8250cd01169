#pragma once
/// Writes a zlib stream (RFC 1950) of one deflate block with fixed codes (RFC 1951, 3.2.6), from literals and matches as they are found.
///
/// Thread rule: one thread at a time; make one and use it again and again.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

class DeflateStream {
 public:
  /// Begins a stream of at most `bytes` bytes, before they are deflated.
  void begin(std::size_t bytes);
  /// Any bytes, looking for what was there before at any place.
  void put_bytes(std::string_view bytes);
  /// Values of `width` bytes, looking for the same whole value among those of this call. At most 65,535.
  void put_values(std::string_view bytes, std::size_t width);
  void put_zeros(std::size_t count);
  /// Valid until the next begin().
  std::string_view end();

  static constexpr std::size_t kMatchLeast = 3, kMatchMost = 258, kDistanceMost = 32'768;

 private:
  void literals(const char* from, std::size_t count);
  void match(std::size_t length, std::size_t distance);
  void put_bits(std::uint64_t bits, unsigned count) {
    bits_ |= bits << count_;
    count_ += count;
  }
  /// Whole bytes go out; at most 7 bits stay.
  void spill() {
    std::memcpy(to_, &bits_, sizeof bits_);
    to_ += count_ / 8;
    bits_ >>= count_ & ~7u;
    count_ &= 7;
  }
  void sum(std::string_view bytes);

  std::vector<char> out_;
  char* to_ = nullptr;
  std::uint64_t bits_ = 0;  ///< not yet in out_, lowest first
  unsigned count_ = 0;
  std::uint64_t sum_a_ = 1, sum_b_ = 0;  ///< Adler-32
  std::vector<std::uint32_t> seen_;      ///< by hash: the last place with it, plus one
};

}  // namespace plimsoll
