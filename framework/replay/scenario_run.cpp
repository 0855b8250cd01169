#include "replay/scenario_run.hpp"

#include <algorithm>

#include "core/contract.hpp"
#include "core/math.hpp"
#include "core/random.hpp"
#include "replay/host_functions.hpp"

namespace plimsoll {

namespace {

/// Points of the sampling grid in (from, to].
std::int64_t grid_points(TimePoint from, TimePoint to) {
  const auto up_to = [](TimePoint time) { return time / kSampleEvery - (time % kSampleEvery < 0 ? 1 : 0); };
  return to > from ? up_to(to) - up_to(from) : 0;
}

RecordedTables tables_of(RecordLevel level) { return {level != RecordLevel::summary, level == RecordLevel::full}; }
}  // namespace

ScenarioRun::ScenarioRun(const RunSpec& spec, const SharedMarket& market, RunIndex index_in_batch)
    : spec_{spec},
      market_{market},
      index_{index_in_batch},
      venue_{market.book, spec.market, market.subscriptions, index_},
      tables_{spec.scenario, tables_of(spec.record)} {
  instrument_ = plugin_view(market.instrument);
  try {
    model_host_ = HostFunctions::for_model(*this);
    if (spec.impact.type != nullptr) model_ = ImpactModelInstance{*spec.impact.type, spec.impact.params, {&instrument_, 1}};
    if (spec.market.response == Response::model) {
      EXPECT(model_ && model_.type().sweep != nullptr);  // the scenario checker asks for a model that is a book
      venue_.trade_with(model_book_);
    }
    actors_.reserve(spec.parents.size());
    const RandomStream jitter{spec.seed, spec.replicate, Purpose::parent_start};
    for (const ParentSpec& parent : spec.parents) {
      const double share = jitter.uniform(actors_.size());
      add_actor(parent, static_cast<Duration>(share * static_cast<double>(parent.start_jitter)));
    }
  } catch (const PluginFailure& failure) {
    fail(failure.message);
    failure_named_ = true;
  }
}

void ScenarioRun::add_actor(const ParentSpec& parent, Duration delay) {
  const auto index = static_cast<std::uint32_t>(actors_.size());
  Actor& actor = actors_.emplace_back(Actor{.run = this,
                                            .index = index,
                                            .strategy = {},
                                            .pending = {},
                                            .metrics = ParentMetrics{spec_.scenario, market_.instrument.subticks},
                                            .fact = {}});
  ++actors_unknown_;
  actor.fact.parent = index;
  if (parent.name != nullptr) actor.fact.name = *parent.name;
  actor.fact.side = parent.side;
  actor.fact.lots = parent.lots;
  actor.fact.start = parent.start + delay;
  actor.fact.end = parent.end + delay;
  actor.fact.arrival = actor.fact.start + spec_.latency.order;
  actor.fact.arrived = false;
  actor.parent = {sizeof(plimsoll_parent),
                  index,
                  sign(parent.side),
                  parent.limit.has_value() ? 1 : 0,
                  parent.lots,
                  actor.fact.start,
                  actor.fact.end,
                  parent.limit.value_or(0),
                  static_cast<std::uint32_t>(parent.end_policy),
                  0,
                  0};
  actor.host = HostFunctions::for_strategy(actor);
  actor.strategy = StrategyInstance{*parent.strategy.type, parent.strategy.params, {&instrument_, 1}};
  agenda_.add(actor.fact.start - feed(), DueKind::start, index);
  agenda_.add(actor.fact.arrival, DueKind::sample_arrival, index);
  agenda_.add(actor.fact.end - feed(), DueKind::sample_end, index);
}

ScenarioRun::~ScenarioRun() = default;

void ScenarioRun::fail(std::string message) {
  if (failed()) return;
  failure_ = std::move(message);
  agenda_.clear();
  markouts_.stop();
}

void ScenarioRun::name_failure(const std::string& plugin) {
  agenda_.clear();
  if (!failure_named_) failure_ = plugin + ": " + *failure_;
  failure_named_ = true;
}

template <class Work>
void ScenarioRun::guarded(Work&& work) {
  try {
    work();
  } catch (const math::TooLarge& error) {
    fail(error.what());
    failure_named_ = true;
  }
}

void ScenarioRun::retire() {
  retired_ = true;
  agenda_.clear();
  markouts_.stop();
  venue_.leave();
  market_.subscriptions.watch_trades(run_bit(index_), false);
  market_.subscriptions.watch_touch(run_bit(index_), false);
}

bool ScenarioRun::anyone_watches_trades() const {
  return std::any_of(actors_.begin(), actors_.end(), [](const Actor& actor) { return actor.watches_trades; });
}
bool ScenarioRun::anyone_watches_touch() const {
  return std::any_of(actors_.begin(), actors_.end(), [](const Actor& actor) { return actor.watches_touch; });
}

void ScenarioRun::fire_until(TimePoint limit) {
  if (retired_) return;
  guarded([&] { fire_due(limit); });
  if (failed() || everything_known()) retire();
}

void ScenarioRun::fire_due(TimePoint limit) {
  ContractContext& context = contract_context();
  context = {now_, spec_.scenario, spec_.seed};
  while (!failed() && next_due() < limit) {
    if (markouts_are_next()) {
      now_ = next_look_at_markouts();
      venue_.set_time(now_);
      answer_markouts(now_ + 1);
      continue;
    }
    const Due due = agenda_.pop();
    ENSURE(due.time >= now_);
    now_ = due.time;
    if (due.kind < DueKind::start) answer_markouts(due.kind <= DueKind::reaction_clock ? now_ : now_ + 1);  // our market may change
    context.time = now_;
    venue_.set_time(now_);
    switch (due.kind) {
      case DueKind::answer: on_answer_due(); break;
      case DueKind::reaction_clock: on_reaction_clock(); break;
      case DueKind::sample_arrival: sample_arrival(actors_[due.index]); break;
      case DueKind::sample_end: sample_end(actors_[due.index]); break;
      case DueKind::sample_impact: sample_impact(due.index); break;
      case DueKind::order_arrival: on_order_arrival(due.index); break;
      case DueKind::cancel_arrival: on_cancel_arrival(due.index); break;
      case DueKind::start: start(actors_[due.index]); break;
      case DueKind::wake: wake(actors_[due.index]); break;
      case DueKind::notify: notify(); break;
    }
  }
}

bool ScenarioRun::markouts_are_next() const {
  const TimePoint look = next_look_at_markouts();
  return look != agenda_.next_time() ? look < agenda_.next_time() : !agenda_.next_is_response();
}

// ---- the market around us --------------------------------------------------------------------------------------------

MidX2 ScenarioRun::effective_mid(Ticks bid, Ticks ask, MidX2 recorded) const {
  MidX2 mid = recorded;
  if (bid != kNoBid && ask != kNoAsk) {
    mid = {std::int64_t{bid} + ask, true, mid.stale};
  } else {
    mid.stale = true;
    mid.value += last_displaced_x2_;
  }
  mid.value += 2 * std::int64_t{venue_.view().reaction()};
  return mid;
}

MidX2 ScenarioRun::effective_mid() const {
  return effective_mid(venue_.view().best(Side::buy), venue_.view().best(Side::sell), market_.signals.mid());
}

MidX2 ScenarioRun::effective_mid_at(TimePoint time) const {
  const RecordedTouch& touch = market_.signals.touch_at(time);
  return effective_mid(venue_.view().best_with(Side::buy, touch.bid), venue_.view().best_with(Side::sell, touch.ask), touch.mid);
}

ScenarioRun::Moment ScenarioRun::moment() const {
  Moment at;
  at.recorded_mid = market_.signals.mid();
  at.effective = venue_.view().unshifted_quote();
  at.reaction = venue_.view().reaction();
  const bool comparable = at.effective.two_sided() && at.recorded_mid.known && !at.recorded_mid.stale;
  at.displaced_x2 = comparable ? at.effective.mid_x2() - at.recorded_mid.value : last_displaced_x2_;
  at.effective_mid = effective_mid(at.effective.bid, at.effective.ask, at.recorded_mid);
  return at;
}

void ScenarioRun::on_row(const RecordedRow& row) {
  if (retired_) return;
  now_ = row.event.time;
  venue_.set_time(now_);
  venue_.on_recorded(row);
  level_gone_ = venue_.overlay().empties_a_level(market_.book);
  if (!venue_.events().empty()) guarded([&] { drain(before_row_); });
  if (failed()) return retire();
  for (const Actor& actor : actors_) {
    // Executions of an instant are answered once, after all its rows: one taker is one event to the market.
    if (actor.pending.lots == 0 || answer_due_) continue;
    answer_due_ = true;
    agenda_.add(now_, DueKind::answer, 0);
  }
}

void ScenarioRun::on_watched(TimePoint time, bool trade) {
  if (retired_) return;  // this very row may have ended the run
  for (Actor& actor : actors_) {
    if (!(trade ? actor.watches_trades : actor.watches_touch) || actor.watched_wake == time) continue;
    actor.watched_wake = time;
    ++actor.pending_wakes;
    agenda_.add(time, DueKind::wake, actor.index);
  }
}

// ---- actors ------------------------------------------------------------------------------------------------------------

void ScenarioRun::check(Actor& actor, std::int32_t outcome, const char* call) {
  if (outcome != 0 && !failed()) fail(std::string{call} + " returned " + std::to_string(outcome) + " and gave no reason");
  if (failed()) return name_failure(actor.strategy.type().name);
  after_actor(actor);
}

void ScenarioRun::start(Actor& actor) {
  actor.fact.decision_mid = market_.signals.mid();
  check(actor, actor.strategy.type().on_start(actor.strategy.self(), &actor.host, &actor.parent), "on_start");
}

void ScenarioRun::wake(Actor& actor) {
  --actor.pending_wakes;
  check(actor, actor.strategy.type().on_wake(actor.strategy.self(), &actor.host), "on_wake");
}

void ScenarioRun::notify() {
  const Notification notification = news_.front();
  news_.pop();
  Actor& actor = actors_[notification.actor];
  --actor.pending_notifications;
  check(actor, actor.strategy.type().on_order(actor.strategy.self(), &actor.host, &notification.event), "on_order");
}

void ScenarioRun::after_actor(Actor& actor) {
  const bool quiet = actor.unfinished_children == 0 && actor.pending_wakes == 0 && actor.pending_notifications == 0;
  if (!quiet || !actor.ended || actor.final_known) return;
  know_final(actor);
}

void ScenarioRun::know_final(Actor& actor) {
  actor.fact.final_mid = effective_mid();
  if (model_) actor.displacement_end_ticks = sign(actor.fact.side) * stated_displacement();
  actor.final_known = true;
  --actors_unknown_;
}

// ---- the end ------------------------------------------------------------------------------------------------------------

ScenarioResult ScenarioRun::finish(TimePoint last_time) {
  if (!retired_ && last_time != kNever) {
    fire_until(last_time + 1);
    answer_markouts(last_time + 1);
  }
  if (!failed()) guarded([&] { add_tables(last_time); });
  if (!retired_) retire();
  return failed() ? tables_.failed(*failure_) : tables_.done();
}

void ScenarioRun::add_tables(TimePoint last_time) {
  now_ = std::max(now_, last_time);
  markouts_.for_each_known([&](std::uint32_t parent, std::size_t fill, std::size_t horizon, MidX2 mid) {
    actors_[parent].metrics.on_markout(fill, horizon, mid);
  });
  const VenueCounts& counts = venue_.counts();
  for (Actor& actor : actors_) {
    if (!actor.final_known) know_final(actor);
    if (!actor.ended) actor.fact.at_end = market_.signals.at(now_);
    if (!actor.fact.arrived) actor.fact.at_arrival = actor.fact.at_end;  // the tape ended before: an empty window
    ValidityFact validity;
    validity.reaction_max = reaction_max_;
    validity.spilled_lots = counts.spilled_lots;
    validity.spilled_lot_ticks = counts.spilled_lot_ticks;
    validity.spilled_ticks_max = counts.spilled_ticks_max;
    validity.unserved_lots = counts.unserved_lots;
    validity.marked_orders = counts.marked_orders;
    validity.marks_cancelled = counts.marks_cancelled;
    validity.takers_displaced = counts.takers_displaced;
    validity.unfilled_makers = counts.unfilled_makers;
    validity.unfilled_makers_dropped = counts.unfilled_makers_dropped;
    validity.fills_near_reaction_change = actor.fills_near_reaction_change;
    validity.samples = grid_points(actor.fact.arrival, std::min(actor.fact.end - feed(), now_));
    validity.samples_consumed = actor.samples_consumed;
    validity.displacement_max_ticks = displacement_max_ticks_;
    validity.displacement_end_ticks = actor.displacement_end_ticks;
    tables_.add_parent(actor.metrics, actor.fact, validity);
  }
  if (spec_.record != RecordLevel::summary) add_children();
}

}  // namespace plimsoll
