// T1: raw ITCH bytes to the books of all stocks.
#include <fstream>

#include "bench/figures.hpp"
#include "bench/passes.hpp"

namespace plimsoll::bench {

void measure_raw_itch(Bench& bench) {
  for (const char* name : {"W1", "W2"}) {
    const Workload& workload = bench.workloads.get(name);
    const std::string bytes = bench.workloads.itch_bytes(name);
    std::uint64_t sum = 0;
    const Compared compared = compare(bench, workload, "itch-l3", [&] { sum += itch_books_pass(bytes); });
    if (sum == 0) throw std::runtime_error("the books of " + workload.name + " are empty");
    const std::string what = workload.tapes.size() == 1 ? "raw ITCH in memory to L3 book with FIFO, best prices kept"
                                                        : "the same, 500 books interleaved in one file";
    bench.report.add(against_ideal("T1." + workload.name, what, compared.ours, "ns/message", compared.ideal, 1.4));
  }
}

}  // namespace plimsoll::bench
