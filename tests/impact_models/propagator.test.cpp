#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "claims.hpp"
#include "core/math.hpp"
#include "impact_models/book_claims.hpp"

extern "C" const plimsoll_plugin* plimsoll_entry_propagator(void);

using fake::ModelRun;
using List = std::vector<double>;

namespace {

using claims::kNan;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

fake::Settings::Overrides exponentials(List weights, List rates) {
  return {{"kernel", "exponentials"}, {"weights_ticks_per_lot", std::move(weights)}, {"rates_per_s", std::move(rates)}};
}
fake::Settings::Overrides power_law(double g0, double u0_s, double beta) {
  return {{"kernel", "power_law"}, {"g0_ticks_per_lot", g0}, {"u0_s", u0_s}, {"beta", beta}};
}
fake::Settings::Overrides tabulated(List times, List values) {
  return {{"kernel", "tabulated"}, {"times_s", std::move(times)}, {"values_ticks_per_lot", std::move(values)}};
}
fake::Settings::Overrides with(fake::Settings::Overrides settings, const std::string& name, double value) {
  settings[name] = value;
  return settings;
}

struct Propagator : ModelRun {
  explicit Propagator(const fake::Settings::Overrides& settings) : ModelRun{plimsoll_entry_propagator(), settings} {}
};
std::string kernel_refusal(const fake::Settings::Overrides& settings) { return claims::refusal(plimsoll_entry_propagator(), settings); }

/// G(u) by the model's own word: what is left of one lot after u seconds.
double kernel(const fake::Settings::Overrides& settings, double u_s) {
  Propagator model{settings};
  model.execute(0, 1, 1);
  model.now = static_cast<std::int64_t>(u_s * 1e9);
  return model.displacement();
}

/// The x that minimises x'Gx/2 for a given sum: G x = multiplier for all, by elimination with row exchange.
List cheapest_schedule(const std::function<double(double)>& g, const List& times, double total) {
  const std::size_t n = times.size();
  std::vector<List> rows(n, List(n + 1, 1.0));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) rows[i][j] = g(std::fabs(times[i] - times[j]));
  for (std::size_t column = 0; column < n; ++column) {
    std::size_t pivot = column;
    for (std::size_t i = column; i < n; ++i)
      if (std::fabs(rows[i][column]) > std::fabs(rows[pivot][column])) pivot = i;
    std::swap(rows[column], rows[pivot]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == column) continue;
      const double factor = rows[i][column] / rows[column][column];
      for (std::size_t j = column; j <= n; ++j) rows[i][j] -= factor * rows[column][j];
    }
  }
  List x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = rows[i][n] / rows[i][i];
  const double sum = std::accumulate(x.begin(), x.end(), 0.0);
  for (double& lots : x) lots *= total / sum;
  return x;
}

const fake::Settings::Overrides kTable = tabulated({0, 1, 5, 60}, {0.02, 0.01, 0.004, 0.001});
const fake::Settings::Overrides kSum = exponentials({0.015, 0.005, 0.001}, {2.0, 0.05, 0.0});

}  // namespace

// reference/validation.json PROP-01, rel 1e-8: g0 = 2e-4, u0 = 10, beta = 0.5; trades of 400, 200, -100, 300 at 0, 5, 10, 30 s.
TEST_CASE("PROP-01 path and cost of four trades under a power-law kernel") {
  const std::int64_t times_s[] = {0, 5, 10, 30}, lots[] = {400, 200, -100, 300};
  const double before[] = {0.0, 0.06531972647421809, 0.08922840573203285, 0.04983389396920144};
  const double after[] = {0.08, 0.10531972647421808, 0.06922840573203284, 0.10983389396920144};
  Propagator model{power_law(2e-4, 10, 0.5)};
  double cost = 0.0;
  for (int k = 0; k < 4; ++k) {
    model.now = times_s[k] * fake::kSecond;
    CHECK(model.displacement() == Approx(before[k]).epsilon(1e-8));
    cost += claims::take(model, model.now, lots[k]);
    CHECK(model.displacement() == Approx(after[k]).epsilon(1e-8));
  }
  CHECK(cost == Approx(49.09127291240077).epsilon(1e-8));
  model.now = 60 * fake::kSecond;
  CHECK(model.displacement() == Approx(0.06776148284251565).epsilon(1e-8));
  model.now = 300 * fake::kSecond;
  CHECK(model.displacement() == Approx(0.02929873431911919).epsilon(1e-8));
}

