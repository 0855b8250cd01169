// Strategies that exist to be measured. They come through the SDK's C table like everybody's.
#define PLIMSOLL_PLUGIN_ENTRY plimsoll_entry_bench
#include <algorithm>
#include <vector>

#include "bench/memory_probe.hpp"
#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

// Keeps orders resting, the first `behind` ticks behind the touch and each a tick behind the one before, brings them up to date at a timer,
// and takes now and then.
class Quoter final : public Strategy {
 public:
  static Description describe() {
    return {"bench_quoter",
            "resting orders, looked after at a timer",
            "",
            {Param::integer("interval_ns").unit("ns").at_least(1).help("time between two looks"),
             Param::integer("phase_ns").unit("ns").at_least(0).by_default(0).help("the first look is later by this"),
             Param::integer("behind").unit("ticks").at_least(0).by_default(0).help("distance of the first order from the touch"),
             Param::integer("orders").unit("1").between(1, 1'000).by_default(2).help("how many rest"),
             Param::integer("lots").unit("lots").at_least(1).by_default(100).help("size of each order"),
             Param::integer("take_every").unit("1").at_least(0).by_default(64).help("looks between two takes; 0 for none")}};
  }
  Quoter(const Params& params, const Instrument&)
      : interval_ns_{params.integer("interval_ns")},
        phase_ns_{params.integer("phase_ns")},
        behind_{params.integer("behind")},
        lots_{params.integer("lots")},
        take_every_{params.integer("take_every")},
        resting_(static_cast<std::size_t>(params.integer("orders"))) {}

  void on_start(Host& host, const Parent& parent) override {
    parent_ = parent;
    next_ns_ = host.now() + phase_ns_;
    host.wake_at(next_ns_);
  }

  void on_wake(Host& host) override {
    if (host.now() < next_ns_ || host.now() >= parent_.end_ns) return;
    next_ns_ += interval_ns_;
    host.wake_at(next_ns_);
    const Quote quote = host.quote();
    const auto& touch = quote.of(parent_.side);
    const auto& other = quote.of(opposite(parent_.side));
    if (touch)
      for (std::size_t depth = 0; depth < resting_.size(); ++depth)
        keep_at(host, resting_[depth],
                touch->price_ticks - sign(parent_.side) * static_cast<std::int32_t>(behind_ + static_cast<std::int64_t>(depth)));
    if (other && take_every_ > 0 && ++looks_ % take_every_ == 0) host.submit_ioc(parent_.side, other->price_ticks, lots_);
  }

  void on_order(Host&, const OrderEvent& event) override {
    if (event.open_lots > 0 && event.kind == OrderEvent::Kind::filled) return;
    for (Resting& each : resting_)
      if (each.order == event.order) each = {};
  }

 private:
  struct Resting {
    OrderId order = 0;
    std::int32_t price_ticks = 0;
  };
  void keep_at(Host& host, Resting& resting, std::int32_t price_ticks) {
    if (resting.order != 0 && resting.price_ticks == price_ticks) return;
    if (resting.order != 0) host.cancel(resting.order);
    resting = {host.submit_limit(parent_.side, price_ticks, lots_), price_ticks};
  }

  std::int64_t interval_ns_, phase_ns_, behind_, lots_, take_every_;
  Parent parent_;
  std::int64_t next_ns_ = 0;
  std::int64_t looks_ = 0;
  std::vector<Resting> resting_;
};

// Waits for its parent's end and does nothing. Its start is a moment for the memory probe.
class Waiter final : public Strategy {
 public:
  static Description describe() { return {"bench_waiter", "waits", "", {}}; }
  Waiter(const Params&, const Instrument&) {}
  void on_start(Host&, const Parent&) override { plimsoll::bench::memory_probe().note(); }
};

// Wakes itself `count` times; with orders, each wake cancels the order of the one before and sends another, far from the market.
class Ticker final : public Strategy {
 public:
  static Description describe() {
    return {
        "bench_ticker",
        "a chain of timers",
        "",
        {Param::integer("count").unit("1").at_least(1).help("wakes"), Param::integer("step_ns").unit("ns").at_least(1).help("between two"),
         Param::integer("phase_ns").unit("ns").at_least(0).by_default(0).help("the first wake is later by this"),
         Param::boolean("orders").by_default(false).help("an order and a cancellation at each")}};
  }
  Ticker(const Params& params, const Instrument&)
      : left_{params.integer("count")},
        step_ns_{params.integer("step_ns")},
        phase_ns_{params.integer("phase_ns")},
        orders_{params.boolean("orders")} {}

  void on_start(Host& host, const Parent& parent) override {
    side_ = parent.side;
    host.wake_at(host.now() + phase_ns_ + step_ns_);
  }
  void on_wake(Host& host) override {
    if (orders_) {
      if (order_ != 0) host.cancel(order_);
      order_ = host.submit_limit(side_, side_ == Side::buy ? 1 : 1'000'000, 1);
    }
    if (--left_ > 0) host.wake_at(host.now() + step_ns_);
  }

 private:
  std::int64_t left_, step_ns_, phase_ns_;
  bool orders_;
  Side side_ = Side::buy;
  OrderId order_ = 0;
};

}  // namespace

PLIMSOLL_PLUGIN(Quoter, Waiter, Ticker)
