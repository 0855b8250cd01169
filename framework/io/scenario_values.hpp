#pragma once
/// Values of a scenario file as canonical text and as exact numbers. Internal to the scenario_*.cpp files.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/units.hpp"
#include "io/scenario_text.hpp"
#include "replay/run_spec.hpp"

namespace plimsoll {

/// Shortest decimal that reads back as the same double, without an exponent where that stays short; always a TOML real ("1" -> "1.0").
std::string real_text(double value);
/// A TOML basic string.
std::string toml_quoted(std::string_view text);
/// As TOML.
std::string toml_text(const ParamValue& value);
std::string toml_text(const FlatValue& value);

/// A list of numbers, or a list of such lists: the rows of a matrix, one after the other. Nothing when it is neither.
std::optional<std::vector<double>> numbers_in(const FlatValue& value);

/// A decimal in units of 1e-9 when it is a whole number of them (to a double's precision) and fits.
std::optional<std::int64_t> exact_e9(double value);
/// Nearest whole nanosecond of a duration in units of `unit` ns.
Duration duration_of(double value, Duration unit);
/// "HH:MM:SS" with up to nine decimals -> time since midnight.
std::optional<Duration> parse_clock(std::string_view text);
std::string clock_text(Duration since_midnight);

}  // namespace plimsoll
