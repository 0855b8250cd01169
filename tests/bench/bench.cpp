// ./dev bench: everything of the target table in one run.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/figures.hpp"
#include "bench/program.hpp"
#include "core/memory.hpp"
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
constexpr Group kGroups[] = {{"T1", measure_raw_itch},     {"T2", measure_recorded_book}, {"T3", measure_level_book},
                             {"T4", measure_one_scenario}, {"T5", measure_shared_pass},   {"T6", measure_two_threads},
                             {"T7", measure_own_events},   {"T8", measure_recording},     {"T9", measure_days},
                             {"T10", measure_memory},      {"T11", measure_start},        {"instructions", measure_instructions}};

struct Wish {
  std::vector<std::string> ids;  // none: all
  bool json = false, curves = false, longer = false;
  int rounds = 5;
  std::size_t days = 10, scenarios = 1'000;
};

int measure(const Wish& wish) {
  const std::string work = PLIMSOLL_BINARY_DIR "/bench";
  const Yardstick yardstick{yardstick_folder(), work};
  Workloads workloads{yardstick, work};
  Report report{wish.json};
  Bench bench{.yardstick = yardstick,
              .workloads = workloads,
              .report = report,
              .rounds = wish.rounds,
              .days = wish.days,
              .scenarios = wish.scenarios};
  if (wish.curves) return print_curves(bench, wish.longer), 0;
  report.begin(machine_text(), PLIMSOLL_GIT_COMMIT);
  int status = 0;
  for (const Group& group : kGroups) {
    if (!wish.ids.empty() && std::find(wish.ids.begin(), wish.ids.end(), group.id) == wish.ids.end()) continue;
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

constexpr const char* kHelp =
    "usage: ./dev bench [T2 T4 ..] [--json] [--rounds N]\n"
    "       ./dev bench --curves [--long]\n"
    "Measures the target table (tests/bench/README.md), or the named lines of it: T1 to T11 and `instructions`.\n"
    "  --json      one JSON object a line\n"
    "  --rounds N  measurements a figure, default 5\n"
    "  --days N, --scenarios N  of T9, default 10 and 1000; --year: 250 days, about 10 GB of tapes\n"
    "  --curves    cost as the work grows; --long goes to 100M events\n"
    "The yardstick is looked for in $PLIMSOLL_YARDSTICK, then in ../shared/yardstick. Exit: 0, also when a target is missed; 1 when "
    "something\n"
    "could not be measured or results that must be equal are not; 64 on wrong usage.\n";

int usage(const std::string& problem) {
  std::fprintf(stderr, "bench: %s\n%s", problem.c_str(), kHelp);
  return 64;
}

bool known(const std::string& id) {
  return std::any_of(std::begin(kGroups), std::end(kGroups), [&](const Group& group) { return id == group.id; });
}

}  // namespace
}  // namespace plimsoll::bench

int main(int argc, char** argv) {
  plimsoll::keep_freed_memory();  // as the program does
  using namespace plimsoll::bench;
  Wish wish;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--help") return std::fputs(kHelp, stdout), 0;
    if (word == "--json")
      wish.json = true;
    else if (word == "--curves")
      wish.curves = true;
    else if (word == "--long")
      wish.longer = true;
    else if (word == "--year")
      wish.days = 250;
    else if (word == "--days" && i + 1 < argc)
      wish.days = static_cast<std::size_t>(std::max(1, std::atoi(argv[++i])));
    else if (word == "--scenarios" && i + 1 < argc)
      wish.scenarios = static_cast<std::size_t>(std::max(1, std::atoi(argv[++i])));
    else if (word == "--rounds" && i + 1 < argc)
      wish.rounds = std::atoi(argv[++i]);
    else if (known(word))
      wish.ids.push_back(word);
    else
      return usage("does not know '" + word + "'");
  }
  if (wish.rounds < 1) return usage("--rounds must be at least 1");
  try {
    return measure(wish);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench: %s\n", fault.what());
    return 1;
  }
}
