// What a run measures besides its fills: milestones of the parents, markouts, how much of the touch we hold, recorded series.

#include <algorithm>
#include <string>

#include "replay/scenario_run.hpp"

namespace plimsoll {

void ScenarioRun::sample_arrival(Actor& actor) {
  actor.fact.arrived = true;
  actor.fact.arrival_mid = market_.signals.mid();
  actor.fact.at_arrival = market_.signals.at(now_);
  if (!model_) return;
  const MidX2 mid = actor.fact.arrival_mid;
  const std::int32_t outcome = model_.type().on_parent(model_.self(), &model_host_, now_, &actor.parent,
                                                       mid.known ? static_cast<double>(mid.value) / 2.0 : kUndefined);
  model_did(outcome, "on_parent");
}

void ScenarioRun::sample_end(Actor& actor) {
  actor.ended = true;
  actor.fact.at_end = market_.signals.at(now_);
  start_impact_looks(actor);
  after_actor(actor);
}

void ScenarioRun::start_impact_looks(Actor& actor) {
  if (actor.done) return;
  actor.done = true;
  for (std::uint32_t look = 0; look < kImpactLooks.size(); ++look) {
    agenda_.add(now_ + kImpactLooks[look], DueKind::sample_impact, actor.index * std::uint32_t{kImpactLooks.size()} + look);
    ++impact_looks_open_;
  }
}

void ScenarioRun::sample_impact(std::uint32_t actor_and_look) {
  --impact_looks_open_;
  Actor& actor = actors_[actor_and_look / kImpactLooks.size()];
  const MidX2 recorded = market_.signals.mid(), effective = effective_mid();
  if (!recorded.known || recorded.stale || effective.stale) return;
  actor.fact.impact_ticks[actor_and_look % kImpactLooks.size()] =
      sign(actor.fact.side) * static_cast<double>(effective.value - recorded.value) / 2.0;
}

void ScenarioRun::sample_consumed(TimePoint time, Side passive) {
  venue_.set_time(time);
  const Ticks touch = market_.book.best(passive);
  if (2 * venue_.overlay().consumed_at(passive, touch) <= market_.book.level(passive, touch).lots) return;
  for (Actor& actor : actors_)
    if (actor.fact.side != passive && actor.fact.arrived && !actor.ended && time > actor.fact.arrival) ++actor.samples_consumed;
}

void ScenarioRun::answer_markouts(TimePoint limit) {
  if (markouts_.next() >= limit) return;
  markouts_.answer(limit, [&](TimePoint time) { return level_gone_ ? effective_mid() : effective_mid_at(time); });
}

void ScenarioRun::record(std::uint32_t parent, const char* series, double value) {
  if (spec_.record != RecordLevel::full) return;
  tables_.add_point({parent, now_ + feed(), series, value});
}

}  // namespace plimsoll
