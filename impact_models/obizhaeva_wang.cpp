// The block-shaped order book of Obizhaeva and Wang (2013), Optimal trading strategy and supply/demand dynamics, Journal of Financial
// Markets 16(1), on one axis for both sides (no spread of its own).
//
//   state           P permanent and D transient displacement of the mid, ticks, up positive
//   x lots taken    average (P + D) + x/(2q), afterwards (P + D) + x/q: P += lambda x, D += (1/q - lambda) x;  x < 0 for a sale
//   no trade for t  D *= exp(-rho t)
//
// q = depth_lots_per_tick (lots/tick), lambda = permanent_ticks_per_lot (ticks/lot), rho = resilience_per_s (1/s).
#include <cstdint>
#include <stdexcept>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

class ObizhaevaWang final : public BookModel {
 public:
  static Description describe() {
    return {"obizhaeva_wang",
            "A block-shaped book: taking x lots moves the mid by x / depth; lambda * x of it stays, the rest decays at one rate",
            "Obizhaeva and Wang (2013), Optimal trading strategy and supply/demand dynamics, J. Financial Markets 16(1)",
            {Param::real("depth_lots_per_tick")
                 .unit("lots/tick")
                 .above(0)
                 .at_most(1e15)
                 .help("q, the lots that stand in every tick of one side; the mean depth over one to three usual sweeps"),
             Param::real("permanent_ticks_per_lot")
                 .unit("ticks/lot")
                 .at_least(0)
                 .at_most(1e9)
                 .by_default(0)
                 .help("lambda, the part of a lot's displacement that never decays; below 1/depth_lots_per_tick"),
             Param::real("resilience_per_s")
                 .unit("1/s")
                 .at_least(0)
                 .at_most(1e6)
                 .help("rho, the rate at which the rest decays: ln 2 / half-life of the depth after a sweep; 0.01 to 2 as a rule"),
             Param::text("source").by_default("assumed").help("Where the numbers come from")},
            /*permanent=*/false,
            /*across_instruments=*/false,
            /*manipulation_free=*/true,
            "the cost is x'Gx/2 with G(t) = lambda + (1/q - lambda) exp(-rho t): positive, decreasing and convex, hence positive definite, "
            "so no round trip gains and no optimal order trades against itself (Gatheral, Schied and Slynko 2012)"};
  }

  ObizhaevaWang(const Params& params, const Setting& setting)
      : math_{setting.math},
        permanent_ticks_per_lot_{params.real("permanent_ticks_per_lot")},
        resilience_per_s_{params.real("resilience_per_s")} {
    const double depth = params.real("depth_lots_per_tick");
    if (!(depth > 0.0)) throw std::invalid_argument("depth_lots_per_tick must be above 0: an empty book has no price");
    ticks_per_lot_ = 1.0 / depth;
    if (!(permanent_ticks_per_lot_ >= 0.0 && permanent_ticks_per_lot_ < ticks_per_lot_))
      throw std::invalid_argument(
          "permanent_ticks_per_lot must be at least 0 and below 1/depth_lots_per_tick: more than the whole displacement of a lot cannot "
          "stay, and a negative transient part would pay for round trips");
    if (!(resilience_per_s_ >= 0.0 && resilience_per_s_ <= 1e6))
      throw std::invalid_argument("resilience_per_s must lie in [0, 1e6]: a displacement that grows by itself would pay for round trips");
  }

  void on_execution(BaseHost&, const Execution& execution) override {
    const double lots = sign(execution.side) * static_cast<double>(execution.lots);
    transient_ticks_ = transient_at(execution.time_ns) + (ticks_per_lot_ - permanent_ticks_per_lot_) * lots;
    permanent_ticks_ += permanent_ticks_per_lot_ * lots;
    as_of_ns_ = execution.time_ns;
  }

  double displacement(BaseHost&, std::int64_t time_ns, std::uint32_t) const override { return permanent_ticks_ + transient_at(time_ns); }

  Sweep sweep(BaseHost& host, std::int64_t time_ns, std::uint32_t instrument, Side side, std::int64_t lots) const override {
    const double before = displacement(host, time_ns, instrument);
    const double moved = sign(side) * ticks_per_lot_ * static_cast<double>(lots);
    return {before + 0.5 * moved, before + moved};
  }

 private:
  double transient_at(std::int64_t time_ns) const {
    if (transient_ticks_ == 0.0) return 0.0;
    return transient_ticks_ * math_.exp(-resilience_per_s_ * (static_cast<double>(time_ns - as_of_ns_) * 1e-9));
  }

  Math math_;
  double ticks_per_lot_ = 0.0;
  double permanent_ticks_per_lot_;
  double resilience_per_s_;
  double permanent_ticks_ = 0.0;
  double transient_ticks_ = 0.0;  // D right after the execution at as_of_ns_
  std::int64_t as_of_ns_ = 0;
};

}  // namespace

PLIMSOLL_IMPACT_MODEL(ObizhaevaWang)
