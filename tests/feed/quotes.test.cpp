/// Best quotes and bars as CSV: what becomes of a row, and everything that can be wrong with one.

#include "feed/feed_files.hpp"
#include "market/order_book.hpp"

namespace plimsoll {
namespace {

using test::FreshFolder;
using test::Settings;

const std::string kQuotes = "time,bid,bid_size,ask,ask_size\n";
const std::string kTrades = "time,price,size,side\n";
const std::string kBars = "time,open,high,low,close,volume\n";

EventTape quotes(const FreshFolder& folder, const std::string& rows, const std::string& trades = "", Settings more = {}) {
  more.emplace("path", folder.write("quotes.csv", rows));
  if (!trades.empty()) more.emplace("trades", folder.write("trades.csv", trades));
  return load_feed("quotes", more);
}
EventTape bars(const FreshFolder& folder, const std::string& rows, Settings more = {}) {
  for (const auto& [key, text] : Settings{{"path", folder.write("bars.csv", rows)}, {"bar_s", "60"}, {"half_spread_ticks", "2"}})
    more.emplace(key, text);
  return load_feed("bars", more);
}

Quote quote_at(const EventTape& tape, TimePoint time) {
  OrderBook book{tape.info()};
  for (std::size_t row = 0; row < tape.size() && tape[row].time <= time; ++row) book.apply(tape[row]);
  return book.quote();
}

std::vector<std::string> codes_and_places(const BadInput& bad) {
  std::vector<std::string> out;
  for (const InputError& error : bad.errors())
    out.push_back(error.place.substr(error.place.rfind('/') + 1) + " " + error.code + " " + error.field);
  return out;
}

}  // namespace

TEST_CASE("the book of a quote file is its best quotes, one level a side; size 0 is an empty side") {
  const FreshFolder folder;
  const EventTape tape =
      quotes(folder, kQuotes + "1,10.00,5,10.02,7\n2,10.00,9,10.02,7\n3.000000001,10.03,1,10.05,2\n4,10.03,1,0,0\n5,,0,10.05,3\n");
  CHECK(quote_at(tape, 1 * kSecond) == Quote{1000, 1002, 5, 7});
  CHECK(quote_at(tape, 2 * kSecond) == Quote{1000, 1002, 9, 7});
  CHECK(quote_at(tape, 3 * kSecond) == Quote{1000, 1002, 9, 7});
  CHECK(quote_at(tape, 3 * kSecond + 1) == Quote{1003, 1005, 1, 2});
  CHECK(quote_at(tape, 4 * kSecond) == Quote{1003, kNoAsk, 1, 0});
  CHECK(quote_at(tape, 5 * kSecond) == Quote{kNoBid, 1005, 0, 3});
  CHECK(tape.info().levels == "pro_rata");
  CHECK(tape.info().report.crossed_ns == 0);
  CHECK(tape.find_fault().empty());
}

TEST_CASE("times are of a day in a zone when a date is given") {
  const FreshFolder folder;
  const EventTape tape =
      quotes(folder, kQuotes + "34200.5,10.00,5,10.02,7\n", "", {{"date", "2012-06-21"}, {"timezone", "America/New_York"}});
  CHECK(tape.first_time() == 1'340'285'400'500'000'000);
  CHECK(tape.info().timezone == "America/New_York");
}

TEST_CASE("a trade at the best price takes from it until the next quote; elsewhere, and beyond its size, it is a print") {
  const FreshFolder folder;
  const EventTape tape = quotes(folder, kQuotes + "1,10.00,5,10.02,7\n3,10.00,5,10.02,4\n",
                                kTrades + "2,10.02,3,buy\n2.1,10.01,2,\n2.2,10.015,2,\n2.3,10.00,6,sell\n3,10.02,1,buy\n");
  CHECK(quote_at(tape, 2 * kSecond).ask_lots == 4);
  CHECK(quote_at(tape, 2 * kSecond + 300'000'000).bid == kNoBid);
  CHECK(quote_at(tape, 3 * kSecond) == Quote{1000, 1002, 5, 4});
  std::vector<std::string> prints;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    if (tape[row].action == Action::trade)
      prints.push_back(std::string{name(tape[row].side)} + " " + std::to_string(trade_subticks(tape[row], 100)) + " x " +
                       std::to_string(tape[row].quantity));
  }
  CHECK(prints == std::vector<std::string>{"buy 100100 x 2", "sell 100150 x 2", "buy 100000 x 1"});
  CHECK(tape.info().report.unbooked == 3);
}

