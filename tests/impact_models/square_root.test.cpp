#include <cmath>
#include <cstdint>
#include <string>

#include "claims.hpp"
#include "sdk/fake_host.hpp"

extern "C" {
const plimsoll_plugin* plimsoll_entry_square_root(void);
}

using fake::ModelRun;

namespace {

const fake::Settings::Overrides kSquareRoot = {{"prefactor", 0.8}, {"daily_volatility", 0.02}, {"daily_volume_lots", 1e6}};
constexpr double kArrivalTicks = 10'000;

double square_root_of(std::int64_t lots) {
  ModelRun model{plimsoll_entry_square_root(), kSquareRoot};
  model.parent(0, 1, kArrivalTicks);
  if (lots > 0) model.execute(0, 1, lots);
  return model.displacement();
}

}  // namespace

// reference/validation.json SQRT-01, rel 1e-8: Y = 0.8, sigma_D = 0.02, V_D = 1e6, Q = 40,000; square-root law (Toth et al. 2011).
TEST_CASE("SQRT-01 peak displacement and average cost of the square-root law") {
  CHECK(square_root_of(40'000) / kArrivalTicks * 1e4 == Approx(32.0).epsilon(1e-8));

  // The average paid along the path, by Simpson's rule over the model's own path in x = sqrt(q/Q), where the integrand is a polynomial.
  const std::int64_t lots = 40'000;
  const auto weighted = [&](std::int64_t done) {
    return square_root_of(done) * 2.0 * std::sqrt(static_cast<double>(done) / static_cast<double>(lots));
  };
  const double average_ticks = (weighted(0) + 4.0 * weighted(lots / 4) + weighted(lots)) / 6.0;
  CHECK(average_ticks / kArrivalTicks * 1e4 == Approx(21.333333333333336).epsilon(1e-8));
}

TEST_CASE("square_root depends on the parent's total and never on how it was cut into children") {
  ModelRun model{plimsoll_entry_square_root(), kSquareRoot};
  model.parent(0, 1, kArrivalTicks);
  for (int i = 0; i < 400; ++i) model.execute(0, 1, 100, 9'000.0 + i);
  CHECK(model.displacement() == square_root_of(40'000));
}

TEST_CASE("square_root is concave in size: four times the lots, twice the displacement") {
  CHECK(square_root_of(40'000) == Approx(2 * square_root_of(10'000)).epsilon(1e-14));
  double last_slope = INFINITY;
  for (std::int64_t lots = 1'000; lots < 100'000; lots += 1'000) {
    const double slope = square_root_of(lots) - square_root_of(lots - 1'000);
    CHECK(slope < last_slope);
    CHECK(slope > 0.0);
    last_slope = slope;
  }
}

TEST_CASE("zero size moves nothing, and one lot moves by the law") {
  CHECK(square_root_of(0) == 0.0);
  CHECK(square_root_of(1) == Approx(0.8 * 0.02 * 1e-3 * kArrivalTicks).epsilon(1e-14));
}

TEST_CASE("selling moves the mid down as far as buying moves it up, and parents add up") {
  ModelRun model{plimsoll_entry_square_root(), kSquareRoot};
  model.parent(0, -1, kArrivalTicks);
  model.execute(0, -1, 40'000);
  CHECK(model.displacement() == -square_root_of(40'000));
  model.parent(1, 1, kArrivalTicks);
  model.execute(1, 1, 40'000);
  CHECK(model.displacement() == 0.0);
  model.execute(1, 1, 120'000);
  CHECK(model.displacement() == Approx(square_root_of(40'000)).epsilon(1e-14));
}

TEST_CASE("without a mid at arrival square_root counts from the first price paid") {
  ModelRun model{plimsoll_entry_square_root(), kSquareRoot};
  model.parent(0, 1, NAN);
  CHECK(model.displacement() == 0.0);
  model.execute(0, 1, 40'000, kArrivalTicks);
  CHECK(model.displacement() == square_root_of(40'000));
}

TEST_CASE("an execution of a parent that never arrived is a failure, not a number") {
  ModelRun model{plimsoll_entry_square_root(), kSquareRoot};
  CHECK(model.execute(3, 1, 10) != 0);
  CHECK(model.failure.find("never arrived") != std::string::npos);
}

// ---- which parents are one metaorder ---------------------------------------------------------------------------------

namespace {

constexpr std::int64_t kHour = 3'600 * fake::kSecond;
enum Kind : std::size_t { kPermanent, kRelaxing };

/// Parents of one model instance, one after the other, each worked evenly in many children from its start to its end.
struct Market {
  explicit Market(Kind kind = kPermanent, fake::Settings::Overrides more = {}) : model{plimsoll_entry_square_root(), with(more), kind} {}

  std::uint32_t announce(std::int32_t side, std::int64_t lots, std::int64_t start_ns, std::int64_t end_ns,
                         std::uint32_t end_policy = PLIMSOLL_END_CROSS) {
    plimsoll_parent about = fake::parent(side, lots, start_ns, end_ns, end_policy);
    about.id = next++;
    model.now = start_ns;
    model.parent(about, kArrivalTicks);
    return about.id;
  }
  /// Pays, for each child, the mean of the displacement before and after it.
  void work(std::int32_t side, std::int64_t lots, std::int64_t start_ns, std::int64_t end_ns, int children = 100) {
    const std::uint32_t parent = announce(side, lots, start_ns, end_ns);
    for (int child = 0; child < children; ++child) {
      model.now = start_ns + (end_ns - start_ns) / children * child;
      const double before = model.displacement();
      model.execute(parent, side, lots / children);
      paid += side * static_cast<double>(lots / children) * 0.5 * (before + model.displacement());
    }
  }
  double at(std::int64_t time_ns) {
    model.now = time_ns;
    return model.displacement();
  }

  ModelRun model;
  std::uint32_t next = 0;
  double paid = 0.0;  ///< ticks times lots

 private:
  static fake::Settings::Overrides with(fake::Settings::Overrides more) {
    more.insert(kSquareRoot.begin(), kSquareRoot.end());
    return more;
  }
};

}  // namespace

// models.md 3.4 and reference case SQRT-02: same-side parents within the window are one metaorder for I. Exact.
TEST_CASE("SQRT-02 an order in two halves, one after the other, moves and costs what it does whole") {
  Market whole, halves, apart{kPermanent, {{"merge_window_s", 0.0}}};
  whole.work(1, 40'000, 0, kHour, 200);
  halves.work(1, 20'000, 0, kHour / 2);
  halves.work(1, 20'000, kHour, kHour + kHour / 2);
  CHECK(halves.model.displacement() == whole.model.displacement());
  CHECK(halves.paid == Approx(whole.paid).epsilon(1e-12));

  // Not merged, the second half starts again at the bottom of the law: each half pays 2/3 I(Q/2) on top of what stands there.
  apart.work(1, 20'000, 0, kHour / 2);
  apart.work(1, 20'000, kHour, kHour + kHour / 2);
  CHECK(apart.model.displacement() == Approx(2 * square_root_of(20'000)).epsilon(1e-14));
}

TEST_CASE("SQRT-02 parents merge when they overlap or start within the window of the end, on one side only") {
  const auto second_starts = [](std::int64_t start_ns, std::int32_t side) {
    Market market;
    market.work(1, 10'000, 0, kHour);  // the last child at 0.99 hours fills it: that is its end
    const std::uint32_t second = market.announce(side, 10'000, start_ns, start_ns + kHour);
    market.model.execute(second, side, 10'000);
    return market.model.displacement();
  };
  const std::int64_t end_ns = kHour / 100 * 99;
  const double merged = square_root_of(20'000), apart = 2 * square_root_of(10'000);
  CHECK(second_starts(kHour / 2, 1) == merged);
  CHECK(second_starts(end_ns + kHour, 1) == merged);
  CHECK(second_starts(end_ns + kHour + 1, 1) == apart);
  CHECK(second_starts(kHour / 2, -1) == 0.0);
}

TEST_CASE("SQRT-02 a parent that is not filled ends at its planned end, and one that extends does not end") {
  const auto after_an_unfilled_one = [](std::uint32_t end_policy, std::int64_t start_ns) {
    Market market;
    market.model.execute(market.announce(1, 20'000, 0, kHour, end_policy), 1, 10'000);
    market.model.execute(market.announce(1, 10'000, start_ns, start_ns + kHour), 1, 10'000);
    return market.model.displacement();
  };
  CHECK(after_an_unfilled_one(PLIMSOLL_END_CANCEL, 2 * kHour) == square_root_of(20'000));
  CHECK(after_an_unfilled_one(PLIMSOLL_END_CANCEL, 2 * kHour + 1) == 2 * square_root_of(10'000));
  CHECK(after_an_unfilled_one(PLIMSOLL_END_EXTEND, 20 * kHour) == square_root_of(20'000));
}

// Huberman and Stanzl (2004), Price manipulation and quasi-arbitrage: permanent impact that is not linear can be pumped.
TEST_CASE("the known round trip of the bare square root earns: 25 small buys apart, sold as one") {
  Market market;
  std::int64_t time_ns = 0;
  for (int buy = 0; buy < 25; ++buy, time_ns += 3 * kHour) market.work(1, 1'600, time_ns, time_ns + kHour);
  const double bought = market.paid;
  market.work(-1, 40'000, time_ns, time_ns + kHour, 1'000);
  // Bought at (n/2 + 1/6) I(q) on average, sold at n I(q) - 2/3 sqrt(n) I(q); n = 25: 9 tenths of 10 I(q) ahead per lot.
  const double per_lot = square_root_of(1'600);
  CHECK(bought / 40'000 == Approx((12.5 + 1.0 / 6) * per_lot).epsilon(1e-3));
  CHECK(market.paid / 40'000 == Approx(-(12.5 - 1.0 / 6 - 10.0 / 3) * per_lot).epsilon(1e-3));
  CHECK(plimsoll_entry_square_root()->impact_models[kPermanent]->manipulation_free == 0);
  CHECK(plimsoll_entry_square_root()->impact_models[kRelaxing]->manipulation_free == 0);

  // Merged, the same trip costs: what merging is for.
  Market merged;
  time_ns = 0;
  for (int buy = 0; buy < 25; ++buy, time_ns += 2 * kHour - kHour / 50) merged.work(1, 1'600, time_ns, time_ns + kHour);
  merged.work(-1, 40'000, time_ns, time_ns + kHour, 1'000);
  CHECK(merged.paid > 0.0);
}

// ---- relaxation ------------------------------------------------------------------------------------------------------

TEST_CASE("the relaxing law is the square root until the end, two thirds after the order's own time once more, and slower afterwards") {
  Market market{kRelaxing};
  market.work(1, 40'000, 0, 100 * fake::kSecond);  // the last child at 99 s fills it
  const double peak = square_root_of(40'000);
  const std::int64_t end_ns = 99 * fake::kSecond;
  CHECK(market.at(end_ns) == peak);
  CHECK(market.at(2 * end_ns) == Approx(peak * 2 / 3).epsilon(1e-4));
  const double first = market.at(end_ns) - market.at(2 * end_ns), next = market.at(2 * end_ns) - market.at(3 * end_ns);
  CHECK(next > 0.0);
  CHECK(next < 0.5 * first);
  CHECK(market.at(end_ns * 1'000'000) < 0.001 * peak);
}

TEST_CASE("tau, exponent and the lasting share are what the contract says") {
  Market market{kRelaxing, {{"relaxation_s", 60.0}, {"relaxation_exponent", 0.5}, {"lasting_share", 0.2}}};
  market.model.execute(market.announce(-1, 40'000, 0, kHour), -1, 40'000);
  CHECK(market.at(180 * fake::kSecond) == Approx(-square_root_of(40'000) * (0.2 + 0.8 * 0.5)).epsilon(1e-12));

  // An order at once has no time of its own: a minute stands for it.
  Market at_once{kRelaxing};
  at_once.model.execute(at_once.announce(1, 40'000, 0, kHour), 1, 40'000);
  CHECK(at_once.at(60 * fake::kSecond) == Approx(square_root_of(40'000) * 2 / 3).epsilon(1e-4));
}

TEST_CASE("a metaorder that goes on does so from what is left of it: a parent that only arrives moves nothing") {
  Market market{kRelaxing};
  market.work(1, 40'000, 0, 100 * fake::kSecond);
  const double before = market.at(500 * fake::kSecond);
  const std::uint32_t second = market.announce(1, 30'000, 500 * fake::kSecond, kHour);
  CHECK(market.model.displacement() == before);
  market.model.execute(second, 1, 10'000);
  const double left = before / square_root_of(40'000);
  CHECK(market.model.displacement() == Approx(square_root_of(40'000) * std::sqrt(left * left + 0.25)).epsilon(1e-12));
  CHECK(market.at(kHour) == market.at(501 * fake::kSecond));  // its end is still to come
}

TEST_CASE("only the law that keeps its peak says that waiting runs may sleep") {
  CHECK(plimsoll_entry_square_root()->impact_models[kPermanent]->permanent == 1);
  CHECK(plimsoll_entry_square_root()->impact_models[kRelaxing]->permanent == 0);
}
