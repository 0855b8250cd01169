#pragma once
/// The market that generators send their orders into: first-in-first-out queues at every price, and the tape of what happened there.
///
/// A generator says who comes and what they want; this class matches nothing by itself: it keeps the queues, hands out fills in price and
/// time order, and writes rows. Until open() nothing is written (warm-up); what rests then opens the tape as adds, bids first, best
/// first. Slots are the tape's own: dense, and recycled last in, first out. About 20 ns a call; memory follows the number of
/// resting orders and the range of prices.
///
/// Thread rule: one owner.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "market/event_tape.hpp"
#include "market/price_bitmap.hpp"

namespace plimsoll {

class FlowMarket {
 public:
  /// An empty market. `mid`: best() of a side that never had an order is one tick away from it.
  explicit FlowMarket(Ticks mid);

  bool empty(Side side) const { return orders_on_[index(side)] == 0; }
  /// Best price; of an empty side the last one it had.
  Ticks best(Side side) const { return best_[index(side)]; }
  Lots lots(Side side, Ticks price) const { return inside(price) ? level(side, price).lots : 0; }
  /// Displayed at the best price; 0 when the side is empty.
  Lots touch(Side side) const { return empty(side) ? 0 : level(side, best(side)).lots; }
  /// Orders on both sides, numbered in no order: resting(0) .. resting(resting_count() - 1) are slots.
  std::size_t resting_count() const { return live_.size(); }
  std::uint32_t resting(std::size_t number) const { return live_[number]; }
  /// Last order in the queue of a price. Precondition: lots(side, price) > 0.
  std::uint32_t back(Side side, Ticks price) const { return level(side, price).back; }
  Side side(std::uint32_t slot) const { return orders_[slot].side; }
  std::uint32_t open_lots(std::uint32_t slot) const { return orders_[slot].open; }

  /// From here on everything is written; what rests is written now.
  void open(TimePoint start);
  bool is_open() const { return open_; }
  std::size_t rows() const { return time_.size(); }
  void reserve(std::size_t rows);

  /// A new order at the back of its price; lots > 0. The caller sees to it that it does not cross.
  void add(TimePoint now, Side side, Ticks price, std::uint32_t lots);
  /// Withdraws min(lots, open).
  void cancel(TimePoint now, std::uint32_t slot, std::uint32_t lots) { take(now, slot, lots, Action::cancel); }
  /// Fills resting orders of `makers`, best price first and front of the queue first; returns what the book could not serve.
  std::uint64_t execute(TimePoint now, Side makers, std::uint64_t lots);
  /// A print that no displayed order took part in, at `half_ticks` / 2.
  void trade_at_half_ticks(TimePoint now, Side passive, std::int64_t half_ticks, std::uint32_t lots);

  /// Ends the tape. `info` says instrument (subticks 2 when there are prints at half ticks), feed, source and timezone; the rest is
  /// filled in.
  EventTape finish(TapeInfo info) &&;

 private:
  static constexpr std::uint32_t kNobody = ~0u;
  struct Level {
    std::uint32_t front = kNobody, back = kNobody;  ///< slots
    Lots lots = 0;
  };
  struct Order {
    std::uint32_t ahead, behind;  ///< neighbours in the queue
    std::uint32_t open;           ///< lots
    std::uint32_t place;          ///< in live_
    Ticks price;
    Side side;
  };
  static constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }
  bool inside(Ticks price) const { return price >= first_price_ && static_cast<std::size_t>(price - first_price_) < levels_[0].size(); }
  std::size_t at(Ticks price) const { return static_cast<std::size_t>(price - first_price_); }
  Level& level(Side side, Ticks price) { return levels_[index(side)][at(price)]; }
  const Level& level(Side side, Ticks price) const { return levels_[index(side)][at(price)]; }
  void make_room(Ticks price);
  std::uint32_t take(TimePoint now, std::uint32_t slot, std::uint64_t wanted, Action action);
  void leave(std::uint32_t slot);
  void enqueue(std::uint32_t slot);
  void row(TimePoint now, Ticks price, std::uint32_t lots, std::uint32_t order, Action action, Side side);

  std::vector<Order> orders_;              ///< by slot
  std::vector<std::uint32_t> free_slots_;  ///< last freed, first used
  std::vector<std::uint32_t> live_;        ///< slots of the resting ones
  Ticks first_price_ = 0;                  ///< of levels_
  std::vector<Level> levels_[2];
  PriceBitmap occupied_[2] = {PriceBitmap{0}, PriceBitmap{0}};
  Ticks best_[2];
  std::size_t orders_on_[2] = {0, 0};
  bool open_ = false;

  std::vector<TimePoint> time_;
  std::vector<Ticks> price_;
  std::vector<std::uint32_t> quantity_, order_;
  std::vector<std::uint8_t> kind_;
  Ticks price_min_ = kNoAsk, price_max_ = kNoBid;
};

}  // namespace plimsoll
