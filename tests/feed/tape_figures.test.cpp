/// Every figure of inspect against its definition, computed the slow way on small random tapes.

#include "feed/tape_figures.hpp"

#include <cmath>
#include <map>
#include <set>

#include "claims.hpp"
#include "core/random.hpp"
#include "market/tape_builder.hpp"

namespace plimsoll {
namespace {

/// Adds, cancels, fills, prints, halts and clears in a narrow range, crossed and locked at times; with silences.
EventTape random_tape(std::uint64_t seed) {
  const RandomStream random{seed, 0, Purpose::test};
  std::uint64_t draw = 0;
  const auto below = [&](std::uint64_t bound) { return random.below(draw++, bound); };
  TapeBuilder builder;
  std::vector<std::uint64_t> ids;
  TimePoint now = 1'000 * kSecond;
  bool halted = false;
  for (std::uint64_t step = 1; step <= 600; ++step) {
    if (below(3) > 0) now += static_cast<Duration>(below(below(20) == 0 ? 90 * kSecond : kSecond));
    const std::uint64_t what = below(100);
    if (what < 50 || ids.empty()) {
      const Side side = below(2) == 0 ? Side::buy : Side::sell;
      const auto price = static_cast<Ticks>(side == Side::buy ? 85 + below(17) : 99 + below(17));
      builder.add(now, step, side, price, 1 + static_cast<std::uint32_t>(below(50)));
      ids.push_back(step);
    } else if (what < 92) {
      const std::size_t at = below(ids.size());
      const auto lots = static_cast<std::uint32_t>(1 + below(40));
      what < 75 ? builder.cancel(now, ids[at], lots) : builder.fill(now, ids[at], lots);
      if (!builder.find(ids[at])) ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (what < 96) {
      builder.trade(now, Side::buy, static_cast<Ticks>(95 + below(10)), static_cast<std::uint32_t>(below(2)),
                    1 + static_cast<std::uint32_t>(below(9)));
    } else if (what < 99) {
      halted ? builder.resume(now) : builder.halt(now);
      halted = !halted;
    } else {
      builder.clear(now);
      ids.clear();
    }
  }
  TapeInfo info;
  info.instrument.subticks = 2;
  return builder.finish(std::move(info));
}

/// The state after all rows of an instant, and how long it stayed.
struct Moment {
  TimePoint from, to;
  std::map<Ticks, Lots> bids, asks;
  bool halted;

  bool two_sided() const { return !bids.empty() && !asks.empty(); }
  Ticks bid() const { return bids.rbegin()->first; }
  Ticks ask() const { return asks.begin()->first; }
  Lots near(Side side, int levels) const {
    Lots lots = 0;
    if (side == Side::buy)
      for (auto at = bids.rbegin(); at != bids.rend() && levels-- > 0; ++at) lots += at->second;
    else
      for (auto at = asks.begin(); at != asks.end() && levels-- > 0; ++at) lots += at->second;
    return lots;
  }
};

std::vector<Moment> moments_of(const EventTape& tape) {
  std::vector<Moment> out;
  std::map<std::uint32_t, MarketEvent> open;
  bool halted = false;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    if (event.action == Action::add) open[event.order] = event;
    if (event.action == Action::cancel || event.action == Action::fill)
      if ((open[event.order].quantity -= event.quantity) == 0) open.erase(event.order);
    if (event.action == Action::clear) open.clear();
    if (event.action == Action::halt) halted = true;
    if (event.action == Action::resume) halted = false;
    if (row + 1 == tape.size() || tape[row + 1].time == event.time) continue;
    Moment moment{event.time, tape[row + 1].time, {}, {}, halted};
    for (const auto& [slot, order] : open) (order.side == Side::buy ? moment.bids : moment.asks)[order.price] += order.quantity;
    out.push_back(std::move(moment));
  }
  return out;
}

}  // namespace

TEST_CASE("time-weighted figures are what their definitions say, on random tapes") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    const EventTape tape = random_tape(seed);
    const TapeFigures figures = measure_tape(tape);
    Duration trading = 0, two_sided = 0, crossed = 0, locked = 0, longest = 0;
    TimePoint longest_from = 0;
    Wide spread = 0, mid_x2 = 0, depth[2][3] = {};
    std::map<Ticks, Duration> at_spread;
    for (const Moment& moment : moments_of(tape)) {
      if (moment.halted) continue;
      const Duration lasted = moment.to - moment.from;
      trading += lasted;
      if (lasted > longest) longest_from = moment.from;
      longest = std::max(longest, lasted);
      for (const Side side : {Side::buy, Side::sell})
        for (const auto& [at, levels] : {std::pair{0, 1}, {1, 5}, {2, 10}})
          depth[static_cast<int>(side)][at] += Wide{moment.near(side, levels)} * lasted;
      if (!moment.two_sided()) continue;
      two_sided += lasted;
      spread += Wide{moment.ask() - moment.bid()} * lasted;
      mid_x2 += Wide{moment.ask() + moment.bid()} * lasted;
      at_spread[moment.ask() - moment.bid()] += lasted;
      if (moment.ask() < moment.bid()) crossed += lasted;
      if (moment.ask() == moment.bid()) locked += lasted;
    }
    const auto quantile = [&](int percent) {
      Duration below = 0;
      for (const auto& [ticks, lasted] : at_spread)
        if (Wide{below += lasted} * 100 >= Wide{two_sided} * percent) return ticks;
      return Ticks{0};
    };
    REQUIRE(two_sided > 0);
    CHECK(crossed > 0);
    CHECK(figures.trading_ns == trading);
    CHECK(figures.two_sided_ns == two_sided);
    CHECK(figures.crossed_ns == crossed);
    CHECK(figures.locked_ns == locked);
    CHECK((figures.spread_ns == spread));
    CHECK((figures.mid_x2_ns == mid_x2));
    CHECK(figures.spread_median == quantile(50));
    CHECK(figures.spread_p95 == quantile(95));
    CHECK(figures.longest_gap_start == longest_from);
    for (const int side : {0, 1}) {
      CHECK((figures.depth[static_cast<std::size_t>(side)].touch_ns == depth[side][0]));
      CHECK((figures.depth[static_cast<std::size_t>(side)].five_ns == depth[side][1]));
      CHECK((figures.depth[static_cast<std::size_t>(side)].ten_ns == depth[side][2]));
    }
  }
}

