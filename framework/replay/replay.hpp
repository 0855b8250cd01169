#pragma once
/// The loop: history once, for a whole batch of scenarios.

#include <span>
#include <vector>

#include "market/event_tape.hpp"
#include "metrics/scenario_result.hpp"
#include "replay/run_spec.hpp"

namespace plimsoll {

struct ReplayOptions {
  /// Tell every run of every row, asked or not. It changes nothing but the time it takes (the law "false wakes change nothing").
  bool wake_everyone = false;
};

/// A tape and how much later than it happened a batch meets it (SharedMarket). A lag is not negative, the smallest of a batch is 0.
struct LaggedTape {
  const EventTape& tape;
  Duration lag = 0;
};

/// Replays `tapes`, merged by time, once for all `specs` (at most kBatchRunsMax), whose markets they are, and returns one result each, in
/// order. It ends with the tape that ends first: nobody trades with a market that has stopped. A scenario that fails is a result.
/// Deterministic: a result depends on the tapes and its own spec only, not on who else is in the batch. Thread rule: re-entrant.
std::vector<ScenarioResult> replay(std::span<const LaggedTape> tapes, std::span<const RunSpec* const> specs,
                                   const ReplayOptions& options = {});

/// The same with one market.
inline std::vector<ScenarioResult> replay(const EventTape& tape, std::span<const RunSpec* const> specs, const ReplayOptions& options = {}) {
  const LaggedTape only[] = {{tape, 0}};
  return replay(only, specs, options);
}

}  // namespace plimsoll
