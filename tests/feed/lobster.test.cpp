/// What each LOBSTER message becomes, on files small enough to read.

#include "feed/feed_files.hpp"
#include "feed/timezone.hpp"
#include "market/naive_book.hpp"
#include "market/order_book.hpp"

namespace plimsoll {
namespace {

using test::FreshFolder;
using test::Settings;

std::string shown(const EventTape& tape) {
  constexpr const char* words[] = {"add", "cancel", "fill", "trade", "clear", "halt", "resume"};
  std::string out;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    out += words[static_cast<std::size_t>(event.action)];
    if (event.action <= Action::trade) {
      out += std::string{" "} + name(event.side) + " " + std::to_string(event.price) + " x" + std::to_string(event.quantity);
    }
    out += "; ";
  }
  return out;
}

}  // namespace

TEST_CASE("types 1 to 4 become add, cancel and fill of the same order") {
  const FreshFolder folder;
  const EventTape tape = test::lobster(folder,
                                       "34200.1,1,7,100,5853300,1\n"
                                       "34200.2,2,7,30,5853300,1\n"
                                       "34200.3,4,7,20,5853300,1\n"
                                       "34200.4,3,7,50,5853300,1\n");
  CHECK(shown(tape) == "add buy 58533 x100; cancel buy 58533 x30; fill buy 58533 x20; cancel buy 58533 x50; ");
  CHECK(tape.find_fault() == "");
  CHECK(tape.info().report == ImportReport{.rows_read = 4, .longest_gap_ns = 100'000'000});
}

TEST_CASE("time is exact to the nanosecond, however many digits are printed") {
  const FreshFolder folder;
  const EventTape tape = test::lobster(folder,
                                       "34200,1,1,1,100,1\n"
                                       "34200.00426064,1,2,1,100,1\n"
                                       "34200.004447484,1,3,1,100,1\n"
                                       "35821.088778456004,1,4,1,100,1\n"
                                       "35821.088778456504,1,5,1,100,1\n");
  const TimePoint midnight = local_to_utc({2012, 6, 21}, 0, "America/New_York");
  CHECK(tape[0].time - midnight == 34'200'000'000'000);
  CHECK(tape[1].time - midnight == 34'200'004'260'640);
  CHECK(tape[2].time - midnight == 34'200'004'447'484);
  CHECK(tape[3].time - midnight == 35'821'088'778'456);
  CHECK(tape[4].time - midnight == 35'821'088'778'457);
}

TEST_CASE("hidden executions and crosses are prints that leave the book alone and may lie between ticks") {
  const FreshFolder folder;
  const EventTape tape = test::lobster(folder,
                                       "1,1,1,10,5853300,1\n"
                                       "2,5,0,40,5853350,-1\n"
                                       "3,6,0,500,5853400,-1\n");
  REQUIRE(tape.size() == 3);
  CHECK(shown(tape) == "add buy 58533 x10; trade sell 58533 x40; trade sell 58534 x500; ");
  CHECK(trade_subticks(tape[1], tape.info().instrument.subticks) == 5'853'350);
  CHECK(trade_subticks(tape[2], tape.info().instrument.subticks) == 5'853'400);
  CHECK(tape.info().report.unknown_ids == 0);
}

TEST_CASE("status rows: halt at -1, still halted when quoting resumes at 0, trading again at 1") {
  const FreshFolder folder;
  const EventTape tape = test::lobster(folder,
                                       "1,1,1,10,5853300,1\n"
                                       "2,7,0,0,-1,-1\n"
                                       "3,7,0,0,0,-1\n"
                                       "4,1,2,10,5853200,1\n"
                                       "50,7,0,0,1,-1\n");
  CHECK(shown(tape) == "add buy 58533 x10; halt; add buy 58532 x10; resume; ");
  CHECK(tape.info().report.halts == 1);
  CHECK(tape.info().report.gaps == 0);  // a silence while halted is none
}

