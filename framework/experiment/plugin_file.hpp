#pragma once
/// Opening one shared object safely: what was checked and hashed is what the dynamic loader maps.

#include <string>

#include "sdk/plimsoll.h"

namespace plimsoll {

struct PluginFile {
  std::string path;  ///< absolute, links resolved
  std::string hash;  ///< content hash of its bytes
  plimsoll_plugin_entry_fn entry = nullptr;
};

/// `path` is a file name, never searched for. Throws BadInput, exit 78: PLUGIN-MISSING, PLUGIN-PERMISSION, PLUGIN-LOAD, PLUGIN-ENTRY
/// (plugin_registry.hpp says which is which). The code stays mapped, and its descriptor open, until the process ends.
PluginFile open_plugin_file(const std::string& path);

/// Throws PLUGIN-MISSING or PLUGIN-PERMISSION unless `path` is a directory that only root and we may change.
void check_plugin_directory(const std::string& path);

}  // namespace plimsoll
