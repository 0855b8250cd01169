#pragma once
/// A command line that says what it cannot mean.

#include <string>

namespace plimsoll {

/// Throws BadInput (64).
[[noreturn]] void usage_error(const std::string& code, const std::string& field, const std::string& problem, const std::string& suggestion);

}  // namespace plimsoll
