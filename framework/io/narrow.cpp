#include "io/narrow.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "core/contract.hpp"

namespace plimsoll {

namespace {

static_assert(std::endian::native == std::endian::little, "values lie in files as in memory: little endian");

bool same_bits(std::int64_t a, std::int64_t b) { return a == b; }
bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }
bool same_bits(const std::string& a, const std::string& b) { return a == b; }

/// visit(values) for each part, as vectors of the kind of the first.
template <class Visit>
void for_each_part(ColumnParts parts, Visit&& visit) {
  for (const ColumnData* part : parts) {
    EXPECT(part->index() == parts.front()->index());
    std::visit(visit, *part);
  }
}

bool single_is_exact(double value) { return same_bits(static_cast<double>(static_cast<float>(value)), value); }

template <class Narrow, class Value>
void put_as(std::vector<char>& out, const std::vector<Value>& values) {
  const std::size_t at = out.size();
  out.resize(at + values.size() * sizeof(Narrow));
  char* to = out.data() + at;
  for (const Value value : values) {
    const auto narrow = static_cast<Narrow>(value);
    std::memcpy(to, &narrow, sizeof narrow);
    to += sizeof narrow;
  }
}

template <class Narrow, class Value>
void take_as(std::string_view bytes, Value* to) {
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(Narrow)) {
    Narrow narrow;
    std::memcpy(&narrow, bytes.data() + at, sizeof narrow);
    *to++ = static_cast<Value>(narrow);
  }
}

void put(std::vector<char>& out, const std::vector<std::int64_t>& values, std::size_t width) {
  switch (width) {
    case 1: return put_as<std::int8_t>(out, values);
    case 2: return put_as<std::int16_t>(out, values);
    case 4: return put_as<std::int32_t>(out, values);
    default: return put_as<std::int64_t>(out, values);
  }
}
void put(std::vector<char>& out, const std::vector<double>& values, std::size_t width) {
  width == 4 ? put_as<float>(out, values) : put_as<double>(out, values);
}
void put(std::vector<char>& out, const std::vector<std::string>& values, std::size_t width) {
  std::size_t at = out.size();
  out.resize(at + values.size() * width);
  for (const std::string& text : values) {
    std::memcpy(out.data() + at, text.data(), text.size());
    at += width;
  }
}

void take(std::string_view bytes, std::size_t width, std::int64_t* to) {
  switch (width) {
    case 1: return take_as<std::int8_t>(bytes, to);
    case 2: return take_as<std::int16_t>(bytes, to);
    case 4: return take_as<std::int32_t>(bytes, to);
    default: return take_as<std::int64_t>(bytes, to);
  }
}
void take(std::string_view bytes, std::size_t width, double* to) { width == 4 ? take_as<float>(bytes, to) : take_as<double>(bytes, to); }
void take(std::string_view bytes, std::size_t width, std::string* to) {
  for (std::size_t at = 0; at < bytes.size(); at += width) (to++)->assign(bytes.data() + at, strnlen(bytes.data() + at, width));
}

std::size_t width_of(std::int64_t low, std::int64_t high) {
  const auto fits = [&](auto kind) {
    using Limits = std::numeric_limits<decltype(kind)>;
    return low >= Limits::min() && high <= Limits::max();
  };
  if (fits(std::int8_t{})) return 1;
  if (fits(std::int16_t{})) return 2;
  return fits(std::int32_t{}) ? 4 : 8;
}

}  // namespace

bool one_value(ColumnParts parts) {
  const auto empty = [](const ColumnData* part) { return std::visit([](const auto& values) { return values.empty(); }, *part); };
  const auto first = std::find_if_not(parts.begin(), parts.end(), empty);
  if (first == parts.end()) return false;
  bool same = true;
  for_each_part(parts, [&](const auto& values) {
    const auto& known = std::get<std::decay_t<decltype(values)>>(**first).front();
    same = same && std::all_of(values.begin(), values.end(), [&](const auto& value) { return same_bits(value, known); });
  });
  return same;
}

std::size_t narrowest(ColumnParts parts) {
  std::int64_t low = 0, high = 0;
  std::size_t longest = 1;
  bool single = true;
  for_each_part(parts, [&](const auto& values) {
    using Value = typename std::decay_t<decltype(values)>::value_type;
    if constexpr (std::is_same_v<Value, std::int64_t>) {
      for (const std::int64_t value : values) low = std::min(low, value), high = std::max(high, value);
    } else if constexpr (std::is_same_v<Value, double>) {
      single = single && std::all_of(values.begin(), values.end(), single_is_exact);
    } else {
      for (const std::string& text : values) longest = std::max(longest, text.size());
    }
  });
  if (parts.empty() || std::holds_alternative<std::vector<std::int64_t>>(*parts.front())) return width_of(low, high);
  if (std::holds_alternative<std::vector<double>>(*parts.front())) return single ? 4 : 8;
  return longest;
}

std::vector<char> narrowed(ColumnParts parts, std::size_t width) {
  std::size_t rows = 0;
  for_each_part(parts, [&](const auto& values) { rows += values.size(); });
  std::vector<char> out;
  out.reserve(rows * width);
  for_each_part(parts, [&](const auto& values) { put(out, values, width); });
  return out;
}

void widen(std::string_view bytes, std::size_t width, ColumnData& to, std::size_t first) {
  std::visit(
      [&](auto& values) {
        EXPECT(bytes.size() % width == 0 && first + bytes.size() / width <= values.size());
        take(bytes, width, values.data() + first);
      },
      to);
}

}  // namespace plimsoll
