#include "feed/zero_intelligence.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "feed/flow_draws.hpp"
#include "feed/flow_market.hpp"
#include "feed/flow_sizes.hpp"
#include "feed/session.hpp"

namespace plimsoll {

namespace {

constexpr double kPartialCancelShare = 0.0113;  // 469 of 41,473 cancels of the AAPL hour

struct PoissonParameters {
  double limit_per_s, market_per_s, hidden_per_s, cancel_per_order_s;
  double join_share, touch_share, sweep_share;
  std::uint64_t window_ticks;
  Ticks nearest_ticks;
  std::uint32_t round_lots;
  Session session;
};

/// Who comes next, and what they want.
class PoissonFlow {
 public:
  PoissonFlow(const PoissonParameters& parameters, FlowDraws draws) : p_{parameters}, draws_{draws}, market_{parameters.session.mid} {
    market_.reserve(p_.session.expected_rows + p_.session.expected_rows / 16);
  }

  EventTape run(TapeInfo info) {
    populate();
    TimePoint now = p_.session.start - p_.session.warmup;
    while (true) {
      const double cancels_per_s = p_.cancel_per_order_s * static_cast<double>(market_.resting_count());
      const double events_per_s = p_.limit_per_s + p_.market_per_s + p_.hidden_per_s + cancels_per_s;
      const TimePoint next = now + draws_.exponential(events_per_s);
      if (!market_.is_open() && next >= p_.session.start) market_.open(p_.session.start);
      if (next >= p_.session.end()) return std::move(market_).finish(std::move(info));
      now = next;
      step(now, draws_.uniform() * events_per_s);
    }
  }

 private:
  std::uint32_t size() { return draw_order_size(draws_, p_.round_lots); }

  /// Starts near the stationary number of orders, so that the warm-up has only the shape of the book to find.
  void populate() {
    const double expected = p_.limit_per_s / p_.cancel_per_order_s;
    const auto orders = static_cast<std::size_t>(std::max(2.0, expected));
    for (std::size_t i = 0; i < orders; ++i) limit_order(kLongAgo, i % 2 == 0 ? Side::buy : Side::sell);
  }

  void step(TimePoint now, double pick) {
    for (const Side side : {Side::buy, Side::sell}) {
      if (market_.empty(side)) return limit_order(now, side);
    }
    if ((pick -= p_.limit_per_s) < 0) return limit_order(now, draws_.either_side());
    if ((pick -= p_.market_per_s) < 0) return market_order(now, draws_.either_side());
    if ((pick -= p_.hidden_per_s) < 0) return hidden_print(now);
    cancel_one(now);
  }

  void limit_order(TimePoint now, Side side) {
    const bool joins = draws_.uniform() < p_.join_share;
    const auto away = p_.nearest_ticks + static_cast<Ticks>(draws_.below(p_.window_ticks));
    const Ticks behind = std::max(Ticks{1}, worse_by(side, market_.best(opposite(side)), away));
    market_.add(now, side, joins && !market_.empty(side) ? market_.best(side) : behind, size());
  }

  /// What an aggressor asks for: exactly what is displayed at the best price, more than that, or a drawn size up to it.
  std::uint64_t market_size(std::uint64_t touch) {
    const double u = draws_.uniform();
    const std::uint32_t drawn = size();
    if (u < p_.touch_share) return touch;
    return u < p_.touch_share + p_.sweep_share ? touch + drawn : std::min<std::uint64_t>(touch, drawn);
  }

  /// What the book cannot serve is lost.
  void market_order(TimePoint now, Side aggressor) {
    const Side makers = opposite(aggressor);
    market_.execute(now, makers, market_size(static_cast<std::uint64_t>(market_.touch(makers))));
  }

  void hidden_print(TimePoint now) {
    const std::int64_t half_ticks = std::int64_t{market_.best(Side::buy)} + market_.best(Side::sell);
    const Side passive = draws_.either_side();
    market_.trade_at_half_ticks(now, passive, half_ticks, size());
  }

  void cancel_one(TimePoint now) {
    const std::uint32_t slot = market_.resting(draws_.below(market_.resting_count()));
    const std::uint32_t open = market_.open_lots(slot);
    const bool partial = draws_.uniform() < kPartialCancelShare && open > 1;
    market_.cancel(now, slot, partial ? open / 2 : open);
  }

