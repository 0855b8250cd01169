/// The generated market: repeatable, sound, and near the hour it was set from.

#include <cmath>
#include <iostream>

#include "feed/feed_files.hpp"
#include "market/naive_book.hpp"
#include "market/order_book.hpp"

namespace plimsoll {
namespace {

using test::Settings;

struct Figures {
  double rows_per_s, add_share, cancel_share, fill_share, print_share, spread_ticks, touch_lots, minute_volatility_ticks;
  double median_spread_ticks;
};

Figures measure(const EventTape& tape) {
  OrderBook book{tape.info()};
  double counts[7] = {}, spread_time = 0, touch_time = 0, time = 0, squares = 0;
  std::map<Ticks, double> time_at;
  std::vector<double> mids;
  TimePoint next_minute = tape.first_time();
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    const Quote quote = book.quote();
    for (; event.time >= next_minute + 60 * kSecond; next_minute += 60 * kSecond) mids.push_back(static_cast<double>(quote.mid_x2()) / 2);
    if (row > 0 && quote.two_sided()) {
      const auto lasted = static_cast<double>(event.time - tape.columns().time[row - 1]);
      spread_time += lasted * (quote.ask - quote.bid);
      touch_time += lasted * static_cast<double>(quote.bid_lots + quote.ask_lots) / 2;
      time_at[quote.ask - quote.bid] += lasted;
      time += lasted;
    }
    ++counts[static_cast<std::size_t>(event.action)];
    book.apply(event);
  }
  for (std::size_t i = 1; i < mids.size(); ++i) squares += (mids[i] - mids[i - 1]) * (mids[i] - mids[i - 1]);
  const auto rows = static_cast<double>(tape.size());
  double below = 0, median = 0;
  for (const auto& [ticks, lasted] : time_at) {
    if (below < time / 2) median = ticks;
    below += lasted;
  }
  return {rows / (static_cast<double>(tape.last_time() - tape.first_time()) * 1e-9),
          counts[0] / rows,
          counts[1] / rows,
          counts[2] / rows,
          counts[3] / rows,
          spread_time / time,
          touch_time / time,
          std::sqrt(squares / static_cast<double>(mids.size() - 1)),
          median};
}

}  // namespace

TEST_CASE("a seed gives the same session for ever, and another seed another one") {
  const EventTape tape = load_feed("synthetic", {});
  CHECK(tape.info().content_hash == load_feed("synthetic", {{"seed", "1"}}).info().content_hash);
  CHECK(tape.info().content_hash != load_feed("synthetic", {{"seed", "2"}}).info().content_hash);
  CHECK(tape.info().content_hash == "225161a479de04b5b977a6ed1c905896");  // changes only together with the model or its defaults
}

TEST_CASE("a longer session begins with the shorter one") {
  const EventTape brief = load_feed("synthetic", {{"duration_s", "60"}});
  const EventTape longer = load_feed("synthetic", {{"duration_s", "120"}});
  REQUIRE(brief.size() < longer.size());
  for (std::size_t row = 0; row < brief.size(); ++row) {
    REQUIRE(brief[row].time == longer[row].time);
    REQUIRE(brief[row].price == longer[row].price);
    REQUIRE(brief.columns().kind[row] == longer.columns().kind[row]);
  }
}

