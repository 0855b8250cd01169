#pragma once
/// CSV files with one header line that names the columns, for feeds of quotes, trades and bars.

#include <optional>
#include <string>
#include <vector>

#include "feed/settings.hpp"
#include "feed/text_file.hpp"

namespace plimsoll {

/// The settings `date` and `timezone`, and what a time in such a file means: decimal seconds, to the nanosecond, of the day `date` in
/// `timezone` when `date` is given, else since 1970-01-01 UTC.
std::vector<FeedSetting> clock_settings();
class RowClock {
 public:
  explicit RowClock(const FeedSettings& settings);
  std::optional<TimePoint> time(std::string_view text, const std::string& place, FaultList& faults) const;

 private:
  std::optional<TimePoint> midnight_;
};

/// Thread rule: one owner.
class CsvRows {
 public:
  /// The first line must be `columns`, comma-separated; of them, the last `optional` may be missing. Throws BadInput as read_text_file();
  /// another header is a fault, and there are no rows then.
  CsvRows(std::string path, const std::string& field, const std::vector<std::string>& columns, std::size_t optional, FaultList& faults);
  /// The next row with as many fields as the header; others are faults (DATA-COLUMNS) and passed over. False at the end.
  bool next();
  /// Field `column`, in the order of the columns; "" when the file does not have it.
  std::string_view operator[](std::size_t column) const { return column < fields_.size() ? fields_[column] : std::string_view{}; }
  std::string place() const { return path_ + ":" + std::to_string(lines_.number()); }
  std::int64_t rows() const { return rows_; }

 private:
  std::string path_, text_;
  Lines lines_;
  FaultList& faults_;
  std::vector<std::string_view> fields_;
  std::size_t width_ = 0;
  std::int64_t rows_ = 0;
};

}  // namespace plimsoll
