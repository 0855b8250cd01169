#include "feed/queue_reactive.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>
#include <optional>
#include <utility>

#include "feed/flow_draws.hpp"
#include "feed/flow_market.hpp"
#include "feed/session.hpp"

namespace plimsoll {

namespace {

constexpr std::size_t kQueueMax = 1'000;  ///< orders; a longer queue takes no more limit orders

struct QueueParameters {
  std::vector<QueueRates> queues;               ///< [i - 1] for Q(i)
  std::vector<std::vector<double>> stationary;  ///< of each
  double theta, theta_redraw;
  std::uint32_t order_lots;
  Session session;
};

class QueueFlow {
 public:
  QueueFlow(const QueueParameters& parameters, FlowDraws draws)
      : p_{parameters}, draws_{draws}, market_{parameters.session.mid}, reference_{parameters.session.mid} {
    market_.reserve(p_.session.expected_rows + p_.session.expected_rows / 4);
    for (auto& side : orders_) side.resize(p_.queues.size());
  }

  /// Ends with the session, or once there are `most_rows`.
  EventTape run(TapeInfo info, std::size_t most_rows = std::numeric_limits<std::size_t>::max()) {
    TimePoint now = p_.session.start - p_.session.warmup;
    redraw(now);
    while (true) {
      const double events_per_s = total_rate();
      const TimePoint next = now + draws_.exponential(events_per_s);
      if (!market_.is_open() && next >= p_.session.start) market_.open(p_.session.start);
      if (next >= p_.session.end() || market_.rows() >= most_rows) return std::move(market_).finish(std::move(info));
      now = next;
      step(now, draws_.uniform() * events_per_s);
    }
  }

 private:
  static constexpr std::array<Side, 2> kSides = {Side::buy, Side::sell};
  std::vector<std::uint32_t>& orders(Side side) { return orders_[static_cast<std::size_t>(side)]; }
  /// Bids from `reference_` down, asks from the tick above it up.
  Ticks price(Side side, std::size_t queue) const {
    return worse_by(side, side == Side::buy ? reference_ : reference_ + 1, static_cast<Ticks>(queue));
  }
  std::size_t first_queue(Side side) {
    const auto& queues = orders(side);
    return static_cast<std::size_t>(std::find_if(queues.begin(), queues.end(), [](std::uint32_t n) { return n > 0; }) - queues.begin());
  }

  double limit_rate(std::size_t queue, std::uint32_t n) const { return n < kQueueMax ? p_.queues[queue].limit_per_s : 0.0; }
  double market_rate(Side side) {
    const std::size_t first = first_queue(side);
    return first == p_.queues.size() ? 0.0 : p_.queues[first].market_per_s[orders(side)[first]];
  }
  double total_rate() {
    double rate = 0;
    for (const Side side : kSides) {
      for (std::size_t queue = 0; queue < p_.queues.size(); ++queue) {
        const std::uint32_t n = orders(side)[queue];
        rate += limit_rate(queue, n) + p_.queues[queue].cancel_per_s[n];
      }
      rate += market_rate(side);
    }
    return rate;
  }

  void step(TimePoint now, double pick) {
    const std::int64_t mid_before = mid_x2();
    happen(now, pick);
    const std::int64_t mid_after = mid_x2();
    if (mid_after == mid_before) return;
    const Side ahead = mid_after > mid_before ? Side::sell : Side::buy;  // where the mid went
    if (orders(ahead)[0] > 0 || draws_.uniform() >= p_.theta) return;
    const Ticks moved = reference_ + (ahead == Side::sell ? 1 : -1);
    if (moved <= static_cast<Ticks>(p_.queues.size())) return;  // no price is below one tick
    reference_ = moved;
    draws_.uniform() < p_.theta_redraw ? redraw(now) : shift(now, ahead);
  }

  /// Twice the mid; the last queue stands for the best price of an empty side.
  std::int64_t mid_x2() {
    const auto best = [&](Side side) { return std::int64_t{price(side, std::min(first_queue(side), p_.queues.size() - 1))}; };
    return best(Side::buy) + best(Side::sell);
  }

  void happen(TimePoint now, double pick) {
    for (const Side side : kSides) {
      for (std::size_t queue = 0; queue < p_.queues.size(); ++queue) {
        const std::uint32_t n = orders(side)[queue];
        if ((pick -= limit_rate(queue, n)) < 0) return join(now, side, queue);
        if ((pick -= p_.queues[queue].cancel_per_s[n]) < 0) return leave(now, side, queue);
      }
      if ((pick -= market_rate(side)) < 0) {
        --orders(side)[first_queue(side)];
        market_.execute(now, side, p_.order_lots);
        return;
      }
    }
  }

