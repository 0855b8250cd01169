#include "app/own_trades_csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "core/content_hash.hpp"
#include "core/math.hpp"
#include "experiment/nearest_word.hpp"
#include "feed/text_file.hpp"
#include "io/scenario_values.hpp"

namespace plimsoll {
namespace {

constexpr std::int64_t kFirstPlausibleNs = 100'000'000'000'000'000;  // 1973: a smaller number is seconds, or no time at all

/// "+02:00", "-0530", "Z": seconds east of UTC.
std::optional<std::int64_t> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  std::string digits;
  for (const char each : text.substr(std::min<std::size_t>(text.size(), 1)))
    if (each != ':') digits += each;
  const std::optional<std::int64_t> number = parse_integer(digits);
  if (!number || digits.size() != 4 || *number > 1400 || *number % 100 > 59 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (*number / 100 * 3600 + *number % 100 * 60);
}

class TimeCells {
 public:
  explicit TimeCells(const OwnMarket& market) : zone_{require_timezone(market.timezone)}, day_{market.day} {}

  std::optional<TimePoint> parse(std::string_view text) const {
    if (const auto number = parse_integer(text)) return *number >= kFirstPlausibleNs ? number : std::nullopt;
    if (const auto clock = parse_clock(text)) return day_ ? std::optional{zone_.to_utc(*day_, *clock)} : std::nullopt;
    if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
    const std::optional<CivilDate> date = parse_date(text.substr(0, 10));
    const std::string_view rest = text.substr(11);
    const std::size_t zone_at = std::min(rest.find_first_of("Zz+-"), rest.size());
    const std::optional<Duration> clock = parse_clock(rest.substr(0, zone_at));
    if (!date || !clock) return std::nullopt;
    if (zone_at == rest.size()) return zone_.to_utc(*date, *clock);
    const std::optional<std::int64_t> offset = parse_offset(rest.substr(zone_at));
    if (!offset) return std::nullopt;
    return (days_since_1970(*date) * kSecondsPerDay - *offset) * kSecond + *clock;
  }
  /// What a text that is no time should have been.
  const char* advice() const {
    return day_ ? "write 2012-06-21T09:35:00.5, a clock time, or nanoseconds since 1970"
                : "write 2012-06-21T09:35:00.5 or nanoseconds since 1970; of several tapes, a clock time alone names no day";
  }

 private:
  TimeZone zone_;
  std::optional<CivilDate> day_;
};

/// A CSV file with named columns; every complaint has its place.
class Csv {
 public:
  Csv(const OwnCsv& file, FaultList& faults) : path_{file.path}, lines_{file.text}, faults_{faults} {
    std::string_view line;
    lines_.next(line);
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);  // a byte order mark
    split_fields(line, fields_);
    for (const std::string_view name : fields_) {
      names_.emplace_back(name);
      if (std::count(names_.begin(), names_.end(), name) > 1) fault(names_.back(), "stands twice in the first line");
    }
  }

  const std::vector<std::string>& names() const { return names_; }
  bool has(const std::string& name) const { return std::find(names_.begin(), names_.end(), name) != names_.end(); }
  /// All must be there, else nothing is read.
  bool require(const std::vector<std::string>& wanted) {
    bool all = true;
    for (const std::string& name : wanted) {
      if (has(name)) continue;
      all = false;
      const std::string nearest = nearest_word(name, names_);
      fault(name, "is missing in the first line, which names the columns", nearest.empty() ? "" : "is \"" + nearest + "\" meant?");
    }
    return all;
  }
  bool next() {
    std::string_view line;
    while (lines_.next(line)) {
      if (line.find_first_not_of(' ') == std::string_view::npos) continue;
      split_fields(line, fields_);
      if (fields_.size() == names_.size()) return true;
      fault("", std::to_string(fields_.size()) + " fields where the first line names " + std::to_string(names_.size()));
    }
    return false;
  }
  /// "" when there is no such column.
  std::string_view field(const std::string& name) const {
    const auto place = std::find(names_.begin(), names_.end(), name);
    return place == names_.end() ? std::string_view{} : fields_[static_cast<std::size_t>(place - names_.begin())];
  }
  void fault(const std::string& name, const std::string& problem, const std::string& suggestion = "") {
    faults_.add({"DATA-FIELD", path_ + ":" + std::to_string(lines_.number()), name, problem, suggestion});
  }

