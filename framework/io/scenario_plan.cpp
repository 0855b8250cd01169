#include "io/scenario_plan.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "core/content_hash.hpp"
#include "io/calibrated_file.hpp"
#include "io/scenario_keys.hpp"
#include "io/scenario_markets.hpp"
#include "io/scenario_values.hpp"

namespace plimsoll {
namespace {

constexpr std::size_t kScenariosMax = 1'000'000;
constexpr std::size_t kFaultsMax = 200;

/// Where the markets of a scenario come from, and how much later than the quickest each is met.
struct MarketFamily {
  std::vector<MarketSource> sources;
  std::vector<Duration> lags;
  auto operator<=>(const MarketFamily&) const = default;
};

/// Walks all combinations of a scenario file and resolves each.
class Planner {
 public:
  Planner(const FlatDocument& document, const std::string& path, const std::string& folder, const ScenarioNames& names,
          ScenarioFaults& faults)
      : document_{document}, path_{path}, folder_{folder}, names_{names}, faults_{faults} {}

  /// Names of plugins that some combination selects.
  std::set<std::string> selected;
  ScenarioDrafts drafts;
  std::vector<MarketFamily> families;         ///< distinct, in order of first use: ScenarioDraft::family
  std::map<std::string, std::string> values;  ///< every key in force in some combination -> its first value as TOML
  CalibratedFiles calibrated;
  std::size_t random = 0;  ///< combinations in which two seeds can differ
  std::uint32_t seeds = 1;

  void run(const KeysInForce& base, const std::vector<SweepAxis>& axes) {
    std::size_t combinations = 1;
    for (const SweepAxis& axis : axes) {
      combinations *= axis.size();
      for (const AxisColumn& column : axis.columns) {
        drafts.columns.push_back({column.key, {}});
        drafts.columns.back().values.resize(column.values.size() + 1);
      }
    }
    // A vector that grows holds its elements twice; what is reserved and not used is no memory.
    drafts.combinations.reserve(combinations);
    drafts.value_of.reserve(combinations * drafts.columns.size());
    std::vector<std::size_t> index(axes.size(), 0);
    do {
      visit(base, axes, index);
    } while (advance(axes, index) && faults_.all().size() < kFaultsMax);
    make_columns_uniform();
  }

 private:
  static bool advance(const std::vector<SweepAxis>& axes, std::vector<std::size_t>& index) {
    for (std::size_t axis = axes.size(); axis-- > 0;) {
      if (++index[axis] < axes[axis].size()) return true;
      index[axis] = 0;
    }
    return false;
  }

  void visit(const KeysInForce& base, const std::vector<SweepAxis>& axes, const std::vector<std::size_t>& index) {
    KeysInForce keys = base;
    for (std::size_t axis = 0; axis < axes.size(); ++axis)
      for (const AxisColumn& column : axes[axis].columns)
        if (index[axis] < column.values.size()) keys[column.key] = {&column.values[index[axis]], column.place.starts_with("--set")};
    const std::set<std::string> used = tables_used(keys);
    selected.insert(used.begin(), used.end());
    const auto unused = [&](const AxisColumn& column) { return !is_read(column.key, keys, used); };
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      const auto& columns = axes[axis].columns;
      // An axis that moves nothing here is walked once, not once per value.
      if (index[axis] > 0 && std::all_of(columns.begin(), columns.end(), unused)) return;
    }
    Combination combination = resolve_combination(keys, document_, path_, folder_, names_, calibrated, faults_);
    std::size_t place = 0;
    for (std::size_t axis = 0; axis < axes.size(); ++axis)
      for (const AxisColumn& column : axes[axis].columns)
        note_swept(drafts.columns[place++], column, index[axis], unused(column), combination);
    ScenarioDraft& draft = drafts.combinations.emplace_back(std::move(combination.draft));
    for (std::size_t parent = 0; parent < draft.parents.size(); ++parent) {
      ParentParts& parts = combination.parents[parent];
      draft.parents[parent].start.words = number_of(std::move(parts.start_words));
      draft.parents[parent].end.words = number_of(std::move(parts.end_words));
      draft.parents[parent].limit_words = number_of(std::move(parts.limit_words));
      draft.parents[parent].spec.strategy.params = shared_params(parts.strategy, std::move(parts.strategy_params));
      draft.parents[parent].spec.name = shared_name(draft.parents[parent].spec.name);
    }
    MarketFamily family;
    for (std::size_t market = 0; market < draft.markets.size(); ++market) {
      MarketParts& parts = combination.markets[market];
      MarketDraft& to = draft.markets[market];
      to.take_fee_words = number_of(std::move(parts.take_fee_words));
      to.make_fee_words = number_of(std::move(parts.make_fee_words));
      to.draws = number_of(parts.draws);
      to.spec.name = shared_name(to.spec.name);
      if (to.spec.impact.type != nullptr)
        to.spec.impact.params = shared_params(std::string{"impact."} + to.spec.impact.type->name, std::move(parts.impact_params));
      family.sources.push_back(std::move(parts.source));
      family.lags.push_back(to.spec.latency.feed);
    }
    const Duration quickest = *std::min_element(family.lags.begin(), family.lags.end());
    for (Duration& lag : family.lags) lag -= quickest;
    draft.family = number_of(std::move(family));
    const std::string identity = identity_of(combination);
    std::copy_n(identity.begin(), draft.identity.size(), draft.identity.begin());
    random += combination.random ? 1 : 0;
    seeds = combination.seeds;
    set_calibrated_apart(combination);
    values.merge(combination.values);
  }

