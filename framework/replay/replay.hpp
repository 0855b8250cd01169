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

/// Replays `tape` once for all `specs` (at most kBatchRunsMax) and returns one result each, in order. A scenario that fails is a result.
/// Deterministic: a result depends on the tape and its own spec only, not on who else is in the batch. Thread rule: re-entrant.
std::vector<ScenarioResult> replay(const EventTape& tape, std::span<const RunSpec* const> specs, const ReplayOptions& options = {});

}  // namespace plimsoll
