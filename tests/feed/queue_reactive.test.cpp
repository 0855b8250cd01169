/// The queue-reactive flow: repeatable, sound, and its intensities are those of its formulas.

#include <array>
#include <cmath>
#include <map>

#include "feed/feed_files.hpp"
#include "feed/queue_reactive.hpp"
#include "feed/session.hpp"
#include "market/level_book.hpp"
#include "market/naive_book.hpp"
#include "market/order_book.hpp"

namespace plimsoll {
namespace {

using test::Settings;

constexpr int kLots = 100;      // order_lots
constexpr Ticks kMid = 10'000;  // best bid price of a reference price that stays
constexpr double kMarketPerS = 2.5, kMarketScale = 6, kCancelPerS = 0.25, kCancelExponent = 0.8, kLimitPerS = 2, kLimitDecay = 0.8;

/// Time spent at, and events met at, every length of one queue of a tape whose reference price stays.
struct QueueCensus {
  std::map<Lots, double> seconds, limits, cancels, markets;
};
using Census = std::map<std::pair<Side, int>, QueueCensus>;  // [side, i - 1]

Census census_of(const EventTape& tape) {
  Census out;
  LevelBook book{tape.info()};
  const auto price = [](Side side, int queue) { return side == Side::buy ? kMid - queue : kMid + 1 + queue; };
  const auto inside = [&](Ticks at) { return at >= tape.info().price_min && at <= tape.info().price_max; };
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    if (event.time > tape.first_time()) {
      const double passed = static_cast<double>(event.time - tape[row - 1].time) * 1e-9;
      for (const Side side : {Side::buy, Side::sell})
        for (int queue = 0; queue < 5; ++queue) {
          const Lots n = inside(price(side, queue)) ? book.lots(side, price(side, queue)) / kLots : 0;
          out[{side, queue}].seconds[n] += passed;
          if (event.side != side || event.price != price(side, queue)) continue;
          QueueCensus& here = out[{side, queue}];
          ++(event.action == Action::add ? here.limits : event.action == Action::cancel ? here.cancels : here.markets)[n];
        }
    }
    book.apply(tape.columns(), row);
  }
  return out;
}

/// |events - rate x time| within four standard deviations of a Poisson count, for every length that was seen for a while.
void check_rate(const std::map<Lots, double>& events, const std::map<Lots, double>& seconds, double (*rate)(Lots, int), int queue) {
  int compared = 0;
  for (const auto& [n, time_s] : seconds) {
    const double expected = rate(n, queue) * time_s;
    const auto met = events.find(n);
    const double counted = met == events.end() ? 0 : met->second;
    INFO("queue " << queue + 1 << " of " << n << ": " << counted << " events, expected " << expected);
    if (expected < 50) continue;
    CHECK(std::fabs(counted - expected) < 4.5 * std::sqrt(expected));
    ++compared;
  }
  CHECK(compared > 0);
}

}  // namespace

TEST_CASE("a queue-reactive session is the same for ever, sound, never crossed, and another one on another day") {
  const Settings settings{{"duration_s", "600"}};
  const EventTape tape = load_feed("queue_reactive", settings);
  CHECK(tape.find_fault() == "");
  CHECK(test::first_difference(tape) == "");
  CHECK(tape.info().report.crossed_ns == 0);
  CHECK(tape.info().content_hash == load_feed("queue_reactive", settings).info().content_hash);
  CHECK(tape.info().content_hash != load_feed("queue_reactive", {{"duration_s", "600"}, {"day", "1"}}).info().content_hash);
  CHECK(tape.info().content_hash ==
        "c94bc7d7c1bb1a71285b9acc66c2514f");  // changes only together with the model or its defaults, and its version
}

TEST_CASE("limit orders, cancels and market orders come as often as the length of their queue says") {
  const Census census = census_of(load_feed("queue_reactive", {{"theta", "0"}}));
  for (const auto& [place, queue] : census) {
    const int number = place.second;
    check_rate(
        queue.limits, queue.seconds, [](Lots, int i) { return kLimitPerS * std::pow(kLimitDecay, i); }, number);
    check_rate(
        queue.cancels, queue.seconds,
        [](Lots n, int) { return n == 0 ? 0.0 : kCancelPerS * std::pow(static_cast<double>(n), kCancelExponent); }, number);
    if (number == 0)
      check_rate(
          queue.markets, queue.seconds,
          [](Lots n, int) { return n == 0 ? 0.0 : kMarketPerS * std::exp(-(static_cast<double>(n) - 1) / kMarketScale); }, number);
  }
}

