#include "calibration/regression.hpp"

#include "calibration/statistics.hpp"
#include "claims.hpp"

using namespace plimsoll;

namespace {

const std::vector<double> kFlow = {120, -80, 40, -150, 60, 200, -90, -30, 110, -170};
const std::vector<double> kChange = {0.031, -0.018, 0.004, -0.049, 0.022, 0.055, -0.031, 0.002, 0.026, -0.043};

Matrix design(const std::vector<double>& q) {
  Matrix x{q.size(), 2};
  for (std::size_t i = 0; i < q.size(); ++i) {
    x(i, 0) = 1;
    x(i, 1) = q[i];
  }
  return x;
}

Approx near(double value) { return Approx(value).epsilon(1e-8).margin(0); }

}  // namespace

// Source: OLS, HC1 and Newey-West algebra; tolerance 1e-8 relative.
TEST_CASE("KYLE-03 lambda of ten intervals by OLS, with OLS, HC1 and Newey-West errors") {
  const Regression ols = regress(design(kFlow), kChange, {}, {Errors::ols, 0});
  REQUIRE_FALSE(ols.refused());
  CHECK(ols.coefficients[0] == near(-0.00037360098202036257));
  CHECK(ols.coefficients[1] == near(0.00027360098202036247));
  CHECK(ols.error(1) == near(1.735978638781634e-05));
  CHECK(ols.r2 == near(0.9687984010441696));
  CHECK(regress(design(kFlow), kChange, {}, {Errors::hc1, 0}).error(1) == near(1.3215452715889172e-05));
  CHECK(regress(design(kFlow), kChange, {}, {Errors::newey_west, 2}).error(1) == near(1.3273427724799555e-05));

  Matrix alone{kFlow.size(), 1};
  alone.values = kFlow;
  CHECK(regress(alone, kChange, {}, {Errors::ols, 0}).coefficients[0] == near(0.0002735740072202166));
}

TEST_CASE("errors clustered by day are those of the days' score sums, and Newey-West does not reach over a night") {
  const std::vector<std::int32_t> days = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4};
  const Regression fit = regress(design(kFlow), kChange, days, {Errors::cluster, 0});
  double middle = 0, gram = 0, mean = 0;
  for (const double q : kFlow) mean += q / 10;
  for (const double q : kFlow) gram += (q - mean) * (q - mean);
  for (std::size_t day = 0; day < 5; ++day) {
    double score = 0;
    for (const std::size_t i : {2 * day, 2 * day + 1})
      score += (kFlow[i] - mean) * (kChange[i] - fit.coefficients[0] - fit.coefficients[1] * kFlow[i]);
    middle += score * score;
  }
  CHECK(fit.error(1) == near(std::sqrt(5.0 / 4 * 9 / 8 * middle) / gram));
  CHECK(fit.critical == near(student_975(4)));

  const std::vector<std::int32_t> alone = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const double hc0 = regress(design(kFlow), kChange, {}, {Errors::hc1, 0}).error(1) * std::sqrt(8.0 / 10);
  CHECK(regress(design(kFlow), kChange, alone, {Errors::newey_west, 3}).error(1) == near(hc0));
}

TEST_CASE("no number comes out of NaN, of regressors that do not vary, or of too little data") {
  std::vector<double> broken = kChange;
  broken[6] = kUndefined;
  const Regression nan = regress(design(kFlow), broken, {}, {});
  CHECK(nan.refusal == "not finite: responses, value 7 of 10");
  CHECK(nan.coefficients.empty());
  CHECK(regress(design(std::vector<double>(10, 5.0)), kChange, {}, {}).refusal.substr(0, 8) == "singular");
  const std::vector<double> short_flow(kFlow.begin(), kFlow.begin() + 9), short_change(kChange.begin(), kChange.begin() + 9);
  CHECK(regress(design(short_flow), short_change, {}, {}).refusal == "insufficient: n = 9 observations, need 10");
}

TEST_CASE("quantiles are those of the tables") {
  CHECK(student_975(4) == Approx(2.776445).epsilon(1e-3));
  CHECK(student_975(10) == Approx(2.228139).epsilon(1e-4));
  CHECK(student_975(1e9) == Approx(kNormal975).epsilon(1e-6));
  CHECK(newey_west_lag(100) == 4);
  CHECK(newey_west_lag(1'000) == 6);
}
