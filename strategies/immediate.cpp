// The whole parent at once. The upper bound of market impact, the lower bound of price risk.
#include "sdk/stepped_strategy.hpp"

using namespace plimsoll::sdk;

namespace {

class Immediate final : public SteppedStrategy {
 public:
  static Description describe() {
    return {"immediate",
            "The whole parent at once: a market order, or IOC at the limit price; what stays undone is left to the end policy",
            "Almgren and Chriss (2001), Optimal execution of portfolio transactions, section 2.2: the minimum-variance strategy",
            {Param::real("retry_s").unit("s").at_least(0.001).at_most(86400).by_default(1).help(
                "Only under the end policy extend: pause between two attempts at the rest, from the parent's end on")}};
  }
  Immediate(const Params& params, const Instrument&) : SteppedStrategy{Style::cross}, retry_ns_{nanoseconds(params.real("retry_s"))} {}

 private:
  std::int64_t step_time(Host&, std::int64_t step) override {
    return step == 0 ? parent().start_ns : parent().end_ns + (step - 1) * retry_ns_;
  }
  Due due(Host&, std::int64_t) override { return {orders().unsent_lots(), parent().lots}; }

  std::int64_t retry_ns_;
};

}  // namespace

PLIMSOLL_STRATEGY(Immediate)
