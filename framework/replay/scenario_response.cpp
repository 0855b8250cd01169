// The market's answer to our executions: how a run's reaction shift follows the impact model.

#include <algorithm>
#include <string>

#include "core/math.hpp"
#include "replay/reaction.hpp"
#include "replay/scenario_run.hpp"

namespace plimsoll {

bool ScenarioRun::model_did(const LivingModel& model, std::int32_t outcome, const char* call) {
  if (outcome != 0 && !failed()) fail(std::string{call} + " returned " + std::to_string(outcome) + " and gave no reason");
  if (failed()) name_failure(model.plugin.type().name);
  return !failed();
}

double ScenarioRun::stated_displacement(TradedMarket& market) {
  const LivingModel& model = *market.model;
  double ticks = 0.0;
  const std::int32_t outcome = model.plugin.type().displacement(model.plugin.self(), &model.host, now_, market.instrument, &ticks);
  // A shift beyond 2^30 ticks is no price any more; NaN fails the comparison too.
  if (outcome == 0 && !(ticks > -0x1p30 && ticks < 0x1p30)) fail("displacement is not a finite number of ticks");
  if (!model_did(model, outcome, "displacement")) return 0.0;
  market.displacement_max_ticks = std::max(market.displacement_max_ticks, ticks < 0 ? -ticks : ticks);
  return ticks;
}

GeneratedBook::Cost ModelBook::sweep(Side side, Lots lots) {
  ScenarioRun& run = *market.model->run;
  return run.sweep(*market.model, market.instrument, side, run.untold_lots(market, side) + lots);
}

Lots ScenarioRun::untold_lots(const TradedMarket& market, Side side) const {
  Lots lots = 0;
  for (const Actor& actor : actors_)
    if (actor.market == &market && actor.fact.side == side) lots += actor.pending.lots;
  return lots;
}

GeneratedBook::Cost ScenarioRun::sweep(LivingModel& model, std::uint32_t instrument, Side side, Lots lots) {
  plimsoll_sweep out{sizeof out, 0, 0.0, 0.0};
  const auto& type = model.plugin.type();
  const std::int32_t outcome = type.sweep(model.plugin.self(), &model.host, now_, instrument, sign(side), lots, &out);
  const auto sane = [](double ticks) { return ticks > -0x1p30 && ticks < 0x1p30; };
  if (outcome == 0 && !(sane(out.average_ticks) && sane(out.after_ticks))) fail("sweep is not a finite number of ticks");
  if (!model_did(model, outcome, "sweep")) return {};
  return {out.average_ticks, out.after_ticks};
}

bool ScenarioRun::executed(const TradedMarket& market) const {
  return std::any_of(actors_.begin(), actors_.end(), [&](const Actor& actor) { return actor.market == &market && actor.pending.lots > 0; });
}

void ScenarioRun::apply_executions(TradedMarket& market) {
  // An answer may fill orders of ours again, of any actor; each round uses up resting lots, so it ends.
  while (!failed() && executed(market)) {
    for (Actor& actor : actors_) {
      if (actor.market != &market || actor.pending.lots == 0 || failed()) continue;
      const PendingExecution execution = actor.pending;
      actor.pending = {};
      if (market.model == nullptr) continue;
      const double total = execute(market, actor, execution);
      follow_model(market, total, &actor.fact.side);
      follow_across(market);
    }
  }
}

double ScenarioRun::execute(TradedMarket& market, Actor& actor, const PendingExecution& execution) {
  LivingModel& model = *market.model;
  const auto& type = model.plugin.type();
  const bool owes = execution.way.lots > 0, averages = type.sweep != nullptr;
  double mean = 0.0;
  if (owes) mean = averages ? sweep(model, market.instrument, actor.fact.side, execution.lots).average_ticks : stated_displacement(market);
  const double price = static_cast<double>(execution.price_lots) / static_cast<double>(execution.lots);
  const plimsoll_execution about{sizeof about, actor.index, now_, sign(actor.fact.side), market.instrument, execution.lots, price};
  if (failed() || !model_did(model, type.on_execution(model.plugin.self(), &model.host, &about), "on_execution")) return 0.0;
  const double total = stated_displacement(market);
  if (!owes || failed()) return total;
  if (!averages) mean = 0.5 * (mean + total);
  const double money = execution.way.owed(actor.fact.side, mean) * kMoneyPerTickLot;
  if (!(money < 0x1p62)) throw math::TooLarge{"what an order owes for its own impact does not fit into 64 bits: use a smaller order"};
  actor.metrics.on_own_reaction(execution.first_fill, math::round_half_away(money));
  return total;
}

void ScenarioRun::follow_model(TradedMarket& market, double total, const Side* fill) {
  if (failed() || !market.responds()) return;
  const MarketMoment before = market.moment();
  market.last_displaced_x2 = before.displaced_x2;
  const Ticks current = market.venue.view().reaction();
  // Where the market has no depth nothing is taken out of it: own quotes move the mid, and that is not what the model means by displaced.
  const bool takes = market.spec.rules.response == Response::overlay;
  const double mechanical = takes ? static_cast<double>(before.displaced_x2) / 2.0 : 0.0;
  market.reaction =
      fill != nullptr ? reaction_at_fill(market.reaction, total, mechanical, *fill) : reaction_on_clock(market.reaction, total, mechanical);
  const auto next = static_cast<Ticks>(math::round_half_away(market.reaction));  // the one place where a model's double becomes a price
  if (next == current) {
    market.venue.look_at_book();
    return drain(market, before);
  }
  market.last_reaction_change = now_;
  market.reaction_max = std::max(market.reaction_max, next < 0 ? -next : next);
  record(market, "reaction_ticks", next);
  record(market, "stated_displacement_ticks", total);
  market.venue.set_reaction(next);
  look_for_gone_level(market);
  drain(market, before);
}

void ScenarioRun::follow_across(const TradedMarket& market) {
  for (TradedMarket& other : markets_) {
    if (&other == &market || other.model != market.model || failed()) continue;
    follow_clock(other);
  }
}

void ScenarioRun::follow_clock(TradedMarket& market) {
  if (!executed(market)) follow_model(market, stated_displacement(market), nullptr);
  apply_executions(market);
  run_reaction_clock(market);
}

void ScenarioRun::on_answer_due(TradedMarket& market) {
  market.answer_due = false;
  apply_executions(market);
  run_reaction_clock(market);
}

void ScenarioRun::on_reaction_clock(TradedMarket& market) {
  market.reaction_clock_on = false;
  follow_clock(market);
}

void ScenarioRun::run_reaction_clock(TradedMarket& market) {
  if (market.model == nullptr || market.reaction_clock_on || failed() || !market.responds()) return;
  // Once J is all of a permanent displacement there is nothing left to hand over: the clock sleeps until our next execution.
  const bool permanent = market.model->plugin.type().permanent != 0;
  if (permanent && market.reaction == stated_displacement(market)) return;
  market.reaction_clock_on = true;
  agenda_.add(now_ + market.spec.rules.reaction_clock, DueKind::reaction_clock, market.index);
}

}  // namespace plimsoll