  /// Tables of the plugins that a combination selects: "strategy.pov", "impact.linear", and of a market with a name also its own.
  std::set<std::string> tables_used(const KeysInForce& keys) const {
    std::set<std::string> out;
    for (const std::string& market : names_.markets()) {
      const std::string table = "impact." + text_in(keys, names_.key_of(market, "impact.name", keys));
      out.insert({table, names_.own_key(market, table)});
    }
    for (const std::string& parent : names_.parents()) {
      const std::string own = text_in(keys, parent + ".strategy");
      out.insert("strategy." + (own.empty() ? text_in(keys, "strategy.name") : own));
    }
    return out;
  }

  /// Whether a key decides anything: not when its plugin is not selected, nor when every market says it itself.
  bool is_read(const std::string& key, const KeysInForce& keys, const std::set<std::string>& used) const {
    const auto plugin = plugin_table_of(key);
    if (plugin && !used.contains(plugin->table)) return false;
    if (!is_in_shared_table(key)) return true;
    return std::any_of(names_.markets().begin(), names_.markets().end(), [&](const std::string& market) {
      return names_.key_of(market, key, keys) == key && (!plugin || used.contains(names_.own_key(market, plugin->table)));
    });
  }

  std::uint32_t number_of(MarketFamily&& family) {
    const auto [known, fresh] = family_numbers_.try_emplace(std::move(family), static_cast<std::uint32_t>(families.size()));
    if (fresh) families.push_back(known->first);
    return known->second;
  }

  std::uint32_t number_of(ValueWords&& words) {
    const auto [known, fresh] = words_.try_emplace(std::move(words), static_cast<std::uint32_t>(drafts.words.size()));
    if (fresh) drafts.words.push_back(known->first);
    return known->second;
  }

  std::uint32_t number_of(const std::optional<ParameterDraws>& draws) {
    if (!draws) return kNoDraws;
    const auto [known, fresh] =
        draws_.try_emplace(draws->model() + " " + draws->identity(), static_cast<std::uint32_t>(drafts.draws.size()));
    if (fresh) drafts.draws.push_back(*draws);
    return known->second;
  }

  /// In the scenario's text they are remarks: as keys they would win over the file when it is read again, and not be drawn.
  static void set_calibrated_apart(Combination& combination) {
    for (const auto& [key, file] : combination.calibrated)
      if (auto value = combination.values.extract(key)) {
        value.key() = "# " + file + " " + key;
        combination.values.insert(std::move(value));
      }
    for (const MarketParts& market : combination.markets)
      for (const DrawnTogether& part : market.draws ? market.draws->parts() : std::vector<DrawnTogether>{})
        combination.values["# " + market.calibrated + " draws of calibration." + part.estimate] = part.text;
  }

  std::shared_ptr<const std::string> shared_name(const std::shared_ptr<const std::string>& name) {
    return name == nullptr ? name : shared_names_.try_emplace(*name, name).first->second;
  }

  SharedParams shared_params(std::string key, std::vector<ParamValue>&& params) {
    for (const ParamValue& param : params) key += "\n" + param.name + " = " + toml_text(param);
    return params_.try_emplace(std::move(key), std::move(params)).first->second;
  }

  /// Content hash of everything that decides the result but program, tape, seed and replicate.
  std::string identity_of(const Combination& combination) const {
    ContentHash hash;
    if (names_.markets_have_names())
      for (const std::string& market : names_.markets()) hash.add(market);
    for (const std::string& plugin : combination.plugins) hash.add(plugin);
    const auto& data = combination.data_keys;
    for (const auto& [key, value] : combination.values) {
      const bool names_data = std::find(data.begin(), data.end(), key) != data.end();
      // Titles are for people; the experiment's seed and replicate follow; where the data lies does not matter, its content does.
      if (names_data || key.find('.') == std::string::npos || key.starts_with("experiment.")) continue;
      hash.add(key);
      hash.add(value);
    }
    for (const MarketParts& market : combination.markets)
      if (market.draws) hash.add(market.draws->identity());
    return hash.hex();
  }

