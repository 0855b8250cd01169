#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "core/content_hash.hpp"
#include "execution/fees.hpp"
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

/// A price in ticks of the tape; nullopt when it is no whole number of them.
std::optional<Ticks> in_ticks(double currency, const TapeFacts& facts) {
  const std::int64_t tick = facts.instrument.tick_e9;
  const auto price = exact_e9(currency);
  if (price && *price % tick == 0 && *price / tick < std::numeric_limits<Ticks>::max()) return static_cast<Ticks>(*price / tick);
  return std::nullopt;
}

/// Currency per unit -> ticks per lot: a lot of u units pays c u; a tick of a lot is worth t u m, with m the contract multiplier.
double ticks_per_lot(double currency_per_unit, const TapeFacts& facts) {
  const double tick_worth = static_cast<double>(facts.instrument.tick_e9) * static_cast<double>(facts.instrument.multiplier);
  return currency_per_unit == 0.0 ? 0.0 : currency_per_unit * static_cast<double>(kBillion) / tick_worth;
}

/// Combinations x seeds on every market. Combinations and markets are held once, a scenario is put together when it is asked for.
class ScenarioList final : public ScenarioSource {
 public:
  ScenarioList(const ExperimentFile& file, std::vector<TapeFacts>&& facts)
      : file_{file}, facts_{std::move(facts)}, seed_{std::to_string(file.seed)} {
    for (const auto& market : file_.markets) sets_.push_back(std::make_shared<const MarketSet>(MarketSet{{{market, 0}}}));
  }

  std::size_t size() const override { return file_.scenario_count; }
  std::size_t market_of(std::size_t number) const override { return file_.market_of(number); }

  Scenario make(std::size_t number) const override {
    const ScenarioDrafts& drafts = *file_.drafts;
    const std::size_t combination = number / file_.seeds % file_.combinations, market = market_of(number);
    const ScenarioDraft& draft = drafts.combinations[combination];
    const TapeFacts& facts = facts_[market];
    const auto replicate = static_cast<std::uint32_t>(number % file_.seeds);
    Scenario out{key_of(draft, facts, replicate), sets_[market], draft.run, {}, {}};
    out.run.scenario = number;
    out.run.replicate = replicate;
    out.run.parents.reserve(draft.parents.size());
    for (const ParentDraft& each : draft.parents) {
      ParentSpec& parent = out.run.parents.emplace_back(each.spec);
      parent.start = time_on_tape(each.start, facts);
      parent.end = time_on_tape(each.end, facts);
      if (each.limit_price) parent.limit = in_ticks(*each.limit_price, facts);
    }
    if (draft.draws != kNoDraws) {
      std::vector<ParamValue> params = out.run.markets[0].impact.params;
      out.drawn = drafts.draws[draft.draws].apply(params, file_.seed, replicate);
      out.run.markets[0].impact.params = std::move(params);
    }
    out.run.markets[0].fees.take_per_lot_ticks = ticks_per_lot(draft.run.markets[0].fees.take_per_lot_ticks, facts);
    out.run.markets[0].fees.make_per_lot_ticks = ticks_per_lot(draft.run.markets[0].fees.make_per_lot_ticks, facts);
    out.swept.reserve(drafts.columns.size() + 3);
    for (std::size_t column = 0; column < drafts.columns.size(); ++column)
      out.swept.push_back({drafts.columns[column].key, drafts.value(combination, column)});
    out.swept.push_back({"seed", std::int64_t{replicate}});
    out.swept.push_back({"symbol", facts.instrument.symbol});
    out.swept.push_back({"date", facts.date});
    return out;
  }

 private:
  std::string key_of(const ScenarioDraft& draft, const TapeFacts& facts, std::uint32_t replicate) const {
    ContentHash hash;
    hash.add(file_.program);
    hash.add(facts.content_hash);
    hash.add(std::string_view{draft.identity.data(), draft.identity.size()});
    hash.add(seed_);
    hash.add(std::to_string(replicate));
    return hash.hex();
  }

  ExperimentFile file_;
  std::vector<TapeFacts> facts_;  ///< of each market
  std::vector<std::shared_ptr<const MarketSet>> sets_;
  std::string seed_;
};

/// What only the tapes show to be wrong, or odd.
class TapeChecks {
 public:
  TapeChecks(const ScenarioDrafts& drafts, bool many) : drafts_{drafts}, many_{many} {}

