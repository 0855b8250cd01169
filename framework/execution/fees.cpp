#include "execution/fees.hpp"

#include "core/contract.hpp"
#include "core/math.hpp"

namespace plimsoll {

namespace {

constexpr std::int64_t kRateUnits = 1'000'000'000;  // rates are counted in 1e-9
constexpr std::int64_t kBpsPerUnit = 10'000;
constexpr std::int64_t kDenominator = kRateUnits * kBpsPerUnit / kMoneyPerTickLot;
static_assert(kDenominator * kMoneyPerTickLot == kRateUnits * kBpsPerUnit, "no rounding but the last one");

std::int64_t in_rate_units(double rate) { return math::round_half_away(rate * static_cast<double>(kRateUnits)); }

Wide product(Wide a, Wide b) {
  Wide result = 0;
  EXPECT(!__builtin_mul_overflow(a, b, &result));
  return result;
}

}  // namespace

Money fee(const FeeRules& rules, Liquidity liquidity, Ticks price, Lots lots) {
  EXPECT(lots >= 0);
  const bool took = liquidity == Liquidity::took;
  const std::int64_t of_notional = in_rate_units(took ? rules.take_bps : rules.make_bps);
  const std::int64_t per_lot = in_rate_units(took ? rules.take_per_lot_ticks : rules.make_per_lot_ticks);
  const std::int64_t size = price < 0 ? -std::int64_t{price} : std::int64_t{price};
  const Wide notional_part = product(product(size, lots), of_notional);
  const Wide per_lot_part = product(product(per_lot, kBpsPerUnit), lots);
  Wide sum = 0;
  EXPECT(!__builtin_add_overflow(notional_part, per_lot_part, &sum));
  return math::round_div(sum, kDenominator);
}

}  // namespace plimsoll
