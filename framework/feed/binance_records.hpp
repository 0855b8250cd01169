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
  TimePoint time;
  Lots lots;
  Ticks price;
  Side passive;
};

/// A best quote under the id of an update.
struct BinanceBest {
  std::int64_t last_id;
  Quote quote;
};

struct BinanceRecords {
  std::vector<BinanceChange> changes;
  std::vector<BinanceUpdate> updates;  ///< in order of time
  std::vector<BinanceSnapshot> snapshots;
  std::vector<BinanceTrade> trades;  ///< in order of time
  std::vector<BinanceBest> bests;    ///< in order of id; only those that share the id of an update
};

/// Which market a capture is of.
struct BinanceMarket {
  std::string symbol;
  bool futures = false;  ///< updates chain by pu, and say when they were matched
};

/// The market of the first depth update (of `symbol`, when given). Throws BadInput DATA-EMPTY when there is none.
BinanceMarket find_binance_market(const std::vector<std::string>& paths, const std::string& symbol);

/// Reads captures into records. Time is the exchange's: on futures T, when it was matched; on spot E, when it was sent, because spot
/// updates say nothing else. Values of 10^14 and more are microseconds, others milliseconds.
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
    TimePoint latest = kLongAgo;
    std::int64_t last_id = -1;
    std::int64_t gaps = 0, doubles = 0;
  };
  TradeStream streams_[2];            ///< trade, aggTrade
  std::vector<BinanceBest> waiting_;  ///< best quotes that no update has reached yet
  TimePoint latest_update_ = kLongAgo;
  bool other_symbols_ = false;
  std::string nameless_snapshot_;  ///< place of a snapshot that does not say of what
};

}  // namespace plimsoll
