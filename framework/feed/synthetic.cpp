#include "feed/synthetic.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "core/error.hpp"
#include "core/math.hpp"
#include "core/random.hpp"
#include "feed/text_file.hpp"
#include "market/tape_builder.hpp"

namespace plimsoll {

namespace {

/// Order sizes in tenths of a round lot: a tenth, a fifth, one, two or ten of them, as often as near those sizes in the AAPL hour.
struct SizeClass {
  std::uint32_t tenths;
  double cumulative;
};
constexpr SizeClass kSizes[] = {{1, 0.080}, {2, 0.345}, {10, 0.880}, {20, 0.965}, {100, 1.0}};

constexpr double kPartialCancelShare = 0.0113;  // 469 of 41,473 cancels of the AAPL hour

struct Parameters {
  double limit_per_s, market_per_s, hidden_per_s, cancel_per_order_s;
  double join_share, touch_share, sweep_share;
  std::uint64_t window_ticks;
  Ticks nearest_ticks;
  std::uint32_t round_lots;
  Ticks mid;
  TimePoint start;
  Duration warmup, duration;
};

/// The generator's own market: it matches, and writes what happened. Before the session starts nothing is written.
class Flow {
 public:
  Flow(const Parameters& parameters, RandomStream random, TapeBuilder& tape) : p_{parameters}, random_{random}, tape_{tape} {
    last_best_[0] = p_.mid - 1;
    last_best_[1] = p_.mid + 1;
  }

  void run() {
    populate();
    TimePoint now = p_.start - p_.warmup;
    while (true) {
      const double cancels_per_s = p_.cancel_per_order_s * static_cast<double>(live_.size());
      const double events_per_s = p_.limit_per_s + p_.market_per_s + p_.hidden_per_s + cancels_per_s;
      const TimePoint next = now + exponential(events_per_s);
      if (!recording_ && next >= p_.start) open_session();
      if (next >= p_.start + p_.duration) return;
      now = next;
      step(now, uniform() * events_per_s);
    }
  }

 private:
  struct Order {
    Side side = Side::buy;
    Ticks price = 0;
    std::uint32_t open = 0;
    std::size_t place = 0;  ///< in live_
  };
  using Ladder = std::map<Ticks, std::vector<std::uint64_t>>;  ///< best first: bids keyed by their negated price
  static Ticks key(Side side, Ticks price) { return side == Side::buy ? -price : price; }
  Ladder& ladder(Side side) { return ladders_[static_cast<std::size_t>(side)]; }

  double uniform() { return random_.uniform(draws_++); }
  std::uint64_t below(std::uint64_t bound) { return random_.below(draws_++, bound); }
  Side either_side() { return below(2) == 0 ? Side::buy : Side::sell; }
  Duration exponential(double per_s) { return math::round_half_away(-math::log(1.0 - uniform()) / per_s * 1e9); }
  std::uint32_t size() {
    const double u = uniform();
    const SizeClass* size_class = kSizes;
    while (u >= size_class->cumulative) ++size_class;
    return size_class->tenths * p_.round_lots / 10;
  }

  /// Starts near the stationary number of orders, so that the warm-up has only the shape of the book to find.
  void populate() {
    const double expected = p_.limit_per_s / p_.cancel_per_order_s;
    const auto orders = static_cast<std::size_t>(std::max(2.0, expected));
    for (std::size_t i = 0; i < orders; ++i) limit_order(kLongAgo, i % 2 == 0 ? Side::buy : Side::sell);
  }

  void open_session() {
    recording_ = true;
    for (const Side side : {Side::buy, Side::sell}) {
      for (const auto& [at, queue] : ladder(side)) {
        for (const std::uint64_t id : queue) tape_.add(p_.start, id, side, key(side, at), orders_[id].open);
      }
    }
  }

  void step(TimePoint now, double pick) {
    for (const Side side : {Side::buy, Side::sell}) {
      if (ladder(side).empty()) return limit_order(now, side);
    }
    if ((pick -= p_.limit_per_s) < 0) return limit_order(now, either_side());
    if ((pick -= p_.market_per_s) < 0) return market_order(now, either_side());
    if ((pick -= p_.hidden_per_s) < 0) return hidden_print(now);
    cancel_one(now);
  }

  Ticks best(Side side) {
    if (!ladder(side).empty()) last_best_[static_cast<std::size_t>(side)] = key(side, ladder(side).begin()->first);
    return last_best_[static_cast<std::size_t>(side)];
  }

