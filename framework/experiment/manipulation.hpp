#pragma once
/// Can this model be paid to trade? A search for round trips (as many lots sold as bought, in every instrument) of negative cost.
///
/// A model is free of price manipulation when no round trip has a negative expected cost (Huberman and Stanzl 2004; Gatheral 2010). A
/// search proves nothing: it finds, or it does not. Two steps, both the same on every machine:
///   1. random round trips: 2 to legs_max legs; gaps log-uniform around a log-uniform time scale, some of them 0; sizes log-uniform from
///   one
///      lot on; each trip either as one parent a side and instrument or as one parent a trade
///   2. from the cheapest ones a compass descent in sizes, gaps and total, projected on round trips
/// The cost of a trade is ModelProbe's; what counts is the cost divided by the sum of its trades' absolute costs. For a model that is no
/// book that is the dearer of its prices with each trade whole and in 16 parts (64 at the end), so that counting an own jump half is not
/// taken for a profit.
/// Schedules that the model refuses (more than its book holds, say) are counted and left out.

#include <cstdint>
#include <string>
#include <vector>

#include "experiment/model_probe.hpp"

namespace plimsoll {

/// Where to look. Zero: from the model's own settings, as default_search() says.
struct RoundTripSearch {
  std::uint32_t schedules = 10'000;
  std::uint32_t descents = 10;          ///< from as many of the cheapest random ones
  std::uint32_t descent_costs = 2'000;  ///< most evaluations of one descent
  std::uint32_t legs_max = 12;
  std::uint64_t seed = 1;
  double shortest_s = 0.0, longest_s = 0.0;  ///< scale of the gaps
  Lots lots_max = 0;                         ///< largest leg
  double tolerance = 1e-9;                   ///< a cost above minus this share is rounding
};

/// Fills in what is zero: gaps from a hundredth of the model's shortest time (settings in s, ms or 1/s) to ten of its longest, 0.001 s to
/// 1e4 s for a model without; lots up to its largest setting in lots (ten times one in lots/tick), 1e6 for a model without.
RoundTripSearch default_search(const ImpactChoice& model, RoundTripSearch search = {});

struct RoundTrip {
  std::vector<ProbeTrade> trades;
  double cost = 0.0;   ///< ticks x lots; negative: whoever trades so is paid
  double share = 0.0;  ///< cost / sum of the trades' absolute costs
};

struct RoundTripReport {
  std::uint32_t tried = 0;    ///< random schedules with a cost
  std::uint32_t refused = 0;  ///< those the model would not price
  std::string refusal;        ///< the first one's words
  RoundTrip cheapest;         ///< of all, confirmed in parts
  bool profitable = false;    ///< cheapest.share < -tolerance
};

/// Throws ModelFailure when the model prices no schedule at all.
RoundTripReport check_no_manipulation(const ImpactChoice& model, const ProbeSetting& setting, const RoundTripSearch& search = {});

}  // namespace plimsoll
