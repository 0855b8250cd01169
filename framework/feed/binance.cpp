#include "feed/binance.hpp"

#include <filesystem>

#include "core/comma_list.hpp"
#include "core/error.hpp"
#include "feed/binance_book.hpp"

namespace plimsoll {

namespace {

struct KnownMarket {
  const char* symbol;
  bool futures;
  const char* currency;
  std::int64_t tick_e9, lot_e9;
};
/// As in captures of 2024-08. Venues change their filters; a wrong one is found, because every price and quantity is checked. On spot
/// orders of a time with finer lots still rest in the book (seven levels of 10 minutes), so the lot is a tenth of today's filter.
constexpr KnownMarket kKnown[] = {{"BTCUSDT", false, "USDT", 10'000'000, 1'000},
                                  {"BTCUSDT", true, "USDT", 100'000'000, 1'000'000},
                                  {"BTCUSD_PERP", true, "USD", 100'000'000, 1'000'000'000}};

Instrument instrument_of(const BinanceMarket& market, const FeedSettings& settings) {
  Instrument own;
  own.symbol = market.symbol;
  bool known = false;
  for (const KnownMarket& each : kKnown) {
    if (market.symbol != each.symbol || market.futures != each.futures) continue;
    own.currency = each.currency;
    own.tick_e9 = each.tick_e9;
    own.lot_e9 = each.lot_e9;
    known = true;
  }
  FaultList faults;
  for (const char* key : {"instrument.tick", "instrument.lot"}) {
    if (!known && !settings.values().contains(key))
      faults.add({"SETTING-REQUIRED", settings.text("path"), key, "is required: this program does not know that of " + market.symbol,
                  "the venue's exchangeInfo has it, PRICE_FILTER.tickSize and LOT_SIZE.stepSize"});
  }
  faults.throw_if_any(ExitCode::bad_scenario);
  return settings.instrument(own);
}

bool merges_best_quotes(const FeedSettings& settings) {
  const std::string& text = settings.text("best_quotes");
  if (text != "merge" && text != "check")
    throw BadInput{ExitCode::bad_scenario,
                   InputError{"SETTING-CHOICE", "", "best_quotes", "'" + text + "'" + " is no choice", "there are merge and check"}};
  return text == "merge";
}

std::string names_of(const std::vector<std::string>& paths) {
  std::string out;
  for (const std::string& path : paths) out += (out.empty() ? "" : " + ") + std::filesystem::path{path}.filename().string();
  return out;
}

BadInput without_book(const BinanceRecords& records, const std::string& path) {
  std::string problem = "holds no REST depth snapshot, so the book is not known";
  if (!records.snapshots.empty())
    problem = "no update follows the snapshot of id " + std::to_string(records.snapshots.front().last_id) + ": they have ids from " +
              std::to_string(records.updates.front().first_id) + " to " + std::to_string(records.updates.back().last_id);
  return BadInput{
      ExitCode::bad_data,
      InputError{"DATA-NO-SNAPSHOT", path, "path", problem,
                 "of captures that were split at midnight, name the file with the snapshot first: path = \"DAY1.gz, DAY2.gz\""}};
}

}  // namespace

FeedInfo binance_feed() {
  return {"binance",
          "raw captures of Binance streams (price levels and trades; spot, USD-M, COIN-M)",
          {{"path", SettingType::paths, true, "", {}, {}, "", "captures of one market in order of time, separated by commas"},
           {"symbol", SettingType::text, false, "", {}, {}, "", "which of the symbols in the captures, as BTCUSDT; default: the first"},
           {"best_quotes",
            SettingType::text,
            false,
            "merge",
            {},
            {},
            "",
            "bookTicker, ahead of the depth stream: merge into the book, or only check it"},
           cancelled_setting()}};
}

EventTape load_binance(const FeedSettings& settings) {
  const std::vector<std::string> paths = comma_list(settings.text("path"));
  const CancelRule rule = cancel_rule_of(settings);
  const bool merge = merges_best_quotes(settings);
  const BinanceMarket market = find_binance_market(paths, settings.text("symbol"));
  TapeInfo info;
  info.instrument = instrument_of(market, settings);
  info.feed = "binance";
  info.source = names_of(paths);
  info.levels = name(rule);
  FaultList faults;
  BinanceReader reader{info.instrument, market, info.report, faults};
  for (const std::string& path : paths) {
    FileLines lines{path, "path"};
    reader.read(lines);
  }
  const BinanceRecords records = reader.finish();
  faults.throw_if_any(ExitCode::bad_data);
  TapeBuilder tape;
  LevelOrders orders{tape, rule};
  BinanceBook{records, {market.futures, merge}, orders, tape, info.report}.replay();
  if (tape.rows() == 0) throw without_book(records, paths.front());
  return tape.finish(std::move(info));
}

}  // namespace plimsoll
