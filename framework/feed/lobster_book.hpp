#pragma once
/// The book a LOBSTER message file implies, rebuilt while its tape is written: known orders by id, and anonymous volume for what rests
/// at a price without a message to explain it.

#include <cstdint>
#include <map>
#include <vector>

#include "feed/lobster_rows.hpp"
#include "market/tape_builder.hpp"

namespace plimsoll {

/// One thing that was not in the messages themselves.
struct LobsterNote {
  enum class Kind {
    seed,        ///< volume of the first book row that no message explains
    reveal,      ///< a level entered the paired book's window with more than we held: what was added outside has no message
    vanished,    ///< a level entered the paired book's window with less than we held: what was withdrawn outside has no message
    repair,      ///< a level that was inside the window all the time is not what the messages say
    unknown_id,  ///< a cancel or execution of an order never seen
  };
  Kind kind;
  std::size_t line;  ///< of the message file
  Side side;
  Ticks price;
  Lots lots;  ///< added; below 0: taken away. unknown_id: what was found at that price anonymously
  friend bool operator==(const LobsterNote&, const LobsterNote&) = default;
};

/// Thread rule: one owner.
class LobsterBook {
 public:
  /// `notes` may be null; it must outlive the book.
  LobsterBook(TapeBuilder& tape, ImportReport& report, std::vector<LobsterNote>* notes) : tape_{tape}, report_{report}, notes_{notes} {}

  /// Anonymous orders that make the book what it was *before* `first`, given the book row *after* it.
  void seed(TimePoint time, const LobsterBookRow& after_first, const LobsterMessage& first);
  /// One message. Halts, prints and unknown orders go to the tape by the rules of lobster.hpp.
  void apply(TimePoint time, const LobsterMessage& message);
  /// Makes the levels inside the vendor's window those of `row`, the book row of the message just applied.
  void merge(TimePoint time, std::size_t line, const LobsterBookRow& row);

 private:
  struct Level {
    Lots lots = 0;
    std::vector<std::uint64_t> queue;  ///< front first
  };
  /// Best level first: bids are keyed by their negated price.
  using Ladder = std::map<Ticks, Level>;
  static Ticks key(Side side, Ticks price) { return side == Side::buy ? -price : price; }
  Ladder& ladder(Side side) { return ladders_[static_cast<std::size_t>(side)]; }
  Lots lots_at(Side side, Ticks price);

  void add(TimePoint time, const LobsterMessage& message);
  void reduce(TimePoint time, const LobsterMessage& message, Action action);
  void reduce_unknown(TimePoint time, const LobsterMessage& message, Action action);
  void merge_side(TimePoint time, std::size_t line, Side side, const std::vector<LobsterLevel>& levels, bool whole_side);
  /// Brings one level to the vendor's `lots` and says so: as a reveal, as vanished or as a repair.
  void correct(TimePoint time, std::size_t line, Side side, Ticks price, Lots lots);

  void put(TimePoint time, std::uint64_t id, Side side, Ticks price, std::uint32_t lots);
  void put_anonymous(TimePoint time, Side side, Ticks price, Lots lots);
  /// Takes at most `lots` from one order; keeps our ladder in step. Returns what was taken.
  Lots take(TimePoint time, std::uint64_t id, Lots lots, Action action);
  /// Takes at most `lots` of anonymous volume at a price, front first. Returns what was taken.
  Lots take_anonymous(TimePoint time, Side side, Ticks price, Lots lots, Action action);
  /// Cancels `lots` at a price: anonymous volume first, then known orders from the back.
  void remove_excess(TimePoint time, Side side, Ticks price, Lots lots);
  void note(LobsterNote::Kind kind, std::size_t line, Side side, Ticks price, Lots lots);

  TapeBuilder& tape_;
  ImportReport& report_;
  std::vector<LobsterNote>* notes_;
  Ladder ladders_[2];
  Ticks window_end_[2] = {kNoAsk, kNoBid};  ///< worst price of the last merged row's window; at first: better than any price
  std::uint64_t next_anonymous_ = kFirstAnonymousId;
};

}  // namespace plimsoll
