/// What inspect says of a raw ITCH file, against the tapes the file was written from.

#include "feed/itch_survey.hpp"

#include <algorithm>
#include <map>

#include "claims.hpp"
#include "feed/feed.hpp"
#include "feed/tape_figures.hpp"
#include "itch_writer.hpp"

namespace plimsoll {
namespace {

constexpr TimePoint kMidnight = 1'767'571'200 * kSecond;  // 2026-01-05 UTC

ItchSurvey survey_of(const std::string& bytes) {
  FaultList faults;
  const auto source = bytes_in_memory(bytes);
  ItchSurvey survey = survey_itch(*source, "made.itch", faults);
  CHECK(faults.count() == 0);
  return survey;
}

}  // namespace

TEST_CASE("stocks, counts, live orders and spreads of an ITCH file are those of the tapes in it") {
  const EventTape tapes[] = {load_feed("synthetic", {{"duration_s", "120"}}), load_feed("synthetic", {{"duration_s", "60"}, {"seed", "7"}}),
                             load_feed("hawkes", {{"duration_s", "300"}})};
  const char* symbols[] = {"AAA", "B", "CCCCCCCC"};
  test::ItchWriter writer;
  std::vector<test::ItchOfTape> rows;
  std::vector<std::pair<TimePoint, std::pair<std::size_t, std::size_t>>> order;  // time, tape, row
  for (std::size_t tape = 0; tape < 3; ++tape) {
    rows.emplace_back(writer, tapes[tape], static_cast<std::uint16_t>(tape + 1), symbols[tape], kMidnight);
    for (std::size_t row = 0; row < tapes[tape].size(); ++row) order.push_back({tapes[tape][row].time, {tape, row}});
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::size_t live = 0, live_most = 0;
  std::map<std::pair<std::size_t, std::uint32_t>, std::uint32_t> open;  // [tape, slot]
  for (const auto& [time, place] : order) {
    rows[place.first].write_row(place.second);
    const MarketEvent event = tapes[place.first][place.second];
    if (event.action == Action::add) {
      open[{place.first, event.order}] = event.quantity;
      live_most = std::max(live_most, ++live);
    } else if (event.action != Action::trade) {
      live -= (open[{place.first, event.order}] -= event.quantity) == 0;
    }
  }
  const ItchSurvey survey = survey_of(writer.bytes());
  REQUIRE(survey.stocks.size() == 3);
  CHECK(survey.unknown_references == 0);
  CHECK(survey.live == live);
  CHECK(survey.live_most == live_most);
  for (const ItchSurvey::Stock& stock : survey.stocks) {
    INFO(stock.symbol);
    REQUIRE(stock.symbol == symbols[stock.locate - 1]);
    const TapeFigures figures = measure_tape(tapes[stock.locate - 1]);
    CHECK(stock.adds == figures.count(Action::add));
    CHECK(stock.executions == figures.count(Action::fill));
    CHECK(stock.cancels == figures.count(Action::cancel));
    CHECK(stock.trades == figures.count(Action::trade));
    CHECK(stock.live_most == figures.orders_most);
    // The time of the tape ends with any row, here with the last book row.
    CHECK(static_cast<double>(stock.spread_ns) / static_cast<double>(stock.two_sided_ns) ==
          Approx(100 * figures.mean_spread_ticks()).epsilon(0.01));
  }
  CHECK(std::is_sorted(survey.stocks.begin(), survey.stocks.end(),
                       [](const auto& a, const auto& b) { return a.book_messages() > b.book_messages(); }));
}

TEST_CASE("a survey counts what it does not know: references, types; replaces keep the side; times have a span") {
  test::ItchWriter writer;
  writer.add(3, 10 * kSecond, "XYZ", {1, Side::buy, 100, 1'000'000});
  writer.add(3, 10 * kSecond, "XYZ", {2, Side::sell, 100, 1'000'500});
  writer.replace(3, 12 * kSecond, 1, 9, 50, 1'000'300);  // spread 0.0500 for 2 s, then 0.0200
  writer.remove(3, 13 * kSecond, 77);
  writer.raw('z', 3, 13 * kSecond, "????");
  writer.execute(3, 16 * kSecond, 9, 50);
  const ItchSurvey survey = survey_of(writer.bytes());
  REQUIRE(survey.stocks.size() == 1);
  const ItchSurvey::Stock& stock = survey.stocks[0];
  CHECK(stock.two_sided_ns == 6 * kSecond);
  CHECK((stock.spread_ns == Wide{500} * 2 * kSecond + Wide{200} * 4 * kSecond));
  CHECK(stock.replaces == 1);
  CHECK(survey.unknown_references == 1);
  CHECK(survey.other_messages == 1);
  CHECK(survey.live == 1);
  CHECK(survey.first == 10 * kSecond);
  CHECK(survey.last == 16 * kSecond);
}

TEST_CASE("an ITCH file is known by its first messages, a cut one is surveyed as far as it goes") {
  test::ItchWriter writer;
  writer.directory(1, kSecond, "ABC");
  for (std::uint64_t id = 1; id <= 5; ++id) writer.add(1, 2 * kSecond, "ABC", {id, Side::buy, 10, 10'000});
  const std::string& bytes = writer.bytes();
  CHECK(is_itch(bytes));
  CHECK(is_itch(bytes.substr(0, 60)));
  CHECK_FALSE(is_itch(""));
  CHECK_FALSE(is_itch(std::string(2, '\0')));
  CHECK_FALSE(is_itch("34200.1,1,5,100,5859400,1\n"));
  std::string wrong = bytes;
  wrong[writer.starts()[1] + 1] = 7;
  CHECK_FALSE(is_itch(wrong));
  test::ItchWriter newer;
  newer.raw('z', 0, kSecond, std::string(9, ' '));
  CHECK_FALSE(is_itch(newer.bytes()));  // nothing known yet
  newer.directory(1, kSecond, "ABC");
  CHECK(is_itch(newer.bytes()));
  test::ItchWriter long_one;
  long_one.raw('z', 0, kSecond, std::string(300, ' '));
  long_one.directory(1, kSecond, "ABC");
  CHECK_FALSE(is_itch(long_one.bytes()));
  FaultList faults;
  const auto source = bytes_in_memory(std::string_view{bytes}.substr(0, bytes.size() - 3));
  CHECK(survey_itch(*source, "cut.itch", faults).stocks.at(0).adds == 4);
  CHECK(faults.count() == 1);
}

}  // namespace plimsoll
