/// What each ITCH message becomes on a tape.

#include "feed/itch.hpp"

#include "feed/compress.hpp"
#include "feed/feed_files.hpp"
#include "itch_writer.hpp"
#include "market/naive_book.hpp"

namespace plimsoll {
namespace {

using test::FreshFolder;
using test::ItchWriter;
using test::Settings;

using test::kOpen;
constexpr std::uint16_t kLocate = 14;
constexpr const char* kSymbol = "AAPL";

EventTape itch(const FreshFolder& folder, const std::string& bytes, Settings more = {}, bool strict = false) {
  more.emplace("path", folder.write("day.itch", bytes));
  more.emplace("date", "2019-01-30");
  return load_feed("itch", more, strict);
}

/// 2019-01-30 is winter: New York is five hours behind UTC.
TimePoint utc(Duration since_midnight) { return local_to_utc({2019, 1, 30}, since_midnight, "UTC") + 5 * 3'600 * kSecond; }

/// A market of one stock; prices in 0.0001.
struct Stock : ItchWriter {
  Stock() { directory(kLocate, 0, kSymbol); }
  Duration now = kOpen;
  void add(std::uint64_t id, Side side, std::uint32_t shares, std::uint32_t units) {
    ItchWriter::add(kLocate, ++now, kSymbol, {id, side, shares, units});
  }
  void execute(std::uint64_t id, std::uint32_t shares) { ItchWriter::execute(kLocate, ++now, id, shares); }
  void execute_at(std::uint64_t id, std::uint32_t shares, char printable, std::uint32_t units) {
    ItchWriter::execute_at(kLocate, ++now, id, shares, printable, units);
  }
  void cancel(std::uint64_t id, std::uint32_t shares) { ItchWriter::cancel(kLocate, ++now, id, shares); }
  void remove(std::uint64_t id) { ItchWriter::remove(kLocate, ++now, id); }
  void replace(std::uint64_t id, std::uint64_t new_id, std::uint32_t shares, std::uint32_t units) {
    ItchWriter::replace(kLocate, ++now, id, new_id, shares, units);
  }
  void trade(std::uint32_t shares, std::uint32_t units) { ItchWriter::trade(kLocate, ++now, kSymbol, shares, units); }
  void cross(std::uint64_t shares, std::uint32_t units) { ItchWriter::cross(kLocate, ++now, kSymbol, shares, units); }
  void state(char state) { trading_action(kLocate, ++now, kSymbol, state); }
};

/// "add buy 100 @ 16300" for each row.
std::vector<std::string> rows_of(const EventTape& tape) {
  constexpr const char* words[] = {"add", "cancel", "fill", "trade", "clear", "halt", "resume"};
  std::vector<std::string> out;
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const MarketEvent event = tape[i];
    std::string text = words[static_cast<std::size_t>(event.action)];
    if (event.action <= Action::trade)
      text += std::string{" "} + name(event.side) + " " + std::to_string(event.quantity) + " @ " + std::to_string(event.price);
    if (event.action == Action::trade && event.order > 0) text += "+" + std::to_string(event.order);
    out.push_back(text);
  }
  return out;
}

using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("an ITCH add, execution, cancel and delete are rows at the order's price, in UTC") {
  const FreshFolder folder;
  Stock stock;
  stock.add(7, Side::buy, 100, 1'630'000);
  stock.add(8, Side::sell, 50, 1'630'500);
  stock.execute(7, 30);
  stock.cancel(7, 20);
  stock.remove(7);
  stock.execute(8, 50);
  const EventTape tape = itch(folder, stock.bytes());
  CHECK(rows_of(tape) == Rows{"add buy 100 @ 16300", "add sell 50 @ 16305", "fill buy 30 @ 16300", "cancel buy 20 @ 16300",
                              "cancel buy 50 @ 16300", "fill sell 50 @ 16305"});
  CHECK(tape[0].time == utc(kOpen + 1));
  CHECK(tape.last_time() == utc(kOpen + 6));
  CHECK(tape.info().instrument.symbol == "AAPL");
  CHECK(tape.info().instrument.subticks == 100);
  CHECK(tape.info().timezone == "America/New_York");
  CHECK(tape.info().feed == "itch");
  CHECK(tape.info().source == "day.itch");
  CHECK(tape.find_fault() == "");
  CHECK(test::first_difference(tape) == "");
}

TEST_CASE("an ITCH replace loses its place in the queue even at the same price, and keeps its side") {
  const FreshFolder folder;
  Stock stock;
  stock.add(1, Side::sell, 10, 1'000'000);
  stock.add(2, Side::sell, 20, 1'000'000);
  stock.replace(1, 3, 15, 1'000'000);
  stock.execute(2, 20);
  const EventTape tape = itch(folder, stock.bytes());
  CHECK(rows_of(tape) ==
        Rows{"add sell 10 @ 10000", "add sell 20 @ 10000", "cancel sell 10 @ 10000", "add sell 15 @ 10000", "fill sell 20 @ 10000"});
  OrderBook book{tape.info()};
  for (std::size_t row = 0; row < 4; ++row) book.apply(tape[row]);
  CHECK(book.order(book.level(Side::sell, 10'000).front()).quantity == 20);
}

TEST_CASE("an ITCH execution with a price: a fill at the displayed price, else a cancel and a print; not printable, a cancel alone") {
  const FreshFolder folder;
  Stock stock;
  stock.add(1, Side::buy, 100, 1'000'000);
  stock.execute_at(1, 10, 'Y', 1'000'000);
  stock.execute_at(1, 20, 'Y', 1'000'050);
  stock.execute_at(1, 30, 'N', 1'000'000);
  stock.execute_at(99, 5, 'Y', 1'000'000);
  stock.execute_at(99, 5, 'N', 1'000'000);
  const EventTape tape = itch(folder, stock.bytes());
  CHECK(rows_of(tape) == Rows{"add buy 100 @ 10000", "fill buy 10 @ 10000", "cancel buy 20 @ 10000", "trade buy 20 @ 10000+50",
                              "cancel buy 30 @ 10000", "trade buy 5 @ 10000"});
  CHECK(tape.info().report.unknown_ids == 2);
}

TEST_CASE("the passive side of an ITCH trade follows from the book: sell above the mid, buy below it and when nothing tells") {
  const FreshFolder folder;
  Stock stock;
  stock.trade(1, 1'000'100);
  stock.add(1, Side::buy, 100, 1'000'000);
  stock.add(2, Side::sell, 100, 1'000'300);
  stock.trade(2, 1'000'151);
  stock.trade(3, 1'000'150);
  stock.trade(4, 1'000'149);
  stock.remove(2);
  stock.trade(5, 1'000'300);
  const EventTape tape = itch(folder, stock.bytes());
  CHECK(rows_of(tape) == Rows{"trade buy 1 @ 10001", "add buy 100 @ 10000", "add sell 100 @ 10003", "trade sell 2 @ 10001+51",
                              "trade buy 3 @ 10001+50", "trade buy 4 @ 10001+49", "cancel sell 100 @ 10003", "trade buy 5 @ 10003"});
}

TEST_CASE("ITCH crosses are prints; an empty cross is nothing; a broken trade is counted") {
  const FreshFolder folder;
  Stock stock;
  stock.cross(0, 0);
  stock.cross(1'500, 1'000'000);
  stock.broken(kLocate, ++stock.now, 2);
  const EventTape tape = itch(folder, stock.bytes(), {{"symbol", "AAPL"}});
  CHECK(rows_of(tape) == Rows{"trade buy 1500 @ 10000"});
  CHECK(tape.info().report.dropped == 1);
}

TEST_CASE("ITCH trading states: everything but T is a halt, and a repeated state is no row") {
  const FreshFolder folder;
  Stock stock;
  stock.state('T');
  stock.add(1, Side::buy, 100, 1'000'000);
  for (const char state : {'P', 'H', 'Q', 'T', 'T', 'Q'}) stock.state(state);
  const EventTape tape = itch(folder, stock.bytes());
  CHECK(rows_of(tape) == Rows{"add buy 100 @ 10000", "halt", "resume", "halt"});
  CHECK(tape.info().report.halts == 2);
}

TEST_CASE("ITCH messages that contradict the book are cut or left out, and counted") {
  const FreshFolder folder;
  Stock stock;
  stock.add(1, Side::buy, 10, 1'000'000);
  stock.add(1, Side::sell, 10, 1'000'100);  // reference taken: dropped
  stock.execute(1, 25);                     // more than is left: repaired
  stock.execute(1, 5);                      // gone: unknown
  stock.cancel(77, 5);                      // unknown
  stock.remove(78);                         // unknown
  stock.replace(79, 80, 5, 1'000'000);      // unknown, and so is 80
  stock.remove(80);
  stock.add(2, Side::buy, 10, 1'000'000);
  stock.cancel(2, 0);  // by nothing: dropped
  stock.now -= kSecond;
  stock.execute(2, 1);  // time goes back: reordered
  const EventTape tape = itch(folder, stock.bytes());
  CHECK(rows_of(tape) == Rows{"add buy 10 @ 10000", "fill buy 10 @ 10000", "add buy 10 @ 10000", "fill buy 1 @ 10000"});
  const ImportReport& report = tape.info().report;
  CHECK(report.rows_read == 11);
  CHECK(report.unknown_ids == 5);
  CHECK(report.repaired == 1);
  CHECK(report.dropped == 2);
  CHECK(report.reordered == 1);
  CHECK(tape[3].time == tape[2].time);
  const BadInput bad = test::failure_of([&] { itch(folder, stock.bytes(), {}, true); });
  CHECK(bad.errors().size() == 4);
  CHECK(bad.errors().front().code == "DATA-STRICT");
}

TEST_CASE("ITCH prices between ticks: tolerated below a dollar while rare, a fault above it or when the stock lives there") {
  const FreshFolder folder;
  Stock rare;
  for (std::uint64_t id = 1; id <= 199; ++id) rare.add(id, Side::buy, 10, 1'000'000);
  rare.add(200, Side::buy, 10, 5'001);
  rare.remove(200);
  const EventTape tape = itch(folder, rare.bytes());
  CHECK(tape.size() == 199);
  CHECK(tape.info().report.dropped == 2);      // the add and its delete
  CHECK(tape.info().report.unknown_ids == 0);  // the file did add the order; that we left it out is no gap in the file
  CHECK(itch(folder, rare.bytes(), {{"instrument.tick", "0.0001"}}).size() == 201);

  const auto refused = [&](const Stock& stock) { return test::failure_of([&] { itch(folder, stock.bytes()); }).errors().front(); };
  Stock above;
  for (std::uint64_t id = 1; id <= 199; ++id) above.add(id, Side::buy, 10, 1'000'000);
  above.add(200, Side::buy, 10, 10'001);
  CHECK(refused(above).code == "DATA-OFF-TICK");
  CHECK(refused(above).place == folder.path("day.itch") + "@" + std::to_string(above.starts().back()));
  Stock penny;
  for (std::uint64_t id = 1; id <= 50; ++id) penny.add(id, Side::buy, 10, id == 9 ? 5'001 : 5'000);
  CHECK(refused(penny).code == "DATA-OFF-TICK");
  CHECK(refused(penny).suggestion.find("instrument.tick") != std::string::npos);
  CHECK(refused(penny).place == folder.path("day.itch") + "@" + std::to_string(penny.starts()[9]));
}

TEST_CASE("an ITCH order left out for its price is not unknown: its executions are prints, its cancels dropped, its lots not lost") {
  const FreshFolder folder;
  Stock stock;
  constexpr std::uint64_t kRest = 500;
  for (std::uint64_t id = 1; id <= kRest; ++id) stock.add(id, Side::buy, 10, 4'000);
  stock.add(501, Side::sell, 100, 5'001);  // dropped
  stock.execute(501, 30);
  stock.execute_at(501, 10, 'Y', 4'999);
  stock.execute_at(501, 10, 'N', 4'999);  // dropped
  stock.cancel(501, 20);                  // dropped
  stock.execute(501, 40);                 // 30 are left: repaired
  stock.execute(501, 5);                  // gone: unknown, as of any order
  stock.add(502, Side::sell, 50, 5'001);  // dropped
  stock.add(502, Side::sell, 50, 5'000);  // reference taken: dropped
  stock.replace(502, 503, 60, 5'002);     // dropped
  stock.replace(503, 504, 70, 5'000);     // on the tick: an order of the book
  stock.execute(504, 70);
  const EventTape tape = itch(folder, stock.bytes());
  Rows rows = rows_of(tape);
  rows.erase(rows.begin(), rows.begin() + kRest);
  CHECK(rows == Rows{"trade sell 30 @ 50+1", "trade sell 10 @ 49+99", "trade sell 30 @ 50+1", "add sell 70 @ 50", "fill sell 70 @ 50"});
  const ImportReport& report = tape.info().report;
  CHECK(report.dropped == 6);
  CHECK(report.repaired == 1);
  CHECK(report.unknown_ids == 1);
}

TEST_CASE("messages that say nothing about trading, of any known or unknown type, are passed over") {
  const FreshFolder folder;
  Stock plain, full;
  full.system_event(1, 'O');
  for (const auto& [type, length] : {std::pair{'Y', 20},
                                     {'L', 26},
                                     {'V', 35},
                                     {'W', 12},
                                     {'K', 28},
                                     {'J', 35},
                                     {'h', 21},
                                     {'I', 50},
                                     {'N', 20},
                                     {'O', 48},
                                     {'z', 11},
                                     {'!', 300}}) {
    full.raw(type, kLocate, kOpen, std::string(static_cast<std::size_t>(length) - kItchPrefix, '\xff'));
  }
  plain.add(1, Side::buy, 10, 1'000'000);
  full.add(1, Side::buy, 10, 1'000'000);
  full.end();
  CHECK(itch(folder, full.bytes()).info().content_hash == itch(folder, plain.bytes()).info().content_hash);
}

TEST_CASE("an attributed ITCH add is an add") {
  const FreshFolder folder;
  ItchWriter writer;
  writer.add(kLocate, kOpen, kSymbol, {1, Side::sell, 10, 1'000'000}, true);
  CHECK(rows_of(itch(folder, writer.bytes())) == Rows{"add sell 10 @ 10000"});
}

TEST_CASE("in summer an ITCH clock is four hours behind UTC, and another zone may be set") {
  const FreshFolder folder;
  Stock stock;
  stock.add(1, Side::buy, 10, 1'000'000);
  const std::string path = folder.write("day.itch", stock.bytes());
  const TimePoint first = kOpen + 1;
  CHECK(load_feed("itch", {{"path", path}, {"date", "2019-07-30"}}).first_time() ==
        local_to_utc({2019, 7, 30}, first, "UTC") + 4 * 3'600 * kSecond);
  CHECK(load_feed("itch", {{"path", path}, {"date", "2019-07-30"}, {"timezone", "UTC"}}).first_time() ==
        local_to_utc({2019, 7, 30}, first, "UTC"));
}

TEST_CASE("one stock of many ITCH stocks is read by its symbol, with or without a directory") {
  const FreshFolder folder;
  for (const bool with_directory : {true, false}) {
    ItchWriter writer;
    if (with_directory) {
      writer.directory(1, 0, "MSFT");
      writer.directory(2, 0, "AAPL");
      writer.directory(3, 0, "IDLE");
    }
    writer.remove(2, kOpen, 500);  // before anything names the stock
    writer.add(1, kOpen, "MSFT", {10, Side::buy, 5, 1'000'000});
    writer.add(2, kOpen, "AAPL", {11, Side::buy, 6, 1'500'000});
    writer.execute(1, kOpen, 10, 5);
    writer.execute(2, kOpen, 10, 5);  // the locate does not go with the reference
    const EventTape tape = itch(folder, writer.bytes(), {{"symbol", "AAPL"}});
    CHECK(rows_of(tape) == Rows{"add buy 6 @ 15000"});
    CHECK(tape.info().instrument.symbol == "AAPL");
    CHECK(tape.info().report.unknown_ids == 2);

    const auto refused = [&](const Settings& settings) {
      const BadInput bad = test::failure_of([&] { itch(folder, writer.bytes(), settings); });
      CHECK(bad.exit_code() == ExitCode::bad_scenario);
      return bad.errors().front();
    };
    CHECK(refused({}).code == "SETTING-SYMBOL");
    CHECK(refused({}).suggestion == "name one, such as MSFT or AAPL");
    CHECK(refused({{"symbol", "APPL"}}).code == "SETTING-SYMBOL");
    CHECK(refused({{"symbol", "APPL"}}).suggestion.find("AAPL, ") != std::string::npos);
  }
}

TEST_CASE("an ITCH file needs a date") {
  const FreshFolder folder;
  const BadInput bad = test::failure_of([&] { load_feed("itch", {{"path", folder.write("day.itch", Stock{}.bytes())}}); });
  CHECK(bad.exit_code() == ExitCode::bad_scenario);
  CHECK(bad.errors().front().field == "date");
}

TEST_CASE("one pass over an ITCH file gives every stock the tape it has alone") {
  const FreshFolder folder;
  ItchWriter writer;
  const std::string symbols[] = {"MSFT", "AAPL", "ZVZZT"};
  for (std::uint16_t i = 0; i < 3; ++i) writer.directory(static_cast<std::uint16_t>(i + 1), 0, symbols[i]);
  writer.directory(9, 0, "IDLE");
  for (std::uint64_t id = 1; id <= 300; ++id) {
    const auto locate = static_cast<std::uint16_t>(1 + id % 3);
    writer.add(locate, kOpen + static_cast<Duration>(id), symbols[id % 3],
               {id, id % 2 == 0 ? Side::buy : Side::sell, 10, id % 2 == 0 ? 990'000u : 1'000'000u});
    if (id > 9) writer.remove(locate, kOpen + static_cast<Duration>(id), id - 9);
  }
  const std::string path = folder.write("day.itch.gz", test::gzip(writer.bytes()));
  const Settings settings{{"path", path}, {"date", "2019-01-30"}};
  const auto split = [&](const std::vector<std::string>& wanted) {
    std::vector<std::pair<std::string, std::string>> out;
    const auto refused = split_feed("itch", settings, wanted, false, [&](const EventTape& tape) {
      out.emplace_back(tape.info().instrument.symbol, tape.info().content_hash);
    });
    CHECK(refused.empty());
    return out;
  };
  std::vector<std::pair<std::string, std::string>> alone;
  for (const char* symbol : {"AAPL", "MSFT", "ZVZZT"}) {
    Settings one = settings;
    one["symbol"] = symbol;
    alone.emplace_back(symbol, load_feed("itch", one).info().content_hash);
  }
  CHECK(split({}) == alone);
  alone.erase(alone.begin() + 1);
  CHECK(split({"ZVZZT", "AAPL"}) == alone);
  CHECK_THROWS_AS(split({"AAPL", "NONE"}), BadInput);
}

TEST_CASE("a faulty stock of an ITCH file is refused and the others get their tapes") {
  const FreshFolder folder;
  ItchWriter writer;
  writer.add(1, kOpen, "GOOD", {1, Side::buy, 10, 1'000'000});
  writer.add(2, kOpen, "PENNY", {2, Side::buy, 10, 5'001});
  writer.add(3, kOpen, "ZERO", {3, Side::buy, 0, 1'000'000});
  std::vector<std::string> taken;
  const auto refused = split_feed("itch", {{"path", folder.write("day.itch", writer.bytes())}, {"date", "2019-01-30"}}, {}, false,
                                  [&](const EventTape& tape) { taken.push_back(tape.info().instrument.symbol); });
  CHECK(taken == std::vector<std::string>{"GOOD"});
  REQUIRE(refused.size() == 2);
  CHECK(refused[0].symbol == "PENNY");
  CHECK(refused[0].reason.errors().front().code == "DATA-OFF-TICK");
  CHECK(refused[1].symbol == "ZERO");
  CHECK(refused[1].reason.errors().front().field == "shares");
}

TEST_CASE("a generated tape written as ITCH and read again is the same tape") {
  const FreshFolder folder;
  const EventTape original = load_feed("synthetic", {{"duration_s", "600"}, {"warmup_s", "60"}});
  const auto again = [&](const EventTape& tape) {
    const std::string bytes = test::itch_of(tape, kSymbol, local_to_utc({2026, 1, 5}, 0, "UTC"));
    return load_feed("itch", {{"path", folder.write("day.itch", bytes)}, {"date", "2026-01-05"}, {"timezone", "UTC"}});
  };
  const EventTape back = again(original);
  REQUIRE(back.size() == original.size());
  std::size_t different = 0, prints = 0;
  for (std::size_t row = 0; row < original.size(); ++row) {
    const MarketEvent a = original[row];
    const MarketEvent b = back[row];
    prints += a.action == Action::trade;
    different += a.time != b.time || a.price != b.price || a.quantity != b.quantity || a.action != b.action;
    // A print's remainder is counted in other subticks, and ITCH does not say its side.
    different += a.action != Action::trade && (a.order != b.order || a.side != b.side);
  }
  CHECK(different == 0);
  CHECK(prints > 100);
  CHECK(again(back).info().content_hash == back.info().content_hash);
}

}  // namespace plimsoll
