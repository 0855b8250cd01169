#include <algorithm>

#include "core/comma_list.hpp"
#include "io/calibrated_file.hpp"
#include "io/scenario_plan.hpp"
#include "io/scenario_values.hpp"

namespace plimsoll {
namespace {

std::string decimal_e9(std::int64_t value) {
  std::string digits = std::to_string(value % 1'000'000'000 + 1'000'000'000);
  digits[0] = '.';
  const std::size_t last = digits.find_last_not_of('0');
  return std::to_string(value / 1'000'000'000) + (last == 0 ? "" : digits.substr(0, last + 1));
}

/// Resolves the keys of one combination, table by table.
class Resolver {
 public:
  Resolver(const KeysInForce& keys, const FlatDocument& document, const std::string& path, const std::string& folder,
           const ScenarioNames& names, CalibratedFiles& calibrated, ScenarioFaults& faults)
      : keys_{keys}, document_{document}, path_{path}, folder_{folder}, names_{names}, calibrated_{calibrated}, faults_{faults} {}

  Combination resolve() {
    for (const char* table : {"", "experiment", "market", "instrument", "strategy", "impact", "latency", "fees", "output"})
      table_values(table);
    for (const std::string& table : names_.parents()) table_values(table);
    fill_market();
    fill_rules();
    for (const std::string& table : names_.parents()) fill_parent(table);
    fill_impact();
    out_.seeds = static_cast<std::uint32_t>(integer("experiment.seeds"));
    draft_.run.seed = static_cast<std::uint64_t>(integer("experiment.seed"));
    draft_.run.record =
        choice("output.record", {"summary", "fills", "full"}, {RecordLevel::summary, RecordLevel::fills, RecordLevel::full});
    return std::move(out_);
  }

 private:
  /// What stands in the scenario wins over a calibrated file.
  const KeyInForce* in_force(const std::string& key) const {
    if (const auto found = keys_.find(key); found != keys_.end()) return &found->second;
    const auto found = from_file_.find(key);
    return found == from_file_.end() ? nullptr : &found->second;
  }
  std::string place(const std::string& key) const {
    if (const KeyInForce* found = in_force(key)) return found->value->place;
    const std::string table = document_.table_place(table_of(key));
    return table.empty() ? path_ : table;
  }
  void fault(const std::string& code, const std::string& key, const std::string& problem, const std::string& suggestion) {
    faults_.add({code, place(key), key, problem, suggestion});
  }

  const ParamValue* value(const std::string& key) const {
    const auto found = out_.resolved.find(key);
    return found == out_.resolved.end() ? nullptr : &found->second;
  }
  std::int64_t integer(const std::string& key) const { return value(key) != nullptr ? value(key)->integer : 0; }
  double real(const std::string& key) const { return value(key) != nullptr ? value(key)->real : 0.0; }
  std::string text(const std::string& key) const { return value(key) != nullptr ? value(key)->text : std::string{}; }
  template <class T>
  T choice(const std::string& key, std::initializer_list<const char*> words, std::initializer_list<T> values) const {
    const std::string word = text(key);
    for (std::size_t index = 0; index < words.size(); ++index)
      if (word == words.begin()[index]) return values.begin()[index];
    return values.begin()[0];
  }

  std::vector<ParamValue> table_values(const std::string& table) {
    const std::string prefix = table.empty() ? "" : table + ".";
    std::vector<plimsoll_param_info> infos;
    std::vector<GivenParam> given;
    for (const plimsoll_param_info& info : names_.params(table)) {
      if (prefix + info.name == "market.path" && in_force("market.paths") != nullptr) continue;  // the list says it
      const KeyInForce* found = in_force(prefix + info.name);
      if (found == nullptr) {
        infos.push_back(info);
        continue;
      }
      if (auto list = info.type == PLIMSOLL_REALS ? numbers_in(*found->value) : std::nullopt) {
        infos.push_back(info);
        given.push_back({info.name, std::move(*list), found->value->place});
      } else if (const auto scalar = scalar_of(prefix + info.name, *found->value)) {
        infos.push_back(info);
        given.push_back({info.name, *scalar, found->value->place});
      }
    }
    ResolvedParams resolved = resolve_params(infos.data(), static_cast<std::uint32_t>(infos.size()), given, table, table_place(table));
    for (InputError& error : resolved.errors) faults_.add(std::move(error));
    if (!resolved.errors.empty()) return {};
    for (const ParamValue& found : resolved.values) {
      const std::string key = prefix + found.name;
      const bool empty = (found.type == PLIMSOLL_TEXT && found.text.empty()) || (found.type == PLIMSOLL_REALS && found.reals.empty());
      const bool absent = found.type == 0 || (empty && in_force(key) == nullptr);
      if (absent) continue;
      out_.values[key] = toml_text(found);
      out_.resolved[key] = found;
    }
    return std::move(resolved.values);
  }

  std::string table_place(const std::string& table) const {
    const std::string found = table.empty() ? "" : document_.table_place(table);
    if (!found.empty()) return found;
    if (const auto plugin = plugin_table_of(table + ".")) return place(plugin->kind + ".name");
    return path_;
  }

  std::optional<GivenValue> scalar_of(const std::string& key, const FlatValue& value) {
    if (const auto* boolean = std::get_if<bool>(&value.value)) return *boolean;
    if (const auto* integer = std::get_if<std::int64_t>(&value.value)) return *integer;
    if (const auto* real = std::get_if<double>(&value.value)) return *real;
    if (const auto* text = std::get_if<std::string>(&value.value)) return *text;
    const bool moment = std::holds_alternative<TomlMoment>(value.value) && type_text(value) != "a table";
    faults_.add({"SCENARIO-TYPE", value.place, key, type_text(value) + " where one value is wanted",
                 moment            ? "put it in quotes"
                 : value.is_list() ? "to try several values, list them in [sweep]"
                                   : ""});
    return std::nullopt;
  }

  void fill_market() {
    for (const char* key : {"market.first_date", "market.last_date", "market.calendar"}) out_.data_keys.emplace_back(key);
    MarketSource& market = out_.market;
    market.feed = text("market.feed");
    market.place = table_place("market");
    if (names_.feed() == nullptr) {
      std::string known;
      for (const FeedDeclaration& feed : names_.vocabulary().feeds) known += (known.empty() ? "" : ", ") + feed.name;
      if (!market.feed.empty())
        fault("SCENARIO-UNKNOWN-FEED", "market.feed", "there is no feed \"" + market.feed + "\"", "there are " + known);
      return;
    }
    for (const plimsoll_param_info& info : names_.feed()->settings) {
      const std::string key = std::string{"market."} + info.name;
      const ParamValue* found = value(key);
      if (found == nullptr) continue;
      market.settings[info.name] = found->type == PLIMSOLL_TEXT   ? found->text
                                   : found->type == PLIMSOLL_REAL ? real_text(found->real)
                                                                  : std::to_string(found->integer);
      const bool many = std::string_view{info.unit} == "paths";
      if (!many && std::string_view{info.unit} != "path") continue;
      const KeyInForce* given = in_force(key);
      const std::string base = given != nullptr && given->from_override ? "." : folder_;
      std::string resolved;
      for (const std::string& path : many ? comma_list(found->text) : std::vector{found->text})
        resolved += (resolved.empty() ? "" : ", ") + resolve_path(path, base);
      market.settings[info.name] = resolved;
      out_.data_keys.push_back(key);
    }
    for (const char* name : {"symbol", "currency", "tick", "lot", "multiplier"}) {
      const std::string key = std::string{"instrument."} + name;
      const ParamValue* found = value(key);
      if (found == nullptr) continue;
      if (names_.feed()->brings_instrument)
        fault("SCENARIO-CONFLICT", key, "the " + market.feed + " feed brings its own instrument", "remove [instrument]");
      if (found->type != PLIMSOLL_REAL) {
        market.settings[key] = found->type == PLIMSOLL_TEXT ? found->text : std::to_string(found->integer);
      } else if (const auto exact = exact_e9(found->real); exact && *exact > 0) {
        market.settings[key] = decimal_e9(*exact);
      } else {
        fault("SCENARIO-RANGE", key, real_text(found->real) + " is not a whole number of 1e-9", "");
      }
    }
  }

  void fill_rules() {
    MarketRules& rules = draft_.run.markets[0].rules;
    rules.response = choice("market.response", {"overlay", "none", "shift", "model"},
                            {Response::overlay, Response::none, Response::shift, Response::model});
    rules.refill_per_s = real("market.refill_per_s");
    if (value("market.spill_ticks") != nullptr) rules.spill_ticks = static_cast<Ticks>(integer("market.spill_ticks"));
    rules.queue_on_shift = choice("market.queue_on_shift", {"back", "front"}, {QueueOnShift::back, QueueOnShift::front});
    rules.unfilled_makers_max = static_cast<std::uint32_t>(integer("market.unfilled_makers_max"));
    rules.reaction_clock = duration_of(real("market.reaction_clock_ms"), kMillisecond);
    if (value("market.reaction_clock_ms") != nullptr && rules.reaction_clock < 1)
      fault("SCENARIO-RANGE", "market.reaction_clock_ms", "is shorter than a nanosecond", "");
    draft_.run.markets[0].latency = {duration_of(real("latency.feed_us"), kMicrosecond),
                                     duration_of(real("latency.order_us"), kMicrosecond),
                                     duration_of(real("latency.response_us"), kMicrosecond)};
    draft_.run.markets[0].fees = {real("fees.take_bps"), real("fees.make_bps"), real("fees.take_per_unit"), real("fees.make_per_unit")};
    out_.take_fee_words = {"fees.take_per_unit", place("fees.take_per_unit")};
    out_.make_fee_words = {"fees.make_per_unit", place("fees.make_per_unit")};
  }

  DraftTime time_of(const std::string& clock_key, const std::string& seconds_key, ValueWords& words) {
    DraftTime out;
    const bool clock = in_force(clock_key) != nullptr, seconds = in_force(seconds_key) != nullptr;
    out.after_first_event = seconds;
    words.field = seconds ? seconds_key : clock_key;
    words.place = place(words.field);
    if (clock && seconds) fault("SCENARIO-CONFLICT", seconds_key, "excludes " + clock_key, "keep one of the two");
    if (!clock && !seconds)
      fault("SCENARIO-MISSING-KEY", clock_key, "is required", "give a clock time, or " + seconds_key + " in seconds after the first event");
    if (seconds) out.offset = duration_of(real(seconds_key), kSecond);
    if (clock && !seconds && value(clock_key) != nullptr) {
      if (const auto parsed = parse_clock(text(clock_key)))
        out.offset = *parsed;
      else
        fault("SCENARIO-TIME", clock_key, toml_quoted(text(clock_key)) + " is not a clock time", "write \"HH:MM:SS\" or \"HH:MM:SS.fff\"");
    }
    return out;
  }

  void fill_parent(const std::string& table) {
    ParentDraft& draft = draft_.parents.emplace_back();
    ParentParts& parts = out_.parents.emplace_back();
    ParentSpec& parent = draft.spec;
    if (table != "parent") parent.name = std::make_shared<const std::string>(word_of(table));
    parent.owner = number_of_owner(text(table + ".owner"));
    parent.side = choice(table + ".side", {"buy", "sell"}, {Side::buy, Side::sell});
    parent.lots = integer(table + ".quantity_lots");
    parent.start_jitter = duration_of(real(table + ".start_jitter_s"), kSecond);
    parent.end_policy =
        choice(table + ".end_policy", {"cross", "cancel", "extend"}, {EndPolicy::cross, EndPolicy::cancel, EndPolicy::extend});
    out_.random = out_.random || parent.start_jitter > 0;
    draft.start = time_of(table + ".start", table + ".start_s", parts.start_words);
    draft.end = time_of(table + ".end", table + ".end_s", parts.end_words);
    const bool both_known = faults_.all().empty() && draft.start.after_first_event == draft.end.after_first_event;
    if (both_known && draft.end.offset <= draft.start.offset)
      fault("SCENARIO-TIME", parts.end_words.field, "is not after " + parts.start_words.field, "");
    if (value(table + ".limit_price") != nullptr) {
      draft.limit_price = real(table + ".limit_price");
      parts.limit_words = {table + ".limit_price", place(table + ".limit_price")};
    }
    fill_strategy(table, parent, parts);
  }

  std::uint32_t number_of_owner(const std::string& owner) {
    const auto known = std::find(owners_.begin(), owners_.end(), owner);
    if (known != owners_.end()) return static_cast<std::uint32_t>(known - owners_.begin());
    owners_.push_back(owner);
    return static_cast<std::uint32_t>(owners_.size() - 1);
  }

  void fill_strategy(const std::string& table, ParentSpec& parent, ParentParts& parts) {
    const std::string own = table + ".strategy";
    const std::string key = value(own) != nullptr ? own : "strategy.name";
    if (value(key) == nullptr) {
      if (in_force(key) == nullptr) fault("SCENARIO-MISSING-KEY", key, "is required", "which strategy works the order");
      return;
    }
    if (const PluginEntry* entry = plugin(PluginKind::strategy, key)) {
      parent.strategy.type = entry->strategy;
      parts.strategy = "strategy." + text(key);
      parts.strategy_params = plugin_values(*entry, parts.strategy);
    }
  }

  void fill_impact() {
    const std::string impact = text("impact.name");
    const bool needs_book = draft_.run.markets[0].rules.response == Response::model;
    if (impact == "none") {
      if (needs_book)
        fault("SCENARIO-CONFLICT", "impact.name", "\"none\" is no book to trade with", "market.response = \"model\" needs " + books());
      return;
    }
    if (const PluginEntry* entry = plugin(PluginKind::impact_model, "impact.name")) {
      draft_.run.markets[0].impact.type = entry->impact_model;
      fill_parameters(*entry, "impact." + impact);
      if (entry->impact_model->manipulation_free == 0) refuse_round_trips(*entry->impact_model);
      if (needs_book && entry->impact_model->sweep == nullptr)
        fault("SCENARIO-CONFLICT", "impact.name", impact + " is no book to trade with", "market.response = \"model\" needs " + books());
    }
  }

  void fill_parameters(const PluginEntry& entry, const std::string& table) {
    const KeyInForce* given = in_force("impact.calibrated");
    const bool sample = integer("impact.sample") != 0;
    if (given == nullptr || value("impact.calibrated") == nullptr) {
      if (sample && given == nullptr)
        fault("SCENARIO-CONFLICT", "impact.sample", "has no errors to draw from", "name a file in impact.calibrated");
      out_.impact_params = plugin_values(entry, table);
      return;
    }
    out_.data_keys.emplace_back("impact.calibrated");
    const std::string path = resolve_path(text("impact.calibrated"), given->from_override ? "." : folder_);
    const FlatDocument* file = calibrated_.open(path, given->value->place, faults_);
    if (file == nullptr) return;
    take_calibrated(*file, path, table);
    out_.impact_params = plugin_values(entry, table);
    if (sample && !out_.impact_params.empty()) sample_calibrated(*file, path, table);
  }

  void take_calibrated(const FlatDocument& file, const std::string& path, const std::string& table) {
    from_file_ = calibrated_keys(file, table);
    const auto own = keys_.lower_bound(table + ".");
    const bool has_own = own != keys_.end() && own->first.starts_with(table + ".");
    if (from_file_.empty() && !has_own)
      fault("SCENARIO-MISSING-KEY", "impact.calibrated", path + " has no [" + table + "]", "calibrate it, or give its parameters here");
    for (const auto& [key, found] : from_file_) {
      if (!names_.is_key(key))
        faults_.add({"SCENARIO-UNKNOWN-KEY", file.find(key)->key_place, key, "unknown key", names_.suggest_key(key)});
      if (!keys_.contains(key)) out_.calibrated.insert(key);
    }
  }

  void sample_calibrated(const FlatDocument& file, const std::string& path, const std::string& table) {
    const std::size_t faults_before = faults_.all().size();
    const auto given = [&](const std::string& key) { return keys_.contains(key); };
    out_.draws = calibrated_draws(file, table, names_.params(table), given, faults_);
    out_.random = true;
    if (out_.draws->names().empty() && faults_.all().size() == faults_before)
      fault("CALIBRATION-COVARIANCE", "impact.sample",
            "has nothing to draw: " + path + " claims no error of any parameter of " + table + " that it gives alone",
            "leave out impact.sample");
  }

  /// A round trip against a model that can be manipulated would show a profit that no market pays.
  void refuse_round_trips(const plimsoll_impact_model_type& model) {
    for (std::size_t a = 0; a < draft_.parents.size(); ++a)
      for (std::size_t b = a + 1; b < draft_.parents.size(); ++b) {
        const ParentSpec& one = draft_.parents[a].spec;
        const ParentSpec& other = draft_.parents[b].spec;
        if (one.owner != other.owner || one.side == other.side) continue;
        fault("SCENARIO-CONFLICT", names_.parents()[b] + ".side",
              "is opposite to that of " + names_.parents()[a] + " of the same owner, and " + model.name +
                  " is not free of price manipulation: " + model.manipulation_note,
              "take a model that is free (plimsoll list impact_models NAME), or give them different owners");
      }
  }

  /// The impact models that response = "model" can trade with.
  std::string books() const {
    std::string out;
    for (const PluginEntry& entry : names_.plugins().entries())
      if (entry.kind == PluginKind::impact_model && entry.impact_model->sweep != nullptr) out += (out.empty() ? "" : ", ") + entry.name;
    return out.empty() ? "a model that is a book" : "one of " + out;
  }

  /// The plugin that the value of `key` names.
  const PluginEntry* plugin(PluginKind kind, const std::string& key) {
    if (value(key) == nullptr) return nullptr;
    const PluginEntry* entry = names_.plugins().find(kind, text(key));
    if (entry == nullptr) faults_.add(names_.plugins().unknown_plugin(kind, text(key), place(key), key));
    return entry;
  }

  std::vector<ParamValue> plugin_values(const PluginEntry& entry, const std::string& table) {
    const std::string identity = table + " " + (entry.file_hash.empty() ? entry.origin : entry.file_hash);
    if (std::find(out_.plugins.begin(), out_.plugins.end(), identity) == out_.plugins.end()) out_.plugins.push_back(identity);
    std::vector<ParamValue> values = table_values(table);
    for (const ParamValue& found : values) {
      const auto has = [&](const char* word) { return found.name.find(word) != std::string::npos; };
      const bool draws = has("jitter") || has("random") || has("noise");
      if (draws && (found.type == PLIMSOLL_TEXT ? !found.text.empty() : found.real != 0.0 || found.integer != 0)) out_.random = true;
    }
    return values;
  }

  const KeysInForce& keys_;
  const FlatDocument& document_;
  const std::string& path_;
  const std::string& folder_;
  const ScenarioNames& names_;
  CalibratedFiles& calibrated_;
  ScenarioFaults& faults_;
  KeysInForce from_file_;  ///< what a calibrated file gives of the impact model
  std::vector<std::string> owners_;
  Combination out_;
  ScenarioDraft& draft_ = out_.draft;
};

}  // namespace

Combination resolve_combination(const KeysInForce& keys, const FlatDocument& document, const std::string& path, const std::string& folder,
                                const ScenarioNames& names, CalibratedFiles& calibrated, ScenarioFaults& faults) {
  return Resolver{keys, document, path, folder, names, calibrated, faults}.resolve();
}

}  // namespace plimsoll
