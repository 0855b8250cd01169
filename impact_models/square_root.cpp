// The square-root law of metaorders: impact depends on what the parent has traded in total, never on its children.
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

class SquareRoot final : public ImpactModel {
 public:
  static Description describe() {
    return {"square_root",
            "I = Y * daily volatility * sqrt(Q / daily volume) * arrival mid, Q the executed lots of the parent",
            "Toth et al. (2011), Anomalous price impact and the critical nature of liquidity, Phys. Rev. X 1, 021006",
            {Param::real("prefactor").unit("1").at_least(0).at_most(100).by_default(1).help("Y; 0.5 to 1.5 in published fits"),
             Param::real("daily_volatility").unit("1").above(0).at_most(10).help("Standard deviation of the daily return, 0.02 for 2%"),
             Param::real("daily_volume_lots").unit("lots").above(0).help("Volume of a usual day"),
             Param::text("source").by_default("assumed").help("Where the numbers come from")},
            /*permanent=*/true,
            /*across_instruments=*/false,
            /*manipulation_free=*/false,
            "many small buys, then one large sale: concave in size, so the sale gives back less than the buys have moved"};
  }
  SquareRoot(const Params& params, const Instrument&)
      : peak_at_daily_volume_{params.real("prefactor") * params.real("daily_volatility")},
        daily_volume_lots_{params.real("daily_volume_lots")} {}

  void on_parent(BaseHost&, std::int64_t, const Parent& parent, double mid_ticks) override {
    metaorders_.push_back({parent.id, parent.side, 0, mid_ticks});
  }

  void on_execution(BaseHost&, const Execution& execution) override {
    Metaorder& metaorder = find(execution.parent);
    if (!(metaorder.arrival_ticks > 0.0))
      metaorder.arrival_ticks = execution.price_ticks;  // no mid at arrival: the first price is the nearest thing
    metaorder.lots += execution.lots;
  }

  double displacement(BaseHost&, std::int64_t, std::uint32_t) const override {
    double ticks = 0.0;
    for (const Metaorder& metaorder : metaorders_) {
      if (metaorder.lots == 0) continue;
      const double share_of_day = static_cast<double>(metaorder.lots) / daily_volume_lots_;
      ticks += sign(metaorder.side) * peak_at_daily_volume_ * std::sqrt(share_of_day) * metaorder.arrival_ticks;
    }
    return ticks;
  }

 private:
  struct Metaorder {
    std::uint32_t parent;
    Side side;
    std::int64_t lots;
    double arrival_ticks;
  };

  Metaorder& find(std::uint32_t parent) {
    for (Metaorder& metaorder : metaorders_) {
      if (metaorder.parent == parent) return metaorder;
    }
    throw std::logic_error("an execution of a parent that never arrived");
  }

  double peak_at_daily_volume_;
  double daily_volume_lots_;
  std::vector<Metaorder> metaorders_;
};

}  // namespace

PLIMSOLL_IMPACT_MODEL(SquareRoot)
