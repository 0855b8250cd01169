// A block at both ends and an even stream between: what a book that refills at a constant rate asks for.
#include "sdk/planned_strategy.hpp"
#include "sdk/theory/numerics.hpp"

using namespace plimsoll::sdk;

namespace {

class ObizhaevaWangSchedule final : public PlannedStrategy {
 public:
  static Description describe() {
    return {"obizhaeva_wang",
            "A block at the start, one at the last slice, and equal trades that use the book's refill between",
            "Obizhaeva and Wang (2013), Optimal trading strategy and supply/demand dynamics, J. Financial Markets 16(1), section 5",
            {slices_param(),
             Param::real("resilience_per_s")
                 .unit("1/s")
                 .at_least(0)
                 .at_most(1e6)
                 .help("rho, the rate at which the book comes back after a sweep; the depth of the book does not matter for the schedule"),
             replan_param(), style_param()}};
  }
  ObizhaevaWangSchedule(const Params& params, const Setting& setting)
      : PlannedStrategy{style_named(params.text("style")), params.integer("slices")},
        math_{setting.math},
        resilience_{params.real("resilience_per_s")},
        replan_{params.boolean("replan")} {}

 private:
  // The last block goes at the start of the last slice: the end policy then finds nothing to do.
  double target(Host&, std::int64_t slice, std::int64_t sent) override {
    const double fresh = theory::one_minus_exp(math_, resilience_ * slice_seconds());  // of a block's hole, refilled within a slice
    const auto between = static_cast<double>(slices() - 2);
    const auto lots = static_cast<double>(parent().lots);
    if (!replan_ || slice == 0) return lots * (1.0 + static_cast<double>(slice) * fresh) / (between * fresh + 2.0);
    // Of what is left, one equal trade of those between and the block at the end.
    const double left = static_cast<double>(slices() - 1 - slice) * fresh + 1.0;
    return static_cast<double>(sent) + static_cast<double>(parent().lots - sent) * fresh / left;
  }

  Math math_;
  double resilience_;
  bool replan_;
};

}  // namespace

PLIMSOLL_STRATEGY(ObizhaevaWangSchedule)
