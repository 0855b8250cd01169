#pragma once
/// A strategy that decides at timed steps and leaves what stays undone to the parent's end policy. What twap, pov and immediate share.
///
/// At each step: resting orders that the market left behind are cancelled; once their cancellations are confirmed (never before, or the
/// same lots could trade twice) the due lots are worked out and sent. A step whose time has passed meanwhile is skipped, its lots are
/// part of the next one's. At the parent's end:
///   cross   everything out is cancelled, then the rest goes out at once, inside the limit price, one time
///   cancel  everything out is cancelled, nothing more is sent
///   extend  the end is no step of its own; the steps go on
/// A wake that no step asked for changes nothing. Each decision records planned_lots (where the schedule wants to be after it) and
/// done_lots (filled before it).

#include <cstdint>
#include <limits>
#include <stdexcept>

#include "sdk/child_orders.hpp"
#include "sdk/plugin.hpp"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {

inline constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
/// Rounded to the nanosecond; 0 <= seconds < 9e9.
inline std::int64_t nanoseconds(double seconds) { return static_cast<std::int64_t>(seconds * 1e9 + 0.5); }

class SteppedStrategy : public Strategy {
 public:
  void on_start(Host& host, const Parent& parent) final {
    if (parent.end_ns <= parent.start_ns) throw std::invalid_argument("the parent's end is not after its start");
    parent_ = parent;
    orders_ = ChildOrders{parent};
    begin(host);
    schedule(host);
  }
  void on_wake(Host& host) final {
    observe(host);
    if (host.now() >= wake_ns_) act(host);
  }
  void on_order(Host& host, const OrderEvent& event) final {
    orders_.apply(event);
    if (acting_) proceed(host);
  }

 protected:
  /// What one step wants: send `lots` more, and be at `planned_lots` in total once they are done.
  struct Due {
    std::int64_t lots = 0;
    std::int64_t planned_lots = 0;
  };

  explicit SteppedStrategy(Style style) : style_{style} {}

  virtual void begin(Host&) {}
  /// Receipt time of a step, growing with `step`; steps at or after the parent's end are only used under extend.
  virtual std::int64_t step_time(Host& host, std::int64_t step) = 0;
  /// Called once per step taken, when no cancellation is awaited. Lots above what is unsent are cut.
  virtual Due due(Host& host, std::int64_t step) = 0;

  /// Called at every wake, before a step is taken. A wake that nobody asked for must change nothing.
  virtual void observe(Host&) {}
  /// Where style join rests at this step; inside the limit price.
  virtual std::optional<std::int32_t> resting_price(Host& host) { return orders_.joining_price(host); }

  const Parent& parent() const { return parent_; }
  const ChildOrders& orders() const { return orders_; }

 private:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  bool past_end(std::int64_t time_ns) const { return parent_.end_policy != EndPolicy::extend && time_ns >= parent_.end_ns; }

  void schedule(Host& host) {
    if (orders_.complete()) return;
    const std::int64_t step_ns = step_time(host, step_);
    wake_ns_ = past_end(step_ns) ? parent_.end_ns : step_ns;
    if (wake_ns_ <= host.now()) {
      act(host);
    } else {
      host.wake_at(wake_ns_);
    }
  }

  void act(Host& host) {
    wake_ns_ = kNever;
    acting_ = true;
    proceed(host);
  }

  /// Goes on with the step, or with the end, as soon as nothing it must know is under way.
  void proceed(Host& host) {
    if (past_end(host.now())) {
      orders_.cancel_all(host);
      if (orders_.none_outstanding()) finish(host);
      return;
    }
    if (!orders_.awaiting_cancel()) orders_.cancel_left_behind(host, resting_price(host));
    if (orders_.awaiting_cancel()) return;
    acting_ = false;
    while (!past_end(step_time(host, step_ + 1)) && step_time(host, step_ + 1) <= host.now()) ++step_;
    const Due due_now = due(host, step_);
    record(host, due_now.planned_lots);
    style_ == Style::cross ? orders_.cross(host, due_now.lots) : orders_.rest(host, resting_price(host), due_now.lots);
    ++step_;
    schedule(host);
  }

  void finish(Host& host) {
    acting_ = false;
    if (parent_.end_policy != EndPolicy::cross || orders_.complete()) return;
    record(host, parent_.lots);
    orders_.cross(host, orders_.unsent_lots());
  }

  void record(Host& host, std::int64_t planned_lots) const {
    host.record("planned_lots", static_cast<double>(planned_lots));
    host.record("done_lots", static_cast<double>(orders_.filled_lots()));
  }

  Style style_;
  Parent parent_;
  ChildOrders orders_;
  std::int64_t step_ = 0;
  std::int64_t wake_ns_ = kNever;
  bool acting_ = false;
};

}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
