#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "claims.hpp"
#include "core/random.hpp"
#include "sdk/fake_host.hpp"

extern "C" const plimsoll_plugin* plimsoll_entry_cross_impact(void);

using fake::kSecond;
using fake::ModelRun;

namespace {

using Overrides = fake::Settings::Overrides;
using List = std::vector<double>;

std::vector<plimsoll_instrument> two_markets() {
  std::vector<plimsoll_instrument> markets{fake::instrument(), fake::instrument()};
  markets[0].symbol = "A";
  markets[1].symbol = "B";
  return markets;
}
struct TwoMarkets : ModelRun {
  explicit TwoMarkets(const Overrides& settings, const std::vector<plimsoll_instrument>& markets = two_markets())
      : ModelRun{plimsoll_entry_cross_impact(), settings, 0, markets} {}
  void trade(std::uint32_t market, std::int64_t lots) { REQUIRE(execute(0, lots > 0 ? 1 : -1, std::abs(lots), 10'000, market) == 0); }
};
std::string cross_refusal(const Overrides& settings, const std::vector<plimsoll_instrument>& markets = two_markets()) {
  try {
    TwoMarkets model{settings, markets};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}
bool says(const std::string& text, const std::string& words) {
  INFO(text);
  return text.find(words) != std::string::npos;
}

const List kSigma = {0.04, 0.018, 0.018, 0.0225}, kOmega = {10'000, 2'000, 2'000, 6'400};

}  // namespace

// validation.json XIMP-01, rel 1e-9; Caballe and Krishnan (1994), Econometrica 62(3): Lambda Omega Lambda = Sigma/4.
TEST_CASE("XIMP-01 the equilibrium of Kyle's game in two assets") {
  const double expected[2][2] = {{0.0009518110184857658, 0.00018777372976915718}, {0.0001877737297691574, 0.0008508576041925867}};
  double lambda[2][2];
  for (std::uint32_t bought = 0; bought < 2; ++bought) {
    TwoMarkets model{{{"sigma", kSigma}, {"omega", kOmega}}};
    model.trade(bought, 1);
    for (std::uint32_t moved = 0; moved < 2; ++moved) {
      lambda[moved][bought] = model.displacement(moved);
      CHECK(lambda[moved][bought] == Approx(expected[moved][bought]).epsilon(1e-9));
    }
  }
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j) {
      double product = 0.0;
      for (int k = 0; k < 2; ++k)
        for (int l = 0; l < 2; ++l) product += lambda[i][k] * kOmega[static_cast<std::size_t>(2 * k + l)] * lambda[l][j];
      CHECK(product == Approx(kSigma[static_cast<std::size_t>(2 * i + j)] / 4).epsilon(1e-9));
    }
  const double mean = (lambda[0][0] + lambda[1][1]) / 2, half = (lambda[0][0] - lambda[1][1]) / 2;
  const double radius = std::sqrt(half * half + lambda[0][1] * lambda[1][0]);
  CHECK(mean - radius == Approx(0.0007068944194553782).epsilon(1e-9));
  CHECK(mean + radius == Approx(0.0010957742032229744).epsilon(1e-9));

  // The case gives dp for one flow without naming it: 100 of the first and -50 of the second.
  TwoMarkets model{{{"sigma", kSigma}, {"omega", kOmega}}};
  model.trade(0, 100);
  model.trade(1, -50);
  CHECK(model.displacement(0) == Approx(0.08579241536011871).epsilon(1e-9));
  CHECK(model.displacement(1) == Approx(-0.023765507232713593).epsilon(1e-9));
}

TEST_CASE("XIMP-01 scales with Y, and means the same when a market is quoted in other ticks and lots") {
  TwoMarkets scaled{{{"sigma", kSigma}, {"omega", kOmega}, {"prefactor", 1.5}}};
  scaled.trade(1, 1);
  CHECK(scaled.displacement(0) == Approx(3 * 0.00018777372976915718).epsilon(1e-9));

  // The second market in ticks a tenth as large and lots of 100: its price changes are ten times as many ticks, its flow fewer lots.
  std::vector<plimsoll_instrument> markets = two_markets();
  markets[1].tick /= 10;
  markets[1].lot = 100;
  const List sigma = {0.04, 0.18, 0.18, 2.25}, omega = {10'000, 20, 20, 0.64};
  TwoMarkets other{{{"sigma", sigma}, {"omega", omega}}, markets};
  other.trade(1, 1);
  CHECK(other.displacement(0) == Approx(100 * 0.00018777372976915718).epsilon(1e-9));
  CHECK(other.displacement(1) == Approx(10 * 100 * 0.0008508576041925867).epsilon(1e-9));
}

// models.md 3.10, reference case XIMP-02: buy q1, buy q2, sell q1, sell q2 earns (L12 - L21) q1 q2 when Lambda is not symmetric.
TEST_CASE("XIMP-02 an asymmetric matrix is refused with the four legs that earn, and the symmetric one lets nobody earn by them") {
  const std::string words = cross_refusal({{"lambda", List{0.02, 0.009, 0.003, 0.01}}});
  CHECK(says(words, "lambda is not symmetric: buy one lot of A, buy one of B, sell A, sell B, and the four legs earn 6e-05 in money"));
  CHECK(says(cross_refusal({{"lambda", List{0.02, 0.003, 0.009, 0.01}}}), "buy one lot of B, buy one of A, sell B, sell A"));

  TwoMarkets model{{{"lambda", List{0.02, 0.006, 0.006, 0.01}}}};
  double cost = 0.0;
  for (const auto& [market, lots] : {std::pair{0u, 30}, std::pair{1u, 50}, std::pair{0u, -30}, std::pair{1u, -50}}) {
    const double before = model.displacement(market);
    model.trade(market, lots);
    cost += lots * 0.5 * (before + model.displacement(market));
  }
  CHECK(std::abs(cost) < 1e-12);
}

TEST_CASE("XIMP-02 symmetry is judged in money: other ticks need other numbers on both sides of the diagonal") {
  std::vector<plimsoll_instrument> markets = two_markets();
  markets[1].tick /= 2;
  CHECK(cross_refusal({{"lambda", List{0.02, 0.006, 0.012, 0.01}}}, markets) == "accepted");
  CHECK(says(cross_refusal({{"lambda", List{0.02, 0.006, 0.006, 0.01}}}, markets), "not symmetric"));
  markets[1].currency = "EUR";
  CHECK(cross_refusal({{"lambda", List{0.02, 0.006, 0.012, 0.01}}}, markets) ==
        "all markets must be in one currency; A is in USD and B in EUR");
}

TEST_CASE("no round trip over two markets earns, of ten thousand random ones, whatever stays and decays") {
  const plimsoll::RandomStream random{5, 0, plimsoll::Purpose::test};
  std::uint64_t draw = 0;
  for (int trip = 0; trip < 10'000; ++trip) {
    TwoMarkets model{{{"lambda", List{0.02, -0.014, -0.014, 0.01}}, {"permanent_share", 0.3}, {"decay_time_s", 20.0}}};
    std::int64_t held[2] = {0, 0};
    double cost = 0.0;
    const auto trade = [&](std::uint32_t market, std::int64_t lots) {
      if (lots == 0) return;
      const double before = model.displacement(market);
      model.trade(market, lots);
      cost += static_cast<double>(lots) * 0.5 * (before + model.displacement(market));
      held[market] += lots;
    };
    for (int i = 0; i < 6; ++i) {
      trade(static_cast<std::uint32_t>(random.below(draw, 2)), static_cast<std::int64_t>(random.below(draw + 1, 201)) - 100);
      model.now += static_cast<std::int64_t>(random.uniform(draw + 2) * 30.0 * static_cast<double>(kSecond));
      draw += 3;
    }
    for (std::uint32_t market = 0; market < 2; ++market) trade(market, -held[market]);
    CHECK(cost >= -1e-9);
  }
}

TEST_CASE("cross_impact decays every market by one kernel, exactly, and down to what stays") {
  TwoMarkets model{{{"lambda", List{0.02, 0.006, 0.006, 0.01}}, {"permanent_share", 0.25}, {"decay_time_s", 10.0}}};
  CHECK(model.displacement(1) == 0.0);
  model.trade(0, 100);
  model.now = 10 * kSecond;
  model.trade(1, -40);
  model.now = 20 * kSecond;
  const double first = 100 * (0.25 + 0.75 * std::exp(-2.0)), second = -40 * (0.25 + 0.75 * std::exp(-1.0));
  CHECK(model.displacement(0) == Approx(0.02 * first + 0.006 * second).epsilon(1e-13));
  CHECK(model.displacement(1) == Approx(0.006 * first + 0.01 * second).epsilon(1e-12));
  model.now = 100'000 * kSecond;
  CHECK(model.displacement(0) == Approx(0.25 * (0.02 * 100 - 0.006 * 40)).epsilon(1e-13));
}

TEST_CASE("cross_impact refuses in words what is no cross-impact without a profitable round trip") {
  CHECK(says(cross_refusal({{"lambda", List{0.02, 0.03, 0.03, 0.01}}}),
             "lambda is not positive semidefinite: with a diagonal of ones its smallest eigenvalue is -1.12"));
  CHECK(says(cross_refusal({{"lambda", List{0.02, 0.03, 0.03, 0.01}}}), "gets cheaper when it is bought"));
  CHECK(says(cross_refusal({{"sigma", kSigma}, {"omega", List{4, 2, 2, 1}}}), "omega is singular"));
  CHECK(says(cross_refusal({{"sigma", kSigma}, {"omega", List{4, 2, 3, 1}}}), "omega is not symmetric"));
  CHECK(says(cross_refusal({{"sigma", List{1, 2, 2, 1}}, {"omega", kOmega}}),
             "sigma is not a covariance: the smallest eigenvalue of its correlations is -1"));
  CHECK(cross_refusal({{"lambda", List{1, 2, 3}}}) == "lambda has 3 entries; 2 markets need 4, row by row");
  CHECK(cross_refusal({}) == "give either lambda, or sigma and omega");
  CHECK(cross_refusal({{"sigma", kSigma}}) == "give either lambda, or sigma and omega");
  CHECK(cross_refusal({{"sigma", kSigma}, {"omega", kOmega}, {"lambda", kSigma}}) == "give either lambda, or sigma and omega");
  CHECK(cross_refusal({{"lambda", List{1, 0, 0, 1}}, {"permanent_share", 0.5}}) == "a permanent_share below 1 needs decay_time_s");
}

// Bitcoin beside a penny stock: what earns in the small market is far below the rounding of the large one.
TEST_CASE("cross_impact finds what earns in a market that is small beside another one") {
  CHECK(says(cross_refusal({{"lambda", List{1e6, 0, 0, -1e-7}}}), "lambda is not positive semidefinite"));
  CHECK(says(cross_refusal({{"lambda", List{1e6, 2e-4, 1e-4, 1e-6}}}), "lambda is not symmetric: buy one lot of A"));
  CHECK(says(cross_refusal({{"lambda", List{1e6, 2, 2, 1e-6}}}), "lambda is not positive semidefinite"));
  CHECK(says(cross_refusal({{"lambda", List{1, 1e-13, 1e-13, 0}}}), "lambda is not positive semidefinite"));
  CHECK(says(cross_refusal({{"sigma", List{1e12, 0, 0, -1e-3}}, {"omega", kOmega}}), "sigma is not a covariance"));
  CHECK(cross_refusal({{"lambda", List{1e6, 0.5, 0.5, 1e-6}}}) == "accepted");

  // A difference that passes for rounding is taken out, so that no number of lots earns by it.
  TwoMarkets model{{{"lambda", List{0.02, 0.006 * (1 + 1e-10), 0.006, 0.01}}}};
  model.trade(0, 1'000'000);
  const double moved = model.displacement(1);
  TwoMarkets mirror{{{"lambda", List{0.02, 0.006 * (1 + 1e-10), 0.006, 0.01}}}};
  mirror.trade(1, 1'000'000);
  CHECK(mirror.displacement(0) == moved);
}

TEST_CASE("XIMP-01 markets of very different lots are no singular omega") {
  constexpr double k = 1e8;  // the second market in lots so many times as large and ticks so many times as small
  const List sigma = {0.04, 0.018 * k, 0.018 * k, 0.0225 * k * k}, omega = {10'000, 2'000 / k, 2'000 / k, 6'400 / k / k};
  TwoMarkets model{{{"sigma", sigma}, {"omega", omega}}};
  model.trade(1, 1);
  CHECK(model.displacement(0) == Approx(k * 0.00018777372976915718).epsilon(1e-9));
  CHECK(model.displacement(1) == Approx(k * k * 0.0008508576041925867).epsilon(1e-9));
}
