#include "feed/csv_rows.hpp"

namespace plimsoll {

std::vector<FeedSetting> clock_settings() {
  return {{"date", SettingType::date, false, "", {}, {}, "", "day of the times in the file; without it they count from 1970-01-01 UTC"},
          {"timezone", SettingType::timezone, false, "UTC", {}, {}, "", "zone of the times when date is given, and of the tape"}};
}

RowClock::RowClock(const FeedSettings& settings) {
  if (!settings.has("date")) return;
  const Duration noon = kSecondsPerDay / 2 * kSecond;  // the clock is changed at night
  midnight_ = require_timezone(settings.text("timezone")).to_utc(settings.date("date"), noon) - noon;
}

std::optional<TimePoint> RowClock::time(std::string_view text, const std::string& place, FaultList& faults) const {
  const auto ns = parse_decimal(text, 9);
  if (ns && *ns >= 0 && *ns < (midnight_ ? kSecondsPerDay * kSecond : kFirstFuture)) return midnight_.value_or(0) + *ns;
  faults.add({"DATA-FIELD", place, "time",
              in_quotes(text) + " is not a time in seconds" + (midnight_ ? " within a day" : ", before the year 2200"),
              midnight_ ? "seconds after midnight of the setting date" : "seconds since 1970; for seconds after midnight set date"});
  return std::nullopt;
}

CsvRows::CsvRows(std::string path, const std::string& field, const std::vector<std::string>& columns, std::size_t optional,
                 FaultList& faults)
    : path_{std::move(path)}, text_{read_text_file(path_, field)}, lines_{text_}, faults_{faults} {
  std::string_view header;
  lines_.next(header);
  split_fields(header, fields_);
  bool known = fields_.size() <= columns.size() && fields_.size() + optional >= columns.size();
  std::string wanted;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    wanted += (i == 0 ? "" : ",") + columns[i];
    known = known && (i >= fields_.size() || fields_[i] == columns[i]);
  }
  if (known)
    width_ = fields_.size();
  else
    faults_.add({"DATA-COLUMNS", path_ + ":1", "", in_quotes(header) + " is not the header " + wanted, "name the columns in this order"});
}

bool CsvRows::next() {
  for (std::string_view line; width_ > 0 && lines_.next(line);) {
    split_fields(line, fields_);
    ++rows_;
    if (fields_.size() == width_) return true;
    const bool cut = lines_.at_end() && fields_.size() < width_ && !text_.ends_with('\n');
    faults_.add({cut ? "DATA-TRUNCATED" : "DATA-COLUMNS", place(), "",
                 std::to_string(fields_.size()) + " columns where the header has " + std::to_string(width_), ""});
  }
  return false;
}

}  // namespace plimsoll
