// Own parents and fills as calibrate reads them; what tca refuses of the same files is in tca.test.cpp.
#include "app/own_trades_csv.hpp"

#include <cmath>

#include "claims.hpp"

using namespace plimsoll;

namespace {

constexpr TimePoint kMorning = 1'340'285'400 * kSecond;  // 2012-06-21 09:30 in New York

OwnMarket one_day() { return {{}, "America/New_York", CivilDate{2012, 6, 21}}; }

std::vector<Metaorder> parents(const std::string& text) { return parse_executed_trades(OwnCsv{"own.csv", text}, {}, one_day()).parents; }

std::string faults_of(const std::string& text, const OwnMarket& market) {
  try {
    parse_executed_trades(OwnCsv{"own.csv", text}, {}, market);
  } catch (const BadInput& error) {
    CHECK(error.exit_code() == ExitCode::bad_data);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("own parents are read by column name, with every kind of time, and sorted by start") {
  const std::vector<Metaorder> own = parents(
      "side,id,trader,start,end,quantity,arrival_mid,end_mid\r\n"
      "sell,B,x,2012-06-21T15:35:00.25+02:00,2012-06-21 13:40:00Z,500,585.33,585.10\r\n\n"
      "buy, A ,x,1340285400000000000,09:31:00,100,585,585.123456789012\n");
  REQUIRE(own.size() == 2);
  CHECK(own[0].name == "A");
  CHECK(own[0].start == kMorning);
  CHECK(own[0].end == kMorning + 60 * kSecond);
  CHECK(own[0].end_mid == 585.123456789012);
  CHECK(own[1].side == Side::sell);
  CHECK(own[1].start == kMorning + 300 * kSecond + 250 * kMillisecond);
  CHECK(own[1].quantity_lots == 500);
  const std::vector<Metaorder> average =
      parents("id,side,start,end,quantity,filled,arrival_mid,average_price\nA,buy,09:30:00,09:30:01,300,3,4,5");
  CHECK(std::isnan(average[0].end_mid));
  CHECK(average[0].average_price == 5);
  CHECK(average[0].quantity_lots == 3);  // what was executed, where the file tells both
}

TEST_CASE("every fault of own parents is named with its line and column, and a clock time of several tapes is one") {
  CHECK(faults_of("id,side\n", one_day()).find("[quantity] is missing") != std::string::npos);
  const std::string header = "id,side,start,end,quantity,arrival_mid,end_mid\n";
  CHECK(faults_of(header, one_day()).find("no parents") != std::string::npos);
  const std::string faults = faults_of(header +
                                           "A,long,09:30:00,09:31:00,3,4,5\n"
                                           "B,buy,2012-13-01T00:00:00Z,09:31:00,-3,nan,5\n"
                                           "C,buy,09:31:00,09:30:00,3,4,\n"
                                           "D,buy,5,09:31:00+25:00,3,4,5\n",
                                       one_day());
  for (const char* fault : {"own.csv:2 [side] 'long' is not buy or sell", "own.csv:3 [start]", "own.csv:3 [quantity] is not above 0",
                            "own.csv:3 [arrival_mid] 'nan'", "own.csv:4 [end] lies before start", "own.csv:4 [end_mid] ''",
                            "own.csv:5 [start] '5' is no time", "own.csv:5 [end]"}) {
    INFO(faults);
    CHECK(faults.find(fault) != std::string::npos);
  }
  const std::string ambiguous = faults_of(header + "A,buy,09:30:00,2012-06-21T09:31:00,3,4,5\n", {{}, "America/New_York", {}});
  CHECK(ambiguous.find("own.csv:2 [start] '09:30:00' is no time") != std::string::npos);
  CHECK(ambiguous.find("a clock time alone names no day") != std::string::npos);
  CHECK(ambiguous.find("[end]") == std::string::npos);
}

TEST_CASE("own fills are whole ticks and lots of the tape, sorted") {
  const auto prints = [](const std::string& rows) {
    return parse_executed_trades({}, OwnCsv{"own.csv", "parent,time,price,quantity\n" + rows}, one_day()).prints;
  };
  CHECK(prints("a,09:30:09,585.34,100\na,09:30:04,585.33,7\n") ==
        std::vector<MarkedPrint>{{kMorning + 4 * kSecond, 58'533, 7}, {kMorning + 9 * kSecond, 58'534, 100}});
  CHECK_THROWS_WITH(prints("a,09:30:09,585.345,100\n"),
                    Catch::Matchers::Contains("own.csv:2 [price] '585.345' is no whole number of ticks"));
  CHECK_THROWS_WITH(prints("a,09:30:09,585.34,5000000000\n"), Catch::Matchers::Contains("own.csv:2 [quantity]"));
}
