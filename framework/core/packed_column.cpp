#include "core/packed_column.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "core/contract.hpp"

namespace plimsoll {

namespace {

static_assert(std::endian::native == std::endian::little, "values lie in files as in memory: little endian");

using Kind = PackedColumn::Kind;
constexpr std::size_t kBlock = 256;

template <class Value>
constexpr Kind kKindOf = std::is_same_v<Value, std::int64_t> ? Kind::integer
                         : std::is_same_v<Value, double>     ? Kind::real
                                                             : Kind::text;

bool same_bits(std::int64_t a, std::int64_t b) { return a == b; }
bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }
bool same_bits(std::string_view a, std::string_view b) { return (a.data() == b.data() && a.size() == b.size()) || a == b; }

template <class Value>
bool all_same(std::span<const Value> values, const Value& known) {
  return std::all_of(values.begin(), values.end(), [&](const Value& value) { return same_bits(value, known); });
}

std::size_t width_of(std::span<const std::int64_t> values) {
  std::uint64_t used = 0;  // bits of any value beside its sign
  for (const std::int64_t value : values) used |= static_cast<std::uint64_t>(value ^ (value >> 63));
  return used < 1u << 7 ? 1 : used < 1u << 15 ? 2 : used < 1u << 31 ? 4 : 8;
}

template <class Halves>
constexpr Halves kNoHalves = std::numeric_limits<Halves>::min();

/// Twice the value, rounded towards zero; of what has no such number, kNoHalves.
std::int32_t halves_of(double value) {
  const double twice = value + value, limit = -static_cast<double>(kNoHalves<std::int32_t>);
  return -limit < twice && twice < limit ? static_cast<std::int32_t>(twice) : kNoHalves<std::int32_t>;
}
template <class Halves>
double from_halves(Halves halves) {
  return halves == kNoHalves<Halves> ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(halves) / 2;
}
std::size_t width_of(std::span<const double> values) {
  std::uint32_t used = 0;  // bits of any value beside its sign
  for (const double value : values) {
    const std::int32_t halves = halves_of(value);
    if (!same_bits(from_halves(halves), value)) return 8;
    if (halves != kNoHalves<std::int32_t>) used |= static_cast<std::uint32_t>(halves < 0 ? -halves : halves);
  }
  return used < 1u << 7 ? 1 : used < 1u << 15 ? 2 : 4;
}
std::size_t width_of(std::span<const std::string_view> values) {
  std::size_t longest = 1;
  for (const std::string_view text : values) longest = std::max(longest, text.size());
  return longest;
}

template <class Narrow, class Value>
void put_as(std::span<const Value> values, char* to) {
  for (const Value value : values) {
    const auto narrow = static_cast<Narrow>(value);
    std::memcpy(to, &narrow, sizeof narrow);
    to += sizeof narrow;
  }
}
void put(std::span<const std::int64_t> values, std::size_t width, char* to) {
  switch (width) {
    case 1: return put_as<std::int8_t>(values, to);
    case 2: return put_as<std::int16_t>(values, to);
    case 4: return put_as<std::int32_t>(values, to);
    default: return put_as<std::int64_t>(values, to);
  }
}
template <class Halves>
void put_halves(std::span<const double> values, char* to) {
  for (const double value : values) {
    const std::int32_t halves = halves_of(value);
    const Halves narrow = halves == kNoHalves<std::int32_t> ? kNoHalves<Halves> : static_cast<Halves>(halves);
    std::memcpy(to, &narrow, sizeof narrow);
    to += sizeof narrow;
  }
}
void put(std::span<const double> values, std::size_t width, char* to) {
  switch (width) {
    case 1: return put_halves<std::int8_t>(values, to);
    case 2: return put_halves<std::int16_t>(values, to);
    case 4: return put_halves<std::int32_t>(values, to);
    default: return put_as<double>(values, to);
  }
}
void put(std::span<const std::string_view> values, std::size_t width, char* to) {
  for (const std::string_view text : values) {
    text.copy(to, text.size());  // not memcpy: an empty text may point nowhere
    std::memset(to + text.size(), 0, width - text.size());
    to += width;
  }
}

template <class Narrow, class Value>
void take_as(const char* from, std::size_t rows, Value* to) {
  for (std::size_t row = 0; row < rows; ++row) {
    Narrow narrow;
    std::memcpy(&narrow, from + row * sizeof narrow, sizeof narrow);
    to[row] = static_cast<Value>(narrow);
  }
}
void take(const char* from, std::size_t width, std::size_t rows, std::int64_t* to) {
  switch (width) {
    case 1: return take_as<std::int8_t>(from, rows, to);
    case 2: return take_as<std::int16_t>(from, rows, to);
    case 4: return take_as<std::int32_t>(from, rows, to);
    default: return take_as<std::int64_t>(from, rows, to);
  }
}
template <class Halves>
void take_halves(const char* from, std::size_t rows, double* to) {
  for (std::size_t row = 0; row < rows; ++row) {
    Halves halves;
    std::memcpy(&halves, from + row * sizeof halves, sizeof halves);
    to[row] = from_halves(halves);
  }
}
void take(const char* from, std::size_t width, std::size_t rows, double* to) {
  switch (width) {
    case 1: return take_halves<std::int8_t>(from, rows, to);
    case 2: return take_halves<std::int16_t>(from, rows, to);
    case 4: return take_halves<std::int32_t>(from, rows, to);
    default: return take_as<double>(from, rows, to);
  }
}
void take(const char* from, std::size_t width, std::size_t rows, std::string_view* to) {
  for (std::size_t row = 0; row < rows; ++row, from += width) to[row] = {from, strnlen(from, width)};
}

template <class Value>
void unpack_rows(const PackedColumn& column, std::size_t first, std::size_t rows, Value* to) {
  EXPECT(column.kind() == kKindOf<Value> && first + rows <= column.rows());
  if (rows == 0) return;
  if (!column.one_value()) return take(column.bytes().data() + first * column.width(), column.width(), rows, to);
  take(column.bytes().data(), column.width(), 1, to);
  std::fill_n(to + 1, rows - 1, *to);
}

/// visit(values) for the rows of a column, some at a time in full width.
template <class Value, class Visit>
void in_blocks(const PackedColumn& column, std::size_t first, std::size_t rows, Visit&& visit) {
  std::array<Value, kBlock> values;
  for (std::size_t done = 0; done < rows; done += kBlock) {
    const std::size_t some = std::min(kBlock, rows - done);
    column.unpack(first + done, some, values.data());
    visit(std::span<const Value>{values.data(), some});
  }
}

/// visit(a value of the type that kind has in full width).
template <class Visit>
void with_kind(Kind kind, Visit&& visit) {
  switch (kind) {
    case Kind::integer: return visit(std::int64_t{});
    case Kind::real: return visit(double{});
    case Kind::text: return visit(std::string_view{});
  }
}

}  // namespace

