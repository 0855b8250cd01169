#include "execution/fees.hpp"

#include "claims.hpp"
#include "core/math.hpp"

using namespace plimsoll;

namespace {
FeeRules taker_bps(double rate) { return {.take_bps = rate}; }
}  // namespace

TEST_CASE("a taker pays the taker's rates and a maker the maker's, both on notional and per lot") {
  const FeeRules rules{.take_bps = 10, .make_bps = -2, .take_per_lot_ticks = 0.5, .make_per_lot_ticks = -0.25};
  // Notional 1000 ticks x 4 lots = 4000 tick-lots: 10 bp = 4 tick-lots, and 4 x 0.5 = 2 more.
  CHECK(fee(rules, Liquidity::took, 1000, 4) == 6 * kMoneyPerTickLot);
  // Rebates are negative: -0.8 - 1 tick-lots.
  CHECK(fee(rules, Liquidity::made, 1000, 4) == -18 * kMoneyPerTickLot / 10);
  CHECK(fee({}, Liquidity::took, 1000, 4) == 0);
  CHECK(fee(rules, Liquidity::took, 1000, 0) == 0);
}

TEST_CASE("a fee is rounded once, half away from zero, cost and rebate alike") {
  // 1 bp of 1 tick-lot is 0.2 units of Money; 2.5 bp is exactly half a unit.
  CHECK(fee(taker_bps(2.4), Liquidity::took, 1, 1) == 0);
  CHECK(fee(taker_bps(2.5), Liquidity::took, 1, 1) == 1);
  CHECK(fee(taker_bps(-2.5), Liquidity::took, 1, 1) == -1);
  CHECK(fee(taker_bps(-2.4), Liquidity::took, 1, 1) == 0);
  // Both parts are 0.3 of a unit: rounded apart they would be nothing, together they are one.
  CHECK(fee({.take_bps = 1.5, .take_per_lot_ticks = 0.00015}, Liquidity::took, 1, 1) == 1);
}

TEST_CASE("a decimal rate is the decimal it says, not its binary neighbour") {
  // 0.1 bp of 50000 tick-lots = 0.5 tick-lots = 1000 units; 0.3 is not 3 x 0.1 in binary, but 3 times the fee.
  CHECK(fee(taker_bps(0.1), Liquidity::took, 50'000, 1) == 1000);
  CHECK(fee(taker_bps(0.3), Liquidity::took, 50'000, 1) == 3000);
}

TEST_CASE("a negative price does not turn a cost into a rebate") {
  CHECK(fee(taker_bps(10), Liquidity::took, -1000, 4) == fee(taker_bps(10), Liquidity::took, 1000, 4));
}

TEST_CASE("fees stay exact where a 64-bit product would overflow") {
  // 2e9 ticks x 1e12 lots x 0.001 bp = 2e14 tick-lots = 4e17 units; the notional alone is 4e24 units.
  constexpr Lots lots = 1'000'000'000'000;
  CHECK(fee(taker_bps(0.001), Liquidity::took, 2'000'000'000, lots) == 400'000'000'000'000'000);
  CHECK(fee(taker_bps(0.001), Liquidity::took, 2'000'000'001, lots) == 400'000'000'200'000'000);
}

TEST_CASE("a fee that does not fit is an amount too large, not a broken contract: one scenario fails and no sweep ends") {
  constexpr Lots lots = 1'000'000'000'000;
  CHECK_THROWS_AS(fee({.make_per_lot_ticks = 1e15}, Liquidity::made, 100, 1), math::TooLarge);
  CHECK_THROWS_AS(fee({.make_per_lot_ticks = -1e15}, Liquidity::made, 100, 1), math::TooLarge);
  CHECK_THROWS_AS(fee({.take_bps = 9e8, .take_per_lot_ticks = 9e8}, Liquidity::took, 2'000'000'000, lots * 100), math::TooLarge);
  CHECK_THROWS_AS(fee(taker_bps(9e8), Liquidity::took, 2'000'000'000, lots * 1'000'000), math::TooLarge);
  CHECK(fee({.make_per_lot_ticks = 9e8}, Liquidity::made, 100, 1) == 900'000'000 * kMoneyPerTickLot);
}
