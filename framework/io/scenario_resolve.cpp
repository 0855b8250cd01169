#include <algorithm>

#include "core/comma_list.hpp"
#include "io/calibrated_file.hpp"
#include "io/scenario_keys.hpp"
#include "io/scenario_plan.hpp"
#include "io/scenario_tables.hpp"
#include "io/scenario_values.hpp"

namespace plimsoll {
namespace {

std::string decimal_e9(std::int64_t value) {
  std::string digits = std::to_string(value % 1'000'000'000 + 1'000'000'000);
  digits[0] = '.';
  const std::size_t last = digits.find_last_not_of('0');
  return std::to_string(value / 1'000'000'000) + (last == 0 ? "" : digits.substr(0, last + 1));
}

/// Says what the keys of one combination mean.
class Resolver : TableValues {
 public:
  Resolver(const KeysInForce& keys, const FlatDocument& document, const std::string& path, const std::string& folder,
           const ScenarioNames& names, CalibratedFiles& calibrated, ScenarioFaults& faults)
      : TableValues{keys, document, path, names, faults}, folder_{folder}, calibrated_{calibrated} {}

  Combination resolve() {
    draft_.run.markets = std::vector<MarketSpec>{};  // as parents, each comes with its draft
    for (const char* table : {"", "experiment", "strategy", "output"}) read_table(table);
    for (const std::string& table : names_.parents()) read_table(table);
    for (const std::string& market : names_.markets()) add_market(market);
    const auto draws = [](const MarketParts& market) { return market.draws && !market.draws->names().empty(); };
    if (without_draws_ && std::none_of(out_.markets.begin(), out_.markets.end(), draws)) faults_.add(*without_draws_);
    for (const std::string& table : names_.parents()) fill_parent(table);
    for (std::uint32_t index = 0; index < draft_.markets.size(); ++index) {
      market_ = names_.markets()[index];
      require_one_model_across(index);
      refuse_round_trips(index);
    }
    out_.seeds = static_cast<std::uint32_t>(integer("experiment.seeds"));
    draft_.run.seed = static_cast<std::uint64_t>(integer("experiment.seed"));
    draft_.run.record =
        choice("output.record", {"summary", "fills", "full"}, {RecordLevel::summary, RecordLevel::fills, RecordLevel::full});
    return std::move(out_);
  }

 private:
  void add_market(const std::string& table) {
    market_ = table;
    from_file_.clear();
    MarketDraft& draft = draft_.markets.emplace_back();
    MarketParts& parts = out_.markets.emplace_back();
    if (names_.markets_have_names()) draft.spec.name = std::make_shared<const std::string>(word_of(table));
    for (const char* each : {"market", "instrument", "impact", "latency", "fees"}) read_table(each);
    fill_source(parts.source);
    fill_rules(draft.spec, parts);
    fill_impact(draft.spec, parts);
  }

  void fill_source(MarketSource& market) {
    for (const char* key : {"market.first_date", "market.last_date", "market.calendar"}) out_.data_keys.push_back(key_of(key));
    market.feed = text("market.feed");
    market.place = place_around("market");
    const FeedDeclaration* feed = names_.feed(market_);
    if (feed == nullptr) {
      std::string known;
      for (const FeedDeclaration& each : names_.vocabulary().feeds) known += (known.empty() ? "" : ", ") + each.name;
      if (!market.feed.empty())
        fault("SCENARIO-UNKNOWN-FEED", "market.feed", "there is no feed \"" + market.feed + "\"", "there are " + known);
      return;
    }
    for (const plimsoll_param_info& info : feed->settings) {
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
      out_.data_keys.push_back(key_of(key));
    }
    for (const char* name : {"symbol", "currency", "tick", "lot", "multiplier"}) {
      const std::string key = std::string{"instrument."} + name;
      const ParamValue* found = value(key);
      if (found == nullptr) continue;
      if (feed->brings_instrument)
        fault("SCENARIO-CONFLICT", key, "the " + market.feed + " feed brings its own instrument",
              names_.markets().size() > 1 ? "write it under the other markets only" : "remove [instrument]");
      if (found->type != PLIMSOLL_REAL) {
        market.settings[key] = found->type == PLIMSOLL_TEXT ? found->text : std::to_string(found->integer);
      } else if (const auto exact = exact_e9(found->real); exact && *exact > 0) {
        market.settings[key] = decimal_e9(*exact);
      } else {
        fault("SCENARIO-RANGE", key, real_text(found->real) + " is not a whole number of 1e-9", "");
      }
    }
  }

  void fill_rules(MarketSpec& spec, MarketParts& parts) {
    MarketRules& rules = spec.rules;
    rules.response = choice("market.response", {"overlay", "none", "shift", "model"},
                            {Response::overlay, Response::none, Response::shift, Response::model});
    rules.refill_per_s = real("market.refill_per_s");
    if (value("market.spill_ticks") != nullptr) rules.spill_ticks = static_cast<Ticks>(integer("market.spill_ticks"));
    rules.queue_on_shift = choice("market.queue_on_shift", {"back", "front"}, {QueueOnShift::back, QueueOnShift::front});
    rules.unfilled_makers_max = static_cast<std::uint32_t>(integer("market.unfilled_makers_max"));
    rules.reaction_clock = duration_of(real("market.reaction_clock_ms"), kMillisecond);
    if (value("market.reaction_clock_ms") != nullptr && rules.reaction_clock < 1)
      fault("SCENARIO-RANGE", "market.reaction_clock_ms", "is shorter than a nanosecond", "");
    spec.latency = {duration_of(real("latency.feed_us"), kMicrosecond), duration_of(real("latency.order_us"), kMicrosecond),
                    duration_of(real("latency.response_us"), kMicrosecond)};
    spec.fees = {real("fees.take_bps"), real("fees.make_bps"), real("fees.take_per_unit"), real("fees.make_per_unit")};
    parts.take_fee_words = {key_of("fees.take_per_unit"), place("fees.take_per_unit")};
    parts.make_fee_words = {key_of("fees.make_per_unit"), place("fees.make_per_unit")};
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
    parent.market = market_of_parent(table + ".market");
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

  std::uint32_t market_of_parent(const std::string& key) {
    const std::vector<std::string>& markets = names_.markets();
    const ParamValue* given = value(key);
    if (!names_.markets_have_names()) {
      if (given != nullptr) fault("SCENARIO-CONFLICT", key, "the only market of this file has no name", "remove it");
      return 0;
    }
    if (given != nullptr) {
      const auto found = std::find(markets.begin(), markets.end(), "market." + given->text);
      if (found != markets.end()) return static_cast<std::uint32_t>(found - markets.begin());
    }
    std::vector<std::string> words;
    std::string known;
    for (const std::string& market : markets) known += (known.empty() ? "" : ", ") + words.emplace_back(word_of(market));
    if (given != nullptr) {
      const std::string nearest = did_you_mean(given->text, words);
      fault("SCENARIO-CHOICE", key, toml_quoted(given->text) + " is no market of this file",
            nearest.empty() ? "there are " + known : nearest);
    } else if (markets.size() > 1 && in_force(key) == nullptr) {
      fault("SCENARIO-MISSING-KEY", key, "is required where there are several markets", "one of " + known);
    }
    return 0;
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

  void fill_impact(MarketSpec& spec, MarketParts& parts) {
    const std::string impact = text("impact.name");
    const bool needs_book = spec.rules.response == Response::model;
    if (impact == "none") {
      if (needs_book)
        fault("SCENARIO-CONFLICT", "impact.name", "\"none\" is no book to trade with", "market.response = \"model\" needs " + books());
      return;
    }
    if (const PluginEntry* entry = plugin(PluginKind::impact_model, "impact.name")) {
      spec.impact.type = entry->impact_model;
      fill_parameters(*entry, "impact." + impact, parts);
      if (needs_book && entry->impact_model->sweep == nullptr)
        fault("SCENARIO-CONFLICT", "impact.name", impact + " is no book to trade with", "market.response = \"model\" needs " + books());
    }
  }

  void fill_parameters(const PluginEntry& entry, const std::string& table, MarketParts& parts) {
    const KeyInForce* given = in_force("impact.calibrated");
    const bool sample = integer("impact.sample") != 0;
    if (given == nullptr || value("impact.calibrated") == nullptr) {
      if (sample && given == nullptr)
        fault("SCENARIO-CONFLICT", "impact.sample", "has no errors to draw from", "name a file in impact.calibrated");
      parts.impact_params = plugin_values(entry, table);
      return;
    }
    out_.data_keys.push_back(key_of("impact.calibrated"));
    parts.calibrated = toml_text(*value("impact.calibrated"));
    const std::string path = resolve_path(text("impact.calibrated"), given->from_override ? "." : folder_);
    const FlatDocument* file = calibrated_.open(path, given->value->place, faults_);
    if (file == nullptr) return;
    take_calibrated(*file, path, table, parts.calibrated);
    parts.impact_params = plugin_values(entry, table);
    if (sample && !parts.impact_params.empty()) sample_calibrated(*file, path, table, parts);
  }

  void take_calibrated(const FlatDocument& file, const std::string& path, const std::string& table, const std::string& name) {
    const std::vector<plimsoll_param_info> infos = names_.params(table);
    const bool has_own =
        std::any_of(infos.begin(), infos.end(), [&](const auto& info) { return keys_.contains(key_of(table + "." + info.name)); });
    from_file_ = calibrated_keys(file, table);
    if (from_file_.empty() && !has_own)
      fault("SCENARIO-MISSING-KEY", "impact.calibrated", path + " has no [" + table + "]", "calibrate it, or give its parameters here");
    for (const auto& [key, found] : from_file_) {
      if (!names_.is_key(key))
        faults_.add({"SCENARIO-UNKNOWN-KEY", file.find(key)->key_place, key, "unknown key", names_.suggest_key(key)});
      if (!keys_.contains(key_of(key))) out_.calibrated[key_of(key)] = name;
    }
  }

  void sample_calibrated(const FlatDocument& file, const std::string& path, const std::string& table, MarketParts& parts) {
    const std::size_t faults_before = faults_.all().size();
    const auto given = [&](const std::string& key) { return keys_.contains(key_of(key)); };
    parts.draws = calibrated_draws(file, table, names_.params(table), given, faults_);
    // A file for all markets is one set of estimates, drawn once.
    if (key_of("impact.calibrated") != "impact.calibrated") parts.draws->belong_to(market_);
    out_.random = true;
    if (parts.draws->names().empty() && faults_.all().size() == faults_before)
      without_draws_ = {"CALIBRATION-COVARIANCE", place("impact.sample"), key_of("impact.sample"),
                        "has nothing to draw: " + path + " claims no error of any parameter of " + table + " that it gives alone",
                        "leave out impact.sample"};
  }

  /// A model of all markets is one, with one set of parameters. Asked of each pair once, with the market that stands first.
  void require_one_model_across(std::uint32_t index) {
    const ImpactChoice& first = draft_.markets.front().spec.impact;
    const ImpactChoice& own = draft_.markets[index].spec.impact;
    const auto is_across = [](const ImpactChoice& choice) { return choice.type != nullptr && choice.type->across_instruments != 0; };
    if (!is_across(first) && !is_across(own)) return;
    const std::string across = (is_across(first) ? first : own).type->name;
    const std::string one = "\"" + across + "\" is one model for all markets";
    if (first.type != own.type)
      fault("SCENARIO-CONFLICT", "impact.name", "differs from that of " + names_.markets().front() + ", and " + one,
            "name it once for all, in [impact]");
    else if (out_.markets.front().impact_params != out_.markets[index].impact_params)
      fault("SCENARIO-CONFLICT", "impact." + across, "differs from that of " + names_.markets().front() + ", and " + one,
            "give its settings once for all, in [impact." + across + "]");
  }

  /// A round trip against a model that can be manipulated would show a profit that no market pays.
  void refuse_round_trips(std::uint32_t market) {
    const MarketSpec& spec = draft_.markets[market].spec;
    if (spec.impact.type == nullptr || spec.impact.type->manipulation_free != 0) return;
    const plimsoll_impact_model_type& model = *spec.impact.type;
    // Each market has a model of its own: what is bought here and sold there is no round trip, but for a model across them.
    const auto meets = [&](const ParentSpec& parent) { return parent.market == market || model.across_instruments != 0; };
    for (std::size_t a = 0; a < draft_.parents.size(); ++a)
      for (std::size_t b = a + 1; b < draft_.parents.size(); ++b) {
        const ParentSpec& one = draft_.parents[a].spec;
        const ParentSpec& other = draft_.parents[b].spec;
        if (one.owner != other.owner || one.side == other.side || !meets(one) || !meets(other)) continue;
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
    std::vector<ParamValue> values = read_table(table);
    for (const ParamValue& found : values) {
      const auto has = [&](const char* word) { return found.name.find(word) != std::string::npos; };
      const bool draws = has("jitter") || has("random") || has("noise");
      if (draws && (found.type == PLIMSOLL_TEXT ? !found.text.empty() : found.real != 0.0 || found.integer != 0)) out_.random = true;
    }
    return values;
  }

  const std::string& folder_;
  CalibratedFiles& calibrated_;
  std::optional<InputError> without_draws_;  ///< what is wrong when no other market draws either
  std::vector<std::string> owners_;
  ScenarioDraft& draft_ = out_.draft;
};

}  // namespace

Combination resolve_combination(const KeysInForce& keys, const FlatDocument& document, const std::string& path, const std::string& folder,
                                const ScenarioNames& names, CalibratedFiles& calibrated, ScenarioFaults& faults) {
  return Resolver{keys, document, path, folder, names, calibrated, faults}.resolve();
}

}  // namespace plimsoll
