#pragma once
/// The C functions a strategy or impact model may call: they find their run and actor again behind the opaque pointer.

#include "replay/scenario_run.hpp"

namespace plimsoll {

struct HostFunctions {
  using Actor = ScenarioRun::Actor;  // friend of ScenarioRun
  static plimsoll_strategy_host for_strategy(Actor& actor);
  static plimsoll_host_base for_model(LivingModel& model);
};

}  // namespace plimsoll
