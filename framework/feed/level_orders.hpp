#pragma once
/// A feed that knows price levels only (L2, best quotes) as a tape of orders: per level a queue of anonymous orders is made up, so that
/// what comes after, the engine above all, stays order by order.
///
///  - A level that rises by d: one order of d lots joins the back.
///  - A level that falls by d without a trade: nobody says who left. `CancelRule` does.
///  - A trade fills orders from the front.
///
/// Where an own order of ours stands in such a queue is therefore an estimate: `front` and `back` are the two bounds of it, `pro_rata` lies
/// between them. TapeInfo::levels names the rule.

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "feed/settings.hpp"
#include "market/price_queues.hpp"
#include "market/tape_builder.hpp"

namespace plimsoll {

/// Which of a level's orders are withdrawn when d of its h lots go.
enum class CancelRule : std::uint8_t {
  /// Each gives its share, so that what stands in front of any place shrinks by the factor (h - d) / h. Shares are rounded to whole lots
  /// as a running sum, hence right to half a lot at every place; a fall takes at most kMostShares shares, each then d / kMostShares lots.
  pro_rata,
  back,   ///< the last ones: whoever waits is never helped
  front,  ///< the first ones: whoever waits is helped most
};
std::string_view name(CancelRule rule);
/// The setting `cancelled` that every feed of levels has, and what it says. Throws BadInput SETTING-CHOICE.
FeedSetting cancelled_setting();
CancelRule cancel_rule_of(const FeedSettings& settings);

/// Thread rule: one owner.
class LevelOrders {
 public:
  static constexpr Lots kMostShares = 32;
  struct Place {
    Side side;
    Ticks price;
  };

  /// Writes to `tape`, which must outlive it.
  LevelOrders(TapeBuilder& tape, CancelRule rule) : tape_{tape}, rule_{rule} {}

  Lots lots(Side side, Ticks price) const;
  /// Best price of a side, no_price(side) when it is empty.
  Ticks best(Side side) const;
  Quote quote() const;

  /// Makes the level `lots` >= 0 large.
  void set(TimePoint time, Side side, Ticks price, Lots lots);
  /// Executes up to `lots` from the front of the level; returns how many.
  Lots fill(TimePoint time, Side side, Ticks price, Lots lots);

  /// What a print at `price` did to the book: levels better than it were gone by then and are withdrawn, the level itself is filled.
  /// What the level does not hold becomes a print without effect on the book.
  struct Trade {
    std::size_t overtaken = 0;  ///< levels withdrawn
    Lots unbooked = 0;          ///< lots printed outside the book
  };
  Trade trade(TimePoint time, Side passive, Ticks price, Lots lots);

  /// Levels that trade() changed since the last call, for a feed that then states absolute sizes.
  std::vector<Place> take_moved();
  /// Every level of a side, best first.
  std::vector<Ticks> prices(Side side) const;

 private:
  struct Order {
    std::uint64_t id;
    Lots lots;
  };
  struct Level {
    Lots lots = 0;
    std::vector<Order> queue;
  };
  using Ladder = std::map<std::int64_t, Level>;  // best first
  static std::int64_t key(Side side, Ticks price) { return side == Side::buy ? -std::int64_t{price} : std::int64_t{price}; }
  static Ticks price_of(Side side, std::int64_t key) { return static_cast<Ticks>(side == Side::buy ? -key : key); }
  Ladder& ladder(Side side) { return ladders_[static_cast<std::size_t>(side)]; }
  const Ladder& ladder(Side side) const { return ladders_[static_cast<std::size_t>(side)]; }

  void join(TimePoint time, Side side, Ticks price, Lots lots);
  void withdraw(TimePoint time, Level& level, Lots lots);
  void withdraw_shares(TimePoint time, Level& level, Lots lots);
  Lots cancel(TimePoint time, Order& order, Lots lots);
  static void drop_empty(Level& level);

  TapeBuilder& tape_;
  CancelRule rule_;
  Ladder ladders_[2];
  std::vector<Place> moved_;
  std::uint64_t next_id_ = 1;
};

}  // namespace plimsoll
