#pragma once
/// One scenario's private state and everything that happens in it: the one place to be right.
///
/// A run is woken, never polled. Its clock is exchange time x: the book in hand is the recorded book of x. Its actors live in receipt time,
/// x + feed delay, so a timer for local time T fires at x = T - feed, an order decided then arrives at T + order delay, and a fill at x is
/// told at max(x + response delay, x + feed delay): never before the row that contains it is seen.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "execution/rules.hpp"
#include "execution/venue.hpp"
#include "market/instrument.hpp"
#include "market/order_book.hpp"
#include "metrics/parent_metrics.hpp"
#include "metrics/recorded_signals.hpp"
#include "metrics/result_tables.hpp"
#include "metrics/scenario_result.hpp"
#include "replay/agenda.hpp"
#include "replay/markouts.hpp"
#include "replay/plugin_instance.hpp"
#include "replay/run_spec.hpp"

namespace plimsoll {

/// What the runs of a batch share: history, const to them, and where they say what concerns them.
struct SharedMarket {
  const OrderBook& book;
  const RecordedSignals& signals;
  const Instrument& instrument;
  Subscriptions& subscriptions;
};

/// Validity is sampled on this grid of exchange time, the same for all runs.
inline constexpr Duration kSampleEvery = 100 * kMillisecond;

/// Thread rule: belongs to one batch. Lives at a fixed address.
class ScenarioRun {
 public:
  /// A plugin that cannot be created makes a run that has failed from the start.
  ScenarioRun(const RunSpec& spec, const SharedMarket& market, RunIndex index_in_batch);
  ScenarioRun(const ScenarioRun&) = delete;
  ScenarioRun& operator=(const ScenarioRun&) = delete;
  ~ScenarioRun();

  /// kNever when the run waits for the market, or for nothing.
  TimePoint next_due() const { return std::min(agenda_.next_time(), next_look_at_markouts()); }
  /// Nothing can happen to this run any more.
  bool over() const { return retired_ || (next_due() == kNever && markouts_.next() == kNever && venue_.orders().empty() && !watches()); }
  /// Does everything due before `limit`, at its own time and against the book as it stands.
  void fire_until(TimePoint limit);

  /// A row of `time` is about to be applied that may concern this run: keep the market as it was.
  void before_row(TimePoint time) {
    venue_.set_time(time);
    answer_markouts(time);
    if (venue_.orders().has_own()) before_row_ = moment();  // else nothing of ours can be filled
  }
  /// The row has been applied. A row that does not concern the run changes nothing.
  void on_row(const RecordedRow& row);
  /// Answers the markouts due before `limit` with the history of the touch, where that is possible. All rows and appointments before
  /// `limit` are done.
  void answer_markouts(TimePoint limit);
  /// A watched print or touch change at `time`: wake the actors that asked, once per instant.
  void on_watched(TimePoint time, bool trade);

  /// A point of the sampling grid at which the run's hole may be more than half of the recorded touch of side `passive`.
  void sample_consumed(TimePoint time, Side passive);

  /// Ends the run at `last_time`, the last row of the tape; call once.
  ScenarioResult finish(TimePoint last_time);

 private:
  friend struct HostFunctions;

  /// The market at one moment, as facts for metrics.
  struct Moment {
    MidX2 effective_mid;
    MidX2 recorded_mid;
    std::int64_t displaced_x2 = 0;
    Ticks reaction = 0;
    Quote effective;  ///< without the shift
  };
  /// The impact model as the book that Response::model trades with.
  struct ModelBook final : GeneratedBook {
    explicit ModelBook(ScenarioRun& owner) : run{owner} {}
    Cost sweep(Side side, Lots lots) override;
    ScenarioRun& run;
  };
  /// Kept small: a run has many, and all stay until its end.
  struct Child {
    enum class Outcome : std::uint8_t { open, filled, cancelled, rejected };
    TimePoint decided = 0;
    TimePoint arrived = 0;
    Lots lots = 0;
    Lots filled = 0;
    Lots queue_ahead_at_entry = 0;
    const char* reason = "";  // of a static text
    Ticks limit = 0;
    std::uint32_t actor = 0;
    Side side = Side::buy;
    OrderType type = OrderType::limit;
    Outcome outcome = Outcome::open;

