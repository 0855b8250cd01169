// Writes the seed inputs that stand in corpus/: synthetic content only, a few hundred bytes each.
//   PLIMSOLL_CORPUS=FOLDER fuzz_make_corpus
#include <fstream>

#include "feed/binance_capture.hpp"
#include "feed/compress.hpp"
#include "feed/feed.hpp"
#include "fuzz_target.hpp"
#include "io/tape_file.hpp"
#include "itch_writer.hpp"
#include "market/tape_builder.hpp"

namespace {

using namespace plimsoll;

constexpr Duration kOpen = 34'200 * kSecond;

std::string itch() {
  test::ItchWriter writer;
  writer.system_event(1, 'O');
  writer.directory(1, 2, "TEST");
  writer.trading_action(1, 3, "TEST", 'T');
  writer.add(1, kOpen, "TEST", {1, Side::buy, 100, 1'000'000});
  writer.add(1, kOpen + 1, "TEST", {2, Side::sell, 100, 1'000'300}, true);
  writer.execute(1, kOpen + 2, 1, 10);
  writer.execute_at(1, kOpen + 3, 2, 10, 'Y', 1'000'100);
  writer.cancel(1, kOpen + 4, 1, 10);
  writer.replace(1, kOpen + 5, 1, 3, 70, 999'900);
  writer.trade(1, kOpen + 6, "TEST", 5, 1'000'050);
  writer.cross(1, kOpen + 7, "TEST", 500, 1'000'000);
  writer.broken(1, kOpen + 8, 1);
  writer.remove(1, kOpen + 9, 3);
  writer.raw('I', 1, kOpen + 10, std::string(39, ' '));
  writer.end();
  return writer.bytes();
}

/// Nothing in it is dropped, so that all readers must count the same unknown references.
std::string itch_of_many_stocks() {
  test::ItchWriter writer;
  const char* symbols[] = {"AA", "BB", "CC"};
  for (std::uint64_t id = 1; id <= 6; ++id) {
    const auto locate = static_cast<std::uint16_t>(1 + id % 3);
    writer.add(locate, kOpen, symbols[id % 3], {id, id % 2 == 0 ? Side::buy : Side::sell, 100, id % 2 == 0 ? 999'900u : 1'000'000u});
  }
  for (std::uint64_t id = 1; id <= 6; ++id) writer.execute(static_cast<std::uint16_t>(1 + id % 2), kOpen + 1, id, 40);  // some of another's
  writer.execute_at(1, kOpen + 2, 3, 10, 'N', 1'000'000);
  writer.replace(2, kOpen + 3, 1, 11, 50, 1'000'100);
  writer.replace(2, kOpen + 3, 77, 12, 50, 1'000'100);
  writer.cancel(3, kOpen + 4, 12, 10);
  writer.remove(1, kOpen + 5, 3);
  writer.remove(1, kOpen + 5, 3);
  return writer.bytes();
}

std::string binance(bool futures) {
  test::Capture capture = test::started(futures);
  capture.best(1000, 110, {"10.0", "5"}, {"10.1", "7"});
  capture.best(1005, 113, {"10.0", "4"}, {"10.2", "7"});
  capture.trade(1010, 1, "10.1", "2", false);
  capture.depth(1020, 111, 120, 110, {{"10.0", "6"}}, {{"10.1", "0"}});
  capture.trade(1025, 2, "9.9", "20", true);
  capture.depth(1030, 125, 130, 124, {{"10.0", "6"}}, {});
  capture.snapshot(140, {{"10.0", "3"}}, {{"10.1", "7"}});
  capture.depth(1040, 131, 145, 130, {{"9.9", "2"}}, {});
  return (futures ? "1" : "0") + capture.text();
}

std::string lobster() {
  std::string text =
      "34200.1,1,1,10,1000000,1\n34200.2,1,2,20,1000100,-1\n34200.2,4,1,5,1000000,1\n34200.3,2,2,5,1000100,-1\n"
      "34200.4,5,0,3,1000050,1\n34200.5,7,0,0,-1,-1\n34200.6,3,2,15,1000100,-1\n";
  text += '\0';
  return text +
         "1000200,9,1000000,19\n1000100,20,1000000,19\n1000100,20,1000000,14\n1000100,15,1000000,14\n1000100,15,1000000,14\n"
         "1000100,15,1000000,14\n1000200,9,1000000,14\n";
}

std::string quotes() {
  std::string text = "0time,bid,bid_size,ask,ask_size\n1,10.00,5,10.02,7\n2.5,10.00,9,10.02,7\n2,10.01,1,0,0\n3,,0,10.05,3\n";
  text += '\0';
  return text + "time,price,size,side\n1,10.02,9,buy\n2,10.015,2,\n3,10.00,2,sell\n";
}

std::string bars() { return "1time,open,high,low,close,volume\n0,10.00,10.10,9.90,10.05,103\n60,10.05,10.08,10.00,10.01,0\n"; }

EventTape tape() {
  TapeBuilder builder;
  builder.add(1, 1, Side::buy, 100, 10);
  builder.add(2, 2, Side::sell, 103, 10);
  builder.fill(3, 1, 4);
  builder.trade(4, Side::sell, 101, 1, 3);
  builder.cancel(5, 2, 10);
  TapeInfo info;
  info.instrument.subticks = 2;
  return builder.finish(std::move(info));
}

void write(const std::filesystem::path& folder, const char* name, const std::string& bytes) {
  std::filesystem::create_directories(folder);
  std::ofstream{folder / name, std::ios::binary} << bytes;
}

}  // namespace

TEST_CASE("the corpus is written into the folder of the environment variable PLIMSOLL_CORPUS") {
  const char* set = std::getenv("PLIMSOLL_CORPUS");
  REQUIRE(set != nullptr);
  const std::filesystem::path root{set};
  write(root / "itch", "small_market", itch());
  write(root / "itch", "many_stocks", itch_of_many_stocks());
  write(root / "binance", "futures", binance(true));
  write(root / "binance", "spot", binance(false));
  write(root / "csv", "quotes_and_trades", quotes());
  write(root / "csv", "bars", bars());
  write(root / "lobster", "messages_and_book", lobster());
  const std::string text = lobster();
  for (const auto& each : test::kCompressions) write(root / "compressed", each.name, each.compress(text));
  write(root / "compressed", "two_members", test::gzip("one") + test::gzip("two"));
  std::filesystem::create_directories(root / "tape_file");
  write_tape((root / "tape_file" / "small_tape.h5").string(), tape());
}
