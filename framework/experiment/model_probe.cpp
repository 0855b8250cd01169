#include "experiment/model_probe.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/contract.hpp"
#include "core/random.hpp"
#include "sdk/schedule.hpp"

namespace plimsoll {
namespace {

ImpactModelInstance created(const ImpactChoice& model, const ProbeSetting& setting) {
  EXPECT(model.type != nullptr);
  try {
    return {*model.type, model.params, setting.instruments};
  } catch (const PluginFailure& failure) {
    throw ModelFailure{failure.message};
  }
}

Lots size_of(Lots signed_lots) { return signed_lots < 0 ? -signed_lots : signed_lots; }

/// Announces the parent of trade `first` with all that the list holds for it.
void announce_parent(ModelProbe& probe, std::span<const ProbeTrade> trades, std::size_t first) {
  const ProbeTrade& about = trades[first];
  Lots lots = 0;
  TimePoint end = about.time + kSecond;
  for (const ProbeTrade& trade : trades.subspan(first)) {
    if (trade.parent != about.parent) continue;
    EXPECT(trade.instrument == about.instrument && (trade.signed_lots == 0 || (trade.signed_lots > 0) == (about.signed_lots > 0)));
    lots += size_of(trade.signed_lots);
    end = std::max(end, trade.time);
  }
  probe.announce(about.parent, about.signed_lots > 0 ? Side::buy : Side::sell, lots, about.time, end, about.instrument);
}

}  // namespace

ImpactChoice model_named(const PluginRegistry& plugins, const std::string& name, const std::vector<GivenParam>& given) {
  const plimsoll_impact_model_type* type = plugins.find_impact_model(name);
  if (type == nullptr) throw BadInput{ExitCode::bad_scenario, plugins.unknown_plugin(PluginKind::impact_model, name, "", name)};
  ResolvedParams resolved = resolve_params(type->params, type->param_count, given, "impact." + name, "");
  if (!resolved.errors.empty()) throw BadInput{ExitCode::bad_scenario, std::move(resolved.errors)};
  return {type, SharedParams{std::move(resolved.values)}};
}

ModelProbe::ModelProbe(const ImpactChoice& model, const ProbeSetting& setting)
    : model_{created(model, setting)}, mid_ticks_{setting.mid_ticks}, seed_{setting.seed} {
  host_.size = sizeof host_;
  host_.run = this;
  host_.fail = [](void* run, const char* message) {
    static_cast<ModelProbe*>(run)->failure_ = message != nullptr ? message : "no reason given";
  };
  host_.uniform = [](void* run, std::uint64_t index) {
    return RandomStream{static_cast<ModelProbe*>(run)->seed_, 0, Purpose::impact_model}.uniform(index);
  };
  host_.math = &host_math();
}

void ModelProbe::did(std::int32_t outcome, const char* call) const {
  if (outcome == 0 && failure_.empty()) return;
  const std::string words = failure_.empty() ? std::string{call} + " failed and gave no reason" : failure_;
  failure_.clear();
  throw ModelFailure{std::string{model_.type().name} + ": " + words};
}

void ModelProbe::announce(std::uint32_t parent, Side side, Lots lots, TimePoint start, TimePoint end, std::uint32_t instrument) {
  plimsoll_parent about{};
  about.size = sizeof about;
  about.id = parent;
  about.side = sign(side);
  about.quantity_lots = lots;
  about.start_ns = start;
  about.end_ns = end;
  about.end_policy = PLIMSOLL_END_CROSS;
  about.instrument = instrument;
  did(model_.type().on_parent(model_.self(), &host_, start, &about, mid_ticks_), "on_parent");
}

double ModelProbe::displacement(TimePoint time, std::uint32_t instrument) const {
  double ticks = 0.0;
  did(model_.type().displacement(model_.self(), &host_, time, instrument, &ticks), "displacement");
  if (!std::isfinite(ticks)) throw ModelFailure{std::string{model_.type().name} + ": displacement() is not a finite number"};
  return ticks;
}

double ModelProbe::execute(const ProbeTrade& trade, std::int64_t parts) {
  EXPECT(parts >= 1);
  const Lots lots = size_of(trade.signed_lots);
  if (is_book()) parts = 1;  // a sweep is exact
  double cost = 0.0;
  for (std::int64_t part = 0; part < parts; ++part) {
    const Lots now = sdk::slice_lots(sdk::Remainder::cumulative, lots, parts, part);
    if (now == 0) continue;
    cost += execute_part({trade.time, trade.signed_lots > 0 ? now : -now, trade.parent, trade.instrument});
  }
  return cost;
}

double ModelProbe::execute_part(const ProbeTrade& trade) {
  const Lots lots = size_of(trade.signed_lots);
  const std::int32_t side = trade.signed_lots > 0 ? 1 : -1;
  const double before = displacement(trade.time, trade.instrument);
  double average = before;
  if (is_book()) {
    plimsoll_sweep sweep{sizeof sweep, 0, 0.0, 0.0};
    did(model_.type().sweep(model_.self(), &host_, trade.time, trade.instrument, side, lots, &sweep), "sweep");
    if (!std::isfinite(sweep.average_ticks)) throw ModelFailure{std::string{model_.type().name} + ": sweep() is not a finite number"};
    average = sweep.average_ticks;
  }
  const plimsoll_execution about{sizeof about, trade.parent, trade.time, side, trade.instrument, lots, mid_ticks_ + average};
  did(model_.type().on_execution(model_.self(), &host_, &about), "on_execution");
  if (!is_book()) average = 0.5 * (before + displacement(trade.time, trade.instrument));
  return average * static_cast<double>(trade.signed_lots);
}

std::vector<double> costs_of(const ImpactChoice& model, const ProbeSetting& setting, std::span<const ProbeTrade> trades,
                             std::int64_t parts) {
  ModelProbe probe{model, setting};
  std::vector<std::uint32_t> announced;
  std::vector<double> costs;
  for (std::size_t index = 0; index < trades.size(); ++index) {
    const ProbeTrade& trade = trades[index];
    EXPECT(index == 0 || trade.time >= trades[index - 1].time);
    costs.push_back(0.0);
    if (trade.signed_lots == 0) continue;
    if (std::find(announced.begin(), announced.end(), trade.parent) == announced.end()) {
      announce_parent(probe, trades, index);
      announced.push_back(trade.parent);
    }
    costs.back() = probe.execute(trade, parts);
  }
  return costs;
}

double cost_of(const ImpactChoice& model, const ProbeSetting& setting, std::span<const ProbeTrade> trades, std::int64_t parts) {
  const std::vector<double> costs = costs_of(model, setting, trades, parts);
  return std::accumulate(costs.begin(), costs.end(), 0.0);
}

}  // namespace plimsoll
