#include "replay/replay.hpp"

#include <algorithm>
#include <bit>
#include <deque>

#include "core/contract.hpp"
#include "market/order_book.hpp"
#include "metrics/recorded_signals.hpp"
#include "replay/scenario_run.hpp"

namespace plimsoll {

namespace {

TimePoint fire_until(TimePoint limit, std::deque<ScenarioRun>& runs) {
  TimePoint next_due = kNever;
  for (ScenarioRun& run : runs) {
    if (run.next_due() < limit) run.fire_until(limit);
    next_due = std::min(next_due, run.next_due());
  }
  return next_due;
}

bool is_taker_row(const MarketEvent& event) { return event.action == Action::fill || event.action == Action::trade; }

/// The taker group around `row` (RULES.md, 3d): which it is, and how far its fills ranged.
void describe_taker(const EventTape& tape, std::size_t row, RecordedRow& recorded) {
  const MarketEvent& event = recorded.event;
  const auto same_taker = [&](const MarketEvent& other) {
    return is_taker_row(other) && other.time == event.time && other.side == event.side;
  };
  std::size_t first = row;
  while (first > 0 && same_taker(tape[first - 1])) --first;
  recorded.taker_group = first;
  Ticks first_price = 0;
  Ticks worst = 0;
  bool any = false;
  for (std::size_t at = first; at < tape.size(); ++at) {
    const MarketEvent other = tape[at];
    if (!same_taker(other)) break;
    if (other.action != Action::fill) continue;
    if (!any) first_price = worst = other.price;
    any = true;
    if (better(event.side, worst, other.price)) worst = other.price;
  }
  recorded.taker_range = worst > first_price ? worst - first_price : first_price - worst;
}

template <class F>
void for_each_run(RunWord word, F&& f) {
  for (; word != 0; word &= word - 1) f(static_cast<std::size_t>(std::countr_zero(word)));
}

}  // namespace

std::vector<ScenarioResult> replay(const EventTape& tape, std::span<const RunSpec* const> specs, const ReplayOptions& options) {
  EXPECT(!specs.empty() && specs.size() <= kBatchRunsMax);
  const RunWord everyone = ~RunWord{0} >> (kBatchRunsMax - specs.size());
  OrderBook book{tape.info()};
  RecordedSignals signals;
  Subscriptions subscriptions{tape.info().slot_count};
  const SharedMarket market{book, signals, tape.info().instrument, subscriptions};
  std::deque<ScenarioRun> runs;
  for (std::size_t i = 0; i < specs.size(); ++i) runs.emplace_back(*specs[i], market, i);

  TimePoint next_due = fire_until(kLongAgo, runs);
  const auto all_over = [&runs] { return std::all_of(runs.begin(), runs.end(), [](const ScenarioRun& run) { return run.over(); }); };
  for (std::size_t row = 0; row < tape.size(); ++row) {
    if (next_due == kNever && all_over()) break;
    RecordedRow recorded{.event = tape[row]};
    const MarketEvent& event = recorded.event;
    // All rows of one instant are applied before anyone acts: a run due at this very time waits for them.
    if (next_due < event.time) next_due = fire_until(event.time, runs);
    const RunWord concerned = options.wake_everyone ? everyone : subscriptions.concerned(event) & everyone;
    const Quote touch = subscriptions.watching_touch() != 0 ? book.quote() : Quote{};
    if (concerned != 0) {
      if (event.action == Action::cancel || event.action == Action::fill) recorded.size_before = book.order(event.order).quantity;
      if (event.action == Action::fill) describe_taker(tape, row, recorded);
      for_each_run(concerned, [&](std::size_t run) { runs[run].before_row(event.time); });
    }
    book.apply(event);
    signals.on_event(event, book.best(Side::buy), book.best(Side::sell), tape.info().instrument.subticks);
    const auto tell = [&](RunWord word, auto&& what) {
      for_each_run(word, [&](std::size_t run) {
        what(runs[run]);
        next_due = std::min(next_due, runs[run].next_due());
      });
    };
    if (concerned != 0) tell(concerned, [&](ScenarioRun& run) { run.on_row(recorded); });
    if (is_taker_row(event)) tell(subscriptions.watching_trades(), [&](ScenarioRun& run) { run.on_watched(event.time, true); });
    if (subscriptions.watching_touch() != 0 && book.quote() != touch)
      tell(subscriptions.watching_touch(), [&](ScenarioRun& run) { run.on_watched(event.time, false); });
  }

  std::vector<ScenarioResult> results;
  for (ScenarioRun& run : runs) results.push_back(run.finish(tape.size() == 0 ? kNever : tape.last_time()));
  return results;
}

}  // namespace plimsoll