TEST_CASE("an execution of an order never seen becomes a print, a cancel of one is dropped, both are counted") {
  const FreshFolder folder;
  const EventTape tape = test::lobster(folder,
                                       "1,1,1,10,5853300,1\n"
                                       "2,4,99,5,5853300,1\n"
                                       "3,3,98,5,5853300,1\n");
  CHECK(shown(tape) == "add buy 58533 x10; trade buy 58533 x5; ");
  CHECK(tape.info().report.unknown_ids == 2);
  CHECK(tape.info().report.dropped == 1);
}

TEST_CASE("the first book row minus message 1 is what rested before, in anonymous orders") {
  const FreshFolder folder;
  const std::string seed = folder.write("book.csv", "5860000,30,5853300,18,5870000,40,5853000,150\nrubbish that is never read\n");
  std::vector<LobsterNote> notes;
  const std::string path = folder.write("m.csv", "1,1,7,18,5853300,1\n2,1,8,5,5859900,-1\n");
  const EventTape tape = load_lobster(FeedSettings{lobster_feed(), {{"path", path}, {"date", "2012-06-21"}, {"seed_book", seed}}}, &notes);
  CHECK(shown(tape) == "add buy 58530 x150; add sell 58600 x30; add sell 58700 x40; add buy 58533 x18; add sell 58599 x5; ");
  CHECK(tape.info().report.invented == 3);
  CHECK(notes.size() == 3);
}

TEST_CASE("when message 1 takes volume away, the seed gives it back first") {
  const FreshFolder folder;
  const std::string seed = folder.write("book.csv", "5860000,30,5853300,18\n");
  const EventTape tape = test::lobster(folder, "1,4,7,12,5860000,-1\n", {{"seed_book", seed}});
  CHECK(shown(tape) == "add buy 58533 x18; add sell 58600 x42; fill sell 58600 x12; ");
  CHECK(tape.info().report.unknown_ids == 1);
}

TEST_CASE("an order never seen is taken from the anonymous volume at its price, and what is not there becomes a print") {
  const FreshFolder folder;
  const std::string seed = folder.write("book.csv", "5860000,30,5853300,18\n");
  const EventTape tape = test::lobster(folder,
                                       "1,1,7,18,5853300,1\n"
                                       "2,1,8,50,5860000,-1\n"
                                       "3,4,99,20,5860000,-1\n"
                                       "4,4,98,15,5860000,-1\n",
                                       {{"seed_book", seed}});
  CHECK(shown(tape) ==
        "add sell 58600 x30; add buy 58533 x18; add sell 58600 x50; fill sell 58600 x20; fill sell 58600 x10; "
        "trade sell 58600 x5; ");
  CHECK(tape.info().report.unknown_ids == 2);
  CHECK(tape.find_fault() == "");
}

