#include "sdk/schedule.hpp"

#include <cstdint>
#include <numeric>
#include <vector>

#include "claims.hpp"

using namespace plimsoll::sdk;

namespace {

using Sizes = std::vector<std::int64_t>;

Sizes slices_of(Remainder rule, std::int64_t lots, std::int64_t slices) {
  Sizes sizes;
  for (std::int64_t k = 0; k < slices; ++k) sizes.push_back(slice_lots(rule, lots, slices, k));
  return sizes;
}

}  // namespace

// reference/validation.json TWAP-01, exact; rule definitions: models.md 6.1.
TEST_CASE("TWAP-01 the three remainder rules give the published slices") {
  CHECK(slices_of(Remainder::cumulative, 1000, 7) == Sizes{142, 143, 143, 143, 143, 143, 143});
  CHECK(slices_of(Remainder::front, 1000, 7) == Sizes{143, 143, 143, 143, 143, 143, 142});
  CHECK(slices_of(Remainder::last, 1000, 7) == Sizes{142, 142, 142, 142, 142, 142, 148});
  CHECK(slices_of(Remainder::cumulative, 10, 4) == Sizes{2, 3, 2, 3});
  CHECK(slices_of(Remainder::front, 10, 4) == Sizes{3, 3, 2, 2});
  CHECK(slices_of(Remainder::last, 10, 4) == Sizes{2, 2, 2, 4});
  CHECK(slices_of(Remainder::cumulative, 3, 5) == Sizes{0, 1, 0, 1, 1});
  CHECK(slices_of(Remainder::front, 3, 5) == Sizes{1, 1, 1, 0, 0});
  CHECK(slices_of(Remainder::last, 3, 5) == Sizes{0, 0, 0, 0, 3});
  CHECK(slices_of(Remainder::cumulative, 100, 8) == Sizes{12, 13, 12, 13, 12, 13, 12, 13});
  CHECK(slices_of(Remainder::front, 100, 8) == Sizes{13, 13, 13, 13, 12, 12, 12, 12});
  CHECK(slices_of(Remainder::last, 100, 8) == Sizes{12, 12, 12, 12, 12, 12, 12, 16});
}

TEST_CASE("every remainder rule places every lot once, also for parents near the largest integer") {
  for (const std::int64_t lots :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{999'999'999'999'999'999}, std::int64_t{1'000'000'000'000'000'000}, INT64_MAX}) {
    for (const std::int64_t slices : {std::int64_t{1}, std::int64_t{7}, std::int64_t{999'983}}) {
      for (const Remainder rule : {Remainder::cumulative, Remainder::front, Remainder::last}) {
        CHECK(scheduled_lots(rule, lots, slices, 0) == 0);
        CHECK(scheduled_lots(rule, lots, slices, slices) == lots);
        for (const std::int64_t k : {std::int64_t{0}, slices / 2, slices - 1}) CHECK(slice_lots(rule, lots, slices, k) >= 0);
      }
    }
  }
}

TEST_CASE("the cumulative rule is exact where the product does not fit 64 bits") {
  const std::int64_t lots = 1'000'000'000'000'000'003;
  for (std::int64_t k = 0; k <= 1'000; k += 37) {
    CHECK(scheduled_lots(Remainder::cumulative, lots, 1'000, k) == static_cast<std::int64_t>(static_cast<__int128>(lots) * k / 1'000));
  }
}

TEST_CASE("scaled_down stops at the largest integer instead of wrapping") {
  CHECK(scaled_down(INT64_MAX, 2, 1) == INT64_MAX);
  CHECK(scaled_down(INT64_MAX, 1, 1) == INT64_MAX);
  CHECK(scaled_down(7, 0, 3) == 0);
  CHECK(scaled_down(7, 2, 3) == 4);
}

// reference/validation.json POV-01, exact integers, rates rel 1e-12; algebra, models.md 6.3.
TEST_CASE("POV-01 the integer target against others' volume, own volume included and excluded") {
  const Sizes others = {450, 1200, 30, 5000};
  const Participation including{0.1, true};
  const Participation excluding{0.1, false};
  Sizes own, own_excluding;
  std::int64_t seen = 0;
  for (const std::int64_t lots : others) {
    own.push_back(including.target_lots(seen + lots) - including.target_lots(seen));
    own_excluding.push_back(excluding.target_lots(seen + lots) - excluding.target_lots(seen));
    seen += lots;
  }
  CHECK(own == Sizes{50, 133, 3, 556});
  CHECK(own_excluding == Sizes{45, 120, 3, 500});
  const double sum = static_cast<double>(std::accumulate(own.begin(), own.end(), std::int64_t{0}));
  CHECK(sum / (sum + static_cast<double>(seen)) == Approx(0.09997305308542172).epsilon(1e-12));
}

TEST_CASE("a participation rate outside (0, 1) is refused and a huge volume does not overflow") {
  CHECK_THROWS(Participation(0.0, true));
  CHECK_THROWS(Participation(1.0, true));
  CHECK_THROWS(Participation(-0.1, true));
  CHECK(Participation(0.999999999, true).target_lots(INT64_MAX / 2) == INT64_MAX);
  CHECK(Participation(0.3, true).target_lots(70) == 30);
}
