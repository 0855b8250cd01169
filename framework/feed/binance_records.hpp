#pragma once
/// What captures say of one symbol, in whole ticks and lots: updates, trades, snapshots, and the best quotes to check them with.

#include <cstdint>
#include <string>
#include <vector>

#include "feed/binance_messages.hpp"
#include "feed/instrument_scale.hpp"
#include "market/event_tape.hpp"
#include "market/price_queues.hpp"

namespace plimsoll {

struct BinanceChange {
  Lots lots;  ///< of the level from now on
  Ticks price;
  Side side;
};

struct BinanceUpdate {
  TimePoint time;
  std::int64_t first_id, last_id;
  std::int64_t previous_id;  ///< futures only
  std::size_t begin, end;    ///< its changes
};

struct BinanceSnapshot {
  std::int64_t last_id;
  std::size_t begin, end;
};

struct BinanceTrade {
  TimePoint matched, sent;  ///< T, E
  Lots lots;
  Ticks price;
  Side passive;
};

/// A best quote. The ids are those of the updates, so it is known which of the two is newer.
struct BinanceBest {
  TimePoint time;
  std::int64_t id;
  Quote quote;
};

struct BinanceRecords {
  std::vector<BinanceChange> changes;
  std::vector<BinanceUpdate> updates;      ///< in order of time
  std::vector<BinanceSnapshot> snapshots;  ///< in order of id
  std::vector<BinanceTrade> trades;        ///< in order of both times
  std::vector<BinanceBest> bests;          ///< in order of time and id
};

/// Which market a capture is of.
struct BinanceMarket {
  std::string symbol;
  bool futures = false;  ///< updates chain by pu, and say when they were matched
};

/// The market of the first depth update (of `symbol`, when given). Throws BadInput DATA-EMPTY when there is none.
BinanceMarket find_binance_market(const std::vector<std::string>& paths, const std::string& symbol);

/// Reads captures into records. Times are the exchange's: T, when it was matched, or E, when it was sent; values of 10^14 and more are
/// microseconds, others milliseconds. Updates have T on futures and E on spot, which says nothing else; trades have both; best quotes have
/// T on futures and nothing on spot, where they get the E of the next message that has one, so that none is known before it was.
///  - Prices and quantities must be whole ticks and lots (DATA-OFF-TICK, DATA-OFF-LOT).
///  - Within each stream time must not go back; a time that does becomes that of the message before it (`reordered`).
///  - A trade whose id came before is `dropped`; ids left out are a break in the venue's numbering (`chain_gaps`). Prints that are no
///    market trades (insurance fund, deleveraging) are left out. With both trade and aggTrade in the captures, trade is used.
/// Thread rule: one owner.
class BinanceReader {
 public:
  BinanceReader(const Instrument& instrument, const BinanceMarket& market, ImportReport& report, FaultList& faults);
  /// Files in order of their time.
  void read(FileLines& lines);
  BinanceRecords finish();

 private:
  void take(const BinanceMessage& message, const std::string& place);
  void take_update(const BinanceMessage& message, const std::string& place);
  void take_trade(const BinanceMessage& message, const std::string& place);
  void give_time(TimePoint time);
  void take_best(const BinanceMessage& message, const std::string& place);
  bool take_levels(const BinanceMessage& message, const std::string& place);
  bool is_wanted(const BinanceMessage& message, const std::string& place);
  std::optional<TimePoint> time(std::int64_t value, const std::string& place);
  TimePoint not_before(TimePoint time, TimePoint& latest);

  InstrumentScale scale_;
  BinanceMarket market_;
  ImportReport& report_;
  FaultList& faults_;
  BinanceParser parser_;
  BinanceRecords out_;
  struct TradeStream {
    std::vector<BinanceTrade> trades;
    TimePoint latest_match = kLongAgo, latest_sent = kLongAgo;
    std::int64_t last_id = -1;
    std::int64_t gaps = 0, doubles = 0;
  };
  TradeStream streams_[2];   ///< trade, aggTrade
  std::size_t untimed_ = 0;  ///< of the best quotes: from here on they wait for a time
  TimePoint latest_best_ = kLongAgo;
  TimePoint latest_update_ = kLongAgo;
  bool other_symbols_ = false;
  std::string nameless_snapshot_;  ///< place of a snapshot that does not say of what
};

}  // namespace plimsoll