TEST_CASE("the paired book reveals a level that enters its window, and a level that was inside all the time is repaired") {
  const FreshFolder folder;
  const std::string book = folder.write("book.csv",
                                        "5860000,30,5853300,18\n"  // window of one level; message 1 is the bid
                                        "5870000,40,5853300,18\n"  // the ask went; 58700 comes into the window
                                        "5870000,25,5853300,18\n"  // nothing said that 15 lots would go
                                        "5870000,25,5853300,20\n");
  std::vector<LobsterNote> notes;
  const std::string path = folder.write("m.csv", "1,1,7,18,5853300,1\n2,3,50,30,5860000,-1\n3,5,0,1,5860000,-1\n4,5,0,1,5860000,-1\n");
  const EventTape tape = load_lobster(FeedSettings{lobster_feed(), {{"path", path}, {"date", "2012-06-21"}, {"book", book}}}, &notes);
  using Kind = LobsterNote::Kind;
  const std::vector<LobsterNote> expected = {{Kind::seed, 1, Side::sell, 58'600, 30},
                                             {Kind::unknown_id, 2, Side::sell, 58'600, 30},
                                             {Kind::reveal, 2, Side::sell, 58'700, 40},
                                             {Kind::repair, 3, Side::sell, 58'700, -15},
                                             {Kind::repair, 4, Side::buy, 58'533, 2}};
  CHECK(notes == expected);
  CHECK(tape.info().report.invented == 2);
  CHECK(tape.info().report.repaired == 2);
  CHECK(test::first_difference(tape) == "");
}

TEST_CASE(
    "volume that went while its level was outside the window has vanished, not been invented, and a side with free slots hides nothing") {
  const FreshFolder folder;
  const std::string book = folder.write("book.csv",
                                        "5860000,30,5853300,18\n"
                                        "5859000,10,5853300,18\n"       // a better ask pushes 58600 out
                                        "5860000,20,5853300,18\n"       // it comes back with 20
                                        "5860000,20,-9999999999,0\n");  // no bid at all: what we hold is a ghost
  const std::string messages = "1,1,7,18,5853300,1\n2,1,8,10,5859000,-1\n3,3,8,10,5859000,-1\n4,5,0,1,5853300,1\n";
  std::vector<LobsterNote> notes;
  const std::string path = folder.write("m.csv", messages);
  const EventTape tape = load_lobster(FeedSettings{lobster_feed(), {{"path", path}, {"date", "2012-06-21"}, {"book", book}}}, &notes);
  CHECK(shown(tape) ==
        "add sell 58600 x30; add buy 58533 x18; add sell 58590 x10; cancel sell 58590 x10; cancel sell 58600 x10; "
        "trade buy 58533 x1; cancel buy 58533 x18; ");
  using Kind = LobsterNote::Kind;
  const std::vector<LobsterNote> expected = {
      {Kind::seed, 1, Side::sell, 58'600, 30}, {Kind::vanished, 3, Side::sell, 58'600, -10}, {Kind::repair, 4, Side::buy, 58'533, -18}};
  CHECK(notes == expected);
  CHECK(tape.info().report.invented == 1);
  CHECK(tape.info().report.repaired == 2);
}

TEST_CASE("no row of the paired book is used before its message: later rows cannot change the earlier tape") {
  const FreshFolder folder;
  const std::string messages = "1,1,7,18,5853300,1\n2,1,8,10,5859000,-1\n3,3,8,10,5859000,-1\n4,1,9,10,5859000,-1\n";
  const std::string first_rows = "5860000,30,5853300,18\n5859000,10,5853300,18\n";
  const std::string good = folder.write("good.csv", first_rows + "5860000,30,5853300,18\n5859000,10,5853300,18\n");
  const std::string poison = folder.write("poison.csv", first_rows + "5861000,99,5853300,7\n5859000,11,5853200,18\n");
  const EventTape clean = test::lobster(folder, messages, {{"book", good}});
  const EventTape poisoned = test::lobster(folder, messages, {{"book", poison}});
  std::size_t same = 0;
  const auto equal = [&](std::size_t row) {
    const MarketEvent a = clean[row], b = poisoned[row];
    return a.time == b.time && a.price == b.price && a.quantity == b.quantity && a.action == b.action;
  };
  while (same < clean.size() && same < poisoned.size() && equal(same)) ++same;
  CHECK(same >= 4);  // seed, message 1, message 2, message 3
  CHECK(poisoned.size() > clean.size());
}

TEST_CASE("a cancel or fill above the open size is cut to it, a full cancel takes all there is, and both are counted as repaired") {
  const FreshFolder folder;
  const EventTape tape = test::lobster(folder,
                                       "1,1,1,10,5853300,1\n2,4,1,25,5853300,1\n"
                                       "3,1,2,10,5853300,1\n4,3,2,4,5853300,1\n");
  CHECK(shown(tape) == "add buy 58533 x10; fill buy 58533 x10; add buy 58533 x10; cancel buy 58533 x10; ");
  CHECK(tape.info().report.repaired == 2);
}

TEST_CASE("a second order under a live id is dropped and counted") {
  const FreshFolder folder;
  const EventTape tape = test::lobster(folder, "1,1,1,10,5853300,1\n2,1,1,99,5853200,1\n");
  CHECK(tape.size() == 1);
  CHECK(tape.info().report.dropped == 1);
}

TEST_CASE("rows that go back in time are sorted stably and counted; with a paired book they keep their place") {
  const FreshFolder folder;
  const std::string messages = "1,1,1,10,5853300,1\n5,1,2,20,5853300,1\n2,1,3,30,5853300,1\n2,1,4,40,5853300,1\n6,1,5,50,5853300,1\n";
  const EventTape sorted = test::lobster(folder, messages);
  CHECK(shown(sorted) == "add buy 58533 x10; add buy 58533 x30; add buy 58533 x40; add buy 58533 x20; add buy 58533 x50; ");
  CHECK(sorted.info().report.reordered == 2);
  const std::string empty_ask = "9999999999,0,5853300,";
  std::string rows;
  for (const char* lots : {"10", "30", "60", "100", "150"}) rows += empty_ask + lots + "\n";
  const std::string book = folder.write("book.csv", rows);
  const EventTape kept = test::lobster(folder, messages, {{"book", book}});
  CHECK(shown(kept) == "add buy 58533 x10; add buy 58533 x20; add buy 58533 x30; add buy 58533 x40; add buy 58533 x50; ");
  CHECK(kept.info().report.reordered == 2);
  CHECK(kept.info().report.repaired == 0);
  CHECK(kept.find_fault() == "");
}

TEST_CASE("a header line, CRLF, a participant column and a missing last newline are accepted") {
  const FreshFolder folder;
  const std::string plain = "1,1,1,10,5853300,1\n2,1,2,10,5860000,-1\n";
  const std::string book = "5860000,0,5853300,10\n5860000,10,5853300,10\n";
  const auto hash = [&](const std::string& messages, const std::string& rows) {
    return test::lobster(folder, messages, {{"book", folder.write("book.csv", rows)}}).info().content_hash;
  };
  const std::string expected = hash(plain, book);
  CHECK(hash("Time,Type,OrderID,Size,Price,Direction\n" + plain, "AskPrice1,AskSize1,BidPrice1,BidSize1\n" + book) == expected);
  CHECK(hash("1,1,1,10,5853300,1\r\n2,1,2,10,5860000,-1\r\n", "5860000,0,5853300,10\r\n5860000,10,5853300,10\r\n") == expected);
  CHECK(hash("1,1,1,10,5853300,1,null\n2,1,2,10,5860000,-1,GSCO\n", book) == expected);
  CHECK(hash("1,1,1,10,5853300,1\n2,1,2,10,5860000,-1", "5860000,0,5853300,10\n5860000,10,5853300,10") == expected);
}

TEST_CASE("symbol and date come from the file name, and settings override the instrument exactly") {
  const FreshFolder folder;
  const std::string path = folder.write("MSFT_2012-06-21_34200000_57600000_message_5.csv", "34200,1,1,200,310000,1\n");
  const EventTape own = load_feed("lobster", {{"path", path}});
  CHECK(own.info().instrument.symbol == "MSFT");
  CHECK(own.first_time() == 1'340'285'400 * kSecond);
  CHECK(own.info().timezone == "America/New_York");
  const EventTape set = load_feed("lobster", {{"path", path},
                                              {"instrument.symbol", "X"},
                                              {"instrument.currency", "EUR"},
                                              {"instrument.tick", "0.005"},
                                              {"instrument.lot", "100"},
                                              {"instrument.multiplier", "10"}});
  CHECK(set.info().instrument == Instrument{"X", "EUR", 5'000'000, 100'000'000'000, 10, 50});
  CHECK(set[0].price == 6'200);
  CHECK(set[0].quantity == 2);
}

}  // namespace plimsoll
