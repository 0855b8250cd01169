#include "execution/private_book.hpp"

#include <algorithm>

#include "claims.hpp"

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
