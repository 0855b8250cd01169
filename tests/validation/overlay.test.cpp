// The scalar rule per level of an L2 book, traced by hand: OVER-01 and OVER-02 of the validation sheet, through the venue itself.
//
// Source: the overlay rules of models.md 2.2 (own derivation there, independently re-implemented). A share is 4e9 lots here, the most one
// order of a tape holds, so that what is rounded to whole lots is still the trace's doubles within the case's 1e-10.
#include <map>

#include "claims.hpp"
#include "execution/venue.hpp"
#include "market/tape_builder.hpp"

using namespace plimsoll;

namespace {

constexpr std::uint32_t kShare = 4'000'000'000;
constexpr double kHalfLife_s = 10.0;

/// An ask side of made-up orders, a venue over it, and rows given one at a time.
class LevelMarket {
 public:
  explicit LevelMarket(const EventTape& tape)
      : tape_{tape}, book_{tape.info()}, subscriptions_{tape.info()}, venue_{book_, rules(), subscriptions_, 0} {}

  void apply_until(TimePoint time) {
    for (; row_ < tape_.size() && tape_[row_].time <= time; ++row_) {
      const MarketEvent event = tape_[row_];
      const bool reduces = event.action == Action::cancel || event.action == Action::fill;
      const RecordedRow row{event, reduces ? Lots{book_.order(event.order).quantity} : 0, reduces ? book_.lots_ahead(event, kEveryLot) : 0,
                            row_, 0};
      book_.apply(event);
      venue_.set_time(event.time);
      venue_.on_recorded(row);
    }
    venue_.set_time(time);
  }
  /// Buys `shares` and returns price -> shares.
  std::map<Ticks, double> buy(double shares) {
    venue_.submit({++orders_, 0, Side::buy, OrderType::market, 0, static_cast<Lots>(shares * kShare)});
    std::map<Ticks, double> fills;
    for (const VenueEvent& event : venue_.events())
      if (event.kind == VenueEvent::Kind::filled) fills[event.price] += static_cast<double>(event.lots) / kShare;
    venue_.clear_events();
    return fills;
  }
  double effective(Ticks price) const { return static_cast<double>(venue_.view().lots_at(Side::sell, price)) / kShare; }
  /// Effective plus consumed is what the record shows (OVER-02).
  bool conserves() const {
    for (Ticks price = 101; price <= 104; ++price)
      if (venue_.view().lots_at(Side::sell, price) + venue_.overlay().consumed_at(Side::sell, price) != book_.level(Side::sell, price).lots)
        return false;
    return true;
  }

 private:
  static MarketRules rules() {
    MarketRules rules;
    rules.refill_per_s = 0.69314718055994531 / kHalfLife_s;
    rules.spill_ticks = 10;
    return rules;
  }
  const EventTape& tape_;
  OrderBook book_;
  Subscriptions subscriptions_;
  Venue venue_;
  std::size_t row_ = 0;
  OrderId orders_ = 0;
};

/// Every order is a share.
EventTape ask_side() {
  TapeBuilder tape;
  const auto each = [](std::uint64_t first, std::uint64_t orders, const auto& act) {
    for (std::uint64_t id = first; id < first + orders; ++id) act(id);
  };
  const auto add = [&](TimePoint time, std::uint64_t first, std::uint64_t shares, Ticks price) {
    each(first, shares, [&](std::uint64_t id) { tape.add(time, id, Side::sell, price, kShare); });
  };
  const auto halve = [&](std::uint64_t id) { tape.cancel(20 * kSecond, id, kShare / 2); };
  add(0, 1'000, 500, 101);
  add(0, 2'000, 800, 102);
  add(0, 3'000, 600, 103);
  add(0, 4'000, 900, 104);
  add(5 * kSecond, 5'000, 200, 102);                                                 // 102 -> 1000
  each(1'000, 400, [&](std::uint64_t id) { tape.fill(10 * kSecond, id, kShare); });  // trade 400 at 101
  each(2'000, 800, halve);                                                           // 102 -> 500, of each order its share
  each(5'000, 200, halve);
  TapeInfo info;
  info.levels = "pro_rata";
  return tape.finish(info);
}

void check(const LevelMarket& market, double at_101, double at_102, double at_103, double at_104) {
  const auto is = [](double value) { return Approx(value).epsilon(1e-10).margin(0.0); };
  CHECK(market.effective(101) == is(at_101));
  CHECK(market.effective(102) == is(at_102));
  CHECK(market.effective(103) == is(at_103));
  CHECK(market.effective(104) == is(at_104));
  CHECK(market.conserves());
}

}  // namespace

TEST_CASE("OVER-01, OVER-02 displaced liquidity on an ask side of levels: the trace, and conservation at every step") {
  const EventTape tape = ask_side();
  LevelMarket market{tape};
  market.apply_until(0);
  CHECK(market.buy(700) == std::map<Ticks, double>{{101, 500.0}, {102, 200.0}});
  check(market, 0, 600, 600, 900);
  market.apply_until(5 * kSecond);
  check(market, 146.4466094067262, 858.5786437626905, 600, 900);
  market.apply_until(10 * kSecond);
  check(market, 0, 750, 600, 900);
  CHECK(market.buy(600) == std::map<Ticks, double>{{102, 600.0}});
  check(market, 0, 150, 600, 900);
  market.apply_until(20 * kSecond);
  check(market, 50, 287.5, 600, 900);
}
