#include "feed/text_file.hpp"

#include <charconv>

#include "feed/byte_source.hpp"

namespace plimsoll {

void FaultList::add(InputError error) {
  if (++count_ <= kShown) errors_.push_back(std::move(error));
}

void FaultList::throw_if_any(ExitCode exit_code) {
  if (count_ == 0) return;
  if (count_ > kShown) {
    const InputError& last = errors_.back();
    errors_.push_back({"DATA-MORE", last.place.substr(0, last.place.rfind(':')), "",
                       "and " + std::to_string(count_ - kShown) + " more faults (" + std::to_string(count_) + " in all)", ""});
  }
  throw BadInput{exit_code, std::move(errors_)};
}

std::string read_text_file(const std::string& path, const std::string& field) {
  std::string bytes = read_all(*open_bytes(path, field));
  const auto unusable = [&](const char* code, std::string problem) {
    return BadInput{ExitCode::bad_data, InputError{code, path, field, std::move(problem), ""}};
  };
  if (bytes.find_first_not_of(" \t\r\n") == std::string::npos) throw unusable("DATA-EMPTY", "holds no rows");
  if (bytes.find('\0') != std::string::npos) throw unusable("DATA-FORMAT", "is a binary file, not CSV text");
  return bytes;
}

Lines::Lines(std::string_view text) : rest_{text.substr(0, text.find_last_not_of(" \t\r\n") + 1)} {}

bool Lines::next(std::string_view& line) {
  if (rest_.empty()) return false;
  const std::size_t end = rest_.find('\n');
  line = rest_.substr(0, end);
  rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++number_;
  return true;
}

FileLines::FileLines(std::string path, std::string field)
    : path_{std::move(path)}, field_{std::move(field)}, source_{open_bytes(path_, field_)} {}
FileLines::FileLines(std::unique_ptr<ByteSource> source, std::string path, std::string field)
    : path_{std::move(path)}, field_{std::move(field)}, source_{std::move(source)} {}
FileLines::~FileLines() = default;

bool FileLines::more() {
  constexpr std::size_t chunk = 1u << 20;
  buffer_.erase(0, begin_);
  begin_ = 0;
  if (buffer_.size() > kLongest) {
    throw BadInput{ExitCode::bad_data, InputError{"DATA-FORMAT", path_ + ":" + std::to_string(number_ + 1), field_,
                                                  "is a line of more than " + std::to_string(kLongest) + " bytes", "is this a text file?"}};
  }
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + chunk);
  const std::size_t read = source_->read(buffer_.data() + kept, chunk);
  buffer_.resize(kept + read);
  ended_ = read == 0;
  return !ended_;
}

bool FileLines::next(std::string_view& line) {
  std::size_t end = buffer_.find('\n', begin_);
  while (end == std::string::npos && !ended_) {
    const std::size_t searched = buffer_.size() - begin_;
    if (more()) end = buffer_.find('\n', searched);
  }
  if (end == std::string::npos && begin_ == buffer_.size()) return false;
  line = std::string_view{buffer_}.substr(begin_, end == std::string::npos ? end : end - begin_);
  begin_ = end == std::string::npos ? buffer_.size() : end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  ++number_;
  return true;
}

void split_fields(std::string_view line, std::vector<std::string_view>& fields) {
  fields.clear();
  while (true) {
    const std::size_t comma = line.find(',');
    std::string_view field = line.substr(0, comma);
    while (!field.empty() && field.front() == ' ') field.remove_prefix(1);
    while (!field.empty() && field.back() == ' ') field.remove_suffix(1);
    fields.push_back(field);
    if (comma == std::string_view::npos) return;
    line.remove_prefix(comma + 1);
  }
}

std::string in_quotes(std::string_view text) {
  std::string out{'\''};
  out += text.substr(0, 40);
  out += '\'';
  return out;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_decimal(std::string_view text, int digits) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || (point != std::string_view::npos && fraction.empty())) return std::nullopt;
  const auto all_digits = [](std::string_view part) { return part.find_first_not_of("0123456789") == std::string_view::npos; };
  if (!all_digits(whole) || !all_digits(fraction)) return std::nullopt;
  while (fraction.size() > static_cast<std::size_t>(digits) && fraction.back() == '0') fraction.remove_suffix(1);
  if (fraction.size() > static_cast<std::size_t>(digits)) return std::nullopt;
  std::int64_t value = 0;
  const auto push = [&value](int digit) {
    return !__builtin_mul_overflow(value, std::int64_t{10}, &value) && !__builtin_add_overflow(value, std::int64_t{digit}, &value);
  };
  for (const char c : whole) {
    if (!push(c - '0')) return std::nullopt;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(digits); ++i) {
    if (!push(i < fraction.size() ? fraction[i] - '0' : 0)) return std::nullopt;
  }
  return negative ? -value : value;
}

}  // namespace plimsoll
