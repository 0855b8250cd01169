#include "feed/binance_book.hpp"

#include <algorithm>
#include <set>

namespace plimsoll {

namespace {
std::int64_t key(Side side, Ticks price) { return side == Side::buy ? -std::int64_t{price} : std::int64_t{price}; }
}  // namespace

void BinanceBook::replay() {
  for (const BinanceUpdate& each : records_.updates) {
    advance(merge_ ? each.time + 1 : each.time);
    update(each);
  }
  advance(kNever);
}

/// Trades and best quotes before `until`, trades first at equal times.
void BinanceBook::advance(TimePoint until) {
  const auto trade_time = [&] { return next_trade_ < records_.trades.size() ? time_of(records_.trades[next_trade_]) : kNever; };
  const auto best_time = [&] { return merge_ && next_best_ < records_.bests.size() ? records_.bests[next_best_].time : kNever; };
  while (std::min(trade_time(), best_time()) < until) {
    if (trade_time() <= best_time()) {
      trade(records_.trades[next_trade_++]);
    } else {
      best(records_.bests[next_best_++]);
    }
  }
}

Lots BinanceBook::stated(Side side, Ticks price) const {
  const auto& levels = stated_[static_cast<std::size_t>(side)];
  const auto at = levels.find(key(side, price));
  return at == levels.end() ? 0 : at->second;
}

void BinanceBook::state(Side side, Ticks price, Lots lots) {
  auto& levels = stated_[static_cast<std::size_t>(side)];
  if (lots == 0) {
    levels.erase(key(side, price));
  } else {
    levels[key(side, price)] = lots;
  }
}

Quote BinanceBook::stated_quote() const {
  const auto& [bids, asks] = stated_;
  Quote quote;
  if (!bids.empty()) quote.bid = static_cast<Ticks>(-bids.begin()->first), quote.bid_lots = bids.begin()->second;
  if (!asks.empty()) quote.ask = static_cast<Ticks>(asks.begin()->first), quote.ask_lots = asks.begin()->second;
  return quote;
}

Lots BinanceBook::wanted(Side side, Ticks price) const {
  if (!best_is_newer()) return stated(side, price);
  const Quote& quote = newest_->quote;
  const Ticks best = side == Side::buy ? quote.bid : quote.ask;
  if (price == best) return side == Side::buy ? quote.bid_lots : quote.ask_lots;
  return better(side, price, best) ? 0 : stated(side, price);
}

void BinanceBook::touch(TimePoint time, Side side, Ticks price) {
  orders_.set(time, side, price, wanted(side, price));
  moved_.push_back({side, price});
}

void BinanceBook::best(const BinanceBest& best) {
  newest_ = &best;
  if (state_ != State::sound || !best_is_newer()) return;
  const TimePoint time = std::max(best.time, tape_.last_time());
  for (const auto& [side, price] : {std::pair{Side::buy, best.quote.bid}, std::pair{Side::sell, best.quote.ask}}) {
    for (Ticks ahead = orders_.best(side); better(side, ahead, price); ahead = orders_.best(side)) touch(time, side, ahead);
    touch(time, side, price);
  }
}

const BinanceSnapshot* BinanceBook::straddled(const BinanceUpdate& update) const {
  const std::int64_t ahead = futures_ ? 0 : 1;
  const auto& all = records_.snapshots;
  const auto at = std::lower_bound(all.begin(), all.end(), update.first_id - ahead,
                                   [](const BinanceSnapshot& snapshot, std::int64_t id) { return snapshot.last_id < id; });
  return at != all.end() && at->last_id + ahead <= update.last_id ? &*at : nullptr;
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
  stated_[0].clear();
  stated_[1].clear();
  moved_.clear();
  newest_ = nullptr;
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
    touch(update.time, level.side, level.price);
  }
}

void BinanceBook::apply(const BinanceUpdate& update) {
  for (std::size_t i = update.begin; i < update.end; ++i) {
    const BinanceChange& change = records_.changes[i];
    state(change.side, change.price, change.lots);
    orders_.set(update.time, change.side, change.price, wanted(change.side, change.price));
  }
  for (const LevelOrders::Place& place : moved_) orders_.set(update.time, place.side, place.price, wanted(place.side, place.price));
  std::erase_if(moved_,
                [this](const LevelOrders::Place& place) { return wanted(place.side, place.price) == stated(place.side, place.price); });
  check(update);
}

void BinanceBook::check(const BinanceUpdate& update) {
  const auto& bests = records_.bests;
  while (next_check_ < bests.size() && bests[next_check_].id < update.last_id) ++next_check_;
  if (next_check_ == bests.size() || bests[next_check_].id != update.last_id) return;
  const Quote& theirs = bests[next_check_].quote;
  ++report_.checked;
  if (!(stated_quote() == theirs) || !(best_is_newer() || orders_.quote() == theirs)) ++report_.contradicted;
}

void BinanceBook::trade(const BinanceTrade& trade) {
  if (state_ == State::unknown) return;
  const TimePoint time = std::max(time_of(trade), tape_.last_time());
  if (state_ == State::broken) {
    ++report_.unbooked;
    for (Lots left = trade.lots, part; left > 0; left -= part) {
      part = std::min<Lots>(left, UINT32_MAX);
      tape_.trade(time, trade.passive, trade.price, 0, static_cast<std::uint32_t>(part));
    }
    return;
  }
  const LevelOrders::Trade done = orders_.trade(time, trade.passive, trade.price, trade.lots);
  for (const LevelOrders::Place& place : orders_.take_moved()) moved_.push_back(place);
  report_.overtaken += static_cast<std::int64_t>(done.overtaken);
  report_.unbooked += done.unbooked > 0 ? 1 : 0;
}

}  // namespace plimsoll
