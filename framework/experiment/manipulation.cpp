#include "experiment/manipulation.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>

#include "core/math.hpp"
#include "core/random.hpp"

namespace plimsoll {
namespace {

constexpr std::int64_t kTripParts = 16;        ///< in which a trip must stay as cheap while it is searched ...
constexpr std::int64_t kConfirmingParts = 64;  ///< ... and at the end
constexpr double kLogTen = 2.302585092994046;

/// A round trip as the descent moves it: real sizes and the logarithms of the gaps, rounded only when it is priced.
struct Shape {
  std::vector<double> lots;
  std::vector<std::uint32_t> instruments;
  std::vector<double> log_gaps;  ///< in s, before each leg but the first; -infinity: at the same instant
  bool parent_each = false;
};

struct Candidate {
  Shape shape;
  RoundTrip trip;
};

/// One schedule's draws, in the order they are made.
class Draws {
 public:
  Draws(std::uint64_t seed, std::uint32_t schedule) : stream_{seed, schedule, Purpose::round_trips} {}
  double uniform() { return stream_.uniform(next_++); }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(stream_.below(next_++, bound)); }

 private:
  RandomStream stream_;
  std::uint64_t next_ = 0;
};

Shape random_shape(const RoundTripSearch& search, std::uint32_t instruments, std::uint32_t schedule) {
  Draws draw{search.seed, schedule};
  Shape out;
  const double largest = math::exp(draw.between(0.0, math::log(static_cast<double>(search.lots_max))));
  const std::uint32_t legs = 2 + draw.below(search.legs_max - 1);
  std::vector<double> open(instruments, 0.0);
  for (std::uint32_t leg = 0; leg < legs; ++leg) {
    const double lots = std::max(1.0, std::floor(largest * math::exp(-3.0 * kLogTen * draw.uniform())));
    out.lots.push_back(draw.below(2) == 0 ? lots : -lots);
    out.instruments.push_back(draw.below(instruments));
    open[out.instruments.back()] += out.lots.back();
  }
  for (std::uint32_t instrument = 0; instrument < instruments; ++instrument) {
    if (open[instrument] == 0.0) continue;
    const auto at = static_cast<std::ptrdiff_t>(draw.below(static_cast<std::uint32_t>(out.lots.size()) + 1));
    out.lots.insert(out.lots.begin() + at, -open[instrument]);
    out.instruments.insert(out.instruments.begin() + at, instrument);
  }
  const double scale = draw.between(math::log(search.shortest_s), math::log(search.longest_s));
  for (std::size_t gap = 1; gap < out.lots.size(); ++gap)
    out.log_gaps.push_back(draw.below(8) == 0 ? -std::numeric_limits<double>::infinity() : scale + draw.between(-kLogTen, kLogTen));
  out.parent_each = draw.below(2) == 0;
  return out;
}

/// Whole lots that add up to zero in every instrument: what rounding leaves over goes to the largest leg.
std::vector<Lots> legs_in_lots(const Shape& shape) {
  std::vector<Lots> out;
  for (const double lots : shape.lots) out.push_back(math::round_half_away(lots));
  for (std::size_t leg = 0; leg < out.size(); ++leg) {
    Lots open = 0;
    std::size_t largest = leg;
    for (std::size_t other = 0; other < out.size(); ++other) {
      if (shape.instruments[other] != shape.instruments[leg]) continue;
      open += out[other];
      if (std::fabs(shape.lots[other]) > std::fabs(shape.lots[largest])) largest = other;
    }
    out[largest] -= open;
  }
  return out;
}

std::vector<ProbeTrade> probe_trades(const Shape& shape) {
  const std::vector<Lots> lots = legs_in_lots(shape);
  std::vector<ProbeTrade> out;
  TimePoint time = 0;
  for (std::size_t leg = 0; leg < lots.size(); ++leg) {
    if (leg > 0 && std::isfinite(shape.log_gaps[leg - 1])) time += math::round_half_away(math::exp(shape.log_gaps[leg - 1]) * 1e9);
    if (lots[leg] == 0) continue;
    const std::uint32_t side = lots[leg] > 0 ? 0 : 1;
    const std::uint32_t parent = shape.parent_each ? static_cast<std::uint32_t>(leg) : 2 * shape.instruments[leg] + side;
    out.push_back({time, lots[leg], parent, shape.instruments[leg]});
  }
  return out;
}

class Search {
 public:
  Search(const ImpactChoice& model, const ProbeSetting& setting, const RoundTripSearch& search)
      : model_{model}, setting_{setting}, search_{search} {}

