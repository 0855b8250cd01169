// Instructions a row on the first rows of W1, with the targets of the table.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "bench/figures.hpp"
#include "bench/instructions.hpp"
#include "bench/program.hpp"
#include "io/tape_file.hpp"

namespace plimsoll::bench {

namespace {

std::string slice_file(Workloads& workloads, bool yardstick) {
  const std::string path = workloads.work() + (yardstick ? "/W1_slice.h5" : "/own_W1_slice.h5");
  const EventTape slice = first_rows(workloads.get("W1").only(), 300'000);
  TapeInfo info = slice.info();
  info.content_hash = slice.compute_hash();
  if (std::filesystem::exists(path) && read_tape_header(path).info.content_hash == info.content_hash) return path;
  write_tape(path, EventTape{info, slice.columns(), std::make_shared<const EventTape>(slice)});
  return path;
}

// The yardstick's own first messages, replaces and all.
std::string itch_slice_file(Workloads& workloads, std::size_t messages) {
  const std::string bytes = workloads.itch_bytes("W1");
  std::size_t end = 0;
  for (; messages > 0 && end + 2 <= bytes.size(); --messages)
    end += 2 + static_cast<unsigned char>(bytes[end]) * 256u + static_cast<unsigned char>(bytes[end + 1]);
  const std::string path = workloads.work() + "/W1_slice.itch";
  std::ofstream{path, std::ios::binary}.write(bytes.data(), static_cast<std::streamsize>(std::min(end, bytes.size())));
  return path;
}

std::optional<double> target_of(const std::string& id) {
  if (id == "T1") return 150;
  if (id == "T2") return 100;
  if (id == "T3") return 50;
  if (id == "T4") return 400;
  return std::nullopt;
}

}  // namespace

void measure_instructions(Bench& bench) {
  if (!callgrind_is_here()) return bench.report.left_out("instructions", "valgrind is not installed");
  const std::string tape = slice_file(bench.workloads, bench.yardstick.present());
  for (const CountedPass& counted : counted_passes()) {
    const bool raw = counted.id == "T1";
    const std::string file = raw ? itch_slice_file(bench.workloads, counted.rows) : tape;
    const double used = instructions_per_row(instruction_program(), counted, file);
    Figure figure =
        plain(counted.id + ".instructions", counted.what + ", W1's beginning", {used, used, used}, raw ? "instr/message" : "instr/row");
    figure.target = target_of(counted.id);
    bench.report.add(figure);
  }
}

}  // namespace plimsoll::bench
