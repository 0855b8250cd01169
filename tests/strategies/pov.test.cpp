#include <cstdint>
#include <string>
#include <vector>

#include "claims.hpp"
#include "sdk/fake_host.hpp"
#include "strategies/entries.hpp"

using fake::kSecond;
using fake::StrategyRun;
using Sizes = std::vector<std::int64_t>;

namespace {

/// Sizes sent when others trade `volumes`, one before each check from the second on.
Sizes sizes_against(const Sizes& volumes, const fake::Settings::Overrides& settings, std::int64_t parent_lots = 1'000'000) {
  StrategyRun run{plimsoll_entry_pov(), settings};
  run.recorded_volume_lots = 12'345;  // before the start: not ours to follow
  run.start(fake::parent(1, parent_lots, 0, 1000 * kSecond, PLIMSOLL_END_CANCEL));
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    run.at(static_cast<std::int64_t>(i) * kSecond + kSecond / 2, [&run, lots = volumes[i]] { run.recorded_volume_lots += lots; });
  }
  run.run_until(500 * kSecond);
  return run.sent_sizes();
}

}  // namespace

// reference/validation.json POV-01: integers exact, realised rate rel 1e-12 (algebra, models.md 6.3).
TEST_CASE("POV-01 pov follows the others' volume so that its share of all volume is the rate") {
  const Sizes own = sizes_against({450, 1200, 30, 5000}, {{"rate", 0.1}});
  CHECK(own == Sizes{50, 133, 3, 556});
  const double sum = 50 + 133 + 3 + 556;
  CHECK(sum / (sum + 450 + 1200 + 30 + 5000) == Approx(0.09997305308542172).epsilon(1e-12));
}

TEST_CASE("POV-01 with own volume excluded the rate is relative to the others") {
  CHECK(sizes_against({450, 1200, 30, 5000}, {{"rate", 0.1}, {"include_own", std::int64_t{0}}}) == Sizes{45, 120, 3, 500});
}

TEST_CASE("pov stops at the parent's size and sends nothing when nothing trades") {
  CHECK(sizes_against({450, 1200, 30, 5000}, {{"rate", 0.1}}, 60) == Sizes{50, 10});
  CHECK(sizes_against({0, 0, 8, 0}, {{"rate", 0.1}}).empty());  // 8 others: a target of 0.9 lots is none
}

TEST_CASE("the cap bounds each check and the rest follows in the next ones") {
  CHECK(sizes_against({900, 0, 0, 0}, {{"rate", 0.1}, {"max_lots", std::int64_t{40}}}) == Sizes{40, 40, 20});
}

TEST_CASE("own passive fills are not counted as the volume of others") {
  StrategyRun run{plimsoll_entry_pov(), {{"rate", 0.5}, {"style", std::string{"join"}}}};
  run.start(fake::parent(1, 1'000'000, 0, 1000 * kSecond, PLIMSOLL_END_CANCEL));
  run.at(kSecond / 2, [&] { run.recorded_volume_lots += 100; });
  run.at(kSecond + kSecond / 2, [&] {  // our 100 lots trade in place of recorded ones: the tape shows 100 more
    run.recorded_volume_lots += 100;
    run.fill_all_resting();
  });
  run.run_until(100 * kSecond);
  CHECK(run.sent_sizes() == Sizes{100});
  CHECK(run.filled_lots == 100);
}

TEST_CASE("outside the limit price pov waits, and catches up when the price is back") {
  StrategyRun run{plimsoll_entry_pov(), {{"rate", 0.5}}};
  plimsoll_parent parent = fake::parent(-1, 1'000, 0, 1000 * kSecond, PLIMSOLL_END_CANCEL);
  parent.has_limit = 1;
  parent.limit_ticks = 10'000;
  run.at(kSecond / 2, [&] { run.recorded_volume_lots += 30; });
  run.at(5 * kSecond - 1, [&] { run.quote.bid_ticks = 10'000; });
  run.start(parent);
  run.run_until(10 * kSecond);
  REQUIRE(run.sent_sizes() == Sizes{30});
  CHECK(run.sent[0].time_ns == 5 * kSecond);
  CHECK(run.sent[0].order.type == PLIMSOLL_IOC);
  CHECK(run.sent[0].order.limit_ticks == 10'000);
}

TEST_CASE("at its end pov crosses the rest, cancels it, or goes on following") {
  const auto filled_under = [](std::uint32_t policy) {
    StrategyRun run{plimsoll_entry_pov(), {{"rate", 0.5}}};
    run.start(fake::parent(1, 100, 0, 10 * kSecond, policy));
    run.at(5 * kSecond - 1, [&] { run.recorded_volume_lots += 30; });
    run.at(15 * kSecond - 1, [&] { run.recorded_volume_lots += 20; });
    run.run_until(20 * kSecond);
    return run.sent_sizes();
  };
  CHECK(filled_under(PLIMSOLL_END_CROSS) == Sizes{30, 70});
  CHECK(filled_under(PLIMSOLL_END_CANCEL) == Sizes{30});
  CHECK(filled_under(PLIMSOLL_END_EXTEND) == Sizes{30, 20});
}

TEST_CASE("the check timer is the declared interval") {
  StrategyRun run{plimsoll_entry_pov(), {{"interval_s", 0.25}}};
  run.start(fake::parent(1, 100, kSecond, 2 * kSecond, PLIMSOLL_END_CANCEL));
  run.run_until(10 * kSecond);
  CHECK(run.wakes == std::vector<std::int64_t>{1'250'000'000, 1'500'000'000, 1'750'000'000, 2'000'000'000});
}

TEST_CASE("volumes of 1e18 lots do not overflow the target") {
  CHECK(sizes_against({4'000'000'000'000'000'000, 4'000'000'000'000'000'000}, {{"rate", 0.999}}, 1'000'000'000'000'000'000) ==
        Sizes{1'000'000'000'000'000'000});
}
