#pragma once
/// How far a sweep is: one line that is written over on a terminal, a plain line every few seconds in a log, JSON lines with --json.

#include <chrono>
#include <cstddef>
#include <string>

namespace plimsoll {

/// "45/90 scenarios  12.3/s  0:04 left"; at the end "90/90 scenarios  12.3/s  in 7.31 s". `what` is counted.
std::string progress_text(std::size_t done, std::size_t total, std::size_t failed, double seconds, const char* what = "scenarios");

/// Thread rule: one thread at a time.
class ProgressMeter {
 public:
  ProgressMeter(std::size_t total, bool json, const char* what = "scenarios");
  void advance(std::size_t scenarios, std::size_t failed);
  /// Leaves the cursor on a fresh line.
  void finish();
  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  void show();
  std::size_t total_, done_ = 0, failed_ = 0, shown_columns_ = 0;
  bool json_, terminal_;
  const char* what_;
  Clock::time_point start_, shown_;
};

}  // namespace plimsoll
