#include "feed/itch_survey.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "feed/itch_messages.hpp"
#include "market/order_ids.hpp"

namespace plimsoll {

namespace {

/// The stocks of a file while it is read.
class Reading {
 public:
  Reading() : books_(1u << 16) {}

  void apply(const ItchMessage& message) {
    const Duration time = message.since_midnight();
    out_.first = any_ ? std::min(out_.first, time) : time;
    out_.last = std::max(out_.last, time);
    any_ = true;
    ++out_.messages[static_cast<unsigned char>(message.type())];
    switch (message.type()) {
      case 'R':
      case 'H': name(book_of(message), message); return;
      case 'A':
      case 'F': return add(message);
      case 'E':
      case 'C': return reduce(message, book_of(message).stock.executions, message.reduced());
      case 'X': return reduce(message, book_of(message).stock.cancels, message.reduced());
      case 'D': return reduce(message, book_of(message).stock.cancels, ~0u);
      case 'U': return replace(message);
      case 'P':
      case 'Q': {
        Book& book = book_of(message);
        name(book, message);
        ++book.stock.trades;
        return;
      }
      default: return;
    }
  }

  ItchSurvey finish(std::uint64_t messages_read) && {
    out_.other_messages = messages_read;
    for (const std::uint64_t count : out_.messages) out_.other_messages -= count;
    for (const auto& book : books_)
      if (book && book->stock.book_messages() > 0) out_.stocks.push_back(std::move(book->stock));
    std::sort(out_.stocks.begin(), out_.stocks.end(), [](const ItchSurvey::Stock& a, const ItchSurvey::Stock& b) {
      const std::uint64_t more_a = b.book_messages(), more_b = a.book_messages();
      return std::tie(more_a, a.symbol, a.locate) < std::tie(more_b, b.symbol, b.locate);
    });
    return std::move(out_);
  }

 private:
  struct Order {
    std::uint64_t id;
    std::uint32_t units, open;
    bool buy;
  };
  struct Book {
    ItchSurvey::Stock stock;
    std::map<std::uint32_t, std::uint64_t> shares[2];  ///< by price, of bids and asks
    Duration since = 0;                                ///< the book is as it is
    OrderIds ids;
    std::vector<Order> orders;  ///< by slot
    std::vector<std::uint32_t> free_slots;

    std::uint32_t slot_of(std::uint64_t id) const {
      return ids.find(id, [this](std::uint32_t slot) { return orders[slot].id; });
    }
  };

  Book& book_of(const ItchMessage& message) {
    std::unique_ptr<Book>& book = books_[message.locate()];
    if (!book) {
      book = std::make_unique<Book>();
      book->stock.locate = message.locate();
    }
    return *book;
  }
  static void name(Book& book, const ItchMessage& message) {
    if (!book.stock.symbol.empty()) return;
    const std::string_view padded = message.padded_stock();
    book.stock.symbol = padded.substr(0, padded.find_last_not_of(' ') + 1);
  }
  /// The spread that stood until this message.
  static void pass_time(Book& book, Duration now) {
    const auto& [bids, asks] = book.shares;
    if (now > book.since && !bids.empty() && !asks.empty()) {
      const std::int64_t spread = std::int64_t{asks.begin()->first} - std::int64_t{bids.rbegin()->first};
      book.stock.spread_ns += Wide{spread} * (now - book.since);
      book.stock.two_sided_ns += now - book.since;
    }
    book.since = std::max(book.since, now);
  }

  void add(const ItchMessage& message) {
    Book& book = book_of(message);
    name(book, message);
    ++book.stock.adds;
    insert(book, message.since_midnight(), {message.order(), message.units(), message.added(), message.side() == 'B'});
  }

  void insert(Book& book, Duration now, const Order& order) {
    if (order.open == 0 || book.slot_of(order.id) != kNoSlot) return;
    pass_time(book, now);
    book.shares[order.buy ? 0 : 1][order.units] += order.open;
    std::uint32_t slot = static_cast<std::uint32_t>(book.orders.size());
    if (book.free_slots.empty()) {
      book.orders.push_back(order);
    } else {
      slot = book.free_slots.back();
      book.free_slots.pop_back();
      book.orders[slot] = order;
    }
    book.ids.insert(order.id, slot);
    book.stock.live_most = std::max(book.stock.live_most, ++book.stock.live);
    out_.live_most = std::max(out_.live_most, ++out_.live);
  }

  void reduce(const ItchMessage& message, std::uint64_t& counter, std::uint32_t shares) {
    ++counter;
    take(book_of(message), message, shares);
  }

  /// The order as it was, or nothing when it is unknown.
  std::optional<Order> take(Book& book, const ItchMessage& message, std::uint32_t shares) {
    const std::uint32_t slot = book.slot_of(message.order());
    if (slot == kNoSlot) {
      ++out_.unknown_references;
      return std::nullopt;
    }
    const Order before = book.orders[slot];
    pass_time(book, message.since_midnight());
    const std::uint32_t gone = std::min(shares, before.open);
    auto& side = book.shares[before.buy ? 0 : 1];
    const auto level = side.find(before.units);
    if ((level->second -= gone) == 0) side.erase(level);
    if ((book.orders[slot].open -= gone) != 0) return before;
    book.ids.erase(before.id, slot);
    book.free_slots.push_back(slot);
    --book.stock.live;
    --out_.live;
    return before;
  }

  void replace(const ItchMessage& message) {
    Book& book = book_of(message);
    ++book.stock.replaces;
    if (const std::optional<Order> before = take(book, message, ~0u))
      insert(book, message.since_midnight(), {message.new_order(), message.new_units(), message.new_shares(), before->buy});
  }

  ItchSurvey out_;
  bool any_ = false;
  std::vector<std::unique_ptr<Book>> books_;  ///< by locate
};

}  // namespace

bool is_itch(std::string_view head) {
  constexpr std::size_t kLongest = 255;  // of a type that may come to be; so no text passes
  int known = 0;
  for (std::size_t at = 0; known < 3 && at + 3 <= head.size();) {
    const std::size_t length = static_cast<unsigned char>(head[at]) * 256u + static_cast<unsigned char>(head[at + 1]);
    const std::size_t specified = kItchLengths[static_cast<unsigned char>(head[at + 2])];
    if (specified > 0 ? length != specified : length < kItchPrefix || length > kLongest) return false;
    known += specified > 0;
    at += 2 + length;
  }
  return known > 0;
}

ItchSurvey survey_itch(ByteSource& source, const std::string& name, FaultList& faults) {
  ItchReader reader{source, name};
  Reading reading;
  ItchMessage message;
  while (reader.next(message, faults)) reading.apply(message);
  return std::move(reading).finish(reader.number());
}

}  // namespace plimsoll