    Lots left() const { return outcome == Outcome::open ? lots - filled : 0; }
    ChildFact fact(std::uint32_t index) const;
  };
  struct Notification {
    std::uint32_t actor = 0;
    plimsoll_order_event event{};
  };
  struct PendingExecution {
    Lots lots = 0;
    Wide price_lots = 0;
  };
  /// A parent order and whoever works it.
  struct Actor {
    ScenarioRun* run = nullptr;
    std::uint32_t index = 0;
    int unfinished_children = 0;
    int pending_wakes = 0;
    int pending_notifications = 0;
    TimePoint last_told = kLongAgo;
    bool ended = false;
    bool final_known = false;
    bool done = false;  ///< its impact is being looked at
    bool watches_trades = false;
    bool watches_touch = false;
    StrategyInstance strategy;
    PendingExecution pending;
    Lots filled = 0;
    plimsoll_strategy_host host{};
    ParentMetrics metrics;
    ParentFact fact;
    plimsoll_parent parent{};
    TimePoint watched_wake = kLongAgo;
    std::int64_t samples_consumed = 0;
    std::int64_t fills_near_reaction_change = 0;
    double displacement_end_ticks = 0;
  };
  void add_actor(const ParentSpec& parent, Duration delay);
  Moment moment() const;
  MidX2 effective_mid(Ticks bid, Ticks ask, MidX2 recorded) const;
  MidX2 effective_mid() const;
  MidX2 effective_mid_at(TimePoint time) const;
  Duration feed() const { return spec_.latency.feed; }
  bool failed() const { return failure_.has_value(); }
  void fail(std::string message);
  void name_failure(const std::string& plugin);
  bool model_did(std::int32_t outcome, const char* call);
  /// Does `work`; an amount beyond 64 bits in it fails this run.
  template <class Work>
  void guarded(Work&& work);
  void fire_due(TimePoint limit);
  void add_tables(TimePoint last_time);
  void add_children();
  void retire();
  bool markouts_are_next() const;
  /// Our market changes by our own doings and by rows that concern us only, so before each of them what was due can be read off the history
  /// of the recorded touch: nobody has to be there at the time. Not while a level is gone; and when nothing else is left to do, the run
  /// must come to its end in time.
  TimePoint next_look_at_markouts() const {
    if (level_gone_) return markouts_.next();
    return actors_unknown_ == 0 && impact_looks_open_ == 0 ? markouts_.last() : kNever;
  }
  bool everything_known() const { return actors_unknown_ == 0 && impact_looks_open_ == 0 && markouts_.next() == kNever; }
  bool anyone_watches_trades() const;
  bool anyone_watches_touch() const;
  bool watches() const {
    return ((market_.subscriptions.watching_trades() | market_.subscriptions.watching_touch()) & run_bit(index_)) != 0;
  }

  void start(Actor& actor);
  void wake(Actor& actor);
  void notify();
  void check(Actor& actor, std::int32_t outcome, const char* call);
  void after_actor(Actor& actor);
  void know_final(Actor& actor);

  std::uint64_t send(Actor& actor, const plimsoll_order& order);
  void send_cancel(Actor& actor, std::uint64_t order);
  void on_order_arrival(std::uint32_t child);
  void on_cancel_arrival(std::uint32_t child);
  TimePoint next_arrival();

  /// Books what the venue reported, against the market of `before`.
  void drain(const Moment& before);
  void book_fill(const VenueEvent& event, const Moment& before);
  void finish_child(Child& child, Child::Outcome outcome, std::string_view reason);
  void tell(const Child& child, const VenueEvent& event);

  void apply_executions();
  /// Moves J after the fill of a parent of side `*fill`, or on the clock (nullptr).
  void follow_model(const Side* fill);
  void on_answer_due();
  void on_reaction_clock();
  void run_reaction_clock();
  void sample_arrival(Actor& actor);
  void sample_end(Actor& actor);
  /// The parent is complete or its end has come: its impact is looked at from now on.
  void start_impact_looks(Actor& actor);
  void sample_impact(std::uint32_t actor_and_look);
  void record(std::uint32_t parent, const char* series, double value);
  double stated_displacement();

  const RunSpec& spec_;
  SharedMarket market_;
  RunIndex index_;
  Venue venue_;
  Agenda agenda_;
  TimePoint now_ = kLongAgo;   ///< exchange time
  std::vector<Actor> actors_;  // room for all from the start: plugins hold their addresses
  ImpactModelInstance model_;
  plimsoll_host_base model_host_{};
  ModelBook model_book_{*this};
  plimsoll_instrument instrument_{};
  std::vector<Child> children_;
  Fifo<Notification> news_;  // on its way to the actors
  Markouts markouts_;
  bool level_gone_ = false;  // a hole empties a recorded level: what our best price is no touch of the record says
  Moment before_row_;
  std::int64_t last_displaced_x2_ = 0;  // as of our last fill or answer: stands in while a side is empty
  TimePoint last_order_arrival_ = kLongAgo;
  TimePoint last_reaction_change_ = kLongAgo;
  bool answer_due_ = false;  // executions of this instant wait for the market's answer
  bool reaction_clock_on_ = false;
  Ticks reaction_max_ = 0;
  double displacement_max_ticks_ = 0;
  std::optional<std::string> failure_;
  bool failure_named_ = false;  // the plugin's name stands before the message
  bool retired_ = false;
  std::size_t actors_unknown_ = 0;  // whose final mid is not known yet
  std::size_t impact_looks_open_ = 0;
  ResultTables tables_;
};

}  // namespace plimsoll
