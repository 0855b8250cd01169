#include "app/experiment_setup.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "app/console.hpp"
#include "app/memory_plan.hpp"
#include "app/plugin_trial.hpp"
#include "app/program.hpp"
#include "execution/subscriptions.hpp"
#include "experiment/executor.hpp"
#include "experiment/experiment.hpp"

namespace plimsoll {
namespace {

constexpr std::size_t kMarketsPerPart = 4;

ShardPart parse_part(const std::string& text) {
  ShardPart part;
  const char* end = text.data() + text.size();
  const auto [slash, first] = std::from_chars(text.data(), end, part.index);
  const bool split = first == std::errc{} && slash != end && *slash == '/';
  const auto [rest, second] = std::from_chars(split ? slash + 1 : end, end, part.count);
  if (!split || second != std::errc{} || rest != end || part.index < 1 || part.index > part.count || part.count > 100'000)
    usage_error("USAGE-VALUE", "--shard", "\"" + text + "\" is not I/N with 1 <= I <= N", "write e.g. --shard 1/3");
  return part;
}

std::string file_of(const MarketSource& market, const TapeInfo& info) {
  const auto path = market.settings.find("path");
  return path != market.settings.end() ? path->second : info.source;
}

/// A day that is listed twice, as a copy or a link, would weigh double in every mean. Only markets of one list are compared: settings that
/// are swept may well leave a tape as it is.
void refuse_equal_markets(const ExperimentFile& file, const TapeStore& tapes) {
  std::map<std::pair<std::size_t, std::string>, const MarketSource*> known;
  std::vector<InputError> errors;
  const std::size_t families = file.families();
  for (std::size_t index = 0; index < file.sets.size(); ++index) {
    const MarketSource& market = *file.sets[index]->members.front().source;
    const TapeInfo& info = tapes.header(market).info;
    const auto [first, fresh] = known.try_emplace({index % families, info.content_hash}, &market);
    if (!fresh)
      errors.push_back({"SCENARIO-CONFLICT", market.place, "market",
                        file_of(market, info) + " holds the same data as " + file_of(*first->second, tapes.header(*first->second).info),
                        "list each market once"});
  }
  if (!errors.empty()) throw BadInput{ExitCode::bad_scenario, std::move(errors)};
}

/// Whether a market is in more than one set.
bool are_shared(const ExperimentSetup& setup) { return setup.markets.size() < setup.sets.size() * setup.sets.front()->members.size(); }

/// Whether tapes stay in memory from the survey on: where all scenarios need them, or so many sets that they fill no more than those at
/// work.
bool keeps_tapes(const ExperimentSetup& setup) {
  return setup.sets.size() == 1 || (are_shared(setup) && setup.markets.size() <= setup.threads * setup.sets.front()->members.size());
}

bool is_member(const MarketSource& market, const MarketSet& set) {
  return std::any_of(set.members.begin(), set.members.end(), [&](const auto& member) { return member.source.get() == &market; });
}

/// Bars know no depth: what stands at their quotes is made up. Only a response that asks for none of it has an answer there.
void refuse_made_up_depth(const ExperimentSetup& setup) {
  const auto of_bars = [&](const MarketSource& market) { return setup.tapes->header(market).info.levels == "bars"; };
  if (std::none_of(setup.markets.begin(), setup.markets.end(), [&](const auto& market) { return of_bars(*market); })) return;
  const std::size_t first = setup.only.value_or(0), end = setup.only ? first + 1 : setup.scenarios->size();
  std::map<std::string, InputError> errors;
  for (std::size_t number = first; number < end; number += setup.file.seeds) {
    const Scenario scenario = setup.scenarios->make(number);
    for (std::size_t at = 0; at < scenario.markets->members.size(); ++at) {
      const MarketSource& market = *scenario.markets->members[at].source;
      const Response response = scenario.run.markets[at].rules.response;
      if (response == Response::shift || response == Response::model || !of_bars(market)) continue;
      const std::string asked = response == Response::none ? "\"none\"" : "\"overlay\"";
      errors.try_emplace(asked, InputError{"SCENARIO-CONFLICT", market.place, "market.response",
                                           asked + " trades with the depth of a book, and bars have none: their quotes are made up",
                                           "write response = \"shift\" (any size fills at the touch, the impact model moves it)"});
    }
  }
  std::vector<InputError> all;
  for (auto& [asked, error] : errors) all.push_back(std::move(error));
  if (!all.empty()) throw BadInput{ExitCode::bad_scenario, std::move(all)};
}

}  // namespace

void add_experiment_options(Options& options) {
  options.add({{"set", "KEY=VALUE", "override a key of the file", kMayRepeat},
               kPluginsOption,
               {"threads", "N", "worker threads; default: one per core"},
               {"batch", "N",
                "scenarios that share one pass over the market, 1 to 64; default: 64, or fewer so that every thread gets two such batches"},
               {"shard", "I/N", "do part I of N; the parts may run anywhere, at the same time"},
               {"only", "ID", "do one scenario of the file, in a folder of its own"},
               {"record", "LEVEL", "summary, fills or full: overrides [output] record"},
               {"strict", "", "rows of the data that were dropped, moved or repaired are errors"},
               kJsonOption});
}

std::unique_ptr<PluginRegistry> load_plugins(const std::vector<std::string>& directories) {
  auto registry = std::make_unique<PluginRegistry>();
  std::vector<InputError> errors;
  for (const std::string& directory : directories) {
    try {
      registry->load_directory(directory);
    } catch (const BadInput& error) {
      errors.insert(errors.end(), error.errors().begin(), error.errors().end());
    }
  }
  if (!errors.empty()) throw BadInput{ExitCode::bad_scenario, std::move(errors)};
  return registry;
}

ExperimentSetup set_up_experiment(const Options& options) {
  ExperimentSetup setup;
  setup.json = options.has("json");
  setup.threads = static_cast<unsigned>(options.number("threads", default_threads(), 1, 1024));
  if (options.has("batch")) setup.batch = options.number("batch", 1, 1, kBatchRunsMax);
  if (const auto part = options.text("shard")) setup.part = parse_part(*part);
  if (options.has("only") && options.has("shard")) usage_error("USAGE-CONFLICT", "--only", "excludes --shard", "one scenario has no parts");

  std::vector<std::string> overrides = options.texts("set");
  if (const auto record = options.text("record")) overrides.push_back("output.record=" + *record);
  const ScenarioFile file = ScenarioFile::read(options.words().front(), overrides);
  std::vector<std::string> directories = options.texts("plugins");
  for (const std::string& directory : file.plugin_directories()) directories.push_back(directory);

  setup.plugins = load_plugins(directories);
  setup.file = file.plan({feed_declarations(), setup.plugins.get(), program_hash()});
  setup.tapes = std::make_unique<TapeStore>(options.has("strict"));
  if (options.has("only")) setup.only = options.number("only", 0, 0, setup.file.scenario_count - 1);
  setup.sets = setup.only ? MarketSets{setup.file.sets[setup.file.market_of(*setup.only)]} : setup.file.sets;
  for (const auto& market : setup.file.markets)
    if (!setup.only || is_member(*market, *setup.sets.front())) setup.markets.push_back(market);
  const bool keep = keeps_tapes(setup);
  setup.tapes->survey(setup.markets, keep);
  if (!setup.only && setup.file.market_names.empty()) refuse_equal_markets(setup.file, *setup.tapes);
  require_memory(setup);
  Expansion expansion = setup.file.expand([&](const MarketSource& market) { return setup.tapes->facts(market); }, setup.only);
  setup.scenarios = std::move(expansion.scenarios);
  refuse_made_up_depth(setup);
  try_plugins(setup);
  setup.notes = setup.file.notes;
  setup.notes.insert(setup.notes.end(), expansion.notes.begin(), expansion.notes.end());
  if (!keep && setup.markets.front()->feed != "tape")
    setup.notes.push_back("each of the " + grouped(setup.markets.size()) + " markets is decoded " +
                          (are_shared(setup) ? "for the plan, and again for every set of markets that it is in"
                                             : "twice, once for the plan and once for the run") +
                          "; plimsoll import makes tapes, which are not decoded at all");
  return setup;
}

std::size_t ExperimentSetup::batch_of(std::size_t scenarios_to_do) const { return batch.value_or(fair_batch(scenarios_to_do, threads)); }

std::vector<std::size_t> ExperimentSetup::to_do(const std::vector<bool>& done) const {
  std::vector<std::size_t> out;
  out.reserve(planned() / part.count + 1);
  // Whole markets where there are enough of them to be fair: a part then makes full batches, and opens only its own tapes.
  const bool by_market = sets.size() >= kMarketsPerPart * part.count;
  for (std::size_t index = 0; index < planned(); ++index) {
    const std::size_t number = number_of(index), share = by_market ? scenarios->market_of(number) : index;
    if (share % part.count == part.index - 1 && (done.empty() || !done[index])) out.push_back(number);
  }
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) { return scenarios->market_of(a) < scenarios->market_of(b); });
  return out;
}

