#include "feed/binance_records.hpp"

#include <algorithm>

#include "feed/timezone.hpp"

namespace plimsoll {

namespace {
constexpr std::int64_t kFirstMicroseconds = 100'000'000'000'000;  // as ms, a time in the year 5138
using Kind = BinanceMessage::Kind;
}  // namespace

BinanceMarket find_binance_market(const std::vector<std::string>& paths, const std::string& symbol) {
  FaultList ignored;  // reading again finds them
  BinanceParser parser;
  for (const std::string& path : paths) {
    FileLines lines{path, "path"};
    for (std::string_view line; lines.next(line);) {
      const BinanceMessage* message = parser.parse(line, "", ignored);
      if (message == nullptr || message->kind != Kind::depth || (!symbol.empty() && message->symbol != symbol)) continue;
      return {std::string{message->symbol}, message->previous_id.has_value()};
    }
  }
  throw BadInput{ExitCode::bad_data,
                 InputError{"DATA-EMPTY", paths.front(), "path", "holds no depthUpdate" + (symbol.empty() ? "" : " of " + symbol),
                            "a capture needs the depth stream and one REST depth snapshot"}};
}

BinanceReader::BinanceReader(const Instrument& instrument, const BinanceMarket& market, ImportReport& report, FaultList& faults)
    : scale_{instrument, faults}, market_{market}, report_{report}, faults_{faults} {}

void BinanceReader::read(FileLines& lines) {
  for (std::string_view line; lines.next(line);) {
    ++report_.rows_read;
    const std::string place = lines.place();
    if (const BinanceMessage* message = parser_.parse(line, place, faults_)) take(*message, place);
  }
}

void BinanceReader::take(const BinanceMessage& message, const std::string& place) {
  if (!is_wanted(message, place)) return;
  switch (message.kind) {
    case Kind::depth: return take_update(message, place);
    case Kind::trade:
    case Kind::aggregate_trade: return take_trade(message, place);
    case Kind::best_quote: return take_best(message, place);
    case Kind::snapshot: {
      const std::size_t begin = out_.changes.size();
      if (take_levels(message, place)) out_.snapshots.push_back({*message.last_id, begin, out_.changes.size()});
      return;
    }
    case Kind::other: return;
  }
}

bool BinanceReader::is_wanted(const BinanceMessage& message, const std::string& place) {
  if (message.kind == Kind::other) return false;
  if (message.symbol.empty() && nameless_snapshot_.empty()) nameless_snapshot_ = place;
  const bool other = !message.symbol.empty() && message.symbol != market_.symbol;
  other_symbols_ = other_symbols_ || other;
  return !other;
}

std::optional<TimePoint> BinanceReader::time(std::int64_t value, const std::string& place) {
  const bool micro = value >= kFirstMicroseconds;
  const Duration unit = micro ? kMicrosecond : kMillisecond;
  if (value > 0 && value < kFirstFuture / unit) return value * unit;
  faults_.add(
      {"DATA-FIELD", place, market_.futures ? "T" : "E", std::to_string(value) + " is no time in ms or us since 1970, before 2200", ""});
  return std::nullopt;
}

TimePoint BinanceReader::not_before(TimePoint time, TimePoint& latest) {
  if (time < latest) ++report_.reordered;
  return latest = std::max(time, latest);
}

bool BinanceReader::take_levels(const BinanceMessage& message, const std::string& place) {
  const std::size_t faults = faults_.count();
  for (const Side side : {Side::buy, Side::sell}) {
    for (const BinanceMessage::Level& level : message.of(side)) {
      const auto ticks = scale_.price(level.price, place);
      const auto lots = scale_.quantity(level.quantity, place);
      if (ticks && lots) out_.changes.push_back({*lots, *ticks, side});
    }
  }
  return faults_.count() == faults;
}

void BinanceReader::take_update(const BinanceMessage& message, const std::string& place) {
  if (message.previous_id.has_value() != market_.futures)
    return faults_.add(
        {"DATA-MIXED", place, "pu", "spot and futures of one symbol stand in one capture", "capture them in files of their own"});
  const auto when = time(market_.futures ? message.match_ms.value_or(0) : *message.event_ms, place);
  const std::size_t begin = out_.changes.size();
  if (!take_levels(message, place) || !when) return;
  if (*message.first_id > *message.last_id)
    return faults_.add({"DATA-FIELD", place, "U", std::to_string(*message.first_id) + " comes after u", ""});
  const std::int64_t id = *message.last_id;
  out_.updates.push_back(
      {not_before(*when, latest_update_), *message.first_id, id, message.previous_id.value_or(-1), begin, out_.changes.size()});
  if (!market_.futures) give_time(*when);
}

void BinanceReader::take_trade(const BinanceMessage& message, const std::string& place) {
  TradeStream& stream = streams_[message.kind == Kind::trade ? 0 : 1];
  const auto matched = time(*message.match_ms, place), sent = time(*message.event_ms, place);
  const auto ticks = scale_.price(message.price, place);
  const auto lots = scale_.quantity(message.quantity, place);
  if (!matched || !sent || !ticks || !lots) return;
  if (!market_.futures) give_time(*sent);
  const std::int64_t id = *message.trade_id;
  if (id <= stream.last_id) {
    ++stream.doubles;
    return;
  }
  if (stream.last_id >= 0 && id != stream.last_id + 1) ++stream.gaps;
  stream.last_id = id;
  if (!message.market || *lots == 0) return;
  const TimePoint match = not_before(*matched, stream.latest_match);
  stream.trades.push_back(
      {match, stream.latest_sent = std::max(*sent, stream.latest_sent), *lots, *ticks, message.buyer_is_maker ? Side::buy : Side::sell});
}

void BinanceReader::take_best(const BinanceMessage& message, const std::string& place) {
  const BinanceMessage::Level& bid = message.of(Side::buy).front();
  const BinanceMessage::Level& ask = message.of(Side::sell).front();
  const auto bid_price = scale_.price(bid.price, place), ask_price = scale_.price(ask.price, place);
  const auto bid_lots = scale_.quantity(bid.quantity, place), ask_lots = scale_.quantity(ask.quantity, place);
  if (!bid_price || !ask_price || !bid_lots || !ask_lots) return;
  const auto when = market_.futures ? time(message.match_ms.value_or(0), place) : kNever;
  if (!when) return;
  const TimePoint known = market_.futures ? not_before(*when, latest_best_) : kNever;
  if (out_.bests.empty() || *message.last_id > out_.bests.back().id)
    out_.bests.push_back({known, *message.last_id, Quote{*bid_price, *ask_price, *bid_lots, *ask_lots}});
}

void BinanceReader::give_time(TimePoint time) {
  latest_best_ = std::max(latest_best_, time);
  for (; untimed_ < out_.bests.size(); ++untimed_) out_.bests[untimed_].time = latest_best_;
}

BinanceRecords BinanceReader::finish() {
  if (other_symbols_ && !nameless_snapshot_.empty())
    faults_.add({"DATA-SYMBOL", nameless_snapshot_, "", "is a snapshot that does not say of which of the file's symbols",
                 "write each symbol into a file of its own"});
  TradeStream& used = streams_[streams_[0].last_id >= 0 ? 0 : 1];
  report_.chain_gaps += used.gaps;
  report_.dropped += used.doubles;
  out_.trades = std::move(used.trades);
  std::stable_sort(out_.snapshots.begin(), out_.snapshots.end(),
                   [](const BinanceSnapshot& a, const BinanceSnapshot& b) { return a.last_id < b.last_id; });
  if (!market_.futures) out_.bests.resize(untimed_);  // what comes after the last time is never applied
  return std::move(out_);
}

}  // namespace plimsoll
