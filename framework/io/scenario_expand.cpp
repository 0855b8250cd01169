#include <algorithm>
#include <cstdlib>
#include <map>

#include "core/content_hash.hpp"
#include "io/scenario_draft.hpp"
#include "io/scenario_plan.hpp"
#include "io/scenario_values.hpp"

namespace plimsoll {
namespace {

constexpr std::int64_t kBillion = 1'000'000'000;

TimePoint time_on_tape(const DraftTime& time, const TapeFacts& facts) {
  return time.after_first_event ? facts.first_time + time.offset : facts.at_clock(time.offset);
}

/// A moment of the tape as the scenario file would write it.
std::string moment_text(const DraftTime& like, TimePoint moment, const TapeFacts& facts) {
  if (like.after_first_event) return real_text(static_cast<double>(moment - facts.first_time) / 1e9) + " s after the first event";
  const Duration since_midnight = moment - facts.at_clock(0);
  return since_midnight >= 0 && since_midnight < 24 * 3600 * kSecond ? clock_text(since_midnight) : std::to_string(moment) + " ns UTC";
}

std::optional<Ticks> limit_in_ticks(const ScenarioDraft& draft, const TapeFacts& facts, ScenarioFaults& faults) {
  if (!draft.limit_price) return std::nullopt;
  const std::int64_t tick = facts.instrument.tick_e9;
  const auto price = exact_e9(*draft.limit_price);
  if (price && *price % tick == 0 && *price / tick < std::numeric_limits<Ticks>::max()) return static_cast<Ticks>(*price / tick);
  faults.add({"SCENARIO-PRICE", draft.limit_place, "parent.limit_price",
              real_text(*draft.limit_price) + " is not a whole number of ticks of " + real_text(facts.instrument.tick()),
              "round it to a tick"});
  return std::nullopt;
}

void set_times(const ScenarioDraft& draft, const TapeFacts& facts, ParentSpec& parent, ScenarioFaults& faults,
               std::vector<std::string>& notes) {
  parent.start = time_on_tape(draft.start, facts);
  parent.end = time_on_tape(draft.end, facts);
  const auto fault = [&](const DraftTime& time, const std::string& problem, const std::string& suggestion) {
    faults.add({"SCENARIO-TIME", time.place, time.field, problem, suggestion});
  };
  if (parent.start < facts.first_time)
    fault(draft.start, "is before the tape's first event", "the first event is at " + moment_text(draft.start, facts.first_time, facts));
  else if (parent.start > facts.last_time)
    fault(draft.start, "is after the tape's last event", "the last event is at " + moment_text(draft.start, facts.last_time, facts));
  if (parent.end <= parent.start) fault(draft.end, "is not after " + draft.start.field, "");
  if (parent.end + parent.start_jitter > facts.last_time) {
    const std::string note = draft.end.field + (parent.start_jitter > 0 ? " with start_jitter_s" : "") +
                             " reaches beyond the tape's last event (" + moment_text(draft.end, facts.last_time, facts) +
                             "): such an order ends with the tape";
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
  }
}

/// Currency per unit -> ticks per lot: a lot of u units pays c u; a tick of a lot is worth t u m, with m the contract multiplier.
double ticks_per_lot(double currency_per_unit, const TapeFacts& facts) {
  const double tick_worth = static_cast<double>(facts.instrument.tick_e9) * static_cast<double>(facts.instrument.multiplier);
  return currency_per_unit == 0.0 ? 0.0 : currency_per_unit * static_cast<double>(kBillion) / tick_worth;
}

std::string key_of(const ExperimentFile& experiment, const ScenarioDraft& draft, const TapeFacts& facts, std::uint32_t replicate) {
  ContentHash hash;
  for (const std::string& text :
       {experiment.program, facts.content_hash, draft.identity, std::to_string(experiment.seed), std::to_string(replicate)})
    hash.add(text);
  return hash.hex();
}

}  // namespace

Expansion ExperimentFile::expand(const TapeFactsSource& facts_of) const {
  Expansion out;
  ScenarioFaults faults;
  std::map<MarketSource, TapeFacts> known;
  for (const MarketSource& market : markets) known.emplace(market, facts_of(market));
  out.scenarios.reserve(scenario_count);
  for (const auto& draft : drafts) {
    const TapeFacts& facts = known.at(*draft->market);
    Scenario scenario{"", draft->market, draft->run, draft->swept};
    ParentSpec& parent = scenario.run.parents.front();
    set_times(*draft, facts, parent, faults, out.notes);
    parent.limit = limit_in_ticks(*draft, facts, faults);
    scenario.run.fees.take_per_lot_ticks = ticks_per_lot(scenario.run.fees.take_per_lot_ticks, facts);
    scenario.run.fees.make_per_lot_ticks = ticks_per_lot(scenario.run.fees.make_per_lot_ticks, facts);
    scenario.swept.push_back({"seed", std::int64_t{0}});
    for (std::uint32_t replicate = 0; replicate < seeds; ++replicate) {
      scenario.key = key_of(*this, *draft, facts, replicate);
      scenario.run.scenario = out.scenarios.size();
      scenario.run.replicate = replicate;
      scenario.swept.back().value = std::int64_t{replicate};
      out.scenarios.push_back(scenario);
    }
  }
  if (!faults.all().empty()) throw BadInput{ExitCode::bad_scenario, faults.all()};
  return out;
}

}  // namespace plimsoll
