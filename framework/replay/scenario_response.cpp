// The market's answer to our executions: how a run's reaction shift follows the impact model.

#include <algorithm>
#include <string>

#include "core/math.hpp"
#include "replay/reaction.hpp"
#include "replay/scenario_run.hpp"

namespace plimsoll {

bool ScenarioRun::model_did(std::int32_t outcome, const char* call) {
  if (outcome != 0 && !failed()) fail(std::string{call} + " returned " + std::to_string(outcome) + " and gave no reason");
  if (failed()) name_failure(model_.type().name);
  return !failed();
}

double ScenarioRun::stated_displacement() {
  double ticks = 0.0;
  const std::int32_t outcome = model_.type().displacement(model_.self(), &model_host_, now_, 0, &ticks);
  // A shift beyond 2^30 ticks is no price any more; NaN fails the comparison too.
  if (outcome == 0 && !(ticks > -0x1p30 && ticks < 0x1p30)) fail("displacement is not a finite number of ticks");
  if (!model_did(outcome, "displacement")) return 0.0;
  displacement_max_ticks_ = std::max(displacement_max_ticks_, ticks < 0 ? -ticks : ticks);
  return ticks;
}

GeneratedBook::Cost ScenarioRun::ModelBook::sweep(Side side, Lots lots) {
  plimsoll_sweep out{sizeof out, 0, 0.0, 0.0};
  const auto& type = run.model_.type();
  const std::int32_t outcome = type.sweep(run.model_.self(), &run.model_host_, run.now_, 0, sign(side), lots, &out);
  const auto sane = [](double ticks) { return ticks > -0x1p30 && ticks < 0x1p30; };
  if (outcome == 0 && !(sane(out.average_ticks) && sane(out.after_ticks))) run.fail("sweep is not a finite number of ticks");
  if (!run.model_did(outcome, "sweep")) return {};
  return {out.average_ticks, out.after_ticks};
}

void ScenarioRun::apply_executions() {
  for (Actor& actor : actors_) {
    while (actor.pending.lots > 0 && !failed()) {
      const PendingExecution execution = actor.pending;
      actor.pending = {};
      if (!model_) continue;
      const double price = static_cast<double>(execution.price_lots) / static_cast<double>(execution.lots);
      const plimsoll_execution about{sizeof about, actor.index, now_, sign(actor.fact.side), 0, execution.lots, price};
      const std::int32_t outcome = model_.type().on_execution(model_.self(), &model_host_, &about);
      if (!model_did(outcome, "on_execution")) return;
      follow_model(&actor.fact.side);  // may fill own orders again; each round uses up resting lots, so it ends
    }
  }
}

void ScenarioRun::follow_model(const Side* fill) {
  const double total = stated_displacement();
  if (failed() || spec_.market.response == Response::none) return;
  const Moment before = moment();
  last_displaced_x2_ = before.displaced_x2;
  const Ticks current = venue_.view().reaction();
  const double mechanical = static_cast<double>(before.displaced_x2) / 2.0;
  const Ticks next = fill != nullptr ? reaction_at_fill(current, total, mechanical, *fill) : reaction_on_clock(current, total, mechanical);
  if (next == current) return;
  last_reaction_change_ = now_;
  reaction_max_ = std::max(reaction_max_, next < 0 ? -next : next);
  record(0, "reaction_ticks", next);
  record(0, "stated_displacement_ticks", total);
  venue_.set_reaction(next);
  level_gone_ = venue_.overlay().empties_a_level(market_.book);
  drain(before);
}

void ScenarioRun::on_answer_due() {
  answer_due_ = false;
  apply_executions();
  run_reaction_clock();
}

void ScenarioRun::on_reaction_clock() {
  reaction_clock_on_ = false;
  const bool executed = std::any_of(actors_.begin(), actors_.end(), [](const Actor& actor) { return actor.pending.lots > 0; });
  if (!executed) follow_model(nullptr);
  apply_executions();
  run_reaction_clock();
}

void ScenarioRun::run_reaction_clock() {
  if (!model_ || reaction_clock_on_ || failed() || spec_.market.response == Response::none) return;
  // Once J is all of a permanent displacement there is nothing left to hand over: the clock sleeps until our next execution.
  if (model_.type().permanent != 0 && venue_.view().reaction() == static_cast<Ticks>(math::round_half_away(stated_displacement()))) return;
  reaction_clock_on_ = true;
  agenda_.add(now_ + spec_.market.reaction_clock, DueKind::reaction_clock, 0);
}

}  // namespace plimsoll
