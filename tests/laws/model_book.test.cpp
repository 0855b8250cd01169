// A model that is a book of its own, traded with by the real strategies through the real venue, costs its closed form.

#include <cmath>

#include "laws/law_runs.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

constexpr Ticks kAsk = 10'002;

EventTape quiet_market() {
  TapeBuilder builder;
  builder.add(0, 1, Side::buy, 9'998, 10);
  builder.add(0, 2, Side::sell, kAsk, 10);
  builder.add(3'600 * kSecond, 3, Side::buy, 9'000, 1);
  return builder.finish({});
}

/// What an order of 5,000 lots in five slices of a minute pays above the touch, in ticks times lots.
double cost_above_touch(const ImpactChoice& model) {
  RunSpec spec = one_parent(Side::buy, 5'000, 60 * kSecond, 360 * kSecond, strategy("twap", {{"slices", std::int64_t{5}, ""}}));
  spec.latency = {.feed = kMillisecond, .order = 2 * kMillisecond, .response = kMillisecond};
  spec.market.response = Response::model;
  spec.impact = model;
  const ScenarioResult result = run_one(quiet_market(), spec);
  REQUIRE(table(result, "parents").integers("filled_lots").front() == 5'000);
  return (table(result, "parents").reals("avg_price_ticks").front() - kAsk) * 5'000;
}

}  // namespace

// Almgren and Chriss (2001), J. Risk 3(2), the cost of an even schedule: gamma X^2/2 + (eta~/tau) sum n^2. Each slice is rounded once to
// a tick and lot.
TEST_CASE("AC-05 an even schedule through the venue costs what Almgren and Chriss say") {
  const ImpactChoice model =
      impact("almgren_chriss", {{"permanent_ticks_per_lot", 0.001, ""}, {"temporary_ticks_s_per_lot", 0.6, ""}, {"slice_s", 60.0, ""}});
  CHECK(cost_above_touch(model) == Approx(0.001 * 25e6 / 2 + (0.6 - 0.03) / 60 * 5 * 1e6).epsilon(0).margin(2.5));
}

// Almgren (2003), Appl. Math. Finance 10(1), section 2.
TEST_CASE("an even schedule under the power law costs gamma X^2/2 + eta sum n (n/tau)^k") {
  const ImpactChoice model =
      impact("almgren_power",
             {{"permanent_ticks_per_lot", 0.001, ""}, {"temporary_prefactor", 2.0, ""}, {"rate_exponent", 0.6, ""}, {"slice_s", 60.0, ""}});
  CHECK(cost_above_touch(model) == Approx(0.001 * 25e6 / 2 + 2.0 * 5'000 * std::pow(1'000.0 / 60, 0.6)).epsilon(0).margin(2.5));
}
