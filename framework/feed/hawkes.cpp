#include "feed/hawkes.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <initializer_list>
#include <utility>

#include "feed/flow_draws.hpp"
#include "feed/flow_market.hpp"
#include "feed/flow_sizes.hpp"
#include "feed/hawkes_clock.hpp"
#include "feed/session.hpp"

namespace plimsoll {

namespace {

enum FlowKind : std::size_t { kMarket = 0, kLimit = 1, kCancel = 2 };
constexpr std::size_t kKinds = 3;
constexpr std::array<const char*, kKinds> kKindNames = {"market", "limit", "cancel"};
using Branching = std::array<std::array<double, kKinds>, kKinds>;  ///< [child][parent]
using Clock = HawkesClock<2 * kKinds>;

constexpr std::size_t type_of(FlowKind kind, Side side) { return 2 * kind + static_cast<std::size_t>(side); }

struct HawkesParameters {
  double market_per_s, limit_per_s, cancel_per_order_s, decay_per_s;
  Branching branching;
  double same_side, touch_share, improve_share, join_share, tail_exponent;
  Ticks window_ticks;
  std::uint32_t round_lots;
  double resting;  ///< expected number of orders
  Session session;
};

Clock::Matrix by_side(const Branching& kinds, double same_side) {
  Clock::Matrix out{};
  for (std::size_t child = 0; child < 2 * kKinds; ++child)
    for (std::size_t parent = 0; parent < 2 * kKinds; ++parent)
      out[child][parent] = kinds[child / 2][parent / 2] * (child % 2 == parent % 2 ? same_side : 1.0 - same_side);
  return out;
}

class HawkesFlow {
 public:
  HawkesFlow(const HawkesParameters& parameters, FlowDraws draws)
      : p_{parameters}, draws_{draws}, market_{parameters.session.mid}, clock_{by_side(p_.branching, p_.same_side), p_.decay_per_s} {
    market_.reserve(p_.session.expected_rows + p_.session.expected_rows / 4);
  }

  EventTape run(TapeInfo info) {
    for (int i = 0; i < static_cast<int>(std::max(2.0, p_.resting)); ++i) limit_order(kLongAgo, i % 2 == 0 ? Side::buy : Side::sell);
    TimePoint now = p_.session.start - p_.session.warmup;
    while (true) {
      const double cancel_per_s = p_.cancel_per_order_s * static_cast<double>(market_.resting_count());
      const double base_per_s = p_.market_per_s + p_.limit_per_s + cancel_per_s;
      const TimePoint next = now + math::round_half_away(clock_.wait(base_per_s, draws_) * 1e9);
      if (!market_.is_open() && next >= p_.session.start) market_.open(p_.session.start);
      if (next >= p_.session.end()) return std::move(market_).finish(std::move(info));
      now = next;
      step(now, draws_.uniform() * (base_per_s + clock_.excited_per_s()), cancel_per_s);
    }
  }

 private:
  void step(TimePoint now, double pick, double cancel_per_s) {
    for (const Side side : {Side::buy, Side::sell}) {
      if (market_.empty(side)) return happen(now, kLimit, side);
    }
    if ((pick -= p_.market_per_s) < 0) return happen(now, kMarket, draws_.either_side());
    if ((pick -= p_.limit_per_s) < 0) return happen(now, kLimit, draws_.either_side());
    if ((pick -= cancel_per_s) < 0) return cancel(now, market_.resting(draws_.below(market_.resting_count())));
    const std::size_t type = clock_.type_at(pick);
    happen(now, static_cast<FlowKind>(type / 2), static_cast<Side>(type % 2));
  }

  /// Both sides have orders, but for a limit order.
  void happen(TimePoint now, FlowKind kind, Side side) {
    switch (kind) {
      case kMarket: market_order(now, opposite(side)); break;
      case kLimit: limit_order(now, side); break;
      case kCancel: return cancel(now, any_order_of(side));
    }
    clock_.happened(type_of(kind, side));
  }

  /// All that the best price displays, or a drawn size that may walk on.
  void market_order(TimePoint now, Side makers) {
    const bool takes_touch = draws_.uniform() < p_.touch_share;
    market_.execute(now, makers, takes_touch ? static_cast<std::uint64_t>(market_.touch(makers)) : draw_order_size(draws_, p_.round_lots));
  }

  void cancel(TimePoint now, std::uint32_t slot) {
    const Side side = market_.side(slot);
    market_.cancel(now, slot, market_.open_lots(slot));
    clock_.happened(type_of(kCancel, side));
  }

