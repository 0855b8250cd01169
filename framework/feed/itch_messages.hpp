#pragma once
/// NASDAQ TotalView-ITCH 5.0, message by message and without meaning: big-endian bytes to integers, exactly.
///
/// Source: Nasdaq, "Nasdaq TotalView-ITCH 5.0". A file is a sequence of u16 length + message; the length does not count itself. A length of
/// 0 ends the session, and nothing may follow it. All integers are unsigned and big-endian, prices have 4 decimals, times are nanoseconds
/// since midnight US/Eastern, text is left-justified and padded with spaces.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "core/units.hpp"
#include "feed/byte_source.hpp"
#include "feed/text_file.hpp"

namespace plimsoll {

/// Length of every message type of the specification; 0: not one of them, to be skipped by its length prefix.
constexpr std::array<std::uint8_t, 256> itch_lengths() {
  std::array<std::uint8_t, 256> lengths{};
  constexpr std::pair<char, std::uint8_t> known[] = {{'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28},
                                                     {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40}, {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19},
                                                     {'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};
  for (const auto& [type, length] : known) lengths[static_cast<unsigned char>(type)] = length;
  return lengths;
}
inline constexpr std::array<std::uint8_t, 256> kItchLengths = itch_lengths();
inline constexpr std::size_t kItchLongest = *std::max_element(kItchLengths.begin(), kItchLengths.end());
inline constexpr std::size_t kItchPrefix = 11;                 ///< type, locate, tracking number, time
inline constexpr std::int64_t kItchMostUnits = 2'000'000'000;  ///< the largest price, 200,000.0000

/// One message where it lies. A field may be asked of the types that have it (named behind it) and of no other.
class ItchMessage {
 public:
  ItchMessage() = default;
  ItchMessage(const char* bytes, std::size_t length) : at_{bytes}, length_{length} {}

  std::size_t length() const { return length_; }
  char type() const { return at_[0]; }
  std::uint16_t locate() const { return load<std::uint16_t>(1); }  ///< of the stock, 0: of the market
  Duration since_midnight() const { return static_cast<Duration>(load<std::uint64_t>(3) & 0xffff'ffff'ffff); }
  std::uint64_t order() const { return load<std::uint64_t>(11); }         ///< A F E C X D, U: the one that goes
  char side() const { return at_[19]; }                                   ///< A F P: 'B' or 'S'
  std::uint32_t added() const { return load<std::uint32_t>(20); }         ///< A F P: shares
  std::uint32_t units() const { return load<std::uint32_t>(32); }         ///< A F P C: price in 0.0001
  std::uint32_t reduced() const { return load<std::uint32_t>(19); }       ///< E C X: shares
  char printable() const { return at_[31]; }                              ///< C: 'Y' or 'N'
  std::uint64_t new_order() const { return load<std::uint64_t>(19); }     ///< U
  std::uint32_t new_shares() const { return load<std::uint32_t>(27); }    ///< U
  std::uint32_t new_units() const { return load<std::uint32_t>(31); }     ///< U
  std::uint64_t cross_shares() const { return load<std::uint64_t>(11); }  ///< Q
  std::uint32_t cross_units() const { return load<std::uint32_t>(27); }   ///< Q
  char trading_state() const { return at_[19]; }                          ///< H: 'H', 'P', 'Q' or 'T'
  /// The 8 bytes of the symbol with their padding; empty when the type carries none.
  std::string_view padded_stock() const {
    switch (type()) {
      case 'R':
      case 'H': return {at_ + 11, 8};
      case 'A':
      case 'F':
      case 'P': return {at_ + 24, 8};
      case 'Q': return {at_ + 19, 8};
      default: return {};
    }
  }

 private:
  template <class Integer>
  Integer load(std::size_t offset) const {
    Integer value;
    std::memcpy(&value, at_ + offset, sizeof value);
    if constexpr (sizeof value == 2) return __builtin_bswap16(value);
    if constexpr (sizeof value == 4) return __builtin_bswap32(value);
    if constexpr (sizeof value == 8) return __builtin_bswap64(value);
  }

  const char* at_ = nullptr;
  std::size_t length_ = 0;
};

/// Messages of a file, in order, through a buffer of a hundred kilobytes: the file is never in memory as a whole.
/// Thread rule: one owner.
class ItchReader {
 public:
  /// `name` is shown in errors.
  ItchReader(ByteSource& source, std::string name);
  /// Reads bytes that are in memory already, without a copy; they must outlive it.
  ItchReader(std::string_view bytes, std::string name);
  ItchReader(const ItchReader&) = delete;
  ItchReader& operator=(const ItchReader&) = delete;

  /// The next message of a known type, of the length that type has; it is valid until the next call. Unknown types are skipped. False at
  /// the end, and at a fault of the framing, after which nothing can be trusted: DATA-EMPTY, DATA-TRUNCATED, DATA-FORMAT in `faults`, with
  /// the offset (in the decompressed bytes) and the number of the message.
  bool next(ItchMessage& message, FaultList& faults) {
    while (true) {
      if (next_from(at_, end_, message)) [[likely]] {
        ++number_;
        if (kItchLengths[static_cast<unsigned char>(message.type())] != 0) [[likely]]
          return true;
      } else if (!refill(faults)) {
        return false;
      }
    }
  }
  /// Every message that is in memory already, in a tight loop, up to where next() has to say what follows. `visit(message)` in turn; some
  /// messages before that `soon(message)` and, again some before, `early(message)`, for those who want to bring into the cache what it will
  /// touch. All are of a known type, and of each kItchLongest bytes may be read, so that a field may be asked before the type is.
  template <class Early, class Soon, class Visit>
  void visit_in_memory(const Early& early, const Soon& soon, const Visit& visit) {
    if (end_ - at_ < kRoom) return;
    const char* at = at_;
    const char* middle = at_;
    const char* scout = at_;
    const char* const last = end_ - kRoom;
    const auto is_plain = [last](const char* cursor) {
      if (cursor > last) return false;
      const std::size_t length = length_at(cursor);
      return length == kItchLengths[static_cast<unsigned char>(cursor[2])] && length != 0;
    };
    const auto pass = [](const char*& cursor, const auto& call) {
      const std::size_t length = length_at(cursor);
      call(ItchMessage{cursor + 2, length});
      cursor += 2 + length;
    };
    for (int i = 0; i < kAhead && is_plain(scout); ++i) pass(scout, early);
    for (int i = 0; i < kAhead && is_plain(scout); ++i) {
      pass(scout, early);
      pass(middle, soon);
    }
    std::uint64_t count = 0;
    for (; is_plain(scout); ++count) {
      pass(scout, early);
      pass(middle, soon);
      pass(at, visit);
    }
    for (; at != scout; ++count) pass(at, visit);
    at_ = at;
    number_ += count;
  }

  std::uint64_t number() const { return number_; }  ///< of messages read, of any type
  /// Where an error in `message`, the last one read, lies: "name@offset".
  std::string place(const ItchMessage& message) const;

 private:
  static constexpr int kAhead = 8;
  static constexpr std::ptrdiff_t kRoom = 2 + kItchLongest;
  static std::size_t length_at(const char* at) {
    std::uint16_t length;
    std::memcpy(&length, at, sizeof length);
    return __builtin_bswap16(length);
  }
  /// Takes one message off what lies between `at` and `end`; false when it is not whole, has no length or not its type's.
  static bool next_from(const char*& at, const char* end, ItchMessage& message) {
    if (end - at < 3) [[unlikely]]
      return false;
    const std::size_t length = length_at(at);
    const std::size_t known = kItchLengths[static_cast<unsigned char>(at[2])];
    const bool sound = length > 0 && (known == length || known == 0);
    if (!sound || static_cast<std::size_t>(end - at) < 2 + length) [[unlikely]]
      return false;
    message = {at + 2, length};
    at += 2 + length;
    return true;
  }
  bool refill(FaultList& faults);
  bool end_of_session(FaultList& faults);
  bool wrong_length(std::size_t length, std::size_t known, FaultList& faults) const;
  bool read_more();
  std::string place_of_next() const;

  std::string name_;
  ByteSource* source_ = nullptr;
  std::string buffer_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  const char* start_ = nullptr;     ///< of what is in memory
  std::uint64_t start_offset_ = 0;  ///< of start_ in the file
  std::uint64_t number_ = 0;
};

}  // namespace plimsoll