PackedColumn::PackedColumn(Kind kind, std::string bytes, std::size_t width, std::size_t rows, bool one_value)
    : kind_{kind}, one_value_{one_value || rows == 0}, width_{width}, rows_{rows}, bytes_{std::move(bytes)} {
  EXPECT(width_ > 0 && bytes_.size() == width_ * (one_value_ ? std::min<std::size_t>(rows_, 1) : rows_));
}

void PackedColumn::append(std::span<const std::int64_t> values) { append_values(values); }
void PackedColumn::append(std::span<const double> values) { append_values(values); }
void PackedColumn::append(std::span<const std::string_view> values) { append_values(values); }

void PackedColumn::append(const ColumnData& values) {
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&values)) return append(std::span<const std::int64_t>{*integers});
  if (const auto* reals = std::get_if<std::vector<double>>(&values)) return append(std::span<const double>{*reals});
  const auto& texts = std::get<std::vector<std::string>>(values);
  std::array<std::string_view, kBlock> views;
  for (std::size_t done = 0; done < texts.size(); done += kBlock) {
    const std::size_t some = std::min(kBlock, texts.size() - done);
    std::copy_n(texts.begin() + static_cast<std::ptrdiff_t>(done), some, views.begin());
    append(std::span<const std::string_view>{views.data(), some});
  }
  spell_out();
}

