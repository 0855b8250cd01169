#include "feed/quotes.hpp"

#include <algorithm>
#include <filesystem>

#include "feed/csv_rows.hpp"
#include "feed/instrument_scale.hpp"
#include "feed/level_orders.hpp"

namespace plimsoll {

namespace {

constexpr std::int32_t kSubticks = 100;

struct QuoteRow {
  TimePoint time;
  Quote quote;
};
struct TradeRow {
  TimePoint time;
  InstrumentScale::PrintPrice price;
  Lots lots;
  std::optional<Side> passive;
};

/// Reads rows of both files; faults are gathered.
class QuoteReader {
 public:
  QuoteReader(const FeedSettings& settings, const Instrument& instrument, FaultList& faults)
      : clock_{settings}, scale_{instrument, faults}, faults_{faults} {}

  std::vector<QuoteRow> quotes(const std::string& path, std::int64_t& rows_read) {
    std::vector<QuoteRow> out;
    CsvRows rows{path, "path", {"time", "bid", "bid_size", "ask", "ask_size"}, 0, faults_};
    while (rows.next()) {
      const auto time = clock_.time(rows[0], rows.place(), faults_);
      QuoteRow row{time.value_or(0), {}};
      read_side(rows, 1, "bid", row.quote.bid, row.quote.bid_lots);
      read_side(rows, 3, "ask", row.quote.ask, row.quote.ask_lots);
      out.push_back(row);
    }
    rows_read += rows.rows();
    return out;
  }

  std::vector<TradeRow> trades(const std::string& path, std::int64_t& rows_read) {
    std::vector<TradeRow> out;
    CsvRows rows{path, "trades", {"time", "price", "size", "side"}, 1, faults_};
    while (rows.next()) {
      const auto time = clock_.time(rows[0], rows.place(), faults_);
      const auto price = scale_.print_price(rows[1], rows.place());
      const auto lots = scale_.quantity(rows[2], rows.place(), "size");
      if (lots && *lots == 0) faults_.add({"DATA-FIELD", rows.place(), "size", "is 0", ""});
      if (!rows[3].empty() && rows[3] != "buy" && rows[3] != "sell")
        faults_.add(
            {"DATA-FIELD", rows.place(), "side", in_quotes(rows[3]) + " is not buy or sell", "leave it empty when it is not known"});
      if (!time || !price || !lots) continue;
      const std::optional<Side> passive = rows[3].empty() ? std::nullopt : std::optional{rows[3] == "buy" ? Side::sell : Side::buy};
      out.push_back({*time, *price, *lots, passive});
    }
    rows_read += rows.rows();
    return out;
  }

 private:
  void read_side(const CsvRows& rows, std::size_t column, const char* field, Ticks& price, Lots& lots) {
    const auto size = scale_.quantity(rows[column + 1], rows.place(), column == 1 ? "bid_size" : "ask_size");
    if (!size || *size == 0) return;
    if (const auto ticks = scale_.price(rows[column], rows.place(), field)) price = *ticks;
    lots = *size;
  }

  RowClock clock_;
  InstrumentScale scale_;
  FaultList& faults_;
};

template <class Row>
std::int64_t put_in_time_order(std::vector<Row>& rows) {
  std::int64_t moved = 0;
  TimePoint latest = kLongAgo;
  for (const Row& row : rows) {
    if (row.time < latest) ++moved;
    latest = std::max(latest, row.time);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.time < b.time; });
  return moved;
}

class QuoteBook {
 public:
  QuoteBook(TapeBuilder& tape, CancelRule rule, ImportReport& report) : tape_{tape}, orders_{tape, rule}, report_{report} {}

  void quote(const QuoteRow& row) {
    // What goes away first, so that a market that moves up does not stand crossed for a row.
    for (const auto& [side, price] : {std::pair{Side::buy, row.quote.bid}, std::pair{Side::sell, row.quote.ask}})
      if (const Ticks held = orders_.best(side); held != price && held != no_price(side)) orders_.set(row.time, side, held, 0);
    if (row.quote.has_bid()) orders_.set(row.time, Side::buy, row.quote.bid, row.quote.bid_lots);
    if (row.quote.has_ask()) orders_.set(row.time, Side::sell, row.quote.ask, row.quote.ask_lots);
  }

  void trade(const TradeRow& row) {
    const Side passive = row.passive.value_or(passive_side(row.price));
    const bool at_best = row.price.remainder == 0 && row.price.ticks == orders_.best(passive);
    const Lots filled = at_best ? orders_.fill(row.time, passive, row.price.ticks, row.lots) : 0;
    if (filled == row.lots) return;
    ++report_.unbooked;
    for (Lots left = row.lots - filled, part; left > 0; left -= part) {
      part = std::min<Lots>(left, UINT32_MAX);
      tape_.trade(row.time, passive, row.price.ticks, row.price.remainder, static_cast<std::uint32_t>(part));
    }
  }

 private:
  Side passive_side(InstrumentScale::PrintPrice price) const {
    const Quote quote = orders_.quote();
    if (!quote.two_sided()) return Side::buy;
    return (std::int64_t{price.ticks} * kSubticks + price.remainder) * 2 > quote.mid_x2() * kSubticks ? Side::sell : Side::buy;
  }

  TapeBuilder& tape_;
  LevelOrders orders_;
  ImportReport& report_;
};

}  // namespace

FeedInfo quotes_feed() {
  FeedInfo feed{"quotes",
                "best bid and ask, and trades, as CSV",
                {{"path", SettingType::path, true, "", {}, {}, "", "CSV with the columns time,bid,bid_size,ask,ask_size"},
                 {"trades", SettingType::path, false, "", {}, {}, "", "CSV with the columns time,price,size or time,price,size,side"},
                 cancelled_setting()}};
  for (FeedSetting& setting : clock_settings()) feed.settings.push_back(setting);
  return feed;
}

EventTape load_quotes(const FeedSettings& settings) {
  const CancelRule rule = cancel_rule_of(settings);
  TapeInfo info;
  info.instrument = settings.instrument({});
  info.instrument.subticks = info.instrument.tick_e9 % kSubticks == 0 ? kSubticks : 1;
  info.feed = "quotes";
  info.source = std::filesystem::path{settings.text("path")}.filename().string();
  info.timezone = settings.text("timezone");
  info.levels = name(rule);
  FaultList faults;
  QuoteReader reader{settings, info.instrument, faults};
  std::vector<QuoteRow> quotes = reader.quotes(settings.text("path"), info.report.rows_read);
  std::vector<TradeRow> trades;
  if (settings.has("trades")) trades = reader.trades(settings.text("trades"), info.report.rows_read);
  faults.throw_if_any(ExitCode::bad_data);
  info.report.reordered = put_in_time_order(quotes) + put_in_time_order(trades);
  TapeBuilder tape;
  QuoteBook book{tape, rule, info.report};
  auto trade = trades.begin();
  for (const QuoteRow& quote : quotes) {
    for (; trade != trades.end() && trade->time <= quote.time; ++trade) book.trade(*trade);
    book.quote(quote);
  }
  for (; trade != trades.end(); ++trade) book.trade(*trade);
  return tape.finish(std::move(info));
}

}  // namespace plimsoll