  const PoissonParameters& p_;
  FlowDraws draws_;
  FlowMarket market_;
};

FeedInfo feed_named(const char* name, const char* summary, const char* duration_s) {
  constexpr auto integer = SettingType::integer;
  constexpr auto real = SettingType::real;
  FeedInfo info{name, summary, session_settings(duration_s, "58597")};
  for (const FeedSetting& setting : std::initializer_list<FeedSetting>{
           {"limit_per_s", real, false, "12.29", 0.01, 1e5, "1/s", "limit orders, both sides together"},
           {"market_per_s", real, false, "0.914", 0.0, 1e5, "1/s", "market orders, both sides together"},
           {"hidden_per_s", real, false, "0.611", 0.0, 1e5, "1/s", "hidden prints at the mid"},
           {"lifetime_s", real, false, "3.5", 0.001, 1e6, "s", "mean time until a resting order is cancelled"},
           {"nearest_ticks", integer, false, "12", 1.0, 1e6, "ticks", "least distance of a new limit price from the opposite best"},
           {"window_ticks", integer, false, "95", 1.0, 1e6, "ticks", "number of prices from there on that new limit prices fall on"},
           {"join_share", real, false, "0.06", 0.0, 1.0, "1", "share of limit orders that join the best price of their own side"},
           {"touch_share", real, false, "0.62", 0.0, 1.0, "1", "share of market orders that take exactly what the best price displays"},
           {"sweep_share", real, false, "0.046", 0.0, 1.0, "1", "share of market orders that take more than that"},
           {"round_lots", integer, false, "100", 10.0, 1e6, "lots", "most frequent order size"}})
    info.settings.push_back(setting);
  return info;
}

PoissonParameters poisson_parameters(const FeedSettings& settings) {
  FaultList faults;
  const double limit_per_s = settings.real("limit_per_s");
  const double resting = limit_per_s * settings.real("lifetime_s");
  if (resting > 1e6) faults.add({"SETTING-RANGE", "", "lifetime_s", "limit_per_s x lifetime_s is above 1,000,000 resting orders", ""});
  // What is added goes again; a part of it in several rows.
  const double adds_and_ends_per_s = (2 + kPartialCancelShare) * limit_per_s;
  PoissonParameters p;
  p.session = read_session(settings, adds_and_ends_per_s + settings.real("hidden_per_s"), faults);
  faults.throw_if_any(ExitCode::bad_scenario);

  p.limit_per_s = p.session.speed * limit_per_s;
  p.market_per_s = p.session.speed * settings.real("market_per_s");
  p.hidden_per_s = p.session.speed * settings.real("hidden_per_s");
  p.cancel_per_order_s = p.session.speed / settings.real("lifetime_s");
  p.join_share = settings.real("join_share");
  p.touch_share = settings.real("touch_share");
  p.sweep_share = settings.real("sweep_share");
  p.nearest_ticks = static_cast<Ticks>(settings.integer("nearest_ticks"));
  p.window_ticks = static_cast<std::uint64_t>(settings.integer("window_ticks"));
  p.round_lots = static_cast<std::uint32_t>(settings.integer("round_lots"));
  return p;
}

EventTape generate(const FeedSettings& settings, const std::string& feed, const std::string& symbol) {
  const PoissonParameters parameters = poisson_parameters(settings);
  const FlowDraws draws{session_stream(settings, Purpose::synthetic_flow)};
  return PoissonFlow{parameters, draws}.run(session_info(settings, feed, symbol, "of zero-intelligence flow"));
}

}  // namespace

FeedInfo synthetic_feed() { return feed_named("synthetic", "zero-intelligence order flow of forty minutes, made on the spot", "2400"); }
FeedInfo zero_intelligence_feed() {
  return feed_named("zero_intelligence", "order flow of a day that nobody thinks about (Smith, Farmer, Gillemot, Krishnamurthy 2003)",
                    "23400");
}

EventTape generate_synthetic(const FeedSettings& settings) { return generate(settings, "synthetic", "SYNTHETIC"); }
EventTape generate_zero_intelligence(const FeedSettings& settings) { return generate(settings, "zero_intelligence", "ZERO"); }

}  // namespace plimsoll
