#include "app/plugin_trial.hpp"

#include <set>
#include <span>
#include <tuple>

#include "replay/plugin_instance.hpp"

namespace plimsoll {

namespace {

class Trial {
 public:
  Trial(const std::string& path, const TapeStore& tapes) : path_{path}, tapes_{tapes} {}

  /// On one market, or on all that a model goes across.
  template <class Choice>
  void create(const char* table, const Choice& choice, std::span<const MarketSet::Member> markets) {
    if (choice.type == nullptr) return;
    const std::vector<ParamValue>& params = choice.params;
    // Combinations share their lists of settings.
    if (!tried_.emplace(choice.type, &params, markets.front().source.get(), markets.back().source.get()).second) return;
    std::vector<plimsoll_instrument> instruments;
    for (const MarketSet::Member& market : markets) instruments.push_back(plugin_view(tapes_.header(*market.source).info.instrument));
    try {
      PluginInstance{*choice.type, params, instruments};
    } catch (const PluginFailure& failure) {
      const std::string name = choice.type->name;
      const std::string words = failure.message.starts_with(name + ": ") ? failure.message.substr(name.size() + 2) : failure.message;
      InputError error{"SCENARIO-REFUSED", path_, table + name, "refuses its settings: " + words, ""};
      if (said_.insert(error.text()).second) errors_.push_back(std::move(error));
    }
  }
  std::vector<InputError> take() && { return std::move(errors_); }

 private:
  const std::string& path_;
  const TapeStore& tapes_;
  std::set<std::tuple<const void*, const void*, const void*, const void*>> tried_;
  std::set<std::string> said_;
  std::vector<InputError> errors_;
};

}  // namespace

void try_plugins(const ExperimentSetup& setup) {
  if (setup.planned() == 0) return;
  Trial trial{setup.file.path, *setup.tapes};
  const std::size_t first = setup.only.value_or(0);
  const std::size_t end = setup.only ? first + 1 : setup.file.combinations * setup.file.seeds;
  for (std::size_t number = first; number < end; number += setup.file.seeds) {
    const Scenario scenario = setup.scenarios->make(number);
    const std::span<const MarketSet::Member> members = scenario.markets->members;
    for (const ParentSpec& parent : scenario.run.parents) trial.create("strategy.", parent.strategy, members.subspan(parent.market, 1));
    for (std::size_t index = 0; index < members.size(); ++index) {
      const ImpactChoice& impact = scenario.run.markets[index].impact;
      const bool across = impact.type != nullptr && impact.type->across_instruments != 0;
      trial.create("impact.", impact, across ? members : members.subspan(index, 1));
    }
  }
  std::vector<InputError> errors = std::move(trial).take();
  if (!errors.empty()) throw BadInput{ExitCode::bad_scenario, std::move(errors)};
}

}  // namespace plimsoll
