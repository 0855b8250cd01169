#pragma once
/// What a fill costs in fees.

#include "core/units.hpp"
#include "execution/fill.hpp"
#include "execution/rules.hpp"

namespace plimsoll {

/// rate_bps / 10^4 x |price| x lots + per-lot ticks x lots, in Money, rounded once half away from zero; cost positive, rebate negative.
/// |price|, because prices may be negative and a cost must stay a cost. The rates themselves count to 1e-9 (bp, tick) and no finer. Exact
/// in 128 bits for |price| x lots x rate < 10^29 bp-tick-lots. Precondition: lots >= 0, |rate| < 10^9. A fee beyond 64 bits breaks a
/// contract. Thread rule: pure.
Money fee(const FeeRules& rules, Liquidity liquidity, Ticks price, Lots lots);

}  // namespace plimsoll
