#include "io/deflate_stream.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "core/contract.hpp"

namespace plimsoll {

namespace {

struct Code {
  std::uint32_t bits = 0, count = 0;
};

/// Huffman codes go out with their highest bit first, all else with its lowest.
constexpr std::uint32_t reversed(std::uint32_t bits, unsigned count) {
  std::uint32_t out = 0;
  for (unsigned i = 0; i < count; ++i) out |= ((bits >> i) & 1) << (count - 1 - i);
  return out;
}

constexpr Code fixed_code(std::uint32_t symbol) {
  if (symbol < 144) return {reversed(0x30 + symbol, 8), 8};
  if (symbol < 256) return {reversed(0x190 + symbol - 144, 9), 9};
  if (symbol < 280) return {reversed(symbol - 256, 7), 7};
  return {reversed(0xC0 + symbol - 280, 8), 8};
}

constexpr std::array<Code, 256> kLiterals = [] {
  std::array<Code, 256> codes{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) codes[byte] = fixed_code(byte);
  return codes;
}();

/// By length, extra bits included.
constexpr std::array<Code, DeflateStream::kMatchMost + 1> kLengths = [] {
  std::array<Code, DeflateStream::kMatchMost + 1> codes{};
  std::size_t length = DeflateStream::kMatchLeast;
  for (std::uint32_t symbol = 257; length < DeflateStream::kMatchMost; ++symbol) {
    const std::uint32_t extra = symbol < 265 ? 0 : (symbol - 261) / 4;
    const Code code = fixed_code(symbol);
    for (std::uint32_t i = 0; i < 1u << extra && length < DeflateStream::kMatchMost; ++i)
      codes[length++] = {code.bits | i << code.count, code.count + extra};
  }
  codes[DeflateStream::kMatchMost] = fixed_code(285);
  return codes;
}();

/// By symbol.
constexpr std::array<std::uint32_t, 30> kDistances = [] {
  std::array<std::uint32_t, 30> codes{};
  for (std::uint32_t symbol = 0; symbol < codes.size(); ++symbol) codes[symbol] = reversed(symbol, 5);
  return codes;
}();

constexpr std::uint32_t kAdler = 65'521;
constexpr unsigned kHashBits = 12;

template <class Word>
Word word_at(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

std::size_t hash_of(std::uint64_t word) { return static_cast<std::size_t>((word * 0x9E3779B97F4A7C15ull) >> (64 - kHashBits)); }

/// How many of the first `most` bytes are the same.
std::size_t same_bytes(const char* a, const char* b, std::size_t most) {
  std::size_t same = 0;
  for (; same + 8 <= most; same += 8)
    if (const std::uint64_t differ = word_at<std::uint64_t>(a + same) ^ word_at<std::uint64_t>(b + same); differ != 0)
      return same + static_cast<std::size_t>(std::countr_zero(differ)) / 8;
  while (same < most && a[same] == b[same]) ++same;
  return same;
}

}  // namespace

void DeflateStream::begin(std::size_t bytes) {
  out_.resize(bytes + bytes / 8 + 64);
  to_ = out_.data();
  *to_++ = 0x78;  // deflate, window of 32 KiB
  *to_++ = 0x01;  // fast; makes the two a multiple of 31
  bits_ = count_ = 0;
  put_bits(0b011, 3);  // the last block, fixed codes
  sum_a_ = 1, sum_b_ = 0;
}

std::string_view DeflateStream::end() {
  put_bits(fixed_code(256).bits, fixed_code(256).count);
  count_ = (count_ + 7) & ~7u;
  spill();
  for (const std::uint64_t part : {sum_b_ >> 8, sum_b_, sum_a_ >> 8, sum_a_}) *to_++ = static_cast<char>(part);
  return {out_.data(), static_cast<std::size_t>(to_ - out_.data())};
}

void DeflateStream::literals(const char* from, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const Code code = kLiterals[static_cast<unsigned char>(from[i])];
    put_bits(code.bits, code.count);
    if (count_ > 40) spill();
  }
}

void DeflateStream::match(std::size_t length, std::size_t distance) {
  spill();
  put_bits(kLengths[length].bits, kLengths[length].count);
  const auto from_zero = static_cast<std::uint32_t>(distance - 1);
  const unsigned extra = from_zero < 4 ? 0 : static_cast<unsigned>(std::bit_width(from_zero)) - 2;
  put_bits(kDistances[2 * extra + (from_zero >> extra)], 5);
  put_bits(from_zero & ((1u << extra) - 1), extra);
  spill();
}

void DeflateStream::put_bytes(std::string_view bytes) {
  sum(bytes);
  seen_.assign(std::size_t{1} << kHashBits, 0);
  const char* const data = bytes.data();
  const auto place_of = [&](std::size_t at) -> std::uint32_t& { return seen_[hash_of(word_at<std::uint32_t>(data + at))]; };
  std::size_t written = 0, misses = 0;
  for (std::size_t at = 0; at + 4 <= bytes.size();) {
    const std::size_t before = std::exchange(place_of(at), static_cast<std::uint32_t>(at + 1));
    const bool found =
        before > 0 && at + 1 - before <= kDistanceMost && word_at<std::uint32_t>(data + before - 1) == word_at<std::uint32_t>(data + at);
    if (!found) {
      at += 1 + misses++ / 32;  // where nothing comes again, look less and less often
      continue;
    }
    misses = 0;
    literals(data + written, at - written);
    const std::size_t length = same_bytes(data + before - 1, data + at, std::min(kMatchMost, bytes.size() - at));
    match(length, at + 1 - before);
    at += length;
    written = at;
    if (at + 2 <= bytes.size()) place_of(at - 2) = static_cast<std::uint32_t>(at - 1);
  }
  literals(data + written, bytes.size() - written);
}

void DeflateStream::put_values(std::string_view bytes, std::size_t width) {
  EXPECT(width > 0 && bytes.size() % width == 0);
  sum(bytes);
  seen_.assign(std::size_t{1} << kHashBits, 0);
  const char* const data = bytes.data();
  const auto key_of = [&](const char* value) {
    if (width == 8) return word_at<std::uint64_t>(value);
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < width; ++i) key = key * 31 + static_cast<unsigned char>(value[i]);
    return key;
  };
  const std::size_t most = kMatchMost / width * width;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t before = std::exchange(seen_[hash_of(key_of(data + at))], static_cast<std::uint32_t>(at + 1));
    std::size_t length = 0;
    if (before > 0 && at + 1 - before <= kDistanceMost)
      length = same_bytes(data + before - 1, data + at, std::min(most, bytes.size() - at));
    length -= length % width;
    if (length >= kMatchLeast) {
      match(length, at + 1 - before);
      at += length;
    } else {
      literals(data + at, width);
      at += width;
    }
  }
}