  RoundTripReport run() {
    for (std::uint32_t schedule = 0; schedule < search_.schedules; ++schedule) try_random(schedule);
    if (report_.tried == 0) throw ModelFailure{"no round trip could be priced: " + report_.refusal};
    for (Candidate& candidate : cheapest_) {
      descend(candidate);
      const RoundTrip confirmed = dearer(candidate.trip, kConfirmingParts);
      if (report_.cheapest.trades.empty() || confirmed.share < report_.cheapest.share) report_.cheapest = confirmed;
    }
    report_.profitable = report_.cheapest.share < -search_.tolerance;
    return report_;
  }

 private:
  /// Nothing when the model refuses.
  std::optional<RoundTrip> priced(const std::vector<ProbeTrade>& trades, std::int64_t parts) {
    try {
      RoundTrip out{trades, 0.0, 0.0};
      double scale = 0.0;
      for (const double cost : costs_of(model_, setting_, trades, parts)) {
        out.cost += cost;
        scale += std::fabs(cost);
      }
      out.share = scale > 0.0 ? out.cost / scale : 0.0;
      return out;
    } catch (const ModelFailure& failure) {
      if (report_.refusal.empty()) report_.refusal = failure.what();
      return std::nullopt;
    }
  }

  void try_random(std::uint32_t schedule) {
    const Shape shape = random_shape(search_, static_cast<std::uint32_t>(setting_.instruments.size()), schedule);
    const std::optional<RoundTrip> trip = priced(probe_trades(shape), 1);
    if (!trip) {
      ++report_.refused;
      return;
    }
    ++report_.tried;
    const bool full = cheapest_.size() == std::max<std::size_t>(search_.descents, 1);
    const std::optional<RoundTrip> sure = cheaper(*trip, full ? cheapest_.back().trip.share : std::numeric_limits<double>::infinity());
    if (!sure) return;
    if (full) cheapest_.pop_back();
    const auto at =
        std::find_if(cheapest_.begin(), cheapest_.end(), [&](const Candidate& other) { return sure->share < other.trip.share; });
    cheapest_.insert(at, {shape, *sure});
  }

  /// The trip at the dearer of its two prices, whole and in parts, when that is below `share`. A book has one price.
  std::optional<RoundTrip> cheaper(const RoundTrip& trip, double share) {
    if (!(trip.share < share)) return std::nullopt;
    const RoundTrip sure = model_.type->sweep != nullptr ? trip : dearer(trip, kTripParts);
    if (!(sure.share < share)) return std::nullopt;
    return sure;
  }

  /// Moves a candidate to `shape` when that is cheaper and inside the bounds.
  bool improve(Candidate& candidate, const Shape& shape) {
    for (const double lots : shape.lots)
      if (std::fabs(lots) > static_cast<double>(search_.lots_max)) return false;
    for (const double gap : shape.log_gaps)
      if (gap > math::log(search_.longest_s) + kLogTen) return false;
    ++costs_;
    const std::optional<RoundTrip> trip = priced(probe_trades(shape), 1);
    const std::optional<RoundTrip> sure = trip ? cheaper(*trip, candidate.trip.share) : std::nullopt;
    if (sure) candidate = {shape, *sure};
    return sure.has_value();
  }

