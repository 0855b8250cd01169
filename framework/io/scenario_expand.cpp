#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "core/content_hash.hpp"
#include "execution/fees.hpp"
#include "io/scenario_calendar.hpp"
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

/// "2012-06-21 14:30:00.5"
std::string utc_text(TimePoint time) {
  const std::chrono::sys_time<std::chrono::nanoseconds> moment{std::chrono::nanoseconds{time}};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  return iso_date(day) + " " + clock_text((moment - day).count());
}

/// What is known of the tapes of a set, in its order.
class SetFacts {
 public:
  SetFacts(const MarketSet& set, std::map<const MarketSource*, TapeFacts>& facts) : set_{&set} {
    for (const MarketSet::Member& member : set.members) facts_.push_back(&facts[member.source.get()]);
  }
  std::size_t size() const { return facts_.size(); }
  const TapeFacts& operator[](std::size_t market) const { return *facts_[market]; }
  /// On the clock of the set.
  TimePoint first(std::size_t market) const { return facts_[market]->first_time + set_->members[market].lag; }
  TimePoint last(std::size_t market) const { return facts_[market]->last_time + set_->members[market].lag; }
  const MarketSource& source(std::size_t market) const { return *set_->members[market].source; }
  /// The market whose tape ends first, and with it the run.
  std::size_t first_to_end() const {
    std::size_t out = 0;
    for (std::size_t market = 1; market < size(); ++market)
      if (last(market) < last(out)) out = market;
    return out;
  }

 private:
  const MarketSet* set_;
  std::vector<const TapeFacts*> facts_;
};

/// What is known of all tapes that are asked for, by set.
struct AllFacts {
  std::map<const MarketSource*, TapeFacts> by_source;  ///< looked up, never walked through
  std::vector<SetFacts> by_set;
};

/// Combinations x seeds on every set of markets. Combinations and sets are held once, a scenario is put together when it is asked for.
class ScenarioList final : public ScenarioSource {
 public:
  ScenarioList(const ExperimentFile& file, AllFacts&& facts) : file_{file}, facts_{std::move(facts)}, seed_{std::to_string(file.seed)} {}

  std::size_t size() const override { return file_.scenario_count; }
  std::size_t market_of(std::size_t number) const override { return file_.market_of(number); }

  Scenario make(std::size_t number) const override {
    const ScenarioDrafts& drafts = *file_.drafts;
    const std::size_t combination = number / file_.seeds % file_.combinations, set = market_of(number);
    const ScenarioDraft& draft = drafts.combinations[combination];
    const SetFacts& facts = facts_.by_set[set];
    const auto replicate = static_cast<std::uint32_t>(number % file_.seeds);
    Scenario out{key_of(draft, facts, replicate), file_.sets[set], draft.run, {}, {}};
    out.run.scenario = number;
    out.run.replicate = replicate;
    out.run.markets.reserve(draft.markets.size());
    for (std::size_t market = 0; market < draft.markets.size(); ++market) add_market(draft, market, facts[market], out);
    out.run.parents.reserve(draft.parents.size());
    for (const ParentDraft& each : draft.parents) {
      ParentSpec& parent = out.run.parents.emplace_back(each.spec);
      const TapeFacts& tape = facts[parent.market];
      parent.start = time_on_tape(each.start, tape);
      parent.end = time_on_tape(each.end, tape);
      if (each.limit_price) parent.limit = in_ticks(*each.limit_price, tape);
    }
    out.swept.reserve(drafts.columns.size() + 3);
    for (std::size_t column = 0; column < drafts.columns.size(); ++column)
      out.swept.push_back({drafts.columns[column].key, drafts.value(combination, column)});
    out.swept.push_back({"seed", std::int64_t{replicate}});
    std::string symbols;
    for (std::size_t market = 0; market < facts.size(); ++market) symbols += (market > 0 ? "+" : "") + facts[market].instrument.symbol;
    out.swept.push_back({"symbol", std::move(symbols)});
    out.swept.push_back({"date", facts[0].date});
    return out;
  }

 private:
  void add_market(const ScenarioDraft& draft, std::size_t index, const TapeFacts& facts, Scenario& out) const {
    const MarketDraft& from = draft.markets[index];
    MarketSpec& market = out.run.markets.emplace_back(from.spec);
    market.fees.take_per_lot_ticks = ticks_per_lot(from.spec.fees.take_per_lot_ticks, facts);
    market.fees.make_per_lot_ticks = ticks_per_lot(from.spec.fees.make_per_lot_ticks, facts);
    if (from.draws == kNoDraws) return;
    std::vector<ParamValue> params = market.impact.params;
    std::vector<DrawnParameter> drawn = file_.drafts->draws[from.draws].apply(params, file_.seed, out.run.replicate);
    market.impact.params = std::move(params);
    const auto same = [&](const MarketDraft& earlier) { return earlier.draws == from.draws; };  // one set of estimates for both markets
    if (std::any_of(draft.markets.begin(), draft.markets.begin() + static_cast<std::ptrdiff_t>(index), same)) return;
    out.drawn.insert(out.drawn.end(), drawn.begin(), drawn.end());
  }

  std::string key_of(const ScenarioDraft& draft, const SetFacts& facts, std::uint32_t replicate) const {
    ContentHash hash;
    hash.add(file_.program);
    for (std::size_t market = 0; market < facts.size(); ++market) hash.add(facts[market].content_hash);
    hash.add(std::string_view{draft.identity.data(), draft.identity.size()});
    hash.add(seed_);
    hash.add(std::to_string(replicate));
    return hash.hex();
  }

  ExperimentFile file_;
  AllFacts facts_;
  std::string seed_;
};

