// plimsoll inspect as a user meets it: what a file is, by what is in it.
#include <nlohmann/json.hpp>

#include "app/command_run.hpp"
#include "itch_writer.hpp"

using namespace plimsoll::test;

namespace {

/// The longest line, in columns.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TEST_CASE("a tape is described whatever its name, in text that fits and in JSON that agrees") {
  const Workshop shop;
  const std::string tape = shop / "t.csv";
  REQUIRE(run(shop, "generate zero_intelligence -o " + tape + " --set duration_s=300 --set instrument.symbol=ABC").code == 0);
  const Ended text = run(shop, "inspect " + tape, "COLUMNS=60 ");
  CHECK(text.code == 0);
  CHECK(widest(text.out.substr(text.out.find('\n'))) <= 60);  // the first line is the path, which is never cut
  for (const char* part : {"tape ", "instrument  ABC, USD; tick 0.01", "feed        zero_intelligence", "2026-01-05 09:30:00.000 UTC",
                           "sound", "spread", "depth, lots", "VWAP", "volatility", "busiest", "gaps        0 of more than 10 s"})
    CHECK(text.out.find(part) != std::string::npos);
  const auto json = nlohmann::json::parse(run(shop, "inspect --json " + tape).out).at("tape");
  std::uint64_t rows = 0;
  for (const auto& [action, count] : json.at("rows").items()) rows += count.get<std::uint64_t>();
  CHECK(json.at("events") == rows);
  CHECK(json.at("symbol") == "ABC");
  CHECK(json.at("crossed_ns") == 0);
  CHECK(json.at("spread_ticks").at("median") <= json.at("spread_ticks").at("p95"));
  CHECK(json.at("depth_lots").at("bid").at("touch") < json.at("depth_lots").at("bid").at("ten"));
  CHECK(text.out.find(json.at("content_hash").get<std::string>()) != std::string::npos);
}

TEST_CASE("a result and a shard are described with their tables, and a result with the summary of its run") {
  const Workshop shop;
  REQUIRE(run(shop, "run " + shop.write("s.toml", kSmall) + " -o " + (shop / "r")).code == 0);
  const Ended text = run(shop, "inspect " + (shop / "r/result.h5"));
  CHECK(text.code == 0);
  for (const char* part :
       {"title       small", "24 done, 0 failed; complete", "swept       strategy.name, 2 values",
        "swept       parent.quantity_lots, 3 values", "table       scenarios: 24 rows", "result_hash", "immediate   500"})
    CHECK(text.out.find(part) != std::string::npos);
  const auto json = nlohmann::json::parse(first_line(run(shop, "inspect --json " + (shop / "r/result.h5")).out)).at("result");
  CHECK(json.at("done") == 24);
  CHECK(json.at("tables").at(0).at("name") == "scenarios");
  CHECK(json.at("tables").at(0).at("rows") == 24);
  CHECK(json.at("attributes").at("result_hash") == result_hash_of(shop / "r"));
  const std::string shard = fs::directory_iterator { shop / "r/shards" } -> path().string();
  const Ended part = run(shop, "inspect " + shard);
  CHECK(part.code == 0);
  CHECK(part.out.find("shard ") == 0);
}

TEST_CASE("what is none of ours ends with 65 and what it looks like; what is not there with 66") {
  const Workshop shop;
  const auto looks = [&](const std::string& bytes, const std::string& like) {
    check_fails(shop, "inspect " + shop.write("x", bytes), 65,
                "DATA-FORMAT " + (shop / "x") + " is no tape, no result and no ITCH file; it looks like " + like);
  };
  looks("PK\x03\x04...", "a zip archive");
  looks("\x1f\x8b\x08...", "gzip data");
  looks("BZh91AY", "bzip2 data");
  looks("34200.0042,1,16113575,18,5853300,1\n", "a LOBSTER message file: plimsoll import lobster reads it");
  looks(kSmall, "a TOML file");
  looks("hello, world\n", "text");
  looks("\x01\x02\x03\x04", "binary data of no kind known here");
  looks("\x89HDF\r\n\x1a\n and no seal", "an HDF5 file without the seal of plimsoll");
  check_fails(shop, "inspect " + shop.write("x", ""), 65, "DATA-FORMAT");
  check_fails(shop, "inspect " + (shop / ""), 65, "DATA-FORMAT");
  check_fails(shop, "inspect " + (shop / "none"), 66, "DATA-MISSING");
  check_fails(shop, "inspect", 64, "USAGE-ARGUMENT");
}

TEST_CASE("a damaged tape ends with 65, whichever byte it is") {
  const Workshop shop;
  REQUIRE(run(shop, "generate queue_reactive -o " + (shop / "t.h5") + " --set duration_s=30").code == 0);
  const std::string bytes = contents(shop / "t.h5");
  for (const std::size_t at : {std::size_t{100}, bytes.size() / 3, bytes.size() / 2, bytes.size() - 700, bytes.size() - 300}) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    check_fails(shop, "inspect " + shop.write("damaged.h5", damaged), 65, "DATA-FORMAT");
  }
  check_fails(shop, "inspect " + shop.write("cut.h5", bytes.substr(0, bytes.size() - 100)), 65, "DATA-FORMAT");
}

TEST_CASE("raw ITCH is described by symbol, compressed or not; what was read before a fault is still said") {
  const Workshop shop;
  ItchWriter writer;
  writer.directory(7, 34'200 * plimsoll::kSecond, "ABC");
  for (std::uint64_t id = 1; id <= 9; ++id)
    writer.add(7, 34'201 * plimsoll::kSecond, "ABC",
               {id, id % 2 == 0 ? plimsoll::Side::sell : plimsoll::Side::buy, 10, id % 2 == 0 ? 10'100u : 10'000u});
  writer.remove(7, 34'203 * plimsoll::kSecond, 1);
  const Ended plain = run(shop, "inspect " + shop.write("day", writer.bytes()), "COLUMNS=60 ");
  INFO(plain.err);
  CHECK(plain.code == 0);
  CHECK(widest(plain.out.substr(plain.out.find('\n'))) <= 60);
  for (const char* part : {"ITCH 5.0", "messages    A 9 add", "live        at most 9 orders", "ABC         add 9, execute 0, cancel 1"})
    CHECK(plain.out.find(part) != std::string::npos);
  const std::string json = run(shop, "inspect --json " + (shop / "day")).out;
  CHECK(nlohmann::json::parse(first_line(json)).at("itch").at("messages").at("A") == 9);
  REQUIRE(std::system(
              ("gzip -c '" + (shop / "day") + "' >'" + (shop / "zipped") + "' && mv '" + (shop / "zipped") + "' '" + (shop / "day") + "'")
                  .c_str()) == 0);
  CHECK(run(shop, "inspect " + (shop / "day"), "COLUMNS=60 ").out == plain.out);
  const Ended cut = run(shop, "inspect " + shop.write("day", writer.bytes().substr(0, writer.bytes().size() - 5)));
  CHECK(cut.code == 65);
  CHECK(cut.err.find("DATA-TRUNCATED") != std::string::npos);
  CHECK(cut.out.find("messages    A 9 add") != std::string::npos);
}
