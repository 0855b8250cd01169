#pragma once
/// NASDAQ TotalView-ITCH 5.0 files (order by order, all stocks interleaved): one pass, one tape a stock. What a message becomes on a
/// tape stands in itch_stock.hpp.
///
/// Messages go by their locate number; its symbol is that of the directory (R) or of the first message that names one, so a file
/// may start in mid-session. Only the stocks asked for are kept in memory, the file never is.

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "feed/itch_stock.hpp"
#include "feed/settings.hpp"

namespace plimsoll {

FeedInfo itch_feed();

/// The stocks of one file. Thread rule: one owner.
class ItchFile {
 public:
  /// Reads the file. `wanted`: symbols to keep, all when empty. `single`: more than one stock with orders is an error.
  /// Throws BadInput: what the byte source and the reader find; DATA-FIELD when names and locates contradict each other; SETTING-SYMBOL
  /// (78) when a wanted symbol is not in the file or `single` does not hold.
  ItchFile(const FeedSettings& settings, const std::vector<std::string>& wanted, bool single = false);

  /// Stocks with at least one order message, sorted.
  std::vector<std::string> symbols() const;
  /// Its tape; ask once. Throws BadInput with what is wrong with its messages. Precondition: a kept symbol.
  EventTape take(const std::string& symbol);

 private:
  struct Locate {
    std::string padded;  ///< name as the messages carry it; empty: not known yet
    bool kept = true;
    std::unique_ptr<ItchStock> stock;
  };
  void read(bool single);
  void apply(const ItchMessage& message, const ItchReader& reader, FaultList& faults);
  /// Learns or checks the name; false when the message is none of ours.
  bool identify(Locate& locate, const ItchMessage& message, const ItchReader& reader, FaultList& faults);
  void refuse_missing() const;

  const FeedSettings& settings_;
  TapeInfo info_;
  LobsterScale scale_;
  TimePoint midnight_;
  std::vector<std::string> wanted_;  ///< sorted
  std::vector<Locate> locates_;
  std::map<std::string, std::uint16_t> names_;  ///< every symbol the file names
};

/// The stock that the setting `symbol` names, or the only one. Throws as ItchFile.
EventTape load_itch(const FeedSettings& settings);

}  // namespace plimsoll
