// The square-root law of metaorders: impact depends on what a metaorder has traded in total, never on its children.
//
//   I = s Y sigma_D sqrt(Q / V_D) P        in ticks; Q executed lots, V_D lots a day, P mid in ticks at arrival     [SQRT-01]
//
// Toth et al. (2011), Phys. Rev. X 1, 021006, section II; surveyed in Bouchaud, Bonart, Donier and Gould (2018), Trades, Quotes and Prices,
// chapter 12. Q counts a metaorder, not a parent: parents of one side that overlap, or follow within `merge_window_s`, are one [SQRT-02];
// else an order in two halves would look cheaper than whole. A parent ends when it is filled, else at its planned end.
//
// Two models, because a displacement that never relaxes lets waiting runs sleep:
//   square_root            keeps its peak for good
//   square_root_relaxing   after the end at t_1, I(t) = I(t_1) (p + (1 - p) (1 + (t - t_1) / tau)^-b): with p = 0 and b = 0.585 two thirds
//                          are left after tau, and the rest goes ever slower (Zarinelli, Treccani, Farmer and Lillo 2015; Bucci et al.
//                          2018)
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr double kShortestScaleNs = 60e9;  // the law is not known below a minute

std::vector<Param> params_of_the_law() {
  return {Param::real("prefactor").unit("1").at_least(0).at_most(100).by_default(1).help("Y; 0.5 to 1.5 in published fits"),
          Param::real("daily_volatility").unit("1").above(0).at_most(10).help("Standard deviation of the daily return, 0.02 for 2%"),
          Param::real("daily_volume_lots").unit("lots").above(0).help("Volume of a usual day"),
          Param::real("merge_window_s")
              .unit("s")
              .at_least(0)
              .at_most(1e9)
              .by_default(3600)
              .help("A parent that starts within this time of the end of another of its side continues it; 0 merges only what overlaps"),
          Param::text("source").by_default("assumed").help("Where the numbers come from")};
}

constexpr const char* kNote =
    "small buys, each a metaorder of its own, then all sold as one: concave in size, so the sale gives back less than the buys have moved";

class SquareRootLaw : public ImpactModel {
 public:
  explicit SquareRootLaw(const Params& params)
      : peak_at_daily_volume_{params.real("prefactor") * params.real("daily_volatility")},
        daily_volume_lots_{params.real("daily_volume_lots")},
        merge_window_ns_{static_cast<std::int64_t>(params.real("merge_window_s") * 1e9)} {}

  void on_parent(BaseHost&, std::int64_t, const Parent& parent, double mid_ticks) override {
    Order order{parent.id, 0, parent.lots, parent.end_policy == EndPolicy::extend ? kNoEnd : parent.end_ns, kNever};
    order.metaorder = continued_by(parent);
    if (order.metaorder == metaorders_.size()) metaorders_.push_back({parent.side, 0.0, mid_ticks, kNever});
    orders_.push_back(order);
  }

  void on_execution(BaseHost& host, const Execution& execution) override {
    Order& order = find(execution.parent);
    Metaorder& metaorder = metaorders_[order.metaorder];
    if (execution.lots == 0) return;
    if (!(metaorder.arrival_ticks > 0.0))
      metaorder.arrival_ticks = execution.price_ticks;  // no mid at arrival: the first price is the nearest thing
    // What has relaxed is not there any more: the metaorder goes on from the lots that would have moved as far as is left.
    const double left = metaorder.lots > 0.0 ? share_left(host.math(), order.metaorder, execution.time_ns) : 1.0;
    metaorder.lots = metaorder.lots * left * left + static_cast<double>(execution.lots);
    if (metaorder.first_ns == kNever) metaorder.first_ns = execution.time_ns;
    order.open_lots -= execution.lots;
    order.last_ns = execution.time_ns;
  }

  double displacement(BaseHost& host, std::int64_t time_ns, std::uint32_t) const override {
    double ticks = 0.0;
    for (std::size_t index = 0; index < metaorders_.size(); ++index) {
      const Metaorder& metaorder = metaorders_[index];
      if (metaorder.lots == 0.0) continue;
      const double peak = peak_at_daily_volume_ * std::sqrt(metaorder.lots / daily_volume_lots_) * metaorder.arrival_ticks;
      ticks += sign(metaorder.side) * peak * share_left(host.math(), index, time_ns);
    }
    return ticks;
  }

