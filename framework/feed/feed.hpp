#pragma once
/// The one door to every feed: a vendor's files, or a generator, in; a tape out.
///
/// A feed decodes once, repairs nothing silently (every repair is counted in ImportReport) and never uses a row later than the one it
/// is working on. Thread rule: no shared state; load as many feeds as you like at the same time.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

enum class SettingType { integer, real, text, path, paths, date, timezone };  ///< paths: files, separated by commas
constexpr std::string_view name(SettingType type) {
  constexpr std::string_view names[] = {"integer", "real", "text", "path", "paths", "date", "timezone"};
  return names[static_cast<std::size_t>(type)];
}

/// One key a feed reads. The scenario checker, `plimsoll list` and the feed itself all validate against this declaration.
struct FeedSetting {
  std::string name;
  SettingType type = SettingType::text;
  bool required = false;
  std::string default_text;        ///< canonical text; "" together with !required: absent means off
  std::optional<double> min = {};  ///< inclusive; integer and real only
  std::optional<double> max = {};  ///< inclusive
  std::string unit;
  std::string help;
};

struct FeedInfo {
  std::string name;
  std::string summary;
  std::vector<FeedSetting> settings;
  bool many_symbols = false;  ///< one file holds many instruments: split_feed() takes it
};

/// Every feed this library decodes or generates ("bars", "binance", "itch", "lobster", "quotes", "synthetic", every model of generators()),
/// sorted by name.
const std::vector<FeedInfo>& feeds();
/// nullptr when there is none of that name.
const FeedInfo* find_feed(std::string_view name);

/// Reads a feed. `settings` holds keys of the feed's declaration as canonical text (integers "5000", reals "0.25", dates "2012-06-21",
/// paths as they are opened) and, for any feed, what overrides its own instrument:
///   instrument.symbol, instrument.currency                    text
///   instrument.tick, instrument.lot, instrument.multiplier    decimals, exact to 1e-9 (the multiplier is whole)
/// Relative paths are opened as they stand: the caller resolves them.
///
/// Throws BadInput with every fault found: bad_scenario (78) for settings, no_input (66) for files that cannot be opened, bad_data (65)
/// for what is in them. `strict` turns rows that were dropped, re-ordered, repaired or refer to unknown orders into bad_data.
EventTape load_feed(const std::string& feed, const std::map<std::string, std::string>& settings, bool strict = false);

/// A symbol of which split_feed() could make no tape, and why.
struct RefusedSymbol {
  std::string symbol;
  BadInput reason;
};

/// Reads a file of many symbols once: one tape each, in order of symbol, handed to `take`. `symbols`: those wanted, all that have
/// orders when empty. Settings as for load_feed(), without `symbol` and `instrument.symbol`. Needs memory for all tapes at once (21 bytes
/// a row). A symbol that is wanted and has no orders (DATA-EMPTY) or whose messages are faulty (or dirty, when `strict`) is refused
/// and the others go on; what is wrong with the file as a
/// whole is thrown before the first tape. Precondition: the feed says many_symbols.
std::vector<RefusedSymbol> split_feed(const std::string& feed, const std::map<std::string, std::string>& settings,
                                      const std::vector<std::string>& symbols, bool strict,
                                      const std::function<void(const EventTape&)>& take);

}  // namespace plimsoll