void DeflateStream::put_zeros(std::size_t count) {
  sum_b_ = (sum_b_ + count % kAdler * sum_a_) % kAdler;
  if (count == 0) return;
  constexpr char zeros[kMatchLeast] = {};
  literals(zeros, 1);
  std::size_t left = count - 1;
  for (; left >= kMatchLeast; left -= std::min(left, kMatchMost)) match(std::min(left, kMatchMost), 1);
  literals(zeros, left);
}

void DeflateStream::sum(std::string_view bytes) {
  constexpr std::size_t lanes = 16, rounds = 128;  // no lane overflows
  while (!bytes.empty()) {
    const std::string_view some = bytes.substr(0, lanes * rounds);
    const std::size_t whole = some.size() / lanes;
    // b grows by every byte times how many come after it, itself included.
    std::array<std::uint32_t, lanes> sums{}, sums_of_sums{};
    for (std::size_t round = 0; round < whole; ++round)
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        sums_of_sums[lane] += sums[lane];
        sums[lane] += static_cast<unsigned char>(some[round * lanes + lane]);
      }
    std::uint64_t a = sum_a_, b = sum_b_ + whole * lanes * sum_a_;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      a += sums[lane];
      b += lanes * std::uint64_t{sums_of_sums[lane]} + (lanes - lane) * std::uint64_t{sums[lane]};
    }
    for (const char byte : some.substr(whole * lanes)) {
      a += static_cast<unsigned char>(byte);
      b += a;
    }
    sum_a_ = a % kAdler;
    sum_b_ = b % kAdler;
    bytes.remove_prefix(some.size());
  }
}

}  // namespace plimsoll
