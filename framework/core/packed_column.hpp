#pragma once
/// The values of one column in as few bytes as hold all of them exactly: what is narrow is made, copied, hashed, written and read for less,
/// and what all rows have in common is kept once.
///
/// Integers take 1, 2, 4 or 8 bytes a value, signed. Reals are halves where all of them are, as most prices and mids are: 1, 2 or 4 bytes
/// for twice the value, signed, the least of which stands for NaN (that of numeric_limits); else 8. Texts take as many as the longest has,
/// padded with zero bytes, or, when one is longer than kPackedTextMax, a string each. Texts that arrive as views take one byte, the number
/// of their word, while there are few different ones, and so do those that come from such a column.
///
/// Thread rule: values.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/contract.hpp"

namespace plimsoll {

using ColumnData = std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>>;

/// Longer texts are not padded: one of them would make a million rows as long.
inline constexpr std::size_t kPackedTextMax = 64;

class PackedColumn {
 public:
  enum class Kind : std::uint8_t { integer, real, text };  ///< in the order of ColumnData
  static constexpr std::size_t kWordsMax = 255;            ///< texts are numbers of words while there are no more

  explicit PackedColumn(Kind kind) : kind_{kind} {}
  explicit PackedColumn(const ColumnData& values) : PackedColumn{static_cast<Kind>(values.index())} { append(values); }
  /// Of what a file holds: `rows` values of `width` bytes each; or, of one value, that value once.
  PackedColumn(Kind kind, std::string bytes, std::size_t width, std::size_t rows, bool one_value);
  /// The same of texts in words. Preconditions: 2 to kWordsMax words of at most kPackedTextMax bytes, and every number is that of one.
  PackedColumn(std::vector<std::string> words, std::string numbers);

  Kind kind() const { return kind_; }
  std::size_t rows() const { return rows_; }
  /// Bytes of a value, at least 1; 0: texts that are longer than most.
  std::size_t width() const { return long_texts_.empty() ? width_ : 0; }
  /// Were all rows so far appended as the same value, bit for bit? Such a column has `width()` bytes in all, any other one so many a row.
  bool one_value() const { return one_value_ && rows_ > 0; }
  /// Are its reals kept as halves?
  bool in_halves() const { return kind_ == Kind::real && width_ < 8; }
  /// Little endian. Empty when width() is 0. Precondition: not in_words().
  std::string_view bytes() const {
    EXPECT(!in_words());
    return bytes_;
  }
  /// Are its texts kept as numbers of words? Then there are at least two, each of some row.
  bool in_words() const { return !words_.empty(); }
  const std::vector<std::string>& words() const { return words_; }
  /// One byte a row. Precondition: in_words().
  std::string_view numbers() const {
    EXPECT(in_words());
    return bytes_;
  }
  /// Texts `first` to `first + rows`, padded to width(). Precondition: texts, width() > 0.
  std::string spelled(std::size_t first, std::size_t rows) const;
  /// Not empty only when width() is 0.
  const std::vector<std::string>& long_texts() const { return long_texts_; }

  /// How many rows there will be, roughly: room is made once it is known how wide they are.
  void expect(std::size_t rows) { expected_ = rows; }
  /// Rows of the column's kind; anything else is our bug.
  void append(std::span<const std::int64_t> values);
  void append(std::span<const double> values);
  void append(std::span<const std::string_view> values);
  /// Texts are spelled out.
  void append(const ColumnData& values);
  /// Rows `first` to `first + rows` of another one of the same kind.
  void append(const PackedColumn& other, std::size_t first, std::size_t rows);

  /// Rows `first` to `first + rows`, written to `to` in full width. Precondition: of that kind.
  void unpack(std::size_t first, std::size_t rows, std::int64_t* to) const;
  void unpack(std::size_t first, std::size_t rows, double* to) const;
  /// Views of this column: valid until it changes.
  void unpack(std::size_t first, std::size_t rows, std::string_view* to) const;
  ColumnData unpacked() const;
  /// Texts are kept padded from here on, not as numbers of words.
  void spell_out();
  /// What depends on the rows only, not on the columns they came from: texts take no more bytes than the longest has, reals that are all
  /// halves are kept so, and rows that are all the same are one value.
  void trim();

 private:
  template <class Value>
  void append_values(std::span<const Value> values);
  template <class Value>
  bool take_as_one_value(std::span<const Value> values);
  /// False, and nothing has changed, when they are too many different ones, or one is too long, or texts are spelled out already.
  bool append_as_words(std::span<const std::string_view> values);
  bool append_words_of(const PackedColumn& other, std::size_t first, std::size_t rows);
  bool takes_words() const { return long_texts_.empty() && (rows_ == 0 || one_value_ || in_words()); }
  /// How many words there were before the one value became one; words are added behind them.
  std::size_t begin_words();
  void take_numbers(std::string_view numbers, std::size_t known_words);
  void widen_to(std::size_t width);
  void store_every_row();
  void become_one_value(std::string value, std::size_t rows);
  void trim_reals();
  void trim_texts();
  void repack();
  void make_room(std::size_t more);
  void keep_as_strings();

  Kind kind_;
  bool one_value_ = true;
  std::size_t width_ = 1, rows_ = 0, expected_ = 0;
  std::string bytes_;
  std::vector<std::string> long_texts_;
  std::vector<std::string> words_;  // bytes_ then holds a number a row, and width_ is the longest
};

}  // namespace plimsoll
