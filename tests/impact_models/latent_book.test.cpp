#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "claims.hpp"
#include "impact_models/book_claims.hpp"

extern "C" const plimsoll_plugin* plimsoll_entry_latent_book(void);

using fake::ModelRun;

namespace {

using claims::kNan;

fake::Settings::Overrides book(double slope, double diffusivity, std::int64_t grid_ms = 500) {
  return {{"slope_lots_per_tick2", slope}, {"diffusivity_ticks2_per_s", diffusivity}, {"grid_ms", grid_ms}};
}
struct LatentBook : ModelRun {
  explicit LatentBook(double slope, double diffusivity = 4.0, std::int64_t grid_ms = 500)
      : ModelRun{plimsoll_entry_latent_book(), book(slope, diffusivity, grid_ms)} {}
};
std::string latent_refusal(const fake::Settings::Overrides& settings) { return claims::refusal(plimsoll_entry_latent_book(), settings); }

constexpr std::int64_t kGridNs = 500'000'000;

/// An order at `ratio` times the usual flow J = D L for `steps` grid steps, ending now.
struct Metaorder : LatentBook {
  static constexpr double kSlope = 1e9;
  Metaorder(double ratio, int steps) : LatentBook{kSlope, 1.0} {
    parent(0, 1, 10'000);
    for (int k = 1; k <= steps; ++k) {
      now = k * kGridNs;
      execute(0, 1, static_cast<std::int64_t>(ratio * kSlope * 0.5));
    }
    duration_s = 0.5 * steps;
    end = displacement();
  }
  double duration_s, end;
};

}  // namespace

// reference/validation.json LLOB-01, rel 1e-6: p_t = A sqrt(D t) for an order at the rate m0, by the model's own executions.
TEST_CASE("LLOB-01 a metaorder at constant rate moves the price by A(m0/J) sqrt(D t), however many executions it has") {
  struct Case {
    double ratio, a;
  };
  for (const Case& c : {Case{0.01, 0.005641889478806678}, Case{0.1, 0.05641260362776693}, Case{100.0, 13.93253482929728}}) {
    for (const int steps : {1, 7, 200}) {
      INFO("m0/J = " << c.ratio << " in " << steps << " executions");
      const Metaorder order{c.ratio, steps};
      CHECK(order.end / std::sqrt(order.duration_s) == Approx(c.a).epsilon(1e-6));
    }
  }
  // The case's limits: (m0/J)/sqrt(pi) below, sqrt(2 m0/J) above, where the impact is sqrt(2 Q/L).
  CHECK(Metaorder(1e-4, 50).end / 5.0 == Approx(1e-4 / std::sqrt(3.14159265358979323846)).epsilon(1e-6));
  CHECK(Metaorder(1e4, 2).end == Approx(std::sqrt(2 * 1e4)).epsilon(1e-3));
}

// Donier et al. (2015): at fixed rate far above J impact is the square root of the lots, independent of the time they take.
TEST_CASE("LLOB-02 impact is linear in size far below the usual flow, and the square root of it, whatever the speed, far above") {
  CHECK(Metaorder(0.02, 20).end / Metaorder(0.01, 20).end == Approx(2.0).epsilon(1e-4));
  CHECK(Metaorder(4'000, 20).end / Metaorder(1'000, 20).end == Approx(2.0).epsilon(2e-3));
  CHECK(Metaorder(1'000, 20).end == Approx(Metaorder(4'000, 5).end).epsilon(2e-3));
}

