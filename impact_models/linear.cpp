// Linear permanent impact: every lot moves the mid by the same amount, for good.
#include <cstdint>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

class Linear final : public ImpactModel {
 public:
  static Description describe() {
    return {"linear",
            "I = lambda * (lots bought - lots sold), permanent",
            "Kyle (1985), Continuous auctions and insider trading, Econometrica 53(6)",
            {Param::real("ticks_per_lot")
                 .unit("ticks/lot")
                 .at_least(0)
                 .at_most(1e9)
                 .help("Kyle's lambda: displacement of the mid per signed lot; 0.1 to 1 times daily volatility * price in ticks / daily "
                       "volume in lots"),
             Param::text("source").by_default("assumed").help("Where the numbers come from")},
            /*permanent=*/true,
            /*across_instruments=*/false,
            /*manipulation_free=*/true,
            "permanent and linear in size: a round trip costs nothing, whatever its times (Huberman and Stanzl 2004)"};
  }
  Linear(const Params& params, const Instrument&) : ticks_per_lot_{params.real("ticks_per_lot")} {}

  void on_execution(BaseHost&, const Execution& execution) override { signed_lots_ += sign(execution.side) * execution.lots; }

  double displacement(BaseHost&, std::int64_t, std::uint32_t) const override { return ticks_per_lot_ * static_cast<double>(signed_lots_); }

 private:
  double ticks_per_lot_;
  std::int64_t signed_lots_ = 0;
};

}  // namespace

PLIMSOLL_IMPACT_MODEL(Linear)
