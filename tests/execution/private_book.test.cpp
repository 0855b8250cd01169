#include "execution/private_book.hpp"

#include <algorithm>

#include "claims.hpp"
#include "core/random.hpp"

using namespace plimsoll;

namespace {

/// A run's orders at prices 0 to 999; each new one gets the next sequence number.
struct Orders {
  static TapeInfo prices() {
    TapeInfo info;
    info.price_max = 999;
    return info;
  }
  Subscriptions subscriptions{prices()};
  PrivateBook book{subscriptions, 0};
  std::uint64_t next = 0;

  std::uint64_t add(ActorId owner, Side side, Ticks level, std::uint32_t stamp = 1, OrderId id = 0) {
    book.insert({id, owner, side, level, stamp, 10, next});
    return next++;
  }
  std::vector<std::uint64_t> sequences(Side side) const {
    std::vector<std::uint64_t> all;
    for (const PrivateOrder& order : book.side(side)) all.push_back(order.sequence);
    return all;
  }
};

}  // namespace

TEST_CASE("private orders stand by price, then stamp, then sequence, on either side") {
  Orders orders;
  for (const Side side : {Side::buy, Side::sell}) {
    const std::uint64_t middle = orders.add(1, side, 500, 5), second = orders.add(kHistory, side, 500, 5),
                        first = orders.add(1, side, 500, 4);
    const std::uint64_t low = orders.add(1, side, 499, 9), high = orders.add(kHistory, side, 501, 9);
    const auto expected = side == Side::buy ? std::vector{high, first, middle, second, low} : std::vector{low, first, middle, second, high};
    CHECK(orders.sequences(side) == expected);
    CHECK(orders.book.side(side).front().sequence == expected.front());
  }
}

TEST_CASE("an order goes behind its equals and is told the lots in front of it at its price, whoever has them") {
  Orders orders;
  for (const Side side : {Side::buy, Side::sell}) {
    const auto put = [&](ActorId owner, Ticks level, std::uint32_t stamp, Lots lots) {
      return orders.book.insert({0, owner, side, level, stamp, lots, orders.next++});
    };
    CHECK(put(1, 500, 5, 10) == 0);
    CHECK(put(kHistory, 500, 7, 20) == 10);
    CHECK(put(2, 500, 5, 40) == 10);
    CHECK(put(1, worse_by(side, 500, 1), 9, 80) == 0);
    CHECK(put(1, 500, 8, 1) == 70);
  }
}

TEST_CASE("orders taken out and put back in the order they were given stand as before") {
  Orders orders;
  for (const Side side : {Side::buy, Side::sell}) {
    for (const Ticks level : {500, 501, 499, 500, 501, 500}) orders.add(1, side, level, 3);
    const std::vector<std::uint64_t> before = orders.sequences(side);
    for (const PrivateOrder& order : orders.book.take_own()) orders.book.insert(order);
    CHECK(orders.sequences(side) == before);
  }
}

TEST_CASE("an order that comes and goes near the touch moves none that stands behind it") {
  Orders orders;
  for (const Side side : {Side::buy, Side::sell}) {
    for (Ticks behind = 1; behind <= 100; ++behind) orders.add(kHistory, side, worse_by(side, 500, behind));
    orders.add(1, side, worse_by(side, 500, 101), 1, 7);
    const std::uint64_t room = orders.add(kHistory, side, 500);
    orders.book.erase(side, room);
    const PrivateOrder* last = orders.book.find(7);
    const std::uint64_t first = orders.add(1, side, 500, 1, 8);
    CHECK(orders.book.find(7) == last);
    orders.book.reduce(side, first, 10);
    CHECK(orders.book.find(7) == last);
    orders.book.clear();
  }
}

TEST_CASE("own orders are found and taken from among history orders, which stay where they are") {
  Orders orders;
  orders.add(kHistory, Side::buy, 500);
  const std::uint64_t better_one = orders.add(1, Side::buy, 499, 3, 7);
  const std::uint64_t between = orders.add(kHistory, Side::buy, 498);
  const std::uint64_t worse_one = orders.add(2, Side::buy, 497, 3, 8);
  orders.add(kHistory, Side::sell, 600);
  const std::uint64_t selling = orders.add(2, Side::sell, 601, 3, 9);

  CHECK(orders.book.find(8)->sequence == worse_one);
  CHECK(orders.book.find(9)->sequence == selling);
  CHECK(orders.book.find(6) == nullptr);
  CHECK(orders.book.own_count(Side::buy) == 2);
  CHECK(orders.book.history_count() == 3);

  std::vector<std::uint64_t> taken;
  for (const PrivateOrder& order : orders.book.take_own()) taken.push_back(order.sequence);
  std::sort(taken.begin(), taken.end());
  CHECK(taken == std::vector{better_one, worse_one, selling});
  CHECK_FALSE(orders.book.has_own());
  CHECK(orders.sequences(Side::buy) == std::vector<std::uint64_t>{0, between});
  CHECK(orders.book.history_count() == 3);
  CHECK(orders.book.find(7) == nullptr);
  CHECK(orders.book.lots_at(Side::buy, 499) == 0);
}

