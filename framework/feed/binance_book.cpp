#include "feed/binance_book.hpp"

#include <algorithm>
#include <set>

namespace plimsoll {

void BinanceBook::replay() {
  std::size_t next_trade = 0;
  for (const BinanceUpdate& each : records_.updates) {
    for (; next_trade < records_.trades.size() && records_.trades[next_trade].time < each.time; ++next_trade)
      trade(records_.trades[next_trade]);
    update(each);
  }
  for (; next_trade < records_.trades.size(); ++next_trade) trade(records_.trades[next_trade]);
}

Lots BinanceBook::stated(Side side, Ticks price) const {
  const auto& levels = stated_[static_cast<std::size_t>(side)];
  const auto at = levels.find(price);
  return at == levels.end() ? 0 : at->second;
}

void BinanceBook::state(Side side, Ticks price, Lots lots) {
  auto& levels = stated_[static_cast<std::size_t>(side)];
  if (lots == 0) {
    levels.erase(price);
  } else {
    levels[price] = lots;
  }
}

const BinanceSnapshot* BinanceBook::straddled(const BinanceUpdate& update) const {
  for (const BinanceSnapshot& snapshot : records_.snapshots) {
    const std::int64_t next = snapshot.last_id + (futures_ ? 0 : 1);
    if (update.first_id <= next && next <= update.last_id) return &snapshot;
  }
  return nullptr;
}

void BinanceBook::update(const BinanceUpdate& update) {
  if (state_ != State::unknown && update.last_id <= last_id_) {
    ++report_.dropped;
    return;
  }
  const BinanceSnapshot* const snapshot = straddled(update);
  const bool chained = futures_ ? update.previous_id == last_id_ : update.first_id == last_id_ + 1;
  if (state_ == State::sound && !chained) {
    ++report_.chain_gaps;
    ++report_.halts;
    tape_.halt(update.time);
    state_ = State::broken;
  }
  last_id_ = update.last_id;
  if (state_ == State::sound) {
    if (snapshot != nullptr) compare(update, *snapshot);
    return apply(update);
  }
  if (snapshot == nullptr) return;
  restart(update, *snapshot);
  apply(update);
  if (state_ == State::broken) tape_.resume(update.time);
  state_ = State::sound;
}

void BinanceBook::restart(const BinanceUpdate& update, const BinanceSnapshot& snapshot) {
  for (auto& levels : stated_) levels.clear();
  for (std::size_t i = snapshot.begin; i < snapshot.end; ++i) {
    const BinanceChange& level = records_.changes[i];
    state(level.side, level.price, level.lots);
  }
  for (const Side side : {Side::buy, Side::sell}) {
    for (const Ticks price : orders_.prices(side)) {
      if (stated(side, price) == orders_.lots(side, price)) continue;
      orders_.set(update.time, side, price, stated(side, price));
      ++report_.repaired;
    }
  }
  for (std::size_t i = snapshot.begin; i < snapshot.end; ++i) {
    const BinanceChange& level = records_.changes[i];
    if (level.lots == orders_.lots(level.side, level.price)) continue;
    orders_.set(update.time, level.side, level.price, level.lots);
    ++report_.invented;
  }
  orders_.take_moved();
}

void BinanceBook::compare(const BinanceUpdate& update, const BinanceSnapshot& snapshot) {
  std::set<std::pair<Side, Ticks>> named;
  for (std::size_t i = update.begin; i < update.end; ++i) named.emplace(records_.changes[i].side, records_.changes[i].price);
  for (std::size_t i = snapshot.begin; i < snapshot.end; ++i) {
    const BinanceChange& level = records_.changes[i];
    const Lots held = stated(level.side, level.price);
    if (held == level.lots || named.contains({level.side, level.price})) continue;
    ++(held == 0 ? report_.invented : report_.repaired);
    state(level.side, level.price, level.lots);
    orders_.set(update.time, level.side, level.price, level.lots);
  }
}

void BinanceBook::apply(const BinanceUpdate& update) {
  for (std::size_t i = update.begin; i < update.end; ++i) {
    const BinanceChange& change = records_.changes[i];
    state(change.side, change.price, change.lots);
    orders_.set(update.time, change.side, change.price, change.lots);
  }
  for (const LevelOrders::Place& place : orders_.take_moved())
    orders_.set(update.time, place.side, place.price, stated(place.side, place.price));
  check(update);
}

void BinanceBook::check(const BinanceUpdate& update) {
  const auto& bests = records_.bests;
  while (next_best_ < bests.size() && bests[next_best_].last_id < update.last_id) ++next_best_;
  for (; next_best_ < bests.size() && bests[next_best_].last_id == update.last_id; ++next_best_) {
    ++report_.checked;
    if (!(bests[next_best_].quote == orders_.quote())) ++report_.contradicted;
  }
}

void BinanceBook::trade(const BinanceTrade& trade) {
  if (state_ == State::unknown) return;
  const TimePoint time = std::max(trade.time, tape_.last_time());
  if (state_ == State::broken) {
    ++report_.unbooked;
    for (Lots left = trade.lots, part; left > 0; left -= part) {
      part = std::min<Lots>(left, UINT32_MAX);
      tape_.trade(time, trade.passive, trade.price, 0, static_cast<std::uint32_t>(part));
    }
    return;
  }
  const LevelOrders::Trade done = orders_.trade(time, trade.passive, trade.price, trade.lots);
  report_.overtaken += static_cast<std::int64_t>(done.overtaken);
  report_.unbooked += done.unbooked > 0 ? 1 : 0;
}

}  // namespace plimsoll