/// What only the tapes show to be wrong, or odd.
class TapeChecks {
 public:
  TapeChecks(const ExperimentFile& file, bool many) : drafts_{*file.drafts}, names_{file.market_names}, many_{many} {}

  void check(const SetFacts& set) {
    for (std::size_t a = 0; a < set.size(); ++a)
      for (std::size_t b = a + 1; b < set.size(); ++b) {
        if (set.first(a) > set.last(b) || set.first(b) > set.last(a))
          faults_.add({"MARKETS-APART", set.source(b).place, "market",
                       "the tapes do not overlap in time: " + span_text(a, set[a]) + ", " + span_text(b, set[b]), "name tapes of one day"});
        else if (set[a].content_hash == set[b].content_hash)
          add_note("market." + names_[a] + " and market." + names_[b] + " read the same data: they differ in nothing but your orders");
      }
  }
  void check(const ScenarioDraft& draft, const SetFacts& set) {
    for (const ParentDraft& parent : draft.parents) check_parent(parent, set);
    for (std::size_t market = 0; market < draft.markets.size(); ++market) {
      const FeeRules& fees = draft.markets[market].spec.fees;
      check_fee(fees.take_per_lot_ticks, draft.markets[market].take_fee_words, set[market]);
      check_fee(fees.make_per_lot_ticks, draft.markets[market].make_fee_words, set[market]);
    }
  }

  void throw_if_any() const {
    if (!faults_.all().empty()) throw BadInput{ExitCode::bad_scenario, faults_.all()};
  }
  std::vector<std::string> notes() && { return std::move(notes_); }

 private:
  std::string span_text(std::size_t market, const TapeFacts& facts) const {
    return names_[market] + " from " + utc_text(facts.first_time) + " to " + utc_text(facts.last_time) + " UTC";
  }

  void check_parent(const ParentDraft& draft, const SetFacts& set) {
    const TapeFacts& facts = set[draft.spec.market];
    const TimePoint start = time_on_tape(draft.start, facts), end = time_on_tape(draft.end, facts);
    const std::size_t ending = set.first_to_end();
    if (start < facts.first_time)
      fault("SCENARIO-TIME", draft.start.words, facts, "is before the tape's first event",
            "the first event is at " + moment_text(draft.start, facts.first_time, facts));
    else if (start > facts.last_time)
      fault("SCENARIO-TIME", draft.start.words, facts, "is after the tape's last event",
            "the last event is at " + moment_text(draft.start, facts.last_time, facts));
    else if (start > set.last(ending))
      fault("SCENARIO-TIME", draft.start.words, facts, "is after the last event of market." + names_[ending] + ", with which the run ends",
            "that is at " + moment_text(draft.start, set.last(ending), facts));
    if (end <= start) fault("SCENARIO-TIME", draft.end.words, facts, "is not after " + words(draft.start.words).field, "");
    if (end + draft.spec.start_jitter > std::min(facts.last_time, set.last(ending))) note_long(draft, set);
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
  void note_long(const ParentDraft& draft, const SetFacts& set) {
    const bool jitter = draft.spec.start_jitter > 0;
    if (!noted_.emplace(draft.end.offset, draft.end.words, jitter).second) return;
    const TapeFacts& facts = set[draft.spec.market];
    const std::size_t ending = set.first_to_end();
    const bool by_other = set.last(ending) < facts.last_time;
    add_note(words(draft.end.words).field + (jitter ? " with start_jitter_s" : "") + " reaches beyond " +
             (by_other ? "the last event of market." + names_[ending] : "the tape's last event") + " (" +
             (many_ ? "first on " + name_of(facts) + ", " : "") +
             moment_text(draft.end, by_other ? set.last(ending) : facts.last_time, facts) + "): such an order ends with " +
             (by_other ? "it" : "the tape"));
  }
  void add_note(const std::string& note) {
    if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) notes_.push_back(note);
  }

  const ScenarioDrafts& drafts_;
  const std::vector<std::string>& names_;
  bool many_;
  ScenarioFaults faults_;
  std::set<std::tuple<Duration, std::uint32_t, bool>> noted_;
  std::vector<std::string> notes_;
};

}  // namespace

std::size_t ExperimentFile::families() const {
  const std::size_t listed = scenario_count / combinations / seeds;
  return sets.size() / listed;
}

std::size_t ExperimentFile::market_of(std::size_t scenario) const {
  return scenario / seeds / combinations * families() + drafts->combinations[scenario / seeds % combinations].family;
}

Expansion ExperimentFile::expand(const TapeFactsSource& facts_of, std::optional<std::size_t> only) const {
  AllFacts facts;
  std::set<const MarketSource*> asked;
  if (only)
    for (const MarketSet::Member& member : sets[market_of(*only)]->members) asked.insert(member.source.get());
  for (const auto& market : markets)
    if (!only || asked.contains(market.get())) facts.by_source[market.get()] = facts_of(*market);
  for (const auto& set : sets) facts.by_set.emplace_back(*set, facts.by_source);
  TapeChecks checks{*this, scenario_count > combinations * seeds};
  for (std::size_t set = 0; set < sets.size(); ++set)
    if (!only || set == market_of(*only)) checks.check(facts.by_set[set]);
  checks.throw_if_any();  // of tapes that are apart every start is outside one
  for (std::size_t number = only.value_or(0); number < (only ? *only + 1 : scenario_count); number += seeds)
    checks.check(drafts->combinations[number / seeds % combinations], facts.by_set[market_of(number)]);
  checks.throw_if_any();
  return {std::make_shared<const ScenarioList>(*this, std::move(facts)), std::move(checks).notes()};
}

}  // namespace plimsoll