  // Each gives nothing, and a fault, for a text that is none.
  std::optional<TimePoint> time(const std::string& name, const TimeCells& clock) {
    const std::optional<TimePoint> out = clock.parse(field(name));
    if (!out) fault(name, in_quotes(field(name)) + " is no time", clock.advice());
    return out;
  }
  /// 0 when there is none.
  double above_0(const std::string& name) {
    const std::string_view text = field(name);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size() && std::isfinite(value) && value > 0) return value;
    fault(name, in_quotes(text) + " is no number above 0");
    return 0;
  }
  /// A decimal as a whole number of units of `unit_e9`.
  std::optional<std::int64_t> whole(const std::string& name, std::int64_t unit_e9, const char* unit) {
    const std::optional<std::int64_t> value = parse_decimal(field(name), 9);
    if (!value)
      fault(name, in_quotes(field(name)) + " is no decimal number");
    else if (*value % unit_e9 != 0)
      fault(name, in_quotes(field(name)) + " is no whole number of " + unit + " of " + decimal_text(unit_e9));
    else
      return *value / unit_e9;
    return std::nullopt;
  }
  template <class Value>
  std::optional<Value> word(const std::string& name, const std::map<std::string_view, Value>& known, const char* rule) {
    const auto place = known.find(field(name));
    if (place != known.end()) return place->second;
    fault(name, in_quotes(field(name)) + " is not " + rule);
    return std::nullopt;
  }

 private:
  static std::string decimal_text(std::int64_t value_e9) {
    std::string digits = std::to_string(value_e9 % 1'000'000'000 + 1'000'000'000).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    return std::to_string(value_e9 / 1'000'000'000) + (digits.empty() ? "" : "." + digits);
  }

  std::string path_;
  Lines lines_;
  FaultList& faults_;
  std::vector<std::string> names_;
  std::vector<std::string_view> fields_;
};

constexpr const char* kNoParents = "there are no parents below the first line";
const std::map<std::string_view, Side> kSides = {{"buy", Side::buy}, {"sell", Side::sell}};
const std::map<std::string_view, Liquidity> kLiquidities = {
    {"took", Liquidity::took}, {"taker", Liquidity::took}, {"made", Liquidity::made}, {"maker", Liquidity::made}};

/// What every file of parents has. What could not be read is 0, and a fault.
struct ParentCells {
  std::string id;
  Side side = Side::buy;
  Lots lots = 0;
  TimePoint start = 0, end = 0;
};
ParentCells parent_cells(Csv& csv, const TimeCells& clock, const Instrument& instrument, const std::string& quantity) {
  const std::string id{csv.field("id")};
  const auto side = csv.word("side", kSides, "buy or sell");
  const auto lots = csv.whole(quantity, instrument.lot_e9, "lots");
  const auto start = csv.time("start", clock), end = csv.time("end", clock);
  if (id.empty()) csv.fault("id", "is empty");
  if (lots && *lots <= 0) csv.fault(quantity, "is not above 0");
  if (start && end && *end < *start) csv.fault("end", "lies before start");
  return {id, side.value_or(Side::buy), lots.value_or(0), start.value_or(0), end.value_or(0)};
}

std::optional<std::int64_t> ticks_of(Csv& csv, const Instrument& instrument) {
  const auto price = csv.whole("price", instrument.tick_e9, "ticks");
  if (!price || (*price <= std::numeric_limits<Ticks>::max() && *price >= std::numeric_limits<Ticks>::min())) return price;
  csv.fault("price", in_quotes(csv.field("price")) + " does not fit");
  return std::nullopt;
}

class Reader {
 public:
  Reader(const TapeFacts& tape, const OwnMarket& market, FaultList& faults) : tape_{tape}, clock_{market}, faults_{faults} {}