  void limit_order(TimePoint now, Side side) {
    const bool joins = uniform() < p_.join_share;
    const auto away = p_.nearest_ticks + static_cast<Ticks>(below(p_.window_ticks));
    const Ticks price = joins && !ladder(side).empty() ? best(side) : std::max(Ticks{1}, worse_by(side, best(opposite(side)), away));
    const std::uint64_t id = orders_.size();
    orders_.push_back({side, price, size(), live_.size()});
    live_.push_back(id);
    ladder(side)[key(side, price)].push_back(id);
    if (recording_) tape_.add(now, id, side, price, orders_[id].open);
  }

  /// What an aggressor asks for: exactly what is displayed at the best price, more than that, or a drawn size up to it.
  std::uint64_t market_size(std::uint64_t touch) {
    const double u = uniform();
    const std::uint32_t drawn = size();
    if (u < p_.touch_share) return touch;
    return u < p_.touch_share + p_.sweep_share ? touch + drawn : std::min<std::uint64_t>(touch, drawn);
  }

  /// Best prices first, front of the queue first; what the book cannot serve is lost.
  void market_order(TimePoint now, Side aggressor) {
    Ladder& makers = ladder(opposite(aggressor));
    std::uint64_t touch = 0;
    for (const std::uint64_t id : makers.begin()->second) touch += orders_[id].open;
    std::uint64_t lots = market_size(touch);
    while (lots > 0 && !makers.empty()) lots -= take(now, makers.begin()->second.front(), lots, Action::fill);
  }

  void hidden_print(TimePoint now) {
    const std::int64_t half_ticks = std::int64_t{best(Side::buy)} + best(Side::sell);
    const Side passive = either_side();
    const std::uint32_t lots = size();
    if (recording_) tape_.trade(now, passive, static_cast<Ticks>(half_ticks / 2), static_cast<std::uint32_t>(half_ticks % 2), lots);
  }

  void cancel_one(TimePoint now) {
    const std::uint64_t id = live_[below(live_.size())];
    const std::uint32_t open = orders_[id].open;
    const bool partial = uniform() < kPartialCancelShare && open > 1;
    take(now, id, partial ? open / 2 : open, Action::cancel);
  }

  std::uint32_t take(TimePoint now, std::uint64_t id, std::uint64_t wanted, Action action) {
    Order& order = orders_[id];
    const auto lots = static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, order.open));
    best(order.side);  // remembered, should this be the last order of its side
    if (recording_ && action == Action::fill) tape_.fill(now, id, lots);
    if (recording_ && action == Action::cancel) tape_.cancel(now, id, lots);
    if ((order.open -= lots) != 0) return lots;
    const auto level = ladder(order.side).find(key(order.side, order.price));
    level->second.erase(std::find(level->second.begin(), level->second.end(), id));
    if (level->second.empty()) ladder(order.side).erase(level);
    orders_[live_.back()].place = order.place;
    live_[order.place] = live_.back();
    live_.pop_back();
    return lots;
  }

  const Parameters& p_;
  RandomStream random_;
  TapeBuilder& tape_;
  std::uint64_t draws_ = 0;
  std::vector<Order> orders_;        ///< every order ever, by id
  std::vector<std::uint64_t> live_;  ///< ids of the resting ones, in no order
  Ladder ladders_[2];
  Ticks last_best_[2];
  bool recording_ = false;
};

}  // namespace