  void note_swept(DraftColumn& to, const AxisColumn& column, std::size_t index, bool unused, const Combination& combination) {
    const auto found = combination.resolved.find(column.key);
    if (unused || found == combination.resolved.end()) index = to.values.size() - 1;
    drafts.value_of.push_back(static_cast<std::uint32_t>(index));
    if (to.values[index]) return;
    if (index == to.values.size() - 1)
      to.values[index] = std::numeric_limits<double>::quiet_NaN();
    else if (found->second.type == PLIMSOLL_TEXT)
      to.values[index] = found->second.text;
    else if (found->second.type == PLIMSOLL_REALS)
      to.values[index] = toml_text(found->second);
    else if (found->second.type == PLIMSOLL_REAL)
      to.values[index] = found->second.real;
    else
      to.values[index] = found->second.integer;
  }

  /// A column has one type: an unused text is "", and integers become real where some scenario does not use the key (NaN).
  void make_columns_uniform() {
    for (DraftColumn& column : drafts.columns) {
      const auto any = [&]<class T>(T) {
        return std::any_of(column.values.begin(), column.values.end(),
                           [](const auto& value) { return value && std::holds_alternative<T>(*value); });
      };
      const bool text = any(std::string{}), real = any(double{});
      for (auto& value : column.values) {
        if (!value) continue;
        if (text && std::holds_alternative<double>(*value)) value = std::string{};
        if (const auto* integer = std::get_if<std::int64_t>(&*value); real && !text && integer != nullptr)
          value = static_cast<double>(*integer);
      }
    }
  }

  const FlatDocument& document_;
  const std::string& path_;
  const std::string& folder_;
  const ScenarioNames& names_;
  ScenarioFaults& faults_;
  std::map<std::string, SharedParams> params_;  ///< by plugin and values
  std::map<ValueWords, std::uint32_t> words_;
  std::map<std::string, std::uint32_t> draws_;
  std::map<MarketFamily, std::uint32_t> family_numbers_;
  std::map<std::string, std::shared_ptr<const std::string>> shared_names_;
};

/// The experiment as a scenario file that reads back as the same one.
std::string resolved_text(std::map<std::string, std::string> lines, const std::vector<SweepAxis>& axes, const ScenarioNames& names) {
  std::string zips;
  for (const SweepAxis& axis : axes) {
    std::string columns;
    for (const AxisColumn& column : axis.columns) {
      lines.erase(column.key);
      FlatValue list;
      list.value = column.values;
      columns += (columns.empty() ? "" : ", ") + toml_quoted(column.key) + " = " + toml_text(list);
    }
    zips += "\n  { " + columns + " },";
  }
  std::string out;
  const auto write = [&](bool markets, const std::string& prefix) {
    for (const auto& [key, value] : lines)
      if (key.starts_with("market.") == markets && key.starts_with(prefix)) out += key + " = " + value + "\n";
  };
  write(false, "");
  for (const std::string& market : names.markets()) write(true, market + ".");  // their order is one of the things that a file says
  if (!zips.empty()) out += "sweep.zip = [" + zips + "\n]\n";
  return out;
}

/// What is odd about the luck of an experiment, and what of its models is luck.
void add_notes(const Planner& planner, ExperimentFile& out) {
  const std::size_t all = out.combinations;
  if (out.seeds > 1 && planner.random < all)
    out.notes.push_back((planner.random == 0 ? "nothing random is in any scenario: all "
                                             : "nothing random is in " + std::to_string(all - planner.random) + " of " +
                                                   std::to_string(all) + " combinations: their ") +
                        std::to_string(out.seeds) + " seeds give the same result; set parent.start_jitter_s or a jitter of the strategy");
  std::set<std::string> noted;
  for (const ParameterDraws& draws : planner.drafts.draws)
    if (const std::string names = draws.names(); noted.insert(names).second)
      out.notes.push_back("drawn for each seed from the errors of impact.calibrated: " + names + "; every other parameter keeps its value");
  if (!noted.empty() && out.seeds == 1)
    out.notes.push_back("impact.sample with one seed shows one draw and no spread; set experiment.seeds");
}

}  // namespace