void PackedColumn::append(const PackedColumn& other, std::size_t first, std::size_t rows) {
  EXPECT(other.kind_ == kind_ && first + rows <= other.rows_);
  if (rows == 0 || (other.in_words() && append_words_of(other, first, rows))) return;
  if (other.in_words()) return append({kind_, other.spelled(first, rows), other.width_, rows, false}, 0, rows);
  if (!other.one_value_) spell_out();
  if (!other.one_value_ && other.width() > 0 && other.width() >= width() && long_texts_.empty()) {
    if (rows_ == 0) one_value_ = false;
    if (one_value_) store_every_row();
    widen_to(other.width_);
    make_room(rows);
    bytes_.append(other.bytes_, first * width_, rows * width_);
    rows_ += rows;
    return;
  }
  with_kind(kind_, [&](auto value) {
    using Value = decltype(value);
    if (!other.one_value_) return in_blocks<Value>(other, first, rows, [this](std::span<const Value> values) { append_values(values); });
    other.unpack(0, 1, &value);
    const std::span<const Value> one{&value, 1};
    append_values(one);
    if (one_value_) {
      rows_ += rows - 1;
      return;
    }
    std::array<Value, kBlock> same;
    same.fill(value);
    for (std::size_t done = 1; done < rows; done += kBlock)
      append_values(std::span<const Value>{same.data(), std::min(kBlock, rows - done)});
  });
}

template <class Value>
void PackedColumn::append_values(std::span<const Value> values) {
  EXPECT(kKindOf<Value> == kind_);
  if (values.empty() || (one_value() && take_as_one_value(values))) return;
  if constexpr (kKindOf<Value> == Kind::text) {
    if (rows_ == 0 && values.front().size() <= kPackedTextMax && take_as_one_value(values)) return;
    if (append_as_words(values)) return;
    spell_out();
  }
  const bool widest = kKindOf<Value> != Kind::text && width_ == 8;
  const std::size_t width = widest ? width_ : std::max(width_, width_of(values));
  if constexpr (kKindOf<Value> == Kind::text)
    if (width > kPackedTextMax || !long_texts_.empty()) {
      keep_as_strings();
      long_texts_.insert(long_texts_.end(), values.begin(), values.end());
      rows_ += values.size();
      return;
    }
  if (rows_ == 0 && take_as_one_value(values)) return;
  if (one_value_) store_every_row();
  widen_to(width);
  make_room(values.size());
  const std::size_t at = bytes_.size();
  bytes_.resize(at + values.size() * width_);
  put(values, width_, bytes_.data() + at);
  rows_ += values.size();
}

void PackedColumn::become_one_value(std::string value, std::size_t rows) {
  one_value_ = true;
  width_ = value.size();
  rows_ = rows;
  bytes_ = std::move(value);
}

template <class Value>
bool PackedColumn::take_as_one_value(std::span<const Value> values) {
  Value known = values.front();
  if (rows_ > 0) unpack(0, 1, &known);
  // Among themselves first: texts that lie at one place need not be read.
  if (!same_bits(values.front(), known) || !all_same(values, values.front())) return false;
  if (rows_ == 0) {
    width_ = width_of(values.first(1));
    bytes_.resize(width_);
    put(values.first(1), width_, bytes_.data());
  }
  rows_ += values.size();
  return true;
}

void PackedColumn::store_every_row() {
  one_value_ = false;
  if (rows_ == 0) return;
  const std::string value = std::exchange(bytes_, {});
  make_room(0);
  for (std::size_t row = 0; row < rows_; ++row) bytes_ += value;
}

