/// plimsoll import of what knows levels and not orders: captures in several files, quotes, bars, and a tape told again as levels.

#include "command_run.hpp"
#include "feed/binance_capture.hpp"
#include "io/tape_file.hpp"

namespace plimsoll {
namespace {

using test::Capture;
using test::run;
using test::Workshop;

const std::string kScale = " --set instrument.tick=0.1 --set instrument.lot=1";

}  // namespace

TEST_CASE("import binance takes several captures of one market; inspect and the tape say that its orders are made up") {
  const Workshop shop;
  Capture second;
  second.depth(2000, 111, 120, 110, {{"10.0", "6"}}, {});
  const std::string one = shop.write("one.txt", test::started().text()), two = shop.write("two.txt", second.text());
  const auto ended = run(shop, "import binance " + one + " " + two + kScale + " -o " + (shop / "tape.h5"));
  INFO(ended.out << ended.err);
  REQUIRE(ended.code == 0);
  CHECK(ended.out.find("one.txt + two.txt -> ") != std::string::npos);
  const EventTape tape = read_tape(shop / "tape.h5");
  CHECK(tape.info().levels == "pro_rata");
  CHECK(tape.info().report.invented == 4);
  CHECK(run(shop, "inspect " + (shop / "tape.h5")).out.find("made up from them (pro_rata)") != std::string::npos);
  CHECK(run(shop, "inspect --json " + (shop / "tape.h5")).out.find("\"levels\":\"pro_rata\"") != std::string::npos);

  test::check_fails(shop, "import binance " + one + " " + (shop / "three.txt") + kScale + " -o " + (shop / "x.h5"), 66, "DATA-MISSING");
  test::check_fails(shop, "import binance " + one + " " + two + kScale + " -o " + two, 73, "OUTPUT-EXISTS");
  test::check_fails(shop, "import lobster " + one + " " + two + " -o " + (shop / "x.h5"), 64, "USAGE-ARGUMENT");
  test::check_fails(shop, "import binance " + two + kScale + " -o " + (shop / "x.h5"), 65, "DATA-NO-SNAPSHOT");
}

TEST_CASE("import levels tells a tape again; a scenario runs on it, on captures, quotes and bars by their feeds") {
  const Workshop shop;
  REQUIRE(run(shop, "import synthetic --set duration_s=600 -o " + (shop / "orders.h5")).code == 0);
  REQUIRE(run(shop, "import levels " + (shop / "orders.h5") + " --set cancelled=back -o " + (shop / "levels.h5")).code == 0);
  const EventTape orders = read_tape(shop / "orders.h5"), levels = read_tape(shop / "levels.h5");
  CHECK(levels.info().feed == "levels");
  CHECK(levels.info().levels == "back");
  CHECK(levels.info().instrument == orders.info().instrument);
  test::check_fails(shop, "import levels " + (shop / "orders.h5") + " --set instrument.tick=1 -o " + (shop / "x.h5"), 78,
                    "SETTING-INSTRUMENT");

  shop.write("one.txt", test::started().text());
  shop.write("two.txt", Capture{}.depth(9000, 111, 120, 110, {{"10.0", "6"}}, {}).text());
  shop.write("quotes.csv", "time,bid,bid_size,ask,ask_size\n1,10.00,500,10.02,700\n9,10.00,900,10.02,700\n");
  shop.write("bars.csv", "time,open,high,low,close,volume\n0,10.00,10.10,9.90,10.05,103\n");
  const auto scenario = [&](const std::string& market) {
    return shop.write("scenario.toml", "title = \"t\"\nsource = \"s\"\nexpect = \"e\"\n[market]\n" + market +
                                           "\n[parent]\nside = \"buy\"\nquantity_lots = 1\nstart_s = 1\nend_s = 5\n"
                                           "[strategy]\nname = \"immediate\"\n[impact]\nname = \"none\"\n");
  };
  const std::string captures = "feed = \"binance\"\npath = \"one.txt, two.txt\"\n[instrument]\ntick = 0.1\nlot = 1";
  int runs = 0;
  for (const std::string& market :
       {std::string{"feed = \"levels\"\npath = \"orders.h5\""}, captures, std::string{"feed = \"quotes\"\npath = \"quotes.csv\""},
        std::string{"feed = \"bars\"\npath = \"bars.csv\"\nbar_s = 60\nhalf_spread_ticks = 1\nresponse = \"shift\""}}) {
    const std::string results = shop / ("results" + std::to_string(runs++));
    const auto ended = run(shop, "run " + scenario(market) + " -o " + results);
    INFO(market << "\n" << ended.out << ended.err);
    CHECK(ended.code == 0);
    CHECK(ended.err.find(market.find("bars") == market.npos ? "price levels;" : "around bars") != std::string::npos);
  }
  const std::string bars = scenario("feed = \"bars\"\npath = \"bars.csv\"\nbar_s = 60\nhalf_spread_ticks = 1");
  for (const char* response : {"", " --set market.response=none"})
    test::check_fails(shop, "check " + bars + response, 78, "SCENARIO-CONFLICT");
  CHECK(run(shop, "check " + bars +
                      " --set market.response=model --set impact.name=latent_book --set impact.latent_book.slope_lots_per_tick2=1 " +
                      "--set impact.latent_book.diffusivity_ticks2_per_s=1")
            .code == 0);
  for (const char* feed : {"binance", "levels", "quotes", "bars"})
    CHECK(run(shop, std::string{"list feeds "} + feed).out.find("path") != std::string::npos);
}

}  // namespace plimsoll
