// Order-flow imbalance: the mid moves with what is taken from, and added to, the best quotes.
//
//   dP = beta OFI,   beta = c / D^l ticks per lot      Cont, Kukanov and Stoikov (2014), J. Financial Econometrics 12(1), sections 2 and 3
//   dP = sum over levels m of beta_m OFI_m             Xu, Gould and Howison (2018), Multi-level order-flow imbalance, section 3
//
// A lot that we buy takes one lot from the ask, which adds one to the imbalance; a lot that we sell subtracts one. Only executions are told
// to a model, so orders that we post and cancel, which count in the paper too, are left out here, and with several levels the share of what
// we take that falls on each must be given: sum beta_m share_m is what one lot then moves. With `decay_time_s` tau the displacement of an
// execution falls as exp(-t/tau); without it is permanent.
//
// Free of manipulation: linear in size, and a constant or exponential kernel is positive definite (Gatheral 2010, section 4).
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

class OrderFlow final : public ImpactModel {
 public:
  static Description describe() {
    return {
        "order_flow",
        "I = beta * (lots bought - lots sold), beta = c / depth^l or a list over levels; each execution decays, or stays",
        "Cont, Kukanov and Stoikov (2014), The price impact of order book events, J. Financial Econometrics 12(1), 47-88",
        {Param::real("coefficient").unit("1").at_least(0).at_most(1e6).by_default(0.5).help("c; 1/2 in the stylised book, fits are near"),
         Param::real("depth_lots").unit("lots").at_least(0).by_default(0).help("D, mean quantity at a best price; not with level_betas"),
         Param::real("depth_exponent").unit("1").between(0, 3).by_default(1).help("l; near 1 in published fits"),
         Param::reals("level_betas")
             .unit("ticks/lot")
             .at_least(0)
             .at_most(1e9)
             .by_default("")
             .help("beta of each level of the book, the best first, in place of c / D^l"),
         Param::reals("level_shares")
             .unit("1")
             .between(0, 1)
             .by_default("")
             .help("Share of the lots we take that falls on each level of level_betas; they sum to 1"),
         Param::real("decay_time_s")
             .unit("s")
             .at_least(0)
             .at_most(1e9)
             .by_default(0)
             .help("Time in which the displacement of an execution falls to 1/e; 0: it stays, as in the paper's regression"),
         Param::text("source").by_default("assumed").help("Where the numbers come from")},
        /*permanent=*/false,
        /*across_instruments=*/false,
        /*manipulation_free=*/true,
        "linear in size with a constant or exponential kernel, which is positive definite: a round trip never earns (Gatheral 2010)"};
  }

  OrderFlow(const Params& params, const Setting& setting)
      : ticks_per_lot_{beta_of(params, setting.math)}, decay_ns_{params.real("decay_time_s") * 1e9} {}

  void on_execution(BaseHost& host, const Execution& execution) override {
    ticks_ = at(host.math(), execution.time_ns) + ticks_per_lot_ * sign(execution.side) * static_cast<double>(execution.lots);
    last_ns_ = execution.time_ns;
  }
  double displacement(BaseHost& host, std::int64_t time_ns, std::uint32_t) const override { return at(host.math(), time_ns); }

 private:
  static double beta_of(const Params& params, const Math& math) {
    const std::vector<double> betas = params.reals("level_betas"), shares = params.reals("level_shares");
    const double depth_lots = params.real("depth_lots");
    if (betas.empty()) {
      if (!shares.empty()) throw std::invalid_argument("level_shares needs level_betas");
      if (!(depth_lots > 0.0)) throw std::invalid_argument("give depth_lots, or level_betas with level_shares");
      const double beta = params.real("coefficient") / math.pow(depth_lots, params.real("depth_exponent"));
      if (!(beta <= 1e9)) throw std::invalid_argument("coefficient / depth_lots^depth_exponent is above 1e9 ticks/lot: no book is so thin");
      return beta;
    }
    if (depth_lots > 0.0) throw std::invalid_argument("depth_lots and level_betas exclude each other");
    if (betas.size() != shares.size())
      throw std::invalid_argument("level_betas has " + std::to_string(betas.size()) + " entries and level_shares " +
                                  std::to_string(shares.size()));
    double beta = 0.0, sum = 0.0;
    for (std::size_t level = 0; level < betas.size(); ++level) {
      beta += betas[level] * shares[level];
      sum += shares[level];
    }
    if (sum < 1.0 - 1e-9 || sum > 1.0 + 1e-9) throw std::invalid_argument("level_shares must sum to 1");
    return beta;
  }

  double at(const Math& math, std::int64_t time_ns) const {
    if (decay_ns_ == 0.0 || ticks_ == 0.0) return ticks_;
    return ticks_ * math.exp(-static_cast<double>(time_ns - last_ns_) / decay_ns_);
  }

  double ticks_per_lot_;
  double decay_ns_;
  double ticks_ = 0.0;  ///< at last_ns_
  std::int64_t last_ns_ = 0;
};

}  // namespace

PLIMSOLL_IMPACT_MODEL(OrderFlow)
