#include "app/machine_memory.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace plimsoll {
namespace {

constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();

std::uint64_t number_in(const char* path) {
  std::uint64_t value = 0;
  return std::ifstream{path} >> value ? value : kUnknown;  // "max" is no number
}

std::uint64_t kernel_available() {
  std::ifstream file{"/proc/meminfo"};
  for (std::string word; file >> word;)
    if (std::uint64_t kibibytes = 0; word == "MemAvailable:" && file >> kibibytes) return kibibytes * 1024;
  return kUnknown;
}

std::uint64_t control_group_left() {
  const std::uint64_t limit = number_in("/sys/fs/cgroup/memory.max"), used = number_in("/sys/fs/cgroup/memory.current");
  if (limit == kUnknown || used == kUnknown) return kUnknown;
  return limit > used ? limit - used : 0;
}

std::uint64_t address_space() {
  rlimit limit{};
  return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? limit.rlim_cur : kUnknown;
}

}  // namespace

std::uint64_t available_memory() { return std::min({kernel_available(), control_group_left(), address_space()}); }

}  // namespace plimsoll
