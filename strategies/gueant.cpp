// Limit orders at the distance that a fear of waiting allows: no market order before the end.
#include <algorithm>
#include <cmath>
#include <optional>

#include "sdk/planned_strategy.hpp"
#include "sdk/theory/gueant.hpp"

using namespace plimsoll::sdk;

namespace {

class Gueant final : public SteppedStrategy {
 public:
  static Description describe() {
    return {
        "gueant",
        "One limit order at a time, at the optimal distance from the mid, given how fill intensity falls with it",
        "Gueant, Lehalle and Fernandez-Tapia (2012), Optimal portfolio liquidation with limit orders, SIAM J. Fin. Math. 3(1), 740-764",
        {
            Param::integer("orders").unit("1").between(1, 100).by_default(10).help("The parent is worked in so many orders of equal size"),
            Param::integer("steps").unit("1").between(1, 2'000).by_default(60).help("Decisions between start and end"),
            Param::real("intensity_per_s").unit("1/s").above(0).at_most(1e6).help("A, fills per second of one order that rests at the mid"),
            Param::real("decay_per_tick")
                .unit("1/tick")
                .above(0)
                .at_most(1e3)
                .help("k, by which that falls with distance: A exp(-k ticks)"),
            volatility_param(),
            Param::real("risk_aversion").unit("1/currency").above(0).at_most(1e12).help("gamma of the utility -exp(-gamma wealth)"),
            Param::real("end_cost_ticks")
                .unit("ticks")
                .at_least(0)
                .at_most(1e4)
                .by_default(1)
                .help("b, what a lot that is left at the end costs against the mid: about the half spread and the sweep"),
        }};
  }
  Gueant(const Params& params, const Setting& setting)
      : SteppedStrategy{Style::join}, math_{setting.math}, orders_wanted_{params.integer("orders")}, steps_{params.integer("steps")} {
    problem_.intensity = params.real("intensity_per_s");
    problem_.decay = params.real("decay_per_tick");
    problem_.volatility = params.real("volatility_ticks");
    problem_.end_cost = params.real("end_cost_ticks");
    problem_.risk_aversion = params.real("risk_aversion") * money_per_tick_lot(setting.instruments.front());
  }

 private:
  void begin(Host&) override {
    steps_ = std::min(steps_, parent().end_ns - parent().start_ns);  // a step lasts at least a nanosecond
    unit_lots_ = (parent().lots - 1) / orders_wanted_ + 1;
    const std::int64_t units = (parent().lots - 1) / unit_lots_ + 1;
    problem_.risk_aversion *= static_cast<double>(unit_lots_);  // prices are in ticks, holdings in orders
    const double horizon = static_cast<double>(parent().end_ns - parent().start_ns) * 1e-9;
    quotes_.emplace(math_, problem_, units, horizon, steps_);
  }

  std::int64_t step_time(Host&, std::int64_t step) override {
    return parent().start_ns + scaled_down(parent().end_ns - parent().start_ns, step, steps_);
  }

  Due due(Host&, std::int64_t step) override {
    step_ = std::min(step, steps_ - 1);  // past the end, under extend: as at the last step
    const std::int64_t filled = orders().filled_lots();
    return {unit_lots_ - orders().outstanding_lots(), std::min(filled + unit_lots_, parent().lots)};
  }

  /// Mid plus delta for a sale, minus it for a purchase, on our side of it to the next tick; no better than the other side's best, where
  /// it takes.
  std::optional<std::int32_t> resting_price(Host& host) override {
    const Quote quote = host.quote();
    if (!quote.bid || !quote.ask) return std::nullopt;
    const std::int64_t left = parent().lots - orders().filled_lots();
    if (left <= 0) return std::nullopt;
    const double mid = 0.5 * (static_cast<double>(quote.bid->price_ticks) + static_cast<double>(quote.ask->price_ticks));
    const double delta = std::clamp(quotes_->delta((left - 1) / unit_lots_ + 1, step_), -kFarthest, kFarthest);
    const double price = parent().side == Side::buy ? std::min<double>(std::floor(mid - delta), quote.ask->price_ticks)
                                                    : std::max<double>(std::ceil(mid + delta), quote.bid->price_ticks);
    return orders().inside_limit(static_cast<std::int32_t>(price));
  }

  static constexpr double kFarthest = 1e8;  // ticks
  Math math_;
  theory::LimitOrderLiquidation problem_;
  std::int64_t orders_wanted_;
  std::int64_t steps_;
  std::int64_t unit_lots_ = 1;
  std::int64_t step_ = 0;
  std::optional<theory::LimitOrderQuotes> quotes_;
};

}  // namespace

PLIMSOLL_STRATEGY(Gueant)
