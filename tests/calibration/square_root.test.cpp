// The square-root law of own orders, the files they come in, and draws from a covariance.
#include "calibration/square_root.hpp"
#include "calibration/impact_toml.hpp"
#include "core/error.hpp"
#include "core/math.hpp"
#include "planted.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {

constexpr double kVolatility = 0.02, kVolume = 1e6, kSession = 23'400;

/// Parents with I = Y sigma (Q / V)^exponent and the market's own move of volatility sigma over their duration.
std::vector<Metaorder> planted_parents(Draws& draws, std::size_t count, std::size_t days, double prefactor, double exponent) {
  std::vector<Metaorder> out;
  for (std::size_t i = 0; i < count; ++i) {
    Metaorder parent;
    parent.side = draws.uniform() < 0.5 ? Side::buy : Side::sell;
    parent.start = kMorning + static_cast<std::int64_t>(i * days / count) * 86'400 * kSecond;
    const double duration_s = 300 + 3'000 * draws.uniform();
    parent.end = parent.start + static_cast<std::int64_t>(duration_s * 1e9);
    const double share = 0.002 * math::exp(4 * draws.uniform());
    parent.quantity_lots = share * kVolume;
    parent.arrival_mid = 500;
    const double market = kVolatility * std::sqrt(duration_s / kSession) * draws.normal();
    parent.end_mid = 500 * (1 + sign(parent.side) * prefactor * kVolatility * math::pow(share, exponent) + market);
    out.push_back(parent);
  }
  return out;
}

std::string first_fault(const std::string& csv) {
  try {
    parse_metaorders(csv, "own.csv");
  } catch (const BadInput& error) {
    CHECK(error.exit_code() == ExitCode::bad_data);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("square root: intervals hold the planted prefactor in 92 to 98 % of 400 samples, with few days and with many") {
  check_coverage(coverage(400, {{"prefactor", 0.9}}, [](Draws& draws) {
    return estimate_square_root(planted_parents(draws, 200, 1, 0.9, 0.5), kVolatility, kVolume);
  }));
  check_coverage(coverage(400, {{"prefactor", 0.9}, {"exponent", 0.5}, {"free_prefactor", 0.9}}, [](Draws& draws) {
    return estimate_square_root(planted_parents(draws, 2'000, 100, 0.9, 0.5), kVolatility, kVolume);
  }));
}

TEST_CASE("square root: another exponent is reported as what it is") {
  Draws draws{6};
  const Estimate fit = estimate_square_root(planted_parents(draws, 5'000, 100, 0.9, 0.7), kVolatility, kVolume);
  REQUIRE_FALSE(fit.refused());
  CHECK(fit.at("exponent").low > 0.5);
  CHECK(fit.value("exponent") == Approx(0.7).margin(0.08));
  CHECK(estimate_square_root(planted_parents(draws, 20, 1, 0.9, 0.5), kVolatility, kVolume).refusal ==
        "insufficient: n = 20 own parents, need 30");
}

TEST_CASE("what is measured below zero is no model's setting: impact.toml says so and leaves it out") {
  const std::vector<Observations> days{quiet_day(60)};
  Calibration calibration = calibrate(days, {}, {});
  calibration.impact.ticks_per_lot = -0.5;
  calibration.impact.prefactor = -0.25;
  calibration.impact.daily_volatility = 0.02;
  calibration.impact.daily_volume_lots = 1e6;
  const std::string below = impact_toml(calibration, days, {});
  CHECK(below.find("[impact.linear]") == std::string::npos);
  CHECK(below.find("# impact.linear is left out: ticks_per_lot = -0.5") != std::string::npos);
  CHECK(below.find("\nprefactor = ") == std::string::npos);
  CHECK(below.find("# prefactor: measured below 0, -0.25") != std::string::npos);
  calibration.impact.ticks_per_lot = 0.5;
  calibration.impact.prefactor = 0.25;
  const std::string above = impact_toml(calibration, days, {});
  CHECK(above.find("[impact.linear]\nticks_per_lot = 0.5\n") != std::string::npos);
  CHECK(above.find("\nprefactor = 0.25\n") != std::string::npos);
}

TEST_CASE("own parents are read by column name, with both kinds of time, and sorted by start") {
  const std::vector<Metaorder> own = parse_metaorders(
      "side,parent,trader,start,end,quantity_lots,arrival_mid,end_mid\r\n"
      "sell,B,x,2012-06-21T13:35:00.25Z,2012-06-21 13:40:00Z,500,585.33,585.10\r\n\n"
      "buy, A ,x,1340285400000000000,1340285460000000000,100,585,585.5\n",
      "own.csv");
  REQUIRE(own.size() == 2);
  CHECK(own[0].name == "A");
  CHECK(own[0].start == kMorning);
  CHECK(own[1].side == Side::sell);
  CHECK(own[1].start == kMorning + 300 * kSecond + 250 * kMillisecond);
  CHECK(own[1].end == kMorning + 600 * kSecond);
  CHECK(own[1].end_mid == 585.10);
  const std::vector<Metaorder> average =
      parse_metaorders("parent,side,start,end,quantity_lots,arrival_mid,average_price\nA,buy,1,2,3,4,5", "own.csv");
  CHECK(std::isnan(average[0].end_mid));
  CHECK(average[0].average_price == 5);
}

TEST_CASE("every fault of a file of own trades is named with its line and column") {
  CHECK(first_fault("").find("own.csv  is empty") == std::string::npos);
  CHECK(first_fault("").find("is empty") != std::string::npos);
  CHECK(first_fault("parent,side\n").find("[quantity_lots] is missing") != std::string::npos);
  const std::string faults = first_fault(
      "parent,side,start,end,quantity_lots,arrival_mid,end_mid\n"
      "A,long,1,2,3,4,5\n"
      "B,buy,2012-13-01T00:00:00Z,2,-3,nan,5\n"
      "C,buy,5,2,3,4\n");
  for (const char* fault : {"own.csv:2 [side] \"long\" is not buy or sell", "own.csv:3 [start]", "own.csv:3 [quantity_lots] \"-3\"",
                            "own.csv:3 [arrival_mid] \"nan\"", "own.csv:4 [end] lies before start", "own.csv:4 [end_mid] \"\""}) {
    INFO(faults);
    CHECK(faults.find(fault) != std::string::npos);
  }
}

TEST_CASE("own prints are whole ticks and lots of the tape, sorted") {
  const std::vector<MarkedPrint> prints = parse_marked_prints("time,price,quantity_lots\n9,585.34,100\n4,585.33,7\n", "own.csv", {});
  REQUIRE(prints.size() == 2);
  CHECK(prints[0] == MarkedPrint{4, 58'533, 7});
  CHECK(prints[1] == MarkedPrint{9, 58'534, 100});
  CHECK_THROWS_WITH(parse_marked_prints("time,price,quantity_lots\n9,585.345,100\n", "own.csv", {}),
                    Catch::Matchers::Contains("own.csv:2 [price] is no whole number of ticks"));
}
