#include "core/units.hpp"

#include "claims.hpp"

using namespace plimsoll;

TEST_CASE("a bid is better when higher, an ask when lower, and an empty side is worse than any price, the farthest ones included") {
  const Ticks prices[] = {kNoBid + 1, -500, -1, 0, 1, 500, kNoAsk - 1};
  for (const Ticks a : prices) {
    for (const Ticks b : prices) {
      CHECK(better(Side::buy, a, b) == (a > b));
      CHECK(better(Side::sell, a, b) == (a < b));
      CHECK(at_least_as_good(Side::buy, a, b) == (a >= b));
      CHECK(at_least_as_good(Side::sell, a, b) == (a <= b));
    }
    for (const Side side : {Side::buy, Side::sell}) CHECK(better(side, a, no_price(side)));
  }
}
