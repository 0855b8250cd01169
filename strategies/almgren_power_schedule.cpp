// Almgren's schedule for temporary impact that grows with a power of the rate.
#include "sdk/planned_strategy.hpp"
#include "sdk/theory/almgren_power.hpp"

using namespace plimsoll::sdk;

namespace {

class AlmgrenPowerSchedule final : public PlannedStrategy {
 public:
  static Description describe() {
    return {
        "almgren_power",
        "Least cost + lambda * variance when temporary impact is eta * rate^k",
        "Almgren (2003), Optimal execution with nonlinear impact functions and trading-enhanced risk, Appl. Math. Finance 10(1), 1-18",
        {slices_param(), Param::real("temporary_prefactor").unit("ticks/(lot/s)^k").above(0).at_most(1e15).help("eta; belongs to its k"),
         Param::real("rate_exponent").unit("1").above(0).at_most(3).by_default(0.6).help("k; 1/2 to 1, 0.6 in published fits"),
         volatility_param(), risk_aversion_param(), replan_param(), style_param()}};
  }
  AlmgrenPowerSchedule(const Params& params, const Setting& setting)
      : PlannedStrategy{style_named(params.text("style")), params.integer("slices")},
        math_{setting.math},
        replan_{params.boolean("replan")} {
    problem_.volatility = params.real("volatility_ticks");
    problem_.temporary = params.real("temporary_prefactor");
    problem_.exponent = params.real("rate_exponent");
    problem_.risk_aversion = params.real("risk_aversion") * money_per_tick_lot(setting.instruments.front());
  }

 private:
  void plan(Host&) override {
    double done = 0.0;
    for (const double trade : trades_from(parent().lots, slices())) done_.push_back(done += trade);
  }

  double target(Host&, std::int64_t slice, std::int64_t sent) override {
    if (!replan_) return done_[static_cast<std::size_t>(slice)];
    if (sent == parent().lots) return static_cast<double>(sent);
    return static_cast<double>(sent) + trades_from(parent().lots - sent, slices() - slice).front();
  }

  std::vector<double> trades_from(std::int64_t lots, std::int64_t periods) {
    problem_.quantity = static_cast<double>(lots);
    return theory::trades(math_, problem_, slice_seconds() * static_cast<double>(periods), periods);
  }

  Math math_;
  theory::AlmgrenPower problem_;
  bool replan_;
  std::vector<double> done_;
};

}  // namespace

PLIMSOLL_STRATEGY(AlmgrenPowerSchedule)
