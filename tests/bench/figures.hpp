#pragma once
// The figures of the target table, one function a target. Each measures, adds its lines to the report, and throws std::runtime_error when
// it cannot measure or when two ways that must agree do not.

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/report.hpp"
#include "bench/workload.hpp"

namespace plimsoll::bench {

struct Bench {
  const Yardstick& yardstick;
  Workloads& workloads;
  Report& report;
  int rounds = 5;         // measurements of each figure, after one that is not counted
  std::size_t days = 10;  // of T9
  std::size_t scenarios = 1'000;
};

struct UnequalResults : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void measure_raw_itch(Bench& bench);       // T1
void measure_recorded_book(Bench& bench);  // T2
void measure_level_book(Bench& bench);     // T3
void measure_one_scenario(Bench& bench);   // T4
void measure_shared_pass(Bench& bench);    // T5
void measure_two_threads(Bench& bench);    // T6
void measure_own_events(Bench& bench);     // T7
void measure_recording(Bench& bench);      // T8
void measure_days(Bench& bench);           // T9
void measure_memory(Bench& bench);         // T10
void measure_start(Bench& bench);          // T11
void measure_instructions(Bench& bench);   // T2.instructions ..

// What a unit costs as the work grows, to standard output. `longer`: up to 100M events, which takes a quarter of an hour and 10 GB.
void print_curves(Bench& bench, bool longer);
void print_days_curve(Bench& bench, bool longer);

// ns of CPU time a message of one pass of `work` over a workload.
double ns_per_message(const Workload& workload, const std::function<void()>& work);
// Median of `rounds` samples of ours and, where there is a yardstick, of its `mode`, taken in turns on one core.
struct Compared {
  Spread ours;
  std::optional<Spread> ideal;
};
Compared compare(const Bench& bench, const Workload& workload, const std::string& mode, const std::function<void()>& work);

}  // namespace plimsoll::bench
