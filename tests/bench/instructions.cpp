#include "bench/instructions.hpp"

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>

#include "bench/measure.hpp"
#include "bench/passes.hpp"
#include "bench/scenarios.hpp"
#include "io/tape_file.hpp"

namespace plimsoll::bench {

namespace {

double counted_in(const std::string& program, const CountedPass& counted, const std::string& tape_file, int passes) {
  const std::string output = run_or_throw({"valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, "run", counted.id,
                                           tape_file, std::to_string(passes)})
                                 .output;
  const std::size_t at = output.find("Collected : ");
  if (at == std::string::npos) throw std::runtime_error("callgrind counted nothing: " + output);
  return std::strtod(output.c_str() + at + 12, nullptr);
}

}  // namespace

const std::vector<CountedPass>& counted_passes() {
  static const std::vector<CountedPass> all = {
      {"T1", "raw ITCH to L3 book with FIFO", 300'000},
      {"T2", "decoded tape to L3 book with FIFO", 300'000},
      {"T3", "decoded tape to L2 book", 300'000},
      {"T4", "one full scenario that acts every 256 rows", 300'000},
      {"T5", "64 scenarios in one pass that act every 2048 rows", 80'000},
  };
  return all;
}

void do_counted_pass(const std::string& id, const std::string& tape_file, int passes) {
  if (tape_file.ends_with(".itch")) {
    std::ifstream file{tape_file, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    std::uint64_t sum = 0;
    for (int i = 0; i < passes; ++i) sum += itch_books_pass(bytes);
    if (sum == 0) throw std::runtime_error("nothing was passed over");
    return;
  }
  const EventTape whole = read_tape(tape_file);
  std::size_t rows = 0;
  for (const CountedPass& each : counted_passes())
    if (each.id == id) rows = each.rows;
  if (rows == 0) throw std::runtime_error("there is no counted pass " + id);
  const EventTape tape = first_rows(whole, rows);
  std::vector<RunSpec> specs;
  if (id == "T4") specs = quoters(tape, 1, 256, Impact::square_root);
  if (id == "T5") specs = quoters(tape, 64, 2'048, Impact::none);
  const std::string bytes = id == "T1" ? itch_of({std::make_shared<const EventTape>(tape)}) : "";
  std::uint64_t sum = 0;
  for (int i = 0; i < passes; ++i) {
    if (id == "T1") sum += itch_books_pass(bytes);
    if (id == "T2") sum += order_book_pass(tape);
    if (id == "T3") sum += level_book_pass(tape);
    if (!specs.empty()) sum += pass(tape, specs).size();
  }
  if (sum == 0) throw std::runtime_error("nothing was passed over");
}

bool callgrind_is_here() { return run_program({"valgrind", "--version"}).status == 0; }

double instructions_per_row(const std::string& program, const CountedPass& counted, const std::string& tape_file) {
  const double three = counted_in(program, counted, tape_file, 3);
  const double one = counted_in(program, counted, tape_file, 1);
  return (three - one) / 2 / static_cast<double>(counted.rows);
}

}  // namespace plimsoll::bench
