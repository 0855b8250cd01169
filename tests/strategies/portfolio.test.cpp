// The schedule of a basket, as each of its orders sees it.
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "claims.hpp"
#include "sdk/fake_host.hpp"
#include "sdk/plugin.hpp"
#include "sdk/theory/almgren_chriss_portfolio.hpp"
#include "strategies/entries.hpp"

using fake::kSecond;
using fake::StrategyRun;
using Overrides = fake::Settings::Overrides;
using Sizes = std::vector<std::int64_t>;
using namespace plimsoll::sdk;

namespace {

constexpr std::int64_t kSlices = 6, kHorizon_s = 60;

/// The fake host's instrument is called TEST.
Overrides basket(const std::vector<double>& lots, double correlation, const Overrides& more = {}) {
  const double c = correlation * 2.0 * 3.0;
  Overrides out = {{"slices", kSlices},
                   {"symbols", std::string{"TEST, OTHER"}},
                   {"basket", lots},
                   {"covariance", std::vector<double>{4, c, c, 9}},
                   {"temporary", std::vector<double>{0.02, 0, 0, 0.05}},
                   {"risk_aversion", 1e-3}};
  for (const auto& [name, value] : more) out[name] = value;
  return out;
}

Sizes sent(const Overrides& settings, std::int32_t side, std::int64_t lots) {
  StrategyRun run{plimsoll_entry_almgren_chriss_portfolio(), settings};
  run.start(fake::parent(side, lots, 0, kHorizon_s * kSecond));
  run.run_until(2 * kHorizon_s * kSecond);
  CHECK(run.failure == "");
  return run.sent_sizes();
}

/// Whole lots of the first asset by the closed form.
Sizes planned(const std::vector<double>& lots, double correlation) {
  const double c = correlation * 2.0 * 3.0;
  theory::AlmgrenChrissPortfolio problem{
      Eigen::Vector2d{lots[0], lots[1]}, static_cast<double>(kHorizon_s),       kSlices,
      Eigen::MatrixXd{{4, c}, {c, 9}},   Eigen::MatrixXd{{0.02, 0}, {0, 0.05}}, Eigen::MatrixXd::Zero(2, 2),
      Eigen::VectorXd::Zero(2)};
  Sizes out;
  std::int64_t given = 0;
  for (const Eigen::VectorXd& held : theory::holdings(problem, 1e-3)) {
    const auto sum = static_cast<std::int64_t>(std::floor(std::abs(lots[0] - held[0]) + 0.5));
    if (sum > given) out.push_back(sum - given);
    given = std::max(given, sum);
  }
  return out;
}

}  // namespace

TEST_CASE("AC-09: each order of a basket sends its part of the joint schedule in whole lots") {
  for (const double correlation : {-0.5, 0.0, 0.8})
    for (const double other : {-2'000.0, 500.0}) {
      INFO("correlation " << correlation << ", other order " << other);
      CHECK(sent(basket({-10'000, other}, correlation), -1, 10'000) == planned({-10'000, other}, correlation));
    }
}

TEST_CASE("a hedged basket is worked slower than its order alone, one that doubles its risk faster") {
  const auto first = [](double other) { return sent(basket({10'000, other}, 0.9), 1, 10'000).front(); };
  const auto alone = sent(basket({10'000, 1e-9}, 0.0), 1, 10'000).front();
  CHECK(first(-5'000) < alone);
  CHECK(alone < first(5'000));
}

TEST_CASE("a basket that does not fit the order is refused with the reason") {
  CHECK_THROWS_WITH((StrategyRun{plimsoll_entry_almgren_chriss_portfolio(), basket({1, 1}, 0, {{"symbols", std::string{"A,B"}}})}),
                    Catch::Contains("symbols does not name TEST, which this order trades"));
  CHECK_THROWS_WITH((StrategyRun{plimsoll_entry_almgren_chriss_portfolio(), basket({1}, 0)}),
                    Catch::Contains("basket must have a number for each of the symbols"));
  CHECK_THROWS_WITH(
      (StrategyRun{plimsoll_entry_almgren_chriss_portfolio(), basket({1, 1}, 0, {{"covariance", std::vector<double>{1, 2, 2}}})}),
      Catch::Contains("covariance has 3 entries"));
  CHECK_THROWS_WITH((StrategyRun{plimsoll_entry_almgren_chriss_portfolio(), basket({1, 1}, 1.5)}), Catch::Contains("negative eigenvalue"));
  CHECK_THROWS_WITH((StrategyRun{plimsoll_entry_almgren_chriss_portfolio(), basket({0, 1}, 0)}),
                    Catch::Contains("basket holds nothing of TEST"));
}

TEST_CASE("only the proportions of a basket matter: twice as much, or the opposite, is worked in the same shares") {
  const Sizes once = sent(basket({10'000, -4'000}, 0.5), 1, 10'000);
  CHECK(sent(basket({-5, 2}, 0.5), 1, 10'000) == once);
  CHECK(sent(basket({10'000, -4'000}, 0.5), -1, 10'000) == once);
}
