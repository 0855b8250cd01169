#include <cstdint>
#include <numeric>
#include <vector>

#include "claims.hpp"
#include "sdk/fake_host.hpp"
#include "strategies/entries.hpp"

using fake::kSecond;
using fake::StrategyRun;
using Sizes = std::vector<std::int64_t>;

namespace {

fake::Settings::Overrides slices(std::int64_t count, fake::Settings::Overrides more = {}) {
  more.emplace("slices", count);
  return more;
}

Sizes sizes_of_whole_run(std::int64_t lots, std::int64_t count, const std::string& rule) {
  StrategyRun run{plimsoll_entry_twap(), slices(count, {{"remainder", rule}})};
  run.start(fake::parent(1, lots, 0, 100 * kSecond));
  run.run_until(200 * kSecond);
  CHECK(run.filled_lots == lots);
  return run.sent_sizes();
}

}  // namespace

// reference/validation.json TWAP-01, exact (rule definitions: models.md 6.1). A slice of 0 lots sends nothing.
TEST_CASE("TWAP-01 the strategy sends the slices of its remainder rule and skips empty ones") {
  CHECK(sizes_of_whole_run(1000, 7, "cumulative") == Sizes{142, 143, 143, 143, 143, 143, 143});
  CHECK(sizes_of_whole_run(1000, 7, "front") == Sizes{143, 143, 143, 143, 143, 143, 142});
  CHECK(sizes_of_whole_run(1000, 7, "last") == Sizes{142, 142, 142, 142, 142, 142, 148});
  CHECK(sizes_of_whole_run(10, 4, "cumulative") == Sizes{2, 3, 2, 3});
  CHECK(sizes_of_whole_run(10, 4, "front") == Sizes{3, 3, 2, 2});
  CHECK(sizes_of_whole_run(10, 4, "last") == Sizes{2, 2, 2, 4});
  CHECK(sizes_of_whole_run(3, 5, "cumulative") == Sizes{1, 1, 1});
  CHECK(sizes_of_whole_run(3, 5, "front") == Sizes{1, 1, 1});
  CHECK(sizes_of_whole_run(3, 5, "last") == Sizes{3});
  CHECK(sizes_of_whole_run(100, 8, "cumulative") == Sizes{12, 13, 12, 13, 12, 13, 12, 13});
  CHECK(sizes_of_whole_run(100, 8, "front") == Sizes{13, 13, 13, 13, 12, 12, 12, 12});
  CHECK(sizes_of_whole_run(100, 8, "last") == Sizes{12, 12, 12, 12, 12, 12, 12, 16});
}

TEST_CASE("twap sends the first slice at the start and the others at equal distances") {
  StrategyRun run{plimsoll_entry_twap(), slices(4)};
  run.start(fake::parent(-1, 8, 10 * kSecond, 50 * kSecond));
  run.run_until(100 * kSecond);
  REQUIRE(run.sent.size() == 4);
  for (std::size_t k = 0; k < 4; ++k) {
    CHECK(run.sent[k].time_ns == static_cast<std::int64_t>(10 + 10 * k) * kSecond);
    CHECK(run.sent[k].order.type == PLIMSOLL_MARKET);
    CHECK(run.sent[k].order.side == -1);
  }
}

TEST_CASE("jitter delays each slice by less than its own duration: order and end are kept, times differ from the grid") {
  StrategyRun run{plimsoll_entry_twap(), slices(50, {{"jitter", 0.999}})};
  run.start(fake::parent(1, 50, 0, 50 * kSecond));
  run.run_until(100 * kSecond);
  REQUIRE(run.sent.size() == 50);
  int moved = 0;
  for (std::int64_t k = 0; k < 50; ++k) {
    const std::int64_t time_ns = run.sent[static_cast<std::size_t>(k)].time_ns;
    CHECK(time_ns >= k * kSecond);
    CHECK(time_ns < (k + 1) * kSecond);
    moved += time_ns != k * kSecond ? 1 : 0;
  }
  CHECK(moved > 40);
}

TEST_CASE("lots below min_slice_lots are held until enough are due, and the last slice takes all") {
  StrategyRun run{plimsoll_entry_twap(), slices(10, {{"min_slice_lots", std::int64_t{4}}})};
  run.start(fake::parent(1, 15, 0, 10 * kSecond));
  run.run_until(20 * kSecond);
  CHECK(run.sent_sizes() == Sizes{4, 5, 4, 2});  // 15 over 10 slices: 1 2 1 2 1 2 1 2 1 2
}

