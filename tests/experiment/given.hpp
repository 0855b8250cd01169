#pragma once
/// Settings and models as a scenario would give them.

#include <string>
#include <utility>
#include <vector>

#include "experiment/model_probe.hpp"

namespace given {

inline plimsoll::GivenParam real(const std::string& name, double value) { return {name, value, "test"}; }
inline plimsoll::GivenParam reals(const std::string& name, std::vector<double> values) { return {name, std::move(values), "test"}; }
inline plimsoll::GivenParam text(const std::string& name, const std::string& value) { return {name, value, "test"}; }
inline plimsoll::ImpactChoice model(const std::string& name, const std::vector<plimsoll::GivenParam>& params) {
  return plimsoll::model_named(plimsoll::PluginRegistry{}, name, params);
}

}  // namespace given
