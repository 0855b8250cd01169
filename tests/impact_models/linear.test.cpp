#include <cmath>
#include <cstdint>
#include <stdexcept>

#include "claims.hpp"
#include "sdk/fake_host.hpp"
#include "sdk/theory/kyle.hpp"

extern "C" const plimsoll_plugin* plimsoll_entry_linear(void);

using fake::ModelRun;
namespace theory = plimsoll::sdk::theory;

namespace {
constexpr double kMidTicks = 10'000;
}

// Kyle (1985), section 2; validation.json KYLE-01, rel 1e-8: p0 = 100, Sigma0 = 4, sigma_u = 50.
TEST_CASE("KYLE-01 the single auction, and linear moves the mid by its lambda times the signed flow, for good") {
  const theory::KyleAuction auction = theory::kyle_auction(4.0, 50.0);
  CHECK(auction.lambda == Approx(0.02).epsilon(1e-8));
  CHECK(auction.beta == Approx(25.0).epsilon(1e-8));
  CHECK(auction.expected_profit == Approx(50.0).epsilon(1e-8));
  CHECK(auction.posterior_variance == Approx(2.0).epsilon(1e-8));
  CHECK(auction.price(100.0, 30.0) == Approx(100.6).epsilon(1e-8));

  ModelRun model{plimsoll_entry_linear(), {{"ticks_per_lot", auction.lambda}}};
  model.parent(0, 1, 100);
  model.execute(0, 1, 50);
  model.execute(0, -1, 20);
  CHECK(100.0 + model.displacement() == Approx(100.6).epsilon(1e-8));
}

// Kyle (1985), section 3, Theorem 2: the four equations of the sequential equilibrium, checked one by one.
TEST_CASE("KYLE-02 the sequential equilibrium solves Kyle's recursion with the given prior variance") {
  for (const std::size_t auctions : {1u, 2u, 4u, 50u}) {
    const theory::KyleEquilibrium equilibrium = theory::kyle_equilibrium(4.0, 50.0, auctions);
    REQUIRE(equilibrium.steps.size() == auctions);
    const double dt = 1.0 / static_cast<double>(auctions), noise = 50.0 * 50.0;
    double variance = 4.0;
    for (std::size_t n = 0; n < auctions; ++n) {
      const theory::KyleStep& step = equilibrium.steps[n];
      CAPTURE(auctions, n);
      CHECK(step.lambda == Approx(step.beta * step.variance / noise).epsilon(1e-10));
      CHECK(step.variance == Approx((1 - step.beta * step.lambda * dt) * variance).epsilon(1e-10));
      CHECK(step.beta * dt ==
            Approx((1 - 2 * step.alpha * step.lambda) / (2 * step.lambda * (1 - step.alpha * step.lambda))).epsilon(1e-10));
      CHECK(step.lambda * (1 - step.alpha * step.lambda) > 0.0);
      if (n + 1 < auctions) {
        const theory::KyleStep& next = equilibrium.steps[n + 1];
        CHECK(step.alpha == Approx(1 / (4 * next.lambda * (1 - next.alpha * next.lambda))).epsilon(1e-10));
        CHECK(step.delta == Approx(next.delta + next.alpha * next.lambda * next.lambda * noise * dt).epsilon(1e-10).margin(1e-12));
      }
      variance = step.variance;
    }
    CHECK(equilibrium.steps.back().alpha == 0.0);
    CHECK(equilibrium.steps.back().delta == 0.0);
  }
}

TEST_CASE("KYLE-02 one auction is the single auction, and many approach the continuous game") {
  const theory::KyleEquilibrium once = theory::kyle_equilibrium(4.0, 50.0, 1);
  const theory::KyleAuction auction = theory::kyle_auction(4.0, 50.0);
  CHECK(once.steps[0].lambda == Approx(auction.lambda).epsilon(1e-12));
  CHECK(once.steps[0].beta == Approx(auction.beta).epsilon(1e-12));
  CHECK(once.expected_profit == Approx(auction.expected_profit).epsilon(1e-12));
  // Kyle (1985), section 4: lambda = sqrt(Sigma0) / sigma_u throughout, profit sqrt(Sigma0) sigma_u, all information in the price at last.
  const theory::KyleEquilibrium many = theory::kyle_equilibrium(4.0, 50.0, 2'000);
  CHECK(many.steps[1'000].lambda == Approx(0.04).epsilon(0.01));
  CHECK(many.steps[999].variance == Approx(2.0).epsilon(0.01));
  CHECK(many.expected_profit == Approx(100.0).epsilon(0.02));
  CHECK(many.steps.back().variance < 0.01);
  CHECK_THROWS_AS(theory::kyle_equilibrium(0.0, 50.0, 3), std::invalid_argument);
  CHECK_THROWS_AS(theory::kyle_equilibrium(4.0, 50.0, 0), std::invalid_argument);
  CHECK_THROWS_AS(theory::kyle_auction(4.0, -1.0), std::invalid_argument);
}

TEST_CASE("linear changes at executions only, so that waiting runs may sleep") {
  CHECK(plimsoll_entry_linear()->impact_models[0]->permanent == 1);
}

TEST_CASE("zero size moves nothing under linear") {
  ModelRun model{plimsoll_entry_linear(), {{"ticks_per_lot", 0.5}}};
  model.parent(0, 1, kMidTicks);
  CHECK(model.displacement() == 0.0);
  model.execute(0, 1, 0);
  CHECK(model.displacement() == 0.0);
}

TEST_CASE("linear is exactly linear in size and odd in side") {
  const auto moved = [](std::int32_t side, std::int64_t lots) {
    ModelRun model{plimsoll_entry_linear(), {{"ticks_per_lot", 0.001953125}}};
    model.parent(0, side, kMidTicks);
    model.execute(0, side, lots);
    return model.displacement();
  };
  for (const std::int64_t lots : {1, 10, 12'345, 1'000'000}) {
    CHECK(moved(1, 2 * lots) == 2 * moved(1, lots));
    CHECK(moved(-1, lots) == -moved(1, lots));
  }
}