ExperimentFile ScenarioFile::plan(const ScenarioVocabulary& vocabulary) const {
  ScenarioFaults faults;
  for (const InputError& error : early_errors_) faults.add(error);

  KeysInForce base;
  for (const FlatSetting& setting : document_.settings)
    if (!setting.key.starts_with("sweep.")) base[setting.key] = {&setting.value, overridden_.contains(setting.key)};
  const ScenarioNames names{vocabulary, base, markets_, parents_};

  check_names(document_, names, faults);
  check_text_lists(document_, faults);
  const std::vector<SweepAxis> axes = read_axes(document_, overridden_, names, faults);
  check_shared_keys(base, axes, names, faults);

  std::size_t combinations = 1;
  for (const SweepAxis& axis : axes) combinations = std::min(combinations * std::max<std::size_t>(axis.size(), 1), kScenariosMax + 1);
  if (combinations > kScenariosMax) {
    faults.add({"SCENARIO-TOO-MANY", axes.front().place, "sweep", "the axes span more than 1000000 scenarios",
                "sweep fewer values, or split the file"});
    throw BadInput{ExitCode::bad_scenario, faults.all()};
  }
  std::vector<InputError> missing;
  const MarketList list = read_market_list(base, axes, folder_, names, faults, missing);
  Planner planner{document_, path_, folder_, names, faults};
  planner.run(base, axes);
  check_calibrated(base, planner.selected, names, faults);
  for (const std::string& name : file_strategies_) planner.selected.insert("strategy." + name);
  for (const std::string& name : file_impact_models_) {
    planner.selected.insert("impact." + name);
    for (const std::string& market : markets_) planner.selected.insert(names.own_key(market, "impact." + name));
  }
  check_unused_tables(document_, planner.selected, names, faults);
  if (list.paths.empty() && !names.markets_have_names())
    for (const MarketFamily& family : planner.families) check_market_pattern(family.sources.front(), list, names, faults);
  missing.insert(missing.end(), planner.calibrated.missing().begin(), planner.calibrated.missing().end());
  if (!faults.all().empty()) throw BadInput{ExitCode::bad_scenario, faults.all()};
  if (!missing.empty()) throw BadInput{ExitCode::no_input, std::move(missing)};

  ExperimentFile out;
  const ScenarioDraft& first = planner.drafts.combinations.front();
  out.path = path_;
  out.title = text_in(base, "title");
  out.source = text_in(base, "source");
  out.expect = text_in(base, "expect");
  out.seed = first.run.seed;
  out.seeds = planner.seeds;
  out.record = first.run.record;
  out.program = vocabulary.program;
  out.combinations = planner.drafts.combinations.size();
  for (const std::size_t factor : {list.size(), out.combinations, std::size_t{out.seeds}})
    out.scenario_count = std::min(std::max<std::size_t>(out.scenario_count, 1) * std::min(factor, kScenariosMax + 1), kScenariosMax + 1);
  if (out.scenario_count > kScenariosMax) {
    const bool one_seed = !base.contains("experiment.seeds");
    throw BadInput{
        ExitCode::bad_scenario,
        {"SCENARIO-TOO-MANY", one_seed ? path_ : base.at("experiment.seeds").value->place, one_seed ? "market" : "experiment.seeds",
         "are more than 1000000 scenarios", list.size() > 1 ? "ask for fewer seeds or days" : "ask for fewer seeds"}};
  }
  for (const DraftColumn& column : planner.drafts.columns) out.swept_keys.push_back(column.key);
  for (const std::string& market : names.markets_have_names() ? markets_ : std::vector<std::string>{})
    out.market_names.push_back(word_of(market));
  std::map<MarketSource, std::shared_ptr<const MarketSource>> sources;
  for (std::size_t index = 0; index < list.size(); ++index)
    for (const MarketFamily& family : planner.families) {
      MarketSet set;
      for (std::size_t member = 0; member < family.sources.size(); ++member) {
        MarketSource market = market_of_list(family.sources[member], list, index, names);
        auto& source = sources[market];
        if (source == nullptr) source = out.markets.emplace_back(std::make_shared<const MarketSource>(std::move(market)));
        set.members.push_back({source, family.lags[member]});
      }
      out.sets.push_back(std::make_shared<const MarketSet>(std::move(set)));
    }
  for (const char* key : kListKeys)
    if (base.contains(key)) planner.values[key] = toml_text(*base.at(key).value);
  out.resolved_text = resolved_text(std::move(planner.values), axes, names);
  add_notes(planner, out);
  out.drafts = std::make_shared<const ScenarioDrafts>(std::move(planner.drafts));
  return out;
}

}  // namespace plimsoll
