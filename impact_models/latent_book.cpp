// The linear latent order book of Donier, Bonart, Mastromatteo and Bouchaud (2015), A fully consistent, minimal model for non-linear
// market impact, Quantitative Finance 15(7), without cancellation of intentions. Intentions to trade stand with density L |x - p| around
// the price p and diffuse; trading at the rate m(s) takes from them at the price of that time. The price is where they balance:
//
//   L p(t) = int_0^t m(s) exp(-(p(t) - p(s))^2 / (4 D (t - s))) / sqrt(4 pi D (t - s)) ds
//
// p displacement of the mid (ticks, up positive), L = slope_lots_per_tick2 (lots/tick^2), D = diffusivity_ticks2_per_s (ticks^2/s), m
// lots/s. J = D L is the flow both sides exchange anyway: far below it impact is linear in size and decays like sqrt(t) - sqrt(t - T), far
// above it a parent of Q lots moves the price by sqrt(2 Q / L), however fast.
//
// In numbers. An execution is a flow of at most grid_ms that ends with it. Flows are integrated over w = sqrt(t - s), which takes the
// singularity away, with a scalar root per price. Within a flow the price follows q = a y + L y^2/2, lots against distance, a the density
// the flow before it has left at the touch: exact for an order from rest, at any rate, and for one that goes on. Flows sixteen times older
// than long are merged with their number of lots, mean time and spread in time kept, so that a price costs time like the logarithm of the
// history.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

constexpr double kPi = 3.14159265358979323846;

/// Gauss-Legendre on [-1, 1]: the nodes above 0 and their weights.
struct Rule {
  int count;
  double nodes[5], weights[5];
};
constexpr Rule kFew{1, {0.5773502691896257}, {1.0}};
constexpr Rule kSome{2, {0.3399810435848563, 0.8611363115940526}, {0.6521451548625461, 0.3478548451374538}};
constexpr Rule kMany{5,
                     {0.1488743389816312, 0.4333953941292472, 0.6794095682990244, 0.8650633666889845, 0.9739065285171717},
                     {0.2955242247147529, 0.2692667193099963, 0.2190863625159820, 0.1494513491505806, 0.0666713443086881}};

template <class Function>
double mean_between(double low, double high, const Rule& rule, Function function) {
  const double middle = 0.5 * (low + high), half = 0.5 * (high - low);
  double mean = 0.0;
  for (int i = 0; i < rule.count; ++i)
    mean += 0.5 * rule.weights[i] * (function(middle - half * rule.nodes[i]) + function(middle + half * rule.nodes[i]));
  return mean;
}

/// Where `rising` is zero, by false position from a guess. The first step is as long as the usual slope says.
template <class Function>
double root_near(double guess, double usual_slope, Function rising) {
  double low = guess, high = guess, at_low = rising(guess), at_high = at_low;
  for (double step = 1.1 * std::fabs(at_low) / usual_slope; (at_low < 0.0) == (at_high < 0.0) && at_low != 0.0; step *= 3.0) {
    if (!std::isfinite(step)) throw std::runtime_error("latent_book finds no price: more was taken than numbers can hold");
    if (at_high < 0.0) {
      low = high, at_low = at_high;
      at_high = rising(high += step);
    } else {
      high = low, at_high = at_low;
      at_low = rising(low -= step);
    }
  }
  int stayed = 0;  // the end that stays for a second time counts for half (the Illinois rule)
  while (high - low > 1e-13 * (std::fabs(low) + std::fabs(high))) {
    double middle = (low * at_high - high * at_low) / (at_high - at_low);
    if (!(middle > low && middle < high)) middle = 0.5 * (low + high);
    if (!(middle > low && middle < high)) break;
    const double value = rising(middle);
    if (value == 0.0) return middle;
    if (value < 0.0) {
      low = middle, at_low = value;
      if (stayed == 1) at_high *= 0.5;
      stayed = 1;
    } else {
      high = middle, at_high = value;
      if (stayed == -1) at_low *= 0.5;
      stayed = -1;
    }
  }
  return 0.5 * (low + high);
}

/// Lots traded at one rate while the price went from one level to another. Seconds since the model's first event.
struct Flow {
  double begin, end;
  double lots;      // signed
  double from, to;  // ticks
  double bend;      // kappa of the path below