  void check(const ScenarioDraft& draft, const TapeFacts& facts) {
    for (const ParentDraft& parent : draft.parents) check_parent(parent, facts);
    check_fee(draft.run.markets[0].fees.take_per_lot_ticks, draft.take_fee_words, facts);
    check_fee(draft.run.markets[0].fees.make_per_lot_ticks, draft.make_fee_words, facts);
  }

  void throw_if_any() const {
    if (!faults_.all().empty()) throw BadInput{ExitCode::bad_scenario, faults_.all()};
  }
  std::vector<std::string> notes() && { return std::move(notes_); }

 private:
  void check_parent(const ParentDraft& draft, const TapeFacts& facts) {
    const TimePoint start = time_on_tape(draft.start, facts), end = time_on_tape(draft.end, facts);
    if (start < facts.first_time)
      fault("SCENARIO-TIME", draft.start.words, facts, "is before the tape's first event",
            "the first event is at " + moment_text(draft.start, facts.first_time, facts));
    else if (start > facts.last_time)
      fault("SCENARIO-TIME", draft.start.words, facts, "is after the tape's last event",
            "the last event is at " + moment_text(draft.start, facts.last_time, facts));
    if (end <= start) fault("SCENARIO-TIME", draft.end.words, facts, "is not after " + words(draft.start.words).field, "");
    if (end + draft.spec.start_jitter > facts.last_time) note_long(draft, facts);
    if (draft.limit_price && !in_ticks(*draft.limit_price, facts))
      fault("SCENARIO-PRICE", draft.limit_words, facts,
            real_text(*draft.limit_price) + " is not a whole number of ticks of " + real_text(facts.instrument.tick()),
            "round it to a tick");
  }

  const ValueWords& words(std::uint32_t number) const { return drafts_.words[number]; }
  static std::string name_of(const TapeFacts& facts) { return facts.instrument.symbol + " " + facts.date; }

  void fault(const std::string& code, std::uint32_t at, const TapeFacts& facts, const std::string& problem, const std::string& suggestion) {
    faults_.add({code, words(at).place, words(at).field, (many_ ? "on " + name_of(facts) + " " : "") + problem, suggestion});
  }

  void check_fee(double per_unit, std::uint32_t at, const TapeFacts& facts) {
    if (std::abs(ticks_per_lot(per_unit, facts)) >= kFeeRateMax)
      fault("SCENARIO-RANGE", at, facts,
            real_text(per_unit) + " is 1e9 or more ticks of " + real_text(facts.instrument.tick()) + " per lot",
            "use a lower fee or a larger tick");
  }

  /// Once a value and not once a day.
  void note_long(const ParentDraft& draft, const TapeFacts& facts) {
    const bool jitter = draft.spec.start_jitter > 0;
    if (!noted_.emplace(draft.end.offset, draft.end.words, jitter).second) return;
    const std::string note = words(draft.end.words).field + (jitter ? " with start_jitter_s" : "") +
                             " reaches beyond the tape's last event (" + (many_ ? "first on " + name_of(facts) + ", " : "") +
                             moment_text(draft.end, facts.last_time, facts) + "): such an order ends with the tape";
    if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) notes_.push_back(note);
  }

  const ScenarioDrafts& drafts_;
  bool many_;
  ScenarioFaults faults_;
  std::set<std::tuple<Duration, std::uint32_t, bool>> noted_;
  std::vector<std::string> notes_;
};

}  // namespace

std::size_t ExperimentFile::families() const {
  const std::size_t listed = scenario_count / combinations / seeds;
  return markets.size() / listed;
}

std::size_t ExperimentFile::market_of(std::size_t scenario) const {
  return scenario / seeds / combinations * families() + drafts->combinations[scenario / seeds % combinations].family;
}

Expansion ExperimentFile::expand(const TapeFactsSource& facts_of, std::optional<std::size_t> only) const {
  std::vector<TapeFacts> facts(markets.size());
  for (std::size_t market = 0; market < markets.size(); ++market)
    if (!only || market == market_of(*only)) facts[market] = facts_of(*markets[market]);
  TapeChecks checks{*drafts, scenario_count > combinations * seeds};
  for (std::size_t number = only.value_or(0); number < (only ? *only + 1 : scenario_count); number += seeds)
    checks.check(drafts->combinations[number / seeds % combinations], facts[market_of(number)]);
  checks.throw_if_any();
  return {std::make_shared<const ScenarioList>(*this, std::move(facts)), std::move(checks).notes()};
}

}  // namespace plimsoll
