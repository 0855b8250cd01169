#pragma once
/// What a run has taken out of the recorded book: holes at the front of recorded queues. History itself never changes.
///
/// A hole says how many lots, counted from the front of the recorded queue at a price, are gone for this run. Recorded takers who find the
/// hole are served by who stands behind it, at the same price, so the hole stays as it is while the queue moves through it; the tape's own
/// cancels of orders within it make it smaller: this turnover is the first resilience. Extra refill rho revives the worst-priced volume
/// first, in whole lots (Obizhaeva & Wang 2013, volume mode). Over made-up orders (L2) each hole is a scalar that decays by itself.
/// RULES.md has the exact rules.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/units.hpp"
#include "execution/subscriptions.hpp"
#include "market/order_book.hpp"

namespace plimsoll {

struct Hole {
  Ticks price = 0;
  Lots lots = 0;             ///< before refill since the run's last change
  Lots at_change = 0;        ///< what it was right after that change ...
  Lots worse_at_change = 0;  ///< ... and what all holes at worse prices were
  TimePoint since = 0;       ///< L2: when `lots` was in force
};

/// How refill revives: not at all (rho = 0), the worst price first (L3), or every price for itself (L2).
enum class Revival : std::uint8_t { none, worst_first, per_level };

/// Thread rule: belongs to one run.
class ImpactOverlay {
 public:
  /// `made_up`: are the orders made up from levels?
  ImpactOverlay(Subscriptions& subscriptions, RunIndex run, double refill_per_s, bool made_up)
      : refill_per_s_{refill_per_s},
        subscriptions_{subscriptions},
        run_{run},
        revival_{refill_per_s == 0.0 ? Revival::none
                 : made_up           ? Revival::per_level
                                     : Revival::worst_first} {}

  /// The clock of refill. Never goes back; reading at a later time changes no hole.
  void set_time(TimePoint now) { now_ = now; }

  bool empty(Side side) const { return holes_[static_cast<std::size_t>(side)].empty(); }
  /// Is a level of `recorded` gone altogether, refill not counted?
  bool empties_a_level(const OrderBook& recorded) const {
    for (const Side side : {Side::buy, Side::sell})
      for (const Hole& hole : holes_[static_cast<std::size_t>(side)])
        if (recorded.level(side, hole.price).lots <= hole.lots) return true;
    return false;
  }
  /// Lots of the hole at a price that are in force now.
  Lots consumed_at(Side side, Ticks price) const {
    for (const Hole& hole : holes_[static_cast<std::size_t>(side)]) {
      if (hole.price == price) return in_force(side, hole);
      if (better(side, price, hole.price)) break;
    }
    return 0;
  }

  /// Call before the first take on a side by one arrival: makes that side's refill so far real.
  void begin_change(Side side);
  /// Takes the `lots` effective recorded lots that stand first at a price.
  void take(Side side, Ticks price, Lots lots);
  /// Call after the last take: that side's refill starts anew from here.
  void end_change(Side side);

  /// The tape's own doing: of what was in force at `price`, `lots` are left. No change in the sense of refill.
  void leave(Side side, Ticks price, Lots lots);
  /// `lots` that a recorded taker found behind the hole at `price`. No change in the sense of refill.
  void widen(Side side, Ticks price, Lots lots);
  /// Forgets the hole at `price` when leave() and widen() have left nothing of it.
  void prune(Side side, Ticks price);
  void clear();

 private:
  std::vector<Hole>& side_of(Side side) { return holes_[static_cast<std::size_t>(side)]; }
  Lots in_force(Side side, const Hole& hole) const {
    if (revival_ == Revival::none) return hole.lots;
    return revival_ == Revival::per_level ? decayed(hole) : std::min(hole.lots, left_by_refill(side, hole));
  }
  Lots decayed(const Hole& hole) const;
  /// Per level: what is in force becomes what the hole is.
  void settle(Side side, Hole& hole);
  Lots left_by_refill(Side side, const Hole& hole) const;

  std::vector<Hole> holes_[2];
  double refill_per_s_;
  TimePoint now_ = kLongAgo;
  Subscriptions& subscriptions_;
  RunIndex run_;
  Revival revival_;
  Lots total_at_change_[2] = {0, 0};
  TimePoint last_change_[2] = {0, 0};
};

}  // namespace plimsoll
