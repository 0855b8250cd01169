#include "feed/feed.hpp"

#include <algorithm>
#include <set>

#include "core/contract.hpp"
#include "core/error.hpp"
#include "feed/bars.hpp"
#include "feed/binance.hpp"
#include "feed/generators.hpp"
#include "feed/itch.hpp"
#include "feed/lobster.hpp"
#include "feed/quotes.hpp"
#include "feed/settings.hpp"
#include "feed/survey.hpp"
#include "feed/text_file.hpp"
#include "feed/zero_intelligence.hpp"

namespace plimsoll {

namespace {

EventTape read_feed(const std::string& feed, const FeedSettings& settings) {
  if (const Generator* generator = find_generator(feed)) return generate_session(*generator, settings);
  if (feed == "bars") return load_bars(settings);
  if (feed == "binance") return load_binance(settings);
  if (feed == "quotes") return load_quotes(settings);
  if (feed == "itch") return load_itch(settings);
  return feed == "lobster" ? load_lobster(settings) : generate_synthetic(settings);
}

void refuse_dirty(const ImportReport& report, const std::string& source) {
  FaultList faults;
  const auto refuse = [&](std::int64_t count, const char* what) {
    if (count > 0) faults.add({"DATA-STRICT", source, "", std::to_string(count) + " " + what, "allowed without strict"});
  };
  refuse(report.dropped, "rows could not be used");
  refuse(report.reordered, "rows go back in time");
  refuse(report.repaired, "orders had to be repaired");
  refuse(report.unknown_ids, "rows refer to orders never seen");
  refuse(report.chain_gaps, "breaks in the venue's own numbering");
  refuse(report.contradicted, "best quotes differ from the venue's own");
  faults.throw_if_any(ExitCode::bad_data);
}

/// Asked for by name, and there is nothing to make a tape of.
std::vector<RefusedSymbol> without_orders(const std::vector<std::string>& wanted, const std::vector<std::string>& with_orders,
                                          const std::string& path) {
  std::vector<RefusedSymbol> out;
  for (const std::string& symbol : std::set<std::string>{wanted.begin(), wanted.end()}) {
    if (std::binary_search(with_orders.begin(), with_orders.end(), symbol)) continue;
    const std::string problem = "the file names " + in_quotes(symbol) + " and holds no orders of it";
    out.push_back({symbol, BadInput{ExitCode::bad_data, InputError{"DATA-EMPTY", path, "symbol", problem, "leave it out"}}});
  }
  return out;
}

/// Surveyed, and refused when it must be clean and is not.
EventTape completed(EventTape decoded, bool strict) {
  EventTape tape = surveyed(std::move(decoded));
  if (strict) refuse_dirty(tape.info().report, tape.info().source);
  return tape;
}

}  // namespace

const std::vector<FeedInfo>& feeds() {
  static const std::vector<FeedInfo> known = [] {
    std::vector<FeedInfo> all{bars_feed(), binance_feed(), itch_feed(), quotes_feed(), lobster_feed(), synthetic_feed()};
    for (const Generator& generator : generators()) all.push_back(generator.feed);
    std::sort(all.begin(), all.end(), [](const FeedInfo& a, const FeedInfo& b) { return a.name < b.name; });
    return all;
  }();
  return known;
}

const FeedInfo* find_feed(std::string_view name) {
  for (const FeedInfo& feed : feeds()) {
    if (feed.name == name) return &feed;
  }
  return nullptr;
}

EventTape load_feed(const std::string& feed, const std::map<std::string, std::string>& settings, bool strict) {
  const FeedInfo* info = find_feed(feed);
  if (info == nullptr) {
    std::string known = "known feeds:";
    for (const FeedInfo& each : feeds()) known += " " + each.name;
    throw BadInput{ExitCode::bad_scenario, InputError{"SETTING-FEED", "", "feed", "'" + feed + "' is not a feed", known}};
  }
  const FeedSettings values{*info, settings};
  return completed(read_feed(feed, values), strict);
}

std::vector<RefusedSymbol> split_feed(const std::string& feed, const std::map<std::string, std::string>& settings,
                                      const std::vector<std::string>& symbols, bool strict,
                                      const std::function<void(const EventTape&)>& take) {
  const FeedInfo* info = find_feed(feed);
  EXPECT(info != nullptr && info->many_symbols);
  FaultList faults;
  for (const char* key : {"symbol", "instrument.symbol"}) {
    if (settings.contains(key))
      faults.add({"SETTING-SYMBOL", "", key, "names one symbol where the file is split into many", "leave it out"});
  }
  faults.throw_if_any(ExitCode::bad_scenario);
  const FeedSettings values{*info, settings};
  ItchFile file{values, symbols};
  std::vector<RefusedSymbol> refused = without_orders(symbols, file.symbols(), values.text("path"));
  for (const std::string& symbol : file.symbols()) {
    std::optional<EventTape> tape;
    try {
      tape = completed(file.take(symbol), strict);
    } catch (const BadInput& reason) {
      refused.push_back({symbol, reason});
    }
    if (tape) take(*tape);
  }
  std::stable_sort(refused.begin(), refused.end(), [](const RefusedSymbol& a, const RefusedSymbol& b) { return a.symbol < b.symbol; });
  return refused;
}

}  // namespace plimsoll
