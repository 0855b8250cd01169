#include "app/machine_memory.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace plimsoll {
namespace {

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

std::uint64_t number_in(const char* path) {
  std::uint64_t value = 0;
  return std::ifstream{path} >> value ? value : kNoLimit;  // "max" is no number
}

std::uint64_t kernel_available() {
  std::ifstream file{"/proc/meminfo"};
  for (std::string word; file >> word;)
    if (std::uint64_t kibibytes = 0; word == "MemAvailable:" && file >> kibibytes) return kibibytes * 1024;
  return kNoLimit;
}

/// What this process holds by now: it has left MemAvailable already, and counts again as needed.
std::uint64_t resident() {
  std::uint64_t all = 0, pages = 0;
  return std::ifstream{"/proc/self/statm"} >> all >> pages ? pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

std::uint64_t address_space() {
  rlimit limit{};
  return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? limit.rlim_cur : kNoLimit;
}

}  // namespace

std::uint64_t memory_for_process() {
  const std::uint64_t kernel = kernel_available();
  // The group's limit as it stands: what its other files hold in the page cache is given back when it is needed.
  return std::min({kernel == kNoLimit ? kernel : kernel + resident(), number_in("/sys/fs/cgroup/memory.max"), address_space()});
}

}  // namespace plimsoll