TEST_CASE("a miss is spread over the slices that remain, by the same rule, and never doubles the next slice") {
  StrategyRun run{plimsoll_entry_twap(), slices(10)};
  run.start(fake::parent(1, 100, 0, 10 * kSecond));
  run.takeable_lots = 10;  // the first slice fills, the second finds nothing
  run.at(kSecond + 1, [&] { run.takeable_lots = fake::kEndless; });
  run.run_until(20 * kSecond);
  CHECK(run.filled_lots == 100);
  CHECK(run.sent_sizes() == Sizes{10, 10, 11, 11, 11, 12, 11, 11, 11, 12});  // 90 over 8 slices
}

TEST_CASE("outside its limit price twap sends nothing and carries the deficit, and no order is worse than the limit") {
  StrategyRun run{plimsoll_entry_twap(), slices(10)};
  plimsoll_parent parent = fake::parent(1, 100, 0, 10 * kSecond);
  parent.has_limit = 1;
  parent.limit_ticks = 10'005;
  run.quote.ask_ticks = 10'006;
  run.at(5 * kSecond - 1, [&] { run.quote.ask_ticks = 10'004; });
  run.start(parent);
  run.run_until(20 * kSecond);
  CHECK(run.sent_sizes() == Sizes{20, 20, 20, 20, 20});
  for (const fake::Sent& sent : run.sent) {
    CHECK(sent.order.type == PLIMSOLL_IOC);
    CHECK(sent.order.limit_ticks == 10'005);
    CHECK(sent.time_ns >= 5 * kSecond);
  }
}

TEST_CASE("at the end the rest is crossed once, cancelled, or carried on, as the end policy says") {
  const auto run_with = [](std::uint32_t policy, Sizes& sizes, std::int64_t& last_ns) {
    StrategyRun run{plimsoll_entry_twap(), slices(4)};
    run.takeable_lots = 0;
    run.at(10 * kSecond - 1, [&] { run.takeable_lots = fake::kEndless; });
    run.start(fake::parent(1, 8, 0, 10 * kSecond, policy));
    run.run_until(100 * kSecond);
    sizes = run.sent_sizes();
    last_ns = run.sent.back().time_ns;
    return run.filled_lots;
  };
  Sizes sizes;
  std::int64_t last_ns = 0;
  CHECK(run_with(PLIMSOLL_END_CROSS, sizes, last_ns) == 8);
  CHECK(sizes == Sizes{2, 2, 4, 8, 8});  // four misses, each spread over what remained, then the rest
  CHECK(last_ns == 10 * kSecond);
  CHECK(run_with(PLIMSOLL_END_CANCEL, sizes, last_ns) == 0);
  CHECK(last_ns < 10 * kSecond);
  CHECK(run_with(PLIMSOLL_END_EXTEND, sizes, last_ns) == 8);
  CHECK(sizes == Sizes{2, 2, 4, 8, 2, 2, 2, 2});  // past the end: the original pace
  CHECK(last_ns > 10 * kSecond);
}

TEST_CASE("the end policy keeps to the limit price too") {
  StrategyRun run{plimsoll_entry_twap(), slices(4)};
  plimsoll_parent parent = fake::parent(-1, 8, 0, 10 * kSecond);
  parent.has_limit = 1;
  parent.limit_ticks = 10'000;  // the bid is 9'999
  run.start(parent);
  run.run_until(100 * kSecond);
  CHECK(run.sent.empty());
  CHECK(run.failure.empty());
}

TEST_CASE("join rests at the near touch, keeps its place while the touch stands, and is posted anew when it has moved") {
  StrategyRun run{plimsoll_entry_twap(), slices(4, {{"style", std::string{"join"}}})};
  run.start(fake::parent(1, 8, 0, 40 * kSecond));
  run.run_until(15 * kSecond);
  REQUIRE(run.sent_sizes() == Sizes{2, 2});
  CHECK(run.sent[0].order.type == PLIMSOLL_LIMIT);
  CHECK(run.sent[0].order.limit_ticks == 9'999);
  CHECK(run.cancelled.empty());
  run.fill_resting(1, 1);
  run.quote.bid_ticks = 10'000;
  run.run_until(25 * kSecond);
  CHECK(run.cancelled == std::vector<std::uint64_t>{1, 2});
  REQUIRE(run.sent.size() == 3);
  CHECK(run.sent[2].order.limit_ticks == 10'000);
  CHECK(run.sent[2].order.quantity_lots == 3);  // 7 left over two slices: 3 now, 4 later
  run.run_until(100 * kSecond);
  CHECK(run.sent.back().order.type == PLIMSOLL_MARKET);
  CHECK(run.sent.back().order.quantity_lots == 7);
  CHECK(run.filled_lots == 8);
}

TEST_CASE("join never sends lots again before their cancellation is confirmed, however slow the venue answers") {
  StrategyRun run{plimsoll_entry_twap(), slices(10, {{"style", std::string{"join"}}})};
  run.response_ns = 2'500'000'000;  // longer than two slices
  run.start(fake::parent(1, 20, 0, 10 * kSecond));
  for (std::int64_t second = 0; second < 12; ++second) {
    run.at(second * kSecond + kSecond / 2, [&run, second] { run.quote.bid_ticks = 9'990 + static_cast<std::int32_t>(second % 5); });
    run.at(second * kSecond + kSecond / 3, [&run, second] {
      if (second % 4 == 0) run.fill_all_resting();
    });
  }
  run.run_until(100 * kSecond);
  CHECK(run.filled_lots == 20);  // the venue itself checks at each fill that the parent is never exceeded
}

TEST_CASE("join posts at the limit price where the touch is outside it") {
  StrategyRun run{plimsoll_entry_twap(), slices(2, {{"style", std::string{"join"}}})};
  plimsoll_parent parent = fake::parent(1, 8, 0, 10 * kSecond);
  parent.has_limit = 1;
  parent.limit_ticks = 9'990;
  run.start(parent);
  run.run_until(6 * kSecond);
  REQUIRE(run.sent.size() == 2);
  CHECK(run.sent[0].order.limit_ticks == 9'990);
}

TEST_CASE("an empty side of the book is waited out") {
  StrategyRun run{plimsoll_entry_twap(), slices(4)};
  run.quote.ask_lots = 0;
  run.quote.ask_ticks = 0;
  run.at(2 * kSecond, [&] { run.quote.ask_lots = 5, run.quote.ask_ticks = 10'001; });
  run.start(fake::parent(1, 8, 0, 4 * kSecond));
  run.run_until(10 * kSecond);
  CHECK(run.filled_lots == 8);
  CHECK(run.sent.front().time_ns == 2 * kSecond);
}

TEST_CASE("rejected slices are not lost: they come back in the later ones") {
  StrategyRun run{plimsoll_entry_twap(), slices(4)};
  run.reject_everything = true;
  run.at(2 * kSecond - 1, [&] { run.reject_everything = false; });
  run.start(fake::parent(1, 8, 0, 4 * kSecond));
  run.run_until(10 * kSecond);
  CHECK(run.filled_lots == 8);
  CHECK(run.sent_sizes() == Sizes{2, 2, 4, 4});
}

TEST_CASE("a parent of 1e18 lots is worked exactly") {
  const std::int64_t lots = 1'000'000'000'000'000'001;
  StrategyRun run{plimsoll_entry_twap(), slices(999)};
  run.start(fake::parent(1, lots, 0, 999 * kSecond));
  run.run_until(2'000 * kSecond);
  CHECK(run.filled_lots == lots);
  CHECK(run.sent.size() == 999);
}

TEST_CASE("wakes that no step asked for change nothing") {
  const auto sent_with = [](bool false_wakes) {
    StrategyRun run{plimsoll_entry_twap(), slices(7, {{"jitter", 0.5}, {"style", std::string{"join"}}})};
    run.response_ns = kSecond / 5;
    run.start(fake::parent(1, 100, 0, 10 * kSecond));
    for (std::int64_t i = 1; i < 200; ++i) {
      run.at(i * kSecond / 10 + 1, [&run, false_wakes, i] {
        if (i % 17 == 0) run.quote.bid_ticks = 9'999 - static_cast<std::int32_t>(i % 3);
        if (false_wakes) run.false_wake();
      });
    }
    run.run_until(30 * kSecond);
    std::vector<std::pair<std::int64_t, std::int64_t>> sent;
    for (const fake::Sent& one : run.sent) sent.emplace_back(one.time_ns, one.order.quantity_lots);
    return sent;
  };
  CHECK(sent_with(true) == sent_with(false));
}

TEST_CASE("each decision records where the schedule wants to be and what is done") {
  StrategyRun run{plimsoll_entry_twap(), slices(4)};
  run.start(fake::parent(1, 8, 0, 4 * kSecond));
  run.run_until(10 * kSecond);
  const std::vector<std::pair<std::string, double>> expected = {{"planned_lots", 2}, {"done_lots", 0},    {"planned_lots", 4},
                                                                {"done_lots", 2},    {"planned_lots", 6}, {"done_lots", 4},
                                                                {"planned_lots", 8}, {"done_lots", 6}};
  CHECK(run.records == expected);
}

TEST_CASE("more slices than nanoseconds are cut to one a nanosecond, and an end before the start is refused") {
  StrategyRun run{plimsoll_entry_twap(), slices(1000)};
  run.start(fake::parent(1, 30, 0, 10));
  run.run_until(kSecond);
  CHECK(run.sent_sizes() == Sizes(10, 3));
  StrategyRun refused{plimsoll_entry_twap(), slices(2)};
  refused.start(fake::parent(1, 30, 10, 10));
  refused.run_until(kSecond);
  CHECK(refused.failure.find("not after its start") != std::string::npos);
  CHECK(refused.sent.empty());
}
