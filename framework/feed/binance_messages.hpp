#pragma once
/// One line of a raw Binance capture: what it says, as text. https://developers.binance.com: "Diff. Depth", "Trade", "Aggregate Trade",
/// "Individual Symbol Book Ticker" streams and the REST depth snapshot, of spot, USD-M and COIN-M futures.
///
/// A line is a JSON text with something in front of it that is not used (the capture's own clock may be wrong by seconds):
///   <local ns> JSON        <local s>: JSON        <URL> -> <local s>: JSON        JSON
/// with or without the combined-stream wrapper {"stream": .., "data": {..}}. Empty lines and lines beginning with "wss:" say nothing.
/// Fields and events that are not listed here are passed over.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/units.hpp"
#include "feed/text_file.hpp"

namespace plimsoll {

/// Views hold until the next line is parsed.
struct BinanceMessage {
  enum class Kind : std::uint8_t {
    other,
    depth,            ///< levels: new absolute quantities
    snapshot,         ///< levels: a whole book, as deep as was asked for
    trade,            ///< one match
    aggregate_trade,  ///< matches of one taker order at one price
    best_quote,       ///< bookTicker; levels hold one each
  };
  struct Level {
    std::string_view price, quantity;
  };
  Kind kind = Kind::other;
  std::string_view symbol;                                     ///< "" when it does not say
  std::optional<std::int64_t> event_ms, match_ms;              ///< E, T
  std::optional<std::int64_t> first_id, last_id, previous_id;  ///< U, u (or lastUpdateId), pu
  std::optional<std::int64_t> trade_id;                        ///< t or a
  std::string_view price, quantity;                            ///< p, q
  bool buyer_is_maker = false;                                 ///< m: the seller is the aggressor
  bool market = true;                                          ///< X is MARKET or absent: no insurance fund, no deleveraging
  std::vector<Level> levels[2];                                ///< by Side
  const std::vector<Level>& of(Side side) const { return levels[static_cast<std::size_t>(side)]; }
};

/// Thread rule: one owner.
class BinanceParser {
 public:
  /// The message of a line; nullptr when it says nothing or is faulty: what is no JSON, or lacks a field that its event must have
  /// (DATA-JSON, DATA-FIELD).
  const BinanceMessage* parse(std::string_view line, const std::string& place, FaultList& faults);

 private:
  BinanceMessage message_;
  std::string bytes_;  ///< what the views of message_ look at; as long as the line, so that it never moves
};

}  // namespace plimsoll
