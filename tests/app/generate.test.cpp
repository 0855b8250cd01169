// plimsoll generate as a user meets it: days, names, resuming, bad input.
#include <map>

#include <nlohmann/json.hpp>

#include "app/command_run.hpp"

using namespace plimsoll::test;

namespace {

const std::string kBrief = " --set duration_s=60 --set warmup_s=10";

std::map<std::string, std::string> files_of(const std::string& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::directory_iterator{folder}) out[entry.path().filename().string()] = contents(entry.path().string());
  return out;
}

}  // namespace

TEST_CASE("a day is the same file whatever the number of days, the first of them and the number of threads") {
  const Workshop shop;
  const auto generate = [&](const std::string& folder, const std::string& options) {
    const Ended ended = run(shop, "generate zero_intelligence -o '" + (shop / folder) + "/{symbol}_{date}.h5'" + kBrief + options);
    INFO(ended.err);
    REQUIRE(ended.code == 0);
    return files_of(shop / folder);
  };
  const auto five = generate("five", " --days 5 --first-date 2026-01-08 --threads 1");
  const auto nine = generate("nine", " --days 9 --first-date 2026-01-05 --threads 3");
  REQUIRE(five.size() == 5);
  REQUIRE(nine.size() == 9);
  for (const auto& [name, bytes] : five) {
    INFO(name);
    REQUIRE(nine.contains(name));
    CHECK(nine.at(name) == bytes);
  }
  CHECK(five.contains("ZERO_2026-01-09.h5"));
  CHECK_FALSE(five.contains("ZERO_2026-01-10.h5"));  // a Saturday
  CHECK(five.contains("ZERO_2026-01-12.h5"));
  CHECK(five.at("ZERO_2026-01-08.h5") != five.at("ZERO_2026-01-09.h5"));
}

TEST_CASE("every model writes the same bytes twice, and inspect finds them sound") {
  const Workshop shop;
  for (const std::string model : {"zero_intelligence", "hawkes", "queue_reactive"}) {
    INFO(model);
    CHECK(run(shop, "generate " + model + " -o " + (shop / "a.h5") + kBrief).code == 0);
    CHECK(run(shop, "generate " + model + " -o " + (shop / "b.h5") + kBrief).code == 0);
    CHECK(contents(shop / "a.h5") == contents(shop / "b.h5"));
    const Ended seen = run(shop, "inspect " + (shop / "a.h5"));
    CHECK(seen.code == 0);
    CHECK(seen.out.find("feed        " + model) != std::string::npos);
    CHECK(run(shop, "list feeds " + model).out.find("events") != std::string::npos);
  }
}

TEST_CASE("the same command keeps what is there and makes again what is missing, damaged or of other settings") {
  const Workshop shop;
  const std::string call = "generate hawkes --json --days 3 --first-date 2026-01-05 -o '" + (shop / "tapes/{yyyymmdd}.h5'") + kBrief;
  const auto kept_of = [&](const std::string& more) {
    const Ended ended = run(shop, call + more);
    INFO(ended.err);
    REQUIRE(ended.code == 0);
    std::string kept;
    std::istringstream lines{ended.out};
    for (std::string line; std::getline(lines, line);) kept += nlohmann::json::parse(line)["tape"]["kept"].get<bool>() ? "k" : "n";
    return kept;
  };
  CHECK(kept_of("") == "nnn");
  const auto first = files_of(shop / "tapes");
  fs::remove(shop / "tapes/20260106.h5");
  std::string damaged = contents(shop / "tapes/20260107.h5");
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  shop.write("tapes/20260107.h5", damaged);
  CHECK(kept_of("") == "knn");
  CHECK(files_of(shop / "tapes") == first);
  CHECK(kept_of(" --set seed=2") == "nnn");
  CHECK(kept_of(" --set seed=2") == "kkk");
}

TEST_CASE("generate refuses what it cannot do: models, settings, names and places") {
  const Workshop shop;
  const std::string out = " -o " + (shop / "t.h5");
  check_fails(shop, "generate hawks" + out, 64, "USAGE-MODEL [hawks] is not a model; did you mean \"hawkes\"?");
  check_fails(shop, "generate lobster" + out, 64, "USAGE-MODEL");
  check_fails(shop, "generate", 64, "USAGE-ARGUMENT");
  check_fails(shop, "generate hawkes", 64, "USAGE-ARGUMENT [-o]");
  check_fails(shop, "generate hawkes --set seed" + out, 64, "USAGE-VALUE");
  check_fails(shop, "generate hawkes --set sede=1" + out, 78, "SETTING-UNKNOWN [sede]");
  check_fails(shop, "generate hawkes --set market_to_market=1" + out, 78, "SETTING-RANGE [market_to_market]");
  const std::string days = " --days 2 --first-date 2026-01-05";
  check_fails(shop, "generate hawkes" + days + out, 64, "USAGE-PLACEHOLDER [-o]");
  check_fails(shop, "generate hawkes" + days + " -o '" + (shop / "{day}_{date}.h5'"), 64, "USAGE-PLACEHOLDER [{day}]");
  check_fails(shop, "generate hawkes" + days + " -o '" + (shop / "{date.h5'"), 64, "USAGE-PLACEHOLDER");
  check_fails(shop, "generate hawkes --days 2 -o '" + (shop / "{date}.h5'"), 64, "USAGE-ARGUMENT [--first-date]");
  check_fails(shop, "generate hawkes --days 0 --first-date 2026-01-05" + out, 64, "USAGE-VALUE [--days]");
  check_fails(shop, "generate hawkes --days 2 --first-date 2026-02-30" + out, 64, "USAGE-VALUE [--first-date]");
  check_fails(shop, "generate hawkes --first-date 2026-01-05" + out, 64, "USAGE-CONFLICT");
  check_fails(shop, "generate hawkes --set date=2026-01-05" + days + " -o '" + (shop / "{date}.h5'"), 64, "USAGE-CONFLICT");
  CHECK_FALSE(fs::exists(shop / "t.h5"));
  const std::string mine = shop.write("mine.h5", "somebody's only copy");
  check_fails(shop, "generate hawkes -o " + mine + kBrief, 73, "OUTPUT-EXISTS");
  CHECK(contents(mine) == "somebody's only copy");
  check_fails(shop, "generate hawkes -o " + mine + "/t.h5" + kBrief, 73, "");
}
