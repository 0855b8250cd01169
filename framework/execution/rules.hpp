#pragma once
/// How the venue and the recorded market treat our orders: the settings of [market], [latency] and [fees], resolved.

#include <cstdint>
#include <optional>

#include "core/units.hpp"

namespace plimsoll {

/// How the market takes our trades.
/// none: fills against the recorded book, which forgets them (sanity, tiny sizes). overlay: what we took is gone (DESIGN section 5).
/// shift: any size fills at the touch, and only the reaction shift moves it (best-quote and bar data, which know no depth).
/// model: a model's own book stands at the recorded touch; history gives the unaffected price only.
enum class Response : std::uint8_t { none, overlay, shift, model };
enum class QueueOnShift : std::uint8_t { back, front };

struct MarketRules {
  Response response = Response::overlay;
  double refill_per_s = 0.0;         ///< rho >= 0; revives the worst-priced consumed volume first
  std::optional<Ticks> spill_ticks;  ///< how far beyond its recorded price a recorded taker goes when its maker is gone;
                                     ///< unset: to the effective touch plus the taker's own recorded range
  QueueOnShift queue_on_shift = QueueOnShift::back;
  std::uint32_t unfilled_makers_max = 1000;  ///< bound on recorded makers kept because we took their fill
  Duration reaction_clock = 100 * kMillisecond;
};

/// Constant delays, in receipt time. The sum of feed and order delay is what stands between a book state and an order meeting it.
struct LatencyRules {
  Duration feed = 0;      ///< exchange -> strategy, market data
  Duration order = 0;     ///< strategy -> exchange
  Duration response = 0;  ///< exchange -> strategy, own fills and rejections
};

/// Cost positive, rebate negative. Each fill's fee is rounded once, half away from zero, to a unit of Money.
struct FeeRules {
  double take_bps = 0.0;  ///< of notional
  double make_bps = 0.0;
  double take_per_lot_ticks = 0.0;  ///< in ticks per lot
  double make_per_lot_ticks = 0.0;
};

}  // namespace plimsoll