// models.md 3.11: after the end, at a small rate, p_t/p_T = sqrt(t/T) - sqrt(t/T - 1).
TEST_CASE("LLOB-03 a small metaorder decays like sqrt(t/T) - sqrt(t/T - 1), also long after its flows were merged") {
  for (const int steps : {1, 40, 600}) {
    Metaorder order{1e-4, steps};
    for (const double ratio : {1.001, 1.1, 1.5, 2.0, 5.0, 20.0, 400.0}) {
      order.now = static_cast<std::int64_t>(ratio * order.duration_s * 1e9);
      const double t = static_cast<double>(order.now) * 1e-9 / order.duration_s;
      CHECK(order.displacement() / order.end == Approx(std::sqrt(t) - std::sqrt(t - 1)).epsilon(1e-6));
    }
  }
  // Merging is in the far past of the next execution, so one is needed to see it.
  Metaorder order{1e-4, 2'000}, alone{1e-4, 1};
  order.now = 4'000 * kGridNs;
  order.execute(0, 1, static_cast<std::int64_t>(1e-4 * Metaorder::kSlope * 0.5));
  CHECK((order.displacement() - alone.end) / order.end == Approx(std::sqrt(2.0) - 1.0).epsilon(1e-6));
}

TEST_CASE("latent_book does not depend on the grid once an order lasts for many steps") {
  const auto peak = [](std::int64_t grid_ms) {
    LatentBook model{50, 4.0, grid_ms};
    for (std::int64_t ms = grid_ms; ms <= 60'000; ms += grid_ms) claims::take(model, ms * 1'000'000, 2 * grid_ms);
    return model.displacement();
  };
  CHECK(peak(100) == Approx(peak(1'000)).epsilon(1e-6));
}

TEST_CASE("right after a large order the price stands in the middle of the gap it has torn, and then comes back without haste") {
  LatentBook model{10};
  claims::take(model, fake::kSecond, 10'000);
  const double peak = model.displacement();
  CHECK(peak == Approx(std::sqrt(2.0 * 10'000 / 10)).epsilon(0.01));
  model.now += 1'000'000;
  CHECK(model.displacement() == Approx(0.5 * peak).epsilon(0.03));
  double last = model.displacement();
  for (std::int64_t ms = 2; ms < 1'000'000; ms += 1 + ms / 2) {
    model.now = fake::kSecond + ms * 1'000'000;
    CHECK(model.displacement() < last);
    last = model.displacement();
  }
  CHECK(last < 0.15 * peak);
}

TEST_CASE("latent_book is a book that comes back to rest, for orders far below, about and far above the usual flow") {
  for (const double slope : {1e4, 300.0, 10.0}) {
    INFO("slope " << slope);
    const auto make = [slope] { return std::make_unique<LatentBook>(slope); };
    claims::is_a_book(make, 1e-6);
    claims::decays_towards(make, 0.0, 1e-12);
  }
}

TEST_CASE("one lot moves the mid, and pays half of it, as the linear regime says") {
  LatentBook model{1e6, 1.0};
  // One flow of 0.5 s from rest: Q / (L sqrt(pi D h)).
  const double moved = 1.0 / (1e6 * std::sqrt(3.14159265358979323846 * 0.5));
  CHECK(model.sweep(-1, 1).after_ticks == Approx(-moved).epsilon(1e-5));
  CHECK(model.sweep(-1, 1).average_ticks == Approx(-0.5 * moved).epsilon(1e-5));
}

TEST_CASE("no random round trip against latent_book gains, at any size") {
  for (const std::int64_t largest : {10, 300, 10'000}) {
    for (const double longest_s : {0.3, 30.0}) {
      const auto make = [] { return std::make_unique<LatentBook>(10.0); };
      CHECK(claims::cheapest_round_trip(make, 60, 6, largest, static_cast<std::int64_t>(longest_s * 1e9)) > -1e-9);
    }
  }
}

TEST_CASE(
    "the round trip that milks a bare square root does not milk latent_book: many small buys, one large sale, and its mirror images") {
  for (const std::int64_t child : {1, 30, 1'000}) {
    for (const std::int64_t apart_ms : {1, 100, 499, 501, 2'000}) {
      for (const std::int64_t wait_ms : {0, 1, 300, 600, 10'000}) {
        INFO(child << " lots every " << apart_ms << " ms, then " << wait_ms << " ms");
        LatentBook forward{10}, back{10};
        double cost = 0.0, mirrored = 0.0;
        for (int k = 0; k < 12; ++k) cost += claims::take(forward, k * apart_ms * 1'000'000, child);
        cost += claims::take(forward, (11 * apart_ms + wait_ms) * 1'000'000, -12 * child);
        mirrored += claims::take(back, 0, -12 * child);
        for (int k = 0; k < 12; ++k) mirrored += claims::take(back, (k * apart_ms + wait_ms) * 1'000'000, child);
        CHECK(cost > -1e-9 * static_cast<double>(child));
        CHECK(mirrored > -1e-9 * static_cast<double>(child));
      }
    }
  }
}

TEST_CASE("latent_book refuses a book without orders, without diffusion or off the grid") {
  CHECK_THAT(latent_refusal(book(0, 1)), Catch::Contains("slope_lots_per_tick2 must be above 0"));
  CHECK_THAT(latent_refusal(book(kNan, 1)), Catch::Contains("slope_lots_per_tick2"));
  CHECK_THAT(latent_refusal(book(INFINITY, 1)), Catch::Contains("slope_lots_per_tick2"));
  CHECK_THAT(latent_refusal(book(1, 0)), Catch::Contains("diffusivity_ticks2_per_s") && Catch::Contains("never comes back"));
  CHECK_THAT(latent_refusal(book(1, kNan)), Catch::Contains("diffusivity_ticks2_per_s"));
  CHECK_THAT(latent_refusal(book(1, 1, 50)), Catch::Contains("grid_ms must lie in [100, 1000]"));
}
