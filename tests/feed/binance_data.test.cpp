/// Binance on real captures: no gap, never crossed, and the best quote of the book is the venue's own wherever both can be compared.

#include <iostream>

#include "data_files.hpp"
#include "feed/feed_files.hpp"
#include "feed/tape_figures.hpp"

namespace plimsoll {
namespace {

using test::Settings;

/// Time-weighted, in ticks.
double mean_spread(const EventTape& tape) { return measure_tape(tape).mean_spread_ticks(); }

/// The captures of one market in order, as a setting; nothing when one is missing.
std::optional<std::string> captures(std::initializer_list<const char*> names) {
  std::string paths;
  for (const char* name : names) {
    const auto path = data_file(name);
    if (!path) return std::nullopt;
    paths += (paths.empty() ? "" : ", ") + path->string();
  }
  return paths;
}

void check_clean(const ImportReport& report) {
  CHECK(report.chain_gaps == 0);
  CHECK(report.contradicted == 0);
  CHECK(report.crossed_ns == 0);
  CHECK(report.repaired == 0);
  CHECK(report.dropped == 0);
  CHECK(report.reordered == 0);
}

}  // namespace

TEST_CASE("captures of 2024-08-08: no gap, 0 crossed, and all best quotes with the id of an update agree in price and size") {
  struct Market {
    std::initializer_list<const char*> files;
    std::int64_t checked;
  };
  // The three files with a snapshot have 629 + 1,124 + 564 = 2,317 comparisons; their continuations past midnight the rest.
  const Market markets[] = {{{"binance-raw/usdm_btcusdt_20240808.gz"}, 629},
                            {{"binance-raw/cm_btcusd_perp_20240808.gz", "binance-raw/cm_btcusd_perp_20240809.gz"}, 1885},
                            {{"binance-raw/spot_btcusdt_20240808.gz", "binance-raw/spot_btcusdt_20240809.gz"}, 1072},
                            {{"binance-raw/cm_btcusd_perp_20240808.gz"}, 1124},
                            {{"binance-raw/spot_btcusdt_20240808.gz"}, 564}};
  for (const Market& market : markets) {
    const auto paths = captures(market.files);
    if (!paths) return;
    const EventTape tape = load_feed("binance", {{"path", *paths}}, true);
    const ImportReport& report = tape.info().report;
    CHECK(tape.find_fault().empty());
    check_clean(report);
    CHECK(report.checked == market.checked);
    std::cout << tape.info().source << ": " << tape.size() << " rows, " << report.checked << " of " << report.checked
              << " best quotes agree, " << report.overtaken << " levels overtaken, " << report.unbooked << " trades beyond the book\n";
  }
}

TEST_CASE("collected captures of 2021-07-22 with snapshots in a file of their own: all best quotes agree") {
  const auto paths = captures({"cryptofeed-raw/BINANCE_FUTURES.http.0.0.gz", "cryptofeed-raw/BINANCE_FUTURES.ws.1.0.gz"});
  if (!paths) return;
  struct Symbol {
    const char* name;
    const char* tick;
  };
  std::int64_t checked = 0;
  for (const Symbol symbol : {Symbol{"SUSHIUSDT", "0.001"}, {"AKROUSDT", "0.00001"}, {"KEEPUSDT", "0.0001"}, {"CTKUSDT", "0.00001"}}) {
    const Settings settings{{"path", *paths}, {"symbol", symbol.name}, {"instrument.tick", symbol.tick}, {"instrument.lot", "1"}};
    const EventTape tape = load_feed("binance", settings, true);
    check_clean(tape.info().report);
    CHECK(tape.size() > 500);
    checked += tape.info().report.checked;
  }
  CHECK(checked == 50);
}

TEST_CASE("with best quotes merged, the spread of the book is what best quotes say, and trades find what they took") {
  struct Market {
    std::initializer_list<const char*> files;
    double spread;  ///< of the best quotes alone, by their own times
    double filled;  ///< least share of the traded volume
  };
  const Market markets[] = {{{"binance-raw/usdm_btcusdt_20240808.gz"}, 1.14, 0.97},
                            {{"binance-raw/cm_btcusd_perp_20240808.gz", "binance-raw/cm_btcusd_perp_20240809.gz"}, 1.10, 0.97}};
  for (const Market& market : markets) {
    const auto paths = captures(market.files);
    if (!paths) return;
    const EventTape tape = load_feed("binance", {{"path", *paths}}, true);
    const TapeFigures figures = measure_tape(tape);
    CHECK(mean_spread(tape) == Approx(market.spread).epsilon(0.03));
    CHECK(static_cast<double>(figures.visible_lots) > market.filled * static_cast<double>(figures.visible_lots + figures.hidden_lots));
    CHECK(mean_spread(load_feed("binance", {{"path", *paths}, {"best_quotes", "check"}}, true)) > 1.2 * market.spread);
  }
}

TEST_CASE("the rule of whose orders leave changes queues and no level: volumes and best quotes are the same") {
  const auto path = captures({"binance-raw/usdm_btcusdt_20240808.gz"});
  if (!path) return;
  std::optional<ImportReport> first;
  for (const char* rule : {"pro_rata", "back", "front"}) {
    const EventTape tape = load_feed("binance", {{"path", *path}, {"cancelled", rule}}, true);
    CHECK(tape.info().levels == rule);
    if (!first) first = tape.info().report;
    CHECK(tape.info().report == *first);
  }
}

}  // namespace plimsoll
