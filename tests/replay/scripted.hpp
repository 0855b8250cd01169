#pragma once
/// A strategy that a test writes on the spot: three functions behind the ordinary plugin table.

#include <functional>
#include <vector>

#include "replay/run_spec.hpp"
#include "sdk/plimsoll.h"

namespace plimsoll::test {

/// What the strategy may do, as a test likes to call it.
class Desk {
 public:
  explicit Desk(const plimsoll_strategy_host& host) : host_{host} {}
  TimePoint now() const { return host_.now(run()); }
  plimsoll_quote quote() const {
    plimsoll_quote out{};
    host_.quote(run(), &out);
    return out;
  }
  std::int64_t signal(std::uint32_t which) const { return host_.signal(run(), which); }
  std::uint64_t market(Side side, Lots lots) { return submit(side, PLIMSOLL_MARKET, 0, lots); }
  std::uint64_t limit(Side side, Ticks price, Lots lots) { return submit(side, PLIMSOLL_LIMIT, price, lots); }
  std::uint64_t ioc(Side side, Ticks price, Lots lots) { return submit(side, PLIMSOLL_IOC, price, lots); }
  void cancel(std::uint64_t order) { host_.cancel(run(), order); }
  void wake_at(TimePoint time) { host_.wake_at(run(), time); }
  void wake_on_trade() { host_.wake_on_trade(run(), 1); }
  void wake_on_touch_change() { host_.wake_on_touch_change(run(), 1); }
  void fail(const char* message) { host_.base.fail(run(), message); }
  double uniform(std::uint64_t index) { return host_.base.uniform(run(), index); }

 private:
  void* run() const { return host_.base.run; }
  std::uint64_t submit(Side side, std::uint32_t type, Ticks price, Lots lots) {
    const plimsoll_order order{sizeof order, sign(side), type, price, lots};
    return host_.submit(run(), &order);
  }
  const plimsoll_strategy_host& host_;
};

struct Script {
  std::function<void(Desk&, const plimsoll_parent&)> on_start = [](Desk&, const plimsoll_parent&) {};
  std::function<void(Desk&)> on_wake = [](Desk&) {};
  std::function<void(Desk&, const plimsoll_order_event&)> on_order = [](Desk&, const plimsoll_order_event&) {};
};

/// The parameter carries the script's address: tests are in one process.
inline StrategyChoice scripted(Script& script) {
  static const plimsoll_strategy_type type = [] {
    plimsoll_strategy_type t{};
    t.size = sizeof t;
    t.name = "scripted";
    t.summary = t.source = "";
    t.create = [](const plimsoll_param* params, std::uint32_t, const plimsoll_setting*, char*, std::uint32_t) {
      return reinterpret_cast<void*>(params[0].integer);
    };
    t.destroy = [](void*) {};
    t.on_start = [](void* self, const plimsoll_strategy_host* host, const plimsoll_parent* parent) -> std::int32_t {
      Desk desk{*host};
      static_cast<Script*>(self)->on_start(desk, *parent);
      return 0;
    };
    t.on_wake = [](void* self, const plimsoll_strategy_host* host) -> std::int32_t {
      Desk desk{*host};
      static_cast<Script*>(self)->on_wake(desk);
      return 0;
    };
    t.on_order = [](void* self, const plimsoll_strategy_host* host, const plimsoll_order_event* event) -> std::int32_t {
      Desk desk{*host};
      static_cast<Script*>(self)->on_order(desk, *event);
      return 0;
    };
    return t;
  }();
  ParamValue address;
  address.name = "script";
  address.type = PLIMSOLL_INTEGER;
  address.integer = reinterpret_cast<std::int64_t>(&script);
  return {&type, std::vector<ParamValue>{address}};
}

/// An impact model whose displacement is a test's own function of the signed lots executed so far.
struct ScriptedImpact {
  std::function<double(double signed_lots, TimePoint now)> displacement;
  double signed_lots = 0;
};
inline ImpactChoice scripted(ScriptedImpact& impact) {
  static const plimsoll_impact_model_type type = [] {
    plimsoll_impact_model_type t{};
    t.size = sizeof t;
    t.name = "scripted_impact";
    t.summary = t.source = "";
    t.create = [](const plimsoll_param* params, std::uint32_t, const plimsoll_setting*, char*, std::uint32_t) {
      return reinterpret_cast<void*>(params[0].integer);
    };
    t.destroy = [](void*) {};
    t.on_parent = [](void*, const plimsoll_host_base*, std::int64_t, const plimsoll_parent*, double) -> std::int32_t { return 0; };
    t.manipulation_note = "";
    t.on_execution = [](void* self, const plimsoll_host_base*, const plimsoll_execution* execution) -> std::int32_t {
      static_cast<ScriptedImpact*>(self)->signed_lots += execution->side * static_cast<double>(execution->lots);
      return 0;
    };
    t.displacement = [](void* self, const plimsoll_host_base*, std::int64_t now, std::uint32_t, double* out) -> std::int32_t {
      const auto& model = *static_cast<ScriptedImpact*>(self);
      *out = model.displacement(model.signed_lots, now);
      return 0;
    };
    return t;
  }();
  ParamValue address;
  address.name = "script";
  address.type = PLIMSOLL_INTEGER;
  address.integer = reinterpret_cast<std::int64_t>(&impact);
  return {&type, std::vector<ParamValue>{address}};
}

}  // namespace plimsoll::test
