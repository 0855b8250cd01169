#include "app/plugin_trial.hpp"

#include <set>
#include <utility>

#include "replay/plugin_instance.hpp"

namespace plimsoll {

namespace {

class Trial {
 public:
  Trial(const std::string& path, const Instrument& instrument) : path_{path}, instrument_{plugin_view(instrument)} {}

  template <class Choice>
  void create(const char* table, const Choice& choice) {
    if (choice.type == nullptr) return;
    const std::vector<ParamValue>& params = choice.params;
    if (!tried_.emplace(choice.type, &params).second) return;  // combinations share their lists of settings
    try {
      PluginInstance{*choice.type, params, {&instrument_, 1}};
    } catch (const PluginFailure& failure) {
      const std::string name = choice.type->name;
      const std::string words = failure.message.starts_with(name + ": ") ? failure.message.substr(name.size() + 2) : failure.message;
      errors_.push_back({"SCENARIO-REFUSED", path_, table + name, "refuses its settings: " + words, ""});
    }
  }
  std::vector<InputError> take() && { return std::move(errors_); }

 private:
  const std::string& path_;
  plimsoll_instrument instrument_;
  std::set<std::pair<const void*, const void*>> tried_;
  std::vector<InputError> errors_;
};

}  // namespace

void try_plugins(const ExperimentSetup& setup) {
  if (setup.planned() == 0) return;
  Trial trial{setup.file.path, setup.tapes->header(*setup.markets.front()).info.instrument};
  const std::size_t first = setup.only.value_or(0);
  const std::size_t end = setup.only ? first + 1 : setup.file.combinations * setup.file.seeds;
  for (std::size_t number = first; number < end; number += setup.file.seeds) {
    const RunSpec run = setup.scenarios->make(number).run;
    for (const ParentSpec& parent : run.parents) trial.create("strategy.", parent.strategy);
    trial.create("impact.", run.markets[0].impact);
  }
  std::vector<InputError> errors = std::move(trial).take();
  if (!errors.empty()) throw BadInput{ExitCode::bad_scenario, std::move(errors)};
}

}  // namespace plimsoll
