#pragma once
/// How a feed writes a tape: by the vendor's own order ids. Ids become dense recycled slots here, so that replay needs no hash map.

#include <cstdint>
#include <optional>
#include <vector>

#include "market/event_tape.hpp"
#include "market/order_ids.hpp"

namespace plimsoll {

/// Rows must come in time order (the feed sorts and counts). Thread rule: one owner.
class TapeBuilder {
 public:
  struct LiveOrder {
    std::uint32_t slot;
    Side side;
    Ticks price;
    std::uint32_t open;  ///< lots
  };

  void reserve(std::size_t rows);

  /// Precondition: quantity > 0, `id` not live (check with find()).
  void add(TimePoint time, std::uint64_t id, Side side, Ticks price, std::uint32_t quantity);
  /// Withdraws min(quantity, open) lots; returns what was withdrawn, 0 when the id is unknown (no row is written).
  std::uint32_t cancel(TimePoint time, std::uint64_t id, std::uint32_t quantity);
  /// Executes min(quantity, open) lots; returns what was executed, 0 when the id is unknown (no row is written).
  std::uint32_t fill(TimePoint time, std::uint64_t id, std::uint32_t quantity);
  /// A print outside the displayed book; `remainder` subticks above `price`.
  void trade(TimePoint time, Side passive_side, Ticks price, std::uint32_t remainder, std::uint32_t quantity);
  void clear(TimePoint time);
  void halt(TimePoint time);
  void resume(TimePoint time);

  std::optional<LiveOrder> find(std::uint64_t id) const;
  std::size_t rows() const { return time_.size(); }
  TimePoint last_time() const { return time_.empty() ? kLongAgo : time_.back(); }

  /// Ends the tape; the builder is empty afterwards. Fills in slot_count, price range and content hash of `info`.
  EventTape finish(TapeInfo info);

 private:
  void row(TimePoint time, Ticks price, std::uint32_t quantity, std::uint32_t order, Action action, Side side);
  std::uint32_t reduce(TimePoint time, std::uint64_t id, std::uint32_t quantity, Action action);
  std::uint32_t slot_of(std::uint64_t id) const {
    return ids_.find(id, [this](std::uint32_t slot) { return live_[slot].id; });
  }

  std::vector<TimePoint> time_;
  std::vector<Ticks> price_;
  std::vector<std::uint32_t> quantity_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint8_t> kind_;
  struct Tenant {
    std::uint64_t id;
    Ticks price;
    std::uint32_t open;
    Side side;
  };
  OrderIds ids_;
  std::vector<Tenant> live_;  ///< by slot
  std::vector<std::uint32_t> free_slots_;
  Ticks price_min_ = kNoAsk;
  Ticks price_max_ = kNoBid;
};

}  // namespace plimsoll
