/// Every way a LOBSTER input can be wrong: the code, the place and the exit code it ends with.

#include <sys/stat.h>

#include "feed/feed_files.hpp"

namespace plimsoll {
namespace {

using test::FreshFolder;
using test::Settings;

const std::string kGood = "1,1,1,10,5853300,1\n";

struct Case {
  std::string text;
  std::string code;
  std::string field;
};

}  // namespace

TEST_CASE("a malformed message row is refused with file, line and column name") {
  const FreshFolder folder;
  const Case cases[] = {{"x,1,1,10,5853300,1\n", "DATA-FIELD", "time"},
                        {"1e3,1,1,10,5853300,1\n", "DATA-FIELD", "time"},
                        {"-1,1,1,10,5853300,1\n", "DATA-FIELD", "time"},
                        {"86400,1,1,10,5853300,1\n", "DATA-FIELD", "time"},
                        {"1,8,1,10,5853300,1\n", "DATA-FIELD", "type"},
                        {"1,,1,10,5853300,1\n", "DATA-FIELD", "type"},
                        {"1,1,0,10,5853300,1\n", "DATA-FIELD", "order id"},
                        {"1,1,-4,10,5853300,1\n", "DATA-FIELD", "order id"},
                        {"1,1,1,0,5853300,1\n", "DATA-FIELD", "size"},
                        {"1,1,1,1.5,5853300,1\n", "DATA-FIELD", "size"},
                        {"1,1,1,5000000000,5853300,1\n", "DATA-FIELD", "size"},
                        {"1,1,1,10,0,1\n", "DATA-FIELD", "price"},
                        {"1,1,1,10,300000000000,1\n", "DATA-FIELD", "price"},
                        {"1,1,1,10,5853300,0\n", "DATA-FIELD", "direction"},
                        {"1,7,0,0,5,-1\n", "DATA-FIELD", "price"},
                        {"1,4,1,10,5853350,1\n", "DATA-OFF-TICK", "price"},
                        {"1,1,1,10\n" + kGood, "DATA-COLUMNS", ""},
                        {"\n" + kGood, "DATA-COLUMNS", ""},
                        {"1,1,1,10,5853", "DATA-TRUNCATED", ""},
                        {"1,1,1,10,5853300,-", "DATA-FIELD", "direction"}};
  for (const Case& each : cases) {
    INFO(each.text);
    const BadInput bad = test::failure_of([&] { test::lobster(folder, kGood + each.text); });
    CHECK(bad.exit_code() == ExitCode::bad_data);
    REQUIRE(bad.errors().size() == 1);
    CHECK(bad.errors()[0].code == each.code);
    CHECK(bad.errors()[0].field == each.field);
    CHECK(bad.errors()[0].place == folder.path("messages.csv") + ":2");
  }
}

TEST_CASE("all malformed rows are reported together, the first twenty by name and the rest as a number") {
  const FreshFolder folder;
  std::string text;
  for (int i = 0; i < 50; ++i) text += "1,9,1,10,5853300,1\n";
  const BadInput bad = test::failure_of([&] { test::lobster(folder, text); });
  REQUIRE(bad.errors().size() == 21);
  CHECK(bad.errors()[19].place == folder.path("messages.csv") + ":20");
  CHECK(bad.errors()[20].code == "DATA-MORE");
  CHECK(bad.errors()[20].text().find("30 more faults (50 in all)") != std::string::npos);
}

TEST_CASE("an off-tick or off-lot row says which instrument setting would admit it") {
  const FreshFolder folder;
  const BadInput tick = test::failure_of([&] { test::lobster(folder, "1,1,1,10,5853350,1\n"); });
  CHECK(tick.errors()[0].suggestion.find("instrument.tick") != std::string::npos);
  CHECK(test::lobster(folder, "1,1,1,10,5853350,1\n", {{"instrument.tick", "0.0001"}})[0].price == 5'853'350);
  const BadInput lot = test::failure_of([&] { test::lobster(folder, "1,1,1,10,5853300,1\n", {{"instrument.lot", "100"}}); });
  CHECK(lot.errors()[0].code == "DATA-OFF-LOT");
}

TEST_CASE("a missing file, a directory and a pipe are refused with exit 66, without waiting") {
  const FreshFolder folder;
  const auto refused = [&](const std::string& path) {
    return test::failure_of([&] { load_feed("lobster", {{"path", path}, {"date", "2012-06-21"}}); });
  };
  const BadInput missing = refused(folder.path("nowhere.csv"));
  CHECK(missing.exit_code() == ExitCode::no_input);
  CHECK(missing.errors()[0].code == "DATA-MISSING");
  const BadInput directory = refused(std::filesystem::temp_directory_path().string());
  CHECK(directory.exit_code() == ExitCode::no_input);
  CHECK(directory.errors()[0].code == "DATA-NOT-A-FILE");
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  CHECK(refused(folder.path("pipe")).errors()[0].code == "DATA-NOT-A-FILE");
  folder.write("messages.csv", kGood);
  for (const char* key : {"book", "seed_book"}) {
    const BadInput bad = test::failure_of([&] { test::lobster(folder, kGood, {{key, folder.path("nowhere.csv")}}); });
    CHECK(bad.exit_code() == ExitCode::no_input);
    CHECK(bad.errors()[0].field == key);
  }
}

TEST_CASE("an empty, blank, header-only, compressed or binary file is bad data") {
  const FreshFolder folder;
  const auto code = [&](const std::string& text) {
    const BadInput bad = test::failure_of([&] { test::lobster(folder, text); });
    CHECK(bad.exit_code() == ExitCode::bad_data);
    return bad.errors()[0].code;
  };
  CHECK(code("") == "DATA-EMPTY");
  CHECK(code("\n\r\n  \n") == "DATA-EMPTY");
  CHECK(code("time,type,order id,size,price,direction\n") == "DATA-EMPTY");
  CHECK(code("\x1f\x8b\x08 anything") == "DATA-FORMAT");
  CHECK(code(std::string("1,1,\0,3", 8)) == "DATA-FORMAT");
}

TEST_CASE("a malformed or unpaired book file is refused") {
  const FreshFolder folder;
  const auto refused = [&](const std::string& rows) {
    const BadInput bad = test::failure_of([&] { test::lobster(folder, kGood + kGood, {{"book", folder.write("book.csv", rows)}}); });
    CHECK(bad.exit_code() == ExitCode::bad_data);
    return bad.errors()[0];
  };
  const std::string row = "5860000,30,5853300,18\n";
  CHECK(refused(row).code == "DATA-ROW-COUNT");
  CHECK(refused(row + row + row).code == "DATA-ROW-COUNT");
  CHECK(refused(row + "5860000,30,5853300").code == "DATA-TRUNCATED");
  CHECK(refused("5860000,30,5853300\n" + row).code == "DATA-COLUMNS");
  CHECK(refused(row + "5860000,30,5853300,18,5870000,1,5853200,1\n").code == "DATA-COLUMNS");
  CHECK(refused(row + "5860000,-3,5853300,18\n").field == "sell size 1");
  CHECK(refused(row + "5860000,30,abc,18\n").field == "buy price 1");
  CHECK(refused(row + "5860050,30,5853300,18\n").code == "DATA-OFF-TICK");
  CHECK(refused(row + "9999999999,30,5853300,18\n").code == "DATA-FIELD");
  CHECK(refused("5860000,30,5853300,18,5859000,1,5853200,1\n" + row).field == "sell price 2");
  CHECK(refused(row + "5860000,30,abc,18\n").place == folder.path("book.csv") + ":2");
}

TEST_CASE("strict refuses each kind of dirty row that is otherwise only counted") {
  const FreshFolder folder;
  const std::string dirty[] = {"2,3,99,5,5853300,1\n", "2,4,1,50,5853300,1\n", "0,1,2,10,5853300,1\n", "2,1,1,10,5853300,1\n"};
  for (const std::string& row : dirty) {
    INFO(row);
    CHECK_NOTHROW(test::lobster(folder, kGood + row));
    const BadInput bad = test::failure_of([&] { test::lobster(folder, kGood + row, {}, true); });
    CHECK(bad.exit_code() == ExitCode::bad_data);
    CHECK(test::has_code(bad, "DATA-STRICT"));
  }
  CHECK_NOTHROW(test::lobster(folder, kGood, {}, true));
}

TEST_CASE("settings are checked against the feed's declaration, all in one go") {
  const FreshFolder folder;
  const std::string path = folder.write("messages.csv", kGood);
  const Settings wrong{
      {"date", "2012-13-01"}, {"timezone", "Mars/Olympus"}, {"pth", path}, {"instrument.tick", "0.0000000001"}, {"instrument.lot", "-1"}};
  const BadInput bad = test::failure_of([&] { load_feed("lobster", wrong); });
  CHECK(bad.exit_code() == ExitCode::bad_scenario);
  for (const char* code : {"SETTING-REQUIRED", "SETTING-TYPE", "SETTING-TIMEZONE", "SETTING-UNKNOWN", "SETTING-INSTRUMENT"}) {
    INFO(code);
    CHECK(test::has_code(bad, code));
  }
  CHECK(test::has_code(test::failure_of([] { load_feed("lobter", {}); }), "SETTING-FEED"));
  CHECK(test::has_code(test::failure_of([&] { load_feed("lobster", {{"path", path}}); }), "SETTING-REQUIRED"));
  const std::string named = folder.write("MSFT_2012-06-21_1_2_message_5.csv", kGood);
  CHECK(test::has_code(test::failure_of([&] { load_feed("lobster", {{"path", named}, {"date", "2012-06-22"}}); }), "SETTING-DATE"));
  const Settings too_fine{{"path", named}, {"instrument.tick", "0.00005"}};
  CHECK(test::has_code(test::failure_of([&] { load_feed("lobster", too_fine); }), "SETTING-INSTRUMENT"));
}

}  // namespace plimsoll
