#pragma once
/// The child orders of one parent: what is filled, what is still out, and the two ways to send more. Whatever a strategy asks, the sum
/// of filled and outstanding lots never exceeds the parent, no order trades outside the limit price, and no order of 0 lots is sent.

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "sdk/plugin.hpp"

namespace plimsoll {
#pragma GCC visibility push(hidden)
namespace sdk {

/// cross: take from the other side at once. join: rest at our own side's best price.
enum class Style { cross, join };

inline Style style_named(std::string_view name) {
  if (name == "cross") return Style::cross;
  if (name == "join") return Style::join;
  throw std::invalid_argument("a style is cross or join");
}

class ChildOrders {
 public:
  ChildOrders() = default;
  explicit ChildOrders(const Parent& parent) : parent_{parent} {}

  std::int64_t filled_lots() const { return filled_; }
  /// Filled as the resting side: these lots took the place of recorded ones, so recorded volume counts them as somebody's.
  std::int64_t made_lots() const { return made_; }
  std::int64_t outstanding_lots() const { return outstanding_; }
  /// Neither filled nor out: the most that may still be sent.
  std::int64_t unsent_lots() const { return parent_.lots - filled_ - outstanding_; }
  bool complete() const { return filled_ == parent_.lots; }
  bool none_outstanding() const { return orders_.empty(); }
  bool awaiting_cancel() const {
    return std::any_of(orders_.begin(), orders_.end(), [](const Order& order) { return order.cancelling; });
  }

  /// Takes up to `lots`: a market order, or an IOC at the limit price. Sends nothing when the other side is empty or outside the limit.
  void cross(Host& host, std::int64_t lots) {
    const std::int64_t sending = std::min(lots, unsent_lots());
    const auto touch = host.quote().of(opposite(parent_.side));
    if (sending <= 0 || !touch || !parent_.allows(touch->price_ticks)) return;
    const OrderId id =
        parent_.limit_ticks ? host.submit_ioc(parent_.side, *parent_.limit_ticks, sending) : host.submit_market(parent_.side, sending);
    sent({id, sending, 0, false, false});
  }

  /// Where style join rests: our side's best price, or the limit price where that one is outside. Nothing when our side is empty.
  std::optional<std::int32_t> joining_price(Host& host) const {
    const auto touch = host.quote().of(parent_.side);
    if (!touch) return std::nullopt;
    return inside_limit(touch->price_ticks);
  }
  /// The price, or the limit price where that one is outside.
  std::int32_t inside_limit(std::int32_t price_ticks) const { return parent_.allows(price_ticks) ? price_ticks : *parent_.limit_ticks; }

  /// Rests up to `lots` at `price`; nothing without a price.
  void rest(Host& host, std::optional<std::int32_t> price, std::int64_t lots) {
    const std::int64_t sending = std::min(lots, unsent_lots());
    if (sending <= 0 || !price) return;
    sent({host.submit_limit(parent_.side, *price, sending), sending, *price, true, false});
  }

  /// Cancels resting orders that stand elsewhere than at `price`; the others keep their place in the queue.
  void cancel_left_behind(Host& host, std::optional<std::int32_t> price) {
    cancel_where(host, [&](const Order& order) { return !price || order.price_ticks != *price; });
  }
  void cancel_all(Host& host) {
    cancel_where(host, [](const Order&) { return true; });
  }

  /// Must see every event of the parent. Events of unknown orders (a cancel that came too late) change nothing.
  void apply(const OrderEvent& event) {
    const auto order = std::find_if(orders_.begin(), orders_.end(), [&](const Order& o) { return o.id == event.order; });
    if (order == orders_.end()) return;
    const bool fill = event.kind == OrderEvent::Kind::filled;
    const std::int64_t ended = std::min(event.lots, order->open_lots);
    outstanding_ -= ended;
    order->open_lots -= ended;
    if (fill) filled_ += ended;
    if (fill && event.made) made_ += ended;
    if (order->open_lots == 0) orders_.erase(order);
  }

 private:
  struct Order {
    OrderId id;
    std::int64_t open_lots;
    std::int32_t price_ticks;
    bool resting, cancelling;
  };

  void sent(const Order& order) {
    orders_.push_back(order);
    outstanding_ += order.open_lots;
  }
  template <class Predicate>
  void cancel_where(Host& host, Predicate predicate) {
    for (Order& order : orders_) {
      if (!order.resting || order.cancelling || !predicate(order)) continue;
      order.cancelling = true;
      host.cancel(order.id);
    }
  }

  Parent parent_;
  std::vector<Order> orders_;
  std::int64_t filled_ = 0, made_ = 0, outstanding_ = 0;
};

}  // namespace sdk
#pragma GCC visibility pop
}  // namespace plimsoll
