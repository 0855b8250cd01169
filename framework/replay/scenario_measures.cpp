// What a run measures besides its fills: milestones of the parents, markouts, how much of the touch we hold, recorded series.

#include <algorithm>
#include <string>

#include "replay/scenario_run.hpp"

namespace plimsoll {

void ScenarioRun::sample_arrival(Actor& actor) {
  const TradedMarket& market = *actor.market;
  actor.fact.arrived = true;
  actor.fact.arrival_mid = market.shared.signals.mid();
  actor.fact.at_arrival = market.shared.signals.at(now_);
  if (market.model == nullptr) return;
  const LivingModel& model = *market.model;
  const MidX2 mid = actor.fact.arrival_mid;
  const plimsoll_parent parent = parent_of(actor, market.instrument);
  const std::int32_t outcome = model.plugin.type().on_parent(model.plugin.self(), &model.host, now_, &parent,
                                                             mid.known ? static_cast<double>(mid.value) / 2.0 : kUndefined);
  model_did(model, outcome, "on_parent");
}

void ScenarioRun::sample_end(Actor& actor) {
  actor.ended = true;
  actor.fact.at_end = actor.market->shared.signals.at(now_);
  start_impact_looks(actor);
  after_actor(actor);
}

void ScenarioRun::start_impact_looks(Actor& actor) {
  if (actor.done) return;
  actor.done = true;
  for (std::uint32_t look = 0; look < kImpactLooks.size(); ++look) {
    agenda_.add(now_ + kImpactLooks[look], DueKind::sample_impact, actor.index * std::uint32_t{kImpactLooks.size()} + look);
    ++things_left_;
  }
}

void ScenarioRun::sample_impact(std::uint32_t actor_and_look) {
  --things_left_;
  Actor& actor = actors_[actor_and_look / kImpactLooks.size()];
  const MidX2 recorded = actor.market->shared.signals.mid(), effective = actor.market->effective_mid();
  if (!recorded.known || recorded.stale || effective.stale) return;
  actor.fact.impact_ticks[actor_and_look % kImpactLooks.size()] =
      sign(actor.fact.side) * static_cast<double>(effective.value - recorded.value) / 2.0;
}

void ScenarioRun::sample_consumed(std::size_t market_index, TimePoint time, Side passive) {
  TradedMarket& market = markets_[market_index];
  market.venue.set_time(time);
  const Ticks touch = market.shared.book.best(passive);
  if (2 * market.venue.overlay().consumed_at(passive, touch) <= market.shared.book.level(passive, touch).lots) return;
  for (Actor& actor : actors_) {
    const bool works = actor.fact.arrived && !actor.ended && time > market.batch_time(actor.fact.arrival);
    if (actor.market == &market && actor.fact.side != passive && works) ++actor.samples_consumed;
  }
}

void ScenarioRun::record(std::uint32_t parent, const char* series, double value) {
  if (spec_.record != RecordLevel::full) return;
  tables_.add_point({parent, now_ + feed(), series, value});
}

void ScenarioRun::record(const TradedMarket& market, const char* series, double value) {
  if (spec_.record != RecordLevel::full) return;
  const std::string of_market = market.spec.name != nullptr ? "." + *market.spec.name : "";
  tables_.add_point({0, now_ + feed(), series + of_market, value});
}

}  // namespace plimsoll
