// T7: events that runs make themselves, on a tape with next to nothing on it.
#include "bench/figures.hpp"
#include "bench/scenarios.hpp"
#include "market/tape_builder.hpp"

namespace plimsoll::bench {

namespace {

constexpr Duration kStep = 10 * kMicrosecond;

// Two orders far apart; the last row comes after everything that was scheduled.
EventTape quiet_tape(Duration length) {
  TapeBuilder tape;
  tape.add(kSecond, 1, Side::buy, 500'000, 100);
  tape.add(kSecond, 2, Side::sell, 500'010, 100);
  tape.cancel(kSecond + length, 1, 50);
  TapeInfo info;
  info.feed = "bench";
  return tape.finish(std::move(info));
}

// Millions of own events a second, of `runs` runs that share `wakes` timers. With orders a wake brings four events: the timer, the arrival
// of a cancellation and of an order, and the news of the cancellation.
Spread millions_per_second(const Bench& bench, std::size_t runs, std::size_t wakes, bool orders) {
  const auto each = static_cast<std::int64_t>(wakes / runs);
  const EventTape tape = quiet_tape(kStep * (each + 1'000));
  std::vector<RunSpec> specs;
  for (std::size_t i = 0; i < runs; ++i) {
    const Duration phase = kStep * static_cast<Duration>(i) / static_cast<Duration>(runs);
    specs.push_back(whole_tape(
        tape, Side::buy,
        strategy(
            "bench_ticker",
            {{"count", each, ""}, {"step_ns", std::int64_t{kStep}, ""}, {"phase_ns", std::int64_t{phase}, ""}, {"orders", orders, ""}})));
    specs.back().record = RecordLevel::summary;
    specs.back().markets[0].latency = {.feed = kMicrosecond, .order = kMicrosecond, .response = 2 * kMicrosecond};
    specs.back().parents.front().start = tape.first_time() + kMicrosecond;
  }
  const double events = static_cast<double>(each) * static_cast<double>(runs) * (orders ? 4 : 1);
  const OneCore one_core;
  return interleave(bench.rounds, {[&] { return events * 1e-6 / cpu_seconds([&] { pass(tape, specs); }); }}).front();
}

}  // namespace

void measure_own_events(Bench& bench) {
  constexpr double kTarget = 20;
  constexpr std::size_t kTimers = 2'000'000;
  constexpr std::size_t kOrders = 200'000;
  const char* unit = "M events/s";
  bench.report.add(at_least("T7.timers", "timers, one run", millions_per_second(bench, 1, kTimers, false), unit, kTarget));
  bench.report.add(at_least("T7.timers64", "timers, 64 runs in one pass", millions_per_second(bench, 64, kTimers, false), unit, kTarget));
  bench.report.add(at_least("T7.orders", "timer, order arrival, cancel arrival, acknowledgement: one run",
                            millions_per_second(bench, 1, kOrders, true), unit, kTarget));
  bench.report.add(at_least("T7.orders64", "the same, 64 runs in one pass", millions_per_second(bench, 64, kOrders, true), unit, kTarget));
}

}  // namespace plimsoll::bench