  void join(TimePoint now, Side side, std::size_t queue) {
    market_.add(now, side, price(side, queue), p_.order_lots);
    ++orders(side)[queue];
  }
  void leave(TimePoint now, Side side, std::size_t queue) {
    market_.cancel(now, market_.back(side, price(side, queue)), p_.order_lots);
    --orders(side)[queue];
  }
  /// Withdraws whatever rests at a price that is no queue any more.
  void withdraw(TimePoint now, Side side, Ticks at, std::uint32_t count) {
    for (; count > 0; --count) market_.cancel(now, market_.back(side, at), p_.order_lots);
  }
  void fill_stationary(TimePoint now, Side side, std::size_t queue) {
    const std::vector<double>& cumulative = p_.stationary[queue];
    const auto n = std::upper_bound(cumulative.begin(), cumulative.end() - 1, draws_.uniform()) - cumulative.begin();
    for (std::ptrdiff_t i = 0; i < n; ++i) join(now, side, queue);
  }

  /// `reference_` has just moved by a tick towards `ahead`, whose first price was empty.
  void shift(TimePoint now, Side ahead) {
    const Side behind = opposite(ahead);
    auto& near = orders(ahead);
    auto& far = orders(behind);
    withdraw(now, behind, price(behind, far.size()), far.back());
    std::rotate(far.begin(), far.end() - 1, far.end());
    far.front() = 0;
    std::rotate(near.begin(), near.begin() + 1, near.end());
    near.back() = 0;
    fill_stationary(now, ahead, near.size() - 1);
  }

  void redraw(TimePoint now) {
    for (const Side side : kSides) {
      while (!market_.empty(side)) market_.cancel(now, market_.back(side, market_.best(side)), p_.order_lots);
      std::fill(orders(side).begin(), orders(side).end(), 0u);
    }
    for (const Side side : kSides)
      for (std::size_t queue = 0; queue < p_.queues.size(); ++queue) fill_stationary(now, side, queue);
  }

