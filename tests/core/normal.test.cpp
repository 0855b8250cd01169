#include "core/normal.hpp"

#include <limits>

#include "claims.hpp"

using namespace plimsoll;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::vector<double> kCovariance = {0.04, 3, 3, 400};

TruncatedNormal two(const ValueRange& first, const ValueRange& second) {
  return TruncatedNormal::make({1, 200}, kCovariance, {first, second}).value();
}
std::vector<double> drawn(const TruncatedNormal& normal, std::uint64_t seed, std::uint32_t replicate) {
  return normal.draw({seed, replicate, Purpose::calibrated_parameters}, 17);
}

}  // namespace

TEST_CASE("quantiles of the normal distribution are those of the tables") {
  CHECK(inverse_normal(0.975) == Approx(1.959963984540054).epsilon(2e-9));
  CHECK(inverse_normal(0.001) == Approx(-3.090232306167813).epsilon(2e-9));
  CHECK(inverse_normal(0.5) == Approx(0).margin(1e-9));
}

TEST_CASE("draws have the mean, the errors and the correlation asked for, and an address") {
  const TruncatedNormal normal = two({-kInfinity, kInfinity}, {-kInfinity, kInfinity});
  double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
  constexpr std::uint32_t n = 20'000;
  for (std::uint32_t replicate = 0; replicate < n; ++replicate) {
    const std::vector<double> draw = drawn(normal, 5, replicate);
    const double x = draw[0] - 1, y = draw[1] - 200;
    a += x / n, b += y / n, aa += x * x / n, bb += y * y / n, ab += x * y / n;
  }
  CHECK(a == Approx(0).margin(0.006));
  CHECK(b == Approx(0).margin(0.6));
  CHECK(aa == Approx(0.04).epsilon(0.05));
  CHECK(bb == Approx(400).epsilon(0.05));
  CHECK(ab == Approx(3).epsilon(0.05));
  CHECK(drawn(normal, 5, 7) == drawn(normal, 5, 7));
  CHECK(drawn(normal, 5, 7) != drawn(normal, 5, 8));
  CHECK(drawn(normal, 5, 7) != drawn(normal, 6, 7));
}

TEST_CASE("draws stay within their ranges; where none fits they are the mean") {
  const TruncatedNormal normal = two({0.9, kInfinity}, {-kInfinity, 205, false, true});
  double mean = 0;
  for (std::uint32_t replicate = 0; replicate < 2'000; ++replicate) {
    const std::vector<double> draw = drawn(normal, 1, replicate);
    REQUIRE(draw[0] >= 0.9);
    REQUIRE(draw[1] < 205);
    mean += draw[0] / 2'000;
  }
  CHECK(mean > 1);
  CHECK(drawn(two({1e6, kInfinity}, {0, 1e6}), 1, 0) == std::vector<double>{1, 200});
  CHECK_FALSE(ValueRange{0, 1, true}.holds(0));
  CHECK(ValueRange{0, 1, true}.holds(1));
}

TEST_CASE("numbers that are one and the same up to a factor are drawn so; what is no covariance is refused") {
  const std::vector<ValueRange> any(3, {-kInfinity, kInfinity});
  const auto same = TruncatedNormal::make({0, 0, 5}, std::vector<double>{1, -2, 0, -2, 4, 0, 0, 0, 0}, any);
  REQUIRE(same);
  const std::vector<double> draw = drawn(*same, 1, 1);
  CHECK(draw[0] != 0);
  CHECK(draw[1] == Approx(-2 * draw[0]));
  CHECK(draw[2] == 5);
  const double undefined = std::numeric_limits<double>::quiet_NaN();
  for (const std::vector<double>& bad : {std::vector<double>{0.04, 30, 30, 400},
                                         {0.04, 3, -3, 400},
                                         {0.04, undefined, 3, 400},
                                         {undefined, 3, 3, 400},
                                         {-0.04, 0, 0, 400},
                                         {0, 1, 1, 400},
                                         {kInfinity, 0, 0, 1}})
    CHECK_FALSE(TruncatedNormal::make({1, 200}, bad, {any[0], any[1]}));
}