  void read_parents(const OwnCsv& file) {
    Csv csv{file, faults_};
    hash_.add(file.text);
    if (!csv.require({"id", "side", "quantity", "start", "end"})) return;
    static const std::set<std::string> kKnown = {"id", "side", "quantity", "start", "end", "decision", "limit"};
    for (const std::string& name : csv.names()) {
      if (kKnown.contains(name)) continue;
      if (name.empty() || name.find('/') != std::string::npos)
        csv.fault(name, "names no column of a result", "a name without \"/\", or no such column");
      out_.key_names.push_back(name);
    }
    while (csv.next()) read_parent(csv);
    if (out_.parents.empty()) csv.fault("", kNoParents);
    parents_known_ = true;
  }

  void read_fills(const OwnCsv& file) {
    Csv csv{file, faults_};
    hash_.add(file.text);
    if (!csv.require({"parent", "time", "price", "quantity"})) return;
    static const std::set<std::string> kKnown = {"parent", "time", "price", "quantity", "liquidity", "fee", "side"};
    for (const std::string& name : csv.names())
      if (!kKnown.contains(name)) out_.left_aside.push_back(name);
    out_.has_fees = csv.has("fee");
    while (csv.next()) read_fill(csv);
  }

  OwnTradesFiles done() {
    out_.hash = hash_.hex();
    return std::move(out_);
  }

 private:
  void read_parent(Csv& csv) {
    const ParentCells cells = parent_cells(csv, clock_, tape_.instrument, "quantity");
    const bool decided = csv.has("decision") && !csv.field("decision").empty();
    const TimePoint decision = decided ? csv.time("decision", clock_).value_or(0) : cells.start;
    const bool limited = csv.has("limit") && !csv.field("limit").empty();
    const auto limit = limited ? csv.whole("limit", tape_.instrument.tick_e9, "ticks") : std::optional<std::int64_t>{};
    if (cells.start != 0 && decision > cells.start) csv.fault("decision", "lies after start");
    if (cells.start != 0 && cells.end != 0 && (cells.end < tape_.first_time || cells.start > tape_.last_time))
      csv.fault("start", "the parent's time lies outside the tape, which is of " + tape_.date, "is it another day, or another timezone?");
    if (!by_id_.emplace(cells.id, out_.parents.size()).second) csv.fault("id", in_quotes(cells.id) + " is there already");
    OwnParent parent;
    parent.side = cells.side;
    parent.lots = cells.lots;
    parent.start = cells.start;
    parent.end = cells.end;
    parent.decision = decision;
    out_.parents.push_back(std::move(parent));
    out_.ids.push_back(cells.id);
    limits_.push_back(limit);
    std::vector<std::string>& texts = out_.key_texts.emplace_back();
    for (const std::string& name : out_.key_names) texts.emplace_back(csv.field(name));
  }

  void read_fill(Csv& csv) {
    OwnFill fill;
    const auto time = csv.time("time", clock_);
    const auto price = ticks_of(csv, tape_.instrument);
    const auto lots = csv.whole("quantity", tape_.instrument.lot_e9, "lots");
    if (lots && *lots <= 0) csv.fault("quantity", "is not above 0");
    if (!csv.field("liquidity").empty()) fill.liquidity = csv.word("liquidity", kLiquidities, "took (taker) or made (maker)");
    if (!csv.field("fee").empty()) fill.fee = fee(csv);
    if (time && (*time < tape_.first_time || *time > tape_.last_time))
      csv.fault("time", in_quotes(csv.field("time")) + " lies outside the tape, which is of " + tape_.date,
                "is it another day, or another timezone?");
    const auto found = by_id_.find(std::string{csv.field("parent")});
    if (found == by_id_.end()) {
      if (parents_known_) csv.fault("parent", in_quotes(csv.field("parent")) + " is no id of the parents' file");
      return;
    }
    OwnParent& parent = out_.parents[found->second];
    if (!csv.field("side").empty())
      if (const auto side = csv.word("side", kSides, "buy or sell"); side && *side != parent.side)
        csv.fault("side", "is not that of parent " + in_quotes(found->first));
    if (time && *time < parent.decision) csv.fault("time", "lies before the decision of parent " + in_quotes(found->first));
    const std::optional<std::int64_t>& limit = limits_[found->second];
    if (limit && price && (parent.side == Side::buy ? *price > *limit : *price < *limit))
      csv.fault("price", in_quotes(csv.field("price")) + " is beyond the limit of parent " + in_quotes(found->first));
    fill.time = time.value_or(0);
    fill.price = static_cast<Ticks>(price.value_or(0));
    fill.lots = lots.value_or(0);
    parent.fills.push_back(fill);
  }

