#include "replay/replay.hpp"

#include <algorithm>
#include <memory>

#include "core/contract.hpp"
#include "core/fixed_array.hpp"
#include "market/order_book.hpp"
#include "metrics/recorded_signals.hpp"
#include "replay/host_functions.hpp"
#include "replay/next_due.hpp"
#include "replay/scenario_run.hpp"

namespace plimsoll {

namespace {

bool is_taker_row(const MarketEvent& event) { return event.action == Action::fill || event.action == Action::trade; }

/// The taker group around `row` (RULES.md, 3d): which it is, and how far its fills ranged.
void describe_taker(const EventTape& tape, std::size_t row, RecordedRow& recorded) {
  const MarketEvent event = tape[row];
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

/// One market on its way through a batch.
struct Lane {
  Lane(const LaggedTape& lagged, std::size_t lane_index)
      : tape{lagged.tape},
        columns{tape.columns()},
        lag{lagged.lag},
        index{lane_index},
        rows{columns.time.size()},
        book{tape.info()},
        subscriptions{tape.info()} {}

  /// Times of the batch from here on.
  TimePoint next_time() const { return next_row < rows ? columns.time[next_row] + lag : kNever; }
  /// The first point of the sampling grid, which is one of exchange time, after `time`.
  TimePoint grid_after(TimePoint time) const {
    const TimePoint exchange = time - lag;
    const TimePoint floor = exchange / kSampleEvery * kSampleEvery;
    return (floor > exchange ? floor : floor + kSampleEvery) + lag;
  }
  /// No row after `last` is replayed.
  void end_at(TimePoint last) {
    if (last == kLongAgo) rows = 0;  // a market without rows: there is nothing to meet in the others
    const auto times = columns.time.first(rows);
    rows = static_cast<std::size_t>(std::partition_point(times.begin(), times.end(), [&](TimePoint t) { return t + lag <= last; }) -
                                    times.begin());
  }
  SharedMarket shared() { return {book, signals, tape.info().instrument, subscriptions, lag}; }

  const EventTape& tape;
  const TapeColumns columns;
  const Duration lag;
  const std::size_t index;
  std::size_t rows;  ///< that are replayed
  std::size_t next_row = 0;
  OrderBook book;
  RecordedSignals signals;
  Subscriptions subscriptions;
  TimePoint next_sample = kNever;
};

/// History on its way through one batch of runs.
class Replay {
 public:
  Replay(std::span<const LaggedTape> tapes, std::span<const RunSpec* const> specs, const ReplayOptions& options)
      : wake_everyone_{options.wake_everyone},
        working_{~RunWord{0} >> (kBatchRunsMax - specs.size())},
        specs_{specs},
        lanes_{tapes.size()},
        runs_(specs.size()),
        due_{specs.size()} {
    for (const LaggedTape& each : tapes) {
      Lane& lane = lanes_.emplace_back(each, lanes_.size());
      markets_.push_back(lane.shared());
      if (lane.next_time() != kNever) lane.next_sample = lane.grid_after(lane.next_time());
      last_ = std::min(last_, lane.rows == 0 ? kLongAgo : each.tape.last_time() + each.lag);
    }
    for (Lane& lane : lanes_) lane.end_at(last_);
    next_sample_ = first_sample();
    for (RunIndex i = 0; i < specs.size(); ++i) due_.set(i, ScenarioRun::first_due(*specs[i]));
  }

  std::vector<ScenarioResult> run() {
    while (Lane* lane = next_lane()) pass(*lane);
    std::vector<ScenarioResult> results;
    advance(last_ == kLongAgo ? kLongAgo : last_ + 1);
    for (RunIndex i = 0; i < runs_.size(); ++i) {
      results.push_back(started(i).finish(last_ == kLongAgo ? kNever : last_));
      runs_[i].reset();  // what it kept makes room for the tables of the next
    }
    return results;
  }

 private:
  /// Whose row is next: at equal times the market that stands first in the scenario.
  Lane* next_lane() {
    Lane* next = nullptr;
    for (Lane& lane : lanes_)
      if (working_ != 0 && lane.next_row < lane.rows && (next == nullptr || lane.next_time() < next->next_time())) next = &lane;
    return next;
  }
  /// Replays the rows of `lane` that come before those of all others.
  void pass(Lane& lane) {
    TimePoint until = kNever;  // the first time of another's turn
    for (const Lane& other : lanes_)
      if (&other != &lane && other.next_row < other.rows) until = std::min(until, other.next_time() + (other.index > lane.index ? 1 : 0));
    do on_row(lane, lane.next_row++);
    while (working_ != 0 && lane.next_time() < until);
  }

  void on_row(Lane& lane, std::size_t row) {
    MarketEvent event = lane.columns.row(row);
    event.time += lane.lag;
    lane.book.expect(lane.columns.order[std::min(row + kOrdersAhead, lane.columns.order.size() - 1)]);
    // All rows of one instant are applied before anyone acts: a run due at this very time waits for them.
    if (next_stop_ < event.time) advance(event.time);
    const RunWord concerned = wake_everyone_ ? started_ : lane.subscriptions.concerned(event, lane.book) & started_;
    const RunWord watching_touch = lane.subscriptions.watching_touch();
    if ((concerned | watching_touch) != 0) return tell(lane, row, event, concerned, watching_touch);
    apply(lane, event);
    if (is_taker_row(event) && lane.subscriptions.watching_trades() != 0) tell_trade(lane, event);
  }

  [[gnu::always_inline]] void apply(Lane& lane, const MarketEvent& event) {
    lane.book.apply(event);
    lane.signals.on_event(event, lane.book.best(Side::buy), lane.book.best(Side::sell), lane.tape.info().instrument.subticks);
    if (lane.signals.touches_kept() >= kTouchesKept) [[unlikely]]
      forget_touches(lane, event.time);
  }
  [[gnu::noinline]] void forget_touches(Lane& lane, TimePoint now) {
    for_each_run(started_, [&](RunIndex run) { runs_[run]->answer_markouts(lane.index, now); });
    lane.signals.forget_touches();
  }

  void tell(Lane& lane, std::size_t row, const MarketEvent& event, RunWord concerned, RunWord watching_touch) {
    RecordedRow recorded{.event = event};
    const Quote touch = watching_touch != 0 ? lane.book.quote() : Quote{};
    if (event.action == Action::cancel || event.action == Action::fill) {
      recorded.size_before = lane.book.order(event.order).quantity;
      recorded.lots_ahead = lane.book.lots_ahead(event, lane.subscriptions.deepest_hole_at(event.side, event.price));
    }
    if (event.action == Action::fill && concerned != 0) describe_taker(lane.tape, row, recorded);
    // Points of the grid that passed while there was nothing to sample are not made up for.
    if (!lane.subscriptions.any_hole()) {
      lane.next_sample = std::max(lane.next_sample, lane.grid_after(event.time - 1));
      next_sample_ = first_sample();
    }
    for_each_run(concerned, [&](RunIndex run) { runs_[run]->before_row(lane.index, event.time); });
    apply(lane, event);
    for_each_run(concerned, [&](RunIndex run) { runs_[run]->on_row(lane.index, recorded); });
    if (is_taker_row(event)) tell_trade(lane, event);
    if (watching_touch != 0 && lane.book.quote() != touch) {
      for_each_run(watching_touch, [&](RunIndex run) {
        runs_[run]->on_watched(lane.index, event.time, false);
        look_at(run);
      });
    }
    // What a run has to do before anything else can happen to it is done while it is at hand.
    TimePoint limit = std::min(last_ + 1, next_sample_);
    for (const Lane& each : lanes_) limit = std::min(limit, each.next_time());
    for_each_run(concerned, [&](RunIndex run) {
      const TimePoint due = runs_[run]->next_due();
      note(run, due < limit ? runs_[run]->fire_until(limit) : due);
    });
  }
  void tell_trade(Lane& lane, const MarketEvent& event) {
    for_each_run(lane.subscriptions.watching_trades(), [&](RunIndex run) {
      runs_[run]->on_watched(lane.index, event.time, true);
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
        const TimePoint next = started(run).fire_until(until);
        ENSURE(next >= until);
        note(run, next);
      }
      if (until == limit) break;
      for (Lane& lane : lanes_)
        if (lane.next_sample == until) sample(lane, std::min(due_.time(), limit));
      next_sample_ = first_sample();
    }
    next_stop_ = std::min(due_.time(), any_hole() ? next_sample_ : kNever);
  }
  bool any_hole() const {
    for (const Lane& lane : lanes_)
      if (lane.subscriptions.any_hole()) return true;
    return false;
  }
  TimePoint first_sample() const {
    TimePoint first = kNever;
    for (const Lane& lane : lanes_) first = std::min(first, lane.next_sample);
    return first;
  }
  /// A point of the grid; when there is nothing to sample, none before `somebody_acts` will have anything either.
  void sample(Lane& lane, TimePoint somebody_acts) {
    if (!lane.subscriptions.any_hole()) {
      lane.next_sample = std::max(lane.next_sample + kSampleEvery, lane.grid_after(somebody_acts - 1));
      return;
    }
    for (const Side side : {Side::buy, Side::sell}) {
      const Ticks touch = lane.book.best(side);
      if (touch == no_price(side)) continue;
      const RunWord runs = lane.subscriptions.with_hole_deeper_than(lane.book.level(side, touch).lots / 2, side, touch);
      for_each_run(runs, [&](RunIndex run) { runs_[run]->sample_consumed(lane.index, lane.next_sample, side); });
    }
    lane.next_sample += kSampleEvery;
  }

  /// A run is made at its first appointment: one that waits takes no memory but that of its spec.
  ScenarioRun& started(RunIndex run) {
    if (runs_[run] == nullptr) {
      runs_[run] = std::make_unique<ScenarioRun>(*specs_[run], markets_, run, host_);
      started_ |= run_bit(run);
    }
    return *runs_[run];
  }
  /// A run has done something and is due next at `due`: is there anything left for it to do?
  void note(RunIndex run, TimePoint due) {
    due_.set(run, due);
    working_ = due == kNever && runs_[run]->over() ? working_ & ~run_bit(run) : working_ | run_bit(run);
    next_stop_ = std::min(due_.time(), next_sample_);
  }
  void look_at(RunIndex run) { note(run, runs_[run]->next_due()); }

  // What every row needs stands together.
  const bool wake_everyone_;
  RunWord started_ = 0;
  RunWord working_;                 // started or not
  TimePoint next_stop_ = kLongAgo;  // no row before it needs advance()
  TimePoint next_sample_ = kNever;
  const std::span<const RunSpec* const> specs_;
  FixedArray<Lane> lanes_;  // in the order of the scenarios' markets
  std::vector<SharedMarket> markets_;
  plimsoll_strategy_host host_ = HostFunctions::for_strategies();
  std::vector<std::unique_ptr<ScenarioRun>> runs_;
  NextDue due_;
  TimePoint last_ = kNever;  // of the tape that ends first
};

}  // namespace

std::vector<ScenarioResult> replay(std::span<const LaggedTape> tapes, std::span<const RunSpec* const> specs, const ReplayOptions& options) {
  EXPECT(!tapes.empty() && !specs.empty() && specs.size() <= kBatchRunsMax);
  return Replay{tapes, specs, options}.run();
}

}  // namespace plimsoll