FeedInfo synthetic_feed() {
  constexpr auto integer = SettingType::integer;
  constexpr auto real = SettingType::real;
  return {"synthetic",
          "zero-intelligence order flow (Smith, Farmer, Gillemot, Krishnamurthy 2003), made on the spot",
          {{"seed", integer, false, "1", 0.0, {}, "", "another seed, another session"},
           {"duration_s", real, false, "2400", 1.0, 86'400.0, "s", "length of the session"},
           {"warmup_s", real, false, "300", 0.0, 86'400.0, "s", "flow before the session, not on the tape"},
           {"date", SettingType::date, false, "2026-01-05", {}, {}, "", "day of the session"},
           {"start", SettingType::text, false, "09:30:00", {}, {}, "", "first moment of the session, HH:MM:SS in timezone"},
           {"timezone", SettingType::timezone, false, "UTC", {}, {}, "", "zone of start"},
           {"mid_ticks", integer, false, "58597", 2.0, 1e9, "ticks", "mid before the warm-up"},
           {"limit_per_s", real, false, "12.29", 0.01, 1e5, "1/s", "limit orders, both sides together"},
           {"market_per_s", real, false, "0.914", 0.0, 1e5, "1/s", "market orders, both sides together"},
           {"hidden_per_s", real, false, "0.611", 0.0, 1e5, "1/s", "hidden prints at the mid"},
           {"lifetime_s", real, false, "3.5", 0.001, 1e6, "s", "mean time until a resting order is cancelled"},
           {"nearest_ticks", integer, false, "12", 1.0, 1e6, "ticks", "least distance of a new limit price from the opposite best"},
           {"window_ticks", integer, false, "95", 1.0, 1e6, "ticks", "number of prices from there on that new limit prices fall on"},
           {"join_share", real, false, "0.06", 0.0, 1.0, "1", "share of limit orders that join the best price of their own side"},
           {"touch_share", real, false, "0.62", 0.0, 1.0, "1", "share of market orders that take exactly what the best price displays"},
           {"sweep_share", real, false, "0.046", 0.0, 1.0, "1", "share of market orders that take more than that"},
           {"round_lots", integer, false, "100", 10.0, 1e6, "lots", "most frequent order size"}}};
}

namespace {

/// "HH:MM:SS", seconds with up to nine decimals, as nanoseconds since midnight.
std::optional<Duration> parse_clock(std::string_view text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hours = parse_decimal(text.substr(0, 2), 0);
  const auto minutes = parse_decimal(text.substr(3, 2), 0);
  const auto seconds_ns = parse_decimal(text.substr(6), 9);
  if (!hours || !minutes || !seconds_ns || *hours < 0 || *hours > 23 || *minutes < 0 || *minutes > 59) return std::nullopt;
  if (*seconds_ns < 0 || *seconds_ns >= 60 * kSecond) return std::nullopt;
  return (*hours * 60 + *minutes) * 60 * kSecond + *seconds_ns;
}

Parameters parameters_of(const FeedSettings& settings) {
  FaultList faults;
  const std::optional<Duration> clock = parse_clock(settings.text("start"));
  if (!clock) faults.add({"SETTING-TYPE", "", "start", quoted(settings.text("start")) + " is not a time of day HH:MM:SS", ""});
  const double limit_per_s = settings.real("limit_per_s");
  const double resting = limit_per_s * settings.real("lifetime_s");
  if (resting > 1e6) faults.add({"SETTING-RANGE", "", "lifetime_s", "limit_per_s x lifetime_s is above 1,000,000 resting orders", ""});
  const double session_s = settings.real("duration_s") + settings.real("warmup_s");
  const double rows = session_s * (2 * limit_per_s + settings.real("market_per_s") + settings.real("hidden_per_s"));
  if (rows > 2e8) faults.add({"SETTING-RANGE", "", "duration_s", "the session would have more than 200,000,000 rows", ""});
  faults.throw_if_any(ExitCode::bad_scenario);

  Parameters p;
  p.limit_per_s = limit_per_s;
  p.market_per_s = settings.real("market_per_s");
  p.hidden_per_s = settings.real("hidden_per_s");
  p.cancel_per_order_s = 1.0 / settings.real("lifetime_s");
  p.join_share = settings.real("join_share");
  p.touch_share = settings.real("touch_share");
  p.sweep_share = settings.real("sweep_share");
  p.nearest_ticks = static_cast<Ticks>(settings.integer("nearest_ticks"));
  p.window_ticks = static_cast<std::uint64_t>(settings.integer("window_ticks"));
  p.round_lots = static_cast<std::uint32_t>(settings.integer("round_lots"));
  p.mid = static_cast<Ticks>(settings.integer("mid_ticks"));
  p.warmup = math::round_half_away(settings.real("warmup_s") * 1e9);
  p.duration = math::round_half_away(settings.real("duration_s") * 1e9);
  p.start = require_timezone(settings.text("timezone")).to_utc(settings.date("date"), *clock);
  return p;
}

}  // namespace

EventTape generate_synthetic(const FeedSettings& settings) {
  const Parameters parameters = parameters_of(settings);
  TapeInfo info;
  info.instrument.symbol = "SYNTHETIC";
  info.instrument = settings.instrument(info.instrument);
  info.instrument.subticks = 2;  // hidden prints lie on the mid
  info.feed = "synthetic";
  info.source = "seed " + settings.text("seed") + ", " + settings.text("duration_s") + " s of zero-intelligence flow";
  info.timezone = settings.text("timezone");
  TapeBuilder tape;
  const RandomStream random{static_cast<std::uint64_t>(settings.integer("seed")), 0, Purpose::synthetic_flow};
  Flow{parameters, random, tape}.run();
  return tape.finish(std::move(info));
}

}  // namespace plimsoll
