/// Two results side by side: pairs, differences, intervals.

#include <cmath>
#include <limits>

#include "claims.hpp"
#include "facts.hpp"
#include "metrics/paired.hpp"
#include "metrics/summary.hpp"

using namespace plimsoll;

namespace {

const double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> each_its_own(std::size_t count) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(std::to_string(i));
  return out;
}

/// Nearly normal: the sum of twelve uniform draws, less six.
double normal(facts::Draws& draws) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += static_cast<double>(draws.between(0, 1 << 20)) / (1 << 20);
  return sum;
}

/// Two tables of scenarios with a text key that may be undefined, a number, and the repetition.
Table asked(const std::vector<std::string>& strategy, const std::vector<double>& rate, const std::vector<std::int64_t>& seed) {
  Table out{"scenarios"};
  out.columns() = {{"strategy", "text", "", strategy}, {"rate", "1", "", rate}, {"seed", "1", "", seed}};
  return out;
}

}  // namespace

TEST_CASE("Student's t has the published 97.5 % quantiles, also where the sum gives way to the expansion") {
  const std::pair<std::int64_t, double> published[] = {{1, 12.7062047362}, {2, 4.3026527297},   {3, 3.1824463053},   {4, 2.7764451052},
                                                       {5, 2.5705818356},  {9, 2.2621571628},   {10, 2.2281388520},  {30, 2.0422724563},
                                                       {60, 2.0002978221}, {100, 1.9839715185}, {1000, 1.9623390808}};
  for (const auto& [degrees, quantile] : published) {
    CAPTURE(degrees);
    CHECK(student_t_975(degrees) == Approx(quantile).epsilon(2e-9));
  }
  const double step = student_t_975(198) - student_t_975(199);
  CHECK(student_t_975(199) - student_t_975(200) == Approx(step).epsilon(0.02));
}

TEST_CASE("the interval of Student's own sleep data is the published one") {
  // Student (1908), The probable error of a mean, Biometrika 6: hours of sleep gained with two drugs, ten patients.
  const std::vector<double> a = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
  const std::vector<double> b = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
  const PairedDifference found = paired_difference(a, b, each_its_own(10), IntervalKind::student_t);
  CHECK(found.pairs == 10);
  CHECK(found.mean_a == Approx(0.75));
  CHECK(found.mean_b == Approx(2.33));
  CHECK(found.mean == Approx(1.58));
  CHECK(found.low == Approx(0.7001142).epsilon(1e-6));
  CHECK(found.high == Approx(2.4598858).epsilon(1e-6));
  CHECK(found.excludes_zero());
  CHECK(found.higher == 9);
  CHECK(found.lower == 0);
}

TEST_CASE("A and B exchanged give the mirrored interval to the last bit, by either method") {
  facts::Draws draws{5};
  std::vector<double> a, b;
  std::vector<std::string> days;
  for (int i = 0; i < 60; ++i) {
    a.push_back(normal(draws));
    b.push_back(i % 7 == 0 ? kNan : normal(draws) + 0.3);
    days.push_back(std::to_string(i / 6));
  }
  for (const IntervalKind kind : {IntervalKind::student_t, IntervalKind::bootstrap}) {
    const PairedDifference there = paired_difference(a, b, days, kind), back = paired_difference(b, a, days, kind);
    CHECK(there.left_out == 9);
    CHECK(there.pairs == 51);
    CHECK(back.mean == -there.mean);
    CHECK(back.low == -there.high);
    CHECK(back.high == -there.low);
    CHECK(back.higher == there.lower);
    CHECK(back.mean_a == there.mean_b);
    CHECK(there.low < there.mean);
  }
}

TEST_CASE("one cluster has no interval, and none at all no mean") {
  const PairedDifference one_day = paired_difference({1, 2, 3}, {2, 4, 5}, {"d", "d", "d"}, IntervalKind::student_t);
  CHECK(one_day.mean == Approx(5.0 / 3));
  CHECK_FALSE(one_day.has_interval());
  CHECK_FALSE(one_day.excludes_zero());
  const PairedDifference nothing = paired_difference({kNan, 1}, {1, kNan}, {"d", "e"}, IntervalKind::bootstrap);
  CHECK(nothing.pairs == 0);
  CHECK(nothing.left_out == 2);
  CHECK(std::isnan(nothing.mean));
}

TEST_CASE("95 % intervals over days cover a planted difference 95 % of the time; scenarios counted one by one would not") {
  facts::Draws draws{11};
  constexpr int kRounds = 1500;
  int covered = 0, covered_bootstrap = 0, covered_naively = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> a, b;
    std::vector<std::string> days;
    for (int day = 0; day < 15; ++day) {
      const double of_day = normal(draws);
      for (int i = 0; i < 4; ++i) {
        a.push_back(10 * normal(draws));  // what pairing takes out
        b.push_back(a.back() + 0.25 + of_day + 0.5 * normal(draws));
        days.push_back(std::to_string(day));
      }
    }
    const auto covers = [](const PairedDifference& found) { return found.low <= 0.25 && 0.25 <= found.high; };
    covered += covers(paired_difference(a, b, days, IntervalKind::student_t));
    covered_naively += covers(paired_difference(a, b, each_its_own(a.size()), IntervalKind::student_t));
    if (round < 100) covered_bootstrap += covers(paired_difference(a, b, days, IntervalKind::bootstrap));
  }
  CHECK(covered > 0.93 * kRounds);
  CHECK(covered < 0.97 * kRounds);
  CHECK(covered_naively < 0.80 * kRounds);
  CHECK(covered_bootstrap >= 85);  // percentiles of 15 clusters are a little short
  CHECK(covered_bootstrap <= 99);
}

TEST_CASE("rows pair by what they ask, whatever type the file holds it in and whatever the order; the rest is named") {
  const Table a = asked({"twap", "pov", "pov", "twap"}, {kNan, 0.1, 2, kNan}, {0, 0, 0, 1});
  Table b = asked({"pov", "pov", "twap"}, {3, 2, kNan}, {0, 0, 0});
  b.columns()[1].data = std::vector<std::int64_t>{3, 2, std::numeric_limits<std::int64_t>::min()};
  const Pairing found = pair_rows({a, {}}, {b, {}}, {"strategy", "rate", "seed"});
  REQUIRE(found.pairs.size() == 2);
  CHECK(found.pairs[0].a == 2);  // pov, 2, 0
  CHECK(found.pairs[0].b == 1);
  CHECK(found.pairs[1].a == 0);  // twap, undefined, 0
  CHECK(found.pairs[1].b == 2);
  CHECK(found.only_a == std::vector<std::size_t>{1, 3});
  CHECK(found.only_b == std::vector<std::size_t>{0});
}

TEST_CASE("rows that no key tells apart are refused, unless a choice leaves one of them") {
  const Table a = asked({"twap", "pov"}, {1, 1}, {0, 0}), b = asked({"immediate"}, {1}, {0});
  const Pairing refused = pair_rows({a, {}}, {b, {}}, {"rate", "seed"});
  REQUIRE(refused.twice_a.has_value());
  CHECK(refused.twice_a->a == 0);
  CHECK(refused.twice_a->b == 1);
  CHECK(refused.pairs.empty());
  const Pairing chosen = pair_rows({a, {{"strategy", "pov"}, {"rate", "1.0"}}}, {b, {}}, {"rate", "seed"});
  REQUIRE(chosen.pairs.size() == 1);
  CHECK(chosen.pairs[0].a == 1);
}
