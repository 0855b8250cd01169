// A constant share of the traded volume: percentage of volume, also called participation.
#include "sdk/schedule.hpp"
#include "sdk/stepped_strategy.hpp"

using namespace plimsoll::sdk;

namespace {

class Pov final : public SteppedStrategy {
 public:
  static Description describe() {
    return {
        "pov",
        "A constant share of the traded volume, checked at a timer",
        "Kissell (2013), The Science of Algorithmic Trading and Portfolio Management, chapter 1: percentage of volume",
        {Param::real("rate").unit("1").above(0).below(1).by_default(0.1).help("Our share of the volume traded from the start on"),
         Param::boolean("include_own")
             .by_default(true)
             .help("true: the rate is our share of all volume, ours included; false: relative to the volume of others"),
         Param::real("interval_s").unit("s").between(0.001, 86400).by_default(1).help("Time between two checks"),
         Param::integer("max_lots").unit("lots").at_least(0).by_default(0).help("Most to send at one check; 0 for no cap"),
         Param::text("style")
             .one_of({"cross", "join"})
             .by_default("cross")
             .help(
                 "cross takes at once; join rests at the near touch and is posted anew at the next check when the touch has moved away")}};
  }

  Pov(const Params& params, const Instrument&)
      : SteppedStrategy{style_named(params.text("style"))},
        participation_{params.real("rate"), params.boolean("include_own")},
        interval_ns_{nanoseconds(params.real("interval_s"))},
        max_lots_{params.integer("max_lots")} {}

 private:
  void begin(Host& host) override { volume_at_start_ = host.signal(PLIMSOLL_RECORDED_VOLUME_LOTS); }

  std::int64_t step_time(Host&, std::int64_t step) override { return parent().start_ns + step * interval_ns_; }

  Due due(Host& host, std::int64_t) override {
    // Our passive fills took the place of recorded ones; our aggressive fills are not in the recorded volume. Counting the former as
    // the volume of others would make us chase ourselves.
    const std::int64_t others = host.signal(PLIMSOLL_RECORDED_VOLUME_LOTS) - volume_at_start_ - orders().made_lots();
    const std::int64_t target = std::min(participation_.target_lots(std::max<std::int64_t>(others, 0)), parent().lots);
    const std::int64_t lots = target - orders().filled_lots() - orders().outstanding_lots();
    return {max_lots_ > 0 ? std::min(lots, max_lots_) : lots, target};
  }

  Participation participation_;
  std::int64_t interval_ns_;
  std::int64_t max_lots_;
  std::int64_t volume_at_start_ = 0;
};

}  // namespace

PLIMSOLL_STRATEGY(Pov)