  /// Compass search: each coordinate a step forth or back; the step is halved when none of them helps.
  void descend(Candidate& candidate) {
    costs_ = 0;
    for (double step = 0.5; step > 0.005 && costs_ < search_.descent_costs;) {
      bool better = false;
      for (const double move : {step, -step}) {
        for (std::size_t leg = 0; leg < candidate.shape.lots.size(); ++leg)
          better |= improve(candidate, resized(candidate.shape, leg, move));
        for (std::size_t gap = 0; gap < candidate.shape.log_gaps.size(); ++gap) {
          Shape shape = candidate.shape;
          shape.log_gaps[gap] += kLogTen * move;
          better |= improve(candidate, shape);
        }
        Shape scaled = candidate.shape;
        for (double& lots : scaled.lots) lots *= math::exp(kLogTen * move);
        better |= improve(candidate, scaled);
      }
      if (!better) step /= 2;
    }
  }

  /// One leg larger or smaller by a share of the largest; the other legs of its instrument take it up in equal parts.
  static Shape resized(const Shape& from, std::size_t leg, double share) {
    Shape out = from;
    double largest = 0.0;
    double others = -1.0;
    for (std::size_t other = 0; other < out.lots.size(); ++other) {
      if (out.instruments[other] != out.instruments[leg]) continue;
      largest = std::max(largest, std::fabs(out.lots[other]));
      others += 1.0;
    }
    const double change = share * largest;
    for (std::size_t other = 0; other < out.lots.size(); ++other)
      if (other != leg && out.instruments[other] == out.instruments[leg]) out.lots[other] -= change / others;
    out.lots[leg] += change;
    return out;
  }

  RoundTrip dearer(const RoundTrip& trip, std::int64_t parts) {
    const std::optional<RoundTrip> in_parts = priced(trip.trades, parts);
    return in_parts && in_parts->share > trip.share ? *in_parts : trip;
  }

  const ImpactChoice& model_;
  const ProbeSetting& setting_;
  const RoundTripSearch& search_;
  std::vector<Candidate> cheapest_;
  RoundTripReport report_;
  std::uint32_t costs_ = 0;
};

/// Smallest and largest positive of what a setting holds, as seconds or lots.
struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = 0.0;
  void take(double value) {
    if (!(value > 0.0 && std::isfinite(value))) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

}  // namespace

RoundTripSearch default_search(const ImpactChoice& model, RoundTripSearch search) {
  Range seconds;
  Range lots;
  const std::vector<ParamValue>& values = model.params;
  for (std::uint32_t index = 0; index < model.type->param_count; ++index) {
    const char* declared = param_info_at(model.type->params, index).unit;
    const std::string_view unit = declared != nullptr ? declared : "";
    std::vector<double> numbers = values[index].reals;
    if (values[index].type != PLIMSOLL_REALS) numbers = {values[index].real};
    for (const double number : numbers) {
      if (unit == "s") seconds.take(number);
      if (unit == "ms") seconds.take(number / 1e3);
      if (unit == "1/s" && number > 0.0) seconds.take(1.0 / number);
      if (unit == "lots") lots.take(number);
      if (unit == "lots/tick") lots.take(10.0 * number);
    }
  }
  if (!(search.shortest_s > 0.0)) search.shortest_s = seconds.high > 0.0 ? std::clamp(seconds.low / 100.0, 1e-6, 1e6) : 1e-3;
  if (!(search.longest_s > 0.0)) search.longest_s = seconds.high > 0.0 ? std::clamp(seconds.high * 10.0, 1e-6, 1e7) : 1e4;
  if (search.lots_max <= 0) search.lots_max = lots.high > 0.0 ? static_cast<Lots>(std::clamp(lots.high, 1e3, 1e12)) : 1'000'000;
  return search;
}

RoundTripReport check_no_manipulation(const ImpactChoice& model, const ProbeSetting& setting, const RoundTripSearch& search) {
  const RoundTripSearch filled_in = default_search(model, search);
  return Search{model, setting, filled_in}.run();
}

}  // namespace plimsoll