  double length() const { return end - begin; }
  double share_at(double time) const { return std::clamp((time - begin) / length(), 0.0, 1.0); }
  /// The price after a share of the lots: from + (to - from) (sqrt(share + kappa) - sqrt(kappa)) / (sqrt(1 + kappa) - sqrt(kappa)), which
  /// is q = a y + L y^2/2 solved for y; written so that nothing cancels.
  double price(double share) const {
    if (share == 0.0) return from;
    const double root = std::sqrt(bend);
    return from + (to - from) * share * (std::sqrt(1.0 + bend) + root) / (std::sqrt(share + bend) + root);
  }
  /// Its inverse, 0 or 1 beyond the ends.
  double share(double at) const {
    const double way = std::clamp((at - from) / (to - from), 0.0, 1.0) / (std::sqrt(1.0 + bend) + std::sqrt(bend));
    return way * (way + 2.0 * std::sqrt(bend));
  }
};

class LatentBook final : public BookModel {
 public:
  static Description describe() {
    return {
        "latent_book",
        "A diffusing book of intentions, linear around the price: impact is linear for small, square root for large orders, and decays",
        "Donier, Bonart, Mastromatteo and Bouchaud (2015), A fully consistent, minimal model for non-linear market impact, "
        "Quantitative Finance 15(7)",
        {Param::real("slope_lots_per_tick2")
             .unit("lots/tick^2")
             .above(0)
             .at_most(1e15)
             .help("L, lots a tick farther from the price; from the square-root law: L = 2 V / (Y sigma)^2, V lots and sigma ticks a day"),
         Param::real("diffusivity_ticks2_per_s")
             .unit("ticks^2/s")
             .above(0)
             .at_most(1e12)
             .help("D, about half the variance of the price per second; J = D L is the usual rate of trading"),
         Param::integer("grid_ms").unit("ms").between(100, 1000).by_default(500).help(
             "How long an execution is taken to last, ending with it, unless the one before was later"),
         Param::text("source").by_default("assumed").help("Where the numbers come from")},
        /*permanent=*/false,
        /*across_instruments=*/false,
        /*manipulation_free=*/true,
        "the cost of a schedule is the sum over pairs of trades of q_i q_j exp(-(p_i-p_j)^2/(4 D t_ij)) / sqrt(4 pi D t_ij) / (2 L), a "
        "positive definite form whatever the prices, so no schedule gains (Donier et al. 2015); for its discretisation a search finds "
        "none"};
  }

