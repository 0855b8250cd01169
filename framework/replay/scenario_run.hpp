#pragma once
/// One scenario's private state and everything that happens in it: the one place to be right.
///
/// A run is woken, never polled. Its clock is exchange time x: the book in hand is the recorded book of x. Its actors live in receipt time,
/// x + feed delay, so a timer for local time T fires at x = T - feed, an order decided then arrives at T + order delay, and a fill at x is
/// told at max(x + response delay, x + feed delay): never before the row that contains it is seen. With several markets x is the exchange
/// time of the quickest one and everything of another happens its `lag` later (replay/traded_market.hpp).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/fixed_array.hpp"
#include "metrics/parent_metrics.hpp"
#include "metrics/result_tables.hpp"
#include "metrics/scenario_result.hpp"
#include "replay/agenda.hpp"
#include "replay/markouts.hpp"
#include "replay/plugin_instance.hpp"
#include "replay/reaction.hpp"
#include "replay/run_spec.hpp"
#include "replay/traded_market.hpp"

namespace plimsoll {

/// Validity is sampled on this grid of exchange time, the same for all runs.
inline constexpr Duration kSampleEvery = 100 * kMillisecond;

/// Thread rule: belongs to one batch. Lives at a fixed address.
class ScenarioRun {
 public:
  /// `markets` are those of the spec, in its order. A plugin that cannot be created makes a run that has failed from the start.
  /// `host` is what strategies of the batch are called with: each call says whose it is (HostFunctions::for_strategies).
  ScenarioRun(const RunSpec& spec, std::span<const SharedMarket> markets, RunIndex index_in_batch, plimsoll_strategy_host& host);
  ScenarioRun(const ScenarioRun&) = delete;
  ScenarioRun& operator=(const ScenarioRun&) = delete;
  ~ScenarioRun();

  /// When a run of `spec` is due for the first time. It need not exist before, for it has nothing in the market.
  static TimePoint first_due(const RunSpec& spec);

  /// kNever when the run waits for the market, or for nothing.
  TimePoint next_due() const {
    const TimePoint next = std::min(agenda_.next_time(), news_.next_time());
    return looks_at_markouts() ? std::min(next, next_look_at_markouts()) : next;
  }
  /// Nothing can happen to this run any more.
  bool over() const;
  /// Does everything due before `limit`, at its own time and against the books as they stand. Returns when the run is due next.
  TimePoint fire_until(TimePoint limit);

  /// A row of `time` is about to be applied to `market` that may concern this run: keep the market as it was.
  void before_row(std::size_t market, TimePoint time) {
    TradedMarket& at = markets_[market];
    at.venue.set_time(time);
    answer_markouts(at, time);
    if (at.venue.orders().has_own()) at.look(at.before_row);  // else nothing of ours can be filled
  }
  /// The row has been applied. A row that does not concern the run changes nothing.
  void on_row(std::size_t market, const RecordedRow& row);
  /// Answers the markouts due before `limit` in a market. All rows and appointments before `limit` are done.
  void answer_markouts(std::size_t market, TimePoint limit) { answer_markouts(markets_[market], limit); }
  /// A watched print or touch change of `market` at `time`: wake the actors that asked, once per instant.
  void on_watched(std::size_t market, TimePoint time, bool trade);

  /// A point of the sampling grid at which the run's hole may be more than half of the recorded touch of side `passive`.
  void sample_consumed(std::size_t market, TimePoint time, Side passive);

  /// Ends the run at `last_time`, the last row; call once.
  ScenarioResult finish(TimePoint last_time);

  /// What a model's book costs now.
  GeneratedBook::Cost sweep(LivingModel& model, std::uint32_t instrument, Side side, Lots lots);
  /// Executed in `market`, and the model not told of it yet. None when an order arrives: executions are answered before.
  Lots untold_lots(const TradedMarket& market, Side side) const;

 private:
  friend struct HostFunctions;