TEST_CASE("every fault of a quote file and of its trades is named with file and line, all in one go") {
  const FreshFolder folder;
  const BadInput bad = test::failure_of([&] {
    quotes(folder, kQuotes + "x,10.00,5,10.02,7\n1,10.005,5,10.02,7\n1,10.00,5.5,10.02,-7\n1,10.00,5\n1,0,5,10.02,7\n",
           kTrades + "1,10.00,0,buy\n1,10.00005,1,hold\n1,10.00");
  });
  CHECK(bad.exit_code() == ExitCode::bad_data);
  CHECK(codes_and_places(bad) == std::vector<std::string>{"quotes.csv:2 DATA-FIELD time", "quotes.csv:3 DATA-OFF-TICK bid",
                                                          "quotes.csv:4 DATA-OFF-LOT bid_size", "quotes.csv:4 DATA-FIELD ask_size",
                                                          "quotes.csv:5 DATA-COLUMNS ", "quotes.csv:6 DATA-FIELD bid",
                                                          "trades.csv:2 DATA-FIELD size", "trades.csv:3 DATA-OFF-TICK price",
                                                          "trades.csv:3 DATA-FIELD side", "trades.csv:4 DATA-TRUNCATED "});
  const BadInput header = test::failure_of([&] { quotes(folder, "time,bid,ask\n1,2,3\n"); });
  CHECK(codes_and_places(header) == std::vector<std::string>{"quotes.csv:1 DATA-COLUMNS "});
  CHECK(quotes(folder, kQuotes + "2,10.00,5,10.02,7\n1,10.00,6,10.02,7\n").info().report.reordered == 1);
}

TEST_CASE("a bar is four quotes around open, the nearer extreme, the other, and close, with a quarter of the volume each") {
  const FreshFolder folder;
  const EventTape tape = bars(folder, kBars + "0,10.00,10.10,9.90,10.05,103\n60,10.05,10.08,10.00,10.01,0\n");
  const Ticks path[] = {1000, 990, 1010, 1005, 1005, 1008, 1000, 1001};
  for (int i = 0; i < 8; ++i) CHECK(quote_at(tape, i * 15 * kSecond) == Quote{path[i] - 2, path[i] + 2, 1'000'000, 1'000'000});
  Lots volume = 0;
  std::vector<std::string> prints;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    if (tape[row].action != Action::trade) continue;
    volume += tape[row].quantity;
    prints.push_back(std::string{name(tape[row].side)} + " " + std::to_string(tape[row].price) + " x " +
                     std::to_string(tape[row].quantity));
  }
  CHECK(volume == 103);
  CHECK(prints == std::vector<std::string>{"sell 1000 x 25", "buy 990 x 25", "sell 1010 x 25", "buy 1005 x 28"});
  CHECK(tape.info().levels == "bars");
  CHECK(tape.find_fault().empty());
}

TEST_CASE("bars that contradict themselves, overlap or leave no room for the spread are refused") {
  const FreshFolder folder;
  const BadInput bad = test::failure_of([&] {
    bars(folder,
         kBars + "0,10.00,9.99,9.90,10.05,1\n60,10.00,10.10,10.02,10.05,1\n119,10,10,10,10,1\n180,0.02,1,0.02,1,1\n240,1,1,1,1,-1\n");
  });
  CHECK(codes_and_places(bad) == std::vector<std::string>{"bars.csv:2 DATA-FIELD high", "bars.csv:3 DATA-FIELD low",
                                                          "bars.csv:4 DATA-FIELD time", "bars.csv:5 DATA-FIELD low",
                                                          "bars.csv:6 DATA-FIELD volume"});
  CHECK(test::failure_of([&] { bars(folder, kBars, {{"half_spread_ticks", "0"}}); }).exit_code() == ExitCode::bad_scenario);
}

TEST_CASE("a time of the year 2200 or later is refused, whatever would be added to it") {
  const FreshFolder folder;
  CHECK(bars(folder, kBars + "7258118399.9,1,1,1,1,1\n").size() > 0);
  const BadInput late = test::failure_of([&] { bars(folder, kBars + "7258118400,1,1,1,1,1\n9223372036.8,1,1,1,1,1\n"); });
  CHECK(codes_and_places(late) == std::vector<std::string>{"bars.csv:2 DATA-FIELD time", "bars.csv:3 DATA-FIELD time"});
  const BadInput quote = test::failure_of([&] { quotes(folder, kQuotes + "9223372036.8,1,1,2,1\n"); });
  CHECK(codes_and_places(quote) == std::vector<std::string>{"quotes.csv:2 DATA-FIELD time"});
}

}  // namespace plimsoll
