#pragma once
/// Tapes of the markets a scenario file names: what is known of each before the run, and each when it is needed.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "experiment/scenario.hpp"
#include "feed/feed.hpp"
#include "feed/timezone.hpp"
#include "io/scenario_file.hpp"
#include "io/tape_file.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

/// The feeds of feed/ and "levels", which reads a tape file.
const std::vector<FeedInfo>& market_feeds();

/// Feeds as the scenario checker knows them: those of feed/ and "tape", a file that `plimsoll import` wrote.
std::vector<FeedDeclaration> feed_declarations();

/// The tape of any feed: a vendor's file, a generator, a tape file, levels of a tape file. Throws as load_feed() and read_tape().
EventTape open_market(const std::string& feed, const std::map<std::string, std::string>& settings, bool strict);

/// What is known of all markets of an experiment. A few tapes are kept. Of many, tape files are known by their headers, while a vendor's
/// file is decoded once to know it and once for each set of markets to run it. Thread rule: survey() first; then load() from any thread,
/// the rest is const.
class TapeStore {
 public:
  /// `strict`: dirty rows are errors.
  explicit TapeStore(bool strict) : strict_{strict} {}

  /// Throws BadInput: 66 with every file of every market that is not there, before any is opened; else 65, 66, 78 of the first market that
  /// is not sound. Faults without a place of their own get that of [market]. `keep`: all of them stay in memory.
  void survey(const MarketSources& markets, bool keep);
  const TapeHeader& header(const MarketSource& market) const { return headers_.at(market); }
  /// What a scenario file needs to know of a surveyed tape.
  TapeFacts facts(const MarketSource& market) const;
  /// Throws as survey(), and DATA-CHANGED (65) when the tape is not the one that was surveyed.
  std::shared_ptr<const EventTape> load(const MarketSource& market) const;

 private:
  bool strict_;
  std::map<MarketSource, TapeHeader> headers_;
  std::map<std::string, std::shared_ptr<const TimeZone>> zones_;
  std::map<MarketSource, std::shared_ptr<const EventTape>> kept_;
};

/// Throws BadInput DATA-MISSING (66) for every setting of the feed that names a file which is not there, or is no regular file (a pipe
/// would wait for ever).
void require_input_files(const std::string& feed, const std::map<std::string, std::string>& settings, const std::string& place);

}  // namespace plimsoll
