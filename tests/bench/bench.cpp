// ./dev bench: everything of the target table in one run.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "bench/figures.hpp"
#include "bench/program.hpp"
#include "plimsoll_commit.hpp"

namespace plimsoll::bench {

std::string plimsoll_program() { return PLIMSOLL_COMMAND; }
std::string instruction_program() { return PLIMSOLL_INSTRUCTIONS; }
std::string first_event_folder() { return PLIMSOLL_FIRST_EVENT_FOLDER; }

namespace {

struct Group {
  const char* id;
  void (*measure)(Bench&);
};
constexpr Group kGroups[] = {{"T2", measure_recorded_book}, {"T3", measure_level_book},  {"T4", measure_one_scenario},
                             {"T5", measure_shared_pass},   {"T6", measure_two_threads}, {"T7", measure_own_events},
                             {"T8", measure_recording},     {"T10", measure_memory},     {"T11", measure_start},
                             {"T.instructions", measure_instructions}};

int measure(const std::vector<std::string>& chosen, bool json, int rounds) {
  const std::string work = PLIMSOLL_BINARY_DIR "/bench";
  const Yardstick yardstick{yardstick_folder(), work};
  Workloads workloads{yardstick, work};
  Report report{json};
  Bench bench{.yardstick = yardstick, .workloads = workloads, .report = report, .rounds = rounds};
  report.begin(machine_text(), PLIMSOLL_GIT_COMMIT);
  int status = 0;
  for (const Group& group : kGroups) {
    bool wanted = chosen.empty();
    for (const std::string& id : chosen) wanted = wanted || id == group.id;
    if (!wanted) continue;
    try {
      group.measure(bench);
    } catch (const std::exception& fault) {
      report.left_out(group.id, fault.what());
      status = 1;
    }
  }
  report.end();
  return status;
}

int usage(const std::string& problem) {
  std::fprintf(stderr, "bench: %s\nusage: bench [T2 T4 ..] [--json] [--rounds N]\n", problem.c_str());
  return 64;
}

}  // namespace
}  // namespace plimsoll::bench

int main(int argc, char** argv) {
  using namespace plimsoll::bench;
  std::vector<std::string> chosen;
  bool json = false;
  int rounds = 5;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--json")
      json = true;
    else if (word == "--rounds" && i + 1 < argc)
      rounds = std::atoi(argv[++i]);
    else if (word.starts_with("T"))
      chosen.push_back(word);
    else
      return usage("does not know '" + word + "'");
  }
  if (rounds < 1) return usage("--rounds must be at least 1");
  try {
    return measure(chosen, json, rounds);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench: %s\n", fault.what());
    return 1;
  }
}
