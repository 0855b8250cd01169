#pragma once
/// The C functions a strategy or impact model may call: they find their run and actor again behind the opaque pointer.

#include "replay/scenario_run.hpp"

namespace plimsoll {

struct HostFunctions {
  using Actor = ScenarioRun::Actor;  // friend of ScenarioRun
  /// One table serves all strategies of a batch, so that it stays in the cache: base.run is the Actor that is being called.
  static plimsoll_strategy_host for_strategies();
  static plimsoll_host_base for_model(LivingModel& model);
};

}  // namespace plimsoll
