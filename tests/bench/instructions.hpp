#pragma once
// Instructions a row, counted by callgrind: the same on a busy machine as on an idle one.

#include <string>
#include <vector>

namespace plimsoll::bench {

// One way of passing over a tape whose instructions are counted, and the tape it is counted on.
struct CountedPass {
  std::string id;    // "T2"
  std::string what;  // for people
  std::size_t rows;  // of the tape's beginning: callgrind is fifty times slower than the machine
};
const std::vector<CountedPass>& counted_passes();

// Does one pass, here and now. Throws std::runtime_error for an unknown id.
void do_counted_pass(const std::string& id, const std::string& tape_file, int passes);

bool callgrind_is_here();
// Instructions a row of `counted`: a process with three passes less one with one pass, so that loading is not counted. `program` is
// bench_instructions. Throws std::runtime_error when a process fails.
double instructions_per_row(const std::string& program, const CountedPass& counted, const std::string& tape_file);

}  // namespace plimsoll::bench
