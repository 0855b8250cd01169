#pragma once
/// Writes ITCH 5.0: the encoder that the reader is tested against, and that a generated market is written with. Nothing of it is
/// shared with the reader but the specification.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "market/event_tape.hpp"

namespace plimsoll::test {

inline constexpr Duration kOpen = 34'200 * kSecond;  ///< 09:30, after midnight

class ItchWriter {
 public:
  const std::string& bytes() const { return bytes_; }
  /// Offset at which each message starts (at its length), in order.
  const std::vector<std::size_t>& starts() const { return starts_; }

  void system_event(Duration at, char code) { message('S', 0, at).text(std::string(1, code)).done(); }
  void directory(std::uint16_t locate, Duration at, std::string_view symbol) {
    message('R', locate, at).stock(symbol).text("QN").number(100, 4).text("NCZ PNN1N").number(0, 4).text("N").done();
  }
  void trading_action(std::uint16_t locate, Duration at, std::string_view symbol, char state) {
    message('H', locate, at).stock(symbol).text(std::string(1, state)).text("     ").done();
  }
  struct Order {
    std::uint64_t id;
    Side side;
    std::uint32_t shares;
    std::uint32_t units;
  };
  void add(std::uint16_t locate, Duration at, std::string_view symbol, const Order& order, bool attributed = false) {
    message(attributed ? 'F' : 'A', locate, at).number(order.id, 8).text(order.side == Side::buy ? "B" : "S").number(order.shares, 4);
    stock(symbol).number(order.units, 4).text(attributed ? "NSDQ" : "").done();
  }
  void execute(std::uint16_t locate, Duration at, std::uint64_t id, std::uint32_t shares) {
    message('E', locate, at).number(id, 8).number(shares, 4).number(++matches_, 8).done();
  }
  void execute_at(std::uint16_t locate, Duration at, std::uint64_t id, std::uint32_t shares, char printable, std::uint32_t units) {
    message('C', locate, at).number(id, 8).number(shares, 4).number(++matches_, 8).text(std::string(1, printable)).number(units, 4).done();
  }
  void cancel(std::uint16_t locate, Duration at, std::uint64_t id, std::uint32_t shares) {
    message('X', locate, at).number(id, 8).number(shares, 4).done();
  }
  void remove(std::uint16_t locate, Duration at, std::uint64_t id) { message('D', locate, at).number(id, 8).done(); }
  void replace(std::uint16_t locate, Duration at, std::uint64_t id, std::uint64_t new_id, std::uint32_t shares, std::uint32_t units) {
    message('U', locate, at).number(id, 8).number(new_id, 8).number(shares, 4).number(units, 4).done();
  }
  void trade(std::uint16_t locate, Duration at, std::string_view symbol, std::uint32_t shares, std::uint32_t units) {
    message('P', locate, at).number(0, 8).text("B").number(shares, 4).stock(symbol).number(units, 4).number(++matches_, 8).done();
  }
  void cross(std::uint16_t locate, Duration at, std::string_view symbol, std::uint64_t shares, std::uint32_t units) {
    message('Q', locate, at).number(shares, 8).stock(symbol).number(units, 4).number(++matches_, 8).text("O").done();
  }
  void broken(std::uint16_t locate, Duration at, std::uint64_t match) { message('B', locate, at).number(match, 8).done(); }
  /// Any message: its common prefix and `rest` as it stands.
  void raw(char type, std::uint16_t locate, Duration at, std::string_view rest) { message(type, locate, at).text(rest).done(); }
  /// The length 0 that ends a session.
  void end() { bytes_ += std::string(2, '\0'); }

 private:
  ItchWriter& message(char type, std::uint16_t locate, Duration at) {
    starts_.push_back(bytes_.size());
    bytes_ += std::string(2, '\0');
    return text(std::string(1, type)).number(locate, 2).number(0, 2).number(static_cast<std::uint64_t>(at), 6);
  }
  ItchWriter& number(std::uint64_t value, int size) {
    for (int i = size - 1; i >= 0; --i) bytes_ += static_cast<char>(value >> (8 * i) & 0xff);
    return *this;
  }
  ItchWriter& text(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
  }
  ItchWriter& stock(std::string_view symbol) { return text(symbol).text(std::string(8 - symbol.size(), ' ')); }
  void done() {
    const std::size_t length = bytes_.size() - starts_.back() - 2;
    bytes_[starts_.back()] = static_cast<char>(length >> 8);
    bytes_[starts_.back() + 1] = static_cast<char>(length & 0xff);
  }

  std::string bytes_;
  std::vector<std::size_t> starts_;
  std::uint64_t matches_ = 0;
};

/// A tape as the ITCH file it could have come from: adds are numbered 1, 2, ... as references; a cancel of all that is left is a D.
/// Preconditions: no row clears the book; prices are whole units of 0.0001 and all times lie in the day of `midnight` (UTC).
class ItchOfTape {
 public:
  ItchOfTape(ItchWriter& writer, const EventTape& tape, std::uint16_t locate, std::string symbol, TimePoint midnight)
      : writer_{writer},
        tape_{tape},
        locate_{locate},
        symbol_{std::move(symbol)},
        midnight_{midnight},
        units_per_tick_{static_cast<std::uint32_t>(tape.info().instrument.tick_e9 / 100'000)},
        units_per_subtick_{units_per_tick_ / static_cast<std::uint32_t>(tape.info().instrument.subticks)},
        live_(tape.info().slot_count) {}

  void write_row(std::size_t row) {
    const MarketEvent event = tape_[row];
    const Duration at = event.time - midnight_;
    const std::uint32_t units = static_cast<std::uint32_t>(event.price) * units_per_tick_;
    switch (event.action) {
      case Action::add:
        live_[event.order] = {++added_, event.quantity};
        return writer_.add(locate_, at, symbol_, {added_, event.side, event.quantity, units});
      case Action::cancel: {
        Live& order = live_[event.order];
        order.open -= event.quantity;
        if (order.open == 0) return writer_.remove(locate_, at, order.id);
        return writer_.cancel(locate_, at, order.id, event.quantity);
      }
      case Action::fill:
        live_[event.order].open -= event.quantity;
        return writer_.execute(locate_, at, live_[event.order].id, event.quantity);
      case Action::trade: return writer_.trade(locate_, at, symbol_, event.quantity, units + event.order * units_per_subtick_);
      case Action::halt: return writer_.trading_action(locate_, at, symbol_, 'H');
      case Action::resume: return writer_.trading_action(locate_, at, symbol_, 'T');
      case Action::clear: return;
    }
  }

 private:
  struct Live {
    std::uint64_t id = 0;
    std::uint32_t open = 0;
  };
  ItchWriter& writer_;
  const EventTape& tape_;
  std::uint16_t locate_;
  std::string symbol_;
  TimePoint midnight_;
  std::uint32_t units_per_tick_, units_per_subtick_;
  std::vector<Live> live_;
  std::uint64_t added_ = 0;
};

inline std::string itch_of(const EventTape& tape, const std::string& symbol, TimePoint midnight) {
  ItchWriter writer;
  writer.directory(1, 0, symbol);
  ItchOfTape rows{writer, tape, 1, symbol, midnight};
  for (std::size_t row = 0; row < tape.size(); ++row) rows.write_row(row);
  return writer.bytes();
}

}  // namespace plimsoll::test
