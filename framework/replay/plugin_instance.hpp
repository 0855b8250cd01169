#pragma once
/// One living plugin: created from its C table, destroyed with the run. Thread rule: belongs to one run.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "market/instrument.hpp"
#include "replay/run_spec.hpp"
#include "sdk/plimsoll.h"

namespace plimsoll {

/// What ends a scenario, and only that scenario: a plugin failed. The message goes into its result.
struct PluginFailure {
  std::string message;
};

/// An instrument as plugins are told of it; points into `instrument`.
inline plimsoll_instrument plugin_view(const Instrument& instrument) {
  return {sizeof(plimsoll_instrument),
          0,
          instrument.tick(),
          instrument.lot(),
          static_cast<double>(instrument.multiplier),
          instrument.symbol.c_str(),
          instrument.currency.c_str()};
}

/// What plugins compute with; lives as long as the program.
const plimsoll_math& host_math();

template <class Type>
class PluginInstance {
 public:
  PluginInstance() = default;
  /// Throws PluginFailure with the plugin's own words.
  PluginInstance(const Type& type, const std::vector<ParamValue>& values, std::span<const plimsoll_instrument> instruments) : type_{&type} {
    std::vector<plimsoll_param> params;
    for (const ParamValue& value : values)
      params.push_back({sizeof(plimsoll_param), value.type, value.name.c_str(), value.text.c_str(), value.integer, value.real,
                        value.reals.data(), value.reals.size()});
    const plimsoll_setting setting{sizeof setting, static_cast<std::uint32_t>(instruments.size()), instruments.data(), &host_math()};
    char error[512] = "";
    self_ = Handle{type.create(params.data(), static_cast<std::uint32_t>(params.size()), &setting, error, sizeof error), type.destroy};
    if (!self_)
      throw PluginFailure{std::string{type.name} + ": " + (error[0] != '\0' ? error : "could not be created, and gave no reason")};
  }

  explicit operator bool() const { return static_cast<bool>(self_); }
  const Type& type() const { return *type_; }
  void* self() const { return self_.get(); }

 private:
  using Handle = std::unique_ptr<void, void (*)(void*)>;
  const Type* type_ = nullptr;
  Handle self_{nullptr, [](void*) {}};
};

using StrategyInstance = PluginInstance<plimsoll_strategy_type>;
using ImpactModelInstance = PluginInstance<plimsoll_impact_model_type>;

}  // namespace plimsoll