TEST_CASE("counts, volumes, live orders and the busiest second are those of the rows, on random tapes") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    const EventTape tape = random_tape(seed);
    const TapeFigures figures = measure_tape(tape);
    std::uint64_t rows[7] = {};
    Lots visible = 0, hidden = 0;
    std::int64_t subticks = 0;
    std::map<std::uint32_t, std::uint32_t> open;
    std::size_t most = 0;
    std::map<TimePoint, std::uint64_t> per_second;
    for (std::size_t row = 0; row < tape.size(); ++row) {
      const MarketEvent event = tape[row];
      ++rows[static_cast<std::size_t>(event.action)];
      ++per_second[event.time / kSecond * kSecond];
      if (event.action == Action::fill) visible += event.quantity;
      if (event.action == Action::trade) hidden += event.quantity;
      if (event.action == Action::fill) subticks += 2ll * event.price * event.quantity;
      if (event.action == Action::trade) subticks += (2ll * event.price + event.order) * event.quantity;
      if (event.action == Action::add) open[event.order] = event.quantity;
      if (event.action == Action::cancel || event.action == Action::fill)
        if ((open[event.order] -= event.quantity) == 0) open.erase(event.order);
      if (event.action == Action::clear) open.clear();
      most = std::max(most, open.size());
    }
    std::uint64_t busiest = 0;
    for (const auto& [second, count] : per_second) busiest = std::max(busiest, count);
    for (std::size_t action = 0; action < 7; ++action) CHECK(figures.rows[action] == rows[action]);
    CHECK(figures.visible_lots == visible);
    CHECK(figures.hidden_lots == hidden);
    CHECK((figures.subtick_lots == subticks));
    CHECK(figures.orders_most == most);
    CHECK(figures.busiest_rows == busiest);
    CHECK(per_second[figures.busiest_second] == busiest);
  }
}

TEST_CASE("one-minute changes count between trading minutes only, from the latest mid before each minute's end") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    const EventTape tape = random_tape(seed);
    const TapeFigures figures = measure_tape(tape);
    const std::vector<Moment> moments = moments_of(tape);
    std::uint64_t changes = 0;
    std::int64_t squares = 0;
    std::optional<std::int64_t> last;
    for (TimePoint end = tape.first_time(); end <= tape.last_time(); end += 60 * kSecond) {
      std::optional<std::int64_t> mid;
      bool halted = false;
      for (const Moment& moment : moments) {
        if (moment.from >= end) break;
        if (moment.two_sided()) mid = std::int64_t{moment.bid()} + moment.ask();
        halted = moment.halted;
      }
      if (halted) mid.reset();
      if (mid && last) {
        ++changes;
        squares += (*mid - *last) * (*mid - *last);
      }
      last = mid;
    }
    CHECK(figures.minutes == changes);
    CHECK((figures.minute_half_ticks_squared == squares));
    if (changes > 0)
      CHECK(figures.minute_volatility_ticks() == Approx(std::sqrt(static_cast<double>(squares) / static_cast<double>(changes)) / 2));
  }
}

TEST_CASE("a tape without a two-sided book has no spread, and an empty one has nothing at all") {
  TapeBuilder builder;
  builder.add(0, 1, Side::buy, 10, 5);
  builder.add(kSecond, 2, Side::buy, 11, 5);
  const TapeFigures one_sided = measure_tape(builder.finish({}));
  CHECK(one_sided.two_sided_ns == 0);
  CHECK(std::isnan(one_sided.mean_spread_ticks()));
  CHECK(std::isnan(one_sided.minute_volatility_ticks()));
  CHECK(one_sided.mean_lots(one_sided.depth[0].touch_ns) == 5.0);
  CHECK(measure_tape(TapeBuilder{}.finish({})).rows[0] == 0);
}

}  // namespace plimsoll