  /// Currency as Money, rounded once.
  Money fee(Csv& csv) {
    const std::optional<std::int64_t> value = parse_decimal(csv.field("fee"), 9);
    const Instrument& instrument = tape_.instrument;
    const Wide unit = Wide{instrument.tick_e9} * instrument.lot_e9 * instrument.multiplier;
    if (value) return math::round_div(Wide{*value} * kMoneyPerTickLot * 1'000'000'000, unit);
    csv.fault("fee", in_quotes(csv.field("fee")) + " is no decimal number");
    return 0;
  }

  const TapeFacts& tape_;
  TimeCells clock_;
  FaultList& faults_;
  ContentHash hash_;
  OwnTradesFiles out_;
  bool parents_known_ = false;
  std::map<std::string, std::size_t> by_id_;
  std::vector<std::optional<std::int64_t>> limits_;
};

std::vector<Metaorder> executed_parents(Csv csv, const TimeCells& clock, const Instrument& instrument) {
  const std::string quantity = csv.has("filled") ? "filled" : "quantity", last = csv.has("end_mid") ? "end_mid" : "average_price";
  std::vector<Metaorder> out;
  if (!csv.require({"id", "side", quantity, "start", "end", "arrival_mid", last})) return out;
  while (csv.next()) {
    const ParentCells cells = parent_cells(csv, clock, instrument, quantity);
    Metaorder& order = out.emplace_back();
    order.name = cells.id;
    order.side = cells.side;
    order.start = cells.start;
    order.end = cells.end;
    order.quantity_lots = static_cast<double>(cells.lots);
    order.arrival_mid = csv.above_0("arrival_mid");
    (last == "end_mid" ? order.end_mid : order.average_price) = csv.above_0(last);
  }
  if (out.empty()) csv.fault("", kNoParents);
  std::stable_sort(out.begin(), out.end(), [](const Metaorder& a, const Metaorder& b) { return a.start < b.start; });
  return out;
}

std::vector<MarkedPrint> marked_prints(Csv csv, const TimeCells& clock, const Instrument& instrument) {
  std::vector<MarkedPrint> out;
  if (!csv.require({"time", "price", "quantity"})) return out;
  while (csv.next()) {
    const auto time = csv.time("time", clock);
    const auto price = ticks_of(csv, instrument);
    const auto lots = csv.whole("quantity", instrument.lot_e9, "lots");
    if (lots && (*lots <= 0 || *lots > std::numeric_limits<std::uint32_t>::max())) csv.fault("quantity", "is no number of lots of a tape");
    out.push_back({time.value_or(0), static_cast<Ticks>(price.value_or(0)), static_cast<std::uint32_t>(lots.value_or(0))});
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

OwnCsv read_own_csv(const std::string& path, const std::string& option) { return {path, read_text_file(path, option)}; }

OwnTradesFiles parse_own_trades(const OwnCsv& parents, const OwnCsv& fills, const TapeFacts& tape, const std::string& timezone) {
  FaultList faults;
  Reader reader{tape, {tape.instrument, timezone, parse_date(tape.date)}, faults};
  reader.read_parents(parents);
  reader.read_fills(fills);
  faults.throw_if_any(ExitCode::bad_data);
  return reader.done();
}

ExecutedTrades parse_executed_trades(const std::optional<OwnCsv>& parents, const std::optional<OwnCsv>& fills, const OwnMarket& market) {
  FaultList faults;
  const TimeCells clock{market};
  ExecutedTrades out;
  if (parents) out.parents = executed_parents({*parents, faults}, clock, market.instrument);
  if (fills) out.prints = marked_prints({*fills, faults}, clock, market.instrument);
  faults.throw_if_any(ExitCode::bad_data);
  return out;
}

}  // namespace plimsoll
