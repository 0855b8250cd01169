#pragma once
/// Tapes of the markets a scenario file names, each loaded once.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "experiment/scenario.hpp"
#include "io/scenario_file.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

/// Feeds as the scenario checker knows them: those of feed/ and "tape", a file that `plimsoll import` wrote.
std::vector<FeedDeclaration> feed_declarations();

/// Thread rule: one thread at a time; the tapes may be shared freely.
class TapeStore {
 public:
  /// `strict`: dirty rows are errors.
  explicit TapeStore(bool strict) : strict_{strict} {}

  /// Throws BadInput (65, 66, 78); faults without a place of their own get that of [market].
  std::shared_ptr<const EventTape> load(const MarketSource& market);
  TapeFacts facts(const MarketSource& market);

 private:
  bool strict_;
  std::map<MarketSource, std::shared_ptr<const EventTape>> loaded_;
};

/// Throws BadInput DATA-MISSING (66) for every setting of the feed that names a file which is not there, or is no regular file (a pipe
/// would wait for ever).
void require_input_files(const std::string& feed, const std::map<std::string, std::string>& settings, const std::string& place);

/// What a scenario file needs to know of a tape.
TapeFacts facts_of(const EventTape& tape);

}  // namespace plimsoll
