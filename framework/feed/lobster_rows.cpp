#include "feed/lobster_rows.hpp"

#include "core/error.hpp"
#include "feed/timezone.hpp"

namespace plimsoll {

namespace {

constexpr std::int64_t kPriceUnitE9 = 100'000;  // 0.0001
constexpr std::int64_t kEmptySlotPrice = 9'999'999'999;
constexpr std::int64_t kMostLots = std::numeric_limits<std::uint32_t>::max();
constexpr const char* kFinerTick = "set instrument.tick to a finer tick such as 0.0001";

bool is_header(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \"\xef\xbb\xbf");
  if (first == std::string_view::npos) return false;
  return (line[first] >= 'A' && line[first] <= 'Z') || (line[first] >= 'a' && line[first] <= 'z');
}

/// Seconds to nanoseconds in integers; what is finer (three digits at most, the noise of a printed double) is rounded.
std::optional<Duration> parse_time(std::string_view text) {
  const auto picoseconds = parse_decimal(text, 12);
  if (!picoseconds) return std::nullopt;
  return (*picoseconds + 500) / 1'000;
}

/// Ticks of a price in file units, when it is one: above 0, on the grid, and in range.
bool fits_ticks(std::int64_t units, const LobsterScale& scale) {
  return units > 0 && units / scale.price_units_per_tick < std::int64_t{kNoAsk};
}

class RowParser {
 public:
  RowParser(const std::string& path, LobsterScale scale, FaultList& faults) : path_{path}, scale_{scale}, faults_{faults} {}

  bool parse(std::size_t line, const std::vector<std::string_view>& fields, LobsterMessage& out) {
    line_ = line;
    good_ = true;
    const auto time = parse_time(fields[0]);
    if (!time || *time < 0 || *time >= kSecondsPerDay * kSecond) fault("time", fields[0], "seconds after midnight, as a decimal");
    const auto type = integer("type", fields[1], 1, 7, "a message type 1 to 7");
    if (!good_) return false;
    out.since_midnight = *time;
    out.type = static_cast<LobsterType>(type);
    out.line = static_cast<std::uint32_t>(line);
    return out.type == LobsterType::status ? parse_status(fields, out) : parse_order(fields, out);
  }

 private:
  bool parse_status(const std::vector<std::string_view>& fields, LobsterMessage& out) {
    integer("order id", fields[2], 0, 0, "0 in a status row");
    integer("size", fields[3], 0, 0, "0 in a status row");
    out.price = static_cast<Ticks>(integer("price", fields[4], -1, 1, "-1 halt, 0 quoting resumes, 1 trading resumes"));
    integer("direction", fields[5], -1, 1, "-1, 0 or 1");
    out.id = out.remainder = out.quantity = 0;
    out.side = Side::buy;
    return good_;
  }

  bool parse_order(const std::vector<std::string_view>& fields, LobsterMessage& out) {
    const bool displayed = out.type <= LobsterType::execution;
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const std::int64_t id = integer("order id", fields[2], displayed ? 1 : 0, most, displayed ? "an order id above 0" : "0 or more");
    const std::int64_t shares = integer("size", fields[3], 1, most, "a number of shares above 0");
    const std::int64_t units = integer("price", fields[4], 1, most, "a price above 0, in 0.0001");
    const auto direction = parse_integer(fields[5]);
    if (!direction || (*direction != 1 && *direction != -1)) {
      fault("direction", fields[5], "1 (the resting order buys) or -1 (it sells)");
    }
    if (!good_) return false;
    if (shares % scale_.shares_per_lot != 0) {
      fault("size", fields[3], "a multiple of instrument.lot", "DATA-OFF-LOT", "set instrument.lot to 1");
    }
    if (shares / scale_.shares_per_lot > kMostLots) fault("size", fields[3], "below 2^32 lots");
    if (!fits_ticks(units, scale_)) fault("price", fields[4], "below 2^31 ticks");
    if (displayed && units % scale_.price_units_per_tick != 0) {
      fault("price", fields[4], "a multiple of instrument.tick", "DATA-OFF-TICK", kFinerTick);
    }
    if (!good_) return false;
    out.id = static_cast<std::uint64_t>(id);
    out.price = static_cast<Ticks>(units / scale_.price_units_per_tick);
    out.remainder = static_cast<std::uint32_t>(units % scale_.price_units_per_tick);
    out.quantity = static_cast<std::uint32_t>(shares / scale_.shares_per_lot);
    out.side = *direction == 1 ? Side::buy : Side::sell;
    return true;
  }

  std::int64_t integer(const char* field, std::string_view text, std::int64_t least, std::int64_t most, const char* wanted) {
    const auto value = parse_integer(text);
    if (value && *value >= least && *value <= most) return *value;
    fault(field, text, wanted);
    return least;
  }
  void fault(const char* field, std::string_view text, const char* wanted, const char* code = "DATA-FIELD", const char* advice = "") {
    good_ = false;
    faults_.add({code, path_ + ":" + std::to_string(line_), field, in_quotes(text) + " is not " + wanted, advice});
  }

  const std::string& path_;
  LobsterScale scale_;
  FaultList& faults_;
  std::size_t line_ = 0;
  bool good_ = true;
};

}  // namespace

