#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "claims.hpp"
#include "impact_models/book_claims.hpp"

extern "C" const plimsoll_plugin* plimsoll_entry_constant_product(void);

using fake::ModelRun;

namespace {

using claims::kNan;

fake::Settings::Overrides pool(double base, double fee_bps, std::int64_t block_ms = 12'000) {
  return {{"base_lots", base}, {"fee_bps", fee_bps}, {"block_time_ms", block_ms}};
}
struct Pool : ModelRun {
  Pool(double base, double fee_bps, double mid = 2'000) : ModelRun{plimsoll_entry_constant_product(), pool(base, fee_bps)}, mid_ticks{mid} {
    parent(0, 1, mid);
  }
  double mid_ticks;
  double price() { return mid_ticks + displacement(); }
  double average_price(std::int32_t side, std::int64_t lots) { return mid_ticks + sweep(side, lots).average_ticks; }
};
std::string pool_refusal(const fake::Settings::Overrides& settings) { return claims::refusal(plimsoll_entry_constant_product(), settings); }

/// A pool written down as its two reserves, and an arbitrageur who knows no formula: once a block he tries amounts and takes the best.
struct PlainPool {
  double base, quote, kept, outside;

  double to_buy(double lots) const { return (quote * base / (base - lots) - quote) / kept; }
  double for_selling(double lots) const { return quote - quote * base / (base + kept * lots); }
  void move(double lots_out) {
    quote = quote * base / (base - lots_out);
    base -= lots_out;
  }
  /// Signed lots of our own; what they cost above the outside price.
  double trade(double lots) {
    const double cost = lots > 0 ? to_buy(lots) : -for_selling(-lots);
    move(lots > 0 ? lots : kept * lots);
    return cost - outside * lots;
  }
  void arbitrage() {
    const auto gain = [&](double lots) { return lots > 0 ? outside * lots - to_buy(lots) : for_selling(-lots) + outside * lots; };
    double low = -base / 2, high = base / 2;  // the gain has one top
    for (int step = 0; step < 200; ++step) {
      const double left = low + (high - low) / 3, right = high - (high - low) / 3;
      (gain(left) < gain(right) ? low : high) = gain(left) < gain(right) ? left : right;
    }
    const double best = (low + high) / 2;
    if (gain(best) > 0.0) move(best > 0 ? best : kept * best);
  }
};

}  // namespace

