#pragma once
/// Trades of one's own that happened, measured against the recorded day they happened on, by the code that measures simulated ones
/// (metrics/parent_metrics.hpp) and into the same tables.
///
/// What differs from a simulation is what can be known. History holds the market's answer to us: the mid before a fill has moved with our
/// earlier fills, and nobody can say by how much. So the shift J and the hole our earlier fills left stand in `timing`; `reaction` is
/// undefined, `sweep` is what a fill paid beyond the touch, and nothing else. Our prints are among the tape's, so benchmarks of volume
/// leave out those that are found again.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "execution/fill.hpp"
#include "market/event_tape.hpp"
#include "metrics/scenario_result.hpp"

namespace plimsoll {

struct OwnFill {
  TimePoint time = 0;  ///< exchange time
  Ticks price = 0;
  Lots lots = 0;
  std::optional<Liquidity> liquidity;  ///< unknown: whoever rested in the print found; without one, took at or beyond the touch
  Money fee = 0;                       ///< cost positive
};

/// All times are exchange times.
struct OwnParent {
  Side side = Side::buy;
  Lots lots = 0;
  TimePoint decision = 0;  ///< P_d
  TimePoint start = 0;     ///< when its first order could trade: P_a, and the benchmarks' window
  TimePoint end = 0;
  std::vector<OwnFill> fills;  ///< in any order
};

struct OwnTradesRules {
  /// Are own fills among the tape's prints? Not those of a simulation or on paper: then nothing is looked for.
  bool printed = true;
  /// A fill's print lies at most this far from its time.
  Duration tolerance = kMillisecond;
};

/// How many fills were found among the prints.
struct OwnPrintCounts {
  std::int64_t fills = 0;
  std::int64_t found = 0;   ///< all lots
  std::int64_t partly = 0;  ///< some
  Lots lots = 0;
  Lots found_lots = 0;
  friend bool operator==(const OwnPrintCounts&, const OwnPrintCounts&) = default;
};

struct OwnTradesResult {
  std::vector<ScenarioResult> parents;  ///< one each, in order, numbered from 0, with tables as record = "fills"
  OwnPrintCounts prints;
};

/// A print of `tape` is a fill's when price and passive side agree and no other fill has used its lots; the nearest in time, one of the
/// same size first. A fill that was found happens when its print does, and the market before it is that before the instant of the print.
/// Without a print the market before a taker is that after all rows of its time, as when a simulated order arrives, and before a maker
/// that before them. Milestones and markouts are as in a simulation without latency: state after all rows of their time.
/// Preconditions: lots > 0, decision <= start <= end. Throws math::TooLarge. Thread rule: pure.
OwnTradesResult measure_own_trades(const EventTape& tape, std::span<const OwnParent> parents, const OwnTradesRules& rules);

}  // namespace plimsoll
