#include "app/wall_facts.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>

namespace plimsoll {

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

WallFacts wall_facts(const std::string& command, const std::vector<std::string>& words) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  std::string line = "plimsoll " + command;
  for (const std::string& word : words) line += " " + word;
  return {host.data(), utc_now(), line};
}

}  // namespace plimsoll