// reference/validation.json PROP-02, rel 1e-8: nine trades on [0, 1] under (1 + 10 u)^-0.4, 900 in all. A millionth of a share is a lot.
TEST_CASE("PROP-02 the cheapest schedule under the model's own kernel is the U of the case and keeps one sign") {
  const double expected[] = {184.68979559424199, 87.97524991048812, 74.30070525575836, 69.16467487406383, 67.7391487308953,
                             69.16467487406406,  74.30070525575807, 87.97524991048824, 184.689795594242};
  const auto settings = power_law(1e-6, 0.1, 0.4);
  List times(9);
  for (std::size_t i = 0; i < times.size(); ++i) times[i] = static_cast<double>(i) / 8;
  const List x = cheapest_schedule([&](double u) { return 1e6 * kernel(settings, u); }, times, 900);
  Propagator best{settings}, even{settings};
  double cost = 0.0, cost_of_twap = 0.0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    CHECK(x[i] == Approx(expected[i]).epsilon(1e-8));
    const auto time_ns = static_cast<std::int64_t>(times[i] * 1e9);
    cost += claims::take(best, time_ns, static_cast<std::int64_t>(x[i] * 1e6 + 0.5)) * 1e-6;
    cost_of_twap += claims::take(even, time_ns, 100'000'000) * 1e-6;
  }
  CHECK(cost == Approx(239631.35760286654).epsilon(1e-8));
  CHECK(cost_of_twap == Approx(244569.4065241984).epsilon(1e-8));
}

// models.md 3.6: positive definite alone is not enough; Gatheral, Schied and Slynko (2012): exp(-u^2) and 1/(1 + u^2).
TEST_CASE("PROP-03 kernels that are not convex make optimal orders buy and sell in turn, and are refused") {
  const std::pair<const char*, std::function<double(double)>> kernels[] = {
      {"Gaussian", [](double u) { return plimsoll::math::exp(-u * u); }}, {"Cauchy", [](double u) { return 1 / (1 + u * u); }}};
  for (const auto& [name, g] : kernels) {
    INFO(name);
    List times, grid, values;
    for (int i = 0; i < 12; ++i) times.push_back(0.2 * i);
    const List x = cheapest_schedule(g, times, 100);
    CHECK(*std::min_element(x.begin(), x.end()) < 0.0);
    for (int i = 0; i < 20; ++i) grid.push_back(0.1 * i), values.push_back(g(0.1 * i));
    CHECK_THAT(kernel_refusal(tabulated(grid, values)), Catch::Contains("the kernel is not convex (entry 3)"));
  }
}

// reference/validation.json PROP-04, rel 1e-6: rho = 1; buy at rate 1 on [0, 2], sell at rate 200 on [2, 2.01].
TEST_CASE(
    "PROP-04 exponential decay with square-root impact pays for a round trip; linear impact does not, and the model admits no other") {
  const double t1 = 2.0, t2 = 0.01;
  const auto faded = [](double t) { return 1.0 - plimsoll::math::exp(-t); };
  const auto cost = [&](double f1, double f2) {
    const double buying = 1.0 * f1 * (t1 - faded(t1));
    return buying - 200.0 * (f1 * faded(t1) * faded(t2) - f2 * (t2 - faded(t2)));
  };
  CHECK(cost(1.0, std::sqrt(200.0)) == Approx(-0.44442512549360735).epsilon(1e-6));
  CHECK(cost(1.0, 200.0) == Approx(1.4079737133519923).epsilon(1e-6));

  // The linear trip through the model: n trades in the middle of n slices a leg, a millionth of a share a lot, error in 1/n^2 extrapolated.
  const auto by_trades = [](int n) {
    Propagator model{exponentials({1e-6}, {1.0})};
    double paid = 0.0;
    for (int k = 0; k < n; ++k) paid += claims::take(model, (2 * k + 1) * fake::kSecond / n, 2'000'000 / n);
    for (int k = 0; k < n; ++k) paid += claims::take(model, 2 * fake::kSecond + (2 * k + 1) * std::int64_t{5'000'000} / n, -2'000'000 / n);
    return paid * 1e-6;
  };
  CHECK((4 * by_trades(500) - by_trades(250)) / 3 == Approx(1.4079737133519923).epsilon(1e-6));

  CHECK_THAT(kernel_refusal(with(exponentials({1.0}, {1.0}), "size_exponent", 0.5)),
             Catch::Contains("size_exponent must be 1") && Catch::Contains("finite at zero") && Catch::Contains("price manipulation"));
}

