#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "claims.hpp"
#include "core/math.hpp"
#include "impact_models/book_claims.hpp"

extern "C" {
const plimsoll_plugin* plimsoll_entry_general_shape(void);
const plimsoll_plugin* plimsoll_entry_obizhaeva_wang(void);
}

using fake::ModelRun;
using List = std::vector<double>;

namespace {

using claims::kNan;

fake::Settings::Overrides shape(List distances, List densities, double rho, const char* mode = "volume", const char* between = "linear") {
  return {{"distance_ticks", std::move(distances)},
          {"density_lots_per_tick", std::move(densities)},
          {"resilience_per_s", rho},
          {"mode", mode},
          {"between", between}};
}

struct GeneralShape : ModelRun {
  explicit GeneralShape(const fake::Settings::Overrides& settings) : ModelRun{plimsoll_entry_general_shape(), settings} {}
};
std::string shape_refusal(const fake::Settings::Overrides& settings) { return claims::refusal(plimsoll_entry_general_shape(), settings); }

const List kDistances = {0, 1, 4, 10}, kDensities = {30, 80, 20, 60};

// f(x) = 1e6 + 2e5 x within the list, and its closed forms.
constexpr double kAtMid = 1e6, kSlope = 2e5;
double lots_of(double d) { return kAtMid * d + kSlope * d * d / 2; }
double ticks_of(double lots) { return (std::sqrt(kAtMid * kAtMid + 2 * kSlope * lots) - kAtMid) / kSlope; }
double density_of(double d) { return kAtMid + kSlope * d; }
fake::Settings::Overrides rising(double rho, const char* mode) { return shape({0, 1'000}, {kAtMid, kAtMid + 1'000 * kSlope}, rho, mode); }

double root(double low, double high, const std::function<double(double)>& rising_function) {
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (rising_function(middle) < 0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

// models.md 3.5, Alfonsi, Fruth and Schied (2010): E decays in volume mode, D in price mode; costs int x f(x) dx.
TEST_CASE("OW-04 general shape, trade by trade, in both modes, against the closed forms of a linear density") {
  const double rho = 0.3;
  for (const std::string mode : {"volume", "price"}) {
    INFO(mode);
    GeneralShape model{rising(rho, mode.c_str())};
    double missing = 0.0;
    std::int64_t last_s = 0;
    for (const auto& [time_s, lots] : {std::pair<std::int64_t, std::int64_t>{0, 3'000'000}, {2, 1'500'000}, {5, -6'000'000}}) {
      const double left = plimsoll::math::exp(-rho * static_cast<double>(time_s - last_s));
      missing = mode == "volume" ? missing * left : lots_of(ticks_of(missing) * left);
      model.now = time_s * fake::kSecond;
      const double before = ticks_of(missing);
      CHECK(model.displacement() == Approx(before).epsilon(1e-12));
      missing += static_cast<double>(lots);
      // Past the mid the density is mirrored.
      const double after = missing < 0 ? -ticks_of(-missing) : ticks_of(missing);
      const auto potential = [](double d) { return kAtMid * d * d / 2 + kSlope * std::fabs(d * d * d) / 3; };
      CHECK(claims::take(model, model.now, lots) == Approx(potential(after) - potential(before)).epsilon(1e-11));
      CHECK(model.displacement() == Approx(after).epsilon(1e-12));
      last_s = time_s;
    }
  }
}

// Alfonsi, Fruth and Schied (2010), the optimal schedule in volume and in price mode: with a = exp(-rho tau) the first and the inner trades
// bring the book back to one state, and the last one solves the equation below. Every shift of lots between two trades must then cost more.
TEST_CASE("OW-04 the optimal schedules of the paper are the cheapest against the model's own sweeps") {
  const double rho = 0.3, total = 2e7, a = plimsoll::math::exp(-rho * 2.0);
  const int n = 5;
  for (const std::string mode : {"volume", "price"}) {
    INFO(mode);
    const auto inner = [&](double d) { return mode == "volume" ? (1 - a) * lots_of(d) : lots_of(d) - lots_of(a * d); };
    const double first = root(0, ticks_of(total), [&](double d) {
      const double last_state = ticks_of(std::max(0.0, total - n * inner(d)));
      const double wanted = mode == "volume" ? (d - a * ticks_of(a * lots_of(d))) / (1 - a)
                                             : d * (density_of(d) - a * a * density_of(a * d)) / (density_of(d) - a * density_of(a * d));
      return wanted - last_state;
    });
    std::vector<std::int64_t> lots(n + 1, static_cast<std::int64_t>(inner(first)));
    lots.front() = static_cast<std::int64_t>(lots_of(first));
    std::int64_t rest = static_cast<std::int64_t>(total);
    for (int k = 0; k < n; ++k) rest -= lots[static_cast<std::size_t>(k)];
    lots.back() = rest;
    const auto cost = [&](const std::vector<std::int64_t>& sizes) {
      GeneralShape model{rising(rho, mode.c_str())};
      double sum = 0.0;
      for (std::size_t k = 0; k < sizes.size(); ++k) sum += claims::take(model, 2 * fake::kSecond * static_cast<std::int64_t>(k), sizes[k]);
      return sum;
    };
    const double best = cost(lots);
    for (std::size_t i = 0; i < lots.size(); ++i) {
      for (std::size_t j = 0; j < lots.size(); ++j) {
        if (i == j) continue;
        std::vector<std::int64_t> other = lots;
        other[i] += 20'000, other[j] -= 20'000;
        CHECK(cost(other) > best);
      }
    }
  }
}

TEST_CASE("general_shape of one density is the block book, in both modes") {
  for (const char* mode : {"volume", "price"}) {
    GeneralShape model{shape({0}, {40}, 0.2, mode)};
    ModelRun block{plimsoll_entry_obizhaeva_wang(), {{"depth_lots_per_tick", 40.0}, {"resilience_per_s", 0.2}}};
    for (const std::int64_t lots : {500, -200, 900, -3'000, 50}) {
      const double cost = claims::take(block, block.now + fake::kSecond, lots);
      CHECK(claims::take(model, block.now, lots) == Approx(cost).epsilon(1e-12));
      CHECK(model.displacement() == Approx(block.displacement()).epsilon(1e-12));
    }
  }
}

TEST_CASE("general_shape walks its list: steps and straight lines to the last distance and beyond") {
  GeneralShape lines{shape(kDistances, kDensities, 0)}, steps{shape(kDistances, kDensities, 0, "volume", "constant")};
  // Lots up to the distances 1, 4 and 10: 55, 205, 445 under the lines, 30, 270, 390 under the steps.
  CHECK(lines.sweep(1, 55).after_ticks == Approx(1.0).epsilon(1e-14));
  CHECK(lines.sweep(-1, 205).after_ticks == Approx(-4.0).epsilon(1e-14));
  CHECK(lines.sweep(1, 445).after_ticks == Approx(10.0).epsilon(1e-14));
  CHECK(lines.sweep(1, 445 + 600).after_ticks == Approx(20.0).epsilon(1e-14));
  CHECK(steps.sweep(1, 30).after_ticks == Approx(1.0).epsilon(1e-14));
  CHECK(steps.sweep(1, 270).after_ticks == Approx(4.0).epsilon(1e-14));
  CHECK(steps.sweep(-1, 390).after_ticks == Approx(-10.0).epsilon(1e-14));
  CHECK(steps.sweep(1, 390).average_ticks * 390 == Approx(30 * 0.5 + 240 * 2.5 + 120 * 7.0).epsilon(1e-14));
  CHECK(lines.sweep(1, 1).after_ticks == Approx((std::sqrt(30.0 * 30 + 2 * 50) - 30) / 50).epsilon(1e-14));
}

TEST_CASE("general_shape is a book that decays to rest, and no round trip against it gains, whatever the shape") {
  const List falling = {1'000, 100, 10, 1};
  for (const char* mode : {"volume", "price"}) {
    for (const char* between : {"linear", "constant"}) {
      for (const List& densities : {kDensities, falling}) {
        const auto make = [&] { return std::make_unique<GeneralShape>(shape(kDistances, densities, 0.2, mode, between)); };
        claims::is_a_book(make, 1e-11);
        claims::decays_towards(make, 0.0, 1e-12);
        CHECK(claims::cheapest_round_trip(make, 300, 6, 3'000, 20 * fake::kSecond) > -1e-12);
      }
    }
  }
}

TEST_CASE("general_shape refuses gaps, negative densities and lists that are no list of points, and says why") {
  CHECK_THAT(shape_refusal(shape({0, 1, 2}, {3, 0, 3}, 1)), Catch::Contains("density_lots_per_tick must be above 0 (entry 2)"));
  CHECK_THAT(shape_refusal(shape({0, 1, 2}, {3, 2, -3}, 1)), Catch::Contains("(entry 3)") && Catch::Contains("would be paid"));
  CHECK_THAT(shape_refusal(shape({0, 1}, {3, kNan}, 1)), Catch::Contains("density_lots_per_tick"));
  CHECK_THAT(shape_refusal(shape({0, 1}, {INFINITY, 3}, 1)), Catch::Contains("density_lots_per_tick"));
  CHECK_THAT(shape_refusal(shape({0, 2, 2}, {3, 2, 1}, 1)), Catch::Contains("distance_ticks must rise (entry 3)"));
  CHECK_THAT(shape_refusal(shape({0, kNan}, {3, 2}, 1)), Catch::Contains("distance_ticks must rise (entry 2)"));
  CHECK_THAT(shape_refusal(shape({0, INFINITY}, {3, 2}, 1)), Catch::Contains("distance_ticks must rise (entry 2)"));
  CHECK_THAT(shape_refusal(shape({1, 2}, {3, 2}, 1)), Catch::Contains("must begin with 0"));
  CHECK_THAT(shape_refusal(shape({kNan}, {3}, 1)), Catch::Contains("must begin with 0"));
  CHECK_THAT(shape_refusal(shape({}, {}, 1)), Catch::Contains("they have 0 and 0"));
  CHECK_THAT(shape_refusal(shape({0, 1}, {3}, 1)), Catch::Contains("they have 2 and 1"));
  CHECK_THAT(shape_refusal(shape({0}, {3}, -1)), Catch::Contains("resilience_per_s") && Catch::Contains("grows by itself"));
  CHECK_THAT(shape_refusal(shape({0}, {3}, kNan)), Catch::Contains("resilience_per_s"));
  CHECK_THAT(shape_refusal(shape({0}, {3}, 1, "depth")), Catch::Contains("mode is volume or price"));
  CHECK_THAT(shape_refusal(shape({0}, {3}, 1, "price", "cubic")), Catch::Contains("between is linear or constant"));
  CHECK(shape_refusal(shape({0}, {3}, 0)).empty());
}

TEST_CASE("whatever lists it is given, general_shape refuses them or lets no round trip gain") {
  const plimsoll_plugin* plugin = plimsoll_entry_general_shape();
  CHECK(claims::refuses_or_keeps_its_promise(plugin, 3'000, [](List a, List b) { return shape(a, b, 0.3); }) > 10);
  CHECK(claims::refuses_or_keeps_its_promise(plugin, 3'000, [](List a, List b) { return shape(a, b, 0.3, "price", "constant"); }) > 10);
}