  const QueueParameters& p_;
  FlowDraws draws_;
  FlowMarket market_;
  Ticks reference_;                       ///< price of the first bid queue; the reference price is half a tick above it
  std::vector<std::uint32_t> orders_[2];  ///< by side and queue
};

/// n^exponent and exp without a table would be most of the time.
QueueRates rates_of(const FeedSettings& settings, std::size_t queue) {
  QueueRates rates;
  rates.limit_per_s = settings.real("limit_per_s") * math::pow(settings.real("limit_decay"), static_cast<double>(queue));
  for (std::size_t n = 0; n <= kQueueMax; ++n) {
    const auto orders = static_cast<double>(n);
    rates.cancel_per_s.push_back(n == 0 ? 0.0 : settings.real("cancel_per_s") * math::pow(orders, settings.real("cancel_exponent")));
    rates.market_per_s.push_back(n == 0 ? 0.0 : settings.real("market_per_s") * math::exp(-(orders - 1) / settings.real("market_scale")));
  }
  return rates;
}

/// What joins leaves again; queues that come and go with the reference price are not in it, nor the orders that market orders make room
/// for. Enough for how long a pilot is, not for how long a session may be.
double least_rows_per_s(const std::vector<QueueRates>& queues) {
  double limit_per_s = 0;
  for (const QueueRates& queue : queues) limit_per_s += 2 * queue.limit_per_s;
  return 2 * limit_per_s;
}

/// `rows_per_s` is measured where it matters, since nobody knows it in closed form.
QueueParameters queue_parameters(const FeedSettings& settings, std::optional<double> rows_per_s) {
  FaultList faults;
  QueueParameters p;
  const auto count = static_cast<std::size_t>(settings.integer("queues"));
  for (std::size_t queue = 0; queue < count; ++queue) p.queues.push_back(rates_of(settings, queue));
  for (const QueueRates& queue : p.queues) p.stationary.push_back(stationary_queue(queue));
  if (p.queues.front().limit_per_s > p.queues.front().cancel_per_s.back())
    faults.add({"SETTING-RANGE", "", "limit_per_s", "the queues would grow beyond 1,000 orders: cancels cannot keep up",
                "lower limit_per_s, or raise cancel_per_s or cancel_exponent"});
  p.theta = settings.real("theta");
  p.theta_redraw = settings.real("theta_redraw");
  p.order_lots = static_cast<std::uint32_t>(settings.integer("order_lots"));
  p.session = read_session(settings, rows_per_s.value_or(least_rows_per_s(p.queues)), faults);
  if (p.session.mid <= static_cast<Ticks>(count))
    faults.add({"SETTING-RANGE", "", "mid_ticks", "leaves no room for " + std::to_string(count) + " prices below it", ""});
  faults.throw_if_any(ExitCode::bad_scenario);
  return p;
}

void speed_up(QueueParameters& p) {
  for (QueueRates& queue : p.queues) {
    queue.limit_per_s *= p.session.speed;
    for (double& rate : queue.cancel_per_s) rate *= p.session.speed;
    for (double& rate : queue.market_per_s) rate *= p.session.speed;
  }
}

/// Rows per second at speed 1, from a short session of fixed luck: every day of a model has the same clock.
double measured_rows_per_s(QueueParameters p) {
  constexpr double kPilotRows = 50'000;
  constexpr std::size_t kMostPilotRows = 1'000'000;  // market orders and refills may make it many times what was asked for
  p.session.warmup = 0;
  p.session.expected_rows = 0;
  p.session.duration = math::round_half_away(1e9 * kPilotRows / least_rows_per_s(p.queues));
  const FlowDraws draws{RandomStream{0, 0, Purpose::queue_reactive_flow}};
  const EventTape pilot = QueueFlow{p, draws}.run({}, kMostPilotRows);
  const Duration passed = pilot.size() < kMostPilotRows ? p.session.duration : pilot.last_time() - p.session.start;
  return static_cast<double>(pilot.size()) / (static_cast<double>(passed) * 1e-9);
}

}  // namespace

std::vector<double> stationary_queue(const QueueRates& rates) {
  std::vector<double> out{1.0};
  double weight = 1.0;
  constexpr double kLarge = 1e100;  // long queues outweigh short ones by more than a double holds
  for (std::size_t n = 1; n < rates.cancel_per_s.size(); ++n) {
    weight *= rates.limit_per_s / rates.cancel_per_s[n];
    out.push_back(out.back() + weight);
    if (weight < kLarge) continue;
    weight /= kLarge;
    for (double& cumulative : out) cumulative /= kLarge;
  }
  for (double& cumulative : out) cumulative /= out.back();
  return out;
}

FeedInfo queue_reactive_feed() {
  constexpr auto integer = SettingType::integer;
  constexpr auto real = SettingType::real;
  FeedInfo info{"queue_reactive", "order flow that depends on the queues it meets (Huang, Lehalle, Rosenbaum 2015)",
                session_settings("23400", "10000")};
  for (const FeedSetting& setting : std::initializer_list<FeedSetting>{
           {"queues", integer, false, "5", 1.0, 20.0, "1", "prices on either side of the reference price"},
           {"limit_per_s", real, false, "2", 0.001, 1e5, "1/s", "limit orders at the first price of a side"},
           {"limit_decay", real, false, "0.8", 0.01, 1.0, "1", "of the same, from each price to the next behind it"},
           {"cancel_per_s", real, false, "0.25", 0.001, 1e5, "1/s", "cancels in a queue of one order"},
           {"cancel_exponent", real, false, "0.8", 0.1, 2.0, "1", "cancels grow with this power of the orders in the queue"},
           {"market_per_s", real, false, "2.5", 0.0, 1e5, "1/s", "market orders against a best queue of one order, each side"},
           {"market_scale", real, false, "6", 0.1, 1e6, "orders", "orders more in the best queue make market orders e times rarer"},
           {"theta", real, false, "0.7", 0.0, 1.0, "1", "probability that the reference price follows a mid that moved"},
           {"theta_redraw", real, false, "0.2", 0.0, 1.0, "1", "share of those moves in which the whole book is redrawn"},
           {"order_lots", integer, false, "100", 1.0, 1e6, "lots", "size of every order"}})
    info.settings.push_back(setting);
  return info;
}

EventTape generate_queue_reactive(const FeedSettings& settings) {
  QueueParameters parameters = queue_parameters(settings, measured_rows_per_s(queue_parameters(settings, std::nullopt)));
  speed_up(parameters);
  const FlowDraws draws{session_stream(settings, Purpose::queue_reactive_flow)};
  return QueueFlow{parameters, draws}.run(session_info(settings, "queue_reactive", "QUEUES", "of queue-reactive flow"));
}

}  // namespace plimsoll
