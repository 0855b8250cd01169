// The mean-variance schedule of Almgren and Chriss: front-loaded by how much waiting is feared.
#include "sdk/planned_strategy.hpp"
#include "sdk/theory/almgren_chriss.hpp"

using namespace plimsoll::sdk;

namespace {

class AlmgrenChrissSchedule final : public PlannedStrategy {
 public:
  static Description describe() {
    return {"almgren_chriss",
            "Least cost + lambda * variance under linear impact: holdings follow a hyperbolic sine",
            "Almgren and Chriss (2001), Optimal execution of portfolio transactions, J. Risk 3(2), 5-39",
            {slices_param(),
             Param::real("temporary_ticks_s_per_lot")
                 .unit("ticks s/lot")
                 .above(0)
                 .at_most(1e15)
                 .help("eta; a rule of thumb: one spread at a rate of 1% of the daily volume a day"),
             Param::real("permanent_ticks_per_lot")
                 .unit("ticks/lot")
                 .at_least(0)
                 .at_most(1e9)
                 .by_default(0)
                 .help("gamma; only eta - gamma * slice / 2, which must be positive, shapes the schedule"),
             volatility_param(), risk_aversion_param(), replan_param(), style_param()}};
  }
  AlmgrenChrissSchedule(const Params& params, const Setting& setting)
      : PlannedStrategy{style_named(params.text("style")), params.integer("slices")},
        math_{setting.math},
        risk_aversion_{params.real("risk_aversion") * money_per_tick_lot(setting.instruments.front())},
        replan_{params.boolean("replan")} {
    problem_.volatility = params.real("volatility_ticks");
    problem_.temporary = params.real("temporary_ticks_s_per_lot");
    problem_.permanent = params.real("permanent_ticks_per_lot");
  }

 private:
  void plan(Host&) override { held_ = held_from(parent().lots, slices()); }

  double target(Host&, std::int64_t slice, std::int64_t sent) override {
    const auto lots = static_cast<double>(parent().lots);
    if (!replan_) return lots - held_[static_cast<std::size_t>(slice) + 1];
    return lots - held_from(parent().lots - sent, slices() - slice)[1];
  }

  std::vector<double> held_from(std::int64_t lots, std::int64_t periods) {
    problem_.quantity = static_cast<double>(lots);
    problem_.periods = periods;
    problem_.horizon = slice_seconds() * static_cast<double>(periods);
    return theory::holdings(math_, problem_, risk_aversion_);
  }

  Math math_;
  theory::AlmgrenChriss problem_;
  double risk_aversion_;
  bool replan_;
  std::vector<double> held_;
};

}  // namespace

PLIMSOLL_STRATEGY(AlmgrenChrissSchedule)
