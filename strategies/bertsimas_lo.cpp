// Equal slices, tilted by what the book says about the next price: dynamic programming with a signal.
#include "sdk/theory/bertsimas_lo.hpp"
#include "sdk/planned_strategy.hpp"

using namespace plimsoll::sdk;

namespace {

class BertsimasLo final : public PlannedStrategy {
 public:
  static Description describe() {
    return {"bertsimas_lo",
            "Least expected cost under linear permanent impact and a persistent signal: the imbalance of the touch",
            "Bertsimas and Lo (1998), Optimal control of execution costs, J. Financial Markets 1(1), 1-50, section 3",
            {slices_param(),
             Param::real("impact_ticks_per_lot").unit("ticks/lot").above(0).at_most(1e9).help("theta, permanent impact of our own lots"),
             Param::real("signal_ticks")
                 .unit("ticks")
                 .between(-1e6, 1e6)
                 .by_default(0)
                 .help("gamma, how far the mid moves in a slice when all of the touch is on the bid side; 0 gives equal slices"),
             Param::real("signal_persistence")
                 .unit("1")
                 .at_least(0)
                 .below(1)
                 .by_default(0)
                 .help("rho, the share of the imbalance that is still there a slice later; 0 makes the signal useless for what follows"),
             style_param()}};
  }
  BertsimasLo(const Params& params, const Instrument&)
      : PlannedStrategy{style_named(params.text("style")), params.integer("slices")},
        problem_{params.real("impact_ticks_per_lot"), params.real("signal_ticks"), params.real("signal_persistence")} {}

 private:
  double target(Host& host, std::int64_t slice, std::int64_t sent) override {
    const theory::BertsimasLoTrade trade = theory::trade_with(problem_, slices() - 1 - slice);
    const double left = static_cast<double>(parent().lots - sent);
    return static_cast<double>(sent) + trade.share_of_rest * left + trade.lots_per_signal * sign(parent().side) * imbalance(host);
  }

  /// (bid - ask) / (bid + ask) of the lots at the touch; 0 when a side is empty.
  static double imbalance(Host& host) {
    const Quote quote = host.quote();
    if (!quote.bid || !quote.ask) return 0.0;
    const auto bid = static_cast<double>(quote.bid->lots), ask = static_cast<double>(quote.ask->lots);
    return (bid - ask) / (bid + ask);
  }

  theory::BertsimasLo problem_;
};

}  // namespace

PLIMSOLL_STRATEGY(BertsimasLo)
