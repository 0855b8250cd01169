#pragma once
/// Text files of vendors, and the list of everything that is wrong with them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace plimsoll {

class ByteSource;

/// Collects the faults of one input. Shows the first 20 and counts the rest, so that a file in the wrong format stays readable.
class FaultList {
 public:
  static constexpr std::size_t kShown = 20;
  void add(InputError error);
  std::size_t count() const { return count_; }
  /// Throws BadInput(exit_code) with what was collected, if anything was.
  void throw_if_any(ExitCode exit_code);

 private:
  std::vector<InputError> errors_;
  std::size_t count_ = 0;
};

/// The bytes of a text file, decompressed when they are gzip, zstd or xz (byte_source.hpp, which says what it throws). Throws BadInput (65)
/// besides: DATA-EMPTY when there is nothing but white space, DATA-FORMAT when it is no text.
std::string read_text_file(const std::string& path, const std::string& field);

/// The lines of a text, without their end ("\n" or "\r\n"). Empty lines at the end of the text are not lines.
class Lines {
 public:
  explicit Lines(std::string_view text);
  /// False at the end.
  bool next(std::string_view& line);
  std::size_t number() const { return number_; }  ///< of the line just read, from 1
  bool at_end() const { return rest_.empty(); }   ///< the line just read was the last

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

/// The lines of a file too long for the memory, one at a time; as Lines, but for empty lines at the end, which count. Throws BadInput as
/// open_bytes(), and DATA-FORMAT for a line of more than kLongest bytes. Thread rule: one owner.
class FileLines {
 public:
  static constexpr std::size_t kLongest = 64u << 20;
  FileLines(std::string path, std::string field);
  FileLines(std::unique_ptr<ByteSource> source, std::string path, std::string field);
  ~FileLines();
  /// False at the end. The view holds until the next call.
  bool next(std::string_view& line);
  std::size_t number() const { return number_; }  ///< of the line just read, from 1
  std::string place() const { return path_ + ":" + std::to_string(number_); }

 private:
  bool more();

  std::string path_, field_;
  std::unique_ptr<ByteSource> source_;
  std::string buffer_;
  std::size_t begin_ = 0;  ///< of what was not handed out yet
  std::size_t number_ = 0;
  bool ended_ = false;
};

/// Fields of a comma-separated line (no quoting: none of our vendors quotes numbers), spaces around them removed.
void split_fields(std::string_view line, std::vector<std::string_view>& fields);

/// A field as an error message shows it: in quotes, cut at 40 characters.
std::string in_quotes(std::string_view text);

/// A whole decimal integer, nothing else.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// A decimal number as an integer count of 10^-digits, exactly; nullopt when it is malformed, finer than that, or does not fit.
/// parse_decimal("34200.5", 9) is 34'200'500'000'000.
std::optional<std::int64_t> parse_decimal(std::string_view text, int digits);

}  // namespace plimsoll