namespace {

/// The private orders of two runs beside a recorded book with an order of every arrival number up to kOrders.
struct TwoRuns {
  static constexpr Ticks kPrices = 12;
  static constexpr std::uint32_t kOrders = 60;
  static TapeInfo prices() {
    TapeInfo info;
    info.price_max = kPrices - 1;
    return info;
  }
  OrderBook recorded{prices()};
  Subscriptions subscriptions{prices()};
  PrivateBook books[2] = {PrivateBook{subscriptions, 0}, PrivateBook{subscriptions, 1}};

  TwoRuns() {
    for (std::uint32_t slot = 0; slot < kOrders; ++slot) recorded.apply(row(Action::add, slot));
  }
  /// Sides and prices take turns.
  static MarketEvent row(Action action, std::uint32_t slot) {
    MarketEvent event{};
    event.price = static_cast<Ticks>(slot / 2 % kPrices);
    event.quantity = 5;
    event.order = slot;
    event.action = action;
    event.side = slot % 2 == 0 ? Side::buy : Side::sell;
    return event;
  }
  template <class IsConcerned>
  RunWord runs(Side side, IsConcerned&& is_concerned) const {
    RunWord concerned = 0;
    for (RunIndex run = 0; run < 2; ++run)
      for (const PrivateOrder& order : books[run].side(side))
        if (is_concerned(order)) concerned |= run_bit(run);
    return concerned;
  }
};

}  // namespace

TEST_CASE("a row concerns the runs whose private orders it meets, however these came, shrank and went") {
  const RandomStream random{2, 0, Purpose::test};
  std::uint64_t drawn = 0;
  const auto below = [&](std::size_t count) { return static_cast<std::uint32_t>(random.below(drawn++, count)); };
  TwoRuns market;
  std::uint64_t sequence = 0;
  std::size_t behind = 0, told = 0;
  for (int step = 0; step < 20'000; ++step) {
    PrivateBook& book = market.books[below(2)];
    const Side side = below(2) == 0 ? Side::buy : Side::sell;
    const std::uint32_t what = below(200);
    if (what == 0) {
      book.clear();
    } else if (what == 1) {
      book.take_own();
    } else if (what < 100 || book.side(side).empty()) {
      const auto level = static_cast<Ticks>(below(TwoRuns::kPrices + 4)) - 2;  // beyond the tape's prices, too
      book.insert({0, below(3) == 0 ? kHistory : 1, side, level, 1 + below(TwoRuns::kOrders), 2, sequence++});
    } else {
      auto order = book.side(side).begin();
      for (std::uint32_t further = below(4); further > 0 && order + 1 != book.side(side).end(); --further) ++order;
      book.reduce(side, order->sequence, 1);
    }
    INFO("step " << step);
    const MarketEvent fill = TwoRuns::row(Action::fill, below(TwoRuns::kOrders)), add = TwoRuns::row(Action::add, fill.order);
    const std::uint32_t arrival = market.recorded.order(fill.order).arrival;
    const RunWord met = market.runs(fill.side, [&](const PrivateOrder& order) {
      return better(fill.side, order.level, fill.price) || (order.level == fill.price && order.owner != kHistory && order.stamp <= arrival);
    });
    REQUIRE(market.subscriptions.concerned(fill, market.recorded) == met);
    const RunWord reached =
        market.runs(opposite(add.side), [&](const PrivateOrder& order) { return at_least_as_good(add.side, add.price, order.level); });
    REQUIRE(market.subscriptions.concerned(add, market.recorded) == reached);
    const MarketEvent print = TwoRuns::row(Action::trade, fill.order);
    const RunWord printed = market.runs(
        print.side, [&](const PrivateOrder& order) { return is_own(order) && at_least_as_good(print.side, order.level, print.price); });
    REQUIRE(market.subscriptions.concerned(print, market.recorded) == printed);
    told += met != 0;
    behind +=
        met != market.runs(fill.side, [&](const PrivateOrder& order) { return at_least_as_good(fill.side, order.level, fill.price); });
  }
  CHECK(told > 5'000);
  CHECK(behind > 500);
}
