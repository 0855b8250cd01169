#include "calibration/metaorders.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>

#include "core/error.hpp"
#include "core/math.hpp"

namespace plimsoll {
namespace {

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t comma = line.find(',');
    std::string_view field = line.substr(0, comma);
    while (!field.empty() && (field.front() == ' ' || field.front() == '\t')) field.remove_prefix(1);
    while (!field.empty() && (field.back() == ' ' || field.back() == '\t' || field.back() == '\r')) field.remove_suffix(1);
    out.push_back(field);
    if (comma == std::string_view::npos) return out;
    line.remove_prefix(comma + 1);
  }
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

std::optional<double> real(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(value) ? std::optional{value} : std::nullopt;
}

/// "2012-06-21T13:35:00.25Z" or nanoseconds.
std::optional<TimePoint> instant(std::string_view text) {
  if (text.size() < 20 || text[4] != '-') {
    const std::optional<std::int64_t> nanoseconds = whole(text);
    return nanoseconds && *nanoseconds >= 0 ? nanoseconds : std::nullopt;
  }
  if (text[7] != '-' || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':' || text.back() != 'Z') return {};
  const auto year = whole(text.substr(0, 4)), month = whole(text.substr(5, 2)), day = whole(text.substr(8, 2));
  const auto hour = whole(text.substr(11, 2)), minute = whole(text.substr(14, 2)), second = whole(text.substr(17, 2));
  if (!year || !month || !day || !hour || !minute || !second) return {};
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *year < 1900 || *year > 2199 || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59 || *second < 0 || *second > 60)
    return {};
  std::string digits{text.substr(19, text.size() - 20)};
  if (!digits.empty() && (digits.front() != '.' || digits.size() == 1 || digits.size() > 10)) return {};
  digits.erase(0, 1);
  digits.resize(9, '0');
  const auto nanoseconds = whole(digits);
  if (!nanoseconds || *nanoseconds < 0) return {};
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return ((days * 24 + *hour) * 60 + *minute) * 60 * kSecond + *second * kSecond + *nanoseconds;
}

/// Rows of a CSV by column name, and all that is wrong with them.
class Csv {
 public:
  Csv(std::string_view text, std::string place) : place_{std::move(place)} {
    for (std::size_t line = 1; !text.empty(); ++line) {
      const std::size_t end = text.find('\n');
      const std::string_view whole_line = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (whole_line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      lines_.push_back({line, fields_of(whole_line)});
    }
    if (lines_.empty()) {
      fault(0, "", "is empty", "write a header line and one line an order");
      return;
    }
    for (std::size_t i = 0; i < lines_[0].fields.size(); ++i) columns_.emplace(lines_[0].fields[i], i);
    lines_[0].fields.clear();
  }

  bool has(const std::string& column) const { return columns_.contains(column); }
  void require(const std::string& column) {
    if (!lines_.empty() && !has(column)) fault(1, column, "is missing from the header", "add the column");
  }
  /// Number of lines, the header (0) included.
  std::size_t size() const { return lines_.size(); }
  std::string_view text(std::size_t row, const std::string& column) const {
    const auto found = columns_.find(column);
    return found == columns_.end() || found->second >= lines_[row].fields.size() ? std::string_view{} : lines_[row].fields[found->second];
  }
  /// Reads a field; a fault leaves the fallback.
  template <class Read>
  auto value(std::size_t row, const std::string& column, Read read, const std::string& rule) {
    const auto out = read(text(row, column));
    if (!out && has(column))
      fault(lines_[row].number, column, "\"" + std::string{text(row, column).substr(0, 40)} + "\" is not " + rule, "");
    return out.value_or(typename decltype(out)::value_type{});
  }
  double positive(std::size_t row, const std::string& column) {
    return value(
        row, column,
        [](std::string_view text) {
          const std::optional<double> number = real(text);
          return number && *number > 0 ? number : std::nullopt;
        },
        "a number above 0");
  }
  TimePoint time(std::size_t row, const std::string& column) {
    return value(row, column, instant, "a time: nanoseconds since 1970 or 2012-06-21T13:35:00.25Z");
  }
  void fault_at(std::size_t row, const std::string& column, const std::string& problem) { fault(lines_[row].number, column, problem, ""); }
  void throw_if_any() const {
    if (!faults_.empty()) throw BadInput{ExitCode::bad_data, faults_};
  }

 private:
  void fault(std::size_t line, const std::string& column, const std::string& problem, const std::string& suggestion) {
    faults_.push_back({"OWN-TRADES", place_ + (line > 0 ? ":" + std::to_string(line) : ""), column, problem, suggestion});
  }
  struct Line {
    std::size_t number;
    std::vector<std::string_view> fields;
  };
  std::string place_;
  std::vector<Line> lines_;
  std::map<std::string, std::size_t, std::less<>> columns_;
  std::vector<InputError> faults_;
};

}  // namespace

std::vector<Metaorder> parse_metaorders(std::string_view csv, const std::string& place) {
  Csv table{csv, place};
  for (const char* column : {"parent", "side", "start", "end", "quantity_lots", "arrival_mid"}) table.require(column);
  const bool has_end = table.has("end_mid");
  if (!has_end) table.require("average_price");
  std::vector<Metaorder> out;
  for (std::size_t row = 1; row < table.size(); ++row) {
    Metaorder parent;
    parent.name = table.text(row, "parent");
    parent.side = table.value(
        row, "side",
        [](std::string_view text) -> std::optional<Side> {
          return text == "buy" ? std::optional{Side::buy} : text == "sell" ? std::optional{Side::sell} : std::nullopt;
        },
        "buy or sell");
    parent.start = table.time(row, "start");
    parent.end = table.time(row, "end");
    if (parent.end < parent.start) table.fault_at(row, "end", "lies before start");
    parent.quantity_lots = table.positive(row, "quantity_lots");
    parent.arrival_mid = table.positive(row, "arrival_mid");
    (has_end ? parent.end_mid : parent.average_price) = table.positive(row, has_end ? "end_mid" : "average_price");
    out.push_back(std::move(parent));
  }
  table.throw_if_any();
  std::stable_sort(out.begin(), out.end(), [](const Metaorder& a, const Metaorder& b) { return a.start < b.start; });
  return out;
}

std::vector<MarkedPrint> parse_marked_prints(std::string_view csv, const std::string& place, const Instrument& instrument) {
  Csv table{csv, place};
  for (const char* column : {"time", "price", "quantity_lots"}) table.require(column);
  std::vector<MarkedPrint> out;
  for (std::size_t row = 1; row < table.size(); ++row) {
    const double ticks = table.positive(row, "price") / instrument.tick(), lots = table.positive(row, "quantity_lots");
    MarkedPrint print{table.time(row, "time"), 0, 0};
    if (!(ticks < 2e9) || !(lots < 4e9)) {
      table.fault_at(row, "price", "or quantity_lots is too large for a tape");
      continue;
    }
    print.price = static_cast<Ticks>(math::round_half_away(ticks));
    print.quantity = static_cast<std::uint32_t>(math::round_half_away(lots));
    if (std::abs(ticks - print.price) > 1e-6) table.fault_at(row, "price", "is no whole number of ticks");
    if (std::abs(lots - print.quantity) > 1e-6) table.fault_at(row, "quantity_lots", "is no whole number");
    out.push_back(print);
  }
  table.throw_if_any();
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace plimsoll
