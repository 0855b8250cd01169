#pragma once
/// Who this program is: for --version, and for the keys that tell whether sealed results are still good.

#include <string>

namespace plimsoll {

/// "plimsoll 0.1.0 (commit 1a2b3c4)".
std::string program_version();
/// Content hash of the running program file: another build, another program. Throws BadInput when it cannot be read.
std::string program_hash();

}  // namespace plimsoll