 protected:
  struct Span {
    std::int64_t first_ns, end_ns;
  };
  /// From the first execution of a metaorder to the end of its last parent that has traded.
  Span span_of(std::size_t metaorder) const {
    std::int64_t end_ns = kNever;
    for (const Order& order : orders_)
      if (order.metaorder == metaorder && order.last_ns != kNever) end_ns = std::max(end_ns, order.ended_ns());
    return {metaorders_[metaorder].first_ns, end_ns};
  }
  /// Of the displacement that the lots of a metaorder have made, what is left at a time.
  virtual double share_left(const Math&, std::size_t /*metaorder*/, std::int64_t /*time_ns*/) const { return 1.0; }

 private:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();

  struct Order {
    std::uint32_t parent;
    std::size_t metaorder;
    std::int64_t open_lots;
    std::int64_t planned_end_ns;
    std::int64_t last_ns;  ///< last execution
    std::int64_t ended_ns() const { return open_lots > 0 ? std::max(planned_end_ns, last_ns) : last_ns; }
  };
  struct Metaorder {
    Side side;
    double lots;
    double arrival_ticks;
    std::int64_t first_ns;  ///< first execution
  };

  /// The metaorder that a new parent continues; one past the last when it opens its own.
  std::size_t continued_by(const Parent& parent) const {
    for (auto order = orders_.rbegin(); order != orders_.rend(); ++order)
      if (metaorders_[order->metaorder].side == parent.side && order->ended_ns() >= parent.start_ns - merge_window_ns_)
        return order->metaorder;
    return metaorders_.size();
  }

  Order& find(std::uint32_t parent) {
    for (Order& order : orders_)
      if (order.parent == parent) return order;
    throw std::logic_error("an execution of a parent that never arrived");
  }

  double peak_at_daily_volume_;
  double daily_volume_lots_;
  std::int64_t merge_window_ns_;
  std::vector<Order> orders_;
  std::vector<Metaorder> metaorders_;
};

class SquareRoot final : public SquareRootLaw {
 public:
  static Description describe() {
    return {"square_root",
            "I = Y * daily volatility * sqrt(Q / daily volume) * arrival mid, Q the executed lots of the metaorder; permanent",
            "Toth et al. (2011), Anomalous price impact and the critical nature of liquidity, Phys. Rev. X 1, 021006",
            params_of_the_law(),
            /*permanent=*/true,
            /*across_instruments=*/false,
            /*manipulation_free=*/false,
            kNote};
  }
  SquareRoot(const Params& params, const Instrument&) : SquareRootLaw{params} {}
};

class SquareRootRelaxing final : public SquareRootLaw {
 public:
  static Description describe() {
    std::vector<Param> params = params_of_the_law();
    params.push_back(Param::real("relaxation_s")
                         .unit("s")
                         .at_least(0)
                         .at_most(1e9)
                         .by_default(0)
                         .help("tau, time after which about two thirds of the peak are left; 0: as long as the metaorder itself took, "
                               "which is what is published, but at least a minute"));
    params.push_back(Param::real("relaxation_exponent")
                         .unit("1")
                         .above(0)
                         .at_most(10)
                         .by_default(0.585)
                         .help("b in (1 + t/tau)^-b; 0.585 leaves two thirds after tau, published decays have 0.2 to 0.6"));
    params.push_back(
        Param::real("lasting_share").unit("1").between(0, 1).by_default(0).help("p, the part of the peak that stays for good"));
    return {"square_root_relaxing",
            "square_root while a metaorder lasts; afterwards the peak times p + (1 - p) (1 + t/tau)^-b",
            "Zarinelli et al. (2015), Beyond the square root, Market Microstructure and Liquidity 1(2); Bucci et al. (2018), "
            "Slow decay of impact in equity markets, Market Microstructure and Liquidity 4",
            std::move(params),
            /*permanent=*/false,
            /*across_instruments=*/false,
            /*manipulation_free=*/false,
            kNote};
  }
  SquareRootRelaxing(const Params& params, const Instrument&)
      : SquareRootLaw{params},
        scale_ns_{params.real("relaxation_s") * static_cast<double>(kSecond)},
        exponent_{params.real("relaxation_exponent")},
        lasting_share_{params.real("lasting_share")} {}

 private:
  double share_left(const Math& math, std::size_t metaorder, std::int64_t time_ns) const override {
    const Span span = span_of(metaorder);
    if (time_ns <= span.end_ns) return 1.0;
    const double own_scale_ns = std::max(static_cast<double>(span.end_ns - span.first_ns), kShortestScaleNs);
    const double scale_ns = scale_ns_ > 0.0 ? scale_ns_ : own_scale_ns;
    const double elapsed = static_cast<double>(time_ns - span.end_ns) / scale_ns;
    return lasting_share_ + (1.0 - lasting_share_) * math.pow(1.0 + elapsed, -exponent_);
  }

  double scale_ns_, exponent_, lasting_share_;
};

}  // namespace

PLIMSOLL_PLUGIN(SquareRoot, SquareRootRelaxing)