// models.md 3.6, Gatheral (2010): with G = u^-g and f = v^d necessary are g + d >= 1 and g >= 2 - log 3/log 2.
TEST_CASE("PROP-05 a power law refuses concave size, and says where not even a kernel infinite at zero would do") {
  const auto words = [](double beta, double delta) { return kernel_refusal(with(power_law(1e-4, 1, beta), "size_exponent", delta)); };
  CHECK_THAT(words(0.5, 0.6), Catch::Contains("finite at zero") && !Catch::Contains("even with a kernel infinite at zero"));
  CHECK_THAT(words(0.45, 0.5), Catch::Contains("beta + size_exponent must be at least 1") && !Catch::Contains("log 3 / log 2"));
  CHECK_THAT(words(0.41, 0.7), Catch::Contains("2 - log 3 / log 2") && !Catch::Contains("beta + size_exponent must"));
  CHECK_THAT(words(0.2, 0.3), Catch::Contains("beta + size_exponent") && Catch::Contains("2 - log 3 / log 2"));
  CHECK(words(0.2, 1.0).empty());
}

TEST_CASE("the exponentials of power_law are the power law to 1e-8, from the first nanosecond to the horizon") {
  for (const double beta : {0.05, 0.2, 0.5, 1.0, 2.0}) {
    for (const double u0_s : {1e-3, 1.0, 600.0}) {
      Propagator model{with(power_law(1.0, u0_s, beta), "horizon_s", 86400)};
      model.execute(0, 1, 1);
      double worst = 0.0;
      for (double u = 1e-9; u <= 86400; u *= 1.2) {
        model.now = static_cast<std::int64_t>(u * 1e9 + 0.5);
        const double exact = plimsoll::math::pow(1.0 + static_cast<double>(model.now) * 1e-9 / u0_s, -beta);
        worst = std::max(worst, std::fabs(model.displacement() / exact - 1.0));
      }
      INFO("beta " << beta << ", u0 " << u0_s);
      CHECK(worst < 1e-8);
    }
  }
}

TEST_CASE("a tabulated kernel is the straight lines of its table and stays at the last value, however many trades are gone") {
  CHECK(kernel(kTable, 0.5) == Approx(0.015).epsilon(1e-14));
  CHECK(kernel(kTable, 3.0) == Approx(0.007).epsilon(1e-14));
  CHECK(kernel(kTable, 60.0) == Approx(0.001).epsilon(1e-14));
  CHECK(kernel(kTable, 1e6) == Approx(0.001).epsilon(1e-14));
  Propagator model{kTable};
  for (int k = 0; k < 500; ++k) claims::take(model, k * fake::kSecond, 10);
  double expected = 0.0;
  for (int k = 0; k < 500; ++k) expected += 10 * kernel(kTable, 499 - k);
  CHECK(model.displacement() == Approx(expected).epsilon(1e-12));
}

