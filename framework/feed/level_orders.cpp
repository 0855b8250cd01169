#include "feed/level_orders.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/contract.hpp"

namespace plimsoll {

namespace {
constexpr std::string_view kNames[] = {"pro_rata", "back", "front"};
constexpr Lots kMostInOrder = std::numeric_limits<std::uint32_t>::max();
}  // namespace

std::string_view name(CancelRule rule) { return kNames[static_cast<std::size_t>(rule)]; }

FeedSetting cancelled_setting() {
  return {"cancelled", SettingType::text,
          false,       "pro_rata",
          {},          {},
          "",          "whose orders are withdrawn when a level falls: pro_rata, back, front"};
}

CancelRule cancel_rule_of(const FeedSettings& settings) {
  const std::string& text = settings.text("cancelled");
  const auto found = std::find(std::begin(kNames), std::end(kNames), text);
  if (found != std::end(kNames)) return static_cast<CancelRule>(found - std::begin(kNames));
  throw BadInput{ExitCode::bad_scenario,
                 InputError{"SETTING-CHOICE", "", "cancelled", "'" + text + "' is no rule", "there are pro_rata, back and front"}};
}

Lots LevelOrders::lots(Side side, Ticks price) const {
  const auto at = ladder(side).find(key(side, price));
  return at == ladder(side).end() ? 0 : at->second.lots;
}

Ticks LevelOrders::best(Side side) const { return ladder(side).empty() ? no_price(side) : price_of(side, ladder(side).begin()->first); }

Quote LevelOrders::quote() const {
  const auto lots_of = [&](Side side) { return ladder(side).empty() ? 0 : ladder(side).begin()->second.lots; };
  return {best(Side::buy), best(Side::sell), lots_of(Side::buy), lots_of(Side::sell)};
}

std::vector<Ticks> LevelOrders::prices(Side side) const {
  std::vector<Ticks> out;
  for (const auto& [at, level] : ladder(side)) out.push_back(price_of(side, at));
  return out;
}

void LevelOrders::set(TimePoint time, Side side, Ticks price, Lots lots) {
  EXPECT(lots >= 0);
  const auto at = ladder(side).find(key(side, price));
  const Lots before = at == ladder(side).end() ? 0 : at->second.lots;
  if (lots > before) return join(time, side, price, lots - before);
  if (lots == before) return;
  withdraw(time, at->second, before - lots);
  if (lots == 0) ladder(side).erase(at);
}

void LevelOrders::join(TimePoint time, Side side, Ticks price, Lots lots) {
  Level& level = ladder(side)[key(side, price)];
  level.lots += lots;
  for (Lots part; lots > 0; lots -= part) {
    part = std::min(lots, kMostInOrder);
    tape_.add(time, next_id_, side, price, static_cast<std::uint32_t>(part));
    level.queue.push_back({next_id_++, part});
  }
}

Lots LevelOrders::cancel(TimePoint time, Order& order, Lots lots) {
  const Lots gone = std::min(lots, order.lots);
  if (gone > 0) tape_.cancel(time, order.id, static_cast<std::uint32_t>(gone));
  order.lots -= gone;
  return gone;
}

void LevelOrders::withdraw(TimePoint time, Level& level, Lots lots) {
  Lots left = lots;
  if (rule_ == CancelRule::pro_rata && left < level.lots) {
    withdraw_shares(time, level, left);
  } else if (rule_ == CancelRule::front) {
    for (auto order = level.queue.begin(); left > 0; ++order) left -= cancel(time, *order, left);
  } else {
    for (auto order = level.queue.rbegin(); left > 0; ++order) left -= cancel(time, *order, left);
  }
  level.lots -= lots;
  drop_empty(level);
}

void LevelOrders::withdraw_shares(TimePoint time, Level& level, Lots lots) {
  const Wide share = (lots + kMostShares - 1) / kMostShares;
  Wide up_to_here = 0;
  Lots given = 0;
  for (Order& order : level.queue) {
    up_to_here += order.lots;
    const Wide due = share * ((up_to_here * lots + share * level.lots / 2) / (share * level.lots));
    given += cancel(time, order, static_cast<Lots>(std::min<Wide>(due, lots)) - given);
  }
  // Shares of several lots may be more than the order at their place holds.
  for (auto order = level.queue.rbegin(); given < lots; ++order) given += cancel(time, *order, lots - given);
}

void LevelOrders::drop_empty(Level& level) {
  std::erase_if(level.queue, [](const Order& order) { return order.lots == 0; });
}

Lots LevelOrders::fill(TimePoint time, Side side, Ticks price, Lots lots) {
  const auto at = ladder(side).find(key(side, price));
  if (at == ladder(side).end()) return 0;
  Level& level = at->second;
  const Lots filled = std::min(lots, level.lots);
  Lots left = filled;
  for (auto order = level.queue.begin(); left > 0; ++order) {
    const Lots part = std::min(left, order->lots);
    tape_.fill(time, order->id, static_cast<std::uint32_t>(part));
    order->lots -= part;
    left -= part;
  }
  level.lots -= filled;
  drop_empty(level);
  if (level.lots == 0) ladder(side).erase(at);
  return filled;
}

LevelOrders::Trade LevelOrders::trade(TimePoint time, Side passive, Ticks price, Lots lots) {
  Trade done;
  for (Ticks ahead = best(passive); better(passive, ahead, price); ahead = best(passive)) {
    set(time, passive, ahead, 0);
    moved_.push_back({passive, ahead});
    ++done.overtaken;
  }
  done.unbooked = lots - fill(time, passive, price, lots);
  if (done.unbooked < lots) moved_.push_back({passive, price});
  for (Lots left = done.unbooked, part; left > 0; left -= part) {
    part = std::min(left, kMostInOrder);
    tape_.trade(time, passive, price, 0, static_cast<std::uint32_t>(part));
  }
  return done;
}

std::vector<LevelOrders::Place> LevelOrders::take_moved() { return std::exchange(moved_, {}); }

}  // namespace plimsoll
