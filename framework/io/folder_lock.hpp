#pragma once
/// Locks between processes that share a results folder. The kernel owns them: they end with the process, however it ends, so there is no
/// stale lock to clear by hand. On file systems without flock opening fails with IoError.
///
/// Thread rule: one owner.

#include <string>

#include "io/descriptor.hpp"

namespace plimsoll {

class FolderLock {
 public:
  /// Takes the lock or throws IoError (73) "in use by <who wrote it>". `who`, one line, is left in the file for the next one to read.
  static FolderLock take(const std::string& path, const std::string& who);
  /// Waits until it is free.
  static FolderLock wait_for(const std::string& path);

 private:
  explicit FolderLock(Descriptor file) : file_{std::move(file)} {}
  Descriptor file_;
};

}  // namespace plimsoll
