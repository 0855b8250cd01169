#include "feed/bars.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "feed/csv_rows.hpp"
#include "feed/instrument_scale.hpp"
#include "feed/level_orders.hpp"

namespace plimsoll {

namespace {

struct Bar {
  TimePoint start;
  Ticks open, high, low, close;
  Lots volume;
};

/// Four prices, at the start of each quarter.
std::array<Ticks, 4> path_of(const Bar& bar) {
  const bool fell = bar.close < bar.open;
  return {bar.open, fell ? bar.high : bar.low, fell ? bar.low : bar.high, bar.close};
}

std::vector<Bar> read_bars(CsvRows& rows, const FeedSettings& settings, const Instrument& instrument, Duration length, FaultList& faults) {
  const RowClock clock{settings};
  const Ticks half_spread = static_cast<Ticks>(settings.integer("half_spread_ticks"));
  InstrumentScale scale{instrument, faults};
  std::vector<Bar> bars;
  TimePoint free_from = kLongAgo;
  while (rows.next()) {
    const std::string place = rows.place();
    const auto fault = [&](const char* field, const char* problem) { faults.add({"DATA-FIELD", place, field, problem, ""}); };
    const auto time = clock.time(rows[0], place, faults);
    const auto open = scale.price(rows[1], place, "open"), high = scale.price(rows[2], place, "high");
    const auto low = scale.price(rows[3], place, "low"), close = scale.price(rows[4], place, "close");
    const auto volume = scale.quantity(rows[5], place, "volume");
    if (!time || !open || !high || !low || !close || !volume) continue;
    if (*high < std::max(*open, *close)) fault("high", "is below open or close");
    if (*low > std::min(*open, *close)) fault("low", "is above open or close");
    if (*low <= half_spread || *high >= kNoAsk - half_spread) fault("low", "leaves no room for half_spread_ticks");
    if (*time < free_from) fault("time", "lies before the end of the bar before it");
    free_from = std::max(free_from, *time + length);
    bars.push_back({*time, *open, *high, *low, *close, *volume});
  }
  return bars;
}

class BarMarket {
 public:
  BarMarket(TapeBuilder& tape, Ticks half_spread, Lots quoted)
      : tape_{tape}, orders_{tape, CancelRule::back}, half_spread_{half_spread}, quoted_{quoted} {}

  void bar(const Bar& bar, Duration length) {
    const std::array<Ticks, 4> path = path_of(bar);
    for (std::size_t i = 0; i < path.size(); ++i) {
      const TimePoint time = bar.start + length / 4 * static_cast<Duration>(i);
      quote(time, path[i]);
      const Lots quarter = bar.volume / 4;
      print(time, path[i], i + 1 < path.size() ? quarter : bar.volume - 3 * quarter);
    }
  }

 private:
  void quote(TimePoint time, Ticks price) {
    if (price > price_) rose_ = true;
    if (price < price_) rose_ = false;
    if (price == price_) return;
    for (const Side side : {Side::buy, Side::sell})
      if (const Ticks held = orders_.best(side); held != no_price(side)) orders_.set(time, side, held, 0);
    orders_.set(time, Side::buy, price - half_spread_, quoted_);
    orders_.set(time, Side::sell, price + half_spread_, quoted_);
    price_ = price;
  }
  void print(TimePoint time, Ticks price, Lots lots) {
    for (Lots part; lots > 0; lots -= part) {
      part = std::min<Lots>(lots, UINT32_MAX);
      tape_.trade(time, rose_ ? Side::sell : Side::buy, price, 0, static_cast<std::uint32_t>(part));
    }
  }

  TapeBuilder& tape_;
  LevelOrders orders_;
  Ticks half_spread_;
  Lots quoted_;
  Ticks price_ = 0;
  bool rose_ = true;
};

}  // namespace

FeedInfo bars_feed() {
  FeedInfo feed{"bars",
                "bars as CSV, with quotes made up around them; for response = \"shift\"",
                {{"path", SettingType::path, true, "", {}, {}, "", "CSV with the columns time,open,high,low,close,volume"},
                 {"bar_s", SettingType::real, true, "", 1e-6, 1e7, "s", "length of a bar"},
                 {"half_spread_ticks", SettingType::integer, true, "", 1, 1e6, "ticks", "bid and ask stand so far from the path of prices"},
                 {"quoted_lots", SettingType::integer, false, "1000000", 1, 4e9, "lots", "what stands at bid and ask"}}};
  for (FeedSetting& setting : clock_settings()) feed.settings.push_back(setting);
  return feed;
}

EventTape load_bars(const FeedSettings& settings) {
  TapeInfo info;
  info.instrument = settings.instrument({});
  info.feed = "bars";
  info.source = std::filesystem::path{settings.text("path")}.filename().string();
  info.timezone = settings.text("timezone");
  info.levels = "bars";
  const auto length = static_cast<Duration>(settings.real("bar_s") * 1e9 + 0.5);
  FaultList faults;
  CsvRows rows{settings.text("path"), "path", {"time", "open", "high", "low", "close", "volume"}, 0, faults};
  const std::vector<Bar> bars = read_bars(rows, settings, info.instrument, length, faults);
  faults.throw_if_any(ExitCode::bad_data);
  info.report.rows_read = rows.rows();
  TapeBuilder tape;
  BarMarket market{tape, static_cast<Ticks>(settings.integer("half_spread_ticks")), settings.integer("quoted_lots")};
  for (const Bar& bar : bars) market.bar(bar, length);
  return tape.finish(std::move(info));
}

}  // namespace plimsoll