TEST_CASE("the default session has 60,000 to 100,000 rows in forty minutes, starts and ends on time, and is clean") {
  const EventTape tape = load_feed("synthetic", {}, true);
  CHECK(tape.size() >= 60'000);
  CHECK(tape.size() <= 100'000);
  CHECK(tape.first_time() == 1'767'605'400 * kSecond);  // 2026-01-05 09:30:00 UTC
  CHECK(tape.last_time() < tape.first_time() + 2'400 * kSecond);
  CHECK(tape.last_time() > tape.first_time() + 2'390 * kSecond);
  CHECK(tape.find_fault() == "");
  CHECK(tape.compute_hash() == tape.info().content_hash);
  CHECK(tape.info().report.gaps == 0);
}

TEST_CASE("a naive book replays generated sessions to the same book on every row") {
  for (const char* seed : {"1", "2", "3"}) {
    CHECK(test::first_difference(load_feed("synthetic", {{"seed", seed}, {"duration_s", "900"}})) == "");
  }
}

TEST_CASE("generated books are never crossed or locked, and an empty side is filled by the next event") {
  const Settings calm{{"duration_s", "900"}};
  const Settings starved{{"duration_s", "900"}, {"lifetime_s", "0.3"}, {"market_per_s", "20"}, {"touch_share", "0"}, {"sweep_share", "1"}};
  int empty = 0;
  for (const Settings& settings : {calm, starved}) {
    const EventTape tape = load_feed("synthetic", settings);
    REQUIRE(tape.find_fault() == "");
    CHECK(tape.info().price_min >= 1);
    OrderBook book{tape.info()};
    bool was_empty = false;
    for (std::size_t row = 0; row < tape.size(); ++row) {
      const bool instant_over = row + 1 == tape.size() || tape[row + 1].time > tape[row].time;
      book.apply(tape[row]);
      const Quote quote = book.quote();
      if (quote.two_sided()) REQUIRE(quote.bid < quote.ask);
      if (!instant_over) continue;
      const bool is_empty = !quote.has_bid() && !quote.has_ask() ? false : !quote.two_sided();
      if (was_empty) REQUIRE(tape[row].action == Action::add);
      was_empty = is_empty;
      empty += is_empty;
    }
  }
  CHECK(empty > 0);
}

TEST_CASE("market orders sweep: several fills at one time, best price first and front of the queue first") {
  const EventTape tape = load_feed("synthetic", {});
  OrderBook book{tape.info()};
  int fills = 0, groups_of_several = 0, beyond_the_touch = 0;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    if (event.action == Action::fill) {
      ++fills;
      REQUIRE(event.price == book.best(event.side));
      REQUIRE(event.order == book.level(event.side, event.price).front());
      const bool continues = tape[row - 1].action == Action::fill && tape[row - 1].time == event.time;
      groups_of_several += continues;
      beyond_the_touch += continues && tape[row - 1].price != event.price;
    }
    book.apply(event);
  }
  CHECK(fills > 2'000);
  CHECK(groups_of_several > 200);
  CHECK(beyond_the_touch > 20);
}

TEST_CASE("the defaults come out near the AAPL hour they were set from: mix, spread, touch depth and volatility") {
  constexpr Figures aapl{25.55, 0.481, 0.451, 0.0442, 0.0239, 19.5, 160.6, 42.7, 18};
  Figures mean{};
  constexpr int seeds = 10;
  for (int seed = 1; seed <= seeds; ++seed) {
    const Figures one = measure(load_feed("synthetic", {{"seed", std::to_string(seed)}, {"duration_s", "7200"}}));
    mean.rows_per_s += one.rows_per_s / seeds;
    mean.add_share += one.add_share / seeds;
    mean.cancel_share += one.cancel_share / seeds;
    mean.fill_share += one.fill_share / seeds;
    mean.print_share += one.print_share / seeds;
    mean.spread_ticks += one.spread_ticks / seeds;
    mean.touch_lots += one.touch_lots / seeds;
    mean.minute_volatility_ticks += one.minute_volatility_ticks / seeds;
    mean.median_spread_ticks += one.median_spread_ticks / seeds;
  }
  const auto near = [](const char* what, double generated, double measured, double tolerance) {
    std::cout << "synthetic: " << what << " " << generated << ", AAPL " << measured << "\n";
    INFO(what << ": generated " << generated << ", AAPL " << measured);
    CHECK(std::fabs(generated - measured) <= tolerance);
  };
  near("rows per second", mean.rows_per_s, aapl.rows_per_s, 1.0);
  near("add share", mean.add_share, aapl.add_share, 0.01);
  near("cancel share", mean.cancel_share, aapl.cancel_share, 0.015);
  near("fill share", mean.fill_share, aapl.fill_share, 0.01);
  near("print share", mean.print_share, aapl.print_share, 0.003);
  near("mean spread, ticks", mean.spread_ticks, aapl.spread_ticks, 1.0);
  near("median spread, ticks", mean.median_spread_ticks, aapl.median_spread_ticks, 1.0);
  near("touch depth, lots", mean.touch_lots, aapl.touch_lots, 16.0);
  near("one-minute volatility, ticks", mean.minute_volatility_ticks, aapl.minute_volatility_ticks, 5.0);
}

TEST_CASE("a start that is no time of day and flows that would not fit in memory are refused") {
  for (const char* start : {"9:30", "24:00:00", "09:60:00", "09:30:60", "09-30-00", "0x:30:00"}) {
    INFO(start);
    CHECK(test::has_code(test::failure_of([&] { load_feed("synthetic", {{"start", start}}); }), "SETTING-TYPE"));
  }
  const auto refused_with = [](const Settings& settings, const char* code) {
    return test::has_code(test::failure_of([&] { load_feed("synthetic", settings); }), code);
  };
  CHECK(refused_with({{"limit_per_s", "100000"}, {"lifetime_s", "1000"}}, "SETTING-RANGE"));
  CHECK(refused_with({{"limit_per_s", "100000"}, {"lifetime_s", "1"}, {"duration_s", "86400"}}, "SETTING-RANGE"));
  CHECK(refused_with({{"join_share", "nan"}}, "SETTING-TYPE"));
  CHECK(refused_with({{"join_share", "1.5"}}, "SETTING-RANGE"));
}

TEST_CASE("zero_intelligence is the same model under a second name, with a day's length") {
  const Settings brief{{"duration_s", "300"}};
  const EventTape one = load_feed("synthetic", brief), other = load_feed("zero_intelligence", brief);
  REQUIRE(one.size() == other.size());
  for (std::size_t row = 0; row < one.size(); ++row) {
    REQUIRE(one[row].time == other[row].time);
    REQUIRE(one[row].price == other[row].price);
  }
  const EventTape day = load_feed("zero_intelligence", {});
  CHECK(day.last_time() - day.first_time() > 23'390 * kSecond);
}

TEST_CASE("events makes the clock run faster and leaves the market of event time what it is") {
  const Figures slow = measure(load_feed("zero_intelligence", {}));
  const EventTape tape = load_feed("zero_intelligence", {{"events", "2000000"}});
  const Figures fast = measure(tape);
  CHECK(std::fabs(static_cast<double>(tape.size()) / 2e6 - 1) < 0.02);
  CHECK(tape.last_time() - tape.first_time() <= 23'400 * kSecond);
  CHECK(std::fabs(fast.add_share - slow.add_share) < 0.003);
  CHECK(std::fabs(fast.fill_share - slow.fill_share) < 0.003);
  CHECK(std::fabs(fast.spread_ticks - slow.spread_ticks) < 0.5);
  CHECK(std::fabs(fast.touch_lots - slow.touch_lots) < 8);
}

TEST_CASE("a day is another draw of the same seed") {
  const auto hash = [](const char* day) { return load_feed("synthetic", {{"duration_s", "60"}, {"day", day}}).info().content_hash; };
  CHECK(hash("0") == load_feed("synthetic", {{"duration_s", "60"}}).info().content_hash);
  CHECK(hash("1") != hash("0"));
  CHECK(hash("20458") != hash("20459"));
}

TEST_CASE("start and date are read in the given zone") {
  const Settings settings{{"duration_s", "10"}, {"date", "2026-07-01"}, {"start", "09:30:00.5"}, {"timezone", "America/New_York"}};
  const EventTape tape = load_feed("synthetic", settings);
  CHECK(tape.first_time() == 1'782'912'600 * kSecond + kSecond / 2);  // 13:30:00.5 UTC
}

}  // namespace plimsoll
