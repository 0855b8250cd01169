#pragma once
/// Bad input: what is wrong, where, why, and what to do. Thrown only while loading, before any scenario runs.
/// Our own bugs are contracts (core/contract.hpp); market outcomes (rejected, unfilled, empty book) are values.

#include <stdexcept>
#include <string>
#include <vector>

namespace plimsoll {

/// Process exit codes (sysexits where one fits). Documented in README.md.
enum class ExitCode : int {
  done = 0,
  bug = 1,
  some_failed = 2,
  gate_breached = 3,
  usage = 64,
  bad_data = 65,
  no_input = 66,
  cannot_create = 73,
  io_error = 74,
  stopped_early = 75,
  bad_scenario = 78,
};

/// One fault of the input. Printed as
///   error SCENARIO-RANGE scenarios/x.toml:14:9 [strategy.pov.rate] 1.7 is outside (0, 1]; did you mean 0.17?
struct InputError {
  std::string code;        ///< stable catalogue word, e.g. "SCENARIO-UNKNOWN-KEY"; every one has a test that triggers it
  std::string place;       ///< file[:line[:column]] or file@byte; empty when there is no file
  std::string field;       ///< dotted key or column name; may be empty
  std::string problem;     ///< the value and the rule it breaks
  std::string suggestion;  ///< what to do; may be empty

  std::string text() const {
    std::string out = "error " + code;
    if (!place.empty()) out += " " + place;
    if (!field.empty()) out += " [" + field + "]";
    out += " " + problem;
    if (!suggestion.empty()) out += "; " + suggestion;
    return out;
  }
};

/// All faults of one input in one go, with the exit code they lead to. `what()` holds one line per fault.
class BadInput : public std::runtime_error {
 public:
  BadInput(ExitCode exit_code, std::vector<InputError> errors)
      : std::runtime_error(join(errors)), exit_code_{exit_code}, errors_{std::move(errors)} {}
  BadInput(ExitCode exit_code, InputError error) : BadInput(exit_code, std::vector<InputError>{std::move(error)}) {}

  ExitCode exit_code() const { return exit_code_; }
  const std::vector<InputError>& errors() const { return errors_; }

 private:
  static std::string join(const std::vector<InputError>& errors) {
    std::string out;
    for (const InputError& error : errors) {
      if (!out.empty()) out += '\n';
      out += error.text();
    }
    return out;
  }
  ExitCode exit_code_;
  std::vector<InputError> errors_;
};

}  // namespace plimsoll
