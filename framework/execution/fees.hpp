#pragma once
/// What a fill costs in fees.

#include "core/units.hpp"
#include "execution/fill.hpp"
#include "execution/rules.hpp"

namespace plimsoll {

/// Rates lie below it in size, in bp and in ticks per lot.
inline constexpr double kFeeRateMax = 1e9;

/// rate_bps / 10^4 x |price| x lots + per-lot ticks x lots, in Money, rounded once half away from zero; cost positive, rebate negative.
/// |price|, because prices may be negative and a cost must stay a cost. The rates themselves count to 1e-9 (bp, tick) and no finer. Exact
/// in 128 bits for |price| x lots x rate < 10^29 bp-tick-lots. Precondition: lots >= 0. Throws math::TooLarge for a rate of kFeeRateMax and
/// for what does not fit into those bits, or the fee into 64. Thread rule: pure.
Money fee(const FeeRules& rules, Liquidity liquidity, Ticks price, Lots lots);

}  // namespace plimsoll
