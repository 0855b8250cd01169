// Direct estimation of equity market impact: a permanent part linear in size and a temporary part with the rate to the power 0.6.
//
//   I = sigma gamma (X / V) (Theta / V)^delta      permanent, of X lots                                                        [ATHL-01]
//   K = sigma eta (X / (V T))^beta                 temporary, of a parent of X lots that takes T days; J = I/2 + K is its mean cost
//
// Almgren, Thum, Hauptmann and Li (2005), Risk 18(7), 58-62, sections 3 and 4, with the values fitted there: gamma = 0.314 +- 0.041,
// eta = 0.142 +- 0.0062, beta = 0.600 +- 0.038, delta = 0.267 +- 0.22 (1/4 is used). Returns; times the arrival mid they are ticks.
// V lots a day, Theta shares outstanding, T from the parent: planned start to planned end over the length of a session.
//
// What displacement means when: from a parent's first execution until it is filled or its planned end is reached (with end_policy "extend":
// until it is filled), the permanent part of the lots executed so far plus all of K; afterwards the permanent part alone. Along an even
// schedule the mean paid is then I/2 + K. K is the whole temporary cost of the paper, spread and sweep included: the engine nets what our
// fills have paid mechanically.
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

class Athl final : public ImpactModel {
 public:
  static Description describe() {
    return {
        "athl",
        "permanent sigma gamma (X/V) (Theta/V)^(1/4) plus, while the parent trades, temporary sigma eta (X/(V T))^0.6",
        "Almgren, Thum, Hauptmann and Li (2005), Direct estimation of equity market impact, Risk 18(7), 58-62",
        {Param::real("daily_volatility").unit("1").above(0).at_most(10).help("Standard deviation of the daily return, 0.02 for 2%"),
         Param::real("daily_volume_lots").unit("lots").above(0).help("Volume of a usual day"),
         Param::real("shares_outstanding")
             .unit("units")
             .at_least(0)
             .by_default(0)
             .help("Theta, for the liquidity factor; 0 where there is no such thing: the factor is 1 and permanent_prefactor needs a new "
                   "fit"),
         Param::real("permanent_prefactor").unit("1").at_least(0).at_most(1e3).by_default(0.314).help("gamma; 0.314 +- 0.041 in the paper"),
         Param::real("temporary_prefactor").unit("1").at_least(0).at_most(1e3).by_default(0.142).help("eta; 0.142 +- 0.0062 in the paper"),
         Param::real("liquidity_exponent")
             .unit("1")
             .between(0, 2)
             .by_default(0.25)
             .help("delta; 0.267 +- 0.22 in the paper, rounded there"),
         Param::real("rate_exponent").unit("1").above(0).at_most(2).by_default(0.6).help("beta; 0.600 +- 0.038 in the paper"),
         Param::real("session_s")
             .unit("s")
             .above(0)
             .at_most(86'400)
             .by_default(23'400)
             .help("Length of the day that daily values refer to"),
         Param::text("source").by_default("assumed").help("Where the numbers come from")},
        /*permanent=*/false,
        /*across_instruments=*/false,
        /*manipulation_free=*/false,
        "a parent that announces much and trades one lot moves the mid by its planned rate; another parent of the owner trades against it"};
  }

  Athl(const Params& params, const Setting& setting)
      : daily_volume_lots_{params.real("daily_volume_lots")},
        volatility_{params.real("daily_volatility")},
        temporary_prefactor_{params.real("temporary_prefactor")},
        rate_exponent_{params.real("rate_exponent")},
        session_ns_{params.real("session_s") * 1e9} {
    double liquidity = 1.0;
    if (const double shares = params.real("shares_outstanding"); shares > 0.0)
      liquidity = setting.math.pow(shares / (daily_volume_lots_ * setting.instruments.front().lot), params.real("liquidity_exponent"));
    permanent_per_lot_ = volatility_ * params.real("permanent_prefactor") * liquidity / daily_volume_lots_;
  }

  void on_parent(BaseHost& host, std::int64_t, const Parent& parent, double mid_ticks) override {
    const double days = static_cast<double>(parent.end_ns - parent.start_ns) / session_ns_;
    if (!(days > 0.0)) throw std::invalid_argument("athl needs a parent that ends after it starts");
    const double rate = static_cast<double>(parent.lots) / (daily_volume_lots_ * days);
    const double temporary = volatility_ * temporary_prefactor_ * host.math().pow(rate, rate_exponent_);
    orders_.push_back(
        {parent.id, parent.side, parent.lots, 0, parent.end_policy == EndPolicy::extend, parent.end_ns, mid_ticks, temporary});
  }

  void on_execution(BaseHost&, const Execution& execution) override {
    Order& order = find(execution.parent);
    if (!(order.arrival_ticks > 0.0)) order.arrival_ticks = execution.price_ticks;  // no mid at arrival: the nearest thing
    order.done_lots += execution.lots;
  }

  double displacement(BaseHost&, std::int64_t time_ns, std::uint32_t) const override {
    double ticks = 0.0;
    for (const Order& order : orders_) {
      if (order.done_lots == 0) continue;
      const bool working = order.done_lots < order.lots && (order.extends || time_ns < order.end_ns);
      const double shift = permanent_per_lot_ * static_cast<double>(order.done_lots) + (working ? order.temporary : 0.0);
      ticks += sign(order.side) * shift * order.arrival_ticks;
    }
    return ticks;
  }

 private:
  struct Order {
    std::uint32_t parent;
    Side side;
    std::int64_t lots, done_lots;
    bool extends;
    std::int64_t end_ns;
    double arrival_ticks;
    double temporary;  ///< K, a return
  };

  Order& find(std::uint32_t parent) {
    for (Order& order : orders_)
      if (order.parent == parent) return order;
    throw std::logic_error("an execution of a parent that never arrived");
  }

  double daily_volume_lots_, volatility_, temporary_prefactor_, rate_exponent_, session_ns_;
  double permanent_per_lot_ = 0.0;  ///< a return
  std::vector<Order> orders_;
};

}  // namespace

PLIMSOLL_IMPACT_MODEL(Athl)
