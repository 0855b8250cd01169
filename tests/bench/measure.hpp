#pragma once
// How things are measured: CPU time of the calling thread, medians, one core, and other programs as children.

#include <sched.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::bench {

struct Spread {
  double median = 0, lowest = 0, highest = 0;
};
// Of at least one sample.
Spread spread_of(std::vector<double> samples);

// Of the calling thread, while `work` runs.
double cpu_seconds(const std::function<void()>& work);
double wall_seconds(const std::function<void()>& work);

// One measurement of each alternative after the other, and again: what disturbs the machine disturbs all of them. Each alternative returns
// one sample. The first round warms caches and page tables and is not counted.
std::vector<Spread> interleave(int rounds, const std::vector<std::function<double()>>& alternatives);

// While it lives the calling thread, and the programs it starts, stay on one core.
class OneCore {
 public:
  OneCore();
  ~OneCore();
  OneCore(const OneCore&) = delete;
  OneCore& operator=(const OneCore&) = delete;

 private:
  cpu_set_t before_;
};

struct Finished {
  int status = 0;  // exit code; 128 + signal when it was killed
  std::string output;
  double wall_s = 0;
  double cpu_s = 0;  // of the child and its children, user and system
};
// Runs a program to its end. Standard output and error are captured together. `environment`: "NAME=value", added to ours.
Finished run_program(const std::vector<std::string>& words, const std::vector<std::string>& environment = {});
// The same; throws std::runtime_error with its output unless it exits with 0.
Finished run_or_throw(const std::vector<std::string>& words, const std::vector<std::string>& environment = {});

// Peak resident memory, in KiB, of a program and the programs it starts. The kernel charges a process with the memory of the one that
// started it, so a small one does: `helper` is bench_instructions.
double peak_kib(const std::string& helper, std::vector<std::string> words);

// Seconds on the machine's monotonic clock: comparable between processes.
double monotonic_s();

}  // namespace plimsoll::bench
