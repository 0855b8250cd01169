#pragma once
/// What a run has taken out of the recorded book: marks on recorded orders. History itself never changes.
///
/// A mark is on (slot, arrival number); the number never repeats, so a recycled slot never inherits one. The tape's own cancels and fills
/// end marks: this turnover is the first resilience. Extra refill rho revives the worst-priced consumed volume first, in whole lots
/// (Obizhaeva & Wang 2013, volume mode); RULES.md has the exact rule.

#include <cstdint>
#include <vector>

#include "core/units.hpp"
#include "execution/subscriptions.hpp"
#include "market/order_book.hpp"

namespace plimsoll {

struct Mark {
  Ticks price = 0;
  std::uint32_t arrival = 0;
  std::uint32_t slot = 0;
  Lots lots = 0;             ///< before refill since the run's last change
  Lots at_change = 0;        ///< what it was right after that change ...
  Lots worse_at_change = 0;  ///< ... and what all marks standing worse were
};

/// Thread rule: belongs to one run.
class ImpactOverlay {
 public:
  ImpactOverlay(const OrderBook& recorded, Subscriptions& subscriptions, RunIndex run, double refill_per_s)
      : recorded_{recorded}, subscriptions_{subscriptions}, run_{run}, refill_per_s_{refill_per_s} {}

  /// The clock of refill. Never goes back; reading at a later time changes no mark.
  void set_time(TimePoint now) { now_ = now; }

  bool empty(Side side) const { return marks_[static_cast<std::size_t>(side)].empty(); }
  /// Marks in force on a side, best price first, then arrival.
  const std::vector<Mark>& in_force(Side side) const;
  /// Lots marked at a price.
  Lots consumed_at(Side side, Ticks price) const;
  /// Lots marked on the order that stands at (side, price, slot), 0 when it is not.
  Lots marked(Side side, Ticks price, std::uint32_t slot) const;

  /// Call before the first take on a side by one arrival: makes that side's refill so far real.
  void begin_change(Side side);
  /// Takes `lots` of the recorded order that stands at (side, price, slot); true when it was unmarked so far. Precondition: lots <= what is
  /// effective of it.
  bool take(Side side, Ticks price, std::uint32_t slot, Lots lots);
  /// Call after the last take: that side's refill starts anew from here.
  void end_change(Side side);

  /// The tape reduced the order that stood at (side, price, slot) to `left` lots. True when a mark ended with it.
  bool reduced(Side side, Ticks price, std::uint32_t slot, Lots left);
  void clear();

 private:
  std::vector<Mark>& side_of(Side side) { return marks_[static_cast<std::size_t>(side)]; }
  void announce(Side side);
  /// The marks of a side less what refill has revived by now.
  std::vector<Mark> after_refill(Side side) const;

  const OrderBook& recorded_;
  Subscriptions& subscriptions_;
  RunIndex run_;
  double refill_per_s_;
  TimePoint now_ = kLongAgo;
  std::vector<Mark> marks_[2];
  Lots marked_at_change_[2] = {0, 0};
  TimePoint last_change_[2] = {0, 0};
  mutable std::vector<Mark> refilled_[2];  // a pure function of the above and now_, kept for repeated reads
};

}  // namespace plimsoll
