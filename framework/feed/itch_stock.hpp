#pragma once
/// The tape of one stock out of its ITCH messages.
///
/// What a message becomes (formats of the rows: event_tape.hpp):
///  - A, F: add. U: cancel of what is left and an add with new priority on the same side. X: cancel; D: cancel of all that is left.
///  - E: fill. C (executed at a price of its own): printable at the displayed price: fill; printable at another price: a cancel, because no
///    queue was served at the level's price, and a trade print at the price paid; not printable (its volume is in a cross): a cancel.
///  - P (trade against hidden interest): trade print. Its side byte is always B, so the passive side follows from the book at that
///    moment: sell above the mid, buy below it, buy at the mid and when a side is empty.
///  - Q (cross): trade print, passive side buy by convention; none when no share was crossed.
///  - H: states H (halted), P (paused) and Q (quotation only) are a halt, T a resume; rows are written when trading stops or starts.
///  - B (broken trade): the print stays on the tape and the message counts as dropped. Everything else says nothing about trading.
///
/// What is counted (ImportReport): references to orders never added are `unknown_ids` (E, X, D and U leave no row; a printable C is a
/// print). More shares taken than are left are cut: `repaired`. A second add under a live reference and a reduction by nothing are
/// `dropped`. A time before an earlier one gets that one: `reordered`.
///
/// Displayed prices off the tick: below one dollar, where finer ticks are legal, the order is left out and `dropped`, unless more than
/// one in a hundred of the stock's adds is such: then the tick is too coarse for the stock, a fault (DATA-OFF-TICK). From one dollar on
/// it is a fault at once. What happens to an order left out: its executions are trade prints, E at the price of its add; its cancels are
/// `dropped` as well; a replace to a price on the tick is an add.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "feed/itch_messages.hpp"
#include "feed/lobster_rows.hpp"
#include "market/tape_builder.hpp"

namespace plimsoll {

/// Thread rule: one owner.
class ItchStock {
 public:
  ItchStock(TimePoint midnight, LobsterScale scale) : midnight_{midnight}, scale_{scale} {}

  /// One message of this stock; `reader` says where it stands.
  void apply(const ItchMessage& message, const ItchReader& reader);

  /// Order messages (A F E C X D U) so far.
  std::int64_t order_messages() const { return order_messages_; }
  /// Ends the tape; `info` names instrument, feed, source and timezone. Throws BadInput (65) with every fault of this stock's messages:
  /// DATA-FIELD, DATA-OFF-LOT, DATA-OFF-TICK.
  EventTape finish(TapeInfo info);

 private:
  /// What a fault needs to say where it is; costs nothing until there is one.
  struct Context {
    const ItchMessage& message;
    const ItchReader& reader;
    FaultList& faults;  ///< ours
    TimePoint time;
    void fault(const char* code, const char* field, const std::string& problem, const char* suggestion = "") const;
  };
  /// Lots of a number of shares; 0 when it is none (a fault).
  std::uint32_t lots(std::uint64_t shares, const Context& context) const;
  /// Is the price one that a stock can have? (Otherwise a fault.)
  bool possible(std::uint32_t units, const Context& context) const;
  void add_displayed(const Context& context);
  void add(std::uint64_t id, Side side, std::uint32_t shares, std::uint32_t units, const Context& context);
  void reduce(Action action, const Context& context);
  void execute_at_price(const Context& context);
  void replace(const Context& context);
  void trade(const Context& context);
  void cross(const Context& context);
  void set_trading(const Context& context);
  /// Takes min(shares, open) as `action`; what was not there is counted.
  void take(const TapeBuilder::LiveOrder& order, std::uint32_t shares, Action action, const Context& context);
  /// Cancels all that is left of the message's order; its side, or nullopt when it is unknown (which is counted).
  std::optional<Side> withdraw(const Context& context);
  void print(Side passive, std::uint32_t units, std::uint64_t shares, const Context& context);
  Side passive_side(std::uint32_t units) const;
  /// An order that has no place on the tape; its lots are traded all the same.
  struct LeftOut {
    Side side;
    std::uint32_t units, shares;  ///< displayed price and what is left
  };
  LeftOut* left_out(std::uint64_t id);
  /// Takes min(shares, left) of it, printed at `units` or else dropped.
  void take_left_out(LeftOut& order, std::optional<std::uint32_t> units, const Context& context);
  void change_level(Side side, Ticks price, Lots lots);

  TimePoint midnight_;
  LobsterScale scale_;
  TapeBuilder tape_;
  ImportReport report_;
  FaultList faults_;
  std::map<Ticks, Lots> levels_[2];  ///< by side
  std::unordered_map<std::uint64_t, LeftOut> left_out_;
  std::int64_t order_messages_ = 0, adds_ = 0, off_tick_ = 0;
  std::string first_off_tick_;  ///< place
  bool halted_ = false;
};

}  // namespace plimsoll
