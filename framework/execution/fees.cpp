#include "execution/fees.hpp"

#include <cmath>

#include "core/contract.hpp"
#include "core/math.hpp"

namespace plimsoll {

namespace {

constexpr std::int64_t kRateUnits = 1'000'000'000;  // rates are counted in 1e-9
constexpr std::int64_t kBpsPerUnit = 10'000;
constexpr std::int64_t kDenominator = kRateUnits * kBpsPerUnit / kMoneyPerTickLot;
static_assert(kDenominator * kMoneyPerTickLot == kRateUnits * kBpsPerUnit, "no rounding but the last one");

std::int64_t in_rate_units(double rate) {
  if (std::abs(rate) >= kFeeRateMax)
    throw math::TooLarge{"a fee rate is 1e9 or more ticks per lot or basis points: use a lower fee or a larger tick"};
  return math::round_half_away(rate * static_cast<double>(kRateUnits));
}

[[noreturn]] void too_large() { throw math::TooLarge{"a fee does not fit into 64 bits: use a lower fee, or a smaller order"}; }

Wide product(Wide a, Wide b) {
  Wide result = 0;
  if (__builtin_mul_overflow(a, b, &result)) too_large();
  return result;
}

}  // namespace

Money fee(const FeeRules& rules, Liquidity liquidity, Ticks price, Lots lots) {
  EXPECT(lots >= 0);
  const bool took = liquidity == Liquidity::took;
  const std::int64_t of_notional = in_rate_units(took ? rules.take_bps : rules.make_bps);
  const std::int64_t per_lot = in_rate_units(took ? rules.take_per_lot_ticks : rules.make_per_lot_ticks);
  if (of_notional == 0 && per_lot == 0) return 0;
  const std::int64_t size = price < 0 ? -std::int64_t{price} : std::int64_t{price};
  const Wide notional_part = product(product(size, lots), of_notional);
  const Wide per_lot_part = product(product(per_lot, kBpsPerUnit), lots);
  Wide sum = 0;
  if (__builtin_add_overflow(notional_part, per_lot_part, &sum)) too_large();
  return math::round_div(sum, kDenominator);
}

}  // namespace plimsoll
