// A strategy and an impact model in one file, built outside the tree.
#include "sdk/child_orders.hpp"
#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

/// Takes a fixed size at every recorded trade.
class TradeFollower final : public Strategy {
 public:
  static Description describe() {
    return {"sample_follower",
            "Takes a fixed size whenever somebody trades",
            "",
            {Param::integer("lots_per_trade").unit("lots").at_least(1).by_default(1).help("Lots to take at each recorded trade")}};
  }
  TradeFollower(const Params& params, const Instrument&) : lots_per_trade_{params.integer("lots_per_trade")} {}

  void on_start(Host& host, const Parent& parent) override {
    parent_ = parent;
    orders_ = ChildOrders{parent};
    seen_lots_ = host.signal(PLIMSOLL_RECORDED_VOLUME_LOTS);
    host.wake_on_trade();
  }
  void on_wake(Host& host) override {
    const std::int64_t volume = host.signal(PLIMSOLL_RECORDED_VOLUME_LOTS);
    if (volume == seen_lots_ || host.now() >= parent_.end_ns) return;
    seen_lots_ = volume;
    orders_.cross(host, lots_per_trade_);
  }
  void on_order(Host&, const OrderEvent& event) override { orders_.apply(event); }

 private:
  std::int64_t lots_per_trade_;
  std::int64_t seen_lots_ = 0;
  Parent parent_;
  ChildOrders orders_;
};

/// I = c * (1 - exp(-Q / Q0)): impact that saturates. Uses the host's exp, so its bits are the same everywhere.
class Saturating final : public ImpactModel {
 public:
  static Description describe() {
    return {"sample_saturating",
            "I = ceiling * (1 - exp(-|Q| / scale))",
            "",
            {Param::real("ceiling_ticks").unit("ticks").at_least(0).help("Displacement of an endless order"),
             Param::real("scale_lots").unit("lots").above(0).by_default(1000).help("Size that reaches 63% of it")}};
  }
  Saturating(const Params& params, const Instrument&)
      : ceiling_ticks_{params.real("ceiling_ticks")}, scale_lots_{params.real("scale_lots")} {}

  void on_execution(BaseHost&, const Execution& execution) override { signed_lots_ += sign(execution.side) * execution.lots; }
  double displacement(BaseHost& host, std::int64_t, std::uint32_t) const override {
    const double size = static_cast<double>(signed_lots_ < 0 ? -signed_lots_ : signed_lots_);
    const double ticks = ceiling_ticks_ * (1.0 - host.math().exp(-size / scale_lots_));
    return signed_lots_ < 0 ? -ticks : ticks;
  }

 private:
  double ceiling_ticks_, scale_lots_;
  std::int64_t signed_lots_ = 0;
};

}  // namespace

PLIMSOLL_PLUGIN(TradeFollower, Saturating)
