/// Orders made up from price levels: whatever the rule, the level is as large as it was said to be, and what the rules differ in is where
/// somebody in the queue stands.

#include "feed/level_orders.hpp"
#include "claims.hpp"
#include "core/random.hpp"
#include "market/order_book.hpp"

namespace plimsoll {
namespace {

/// Draws one after the other.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : stream_{seed, 0, Purpose::test} {}
  Lots below(Lots bound) { return static_cast<Lots>(stream_.below(next_++, static_cast<std::uint64_t>(bound))); }

 private:
  RandomStream stream_;
  std::uint64_t next_ = 0;
};

/// A level of five orders of 100, 200 .. 500 lots, falling by `lots`; what is left of each, front first.
std::vector<Lots> left_after(CancelRule rule, Lots lots) {
  TapeBuilder tape;
  LevelOrders orders{tape, rule};
  Lots size = 0;
  for (const Lots order : {100, 200, 300, 400, 500}) orders.set(1, Side::buy, 50, size += order);
  orders.set(2, Side::buy, 50, size - lots);
  std::vector<Lots> left;
  for (std::uint64_t id = 1; id <= 5; ++id) left.push_back(tape.find(id) ? tape.find(id)->open : 0);
  return left;
}

}  // namespace

TEST_CASE("a falling level takes from its orders by the rule: shares of each, the last, or the first") {
  CHECK(left_after(CancelRule::pro_rata, 150) == std::vector<Lots>{90, 180, 270, 360, 450});
  CHECK(left_after(CancelRule::back, 550) == std::vector<Lots>{100, 200, 300, 350, 0});
  CHECK(left_after(CancelRule::front, 550) == std::vector<Lots>{0, 0, 50, 400, 500});
  for (const CancelRule rule : {CancelRule::pro_rata, CancelRule::back, CancelRule::front})
    CHECK(left_after(rule, 1500) == std::vector<Lots>{0, 0, 0, 0, 0});
}

TEST_CASE("pro rata, what stands in front of any place shrinks as the level does, to half a share of rounding") {
  Draws draws{1};
  for (int round = 0; round < 200; ++round) {
    TapeBuilder tape;
    LevelOrders orders{tape, CancelRule::pro_rata};
    const auto count = static_cast<std::uint64_t>(1 + draws.below(60));
    std::vector<Lots> ahead{0};
    for (std::uint64_t i = 0; i < count; ++i) {
      ahead.push_back(ahead.back() + 1 + draws.below(1000));
      orders.set(1, Side::sell, 7, ahead.back());
    }
    const Lots before = ahead.back(), gone = 1 + draws.below(before);
    orders.set(2, Side::sell, 7, before - gone);
    const Lots share = (gone + LevelOrders::kMostShares - 1) / LevelOrders::kMostShares;
    // An order smaller than a share passes the rest of it on to those behind.
    Lots now = 0;
    for (std::uint64_t id = 1; id <= count; ++id) {
      now += tape.find(id) ? tape.find(id)->open : 0;
      const double exact = static_cast<double>(ahead[id]) * static_cast<double>(before - gone) / static_cast<double>(before);
      CHECK(std::abs(static_cast<double>(now) - exact) <= static_cast<double>(share));
    }
    CHECK(now == before - gone);
    CHECK(tape.rows() - count <= count + LevelOrders::kMostShares);
  }
}

TEST_CASE("a trade fills from the front; what the level does not hold is a print, and levels it overtook are withdrawn") {
  TapeBuilder tape;
  LevelOrders orders{tape, CancelRule::pro_rata};
  orders.set(1, Side::sell, 101, 10);
  orders.set(1, Side::sell, 102, 20);
  orders.set(1, Side::sell, 103, 5);
  orders.set(2, Side::sell, 102, 30);

  const LevelOrders::Trade inside = orders.trade(3, Side::sell, 101, 4);
  CHECK(inside.overtaken == 0);
  CHECK(inside.unbooked == 0);
  CHECK(orders.quote().ask_lots == 6);

  const LevelOrders::Trade behind = orders.trade(4, Side::sell, 102, 45);
  CHECK(behind.overtaken == 1);
  CHECK(behind.unbooked == 15);
  CHECK(orders.best(Side::sell) == 103);
  CHECK(orders.take_moved().size() == 3);
  CHECK(orders.take_moved().empty());

  const EventTape done = tape.finish({});
  CHECK(done.find_fault().empty());
  Lots filled = 0, printed = 0;
  for (std::size_t row = 0; row < done.size(); ++row) {
    if (done[row].action == Action::fill) filled += done[row].quantity;
    if (done[row].action == Action::trade) printed += done[row].quantity;
  }
  CHECK(filled == 34);
  CHECK(printed == 15);
}

TEST_CASE("a level of more lots than an order can hold is several orders") {
  TapeBuilder tape;
  LevelOrders orders{tape, CancelRule::pro_rata};
  const Lots much = 10'000'000'000;
  orders.set(1, Side::buy, 5, much);
  CHECK(tape.rows() == 3);
  CHECK(orders.trade(2, Side::buy, 5, much - 7).unbooked == 0);
  CHECK(orders.lots(Side::buy, 5) == 7);
  CHECK(orders.trade(3, Side::buy, 5, much).unbooked == much - 7);
  CHECK(tape.finish({}).find_fault().empty());
}

TEST_CASE("whatever is said of levels, the order book of the tape is as large at every price") {
  for (const CancelRule rule : {CancelRule::pro_rata, CancelRule::back, CancelRule::front}) {
    Draws draws{2};
    TapeBuilder tape;
    LevelOrders orders{tape, rule};
    std::map<std::pair<int, Ticks>, Lots> wanted;
    for (TimePoint time = 1; time <= 3000; ++time) {
      const Side side = draws.below(2) == 0 ? Side::buy : Side::sell;
      const Ticks price = 100 + static_cast<Ticks>(draws.below(10));
      Lots& lots = wanted[{static_cast<int>(side), price}];
      if (draws.below(4) == 0) {
        lots -= orders.fill(time, side, price, 1 + draws.below(50));
      } else {
        orders.set(time, side, price, lots = draws.below(200));
      }
    }
    const EventTape done = tape.finish({});
    REQUIRE(done.find_fault().empty());
    OrderBook book{done.info()};
    for (std::size_t row = 0; row < done.size(); ++row) book.apply(done[row]);
    for (const auto& [place, lots] : wanted) {
      const auto [side, price] = place;
      if (price < done.info().price_min || price > done.info().price_max) continue;
      CHECK(book.level(static_cast<Side>(side), price).lots == lots);
    }
  }
}

}  // namespace plimsoll
