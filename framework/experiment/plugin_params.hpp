#pragma once
/// One declared parameter and one value: does it keep the rule? Used by the scenario checker and by the check of a table at load.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "replay/run_spec.hpp"
#include "sdk/plimsoll.h"

namespace plimsoll {

struct ParamFault {
  const char* code = "";  ///< SCENARIO-TYPE, -RANGE or -CHOICE
  std::string problem;
  std::string suggestion;
};

/// A value as someone wrote it.
using GivenValue = std::variant<bool, std::int64_t, double, std::string, std::vector<double>>;

/// An integer is taken where a real is wanted; NaN and infinities never are.
std::variant<ParamValue, ParamFault> resolve_param(const plimsoll_param_info& info, const GivenValue& given);
/// A value as a command line gives it, read as the parameter's type; nothing when it cannot be.
std::optional<GivenValue> value_from_text(const plimsoll_param_info& info, const std::string& text);
/// The declared default. Precondition: there is one (default_text is not NULL).
std::variant<ParamValue, ParamFault> default_param(const plimsoll_param_info& info);

}  // namespace plimsoll
