#include "replay/agenda.hpp"

#include <algorithm>
#include <vector>

#include "claims.hpp"
#include "core/random.hpp"

using namespace plimsoll;

namespace {
/// At equal times: the market's response, milestones, arrivals at the venue, timers; among these the order of entry.
int turn(DueKind kind) {
  switch (kind) {
    case DueKind::answer:
    case DueKind::reaction_clock: return 0;
    case DueKind::sample_arrival:
    case DueKind::sample_end:
    case DueKind::sample_impact: return 1;
    case DueKind::order_arrival:
    case DueKind::cancel_arrival: return 2;
    case DueKind::start:
    case DueKind::wake: return 3;
  }
  return 4;
}
}  // namespace

TEST_CASE("appointments come by time, then kind, then entry, however they are made and kept in between") {
  const RandomStream random{11, 0, Purpose::test};
  std::uint64_t drawn = 0;
  const auto below = [&](std::size_t count) { return random.below(drawn++, count); };
  Agenda agenda;
  std::vector<Due> expected;  // in the order of entry
  TimePoint now = 0;
  std::uint32_t entered = 0;
  std::size_t kept_most = 0;
  for (int step = 0; step < 30'000; ++step) {
    const bool filling = step / 1'000 % 2 == 0;
    if (expected.empty() || below(10) < (filling ? 6 : 4)) {
      const Due due{now + static_cast<TimePoint>(below(5)), static_cast<DueKind>(below(9)), entered++};
      agenda.add(due.time, due.kind, due.index);
      expected.push_back(due);
    } else {
      const auto first = std::min_element(expected.begin(), expected.end(), [](const Due& a, const Due& b) {
        return a.time != b.time ? a.time < b.time : turn(a.kind) < turn(b.kind);
      });
      REQUIRE(agenda.next_time() == first->time);
      REQUIRE(agenda.next().index == first->index);
      REQUIRE(agenda.next().kind == first->kind);
      now = first->time;
      agenda.pop();
      expected.erase(first);
    }
    if (expected.empty()) REQUIRE(agenda.next_time() == kNever);
    kept_most = std::max(kept_most, expected.size());
  }
  CHECK(kept_most > 100);
  agenda.clear();
  CHECK(agenda.next_time() == kNever);
}
