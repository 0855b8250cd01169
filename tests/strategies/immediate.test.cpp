#include <cstdint>
#include <vector>

#include "claims.hpp"
#include "sdk/fake_host.hpp"
#include "strategies/entries.hpp"

using fake::kSecond;
using fake::StrategyRun;
using Sizes = std::vector<std::int64_t>;

TEST_CASE("immediate sends the whole parent at its start as one market order") {
  StrategyRun run{plimsoll_entry_immediate()};
  run.start(fake::parent(-1, 500, 3 * kSecond, 10 * kSecond));
  run.run_until(20 * kSecond);
  REQUIRE(run.sent_sizes() == Sizes{500});
  CHECK(run.sent[0].order.type == PLIMSOLL_MARKET);
  CHECK(run.sent[0].time_ns == 3 * kSecond);
  CHECK(run.filled_lots == 500);
}

TEST_CASE("with a limit price immediate sends one IOC at that price") {
  StrategyRun run{plimsoll_entry_immediate()};
  plimsoll_parent parent = fake::parent(1, 500, 0, 10 * kSecond);
  parent.has_limit = 1;
  parent.limit_ticks = 10'002;
  run.start(parent);
  run.run_until(20 * kSecond);
  REQUIRE(run.sent_sizes() == Sizes{500});
  CHECK(run.sent[0].order.type == PLIMSOLL_IOC);
  CHECK(run.sent[0].order.limit_ticks == 10'002);
}

TEST_CASE("what the book could not give at once is left to the end policy") {
  const auto sent_under = [](std::uint32_t policy, std::vector<std::int64_t>& times_s) {
    StrategyRun run{plimsoll_entry_immediate(), {{"retry_s", 5.0}}};
    run.takeable_lots = 200;
    run.at(12 * kSecond, [&] { run.takeable_lots = fake::kEndless; });
    run.start(fake::parent(1, 500, 0, 10 * kSecond, policy));
    run.run_until(60 * kSecond);
    times_s.clear();
    for (const fake::Sent& sent : run.sent) times_s.push_back(sent.time_ns / kSecond);
    return run.sent_sizes();
  };
  std::vector<std::int64_t> times_s;
  CHECK(sent_under(PLIMSOLL_END_CROSS, times_s) == Sizes{500, 300});
  CHECK(times_s == Sizes{0, 10});
  CHECK(sent_under(PLIMSOLL_END_CANCEL, times_s) == Sizes{500});
  CHECK(sent_under(PLIMSOLL_END_EXTEND, times_s) == Sizes{500, 300, 300});
  CHECK(times_s == Sizes{0, 10, 15});
}
