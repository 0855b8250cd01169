/// The self-exciting flow: repeatable, sound, and as excited as its formulas say.

#include <cmath>

#include "feed/feed_files.hpp"
#include "feed/generators.hpp"
#include "market/naive_book.hpp"
#include "market/order_book.hpp"

namespace plimsoll {
namespace {

using test::Settings;

/// Only market orders excite, and only each other: a Hawkes process of one kind whose events the tape shows.
Settings herding(double branching) {
  Settings settings{{"duration_s", "20000"}, {"warmup_s", "0"}, {"market_per_s", "1"}, {"limit_per_s", "12"}, {"decay_per_s", "5"}};
  for (const char* name : {"market_to_limit", "market_to_cancel", "limit_to_market", "limit_to_limit", "limit_to_cancel",
                           "cancel_to_market", "cancel_to_limit", "cancel_to_cancel"})
    settings[name] = "0";
  settings["market_to_market"] = std::to_string(branching);
  return settings;
}

struct MarketOrder {
  double time_s;
  int sign;
};

/// Fills of one time and side are one market order.
std::vector<MarketOrder> market_orders(const EventTape& tape, TimePoint start) {
  std::vector<MarketOrder> out;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    if (tape[row].action != Action::fill) continue;
    const MarketOrder order{static_cast<double>(tape[row].time - start) * 1e-9, -sign(tape[row].side)};
    if (out.empty() || out.back().time_s != order.time_s) out.push_back(order);
  }
  return out;
}

double fano_factor(const std::vector<MarketOrder>& orders, double length_s, double window_s) {
  std::vector<double> counts(static_cast<std::size_t>(length_s / window_s));
  for (const MarketOrder& order : orders)
    if (const auto at = static_cast<std::size_t>(order.time_s / window_s); at < counts.size()) ++counts[at];
  double mean = 0, variance = 0;
  for (const double count : counts) mean += count / static_cast<double>(counts.size());
  for (const double count : counts) variance += (count - mean) * (count - mean) / static_cast<double>(counts.size() - 1);
  return variance / mean;
}

constexpr TimePoint kNine30 = 1'767'605'400 * kSecond;  // 2026-01-05 09:30:00 UTC

}  // namespace

TEST_CASE("a self-exciting session is the same for ever, sound, never crossed, and another one on another day") {
  const Settings settings{{"duration_s", "600"}};
  const EventTape tape = load_feed("hawkes", settings);
  CHECK(tape.find_fault() == "");
  CHECK(test::first_difference(tape) == "");
  CHECK(tape.info().report.crossed_ns == 0);
  CHECK(tape.info().content_hash == load_feed("hawkes", settings).info().content_hash);
  CHECK(tape.info().content_hash != load_feed("hawkes", {{"duration_s", "600"}, {"day", "1"}}).info().content_hash);
  CHECK(tape.info().content_hash != load_feed("hawkes", {{"duration_s", "600"}, {"seed", "2"}}).info().content_hash);
  CHECK(tape.info().content_hash ==
        "de1436fa59b1a628f4eec2ca0236dd4b");  // changes only together with the model or its defaults, and its version
}

TEST_CASE("market orders come as often as baseline / (1 - branching) says, and so do those that others excite") {
  for (const double branching : {0.0, 0.4, 0.7}) {
    const auto orders = market_orders(load_feed("hawkes", herding(branching)), kNine30);
    const double expected = 20'000.0 / (1 - branching);
    INFO("branching " << branching << ": " << orders.size() << " market orders, expected " << expected);
    // Five standard deviations of a Hawkes count, expected / (1 - n)^2 its variance.
    CHECK(std::fabs(static_cast<double>(orders.size()) - expected) < 5 * std::sqrt(expected) / (1 - branching));
  }
}

TEST_CASE("compensated times between market orders are exponential with mean 1") {
  constexpr double baseline = 1, branching = 0.6, decay = 5;
  const auto orders = market_orders(load_feed("hawkes", herding(branching)), kNine30);
  double excited = 0, last_s = 0, mean = 0, square = 0, below_median = 0;
  for (const MarketOrder& order : orders) {
    const double passed = order.time_s - last_s, kept = std::exp(-decay * passed);
    const double compensated = baseline * passed + excited / decay * (1 - kept);
    mean += compensated;
    square += compensated * compensated;
    below_median += compensated < std::log(2.0);
    excited = excited * kept + branching * decay;
    last_s = order.time_s;
  }
  const auto n = static_cast<double>(orders.size());
  REQUIRE(n > 40'000);
  CHECK(std::fabs(mean / n - 1) < 4 / std::sqrt(n));
  CHECK(std::fabs(square / n - 2) < 4 * std::sqrt(20 / n));  // variance of the square of an Exp(1) is 24 - 4
  CHECK(std::fabs(below_median / n - 0.5) < 4 * 0.5 / std::sqrt(n));
}

TEST_CASE("counts in long windows are 1 / (1 - n)^2 times as dispersed as a Poisson process, and Poisson without excitation") {
  for (const double branching : {0.0, 0.5}) {
    const double expected = 1 / ((1 - branching) * (1 - branching));
    const double measured = fano_factor(market_orders(load_feed("hawkes", herding(branching)), kNine30), 20'000, 40);
    INFO("branching " << branching << ": " << measured << ", expected " << expected);
    CHECK(std::fabs(measured / expected - 1) < 4 * std::sqrt(2.0 / 500) + 0.03);  // 500 windows; the edges of a window cost some clusters
  }
}

TEST_CASE("signs of market orders follow each other, and do not where children take either side") {
  const auto autocorrelation = [](const Settings& settings) {
    const auto orders = market_orders(load_feed("hawkes", settings), kNine30);
    double sum = 0;
    for (std::size_t i = 1; i < orders.size(); ++i) sum += orders[i].sign * orders[i - 1].sign;
    return sum / static_cast<double>(orders.size() - 1);
  };
  CHECK(autocorrelation({{"warmup_s", "60"}}) > 0.15);
  Settings even = herding(0.5);
  even["same_side"] = "0.5";
  CHECK(std::fabs(autocorrelation(even)) < 4 / std::sqrt(40'000.0));
}

TEST_CASE("the number of rows is near what `events` asks for") {
  for (const char* events : {"50000", "400000"}) {
    const auto rows = static_cast<double>(load_feed("hawkes", {{"events", events}}).size());
    INFO(rows << " rows of " << events);
    CHECK(std::fabs(rows / std::stod(events) - 1) < 0.1);
  }
}

TEST_CASE("an explosive matrix, a book that would run empty and shares above one are refused, all at once") {
  const auto refused = [](const Settings& settings) {
    const BadInput bad = test::failure_of([&] { load_feed("hawkes", settings); });
    CHECK(bad.exit_code() == ExitCode::bad_scenario);
    return test::has_code(bad, "SETTING-RANGE") ? bad.errors().size() : 0;
  };
  CHECK(refused({{"market_to_market", "1"}}) == 1);
  CHECK(refused({{"limit_to_limit", "0.9"}, {"limit_to_cancel", "0.9"}, {"cancel_to_limit", "0.2"}}) == 1);
  CHECK(refused({{"market_per_s", "100"}}) == 1);
  CHECK(refused({{"market_to_market", "1.5"}, {"join_share", "0.9"}}) == 2);
}

}  // namespace plimsoll
