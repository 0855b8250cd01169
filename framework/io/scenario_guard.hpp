#pragma once
/// What a parser gets to see: regular files, of a size, an encoding and a depth that it survives.

#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace plimsoll {

/// The first reason not to parse the text: more than kScenarioBytesMax bytes (SCENARIO-TOO-LARGE), a NUL byte or bytes that are not UTF-8
/// (SCENARIO-ENCODING), brackets and dotted keys deeper than kScenarioDepthMax (SCENARIO-TOO-DEEP). One pass, no recursion.
std::optional<InputError> find_hostile_text(const std::string& name, std::string_view text);

/// The bytes of a file, at most one more than kScenarioBytesMax. Throws BadInput (66): SCENARIO-MISSING, SCENARIO-UNREADABLE.
std::string read_scenario_text(const std::string& path);

}  // namespace plimsoll
