// T2 and T3: how fast recorded books replay with nobody in the market.
#include "bench/figures.hpp"
#include "bench/passes.hpp"

namespace plimsoll::bench {

double ns_per_message(const Workload& workload, const std::function<void()>& work) {
  return cpu_seconds(work) * 1e9 / static_cast<double>(workload.messages);
}

Compared compare(const Bench& bench, const Workload& workload, const std::string& mode, const std::function<void()>& work) {
  const OneCore one_core;
  std::vector<std::function<double()>> turns = {[&] { return ns_per_message(workload, work); }};
  if (bench.yardstick.present()) turns.emplace_back([&] { return bench.yardstick.ns_per_message(mode, workload.name); });
  const std::vector<Spread> spreads = interleave(bench.rounds, turns);
  return {spreads[0], spreads.size() > 1 ? std::optional{spreads[1]} : std::nullopt};
}

void measure_recorded_book(Bench& bench) {
  for (const char* name : {"W1", "W2"}) {
    const Workload& workload = bench.workloads.get(name);
    std::uint64_t sum = 0;
    const Compared compared = compare(bench, workload, "slot-l3", [&] {
      for (const Tape& tape : workload.tapes) sum += order_book_pass(*tape);
    });
    if (sum == 0) throw std::runtime_error("the books of " + workload.name + " are empty");
    const std::string what = workload.tapes.size() == 1 ? "decoded tape to L3 book with FIFO, best prices read"
                                                        : "the same, 500 tapes of one symbol each, one after the other";
    bench.report.add(against_ideal("T2." + workload.name, what, compared.ours, "ns/message", compared.ideal, 1.4));
  }
}

void measure_level_book(Bench& bench) {
  const Workload& w1 = bench.workloads.get("W1");
  const std::uint64_t expected = order_book_pass(w1.only());
  bool equal = true;
  const Compared compared = compare(bench, w1, "join-l2", [&] { equal = level_book_pass(w1.only()) == expected && equal; });
  if (!equal) throw UnequalResults("the level book passes through other best prices than the order book");
  bench.report.add(against_ideal("T3", "decoded tape to L2 book, best prices read; they equal the L3 book's after every row", compared.ours,
                                 "ns/message", compared.ideal, 1.7));
}

}  // namespace plimsoll::bench
