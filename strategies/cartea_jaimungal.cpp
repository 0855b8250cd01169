// A schedule that leans on the flow of others: with them it waits or hurries, whichever their pressure on the price makes cheaper.
#include <algorithm>
#include <cmath>

#include "sdk/planned_strategy.hpp"
#include "sdk/theory/cartea_jaimungal.hpp"

using namespace plimsoll::sdk;

namespace {

class CarteaJaimungal final : public PlannedStrategy {
 public:
  static Description describe() {
    return {
        "cartea_jaimungal",
        "An urgency schedule that sells slower while others buy and faster while they sell, and the reverse for a purchase",
        "Cartea and Jaimungal (2016), Incorporating order-flow into optimal execution, Math. Financ. Econ. 10(3), 339-364",
        {slices_param(), Param::real("temporary_ticks_s_per_lot").unit("ticks s/lot").above(0).at_most(1e15).help("k, temporary impact"),
         Param::real("flow_ticks_per_lot")
             .unit("ticks/lot")
             .at_least(0)
             .at_most(1e9)
             .help("b, how far a lot of others' net flow moves the mid"),
         Param::real("flow_decay_per_s")
             .unit("1/s")
             .above(0)
             .at_most(1e3)
             .by_default(0.01)
             .help("d, the rate at which their flow dies out; their rate is measured with the same memory"),
         Param::real("urgency_ticks_per_lot_s")
             .unit("ticks/(lot s)")
             .at_least(0)
             .at_most(1e9)
             .by_default(0)
             .help("phi of the running penalty phi q^2, about risk aversion * variance; 0 without flow is an even schedule"),
         style_param()}};
  }
  CarteaJaimungal(const Params& params, const Setting& setting)
      : PlannedStrategy{style_named(params.text("style")), params.integer("slices")}, math_{setting.math} {
    problem_.temporary = params.real("temporary_ticks_s_per_lot");
    problem_.flow_move = params.real("flow_ticks_per_lot");
    problem_.flow_decay = params.real("flow_decay_per_s");
    problem_.urgency = params.real("urgency_ticks_per_lot_s");
  }

 private:
  void plan(Host& host) override {
    seen_lots_ = host.signal(PLIMSOLL_RECORDED_VOLUME_LOTS);
    note(host);
    if (problem_.flow_move > 0.0) host.wake_on_trade();
  }

  /// Recorded prints since the last one seen, signed by the mid that stood then (Lee and Ready 1991), in an exponential mean.
  void observe(Host& host) override {
    const std::int64_t lots = host.signal(PLIMSOLL_RECORDED_VOLUME_LOTS) - seen_lots_;
    if (lots <= 0) return;
    const std::int64_t above_mid = 2 * host.signal(PLIMSOLL_RECORDED_LAST_TRADE_TICKS) - mid_x2_;
    const std::int64_t direction = mid_x2_ == 0 || above_mid == 0 ? 0 : above_mid > 0 ? 1 : -1;
    flow_lots_ = flow_lots_ * faded(host.now()) + static_cast<double>(lots * direction);
    seen_lots_ += lots;
    note(host);
  }

  double target(Host& host, std::int64_t slice, std::int64_t sent) override {
    const double left_s = static_cast<double>(slices() - slice) * slice_seconds();
    const double flow = -sign(parent().side) * flow_lots_ * faded(host.now()) * problem_.flow_decay;  // lots/s, as a seller sees it
    const double rate = problem_.rate(math_, left_s, static_cast<double>(parent().lots - sent), flow);
    return static_cast<double>(sent) + std::max(0.0, rate) * slice_seconds();  // never trades back
  }

  double faded(std::int64_t now_ns) const { return math_.exp(-problem_.flow_decay * static_cast<double>(now_ns - seen_ns_) * 1e-9); }

  void note(Host& host) {
    const Quote quote = host.quote();
    mid_x2_ = quote.bid && quote.ask ? std::int64_t{quote.bid->price_ticks} + quote.ask->price_ticks : 0;
    seen_ns_ = host.now();
  }

  Math math_;
  theory::CarteaJaimungal problem_;
  std::int64_t seen_lots_ = 0;
  std::int64_t seen_ns_ = 0;
  std::int64_t mid_x2_ = 0;  ///< 0 when a side was empty
  double flow_lots_ = 0.0;   ///< net buying of others, each lot weighted exp(-d age)
};

}  // namespace

PLIMSOLL_STRATEGY(CarteaJaimungal)