// reference/validation.json AMM-01, rel 1e-12: x = 1000, y = 2e6, dx = 10, fee 0.3 %.
TEST_CASE("AMM-01 constant product swap: proceeds, slippage, price after, with and without fee") {
  Pool free{1'000, 0};
  CHECK(free.price() == 2'000.0);
  CHECK(free.average_price(-1, 10) == Approx(1980.1980198019803).epsilon(1e-12));
  CHECK(10 * free.average_price(-1, 10) == Approx(19801.980198019803).epsilon(1e-12));
  CHECK((1 - free.average_price(-1, 10) / 2'000) * 1e4 == Approx(99.00990099009799).epsilon(1e-12));
  CHECK(2'000 + free.sweep(-1, 10).after_ticks == Approx(1960.5920988138416).epsilon(1e-12));
  CHECK(10 * free.average_price(1, 10) == Approx(20202.0202020202).epsilon(1e-12));
  CHECK(free.average_price(1, 10) / 2'000 == Approx(1.01010101010101).epsilon(1e-12));
  CHECK(2'000 + free.sweep(1, 10).after_ticks == Approx(2040.6081012141617).epsilon(1e-12));
  const double mean = std::sqrt(2'000 * (2'000 + free.sweep(-1, 10).after_ticks));
  CHECK(free.average_price(-1, 10) == Approx(mean).epsilon(1e-12));  // the case's cross-check

  Pool with_fee{1'000, 30};
  CHECK(10 * with_fee.average_price(-1, 10) == Approx(19743.160687941225).epsilon(1e-12));
}

// models.md 3.9: path independent without fee; what lies between two trades is worth taking only with the order of trades in one's hand.
TEST_CASE("AMM-02 without fee the path does not matter and a round trip costs nothing; with a fee it costs") {
  Pool one{1'000, 0}, many{1'000, 0};
  const double at_once = claims::take(one, 0, 100);
  double in_parts = 0.0;
  for (const std::int64_t lots : {30, -20, 60, 40, -10}) in_parts += claims::take(many, 0, lots);
  CHECK(in_parts == Approx(at_once).epsilon(1e-12));
  CHECK(many.displacement() == Approx(one.displacement()).epsilon(1e-12));
  CHECK(in_parts + claims::take(many, 0, -100) == Approx(0.0).margin(1e-7));

  Pool costly{1'000, 30};
  const double round_trip = claims::take(costly, 0, 100) + claims::take(costly, 0, -100);
  // Both legs lose 0.3 % of about 222,000 and 222,000, and the lots kept as fee are missing at the way back.
  CHECK(round_trip > 1'200);
  CHECK(round_trip < 1'500);
}

TEST_CASE(
    "AMM-02 who buys before another's purchase in the same block and sells after it gains what that one overpays, unless fees eat it") {
  for (const auto& [fee_bps, pays] : {std::pair{0.0, true}, {500.0, false}}) {
    Pool market{1'000, fee_bps};
    const double first = claims::take(market, 0, 50);
    claims::take(market, 0, 20);  // the victim
    CHECK((first + claims::take(market, 0, -50) < 0.0) == pays);
  }
}

// models.md 3.9, named there without numbers. rel 1e-6: a search finds the top of a curve only to the root of a double's precision.
TEST_CASE("AMM-03 the pool block after block is the one that an arbitrageur leaves who tries every amount") {
  for (const double fee_bps : {0.0, 30.0, 100.0}) {
    INFO("fee " << fee_bps);
    Pool model{1'000, fee_bps};
    PlainPool plain{1'000, 2'000'000, 1 - fee_bps * 1e-4, 2'000};
    double cost = 0.0, expected = 0.0;
    const std::int64_t orders[][3] = {{40, 25, -10}, {60, 0, 0}, {-200, 1, 1}, {2, 0, 0}, {-150, -50, 90}, {5, 5, 5}};
    for (std::int64_t block = 0; block < 6; ++block) {
      for (const std::int64_t lots : orders[block]) {
        cost += claims::take(model, block * 12 * fake::kSecond, lots);
        if (lots != 0) expected += plain.trade(static_cast<double>(lots));
      }
      CHECK(cost == Approx(expected).epsilon(1e-6));
      CHECK(model.price() == Approx(plain.quote / plain.base).epsilon(1e-6));
      plain.arbitrage();
    }
  }
}

// models.md 3.9: a pool of one range holds L = sqrt(k); what goes in and out of it follows the roots of the prices.
TEST_CASE("AMM-03 quote in is L times the change of the root price, base out L times that of its inverse") {
  Pool market{1'000, 0};
  const double liquidity = std::sqrt(1'000.0 * 2'000'000.0);
  for (const std::int64_t lots : {100, -30, 250, -600}) {
    const double before = std::sqrt(market.price());
    const double paid = claims::take(market, 0, lots) + 2'000.0 * static_cast<double>(lots);
    const double after = std::sqrt(market.price());
    CHECK(paid == Approx(liquidity * (after - before)).epsilon(1e-12));
    CHECK(static_cast<double>(lots) == Approx(liquidity * (1 / before - 1 / after)).epsilon(1e-12));
  }
}

TEST_CASE("arbitrage brings the pool back to the edge of the band at the next block, not before and not into it") {
  Pool market{1'000, 30};
  market.now = 25'000'000'000;
  market.execute(0, 1, 100);
  const double moved = market.displacement();
  market.now = 35'999'999'999;
  CHECK(market.displacement() == moved);
  market.now = 36'000'000'000;
  CHECK(market.price() == Approx(2'000 / 0.997).epsilon(1e-12));
  market.now = 360'000'000'000;
  CHECK(market.price() == Approx(2'000 / 0.997).epsilon(1e-12));
  claims::take(market, market.now, -1);
  const double inside = market.price();
  CHECK(inside > 2'000.0);
  market.now += 100 * fake::kSecond;
  CHECK(market.price() == inside);  // inside the band nobody gains by trading
  claims::take(market, market.now, -300);
  market.now += 12 * fake::kSecond;
  CHECK(market.price() == Approx(2'000 * 0.997).epsilon(1e-12));
}

TEST_CASE("constant_product is a book that decays to its band, and no round trip against it gains") {
  const auto free = [] { return std::make_unique<Pool>(50'000, 0, 10'000); };
  // Without fee its two sides mirror each other to first order only; the claims hold for what they share.
  Pool model{50'000, 0, 10'000};
  CHECK(model.sweep(1, 0).average_ticks == 0.0);
  const plimsoll_sweep whole = model.sweep(1, 500);
  CHECK(model.sweep(1, 500).after_ticks == whole.after_ticks);
  const double cost = claims::take(model, 0, 200) + claims::take(model, 0, 300);
  CHECK(cost == Approx(500 * whole.average_ticks).epsilon(1e-9));
  CHECK(model.displacement() == Approx(whole.after_ticks).epsilon(1e-9));
  claims::decays_towards(free, 0.0, 1e-9);
  claims::decays_towards([] { return std::make_unique<Pool>(50'000, 30, 10'000); }, 10'000 / 0.997 - 10'000, 1e-9);
  CHECK(claims::cheapest_round_trip(free, 500, 6, 8'000, 30 * fake::kSecond) > -1e-9);
  CHECK(claims::cheapest_round_trip([] { return std::make_unique<Pool>(50'000, 30, 10'000); }, 500, 6, 8'000, 30 * fake::kSecond) >= 0.0);
}

TEST_CASE("one lot costs about half of what it moves, and the fee") {
  Pool model{1e6, 0}, costly{1e6, 30};
  CHECK(model.sweep(1, 1).after_ticks == Approx(2 * 2'000 / 1e6).epsilon(1e-5));
  CHECK(model.sweep(1, 1).average_ticks == Approx(2'000 / 1e6).epsilon(1e-5));
  CHECK(costly.sweep(-1, 1).average_ticks == Approx(-6.002).epsilon(1e-5));
}

TEST_CASE("a pool takes its price from the first mid, or the first price paid, and says what it cannot do") {
  ModelRun blind{plimsoll_entry_constant_product(), pool(1'000, 0)};
  blind.parent(0, 1, kNan);
  CHECK(blind.displacement() == 0.0);
  CHECK(blind.execute(0, 1, 10, 2'000) == 0);
  CHECK(blind.displacement() == Approx(40.6081012141617).epsilon(1e-12));
  CHECK(blind.execute(0, 1, 990) != 0);
  CHECK_THAT(blind.failure, Catch::Contains("buying 990 lots would empty the pool of 990 lots"));
}

TEST_CASE("constant_product refuses an empty pool, negative fees and blocks of no length") {
  CHECK_THAT(pool_refusal(pool(0, 30)), Catch::Contains("base_lots must be above 0"));
  CHECK_THAT(pool_refusal(pool(kNan, 30)), Catch::Contains("base_lots"));
  CHECK_THAT(pool_refusal(pool(1'000, -1)), Catch::Contains("fee_bps") && Catch::Contains("would pay for round trips"));
  CHECK_THAT(pool_refusal(pool(1'000, kNan)), Catch::Contains("fee_bps"));
  CHECK_THAT(pool_refusal(pool(1'000, 30, 0)), Catch::Contains("block_time_ms must be above 0"));
}
