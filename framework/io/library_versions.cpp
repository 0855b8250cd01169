#include "io/library_versions.hpp"

#include <hdf5.h>
#include <libdeflate.h>
#include <toml++/toml.h>

#include "io/h5.hpp"

namespace plimsoll {

std::string hdf5_version() {
  const h5::Lock lock;
  unsigned major = 0, minor = 0, release = 0;
  if (H5get_libversion(&major, &minor, &release) < 0) return "unknown";
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

std::string tomlplusplus_version() {
  return std::to_string(TOML_LIB_MAJOR) + "." + std::to_string(TOML_LIB_MINOR) + "." + std::to_string(TOML_LIB_PATCH);
}

std::string libdeflate_version() { return LIBDEFLATE_VERSION_STRING; }

}  // namespace plimsoll
