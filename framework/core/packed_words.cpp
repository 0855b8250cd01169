// Texts of a packed column as numbers of words.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "core/contract.hpp"
#include "core/packed_column.hpp"

namespace plimsoll {

namespace {

/// The numbers that texts have in a list of words, for texts that stay where they are: rows name few of them, most are constants, so
/// where a text lies mostly says which it is.
class WordNumbers {
 public:
  /// New words are added to `words`.
  explicit WordNumbers(std::vector<std::string>& words) : words_{words} {}
  std::size_t operator()(std::string_view text) {
    for (const Met& each : met_)
      if (each.data == text.data() && each.size == text.size()) return each.number;
    return look_up(text);
  }

 private:
  struct Met {
    const char* data = "";
    std::size_t size = ~std::size_t{0}, number = 0;
  };
  [[gnu::noinline]] std::size_t look_up(std::string_view text) {
    const auto number = static_cast<std::size_t>(std::find(words_.begin(), words_.end(), text) - words_.begin());
    if (number == words_.size()) words_.emplace_back(text);
    met_[next_++ % met_.size()] = {text.data(), text.size(), number};
    return number;
  }

  std::vector<std::string>& words_;
  std::array<Met, 4> met_{};
  std::size_t next_ = 0;
};

}  // namespace

PackedColumn::PackedColumn(std::vector<std::string> words, std::string numbers)
    : kind_{Kind::text}, one_value_{false}, rows_{numbers.size()}, bytes_{std::move(numbers)}, words_{std::move(words)} {
  EXPECT(words_.size() > 1 && words_.size() <= kWordsMax);
  for (const std::string& word : words_) width_ = std::max(width_, word.size());
}

std::size_t PackedColumn::begin_words() {
  const std::size_t known = words_.size();
  if (one_value()) words_.emplace_back(bytes_.data(), strnlen(bytes_.data(), width_));
  return known;
}

void PackedColumn::take_numbers(std::string_view numbers, std::size_t known_words) {
  if (one_value_) {
    bytes_.assign(rows_, '\0');
    one_value_ = false;
    width_ = 1;
  }
  for (std::size_t word = known_words; word < words_.size(); ++word) width_ = std::max(width_, words_[word].size());
  if (bytes_.capacity() < rows_ + numbers.size()) bytes_.reserve(std::max({rows_ + numbers.size(), expected_, 2 * bytes_.capacity()}));
  bytes_ += numbers;
  rows_ += numbers.size();
}

bool PackedColumn::append_as_words(std::span<const std::string_view> values) {
  if (!takes_words()) return false;
  const std::size_t known = begin_words();
  WordNumbers number_of{words_};
  std::string numbers(values.size(), '\0');
  for (std::size_t row = 0; row < values.size(); ++row) {
    const std::size_t number = number_of(values[row]);
    if (number >= kWordsMax || values[row].size() > kPackedTextMax) {
      words_.resize(known);
      return false;
    }
    numbers[row] = static_cast<char>(number);
  }
  take_numbers(numbers, known);
  return true;
}

bool PackedColumn::append_words_of(const PackedColumn& other, std::size_t first, std::size_t rows) {
  EXPECT(&other != this);
  if (!takes_words()) return false;
  const std::size_t known = begin_words();
  WordNumbers number_of{words_};
  std::array<std::size_t, kWordsMax> ours;
  ours.fill(kWordsMax);
  std::string numbers = other.bytes_.substr(first, rows);
  for (char& number : numbers) {
    const auto its = static_cast<unsigned char>(number);
    if (ours[its] == kWordsMax) [[unlikely]] {
      ours[its] = number_of(other.words_[its]);
      if (ours[its] >= kWordsMax) {
        words_.resize(known);
        return false;
      }
    }
    number = static_cast<char>(ours[its]);
  }
  if (words_.size() > 1) {
    take_numbers(numbers, known);
  } else {
    const std::string word = std::exchange(words_, {}).front();
    become_one_value(word.empty() ? std::string(1, '\0') : word, rows_ + rows);
  }
  return true;
}

std::string PackedColumn::spelled(std::size_t first, std::size_t rows) const {
  EXPECT(kind_ == Kind::text && width() > 0 && first + rows <= rows_);
  std::string out;
  if (one_value_) {
    out.reserve(rows * width_);
    for (std::size_t row = 0; row < rows; ++row) out += bytes_;
    return out;
  }
  if (!in_words()) return bytes_.substr(first * width_, rows * width_);
  // Eight bytes at a time, whatever the width: what one row writes too much the next one covers.
  constexpr std::size_t step = sizeof(std::uint64_t);
  const std::size_t steps = (width_ + step - 1) / step;
  std::string padded(words_.size() * steps * step, '\0');
  for (std::size_t word = 0; word < words_.size(); ++word) words_[word].copy(padded.data() + word * steps * step, width_);
  out.resize(rows * width_ + step);
  char* to = out.data();
  for (std::size_t row = first; row < first + rows; ++row, to += width_) {
    const char* const word = padded.data() + static_cast<unsigned char>(bytes_[row]) * steps * step;
    for (std::size_t i = 0; i < steps; ++i) std::memcpy(to + i * step, word + i * step, step);
  }
  out.resize(rows * width_);
  return out;
}

void PackedColumn::spell_out() {
  if (!in_words()) return;
  bytes_ = spelled(0, rows_);
  words_.clear();
}

}  // namespace plimsoll
