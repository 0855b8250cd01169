/// plimsoll import itch: one stock to one tape, and a file of many stocks to a tape each.

#include "command_run.hpp"
#include "io/tape_file.hpp"
#include "itch_writer.hpp"

namespace plimsoll {
namespace {

using test::contents;
using test::run;
using test::Workshop;

constexpr Duration kOpen = 34'200 * kSecond;

std::string three_stocks() {
  test::ItchWriter writer;
  const std::string symbols[] = {"AAPL", "BRK.B", "../X+"};
  for (std::uint64_t i = 0; i < 30; ++i) {
    const auto locate = static_cast<std::uint16_t>(1 + i % 3);
    writer.add(locate, kOpen + static_cast<Duration>(i) * kSecond, symbols[i % 3], {i + 1, Side::buy, 100, 1'000'000});
  }
  return writer.bytes();
}

}  // namespace

TEST_CASE("import itch splits a file into a tape for each symbol, and no symbol leads out of the folder") {
  const Workshop shop;
  const std::string input = shop.write("day.itch", three_stocks());
  const auto ended = run(shop, "import itch " + input + " -o '" + (shop / "{symbol}_{date}.h5") + "' --set date=2019-01-30");
  INFO(ended.out << ended.err);
  CHECK(ended.code == 0);
  CHECK(ended.out.find("3 tapes written, 0 symbols refused") != std::string::npos);
  CHECK(read_tape(shop / "AAPL_2019-01-30.h5").size() == 10);
  CHECK(read_tape(shop / "BRK.B_2019-01-30.h5").info().instrument.symbol == "BRK.B");
  CHECK(read_tape(shop / "%2E.%2FX%2B_2019-01-30.h5").info().instrument.symbol == "../X+");

  REQUIRE(run(shop, "import itch " + input + " -o " + (shop / "one.h5") + " --set date=2019-01-30 --set symbol=AAPL").code == 0);
  CHECK(read_tape(shop / "one.h5").info().content_hash == read_tape(shop / "AAPL_2019-01-30.h5").info().content_hash);
}

TEST_CASE("import writes the date of its setting into the name, however it is written, and knows no other words") {
  const Workshop shop;
  const std::string input = shop.write("day.itch", three_stocks());
  const std::string call = "import itch " + input + " --set date=2019-01-30 -o ";
  CHECK(run(shop, call + "'" + (shop / "{symbol}_{mmddyyyy}_{yyyymmdd}.h5") + "' --set symbols=AAPL").code == 0);
  CHECK(fs::exists(shop / "AAPL_01302019_20190130.h5"));
  CHECK(run(shop, call + "'" + (shop / "one_{date}.h5") + "' --set symbol=AAPL").code == 0);
  CHECK(fs::exists(shop / "one_2019-01-30.h5"));
  test::check_fails(shop, call + "'" + (shop / "{day}.h5") + "' --set symbol=AAPL", 64, "USAGE-PLACEHOLDER [{day}]");
}

TEST_CASE("import itch takes the symbols it is told to, and says which it does not find or must refuse") {
  const Workshop shop;
  const std::string input = shop.write("day.itch", three_stocks());
  const std::string call = "import itch " + input + " --set date=2019-01-30 -o '" + (shop / "{symbol}.h5") + "' ";
  const auto two = run(shop, call + "--json --set symbols=BRK.B,AAPL");
  CHECK(two.code == 0);
  CHECK(std::count(two.out.begin(), two.out.end(), '\n') == 2);
  CHECK(fs::exists(shop / "AAPL.h5"));
  CHECK(fs::exists(shop / "BRK.B.h5"));
  CHECK_FALSE(fs::exists(shop / "%2E.%2FX%2B.h5"));

  const auto missing = run(shop, call + "--set symbols=AAPM");
  CHECK(missing.code == 78);
  CHECK(missing.err.find("SETTING-SYMBOL") != std::string::npos);
  CHECK(run(shop, call + "--set symbols=,").code == 64);
  CHECK(run(shop, "import synthetic -o '" + (shop / "{symbol}.h5") + "'").code == 64);

  test::ItchWriter writer;
  writer.add(1, kOpen, "GOOD", {1, Side::buy, 100, 1'000'000});
  writer.add(2, kOpen, "PENNY", {2, Side::buy, 100, 5'001});
  const std::string mixed = shop.write("mixed.itch", writer.bytes());
  const auto some = run(shop, "import itch " + mixed + " --set date=2019-01-30 -o '" + (shop / "{symbol}.h5") + "'");
  CHECK(some.code == 2);
  CHECK(some.err.find("PENNY") != std::string::npos);
  CHECK(fs::exists(shop / "GOOD.h5"));
  CHECK_FALSE(fs::exists(shop / "PENNY.h5"));
}

TEST_CASE("a wanted symbol of which the file holds no orders is refused, and the exit code says so") {
  const Workshop shop;
  test::ItchWriter writer;
  writer.directory(1, 0, "AAA");
  writer.directory(2, 0, "BBB");
  writer.add(1, kOpen, "AAA", {1, Side::buy, 100, 1'000'000});
  const std::string input = shop.write("day.itch", writer.bytes());
  const std::string call = "import itch " + input + " --set date=2019-01-30 -o '" + (shop / "{symbol}.h5") + "' --set symbols=";
  const auto some = run(shop, call + "BBB,AAA,BBB");
  CHECK(some.code == 2);
  CHECK(some.out.find("1 tapes written, 1 symbols refused") != std::string::npos);
  CHECK(some.err.find("DATA-EMPTY") != std::string::npos);
  CHECK(some.err.find("BBB") != std::string::npos);
  CHECK(fs::exists(shop / "AAA.h5"));
  CHECK(run(shop, call + "BBB").code == 65);
}

TEST_CASE("import makes the folders its tapes go to, and says before it reads when it cannot") {
  const Workshop shop;
  const std::string input = shop.write("day.itch", three_stocks());
  const std::string call = "import itch " + input + " --set date=2019-01-30 ";
  const auto each = run(shop, call + "-o '" + (shop / "new/{symbol}/{date}.h5") + "'");
  INFO(each.err);
  CHECK(each.code == 0);
  CHECK(fs::exists(shop / "new/BRK.B/2019-01-30.h5"));
  CHECK(run(shop, call + "--set symbol=AAPL -o " + (shop / "other/deep/one.h5")).code == 0);
  CHECK(fs::exists(shop / "other/deep/one.h5"));

  const std::string damaged = shop.write("damaged.itch", "no ITCH at all");  // reading it would be 65
  for (const char* name : {"day.itch/one.h5", "day.itch/{symbol}.h5"})
    CHECK(run(shop, "import itch " + damaged + " --set date=2019-01-30 -o '" + (shop / name) + "'").code == 73);
}

TEST_CASE("a setting that is given twice is refused, in import and generate") {
  const Workshop shop;
  const std::string input = shop.write("day.itch", three_stocks());
  const std::string call = "import itch " + input + " -o " + (shop / "one.h5") + " --set symbol=AAPL --set date=2019-01-30 ";
  for (const std::string& twice : {call + "--set date=2019-01-31", call + "--set path=" + input,
                                   "generate zero_intelligence -o " + (shop / "one.h5") + " --set seed=1 --set seed=2"}) {
    const auto ended = run(shop, twice);
    CHECK(ended.code == 64);
    CHECK(ended.err.find("USAGE-CONFLICT") != std::string::npos);
  }
  CHECK_FALSE(fs::exists(shop / "one.h5"));
}

}  // namespace plimsoll
