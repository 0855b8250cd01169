// Law "Identity": a run without an own order sees history, nothing else. The effective book of the venue equals an independent naive
// replay of the same rows, on every row.

#include <string>

#include "claims.hpp"
#include "execution/venue.hpp"
#include "feed/feed.hpp"
#include "laws/aapl_hour.hpp"
#include "laws/effective_book.hpp"
#include "laws/naive_replay.hpp"
#include "laws/random_tape.hpp"

namespace {

using namespace plimsoll;
using namespace plimsoll::test;

/// The first row at which the venue's book is not the replayed one, or "". The touched level and the best quotes are compared on every
/// row, everything every `full_every` rows and at the end.
std::string first_departure(const EventTape& tape, std::size_t full_every) {
  OrderBook recorded{tape.info()};
  Subscriptions subscriptions{tape.info()};
  Venue venue{recorded, MarketRules{}, subscriptions, 0};
  NaiveReplay history;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    const bool reduces = event.action == Action::cancel || event.action == Action::fill;
    const Lots size_before = reduces ? recorded.order(event.order).quantity : 0;
    const Lots lots_ahead = reduces ? recorded.lots_ahead(event, kEveryLot) : 0;
    recorded.apply(event);
    history.apply(event);
    venue.set_time(event.time);
    venue.on_recorded({event, size_before, lots_ahead, row, 0});  // also the rows that nobody asked for
    const auto where = [&](const char* what) { return "row " + std::to_string(row) + ": " + what; };
    if (!venue.events().empty()) return where("something happened to orders that do not exist");
    const Quote quote = venue.view().quote();
    if (std::pair{quote.bid, quote.bid_lots} != history.best(Side::buy)) return where("best bid");
    if (std::pair{quote.ask, quote.ask_lots} != history.best(Side::sell)) return where("best ask");
    if (event.action <= Action::fill && effective_level(venue.view(), event.side, event.price) != history.level(event.side, event.price))
      return where("queue at the touched price");
    if ((row + 1) % full_every != 0 && row + 1 != tape.size()) continue;
    for (const Side side : {Side::buy, Side::sell})
      if (effective_side(venue.view(), side) != history.all(side)) return where("whole side");
  }
  return "";
}

}  // namespace

TEST_CASE("identity: with no own order the effective book is the recorded book on every row of random tapes") {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    CAPTURE(seed);
    RandomTapeSettings settings;
    settings.seed = seed;
    settings.trades_while_halted = seed % 2 == 0;
    CHECK(first_departure(random_tape(settings), 1) == "");
  }
}

TEST_CASE("identity: with no own order the effective book is the recorded book on every row of the synthetic feed") {
  CHECK(first_departure(load_feed("synthetic", {}), 1000) == "");
}

TEST_CASE("identity: with no own order the effective book is the recorded book on every row of an hour of AAPL") {
  const auto hour = aapl_hour();
  if (!hour) return;
  const EventTape& tape = *hour;
  CHECK(tape.size() > 85'000);
  CHECK(first_departure(tape, 1000) == "");
}