LobsterScale LobsterScale::of(const Instrument& instrument) {
  FaultList faults;
  if (instrument.tick_e9 % kPriceUnitE9 != 0) {
    faults.add({"SETTING-INSTRUMENT", "", "instrument.tick", "is not a multiple of 0.0001, the unit of prices in the file", ""});
  }
  if (instrument.lot_e9 % 1'000'000'000 != 0) {
    faults.add({"SETTING-INSTRUMENT", "", "instrument.lot", "is not a whole number of shares", ""});
  }
  if (instrument.tick_e9 / kPriceUnitE9 > std::numeric_limits<std::int32_t>::max()) {
    faults.add({"SETTING-INSTRUMENT", "", "instrument.tick", "is above 200000", ""});
  }
  faults.throw_if_any(ExitCode::bad_scenario);
  return {instrument.tick_e9 / kPriceUnitE9, instrument.lot_e9 / 1'000'000'000};
}

std::vector<LobsterMessage> parse_lobster_messages(const std::string& path, std::string_view text, LobsterScale scale, FaultList& faults) {
  std::vector<LobsterMessage> messages;
  messages.reserve(text.size() / 32);
  RowParser parser{path, scale, faults};
  Lines lines{text};
  std::string_view line;
  std::vector<std::string_view> fields;
  while (lines.next(line)) {
    if (lines.number() == 1 && is_header(line)) continue;
    split_fields(line, fields);
    if (fields.size() != 6 && fields.size() != 7) {
      const bool cut = lines.at_end() && fields.size() < 6;
      faults.add({cut ? "DATA-TRUNCATED" : "DATA-COLUMNS", path + ":" + std::to_string(lines.number()), "",
                  std::to_string(fields.size()) + " columns where time, type, order id, size, price, direction were expected",
                  cut ? "the file seems cut off in its last line; fetch it again" : ""});
      continue;
    }
    LobsterMessage message;
    if (parser.parse(lines.number(), fields, message)) messages.push_back(message);
  }
  if (messages.empty() && faults.count() == 0) faults.add({"DATA-EMPTY", path, "", "holds no rows", ""});
  return messages;
}

LobsterBookReader::LobsterBookReader(std::string path, std::string_view text, LobsterScale scale)
    : path_{std::move(path)}, lines_{text}, scale_{scale} {}

bool LobsterBookReader::next(LobsterBookRow& row, FaultList& faults) {
  for (auto& side : row.levels) side.clear();
  std::string_view line;
  if (!lines_.next(line)) return false;
  if (lines_.number() == 1 && is_header(line) && !lines_.next(line)) return false;
  ++rows_;
  const std::string place = path_ + ":" + std::to_string(lines_.number());
  split_fields(line, fields_);
  if (columns_ == 0 && fields_.size() % 4 == 0) columns_ = fields_.size();
  if (!has_all_columns(place, faults)) return true;
  row.window = columns_ / 4;
  for (std::size_t column = 0; column < columns_; column += 2) read_level(column, place, row, faults);
  return true;
}

bool LobsterBookReader::has_all_columns(const std::string& place, FaultList& faults) {
  if (fields_.size() == columns_) return true;
  const bool cut = lines_.at_end() && fields_.size() < columns_;
  const std::string wanted = columns_ == 0 ? "four for every level" : std::to_string(columns_);
  faults.add({cut ? "DATA-TRUNCATED" : "DATA-COLUMNS", place, "",
              std::to_string(fields_.size()) + " columns where " + wanted + " were expected",
              cut ? "the file seems cut off in its last line; fetch it again" : ""});
  return false;
}

void LobsterBookReader::read_level(std::size_t column, const std::string& place, LobsterBookRow& row, FaultList& faults) {
  const Side side = column % 4 == 0 ? Side::sell : Side::buy;
  const auto fault = [&](std::size_t at, const char* wanted, const char* code = "DATA-FIELD", const char* advice = "") {
    const std::string field = std::string{name(side)} + (at == column ? " price " : " size ") + std::to_string(column / 4 + 1);
    faults.add({code, place, field, in_quotes(fields_[at]) + " is not " + wanted, advice});
  };
  const auto units = parse_integer(fields_[column]);
  const auto shares = parse_integer(fields_[column + 1]);
  if (!units) fault(column, "a price in 0.0001");
  if (!shares || *shares < 0) fault(column + 1, "a number of shares");
  if (!units || !shares || *shares <= 0) return;
  if (*units == kEmptySlotPrice || *units == -kEmptySlotPrice) return fault(column + 1, "0 in an empty slot");
  if (!fits_ticks(*units, scale_)) return fault(column, "above 0 and below 2^31 ticks");
  if (*units % scale_.price_units_per_tick != 0) return fault(column, "a multiple of instrument.tick", "DATA-OFF-TICK", kFinerTick);
  if (*shares % scale_.shares_per_lot != 0 || *shares / scale_.shares_per_lot > kMostLots) {
    return fault(column + 1, "a multiple of instrument.lot below 2^32 lots", "DATA-OFF-LOT", "set instrument.lot to 1");
  }
  auto& levels = row.levels[static_cast<std::size_t>(side)];
  const auto price = static_cast<Ticks>(*units / scale_.price_units_per_tick);
  if (!levels.empty() && !better(side, levels.back().price, price)) return fault(column, "worse than the level before it");
  levels.push_back({price, *shares / scale_.shares_per_lot});
}

}  // namespace plimsoll
