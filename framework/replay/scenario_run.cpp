#include "replay/scenario_run.hpp"

#include <algorithm>

#include "core/contract.hpp"
#include "core/math.hpp"
#include "core/random.hpp"
#include "replay/host_functions.hpp"

namespace plimsoll {

namespace {

/// A run that does more than this without time passing will never end. The largest bursts of orders that mean something are far below.
constexpr std::size_t kThingsAtOnceMax = 1'000'000;

/// Points of the sampling grid in (from, to].
std::int64_t grid_points(TimePoint from, TimePoint to) {
  const auto up_to = [](TimePoint time) { return time / kSampleEvery - (time % kSampleEvery < 0 ? 1 : 0); };
  return to > from ? up_to(to) - up_to(from) : 0;
}

RecordedTables tables_of(RecordLevel level) { return {level != RecordLevel::summary, level == RecordLevel::full}; }

/// How much later than its spec says a parent starts and ends.
Duration start_delay(const RunSpec& spec, std::size_t parent) {
  const double share = RandomStream{spec.seed, spec.replicate, Purpose::parent_start}.uniform(parent);
  return static_cast<Duration>(share * static_cast<double>(spec.parents[parent].start_jitter));
}

/// As strategies are told of it.
std::uint32_t word_of(VenueEvent::Kind kind) {
  if (kind == VenueEvent::Kind::filled) return PLIMSOLL_FILLED;
  return kind == VenueEvent::Kind::cancelled ? PLIMSOLL_CANCELLED : PLIMSOLL_REJECTED;
}

bool refills(const RunSpec& spec) {
  return std::any_of(spec.markets.begin(), spec.markets.end(), [](const MarketSpec& market) { return market.rules.refill_per_s != 0.0; });
}

Duration quickest_feed(const RunSpec& spec) {
  Duration feed = kNever;
  for (const MarketSpec& market : spec.markets) feed = std::min(feed, market.latency.feed);
  return feed;
}
}  // namespace

TimePoint ScenarioRun::first_due(const RunSpec& spec) {
  TimePoint first = kNever;
  for (std::size_t parent = 0; parent < spec.parents.size(); ++parent) {
    const TimePoint earliest = std::min(spec.parents[parent].start, spec.parents[parent].end);
    first = std::min(first, earliest + start_delay(spec, parent));
  }
  return first - quickest_feed(spec);
}

ScenarioRun::ScenarioRun(const RunSpec& spec, std::span<const SharedMarket> markets, RunIndex index_in_batch, plimsoll_strategy_host& host)
    : spec_{spec},
      host_{host},
      context_{kLongAgo, spec.scenario, spec.seed},
      index_{index_in_batch},
      feed_{quickest_feed(spec)},
      refills_{refills(spec)},
      markets_{markets.size()},
      actors_{spec.parents.size()},
      models_{markets.size()},
      tables_{spec.scenario, tables_of(spec.record)} {
  EXPECT(markets.size() == spec.markets.size());
  for (std::uint32_t index = 0; index < markets.size(); ++index) {
    EXPECT(spec.markets[index].latency.feed - feed_ == markets[index].lag);
    markets_.emplace_back(spec.markets[index], markets[index], index_, index);
  }
  try {
    add_models();
    for (const ParentSpec& parent : spec.parents) add_actor(parent);
  } catch (const PluginFailure& failure) {
    fail(failure.message);
    failure_named_ = true;
  }
}

void ScenarioRun::add_models() {
  std::vector<plimsoll_instrument> instruments;
  for (const TradedMarket& market : markets_) instruments.push_back(plugin_view(market.shared.instrument));
  for (TradedMarket& market : markets_) {
    const ImpactChoice& choice = market.spec.impact;
    if (choice.type == nullptr) continue;
    const bool across = choice.type->across_instruments != 0;
    EXPECT(!across || choice.type == markets_[0].spec.impact.type);  // the scenario checker asks for one model in all markets
    if (!across || models_.empty()) add_model(choice, across ? instruments : std::span{instruments}.subspan(market.index, 1));
    market.model = &models_.back();
    market.instrument = across ? market.index : 0;
    if (market.spec.rules.response != Response::model) continue;
    EXPECT(choice.type->sweep != nullptr);  // the scenario checker asks for a model that is a book
    market.venue.trade_with(market.book.emplace(market));
  }
}

void ScenarioRun::add_model(const ImpactChoice& choice, std::span<const plimsoll_instrument> instruments) {
  LivingModel& model = models_.emplace_back(this, static_cast<std::uint32_t>(models_.size()), ImpactModelInstance{}, plimsoll_host_base{});
  model.host = HostFunctions::for_model(model);
  model.plugin = ImpactModelInstance{*choice.type, choice.params, instruments};
}

void ScenarioRun::add_actor(const ParentSpec& parent) {
  const auto index = static_cast<std::uint32_t>(actors_.size());
  const Duration delay = start_delay(spec_, index);
  TradedMarket& market = markets_[parent.market];
  Actor& actor = actors_.emplace_back(Actor{.run = this,
                                            .market = &market,
                                            .index = index,
                                            .owner = parent.owner,
                                            .strategy = {},
                                            .pending = {},
                                            .metrics = ParentMetrics{spec_.scenario, market.shared.instrument.subticks},
                                            .markouts = {},
                                            .fact = {}});
  ++things_left_;
  actor.fact.parent = index;
  actor.fact.side = parent.side;
  actor.fact.lots = parent.lots;
  actor.fact.start = parent.start + delay;
  actor.fact.end = parent.end + delay;
  actor.fact.arrival = actor.fact.start + market.spec.latency.order;
  actor.fact.arrived = false;
  const plimsoll_instrument instrument = plugin_view(market.shared.instrument);
  actor.strategy = StrategyInstance{*parent.strategy.type, parent.strategy.params, {&instrument, 1}};
  agenda_.add(actor.fact.start - feed(), DueKind::start, index);
  agenda_.add(market.batch_time(actor.fact.arrival), DueKind::sample_arrival, index);
  agenda_.add(actor.fact.end - feed(), DueKind::sample_end, index);
}

ScenarioRun::~ScenarioRun() = default;

void ScenarioRun::fail(std::string message) {
  if (failed()) return;
  failure_ = std::move(message);
  clear_agenda();
  stop_markouts();
}

void ScenarioRun::clear_agenda() {
  agenda_.clear();
  news_.clear();
}

void ScenarioRun::name_failure(const std::string& plugin) {
  clear_agenda();
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
  clear_agenda();
  stop_markouts();
  for (TradedMarket& market : markets_) {
    market.venue.leave();
    market.shared.subscriptions.watch_trades(run_bit(index_), false);
    market.shared.subscriptions.watch_touch(run_bit(index_), false);
  }
}

bool ScenarioRun::over() const {
  if (retired_) return true;
  if (next_due() != kNever || next_markout_ != kNever) return false;
  const bool watches =
      std::any_of(actors_.begin(), actors_.end(), [](const Actor& actor) { return actor.watches_trades || actor.watches_touch; });
  return !watches &&
         std::all_of(markets_.begin(), markets_.end(), [](const TradedMarket& market) { return market.venue.orders().empty(); });
}

void ScenarioRun::look_for_gone_level(TradedMarket& market) {
  const bool gone = market.venue.overlay().empties_a_level(market.shared.book);
  if (gone == market.level_gone) return;
  market.level_gone = gone;
  any_level_gone_ = std::any_of(markets_.begin(), markets_.end(), [](const TradedMarket& each) { return each.level_gone; });
}

void ScenarioRun::answer_due_markouts(TradedMarket& market, TimePoint limit) {
  next_markout_ = kNever;
  for (Actor& actor : actors_) {
    if (actor.market == &market) market.answer(actor.markouts, limit);
    next_markout_ = std::min(next_markout_, actor.markouts.next());
  }
}

void ScenarioRun::stop_markouts() {
  for (Actor& actor : actors_) actor.markouts.stop();
  next_markout_ = kNever;
}

void ScenarioRun::watch(const TradedMarket& market) const {
  bool trades = false, touch = false;
  for (const Actor& actor : actors_) {
    if (actor.market != &market) continue;
    trades = trades || actor.watches_trades;
    touch = touch || actor.watches_touch;
  }
  market.shared.subscriptions.watch_trades(run_bit(index_), trades);
  market.shared.subscriptions.watch_touch(run_bit(index_), touch);
}

void ScenarioRun::set_time(TimePoint now) {
  now_ = now;
  if (!refills_) return;
  for (TradedMarket& market : markets_) market.venue.set_time(now);
}

TimePoint ScenarioRun::fire_until(TimePoint limit) {
  TimePoint next = kNever;
  if (retired_) return next;
  guarded([&] { next = fire_due(limit); });
  if (!failed() && !everything_known()) return next;
  retire();
  return kNever;
}

TimePoint ScenarioRun::fire_due(TimePoint limit) {
  ContractContext& context = contract_context();
  context = context_;
  TimePoint since = kLongAgo;  // when the things now counted began
  for (std::size_t left = kThingsAtOnceMax; !failed(); --left) {
    const TimePoint news = news_.next_time(), appointment = agenda_.next_time();
    const TimePoint look = looks_at_markouts() ? next_look_at_markouts() : kNever;
    const TimePoint next = std::min(std::min(news, appointment), look);
    if (next >= limit) return next;
    ENSURE(next >= now_);
    if (left == 0) [[unlikely]] {
      if (next == since) {
        fail_without_end();
        continue;
      }
      since = next;
      left = kThingsAtOnceMax;
    }
    context.time = next;
    if (look == next && !(appointment == next && agenda_.next().kind <= DueKind::reaction_clock)) [[unlikely]] {
      set_time(next);
      answer_all_markouts(next + 1);
      continue;
    }
    if (appointment > next) {
      set_time(next);
      notify();
      continue;
    }
    const DueKind kind = agenda_.next().kind;
    const std::uint32_t index = agenda_.next().index;
    agenda_.pop();
    // Our markets may change.
    if (kind < DueKind::start) answer_all_markouts(kind <= DueKind::reaction_clock ? next : next + 1);
    set_time(next);
    switch (kind) {
      case DueKind::answer: on_answer_due(markets_[index]); break;
      case DueKind::reaction_clock: on_reaction_clock(markets_[index]); break;
      case DueKind::sample_arrival: sample_arrival(actors_[index]); break;
      case DueKind::sample_end: sample_end(actors_[index]); break;
      case DueKind::sample_impact: sample_impact(index); break;
      case DueKind::order_arrival: on_order_arrival(index); break;
      case DueKind::cancel_arrival: on_cancel_arrival(index); break;
      case DueKind::start: start(actors_[index]); break;
      case DueKind::wake: wake(actors_[index]); break;
    }
  }
  return kNever;
}

void ScenarioRun::fail_without_end() {
  fail("more than " + std::to_string(kThingsAtOnceMax) +
       " things to do at one instant: a strategy that wakes itself, or answers its own orders, must let time pass");
  failure_named_ = true;  // which of several actors it was is not known
}

// ---- history passes by ----------------------------------------------------------------------------------------------

void ScenarioRun::on_row(std::size_t market_index, const RecordedRow& row) {
  if (retired_) return;
  TradedMarket& market = markets_[market_index];
  set_time(row.event.time);
  market.venue.on_recorded(row);
  look_for_gone_level(market);
  if (market.venue.events().empty()) return;
  guarded([&] { drain(market, market.before_row); });
  if (failed()) return retire();
  // Executions of an instant are answered once, after all its rows: one taker is one event to the market.
  if (market.answer_due || !executed(market)) return;
  market.answer_due = true;
  agenda_.add(now_, DueKind::answer, market.index);
}

void ScenarioRun::on_watched(std::size_t market, TimePoint time, bool trade) {
  if (retired_) return;  // this very row may have ended the run
  for (Actor& actor : actors_) {
    if (actor.market->index != market) continue;
    if (!(trade ? actor.watches_trades : actor.watches_touch) || actor.watched_wake == time) continue;
    actor.watched_wake = time;
    ++actor.expected;
    agenda_.add(time, DueKind::wake, actor.index);
  }
}

// ---- actors ------------------------------------------------------------------------------------------------------------

void ScenarioRun::failed_in(Actor& actor, std::int32_t outcome, const char* call) {
  if (outcome != 0 && !failed()) fail(std::string{call} + " returned " + std::to_string(outcome) + " and gave no reason");
  name_failure(actor.strategy.type().name);
}

plimsoll_parent ScenarioRun::parent_of(const Actor& actor, std::uint32_t instrument) const {
  const ParentSpec& parent = spec_.parents[actor.index];
  return {sizeof(plimsoll_parent),
          actor.index,
          sign(parent.side),
          parent.limit.has_value() ? 1 : 0,
          parent.lots,
          actor.fact.start,
          actor.fact.end,
          parent.limit.value_or(0),
          static_cast<std::uint32_t>(parent.end_policy),
          instrument,
          0};
}

void ScenarioRun::start(Actor& actor) {
  actor.fact.decision_mid = actor.market->shared.signals.mid();
  const plimsoll_parent parent = parent_of(actor, 0);
  check(actor, actor.strategy.type().on_start(actor.strategy.self(), &host_of(actor), &parent), "on_start");
}

void ScenarioRun::wake(Actor& actor) {
  --actor.expected;
  check(actor, actor.strategy.type().on_wake(actor.strategy.self(), &host_of(actor)), "on_wake");
}

void ScenarioRun::notify() {
  const News& news = news_.front();
  const plimsoll_order_event event{sizeof event,
                                   word_of(news.kind),
                                   news.child + 1u,
                                   news.happened,
                                   news.lots,
                                   news.open,
                                   news.price,
                                   news.liquidity == Liquidity::made ? std::uint32_t{PLIMSOLL_MADE} : std::uint32_t{PLIMSOLL_TOOK},
                                   text(news.reason).data()};
  Actor& actor = actors_[children_[news.child].actor];
  news_.pop();
  --actor.expected;
  check(actor, actor.strategy.type().on_order(actor.strategy.self(), &host_of(actor), &event), "on_order");
}

void ScenarioRun::know_final(Actor& actor) {
  actor.fact.final_mid = actor.market->effective_mid();
  if (actor.market->model != nullptr) actor.displacement_end_ticks = sign(actor.fact.side) * stated_displacement(*actor.market);
  actor.final_known = true;
  --things_left_;
}

// ---- the end ------------------------------------------------------------------------------------------------------------

ScenarioResult ScenarioRun::finish(TimePoint last_time) {
  if (!retired_ && last_time != kNever) {
    fire_until(last_time + 1);
    answer_all_markouts(last_time + 1);
  }
  if (!failed()) guarded([&] { add_tables(last_time); });
  if (!retired_) retire();
  return failed() ? tables_.failed(*failure_) : tables_.done();
}

void ScenarioRun::add_tables(TimePoint last_time) {
  now_ = std::max(now_, last_time);
  for (Actor& actor : actors_) {
    const TradedMarket& market = *actor.market;
    const ParentSpec& parent = spec_.parents[actor.index];
    const VenueCounts& counts = market.venue.counts();
    for (std::size_t horizon = 0; horizon < kMarkouts; ++horizon) actor.metrics.on_markouts(horizon, actor.markouts.take(horizon));
    if (parent.name != nullptr) actor.fact.name = *parent.name;
    if (market.spec.name != nullptr) actor.fact.market = *market.spec.name;
    if (!actor.final_known) know_final(actor);
    if (!actor.ended) actor.fact.at_end = market.shared.signals.at(now_);
    if (!actor.fact.arrived) actor.fact.at_arrival = actor.fact.at_end;  // the tape ended before: an empty window
    ValidityFact validity;
    validity.reaction_max = market.reaction_max;
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
    validity.samples = grid_points(actor.fact.arrival, market.exchange_time(std::min(actor.fact.end - feed(), now_)));
    validity.samples_consumed = actor.samples_consumed;
    validity.displacement_max_ticks = market.displacement_max_ticks;
    validity.displacement_end_ticks = actor.displacement_end_ticks;
    tables_.add_parent(actor.metrics, actor.fact, validity);
  }
  if (spec_.record != RecordLevel::summary) add_children();
}

}  // namespace plimsoll
