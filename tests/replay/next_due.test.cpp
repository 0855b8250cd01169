// Who of a batch acts next.

#include <algorithm>
#include <vector>

#include "claims.hpp"
#include "core/random.hpp"
#include "replay/next_due.hpp"

using namespace plimsoll;

TEST_CASE("the next due is the run of the earliest time, at equal times the one that stands first") {
  for (const std::size_t runs : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{37}, kBatchRunsMax}) {
    NextDue due{runs};
    CHECK(due.time() == kNever);
    std::vector<TimePoint> times(runs, kNever);
    const RandomStream random{1, 0, Purpose::strategy};
    for (std::uint64_t step = 0; step < 2'000; ++step) {
      const auto run = static_cast<RunIndex>(random.uniform(2 * step) * static_cast<double>(runs));
      const auto draw = static_cast<TimePoint>(random.uniform(2 * step + 1) * 20);  // few times: many are equal
      times[run] = draw == 0 ? kNever : draw == 1 ? kLongAgo : draw;
      due.set(run, times[run]);
      const auto first = std::min_element(times.begin(), times.end());
      REQUIRE(due.time() == *first);
      if (*first != kNever) REQUIRE(due.run() == static_cast<RunIndex>(first - times.begin()));
    }
  }
}
