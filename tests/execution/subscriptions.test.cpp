#include "execution/subscriptions.hpp"

#include "claims.hpp"
#include "core/random.hpp"

using namespace plimsoll;

namespace {

/// A recorded queue at one price and the holes of three runs in it.
struct Queue {
  static constexpr Ticks kPrice = 5;
  static TapeInfo prices() {
    TapeInfo info;
    info.price_max = 9;
    return info;
  }
  OrderBook book{prices()};
  Subscriptions subscriptions{prices()};
  std::array<Lots, 3> holes{};

  MarketEvent row(Action action, std::uint32_t order, std::uint32_t lots) const {
    MarketEvent event{};
    event.price = kPrice;
    event.quantity = lots;
    event.order = order;
    event.action = action;
    event.side = Side::sell;
    return event;
  }
  /// Applies the row; returns the runs it was said to concern before.
  RunWord apply(const MarketEvent& event) {
    const RunWord runs = subscriptions.concerned(event, book);
    book.apply(event);
    return runs;
  }
  void set_hole(RunIndex run, Lots lots) { subscriptions.set_hole(Side::sell, kPrice, run, holes[run] = lots); }
  Lots lots() const { return book.level(Side::sell, kPrice).lots; }
  std::vector<std::uint32_t> orders() const {
    std::vector<std::uint32_t> slots;
    for (std::uint32_t at = book.level(Side::sell, kPrice).front(); at != kNoOrder; at = book.order(at).behind()) slots.push_back(at);
    return slots;
  }
  /// RULES.md: who cancels within a hole, or leaves no more at the price than the hole.
  RunWord concerned_by_cancel(const MarketEvent& event) const {
    RunWord runs = 0;
    for (RunIndex run = 0; run < holes.size(); ++run)
      if (holes[run] > 0 && (holes[run] > book.lots_ahead(event, kEveryLot) || holes[run] >= lots() - event.quantity)) runs |= run_bit(run);
    return runs;
  }
};

}  // namespace

TEST_CASE("a cancel concerns the runs whose hole reaches its order, however the queue has moved and the holes have changed") {
  const RandomStream random{1, 0, Purpose::test};
  std::uint64_t drawn = 0;
  const auto below = [&](std::size_t count) { return static_cast<std::size_t>(random.below(drawn++, count)); };
  Queue queue;
  std::uint32_t slot = 0;
  std::size_t hits = 0, misses = 0;
  for (int step = 0; step < 20'000; ++step) {
    const std::vector<std::uint32_t> orders = queue.orders();
    const std::size_t what = below(100);
    if (orders.size() < 40 && (what < 45 || orders.empty())) {
      while (slot < queue.book.slot_count() && queue.book.order(slot).quantity > 0) slot = (slot + 1) % 64;
      queue.apply(queue.row(Action::add, slot, static_cast<std::uint32_t>(1 + below(9))));
      continue;
    }
    const bool fill = what >= 80;
    // Now and then a fill is out of turn, as in venues that do not serve the first first.
    const std::uint32_t order = fill && below(10) > 0 ? orders.front() : orders[below(orders.size())];
    const std::uint32_t size = queue.book.order(order).quantity;
    const auto lots = static_cast<std::uint32_t>(below(3) > 0 ? size : 1 + below(size));
    const MarketEvent event = queue.row(fill ? Action::fill : Action::cancel, order, lots);
    const RunWord expected = queue.concerned_by_cancel(event);
    const RunWord said = queue.apply(event);
    if (!fill) {
      INFO("step " << step);
      REQUIRE(said == expected);
      ++(said == 0 ? misses : hits);
    }
    // Holes are never deeper than the queue; what the runs make of the row is theirs.
    for (RunIndex run = 0; run < queue.holes.size(); ++run) {
      const Lots most = std::min(queue.lots(), queue.holes[run] + 4);
      if (queue.holes[run] > most || below(4) == 0) queue.set_hole(run, static_cast<Lots>(below(static_cast<std::size_t>(most) + 1)));
    }
  }
  CHECK(hits > 500);
  CHECK(misses > 500);
}

TEST_CASE("the deepest hole at a price is that of the runs that are left") {
  Queue queue;
  queue.set_hole(0, 30);
  queue.set_hole(1, 50);
  queue.set_hole(2, 50);
  const auto deepest = [&] { return queue.subscriptions.deepest_hole_at(Side::sell, Queue::kPrice); };
  CHECK(deepest() == 50);
  queue.set_hole(1, 20);
  CHECK(deepest() == 50);
  queue.set_hole(2, 40);
  CHECK(deepest() == 40);
  queue.set_hole(2, 0);
  CHECK(deepest() == 30);
  queue.set_hole(0, 0);
  queue.set_hole(1, 0);
  CHECK(deepest() == 0);
  CHECK_FALSE(queue.subscriptions.any_hole());
}
