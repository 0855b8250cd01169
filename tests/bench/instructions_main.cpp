// bench_instructions run ID TAPE PASSES: what callgrind runs. bench_instructions check BUDGETS FOLDER: the test of the stored budgets.
// bench_instructions peak PROGRAM ARGUMENTS..: says how much memory a program took (measure.hpp says why that is a program's work).
// The tape of the check is our own synthetic flow, so that a budget means the same everywhere.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "bench/instructions.hpp"
#include "bench/workload.hpp"
#include "io/tape_file.hpp"

namespace {

using namespace plimsoll;
using namespace plimsoll::bench;

constexpr int kSkipped = 77;
constexpr double kRoom = 1.04;   // other compilers of the same family, other libraries
constexpr double kSlack = 0.85;  // a budget this far above what is used guards little, and the output says so

// Lines "ID instructions-a-row"; # begins a comment.
std::map<std::string, double> read_budgets(const std::string& path) {
  std::ifstream file{path};
  if (!file) throw std::runtime_error("there is no " + path);
  std::map<std::string, double> budgets;
  for (std::string line; std::getline(file, line);) {
    char id[32];
    double budget = 0;
    if (line.starts_with('#') || line.empty()) continue;
    if (std::sscanf(line.c_str(), "%31s %lf", id, &budget) != 2) throw std::runtime_error(path + ": cannot read '" + line + "'");
    budgets[id] = budget;
  }
  return budgets;
}

int check(const std::string& budget_file, const std::string& folder) {
  if (!callgrind_is_here()) {
    std::printf("SKIPPED: instruction budgets (no valgrind)\n");
    return kSkipped;
  }
  const std::map<std::string, double> budgets = read_budgets(budget_file);
  std::filesystem::create_directories(folder);
  const std::string tape = folder + "/budget_tape.h5";
  write_tape(tape, synthetic_tape(320'000, 20'000, 1));
  bool kept = true;
  for (const CountedPass& counted : counted_passes()) {
    const auto budget = budgets.find(counted.id);
    if (budget == budgets.end()) throw std::runtime_error(budget_file + " has no budget for " + counted.id);
    const double used = instructions_per_row(std::filesystem::read_symlink("/proc/self/exe").string(), counted, tape);
    const bool over = used > budget->second * kRoom;
    const bool loose = used < budget->second * kSlack;
    std::printf("%s  %8.1f instructions a row, budget %8.1f%s  %s\n", counted.id.c_str(), used, budget->second,
                over    ? "  OVER"
                : loose ? "  far below: lower the budget"
                        : "",
                counted.what.c_str());
    kept = kept && !over;
  }
  return kept ? 0 : 1;
}

int peak(char** words) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::execvp(words[0], words);
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  std::printf("peak %ld\n", usage.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  try {
    if (what == "run" && argc == 5) return do_counted_pass(argv[2], argv[3], std::atoi(argv[4])), 0;
    if (what == "peak" && argc >= 3) return peak(argv + 2);
    if (what == "check" && argc == 4) return check(argv[2], argv[3]);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_instructions: %s\n", fault.what());
    return 1;
  }
  std::fprintf(stderr, "usage: bench_instructions run ID TAPE PASSES | check BUDGETS FOLDER | peak PROGRAM ..\n");
  return 64;
}
