#pragma once
/// The recorded book again, so plainly written that it is right by reading: sorted maps of lists, no slots, no bitmaps, nothing shared with
/// OrderBook. Tests replay both and compare everything.

#include <list>
#include <map>
#include <string>

#include "core/units.hpp"
#include "market/event_tape.hpp"
#include "market/order_book.hpp"

namespace plimsoll::test {

class NaiveBook {
 public:
  struct Order {
    std::uint32_t slot;
    std::uint32_t arrival;
    Lots open;
  };
  using Queue = std::list<Order>;
  using Levels = std::map<Ticks, Queue>;

  void apply(const MarketEvent& event) {
    if (event.action == Action::add) {
      side(event.side)[event.price].push_back({event.order, ++arrivals_, event.quantity});
    } else if (event.action == Action::cancel || event.action == Action::fill) {
      Queue& queue = side(event.side).at(event.price);
      for (auto order = queue.begin(); order != queue.end(); ++order) {
        if (order->slot != event.order) continue;
        order->open -= event.quantity;
        if (order->open == 0) queue.erase(order);
        break;
      }
      if (queue.empty()) side(event.side).erase(event.price);
    } else if (event.action == Action::clear) {
      bids_.clear();
      asks_.clear();
    } else if (event.action == Action::halt || event.action == Action::resume) {
      halted_ = event.action == Action::halt;
    }
  }

  const Levels& levels(Side of) const { return of == Side::buy ? bids_ : asks_; }

  /// "" when every level, queue, best price and flag of `book` is the same; otherwise the first difference.
  std::string difference(const OrderBook& book) const {
    if (book.halted() != halted_) return "halted";
    if (book.arrivals() != arrivals_) return "arrivals";
    for (const Side of : {Side::buy, Side::sell}) {
      Ticks price = book.best(of);
      const auto compare = [&](Ticks expected, const Queue& queue) -> std::string {
        const std::string place = std::string{name(of)} + " level " + std::to_string(expected) + ": ";
        if (price != expected) return place + "the book has " + std::to_string(price) + " next";
        const PriceLevel& level = book.level(of, price);
        std::uint32_t slot = level.front(), last = kNoOrder;
        Lots lots = 0;
        for (const Order& order : queue) {
          if (slot == kNoOrder) return place + "the queue is too short";
          const RestingOrder& resting = book.order(slot);
          const bool same =
              slot == order.slot && resting.quantity == order.open && resting.arrival == order.arrival && resting.ahead() == last;
          if (!same) return place + "slot " + std::to_string(order.slot) + " differs";
          lots += order.open;
          last = slot;
          slot = resting.behind();
        }
        if (slot != kNoOrder || level.back() != last) return place + "the queue is too long";
        if (level.lots != lots) return place + "the sum of lots is wrong";
        price = book.next_worse(of, price);
        return "";
      };
      std::string found;
      if (of == Side::buy) {
        for (auto at = bids_.rbegin(); at != bids_.rend() && found.empty(); ++at) found = compare(at->first, at->second);
      } else {
        for (auto at = asks_.begin(); at != asks_.end() && found.empty(); ++at) found = compare(at->first, at->second);
      }
      if (!found.empty()) return found;
      if (price != no_price(of)) return std::string{name(of)} + ": the book has a level too many at " + std::to_string(price);
    }
    return "";
  }

 private:
  Levels& side(Side of) { return of == Side::buy ? bids_ : asks_; }
  Levels bids_, asks_;
  std::uint32_t arrivals_ = 0;
  bool halted_ = false;
};

/// Replays a tape in both books, comparing everything after every row: "" or the first row that differs.
inline std::string first_difference(const EventTape& tape) {
  OrderBook book{tape.info()};
  NaiveBook naive;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    book.apply(tape[row]);
    naive.apply(tape[row]);
    const std::string difference = naive.difference(book);
    if (!difference.empty()) return "row " + std::to_string(row) + ", " + difference;
  }
  return "";
}

}  // namespace plimsoll::test
