#include "replay/replay.hpp"

#include <algorithm>
#include <memory>

#include "core/contract.hpp"
#include "market/order_book.hpp"
#include "metrics/recorded_signals.hpp"
#include "replay/next_due.hpp"
#include "replay/scenario_run.hpp"

namespace plimsoll {

namespace {

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

constexpr std::size_t kOrdersAhead = 16;   // rows whose orders are brought into the cache early
constexpr std::size_t kTouchesKept = 256;  // changes of the recorded touch that runs may look back to

/// History on its way through one batch of runs.
class Replay {
 public:
  Replay(const EventTape& tape, std::span<const RunSpec* const> specs, const ReplayOptions& options)
      : tape_{tape},
        columns_{tape.columns()},
        wake_everyone_{options.wake_everyone},
        everyone_{~RunWord{0} >> (kBatchRunsMax - specs.size())},
        book_{tape.info()},
        subscriptions_{tape.info()},
        market_{book_, signals_, tape.info().instrument, subscriptions_},
        due_{specs.size()} {
    runs_.reserve(specs.size());
    for (std::size_t i = 0; i < specs.size(); ++i) {
      runs_.push_back(std::make_unique<ScenarioRun>(*specs[i], market_, static_cast<RunIndex>(i)));
      look_at(static_cast<RunIndex>(i));
    }
    next_sample_ = next_grid_time(tape.first_time());
  }

  std::vector<ScenarioResult> run() {
    for (std::size_t row = 0; row < columns_.time.size() && working_ != 0; ++row) on_row(row);
    std::vector<ScenarioResult> results;
    advance(tape_.size() == 0 ? kLongAgo : tape_.last_time() + 1);
    for (const auto& run : runs_) results.push_back(run->finish(tape_.size() == 0 ? kNever : tape_.last_time()));
    return results;
  }

 private:
  static TimePoint next_grid_time(TimePoint after) {
    const TimePoint floor = after / kSampleEvery * kSampleEvery;
    return floor > after ? floor : floor + kSampleEvery;
  }

  void on_row(std::size_t row) {
    const MarketEvent event = tape_[row];
    book_.expect(columns_.order[std::min(row + kOrdersAhead, columns_.order.size() - 1)]);
    // All rows of one instant are applied before anyone acts: a run due at this very time waits for them.
    if (next_stop_ < event.time) advance(event.time);
    const RunWord concerned = wake_everyone_ ? everyone_ : subscriptions_.concerned(event, book_) & everyone_;
    const RunWord watching_touch = subscriptions_.watching_touch();
    if ((concerned | watching_touch) != 0) return tell(row, event, concerned, watching_touch);
    apply(event);
    if (is_taker_row(event) && subscriptions_.watching_trades() != 0) tell_trade(event);
  }

  [[gnu::always_inline]] void apply(const MarketEvent& event) {
    book_.apply(event);
    signals_.on_event(event, book_.best(Side::buy), book_.best(Side::sell), tape_.info().instrument.subticks);
    if (signals_.touches_kept() >= kTouchesKept) [[unlikely]]
      forget_touches(event.time);
  }
  [[gnu::noinline]] void forget_touches(TimePoint now) {
    for (const auto& run : runs_) run->answer_markouts(now);
    signals_.forget_touches();
  }

  void tell(std::size_t row, const MarketEvent& event, RunWord concerned, RunWord watching_touch) {
    RecordedRow recorded{.event = event};
    const Quote touch = watching_touch != 0 ? book_.quote() : Quote{};
    if (event.action == Action::cancel || event.action == Action::fill) {
      recorded.size_before = book_.order(event.order).quantity;
      recorded.lots_ahead = book_.lots_ahead(event, subscriptions_.deepest_hole_at(event.side, event.price));
    }
    if (event.action == Action::fill && concerned != 0) describe_taker(tape_, row, recorded);
    // Points of the grid that passed while there was nothing to sample are not made up for.
    if (!subscriptions_.any_hole()) next_sample_ = std::max(next_sample_, next_grid_time(event.time - 1));
    for_each_run(concerned, [&](RunIndex run) { runs_[run]->before_row(event.time); });
    apply(event);
    for_each_run(concerned, [&](RunIndex run) {
      runs_[run]->on_row(recorded);
      look_at(run);
    });
    if (is_taker_row(event)) tell_trade(event);
    if (watching_touch == 0 || book_.quote() == touch) return;
    for_each_run(watching_touch, [&](RunIndex run) {
      runs_[run]->on_watched(event.time, false);
      look_at(run);
    });
  }
  void tell_trade(const MarketEvent& event) {
    for_each_run(subscriptions_.watching_trades(), [&](RunIndex run) {
      runs_[run]->on_watched(event.time, true);
      look_at(run);
    });
  }

  /// Does everything due before `limit`: appointments of the runs, and the validity samples in between, each at its own time and before
  /// the appointments of that time.
  void advance(TimePoint limit) {
    for (;;) {
      const TimePoint until = std::min(limit, next_sample_);
      while (due_.time() < until) {
        const RunIndex run = due_.run();
        runs_[run]->fire_until(until);
        look_at(run);
        ENSURE(runs_[run]->next_due() >= until);
      }
      if (until == limit) break;
      if (!subscriptions_.any_hole()) {  // nothing to sample until somebody acts
        next_sample_ = std::max(next_sample_ + kSampleEvery, next_grid_time(std::min(due_.time(), limit) - 1));
        continue;
      }
      sample();
      next_sample_ += kSampleEvery;
    }
    next_stop_ = std::min(due_.time(), subscriptions_.any_hole() ? next_sample_ : kNever);
  }
  void sample() {
    for (const Side side : {Side::buy, Side::sell}) {
      const Ticks touch = book_.best(side);
      if (touch == no_price(side)) continue;
      const RunWord runs = subscriptions_.with_hole_deeper_than(book_.level(side, touch).lots / 2, side, touch);
      for_each_run(runs, [&](RunIndex run) { runs_[run]->sample_consumed(next_sample_, side); });
    }
  }

  /// A run has done something: when is it due next, and is there anything left for it to do?
  void look_at(RunIndex run) {
    const ScenarioRun& at = *runs_[run];
    due_.set(run, at.next_due());
    working_ = at.over() ? working_ & ~run_bit(run) : working_ | run_bit(run);
    next_stop_ = std::min(due_.time(), next_sample_);
  }

  const EventTape& tape_;
  const TapeColumns columns_;
  const bool wake_everyone_;
  const RunWord everyone_;
  OrderBook book_;
  RecordedSignals signals_;
  Subscriptions subscriptions_;
  const SharedMarket market_;
  std::vector<std::unique_ptr<ScenarioRun>> runs_;
  NextDue due_;
  RunWord working_ = everyone_;
  TimePoint next_sample_ = kNever;
  TimePoint next_stop_ = kLongAgo;  // no row before it needs advance()
};

}  // namespace

std::vector<ScenarioResult> replay(const EventTape& tape, std::span<const RunSpec* const> specs, const ReplayOptions& options) {
  EXPECT(!specs.empty() && specs.size() <= kBatchRunsMax);
  return Replay{tape, specs, options}.run();
}

}  // namespace plimsoll