  std::uint32_t any_order_of(Side side) {
    while (true) {
      const std::uint32_t slot = market_.resting(draws_.below(market_.resting_count()));
      if (market_.side(slot) == side) return slot;
    }
  }

  void limit_order(TimePoint now, Side side) {
    const double u = draws_.uniform();
    const Ticks limit = worse_by(side, market_.best(opposite(side)), 1);  // the best price that does not trade
    const Ticks best = market_.empty(side) ? worse_by(side, limit, 1) : market_.best(side);
    const auto inside = static_cast<std::uint64_t>(better(side, limit, best) ? std::abs(limit - best) : 0);
    Ticks price = best;
    if (u < p_.improve_share && inside > 0) {
      price = worse_by(side, limit, static_cast<Ticks>(draws_.below(inside)));
    } else if (u >= p_.improve_share + p_.join_share) {
      const double distance = math::pow(1.0 - draws_.uniform(), -1.0 / p_.tail_exponent);
      price = worse_by(side, best, distance < p_.window_ticks ? static_cast<Ticks>(distance) : p_.window_ticks);
    }
    market_.add(now, side, std::max(Ticks{1}, price), draw_order_size(draws_, p_.round_lots));
  }

  const HawkesParameters& p_;
  FlowDraws draws_;
  FlowMarket market_;
  Clock clock_;
};

using Vector = std::array<double, kKinds>;

/// Solves (1 - N) x = b by elimination. All pivots of 1 - N are positive exactly when the spectral radius of a non-negative N is below 1
/// (a non-singular M-matrix), so `stable` needs no eigenvalues.
struct Solution {
  bool stable = true;
  Vector x{};
};
Solution solve(const Branching& n, Vector b) {
  Branching a{};
  for (std::size_t i = 0; i < kKinds; ++i)
    for (std::size_t j = 0; j < kKinds; ++j) a[i][j] = (i == j ? 1.0 : 0.0) - n[i][j];
  Solution out;
  for (std::size_t pivot = 0; pivot < kKinds; ++pivot) {
    if (a[pivot][pivot] <= 1e-9) return {false, {}};
    for (std::size_t row = pivot + 1; row < kKinds; ++row) {
      const double factor = a[row][pivot] / a[pivot][pivot];
      for (std::size_t column = pivot; column < kKinds; ++column) a[row][column] -= factor * a[pivot][column];
      b[row] -= factor * b[pivot];
    }
  }
  for (std::size_t row = kKinds; row-- > 0;) {
    out.x[row] = b[row];
    for (std::size_t column = row + 1; column < kKinds; ++column) out.x[row] -= a[row][column] * out.x[column];
    out.x[row] /= a[row][row];
  }
  return out;
}

/// Orders at the best price, about: what a market order ends that takes it whole.
constexpr double kOrdersAtTouch = 4;

/// Rates in the mean, with the baseline of cancels at which as many orders leave as come.
struct Balance {
  double rows_per_s = 1;
  double base_cancel_per_s = 0;
};
Balance balance_of(const HawkesParameters& p, FaultList& faults) {
  const Solution without = solve(p.branching, {p.market_per_s, p.limit_per_s, 0});
  const Solution per_cancel = solve(p.branching, {0, 0, 1});
  if (!without.stable) {
    faults.add({"SETTING-RANGE", "", "market_to_market", "the branching matrix has a spectral radius of 1 or more: the flow would explode",
                "lower the ..._to_... settings"});
    return {};
  }
  const double ended = 1.0 + p.touch_share * (kOrdersAtTouch - 1.0);  // per market order
  const auto surplus = [ended](const Vector& rates) { return rates[kLimit] - rates[kCancel] - ended * rates[kMarket]; };
  Balance balance;
  balance.base_cancel_per_s = surplus(without.x) / -surplus(per_cancel.x);
  if (!(balance.base_cancel_per_s > 0)) {
    faults.add({"SETTING-RANGE", "", "limit_per_s", "market orders and the cancels they bring would take more orders than arrive",
                "raise limit_per_s or lower market_per_s and the ..._to_cancel settings"});
    return {};
  }
  const auto rate = [&](FlowKind kind) { return without.x[kind] + balance.base_cancel_per_s * per_cancel.x[kind]; };
  balance.rows_per_s = rate(kLimit) + rate(kCancel) + ended * rate(kMarket);
  return balance;
}

HawkesParameters hawkes_parameters(const FeedSettings& settings) {
  FaultList faults;
  HawkesParameters p;
  p.market_per_s = settings.real("market_per_s");
  p.limit_per_s = settings.real("limit_per_s");
  for (std::size_t child = 0; child < kKinds; ++child)
    for (std::size_t parent = 0; parent < kKinds; ++parent)
      p.branching[child][parent] = settings.real(std::string{kKindNames[parent]} + "_to_" + kKindNames[child]);
  p.same_side = settings.real("same_side");
  p.touch_share = settings.real("touch_share");
  p.improve_share = settings.real("improve_share");
  p.join_share = settings.real("join_share");
  if (p.improve_share + p.join_share > 1.0) faults.add({"SETTING-RANGE", "", "join_share", "improve_share + join_share is above 1", ""});
  p.tail_exponent = settings.real("tail_exponent");
  p.window_ticks = static_cast<Ticks>(settings.integer("window_ticks"));
  p.round_lots = static_cast<std::uint32_t>(settings.integer("round_lots"));

  const Balance balance = balance_of(p, faults);
  p.resting = balance.base_cancel_per_s * settings.real("lifetime_s");
  if (p.resting > 1e6) faults.add({"SETTING-RANGE", "", "lifetime_s", "there would be more than 1,000,000 resting orders", ""});
  p.session = read_session(settings, balance.rows_per_s, faults);
  faults.throw_if_any(ExitCode::bad_scenario);
  p.market_per_s *= p.session.speed;
  p.limit_per_s *= p.session.speed;
  p.decay_per_s = p.session.speed * settings.real("decay_per_s");
  p.cancel_per_order_s = p.session.speed / settings.real("lifetime_s");
  return p;
}

}  // namespace

FeedInfo hawkes_feed() {
  constexpr auto integer = SettingType::integer;
  constexpr auto real = SettingType::real;
  FeedInfo info{"hawkes", "self-exciting flow of market orders, limit orders and cancels (Large 2007; Bacry, Mastromatteo, Muzy 2015)",
                session_settings("23400", "10000")};
  for (const FeedSetting& setting : std::initializer_list<FeedSetting>{
           {"market_per_s", real, false, "0.4", 0.0, 1e5, "1/s", "market orders that nothing excited, both sides"},
           {"limit_per_s", real, false, "4", 0.01, 1e5, "1/s", "limit orders that nothing excited, both sides"},
           {"lifetime_s", real, false, "10", 0.001, 1e6, "s", "mean time until a resting order is cancelled, excited cancels apart"},
           {"decay_per_s", real, false, "20", 0.001, 1e6, "1/s", "decay beta of the excitation"},
           {"market_to_market", real, false, "0.5", 0.0, 10.0, "1", "direct market orders per market order"},
           {"market_to_limit", real, false, "0.8", 0.0, 10.0, "1", "direct limit orders per market order"},
           {"market_to_cancel", real, false, "0.3", 0.0, 10.0, "1", "direct cancels per market order"},
           {"limit_to_market", real, false, "0.01", 0.0, 10.0, "1", "direct market orders per limit order"},
           {"limit_to_limit", real, false, "0.4", 0.0, 10.0, "1", "direct limit orders per limit order"},
           {"limit_to_cancel", real, false, "0.2", 0.0, 10.0, "1", "direct cancels per limit order"},
           {"cancel_to_market", real, false, "0.005", 0.0, 10.0, "1", "direct market orders per cancel"},
           {"cancel_to_limit", real, false, "0.25", 0.0, 10.0, "1", "direct limit orders per cancel"},
           {"cancel_to_cancel", real, false, "0.1", 0.0, 10.0, "1", "direct cancels per cancel"},
           {"same_side", real, false, "0.75", 0.0, 1.0, "1", "share of children on the side of their parent"},
           {"touch_share", real, false, "0.3", 0.0, 1.0, "1", "share of market orders that take exactly what the best price displays"},
           {"improve_share", real, false, "0.2", 0.0, 1.0, "1", "share of limit orders at a price within the spread"},
           {"join_share", real, false, "0.15", 0.0, 1.0, "1", "share of limit orders that join the best price of their own side"},
           {"tail_exponent", real, false, "0.9", 0.1, 10.0, "1", "of the distance of the others behind the best price"},
           {"window_ticks", integer, false, "100", 1.0, 1e6, "ticks", "largest distance behind the best price"},
           {"round_lots", integer, false, "100", 10.0, 1e6, "lots", "most frequent order size"}})
    info.settings.push_back(setting);
  return info;
}

EventTape generate_hawkes(const FeedSettings& settings) {
  const HawkesParameters parameters = hawkes_parameters(settings);
  const FlowDraws draws{session_stream(settings, Purpose::hawkes_flow)};
  return HawkesFlow{parameters, draws}.run(session_info(settings, "hawkes", "HAWKES", "of self-exciting flow"));
}

}  // namespace plimsoll