  LatentBook(const Params& params, const Setting& setting)
      : math_{setting.math},
        slope_{params.real("slope_lots_per_tick2")},
        diffusivity_{params.real("diffusivity_ticks2_per_s")},
        grid_ns_{params.integer("grid_ms") * 1'000'000} {
    if (!(slope_ > 0.0 && slope_ <= 1e15)) throw std::invalid_argument("slope_lots_per_tick2 must be above 0: an empty book has no price");
    if (!(diffusivity_ > 0.0 && diffusivity_ <= 1e12))
      throw std::invalid_argument("diffusivity_ticks2_per_s must be above 0: without diffusion the book never comes back");
    if (!(grid_ns_ >= 100'000'000 && grid_ns_ <= 1'000'000'000)) throw std::invalid_argument("grid_ms must lie in [100, 1000]");
  }

  void on_parent(BaseHost&, std::int64_t time_ns, const Parent&, double) override { start_clock(time_ns); }

  void on_execution(BaseHost&, const Execution& execution) override {
    if (execution.lots == 0) return;
    start_clock(execution.time_ns);
    const Slice slice = slice_at(execution.time_ns);
    const bool goes_on = slice.past < flows_.size();
    const double lots = slice.lots + sign(execution.side) * static_cast<double>(execution.lots);
    const double to = price_after(slice, lots);
    if (!goes_on) flows_.emplace_back();
    flows_.back() = flow_to(slice, to, lots);
    slice_ = slice;
    end_ns_ = execution.time_ns;
    if (!goes_on) merge_old_flows();
  }

  double displacement(BaseHost&, std::int64_t time_ns, std::uint32_t) const override { return price_at(time_ns); }

  /// int P dq = p0 x + int (Q1 - Q(p)) dp: lots as a function of the price need no root.
  Sweep sweep(BaseHost&, std::int64_t time_ns, std::uint32_t, Side side, std::int64_t lots) const override {
    const double before = price_at(time_ns);
    if (lots == 0) return {before, before};
    const Slice slice = slice_at(time_ns);
    const double taken = sign(side) * static_cast<double>(lots);
    const double after = price_after(slice, slice.lots + taken);
    double sum = 0.0;
    const auto add = [&](double low, double high) {
      // A panel is no wider than what diffuses in a slice, the scale on which lots turn from linear to quadratic in the price.
      const double panels =
          std::clamp(std::ceil(std::fabs(high - low) / std::sqrt(4.0 * diffusivity_ * (slice.end - slice.begin))), 1.0, 8.0);
      const double width = (high - low) / panels;
      for (double panel = 0.0; panel < panels; panel += 1.0)
        sum += width * mean_between(low + panel * width, low + (panel + 1.0) * width, kMany,
                                    [&](double price) { return slice.lots + taken - lots_to(slice, price); });
    };
    // The path bends at the price where the slice began.
    if ((slice.from - before) * (slice.from - after) < 0.0) {
      add(before, slice.from);
      add(slice.from, after);
    } else {
      add(before, after);
    }
    return {before + sum / taken, after};
  }

 private:
  /// The flow that an execution now would belong to, and what came before it.
  struct Slice {
    double begin = 0.0, end = 0.0;
    double from = 0.0;       // the price as it begins
    double back_from = 0.0;  // and where it would be at the end without us, from where a trade against the flow before sets out
    double touch = 0.0;      // lots/tick that the flow before has left ahead of the price, on the side it traded towards
    double towards = 0.0;    // +1 or -1
    double lots = 0.0;       // already traded at this very instant
    std::size_t past = 0;    // flows before it
  };

  void start_clock(std::int64_t time_ns) {
    if (flows_.empty()) epoch_ns_ = time_ns;
  }
  double seconds(std::int64_t time_ns) const { return static_cast<double>(time_ns - epoch_ns_) * 1e-9; }

  Slice slice_at(std::int64_t time_ns) const {
    if (!flows_.empty() && time_ns == end_ns_) {
      Slice same = slice_;
      same.lots = flows_.back().lots;
      same.past = flows_.size() - 1;
      return same;
    }
    Slice next;
    next.past = flows_.size();
    next.end = seconds(time_ns);
    next.begin = seconds(time_ns - grid_ns_);
    if (flows_.empty()) return next;
    const Flow& last = flows_.back();
    const std::int64_t begin_ns = std::max(end_ns_, time_ns - grid_ns_);
    next.begin = seconds(std::min(begin_ns, time_ns - grid_ns_ / 10));  // two flows may overlap; an instant has no rate
    next.from = price_at(begin_ns);
    next.back_from = price_at(time_ns);
    const double moved = last.to - last.from;
    if (moved * last.lots > 0.0) {
      const double end_slope = 0.5 * moved * (1.0 + std::sqrt(last.bend / (1.0 + last.bend)));
      const double refilled = static_cast<double>(grid_ns_) / static_cast<double>(grid_ns_ + (begin_ns - end_ns_));
      next.touch = std::min(last.lots / end_slope, slope_ * std::fabs(last.to)) * refilled;
      next.towards = last.lots > 0.0 ? 1.0 : -1.0;
    }
    return next;
  }

  Flow flow_to(const Slice& slice, double to, double lots) const {
    if (slice.towards * (to - slice.back_from) < 0.0) return {slice.begin, slice.end, lots, slice.back_from, to, 0.0};
    const double moved = (to - slice.from) * slice.towards;
    double bend = 0.0;
    if (slice.touch > 0.0 && moved > 0.0)
      bend = std::min(1e6, slice.touch * slice.touch / (slope_ * moved * (2.0 * slice.touch + slope_ * moved)));
    return {slice.begin, slice.end, lots, slice.from, to, bend};
  }

  /// What a flow weighs at a price now, in lots per tick: the integral above.
  double weight(const Flow& flow, double now, double price) const {
    double oldest = std::sqrt(now - flow.begin), youngest = std::sqrt(std::max(0.0, now - flow.end));
    double span = 1.0 / (oldest + youngest);  // (oldest - youngest) / length
    double crossed = std::fabs(flow.to - flow.from) / (std::sqrt(diffusivity_) * (oldest + youngest));
    if (crossed > 2.0) {
      // A fast flow counts near the time at which it passed this price: farther than e^-50 allows there is nothing.
      for (int narrower = 0; narrower < 4; ++narrower) {
        const double reach = std::sqrt(200.0 * diffusivity_) * oldest;
        const double one = flow.share(price - reach), other = flow.share(price + reach);
        if (one == other) return 0.0;
        oldest = std::min(oldest, std::sqrt(now - flow.begin - std::min(one, other) * flow.length()));
        youngest = std::max(youngest, std::sqrt(std::max(0.0, now - flow.begin - std::max(one, other) * flow.length())));
        if (!(oldest > youngest)) return 0.0;
      }
      span = (oldest - youngest) / flow.length();
      crossed = std::fabs(flow.price(flow.share_at(now - youngest * youngest)) - flow.price(flow.share_at(now - oldest * oldest))) /
                (std::sqrt(diffusivity_) * (oldest + youngest));
    }
    const double panels = std::floor(1.0 + crossed);
    const Rule& rule = crossed > 0.1 || youngest < 0.7 * oldest ? kMany : youngest < 0.95 * oldest ? kSome : kFew;
    const double width = (oldest - youngest) / panels;
    double mean = 0.0;
    for (double panel = 0.0; panel < panels; panel += 1.0)
      mean += mean_between(youngest + panel * width, youngest + (panel + 1.0) * width, rule, [&](double w) {
        const double away = price - flow.price(flow.share_at(now - w * w));
        return math_.exp(-away * away / (4.0 * diffusivity_ * w * w));
      });
    return 2.0 * flow.lots * span * mean / (panels * std::sqrt(4.0 * kPi * diffusivity_));
  }

  double weight_of_past(std::size_t flows, double now, double price) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < flows; ++i) sum += weight(flows_[i], now, price);
    return sum;
  }

