#include "app/program.hpp"

#include <sys/auxv.h>
#include <unistd.h>

#include "app/command.hpp"
#include "core/content_hash.hpp"
#include "experiment/executor.hpp"
#include "io/library_versions.hpp"
#include "io/result_folder.hpp"
#include "io/tape_file.hpp"
#include "sdk/plimsoll.h"

#ifndef PLIMSOLL_VERSION
#define PLIMSOLL_VERSION "0.1.0"
#endif
#ifndef PLIMSOLL_GIT_COMMIT
#define PLIMSOLL_GIT_COMMIT "unknown"
#endif

namespace plimsoll {

std::string program_version() { return "plimsoll " PLIMSOLL_VERSION " (commit " PLIMSOLL_GIT_COMMIT ")"; }

std::string program_hash() {
  // Where /proc is not mounted (a bare chroot), the path the kernel was given.
  static const std::string kHash = ContentHash::of_file(
      ::access("/proc/self/exe", R_OK) == 0 ? "/proc/self/exe" : reinterpret_cast<const char*>(::getauxval(AT_EXECFN)));
  return kHash;
}

std::string version_text() {
  return program_version() + "\ncompiler     " +
#if defined(__clang__)
         "clang " __clang_version__
#else
         "g++ " __VERSION__
#endif
         + "\nHDF5         " + hdf5_version() + "\ntoml++       " + tomlplusplus_version() + "\nexecutor     " + executor_name() +
         "\nplugin ABI   " + std::to_string(PLIMSOLL_ABI_MAJOR) + "." + std::to_string(PLIMSOLL_ABI_MINOR) + "\nfile formats tape " +
         std::to_string(kTapeFormat) + ", result " + std::to_string(kResultFormat) + "\nprogram hash " + program_hash() + "\n";
}

}  // namespace plimsoll