TEST_CASE("queues that no market order reaches have the stationary distribution of a birth-death process") {
  const EventTape tape = load_feed("queue_reactive", {{"theta", "0"}, {"market_per_s", "0"}, {"duration_s", "40000"}});
  for (const auto& [place, queue] : census_of(tape)) {
    double total_s = 0, weight = 1, weights = 0;
    for (const auto& [n, time_s] : queue.seconds) total_s += time_s;
    std::vector<double> expected{1};
    for (int n = 1; n <= 200; ++n)
      expected.push_back(weight *= kLimitPerS * std::pow(kLimitDecay, place.second) / (kCancelPerS * std::pow(n, kCancelExponent)));
    for (const double each : expected) weights += each;
    double measured_below = 0, expected_below = 0;
    for (std::size_t n = 0; n < expected.size(); ++n) {
      const auto found = queue.seconds.find(static_cast<Lots>(n));
      measured_below += found == queue.seconds.end() ? 0 : found->second / total_s;
      expected_below += expected[n] / weights;
      INFO("queue " << place.second + 1 << ": P(N <= " << n << ") is " << measured_below << ", expected " << expected_below);
      REQUIRE(std::fabs(measured_below - expected_below) < 0.05);  // some 4,000 independent looks at a queue
    }
  }
}

TEST_CASE("the stationary distribution is cumulated, ends at one, and survives weights beyond any double") {
  QueueRates rates{2, {0, 1, 2, 3}, {}};
  const std::vector<double> cumulative = stationary_queue(rates);  // 1, 2, 2, 4/3
  REQUIRE(cumulative.size() == 4);
  CHECK(cumulative[0] == Approx(3.0 / 19));
  CHECK(cumulative[1] == Approx(9.0 / 19));
  CHECK(cumulative[2] == Approx(15.0 / 19));
  CHECK(cumulative[3] == 1.0);
  QueueRates long_queue{990, std::vector<double>(1'001), {}};
  for (std::size_t n = 0; n <= 1'000; ++n) long_queue.cancel_per_s[n] = static_cast<double>(n);
  const std::vector<double> poisson = stationary_queue(long_queue);
  CHECK(poisson.back() == 1.0);
  CHECK(poisson[500] < 1e-6);
  CHECK(poisson[990] > 0.5);
}

TEST_CASE("the mid stays among its prices without theta and leaves them with it") {
  const auto range = [](const char* theta) {
    const EventTape tape = load_feed("queue_reactive", {{"theta", theta}});
    return tape.info().price_max - tape.info().price_min;
  };
  CHECK(range("0") == 9);
  CHECK(range("0.7") > 30);
}

TEST_CASE("the number of rows is within 3 % of what `events` asks for, whatever moves the price") {
  for (const char* theta : {"0", "0.7", "1"}) {
    const auto rows = static_cast<double>(load_feed("queue_reactive", {{"events", "400000"}, {"theta", theta}}).size());
    INFO(rows << " rows");
    CHECK(std::fabs(rows / 400'000 - 1) < 0.03);
  }
}

TEST_CASE("a session of too many rows is refused by the rows it would have, not by those of its limit orders alone") {
  const auto refused = [](const Settings& settings) {
    const BadInput bad = test::failure_of([&] { load_feed("queue_reactive", settings); });
    CHECK(bad.exit_code() == ExitCode::bad_scenario);
    return bad.errors().front();
  };
  // By limit orders and their cancels alone 58 and 2.3 million rows.
  CHECK(refused({{"limit_per_s", "50"}, {"cancel_per_s", "6"}, {"market_per_s", "100000"}, {"duration_s", "86400"}}).field == "duration_s");
  CHECK(refused({{"market_per_s", "100000"}, {"duration_s", "86400"}}).code == "SETTING-RANGE");
}

TEST_CASE("the most `events` that are declared are accepted with a warm-up, and a warm-up of more is refused as such") {
  FaultList faults;
  const FeedInfo feed = queue_reactive_feed();
  const Session session = read_session(FeedSettings{feed, {{"events", "200000000"}}}, 70.0, faults);
  CHECK(faults.count() == 0);
  CHECK(session.expected_rows == 200'000'000);
  read_session(FeedSettings{feed, {{"events", "200000000"}, {"duration_s", "100"}}}, 70.0, faults);
  const BadInput bad = test::failure_of([&] { faults.throw_if_any(ExitCode::bad_scenario); });
  REQUIRE(bad.errors().size() == 1);
  CHECK(bad.errors().front().field == "warmup_s");
  CHECK(bad.errors().front().suggestion.find("events") != std::string::npos);
}

TEST_CASE("queues without end and prices without room are refused, all at once") {
  const BadInput bad = test::failure_of([] { load_feed("queue_reactive", {{"limit_per_s", "100"}, {"mid_ticks", "4"}}); });
  CHECK(bad.exit_code() == ExitCode::bad_scenario);
  REQUIRE(bad.errors().size() == 2);
  CHECK(bad.errors()[0].field == "limit_per_s");
  CHECK(bad.errors()[1].field == "mid_ticks");
}

}  // namespace plimsoll