TEST_CASE("each kernel of propagator is a book that decays and gains nothing in round trips") {
  for (const auto& [settings, rest] : {std::pair{kSum, 1.0}, {power_law(0.02, 3, 0.4), 0.0}, {kTable, 1.0}}) {
    const auto make = [&given = settings] { return std::make_unique<Propagator>(given); };
    claims::is_a_book(make, 1e-12);
    claims::decays_towards(make, rest, 1e-12);
    CHECK(claims::cheapest_round_trip(make, 500, 6, 5'000, 20 * fake::kSecond) > -1e-12);
  }
}

TEST_CASE("one lot moves the mid by G(0), half of it paid") {
  for (const auto& [settings, jump] : {std::pair{kSum, 0.021}, {kTable, 0.02}, {power_law(0.03, 3, 0.4), 0.03}}) {
    Propagator model{settings};
    CHECK(model.sweep(1, 1).average_ticks == Approx(0.5 * jump).epsilon(1e-14));
    CHECK(model.sweep(1, 1).after_ticks == Approx(jump).epsilon(1e-14));
    CHECK(kernel(settings, 0) == Approx(jump).epsilon(1e-14));
  }
}

TEST_CASE("propagator refuses kernels that are not positive, decreasing and convex") {
  CHECK_THAT(kernel_refusal(exponentials({0.1, -0.01}, {1, 2})), Catch::Contains("weights_ticks_per_lot") && Catch::Contains("negative"));
  CHECK_THAT(kernel_refusal(exponentials({0.1}, {-1})), Catch::Contains("rates_per_s") && Catch::Contains("not decreasing"));
  CHECK_THAT(kernel_refusal(exponentials({0.1, 0.2}, {0, 0})), Catch::Contains("not decreasing") && Catch::Contains("linear"));
  CHECK_THAT(kernel_refusal(power_law(0, 1, 0.5)), Catch::Contains("g0_ticks_per_lot must be above 0"));
  CHECK_THAT(kernel_refusal(power_law(1, 1, -0.5)), Catch::Contains("beta") && Catch::Contains("decrease"));
  CHECK_THAT(kernel_refusal(tabulated({0, 1, 2}, {0.2, 0.1, -0.1})), Catch::Contains("not positive (entry 3)"));
  CHECK_THAT(kernel_refusal(tabulated({0, 1, 2}, {0.2, 0.2, 0.1})), Catch::Contains("not decreasing (entry 2)"));
  CHECK_THAT(kernel_refusal(tabulated({0, 1, 2}, {0.2, 0.3, 0.1})), Catch::Contains("not decreasing (entry 2)"));
  CHECK_THAT(kernel_refusal(tabulated({0, 1, 2}, {0.3, 0.25, 0.1})), Catch::Contains("not convex (entry 3)"));
  CHECK(kernel_refusal(tabulated({0, 1, 2}, {0.3, 0.2, 0.1})).empty());
}

TEST_CASE("propagator refuses lists that are empty, of different lengths, out of order, not numbers, or of another kernel") {
  CHECK_THAT(kernel_refusal(exponentials({}, {})), Catch::Contains("they have 0 and 0"));
  CHECK_THAT(kernel_refusal(exponentials({1}, {1, 2})), Catch::Contains("they have 1 and 2"));
  CHECK_THAT(kernel_refusal(tabulated({}, {})), Catch::Contains("two points at least"));
  CHECK_THAT(kernel_refusal(tabulated({0, 1, 2}, {3, 2})), Catch::Contains("they have 3 and 2"));
  CHECK_THAT(kernel_refusal(tabulated({0.5, 1}, {3, 2})), Catch::Contains("must begin with 0"));
  CHECK_THAT(kernel_refusal(tabulated({0, 2, 2}, {3, 2, 1})), Catch::Contains("times_s must rise (entry 3)"));
  for (const double bad : {kNan, kInfinity, -kInfinity}) {
    CHECK_FALSE(kernel_refusal(exponentials({0.1, bad}, {1, 2})).empty());
    CHECK_FALSE(kernel_refusal(exponentials({0.1, 0.2}, {1, bad})).empty());
    CHECK_FALSE(kernel_refusal(tabulated({0, 1, bad}, {3, 2, 1.5})).empty());
    CHECK_FALSE(kernel_refusal(tabulated({bad, 1, 2}, {3, 2, 1.5})).empty());
    CHECK_FALSE(kernel_refusal(tabulated({0, 1, 2}, {3, 2, bad})).empty());
    CHECK_FALSE(kernel_refusal(tabulated({0, 1, 2}, {bad, 2, 1})).empty());
    for (const char* name : {"g0_ticks_per_lot", "u0_s", "beta", "horizon_s", "size_exponent"})
      CHECK_FALSE(kernel_refusal(with(power_law(1, 1, 0.5), name, bad)).empty());
  }
  auto mixed = power_law(1, 1, 0.5);
  mixed["times_s"] = List{0, 1};
  CHECK_THAT(kernel_refusal(mixed), Catch::Contains("times_s belongs to kernel = \"tabulated\""));
}

TEST_CASE("whatever lists it is given, propagator refuses them or lets no round trip gain") {
  const plimsoll_plugin* plugin = plimsoll_entry_propagator();
  CHECK(claims::refuses_or_keeps_its_promise(plugin, 3'000, [](List a, List b) { return exponentials(a, b); }) > 30);
  CHECK(claims::refuses_or_keeps_its_promise(plugin, 3'000, [](List a, List b) { return tabulated(a, b); }) > 5);
}
