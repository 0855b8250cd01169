#pragma once
/// Which third-party libraries the file formats stand on: for `plimsoll --version`.

#include <string>

namespace plimsoll {

/// "1.10.8", of the library that is loaded. Thread rule: call from any thread.
std::string hdf5_version();
/// "3.3.0", compiled in.
std::string tomlplusplus_version();
/// "2.30.0", compiled in: it decides the bytes of a result, not what is in it.
std::string libdeflate_version();

}  // namespace plimsoll