PlannedScenarios ExperimentSetup::keys() const {
  PlannedScenarios out;
  out.reserve(planned());
  for (std::size_t index = 0; index < planned(); ++index) {
    const Scenario scenario = scenarios->make(number_of(index));
    out.add(scenario.run.scenario, scenario.key, scenario.swept);
  }
  out.complete();
  return out;
}

ManifestFacts ExperimentSetup::manifest_facts() const {
  ManifestFacts facts;
  facts.title = file.title;
  facts.scenario_text = file.resolved_text;
  facts.seed = file.seed;
  for (const auto& market : markets) {
    const TapeInfo& info = tapes->header(*market).info;
    facts.data.push_back({info.source, info.content_hash});
  }
  std::set<const void*> used;
  const auto note_used = [&](const RunSpec& run) {
    for (const ParentSpec& parent : run.parents) used.insert(parent.strategy.type);
    for (const MarketSpec& market : run.markets) used.insert(market.impact.type);
  };
  // The combinations on the first market select every plugin that any scenario selects.
  const std::size_t first = only ? number_of(0) : 0, end = only ? first + 1 : file.combinations * file.seeds;
  for (std::size_t number = first; number < end; number += file.seeds) note_used(scenarios->make(number).run);
  for (const PluginEntry& entry : plugins->entries()) {
    const bool is_used = (entry.strategy != nullptr && used.contains(entry.strategy)) ||
                         (entry.impact_model != nullptr && used.contains(entry.impact_model));
    if (is_used && !entry.file_hash.empty()) facts.plugins.push_back({std::string{name(entry.kind)} + " " + entry.name, entry.file_hash});
  }
  facts.program_version = program_version();
  facts.program_hash = program_hash();
  return facts;
}

}  // namespace plimsoll