void PackedColumn::widen_to(std::size_t width) {
  if (width <= width_) return;
  PackedColumn narrow{kind_};
  std::swap(narrow.bytes_, bytes_);
  narrow.width_ = std::exchange(width_, width);
  narrow.rows_ = rows_;
  narrow.one_value_ = false;
  make_room(0);
  bytes_.resize(rows_ * width_);
  with_kind(kind_, [&](auto value) {
    char* to = bytes_.data();
    in_blocks<decltype(value)>(narrow, 0, rows_, [&](std::span<const decltype(value)> values) {
      put(values, width_, to);
      to += values.size() * width_;
    });
  });
}

void PackedColumn::make_room(std::size_t more) {
  const std::size_t needed = (rows_ + more) * width_;
  if (needed > bytes_.capacity()) bytes_.reserve(std::max({needed, expected_ * width_, 2 * bytes_.capacity()}));
}

void PackedColumn::keep_as_strings() {
  if (!long_texts_.empty()) return;
  long_texts_ = std::get<std::vector<std::string>>(unpacked());
  bytes_.clear();
  one_value_ = false;
}

void PackedColumn::unpack(std::size_t first, std::size_t rows, std::int64_t* to) const { unpack_rows(*this, first, rows, to); }
void PackedColumn::unpack(std::size_t first, std::size_t rows, double* to) const { unpack_rows(*this, first, rows, to); }
void PackedColumn::unpack(std::size_t first, std::size_t rows, std::string_view* to) const {
  if (long_texts_.empty() && !in_words()) return unpack_rows(*this, first, rows, to);
  EXPECT(first + rows <= rows_);
  for (std::size_t row = 0; row < rows && in_words(); ++row) to[row] = words_[static_cast<unsigned char>(bytes_[first + row])];
  if (in_words()) return;
  std::copy_n(long_texts_.begin() + static_cast<std::ptrdiff_t>(first), rows, to);
}

ColumnData PackedColumn::unpacked() const {
  ColumnData data;
  with_kind(kind_, [&](auto value) {
    if constexpr (std::is_same_v<decltype(value), std::string_view>) {
      auto& texts = data.emplace<std::vector<std::string>>();
      texts.reserve(rows_);
      in_blocks<std::string_view>(*this, 0, rows_,
                                  [&](std::span<const std::string_view> some) { texts.insert(texts.end(), some.begin(), some.end()); });
    } else {
      unpack(0, rows_, data.emplace<std::vector<decltype(value)>>(rows_).data());
    }
  });
  return data;
}

void PackedColumn::trim() {
  if (rows_ == 0 || one_value_ || in_words()) return;
  const std::string_view all = bytes_;
  if (long_texts_.empty() && all.substr(width_) == all.substr(0, all.size() - width_))
    return with_kind(kind_, [&](auto value) {
      unpack(0, 1, &value);
      PackedColumn one{kind_};
      one.append(std::span<const decltype(value)>{&value, 1});
      one.rows_ = rows_;
      *this = std::move(one);
    });
  if (kind_ == Kind::text) trim_texts();
  if (kind_ == Kind::real && width_ == 8) trim_reals();
}

void PackedColumn::trim_reals() {
  std::array<double, kBlock> values;
  for (std::size_t done = 0; done < rows_; done += kBlock) {
    const std::size_t some = std::min(kBlock, rows_ - done);
    unpack(done, some, values.data());
    if (width_of(std::span<const double>{values.data(), some}) == 8) return;
  }
  repack();
}

void PackedColumn::trim_texts() {
  if (!long_texts_.empty()) {
    const auto fits = [](const std::string& text) { return text.size() <= kPackedTextMax; };
    if (!std::all_of(long_texts_.begin(), long_texts_.end(), fits)) return;
  } else {
    for (std::size_t end = width_; end <= bytes_.size(); end += width_)
      if (bytes_[end - 1] != '\0' || width_ == 1) return;  // one is as long as that
  }
  repack();
}

void PackedColumn::repack() {
  PackedColumn anew{kind_};
  anew.expect(rows_);
  with_kind(kind_, [&](auto value) {
    in_blocks<decltype(value)>(*this, 0, rows_, [&](std::span<const decltype(value)> values) { anew.append(values); });
  });
  *this = std::move(anew);
}

}  // namespace plimsoll
