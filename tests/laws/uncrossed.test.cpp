// In continuous trading the effective book without shift is never locked or crossed where the recorded one is not, whatever we do in it.

#include "core/random.hpp"
#include "execution/venue.hpp"
#include "laws/aapl_hour.hpp"
#include "laws/law_runs.hpp"
#include "laws/taker_groups.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {
void check_never_crossed(const EventTape& tape, std::uint64_t seed) {
  const std::vector<TakerGroup> groups = find_taker_groups(tape);
  const std::vector<std::size_t> group_of_row = group_of_rows(tape, groups);
  OrderBook book{tape.info()};
  Subscriptions subscriptions{tape.info()};
  Venue venue{book, {}, subscriptions, 1};
  const RandomStream random{seed, 2, Purpose::test};
  std::uint64_t draw = 0;
  OrderId next_id = 1;
  std::size_t checked = 0, with_own = 0;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    RecordedRow recorded{.event = event};
    if (event.action == Action::cancel || event.action == Action::fill) {
      recorded.size_before = book.order(event.order).quantity;
      recorded.lots_ahead = book.lots_ahead(event, kEveryLot);
    }
    if (group_of_row[row] != kNoGroup) {
      recorded.taker_group = group_of_row[row];
      recorded.taker_range = groups[group_of_row[row]].range;
    }
    book.apply(event);
    venue.set_time(event.time);
    venue.on_recorded(recorded);
    const Quote recorded_quote = book.quote();
    const bool tidy = !recorded_quote.two_sided() || recorded_quote.bid < recorded_quote.ask;
    const Quote quote = venue.view().unshifted_quote();
    if (tidy && quote.two_sided()) {
      CAPTURE(seed, row, quote.bid, quote.ask);
      REQUIRE(quote.bid < quote.ask);
      ++checked;
      with_own += venue.orders().empty() ? 0 : 1;
    }
    venue.clear_events();
    if (!recorded_quote.two_sided() || random.below(draw++, 40) != 0) continue;
    OrderEntry entry;
    entry.id = next_id++;
    entry.owner = static_cast<ActorId>(random.below(draw++, 2));
    entry.side = random.below(draw++, 2) == 0 ? Side::buy : Side::sell;
    entry.type = random.below(draw++, 4) == 0 ? OrderType::ioc : OrderType::limit;
    entry.limit =
        static_cast<Ticks>((std::int64_t{recorded_quote.bid} + recorded_quote.ask) / 2) + static_cast<Ticks>(random.below(draw++, 41)) - 20;
    entry.lots = 1 + static_cast<Lots>(random.below(draw++, 300));
    venue.submit(entry);
    if (entry.id > 20) venue.cancel(entry.id - 20, static_cast<ActorId>(0)), venue.cancel(entry.id - 20, static_cast<ActorId>(1));
    venue.clear_events();
  }
  CHECK(checked > tape.size() / 2);
  CHECK(with_own > tape.size() / 4);
}
}  // namespace

TEST_CASE("the effective book is never crossed while we trade in the embedded market") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) check_never_crossed(synthetic_tape(), seed);
}

TEST_CASE("the effective book is never crossed while we trade in the AAPL hour") {
  const auto hour = aapl_hour();
  if (!hour) return;
  const EventTape& tape = *hour;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) check_never_crossed(tape, seed);
}