  /// Kept small: a run has many, and all stay until its end.
  struct Child {
    enum class Outcome : std::uint8_t { open, filled, cancelled, rejected };
    TimePoint decided = 0;
    TimePoint arrived = 0;
    Lots lots = 0;
    Lots filled = 0;
    Lots queue_ahead_at_entry = 0;
    Ticks limit = 0;
    std::uint32_t actor = 0;
    Side side = Side::buy;
    OrderType type = OrderType::limit;
    Outcome outcome = Outcome::open;
    Reason reason = Reason::none;

    Lots left() const { return outcome == Outcome::open ? lots - filled : 0; }
    ChildFact fact(std::uint32_t index, Duration lag) const;
  };
  /// What an actor is going to be told of one of its children.
  struct News {
    TimePoint time = 0;  ///< when it is told
    TimePoint happened = 0;
    Lots lots = 0;
    Lots open = 0;
    Ticks price = 0;
    std::uint32_t child = 0;
    VenueEvent::Kind kind = VenueEvent::Kind::filled;
    Liquidity liquidity = Liquidity::took;
    Reason reason = Reason::none;
  };
  /// Fills that the model has not been told of.
  struct PendingExecution {
    std::size_t first_fill = 0;  ///< of the parent's; all from there on
    Lots lots = 0;
    Wide price_lots = 0;
    ExecutionWay way;
  };
  /// A parent order and whoever works it.
  struct Actor {
    ScenarioRun* run = nullptr;
    TradedMarket* market = nullptr;
    std::uint32_t index = 0;
    ActorId owner = 0;
    int expected = 0;  ///< ends of children, wakes and news that are still to come
    TimePoint last_told = kLongAgo;
    bool ended = false;
    bool final_known = false;
    bool done = false;  ///< its impact is being looked at
    bool watches_trades = false;
    bool watches_touch = false;
    StrategyInstance strategy;
    PendingExecution pending;
    Lots filled = 0;
    TimePoint watched_wake = kLongAgo;
    ParentMetrics metrics;
    Markouts markouts;
    ParentFact fact;
    std::int64_t samples_consumed = 0;
    std::int64_t fills_near_reaction_change = 0;
    double displacement_end_ticks = 0;
  };
  void add_models();
  void add_model(const ImpactChoice& choice, std::span<const plimsoll_instrument> instruments);
  void add_actor(const ParentSpec& parent);
  TradedMarket& market_of(const Child& child) const { return *actors_[child.actor].market; }
  /// Of the quickest market.
  Duration feed() const { return feed_; }
  void set_time(TimePoint now);
  bool failed() const { return failure_.has_value(); }
  void fail(std::string message);
  void name_failure(const std::string& plugin);
  void clear_agenda();
  bool model_did(const LivingModel& model, std::int32_t outcome, const char* call);
  /// Does `work`; an amount beyond 64 bits in it fails this run.
  template <class Work>
  void guarded(Work&& work);
  TimePoint fire_due(TimePoint limit);
  /// What is due at this instant brings itself about, again and again.
  void fail_without_end();
  void add_tables(TimePoint last_time);
  void add_children();
  void retire();
  /// Our markets change by our own doings and by rows that concern us only, so before each of them what was due can be read off the history
  /// of the recorded touch: nobody has to be there at the time. Not while a level is gone; and when nothing else is left to do, the run
  /// must come to its end in time.
  bool looks_at_markouts() const { return any_level_gone_ || things_left_ == 0; }
  TimePoint next_look_at_markouts() const {
    TimePoint next = kNever;
    for (const Actor& actor : actors_) {
      if (actor.market->level_gone) next = std::min(next, actor.markouts.next());
      if (things_left_ == 0) next = std::min(next, actor.markouts.last());
    }
    return next;
  }
  void look_for_gone_level(TradedMarket& market);
  void answer_all_markouts(TimePoint limit) {
    if (next_markout_ >= limit) return;
    for (TradedMarket& market : markets_) answer_due_markouts(market, limit);
  }
  void answer_markouts(TradedMarket& market, TimePoint limit) {
    if (next_markout_ < limit) answer_due_markouts(market, limit);
  }
  void answer_due_markouts(TradedMarket& market, TimePoint limit);
  void stop_markouts();
  bool everything_known() const { return things_left_ == 0 && next_markout_ == kNever; }
  /// Tells the subscriptions of an actor's market what the run watches there.
  void watch(const TradedMarket& market) const;

