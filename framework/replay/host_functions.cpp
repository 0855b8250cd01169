#include "replay/host_functions.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "core/math.hpp"
#include "core/random.hpp"

namespace plimsoll {

namespace {
using Actor = HostFunctions::Actor;
}  // namespace

const plimsoll_math& host_math() {
  static const plimsoll_math kMath{sizeof kMath, 0, &math::exp, &math::log, &math::pow, &math::sin, &math::cos};
  return kMath;
}

plimsoll_strategy_host HostFunctions::for_strategies() {
  plimsoll_strategy_host host{};
  host.size = sizeof host;
  host.base.size = sizeof host.base;
  host.base.fail = [](void* run, const char* message) {
    static_cast<Actor*>(run)->run->fail(message != nullptr ? message : "no reason given");
  };
  host.base.uniform = [](void* run, std::uint64_t index) {
    const Actor& self = *static_cast<Actor*>(run);
    const RunSpec& spec = self.run->spec_;
    return RandomStream{spec.seed, spec.replicate, Purpose::strategy}.uniform(index ^ (std::uint64_t{self.index} << 48));
  };
  host.base.math = &host_math();
  host.now = [](void* run) {
    const Actor& self = *static_cast<Actor*>(run);
    return self.run->now_ + self.run->feed();
  };
  host.quote = [](void* run, plimsoll_quote* out) {
    const Quote quote = static_cast<Actor*>(run)->market->venue.view().quote();
    *out = {sizeof *out, quote.has_bid() ? quote.bid : 0, quote.has_ask() ? quote.ask : 0, 0, quote.bid_lots, quote.ask_lots};
  };
  host.level = [](void* run, std::int32_t side, std::uint32_t depth, plimsoll_level* out) -> std::int32_t {
    *out = {sizeof *out, 0, 0};
    Lots lots = 0;
    const MarketView& view = static_cast<Actor*>(run)->market->venue.view();
    if (!view.level(side > 0 ? Side::buy : Side::sell, depth, out->price_ticks, lots)) return 0;
    out->lots = lots;
    return 1;
  };
  host.signal = [](void* run, std::uint32_t signal) -> std::int64_t {
    const Actor& self = *static_cast<Actor*>(run);
    const RecordedTotals totals = self.market->shared.signals.at(self.run->now_);
    switch (signal) {
      case PLIMSOLL_RECORDED_VOLUME_LOTS: return totals.volume_lots;
      case PLIMSOLL_RECORDED_VISIBLE_VOLUME_LOTS: return totals.visible_lots;
      case PLIMSOLL_RECORDED_LAST_TRADE_TICKS: return totals.last_trade;
      default: self.run->fail("strategy asked for unknown signal " + std::to_string(signal)); return 0;
    }
  };
  host.submit = [](void* run, const plimsoll_order* order) {
    return static_cast<Actor*>(run)->run->send(*static_cast<Actor*>(run), *order);
  };
  host.cancel = [](void* run, std::uint64_t order) { static_cast<Actor*>(run)->run->send_cancel(*static_cast<Actor*>(run), order); };
  host.wake_at = [](void* run, std::int64_t time) {
    Actor& self = *static_cast<Actor*>(run);
    ++self.expected;
    // Exchange time of the book an actor can see at `time`; never before now, and far-off times must not wrap.
    const TimePoint due = time > kLongAgo + self.run->feed() ? time - self.run->feed() : self.run->now_;
    self.run->agenda_.add(std::max(self.run->now_, due), DueKind::wake, self.index);
  };
  host.wake_on_trade = [](void* run, std::int32_t on) {
    Actor& self = *static_cast<Actor*>(run);
    self.watches_trades = on != 0;
    self.run->watch(*self.market);
  };
  host.wake_on_touch_change = [](void* run, std::int32_t on) {
    Actor& self = *static_cast<Actor*>(run);
    self.watches_touch = on != 0;
    self.run->watch(*self.market);
  };
  host.record = [](void* run, const char* series, double value) {
    Actor& self = *static_cast<Actor*>(run);
    if (std::string_view{series} == "planned_lots" && value > -0x1p62 && value < 0x1p62)
      self.metrics.on_plan(self.market->exchange_time(self.run->now_), math::round_half_away(value));
    self.run->record(self.index, series, value);
  };
  return host;
}

plimsoll_host_base HostFunctions::for_model(LivingModel& model) {
  plimsoll_host_base host{};
  host.size = sizeof host;
  host.run = &model;
  host.fail = [](void* run, const char* message) {
    static_cast<LivingModel*>(run)->run->fail(message != nullptr ? message : "no reason given");
  };
  host.uniform = [](void* run, std::uint64_t index) {
    const LivingModel& self = *static_cast<LivingModel*>(run);
    const RunSpec& spec = self.run->spec_;
    return RandomStream{spec.seed, spec.replicate, Purpose::impact_model}.uniform(index ^ (std::uint64_t{self.index} << 48));
  };
  host.math = &host_math();
  return host;
}

}  // namespace plimsoll
