// Equal slices in equal times: time-weighted average price.
#include "sdk/schedule.hpp"
#include "sdk/stepped_strategy.hpp"

using namespace plimsoll::sdk;

namespace {

class Twap final : public SteppedStrategy {
 public:
  static Description describe() {
    return {
        "twap",
        "Equal slices in equal times; a miss is spread over the slices that remain",
        "Almgren and Chriss (2001), Optimal execution of portfolio transactions, section 2.2: the minimum-impact strategy",
        {Param::integer("slices").unit("1").between(1, 1'000'000).by_default(10).help("Number of slices between start and end"),
         Param::real("jitter").unit("slice").at_least(0).below(1).by_default(0).help(
             "Each slice is sent later by a draw from [0, jitter) of a slice's duration; slices keep their order"),
         Param::text("remainder")
             .one_of({"cumulative", "front", "last"})
             .by_default("cumulative")
             .help("Where lots go that do not divide evenly: spread, one each in the first slices, or all in the last slice"),
         Param::integer("min_slice_lots")
             .unit("lots")
             .at_least(1)
             .by_default(1)
             .help("Hold what is due until it is at least this much; the last slice takes all"),
         Param::text("style")
             .one_of({"cross", "join"})
             .by_default("cross")
             .help(
                 "cross takes at once; join rests at the near touch and is posted anew at the next slice when the touch has moved away")}};
  }

  Twap(const Params& params, const Instrument&)
      : SteppedStrategy{style_named(params.text("style"))},
        slices_{params.integer("slices")},
        jitter_{params.real("jitter")},
        rule_{remainder_named(params.text("remainder"))},
        min_slice_lots_{params.integer("min_slice_lots")} {}

 private:
  void begin(Host&) override {
    slices_ = std::min(slices_, parent().end_ns - parent().start_ns);  // a slice lasts at least a nanosecond
    plan_ = {parent().lots, slices_, 0, 0};
  }

  std::int64_t step_time(Host& host, std::int64_t step) override {
    const std::int64_t begins = slice_begin(step);
    if (jitter_ == 0.0) return begins;
    const double share = jitter_ * host.uniform(std::uint64_t{parent().id} << 32 | static_cast<std::uint64_t>(step));
    return begins + static_cast<std::int64_t>(share * static_cast<double>(slice_begin(step + 1) - begins));
  }

  Due due(Host&, std::int64_t slice) override {
    const std::int64_t sent = orders().filled_lots() + orders().outstanding_lots();
    if (slice >= slices_) {  // past the end, under extend: the same pace
      return {std::max<std::int64_t>(1, parent().lots / slices_), parent().lots};
    }
    const std::int64_t owed = plan_.lots_before + scheduled_lots(rule_, plan_.lots, plan_.slices, slice - plan_.first) - held_;
    if (sent != owed) {  // a miss: spread the rest over the slices that remain, never double the next one
      plan_ = {parent().lots - sent, slices_ - slice, slice, sent};
      held_ = 0;
    }
    held_ += slice_lots(rule_, plan_.lots, plan_.slices, slice - plan_.first);
    const bool last = slice == slices_ - 1;
    const std::int64_t sending = held_ >= min_slice_lots_ || last ? held_ : 0;
    held_ -= sending;
    return {sending, scheduled_lots(rule_, parent().lots, slices_, slice + 1)};
  }

  std::int64_t slice_begin(std::int64_t slice) const {
    return parent().start_ns + scaled_down(parent().end_ns - parent().start_ns, slice, slices_);
  }

  /// `lots` over `slices` from slice `first` on, after `lots_before` lots were sent.
  struct Plan {
    std::int64_t lots = 0, slices = 1, first = 0, lots_before = 0;
  };

  std::int64_t slices_;
  double jitter_;
  Remainder rule_;
  std::int64_t min_slice_lots_;
  Plan plan_;
  std::int64_t held_ = 0;
};

}  // namespace

PLIMSOLL_STRATEGY(Twap)