  /// How many lots of the slice bring the price there.
  double lots_to(const Slice& slice, double price) const {
    return (slope_ * price - weight_of_past(slice.past, slice.end, price)) / weight(flow_to(slice, price, 1.0), slice.end, price);
  }
  double price_after(const Slice& slice, double lots) const {
    const double guess = flows_.empty() ? 0.0 : flows_.back().to;
    return root_near(guess, slope_, [&](double price) {
      return slope_ * price - weight_of_past(slice.past, slice.end, price) - weight(flow_to(slice, price, lots), slice.end, price);
    });
  }
  double price_at(std::int64_t time_ns) const {
    if (flows_.empty()) return 0.0;
    if (time_ns <= end_ns_) return flows_.back().to;
    const double now = seconds(time_ns), last = flows_.back().to;
    const auto missing = [&](double price) { return slope_ * price - weight_of_past(flows_.size(), now, price); };
    const double price = root_near(last, slope_, missing);
    // Right after a large order nothing stands between the last prices of both sides, and rounding would say where in between the book
    // balances. The price is then the middle of the gap.
    const double near = 0.01 * std::fabs(last), little = slope_ * near;
    if (missing(price + near) - missing(price - near) >= 0.2 * little) return price;
    const double bid = root_near(price, slope_, [&](double at) { return missing(at) + little; });
    const double ask = root_near(price, slope_, [&](double at) { return missing(at) - little; });
    return 0.5 * (bid + ask);
  }

  void merge_old_flows() {
    const double now = flows_.back().end;
    std::vector<Flow> kept;
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      if (!kept.empty() && mergeable(kept.back(), flows_[i], now))
        kept.back() = merged(kept.back(), flows_[i]);
      else
        kept.push_back(flows_[i]);
    }
    flows_ = std::move(kept);
  }
  /// Flows against each other wait longer: their first moment is lost.
  static bool mergeable(const Flow& first, const Flow& second, double now) {
    const double times = first.lots * second.lots >= 0.0 ? 16.0 : 256.0;
    return now - second.end > times * (second.end - first.begin);
  }
  /// One rate with the same lots, mean time and variance of time; two flows of one rate that touch become exactly their union.
  static Flow merged(const Flow& first, const Flow& second) {
    const double lots = first.lots + second.lots;
    Flow both{first.begin, second.end, lots, first.from, second.to, first.bend};
    if (first.lots * second.lots > 0.0) {
      const double share = first.lots / lots, apart = 0.5 * (second.begin + second.end - first.begin - first.end);
      const double mean = 0.5 * (first.begin + first.end) + (1.0 - share) * apart;
      const double variance = (share * first.length() * first.length() + (1.0 - share) * second.length() * second.length()) / 12.0 +
                              share * (1.0 - share) * apart * apart;
      both.begin = mean - std::sqrt(3.0 * variance);
      both.end = mean + std::sqrt(3.0 * variance);
    }
    both.bend = first.bend * first.length() / both.length();
    return both;
  }

  Math math_;
  double slope_, diffusivity_;
  std::int64_t grid_ns_;
  std::int64_t epoch_ns_ = 0, end_ns_ = 0;
  std::vector<Flow> flows_;  // in order of time; the last one ends at end_ns_
  Slice slice_;              // of the last flow
};

}  // namespace

PLIMSOLL_IMPACT_MODEL(LatentBook)
