// T2: how fast recorded books replay with nobody in the market.
#include "bench/figures.hpp"
#include "market/order_book.hpp"

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

namespace {

// Every tape of the workload into its book, reading the best prices after each row, as the yardstick does.
std::uint64_t replay_books(const Workload& workload) {
  std::uint64_t sum = 0;
  for (const Tape& tape : workload.tapes) {
    OrderBook book{tape->info()};
    const std::size_t rows = tape->size();
    for (std::size_t row = 0; row < rows; ++row) {
      book.apply((*tape)[row]);
      sum += static_cast<std::uint32_t>(book.best(Side::buy)) ^ static_cast<std::uint32_t>(book.best(Side::sell));
    }
  }
  return sum;
}

}  // namespace

void measure_recorded_book(Bench& bench) {
  for (const char* name : {"W1", "W2"}) {
    const Workload& workload = bench.workloads.get(name);
    std::uint64_t sum = 0;
    const Compared compared = compare(bench, workload, "slot-l3", [&] { sum += replay_books(workload); });
    if (sum == 0) throw std::runtime_error("the books of " + workload.name + " are empty");
    const std::string what = workload.tapes.size() == 1 ? "decoded tape to L3 book with FIFO, best prices read"
                                                        : "the same, 500 tapes of one symbol each, one after the other";
    bench.report.add(against_ideal("T2." + workload.name, what, compared.ours, "ns/message", compared.ideal, 1.4));
  }
}

}  // namespace plimsoll::bench
