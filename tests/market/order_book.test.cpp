#include "claims.hpp"

#include <unistd.h>

#include <fstream>
#include <vector>

#include "core/random.hpp"
#include "market/level_book.hpp"
#include "market/naive_book.hpp"
#include "market/tape_builder.hpp"

namespace plimsoll {
namespace {

/// A stream nobody would record: prices everywhere (crossed and locked books too), both sides running empty, clears, halts.
EventTape random_tape(std::uint64_t seed, Ticks span, int rows, double clear_share) {
  const RandomStream random{seed, 0, Purpose::test};
  std::uint64_t draw = 0;
  TapeBuilder tape;
  std::vector<std::uint64_t> live;
  TimePoint time = 0;
  for (std::uint64_t id = 1; id <= static_cast<std::uint64_t>(rows); ++id) {
    time += static_cast<TimePoint>(random.below(draw++, 3));
    const double pick = random.uniform(draw++);
    if (pick < clear_share) {
      tape.clear(time);
      live.clear();
    } else if (pick < clear_share + 0.01) {
      pick < clear_share + 0.005 ? tape.halt(time) : tape.resume(time);
    } else if (pick < 0.05) {
      tape.trade(time, Side::sell, 7, 0, 3);
    } else if (pick < 0.52 || live.empty()) {
      const Side side = random.below(draw++, 2) == 0 ? Side::buy : Side::sell;
      const auto price = static_cast<Ticks>(random.below(draw++, static_cast<std::uint64_t>(span))) - span / 3;
      tape.add(time, id, side, price, static_cast<std::uint32_t>(1 + random.below(draw++, 9)));
      live.push_back(id);
    } else {
      const std::size_t at = random.below(draw++, live.size());
      const auto lots = static_cast<std::uint32_t>(1 + random.below(draw++, 9));
      random.below(draw++, 2) == 0 ? tape.cancel(time, live[at], lots) : tape.fill(time, live[at], lots);
      if (!tape.find(live[at])) {
        live[at] = live.back();
        live.pop_back();
      }
    }
  }
  return tape.finish({});
}

}  // namespace

TEST_CASE("the book equals a naive book in every level and queue after every row of random streams") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Ticks span = seed % 3 == 0 ? 300'000 : seed % 3 == 1 ? 5 : 200;
    const EventTape tape = random_tape(seed, span, 3'000, seed % 2 == 0 ? 0.0 : 0.003);
    INFO("seed " << seed << ", prices over " << span << " ticks");
    CHECK(tape.find_fault() == "");
    CHECK(test::first_difference(tape) == "");
  }
}

TEST_CASE("the level book equals the order book in every price and its lots after every row of random streams") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Ticks span = seed % 3 == 0 ? 300'000 : seed % 3 == 1 ? 5 : 200;
    const EventTape tape = random_tape(seed, span, 3'000, seed % 2 == 0 ? 0.0 : 0.003);
    OrderBook orders{tape.info()};
    LevelBook levels{tape.info()};
    bool same = true;
    for (std::size_t row = 0; row < tape.size() && same; ++row) {
      orders.apply(tape[row]);
      levels.apply(tape.columns(), row);
      same = orders.halted() == levels.halted();
      for (const Side side : {Side::buy, Side::sell}) {
        Ticks price = orders.best(side), other = levels.best(side);
        for (; price == other && price != no_price(side); price = orders.next_worse(side, price), other = levels.next_worse(side, other))
          same = same && orders.level(side, price).lots == levels.lots(side, price);
        same = same && price == other;
      }
      INFO("seed " << seed << ", row " << row);
      CHECK(same);
    }
  }
}

TEST_CASE("a stub quote far from the market costs a page, not the distance") {
  const auto resident_pages = [] {
    std::int64_t size = 0, resident = 0;
    std::ifstream{"/proc/self/statm"} >> size >> resident;
    return resident;
  };
  OrderBook book{1, 2'000'000'000};
  const std::int64_t before = resident_pages();
  if (before == 0) return;  // no /proc here
  std::uint32_t slot = 0;
  for (const Ticks price : {1, 1'000'000, 1'999'999'999}) book.apply({0, price, 1, slot++, Action::add, Side::sell});
  CHECK(book.next_worse(Side::sell, 1) == 1'000'000);
  CHECK(book.next_worse(Side::sell, 1'000'000) == 1'999'999'999);
  CHECK((resident_pages() - before) * ::sysconf(_SC_PAGESIZE) < 1 << 20);
}

TEST_CASE("the random streams reach crossed, locked, one-sided and empty books, clears and recycled slots") {
  int crossed = 0, locked = 0, one_sided = 0, empty = 0, clears = 0, recycled = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const EventTape tape = random_tape(seed, seed % 3 == 1 ? 5 : 200, 3'000, seed % 2 == 0 ? 0.0 : 0.003);
    OrderBook book{tape.info()};
    for (std::size_t row = 0; row < tape.size(); ++row) {
      book.apply(tape[row]);
      const Quote quote = book.quote();
      clears += tape[row].action == Action::clear;
      crossed += quote.two_sided() && quote.bid > quote.ask;
      locked += quote.two_sided() && quote.bid == quote.ask;
      one_sided += quote.has_bid() != quote.has_ask();
      empty += !quote.has_bid() && !quote.has_ask();
    }
    recycled += book.arrivals() > book.slot_count();
  }
  CHECK(crossed > 0);
  CHECK(locked > 0);
  CHECK(one_sided > 0);
  CHECK(empty > 0);
  CHECK(clears > 0);
  CHECK(recycled == 12);
}

TEST_CASE("an arrival number never repeats, so a recycled slot is not its earlier tenant") {
  TapeBuilder builder;
  builder.add(1, 10, Side::buy, 5, 4);
  builder.cancel(2, 10, 4);
  builder.add(3, 11, Side::buy, 5, 4);
  const EventTape tape = builder.finish({});
  REQUIRE(tape[0].order == tape[2].order);
  OrderBook book{tape.info()};
  book.apply(tape[0]);
  const std::uint32_t first = book.order(tape[0].order).arrival;
  book.apply(tape[1]);
  book.apply(tape[2]);
  CHECK(book.order(tape[2].order).arrival > first);
}

TEST_CASE("next_worse may be asked from any price, occupied or not, inside the ladder or not") {
  TapeBuilder builder;
  for (const Ticks price : {100, 164, 5'000, 300'000}) {
    builder.add(1, static_cast<std::uint64_t>(price), Side::buy, price, 1);
    builder.add(1, static_cast<std::uint64_t>(price) + 1'000'000, Side::sell, price, 1);
  }
  const EventTape tape = builder.finish({});
  OrderBook book{tape.info()};
  for (std::size_t row = 0; row < tape.size(); ++row) book.apply(tape[row]);
  CHECK(book.best(Side::buy) == 300'000);
  CHECK(book.best(Side::sell) == 100);
  CHECK(book.next_worse(Side::buy, kNoAsk) == 300'000);
  CHECK(book.next_worse(Side::buy, 300'000) == 5'000);
  CHECK(book.next_worse(Side::buy, 165) == 164);
  CHECK(book.next_worse(Side::buy, 100) == kNoBid);
  CHECK(book.next_worse(Side::buy, kNoBid) == kNoBid);
  CHECK(book.next_worse(Side::sell, kNoBid) == 100);
  CHECK(book.next_worse(Side::sell, 4'999) == 5'000);
  CHECK(book.next_worse(Side::sell, 300'000) == kNoAsk);
  CHECK(book.level(Side::sell, 1'000'000'000).lots == 0);
}

}  // namespace plimsoll