  /// The actor's parent, as plugins are told of it; `instrument` is which of the plugin's.
  plimsoll_parent parent_of(const Actor& actor, std::uint32_t instrument) const;
  const plimsoll_strategy_host& host_of(Actor& actor) {
    host_.base.run = &actor;
    return host_;
  }
  void start(Actor& actor);
  void wake(Actor& actor);
  void notify();
  /// After each call of an actor's strategy.
  void check(Actor& actor, std::int32_t outcome, const char* call) {
    if (outcome != 0 || failed()) [[unlikely]]
      return failed_in(actor, outcome, call);
    after_actor(actor);
  }
  void failed_in(Actor& actor, std::int32_t outcome, const char* call);
  void after_actor(Actor& actor) {
    if (actor.expected == 0 && actor.ended && !actor.final_known) know_final(actor);
  }
  void know_final(Actor& actor);

  std::uint64_t send(Actor& actor, const plimsoll_order& order);
  void send_cancel(Actor& actor, std::uint64_t order);
  void on_order_arrival(std::uint32_t child);
  void on_cancel_arrival(std::uint32_t child);
  TimePoint next_arrival(TradedMarket& market);

  /// Books what the venue reported, against the market of `before`.
  void drain(TradedMarket& market, const MarketMoment& before);
  void book_fill(TradedMarket& market, const VenueEvent& event, const MarketMoment& before);
  void finish_child(Child& child, Child::Outcome outcome, Reason reason);
  void tell(const Child& child, const VenueEvent& event);

  bool executed(const TradedMarket& market) const;
  void apply_executions(TradedMarket& market);
  /// Tells the model of an execution and charges what it owes for the displacement it caused. What the model states afterwards, in ticks.
  double execute(TradedMarket& market, Actor& actor, const PendingExecution& execution);
  /// Moves J to what the model states after the fill of a parent of side `*fill`, or on the clock (nullptr).
  void follow_model(TradedMarket& market, double total, const Side* fill);
  /// The other markets of the same model follow what was done in `market`.
  void follow_across(const TradedMarket& market);
  /// J follows the model where no execution of ours waits to be told, which would move it itself.
  void follow_clock(TradedMarket& market);
  void on_answer_due(TradedMarket& market);
  void on_reaction_clock(TradedMarket& market);
  void run_reaction_clock(TradedMarket& market);
  void sample_arrival(Actor& actor);
  void sample_end(Actor& actor);
  /// The parent is complete or its end has come: its impact is looked at from now on.
  void start_impact_looks(Actor& actor);
  void sample_impact(std::uint32_t actor_and_look);
  void record(std::uint32_t parent, const char* series, double value);
  /// A series of a market, named after it where there are several.
  void record(const TradedMarket& market, const char* series, double value);
  double stated_displacement(TradedMarket& market);

  const RunSpec& spec_;
  plimsoll_strategy_host& host_;
  const ContractContext context_;
  const RunIndex index_;
  bool failure_named_ = false;  // the plugin's name stands before the message
  bool retired_ = false;
  const Duration feed_;
  const bool refills_;        ///< a market's holes shrink with time
  TimePoint now_ = kLongAgo;  ///< exchange time of the quickest market
  Agenda agenda_;
  TimeQueue<News> news_;             // on its way to the actors
  std::size_t things_left_ = 0;      // actors whose final mid is not known yet, and looks at their impact to come
  TimePoint next_markout_ = kNever;  // the earliest open one of all parents
  bool any_level_gone_ = false;      // in any of our markets
  FixedArray<TradedMarket> markets_;
  FixedArray<Actor> actors_;
  std::vector<Child> children_;
  std::optional<std::string> failure_;
  FixedArray<LivingModel> models_;  // plugins hold the addresses of their hosts in here
  ResultTables tables_;
};

}  // namespace plimsoll
