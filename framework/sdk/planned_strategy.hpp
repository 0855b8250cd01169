#pragma once
/// A schedule as a strategy: trades at the starts of equal slices of the parent's time, each up to what a plan wants sent by then. What the
/// optimal schedules share. The plan is in real lots; targets are rounded to the nearest lot, never fall, and the last slice takes all.
/// A miss is made up for as the plan says: one that counts from the start catches up at the next slice, one made anew spreads it. Under
/// the end policy extend what is left after the end goes on at the average pace.

#include <cmath>
#include <cstdint>

#include "sdk/schedule.hpp"
#include "sdk/stepped_strategy.hpp"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {

class PlannedStrategy : public SteppedStrategy {
 protected:
  PlannedStrategy(Style style, std::int64_t slices) : SteppedStrategy{style}, slices_{slices} {}

  /// Once, when the parent is known; slices() are final then.
  virtual void plan(Host&) {}
  /// Lots that should have been sent in total after slice `slice` (0-based, not the last), when `sent` are sent or filled before it.
  virtual double target(Host& host, std::int64_t slice, std::int64_t sent) = 0;

  std::int64_t slices() const { return slices_; }
  double slice_seconds() const { return static_cast<double>(parent().end_ns - parent().start_ns) * 1e-9 / static_cast<double>(slices_); }

 private:
  void begin(Host& host) final {
    slices_ = std::min(slices_, parent().end_ns - parent().start_ns);  // a slice lasts at least a nanosecond
    plan(host);
  }
  std::int64_t step_time(Host&, std::int64_t step) final {
    return parent().start_ns + scaled_down(parent().end_ns - parent().start_ns, step, slices_);
  }
  Due due(Host& host, std::int64_t slice) final {
    if (slice >= slices_) return {std::max<std::int64_t>(1, parent().lots / slices_), parent().lots};
    const std::int64_t sent = orders().filled_lots() + orders().outstanding_lots();
    const std::int64_t planned = slice == slices_ - 1 ? parent().lots : whole(target(host, slice, sent), sent);
    return {planned - sent, planned};
  }
  std::int64_t whole(double lots, std::int64_t sent) const {
    if (!(lots > static_cast<double>(sent))) return sent;
    if (lots >= static_cast<double>(parent().lots)) return parent().lots;
    return std::clamp(static_cast<std::int64_t>(std::floor(lots + 0.5)), sent, parent().lots);
  }

  std::int64_t slices_;
};

/// The settings that schedules have in common.
inline Param slices_param() {
  return Param::integer("slices").unit("1").between(1, 10'000).by_default(20).help(
      "Equal slices between start and end, a trade at the start of each");
}
inline Param replan_param() {
  return Param::boolean("replan").by_default(false).help(
      "false: catch up with the plan made at the start; true: plan anew at each slice from what is left");
}
inline Param style_param() {
  return Param::text("style")
      .one_of({"cross", "join"})
      .by_default("cross")
      .help("cross takes at once; join rests at the near touch and is posted anew at the next slice when the touch has moved away");
}
inline Param volatility_param() {
  return Param::real("volatility_ticks")
      .unit("ticks/s^(1/2)")
      .at_least(0)
      .at_most(1e9)
      .help("Standard deviation of the mid over one second; daily ticks / sqrt(session in s)");
}
inline Param risk_aversion_param() {
  return Param::real("risk_aversion").unit("1/currency").at_least(0).at_most(1e12).help("lambda in cost + lambda * variance of cost");
}

/// Currency of one tick on one lot, which turns an aversion per currency into one per tick x lot.
inline double money_per_tick_lot(const Instrument& instrument) { return instrument.tick * instrument.lot * instrument.multiplier; }

}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
