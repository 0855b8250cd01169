/// Captures of Binance streams, made here: what becomes of updates, trades, snapshots, gaps, and everything that can be wrong with a line.

#include <map>

#include "feed/binance_capture.hpp"
#include "feed/compress.hpp"
#include "market/order_book.hpp"

namespace plimsoll {
namespace {

using test::binance;
using test::Capture;
using test::FreshFolder;
using test::Settings;
using test::started;

constexpr TimePoint kStart = 1'700'000'000'000 * kMillisecond;

OrderBook book_after(const EventTape& tape, TimePoint time) {
  OrderBook book{tape.info()};
  for (std::size_t row = 0; row < tape.size() && tape[row].time <= time; ++row) book.apply(tape[row]);
  return book;
}
Quote quote_at(const EventTape& tape, int ms) { return book_after(tape, kStart + ms * kMillisecond).quote(); }

std::map<Action, Lots> lots_by_action(const EventTape& tape) {
  std::map<Action, Lots> out;
  for (std::size_t row = 0; row < tape.size(); ++row) out[tape[row].action] += tape[row].quantity;
  return out;
}

std::vector<std::string> codes_of(const BadInput& bad) {
  std::vector<std::string> out;
  for (const InputError& error : bad.errors()) out.push_back(error.code);
  return out;
}

}  // namespace

TEST_CASE("the book begins with the update that straddles the snapshot, at that update's time") {
  const FreshFolder folder;
  for (const bool futures : {true, false}) {
    const EventTape tape = binance(folder, started(futures).text(), {}, true);
    CHECK(tape.first_time() == kStart + 1000 * kMillisecond);
    CHECK(quote_at(tape, 1000) == Quote{100, 101, 5, 7});
    const OrderBook book = book_after(tape, kNever);
    CHECK(book.level(Side::buy, 99).lots == 9);
    CHECK(book.next_worse(Side::sell, 101) == 103);
    CHECK(tape.info().report == ImportReport{.rows_read = 2, .invented = 4});
    CHECK(tape.info().levels == "pro_rata");
    CHECK(tape.info().instrument.symbol == "TEST");
  }
}

TEST_CASE("a snapshot may come later than the stream: updates before it are put aside, trades before the book are not on the tape") {
  const FreshFolder folder;
  Capture capture;
  capture.depth(900, 80, 90, 79, {{"10.0", "77"}}, {});
  capture.trade(950, 1, "10.0", "1", true);
  capture.depth(1000, 95, 110, 90, {{"9.9", "9"}}, {});
  capture.depth(1100, 115, 120, 110, {{"10.0", "6"}}, {});
  capture.snapshot(100, {{"10.0", "5"}}, {{"10.1", "7"}});
  const EventTape tape = binance(folder, capture.text(), {}, true);
  CHECK(tape.first_time() == kStart + 1000 * kMillisecond);
  CHECK(quote_at(tape, 1000).bid_lots == 5);
  CHECK(quote_at(tape, 1100).bid_lots == 6);
  CHECK(lots_by_action(tape)[Action::fill] == 0);
}

TEST_CASE("a trade fills the level at once, and the next update sets it to what the venue says, never both") {
  const FreshFolder folder;
  Capture capture = started();
  capture.trade(1010, 1, "10.1", "2", false);
  capture.depth(1020, 111, 120, 110, {}, {{"10.1", "5"}});  // says the same
  capture.trade(1030, 2, "10.0", "1", true);
  capture.depth(1040, 121, 130, 120, {{"9.9", "10"}}, {});  // does not name 10.0: the trade is not in it yet
  capture.depth(1050, 131, 140, 130, {{"10.0", "4"}}, {});
  const EventTape tape = binance(folder, capture.text(), {}, true);
  CHECK(quote_at(tape, 1010) == Quote{100, 101, 5, 5});
  CHECK(quote_at(tape, 1020) == Quote{100, 101, 5, 5});
  CHECK(quote_at(tape, 1030).bid_lots == 4);
  CHECK(quote_at(tape, 1040).bid_lots == 5);
  CHECK(quote_at(tape, 1050).bid_lots == 4);
  CHECK(lots_by_action(tape)[Action::fill] == 3);
}

TEST_CASE("a print behind better levels withdraws them; what the book does not hold is a print outside it") {
  const FreshFolder folder;
  Capture capture = started();
  capture.trade(1010, 1, "10.3", "6", false);
  capture.depth(1020, 111, 120, 110, {}, {{"10.1", "0"}, {"10.3", "0"}, {"10.4", "2"}});
  const EventTape tape = binance(folder, capture.text(), {}, true);
  CHECK(quote_at(tape, 1010).ask == kNoAsk);
  CHECK(quote_at(tape, 1020).ask == 104);
  CHECK(tape.info().report.overtaken == 1);
  CHECK(tape.info().report.unbooked == 1);
  CHECK(lots_by_action(tape)[Action::fill] == 4);
  CHECK(lots_by_action(tape)[Action::trade] == 2);
}

TEST_CASE("a gap in the chain halts trading until an update straddles the next snapshot; strict refuses it") {
  const FreshFolder folder;
  for (const bool futures : {true, false}) {
    Capture capture = started(futures);
    capture.depth(1020, 121, 130, 119, {{"9.8", "1"}}, {});
    capture.trade(1025, 1, "10.1", "2", false);
    capture.depth(1030, 131, 140, 130, {{"9.7", "1"}}, {});
    capture.snapshot(150, {{"10.0", "3"}}, {{"10.1", "7"}, {"10.2", "2"}});
    capture.depth(1040, 141, 155, 140, {{"9.9", "2"}}, {});
    const EventTape tape = binance(folder, capture.text());
    CHECK(book_after(tape, kStart + 1020 * kMillisecond).halted());
    CHECK(quote_at(tape, 1030) == Quote{100, 101, 5, 7});
    const OrderBook after = book_after(tape, kNever);
    CHECK(!after.halted());
    CHECK(after.quote() == Quote{100, 101, 3, 7});
    CHECK(after.level(Side::buy, 99).lots == 2);
    CHECK(after.next_worse(Side::sell, 101) == 102);  // 10.3 is beyond what the snapshot knows
    CHECK(tape.info().report.chain_gaps == 1);
    CHECK(tape.info().report.repaired == 3);  // 10.0, 9.9 and 10.3
    CHECK(tape.info().report.halts == 1);
    CHECK(lots_by_action(tape)[Action::trade] == 2);
    CHECK(test::has_code(test::failure_of([&] { binance(folder, capture.text(), {}, true); }), "DATA-STRICT"));
  }
}

TEST_CASE("updates and trades that were seen before are dropped, trades of the insurance fund are left out") {
  const FreshFolder folder;
  Capture capture = started();
  capture.depth(1010, 111, 120, 110, {{"10.0", "6"}}, {});
  capture.depth(1010, 111, 120, 110, {{"10.0", "6"}}, {});
  capture.trade(1020, 7, "10.1", "1", false);
  capture.trade(1020, 7, "10.1", "1", false);
  capture.trade(1021, 8, "10.1", "1", false, "INSURANCE_FUND");
  capture.trade(1022, 10, "10.1", "1", false);
  const EventTape tape = binance(folder, capture.text());
  CHECK(tape.info().report.dropped == 2);
  CHECK(tape.info().report.chain_gaps == 1);  // trade 9 is missing
  CHECK(lots_by_action(tape)[Action::fill] == 2);
}

TEST_CASE("best quotes of the venue are compared with the book at the update of the same id, whichever comes first in the capture") {
  const FreshFolder folder;
  Capture capture = started();
  capture.best(1001, 110, {"10.0", "5"}, {"10.1", "7"});
  capture.best(1010, 115, {"10.0", "50"}, {"10.1", "7"});  // between two updates: no comparison
  capture.best(1020, 120, {"10.0", "6"}, {"10.1", "7"});
  capture.depth(1020, 111, 120, 110, {{"10.0", "6"}}, {});
  for (const char* use : {"merge", "check"}) {
    Capture wrong = capture;
    wrong.depth(1030, 121, 130, 120, {{"10.0", "8"}}, {}).best(1031, 130, {"10.0", "9"}, {"10.1", "7"});
    CHECK(binance(folder, capture.text(), {{"best_quotes", use}}, true).info().report.checked == 2);
    const ImportReport report = binance(folder, wrong.text(), {{"best_quotes", use}}).info().report;
    CHECK(report.checked == 3);
    CHECK(report.contradicted == 1);
    const auto strict = [&] { binance(folder, wrong.text(), {{"best_quotes", use}}, true); };
    CHECK(test::has_code(test::failure_of(strict), "DATA-STRICT"));
  }
}

TEST_CASE("a merged best quote moves the book ahead of the updates, and an older update does not undo it") {
  const FreshFolder folder;
  Capture capture = started();
  capture.best(1010, 115, {"9.9", "3"}, {"10.2", "2"});  // 10.0 and 10.1 are gone, 10.2 is new
  capture.depth(1020, 111, 113, 110, {{"10.0", "2"}, {"9.8", "1"}}, {{"10.3", "9"}});
  capture.depth(1030, 114, 120, 113, {{"10.0", "0"}, {"9.9", "4"}}, {{"10.1", "1"}});
  const EventTape merged = binance(folder, capture.text(), {}, true);
  CHECK(quote_at(merged, 1010) == Quote{99, 102, 3, 2});
  CHECK(quote_at(merged, 1020) == Quote{99, 102, 3, 2});
  CHECK(book_after(merged, kStart + 1020 * kMillisecond).level(Side::buy, 98).lots == 1);
  CHECK(book_after(merged, kStart + 1020 * kMillisecond).level(Side::sell, 103).lots == 9);
  CHECK(quote_at(merged, 1030) == Quote{99, 101, 4, 1});
  CHECK(book_after(merged, kNever).next_worse(Side::sell, 101) == 103);  // the update of id 120 knows no 10.2
  CHECK(quote_at(binance(folder, capture.text(), {{"best_quotes", "check"}}, true), 1010) == Quote{100, 101, 5, 7});
}

TEST_CASE("on spot a best quote is known from the time of the next message that has one") {
  const FreshFolder folder;
  Capture capture = started(false);
  capture.best(0, 115, {"10.0", "1"}, {"10.1", "2"});
  capture.trade(1010, 1, "9.0", "1", true, "MARKET");
  capture.best(0, 116, {"10.0", "77"}, {"10.1", "77"});  // nothing follows
  const EventTape tape = binance(folder, capture.text(), {}, true);
  CHECK(quote_at(tape, 1009) == Quote{100, 101, 5, 7});
  CHECK(quote_at(tape, 1010) == Quote{100, 101, 1, 2});
}

TEST_CASE("a second snapshot of a sound book reaches deeper or repairs it, levels of the straddling update aside") {
  const FreshFolder folder;
  Capture capture = started();
  capture.snapshot(115, {{"10.0", "5"}, {"9.9", "8"}, {"9.0", "1"}}, {{"10.1", "6"}, {"10.3", "4"}});
  capture.depth(1020, 111, 120, 110, {{"9.9", "7"}}, {});
  const EventTape tape = binance(folder, capture.text());
  CHECK(tape.info().report.invented == 4 + 1);
  CHECK(tape.info().report.repaired == 1);
  CHECK(quote_at(tape, 1020) == Quote{100, 101, 5, 6});
  CHECK(book_after(tape, kNever).level(Side::buy, 99).lots == 7);
}

TEST_CASE("the chain goes on from one file to the next, also compressed; the second alone has no book") {
  const FreshFolder folder;
  Capture second;
  second.depth(2000, 111, 120, 110, {{"10.0", "6"}}, {});
  const std::string one = folder.write("one.gz", test::gzip(started().text()));
  const std::string two = folder.write("two.zst", test::zstd(second.text()));
  const EventTape tape = binance(folder, "", {{"path", one + ", " + two}}, true);
  CHECK(quote_at(tape, 2000).bid_lots == 6);
  CHECK(tape.info().source == "one.gz + two.zst");
  const BadInput alone = test::failure_of([&] { binance(folder, "", {{"path", two}}); });
  CHECK(codes_of(alone) == std::vector<std::string>{"DATA-NO-SNAPSHOT"});
  CHECK(alone.exit_code() == ExitCode::bad_data);
  const BadInput swapped = test::failure_of([&] { binance(folder, "", {{"path", two + ", " + one}}, true); });
  CHECK(test::has_code(swapped, "DATA-STRICT"));
}

TEST_CASE("lines of other capture programs, unknown fields and unknown events are read or passed over") {
  const FreshFolder folder;
  const std::string text =
      "wss://fstream.binance.com/stream?streams=a@depth <-> 1700000000.1\n\n"
      "https://fapi.binance.com/fapi/v1/depth?symbol=TEST&limit=1000 -> 1700000000.1: "
      R"({"lastUpdateId":100,"E":1,"new":[[1,{"x":[]}]],"bids":[["10.0","5","extra"]],"asks":[["10.1","7"]]})"
      "\n1700000000.2: "
      R"({"e":"depthUpdate","E":1700000001000,"T":1700000001000,"s":"TEST","U":99,"u":110,"pu":98,"b":[],"a":[],)"
      R"("later":{"U":1,"b":[["1","1"]]}})"
      "\n"
      R"({"data":{"e":"kline","E":1700000001000,"s":"OTHER","k":{"t":1}},"stream":"other@kline_1m"})"
      "\n";
  const EventTape tape = binance(folder, text, {}, true);
  CHECK(quote_at(tape, 1000) == Quote{100, 101, 5, 7});
}

TEST_CASE("every fault of a capture is named with file and line, all in one go") {
  const FreshFolder folder;
  Capture capture = started();                                                    // lines 1 and 2
  capture.depth(1010, 111, 120, 110, {{"10.05", "6"}, {"10.0", "6.5"}}, {});      // 3: off tick, off lot
  capture.depth(1020, 121, 130, 120, {{"0", "6"}, {"-1", "6"}, {"x", "1"}}, {});  // 4
  capture.line(R"({"stream":"t","data":{"e":"depthUpdate","s":"TEST","E":1,"T":1,"U":131,"pu":130,"b":[],"a":[]}})");  // 5: no u
  capture.line(R"({"stream":"t","data":{"e":"trade","s":"TEST","E":1700000001000,"T":1700000001000,"t":1,"p":"10.1","m":true}})");  // 6
  capture.line(R"({"stream":"t","data":{"e":"depthUpdate")");                                                                       // 7
  capture.line(R"({"e":"depthUpdate","s":"TEST","E":1,"T":1700000001000,"U":131,"u":140,"pu":130,"b":[["1"]],"a":[]})");            // 8
  capture.line(R"({"e":"depthUpdate","s":"TEST","E":1700000001000,"U":131,"u":140,"b":[],"a":[]})");                                // 9
  capture.depth(1030, 150, 140, 130, {}, {});                                                                                       // 10
  const BadInput bad = test::failure_of([&] { binance(folder, capture.text()); });
  CHECK(bad.exit_code() == ExitCode::bad_data);
  std::vector<std::string> found;
  for (const InputError& error : bad.errors()) found.push_back(error.place.substr(error.place.rfind(':') + 1) + " " + error.code);
  CHECK(found == std::vector<std::string>{"3 DATA-OFF-TICK", "3 DATA-OFF-LOT", "4 DATA-FIELD", "4 DATA-FIELD", "4 DATA-FIELD",
                                          "5 DATA-FIELD", "6 DATA-FIELD", "7 DATA-JSON", "8 DATA-FIELD", "9 DATA-MIXED", "10 DATA-FIELD"});
  CHECK(bad.errors()[0].place == folder.path("capture") + ":3");
}

TEST_CASE("a capture that is cut, empty, or of unknown tick is refused with what to do") {
  const FreshFolder folder;
  const std::string whole = test::gzip(started().text());
  const auto cut = [&] { binance(folder, whole.substr(0, whole.size() / 2)); };
  CHECK(test::has_code(test::failure_of(cut), "DATA-TRUNCATED"));
  CHECK(test::has_code(test::failure_of([&] { binance(folder, "\n"); }), "DATA-EMPTY"));
  CHECK(test::has_code(test::failure_of([&] { binance(folder, started().text(), {{"symbol", "OTHER"}}); }), "DATA-EMPTY"));
  const BadInput bare = test::failure_of([&] { load_feed("binance", {{"path", folder.write("bare", started().text())}}); });
  CHECK(codes_of(bare) == std::vector<std::string>{"SETTING-REQUIRED", "SETTING-REQUIRED"});
  CHECK(bare.exit_code() == ExitCode::bad_scenario);
  CHECK(test::has_code(test::failure_of([&] { binance(folder, started().text(), {{"cancelled", "some"}}); }), "SETTING-CHOICE"));
  CHECK(test::has_code(test::failure_of([&] { binance(folder, started().text(), {{"best_quotes", "no"}}); }), "SETTING-CHOICE"));
}

TEST_CASE("of several symbols one is read; a snapshot without a name is then a fault") {
  const FreshFolder folder;
  Capture other{true, "OTHER"};
  other.depth(1000, 1, 2, 0, {{"1.0", "1"}}, {});
  const std::string named = R"({"lastUpdateId":100,"symbol":"TEST","bids":[["10.0","5"]],"asks":[]})";
  Capture capture;
  capture.line(named).depth(1000, 99, 110, 98, {{"9.9", "9"}}, {});
  CHECK(quote_at(binance(folder, other.text() + capture.text(), {{"symbol", "TEST"}}, true), 1000).bid == 100);
  const auto nameless = [&] { binance(folder, other.text() + started().text(), {{"symbol", "TEST"}}); };
  CHECK(codes_of(test::failure_of(nameless)) == std::vector<std::string>{"DATA-SYMBOL"});
}

TEST_CASE("ids and times at the end of 64 bits are faults, not arithmetic") {
  const FreshFolder folder;
  for (const char* id : {"9223372036854775807", "18446744073709551615", "-9223372036854775808"}) {
    INFO(id);
    const std::string last = std::string{R"({"lastUpdateId":)"} + id + R"(,"bids":[],"asks":[]})";
    const std::string update =
        std::string{R"({"e":"depthUpdate","s":"TEST","E":1700000001000,"T":1700000001000,"U":1,"u":)"} + id + R"(,"pu":0,"b":[],"a":[]})";
    const std::string trade =
        std::string{R"({"e":"trade","s":"TEST","E":1700000001000,"T":1700000001000,"t":)"} + id + R"(,"p":"10.1","q":"1","m":true})";
    for (const bool futures : {true, false}) {
      Capture capture = started(futures);
      capture.line(last).line(trade);
      if (futures) capture.line(update);
      CHECK(codes_of(test::failure_of([&] { binance(folder, capture.text()); })) ==
            std::vector<std::string>(futures ? 3 : 2, "DATA-FIELD"));
    }
  }
  for (const char* time : {"9223372036854", "9223372036854775", "9223372036854775807", "7258118400000"}) {
    INFO(time);
    Capture capture = started();
    capture.line(std::string{R"({"e":"depthUpdate","s":"TEST","E":1700000001000,"T":)"} + time +
                 R"(,"U":111,"u":120,"pu":110,"b":[],"a":[]})");
    CHECK(codes_of(test::failure_of([&] { binance(folder, capture.text()); })) == std::vector<std::string>{"DATA-FIELD"});
  }
}

TEST_CASE("many snapshots in any order are looked up by their id") {
  const FreshFolder folder;
  Capture capture;
  for (long id = 20'000; id > 0; --id) capture.snapshot(2 * id + 1'000'000, {{"10.0", "9"}}, {{"10.1", "9"}});
  capture.snapshot(100, {{"10.0", "5"}}, {{"10.1", "7"}});
  for (long id = 0; id < 20'000; ++id) capture.depth(1000, 99 + id, 100 + id, 98 + id, {}, {});
  const EventTape tape = binance(folder, capture.text(), {}, false);
  CHECK(quote_at(tape, 1000).bid_lots == 5);
}

}  // namespace plimsoll
