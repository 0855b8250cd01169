// plimsoll calibrate as a user meets it: tapes in, a table and impact.toml out.
#include <nlohmann/json.hpp>

#include "app/command_run.hpp"
#include "data_files.hpp"

using namespace plimsoll::test;

namespace {

std::string generated(const Workshop& shop, const std::string& name, const std::string& settings) {
  const std::string path = shop / name;
  REQUIRE(run(shop, "generate zero_intelligence -o " + path + " " + settings).code == 0);
  return path;
}

/// The value of a key in a table of a TOML text; empty when it is not there.
std::string key_of(const std::string& toml, const std::string& table, const std::string& key) {
  std::istringstream lines{toml};
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.front() == '[') inside = line == "[" + table + "]";
    if (inside && line.starts_with(key + " = ")) return line.substr(key.size() + 3);
  }
  return "";
}

}  // namespace

TEST_CASE("a generated hour is calibrated: table, JSON and file agree, and the file's numbers run as a scenario") {
  const Workshop shop;
  const std::string tape = generated(shop, "t.h5", "--set duration_s=3600"), out = shop / "deep/impact.toml";
  const Ended text = run(shop, "calibrate " + tape + " -o " + out, "COLUMNS=100 ");
  INFO(text.out << text.err);
  REQUIRE(text.code == 0);
  for (const char* part :
       {"kyle", "order_flow_imbalance", "propagator", "depth", "resilience", "volatility", "signature", "daily_volume", "quoted_spread",
        "effective_spread", "ticks/lot", "out of sample R2", "Newey-West errors", "no error from 1 day"})
    CHECK(text.out.find(part) != std::string::npos);
  CHECK(text.out.find('\033') == std::string::npos);

  const std::string toml = contents(out);
  const std::string lambda = key_of(toml, "impact.linear", "ticks_per_lot");
  CHECK(key_of(toml, "calibration.kyle", "values") == "[" + lambda + "]");
  CHECK(key_of(toml, "calibration.kyle", "parameters") == "[\"ticks_per_lot\"]");
  CHECK(key_of(toml, "data", "rows").size() > 2);
  CHECK(key_of(toml, "impact.propagator", "kernel") == "\"exponentials\"");
  CHECK(key_of(toml, "impact.square_root", "prefactor").empty());
  bool seen = false;
  std::istringstream lines{run(shop, "calibrate " + tape + " -o " + out + " --json").out};
  for (std::string line; std::getline(lines, line);) {
    const auto each = nlohmann::json::parse(line).at("calibration");
    if (each.at("name") != "kyle") continue;
    seen = true;
    CHECK(each.at("parameters").at(0).at("value").get<double>() == nlohmann::json::parse(lambda).get<double>());
    CHECK(each.at("parameters").at(0).at("low") < each.at("parameters").at(0).at("value"));
  }
  CHECK(seen);
  CHECK(contents(out) == toml);

  // The tables of the file are tables of a scenario as they stand.
  const std::size_t first = toml.find("\n[impact.") + 1;
  const std::string impact = toml.substr(first, toml.find("[calibration.", first) - first);
  std::string names;
  for (const char* model : {"linear", "square_root", "obizhaeva_wang", "propagator"})
    if (impact.find("[impact." + std::string{model} + "]") != std::string::npos) names += "\"" + std::string{model} + "\", ";
  CHECK(names.find("propagator") != std::string::npos);
  std::string scenario = kSmall;
  scenario.replace(scenario.find("[sweep]\n"), 8, impact + "[sweep]\nimpact.name = [" + names + "]\n");
  const Ended check = run(shop, "check " + shop.write("s.toml", scenario));
  INFO(check.err);
  CHECK(check.code == 0);
}

TEST_CASE("a narrow terminal gets lines that fit, a short tape its reasons, and a tape too short for anything an error") {
  const Workshop shop;
  const std::string tape = generated(shop, "t.h5", "--set duration_s=1200");
  const std::string session = "calibrate " + tape + " --ofi-levels 2 --start 09:31:00 --end 09:46:00 -o " + (shop / "i.toml");
  const Ended wide = run(shop, session, "COLUMNS=200 ");
  for (const char* part : {"n = 90 intervals of 10 s", "beta_level_2", "session of 900 s"}) CHECK(wide.out.find(part) != std::string::npos);
  const Ended narrow = run(shop, session, "COLUMNS=48 ");
  CHECK(narrow.code == 0);
  CHECK(widest(narrow.out) <= 48);
  const std::string tiny = generated(shop, "tiny.h5", "--set duration_s=2 --set warmup_s=0");
  const Ended little = run(shop, "calibrate " + tiny + " -o " + (shop / "j.toml"));
  CHECK(little.out.find("insufficient: n = 0 intervals of 30 s, need 30") != std::string::npos);
  const std::string short_toml = contents(shop / "j.toml");
  CHECK(key_of(short_toml, "impact.linear", "ticks_per_lot").empty());
}

TEST_CASE("several days pool, in order of time however they are given; overlaps and other instruments are refused") {
  const Workshop shop;
  const std::string days = shop / "d_{date}.h5";
  REQUIRE(run(shop, "generate zero_intelligence --set duration_s=600 --days 5 --first-date 2026-01-05 -o '" + days + "'").code == 0);
  const auto day = [&](int d) { return shop / ("d_2026-01-0" + std::to_string(d) + ".h5"); };
  std::string forward, backward;
  for (int d = 5; d <= 9; ++d) {
    forward += day(d) + " ";
    backward = day(d) + " " + backward;
  }
  REQUIRE(run(shop, "calibrate " + forward + "-o " + (shop / "a.toml")).code == 0);
  const Ended pooled = run(shop, "calibrate " + backward + "-o " + (shop / "b.toml"));
  REQUIRE(pooled.code == 0);
  CHECK(contents(shop / "a.toml") == contents(shop / "b.toml"));
  CHECK(pooled.out.find("errors clustered by 5 days") != std::string::npos);
  CHECK(pooled.out.find("mean of days, errors from their differences") != std::string::npos);
  check_fails(shop, "calibrate " + day(5) + " " + day(5) + " -o " + (shop / "c.toml"), 65, "DATA-OVERLAP");
  const std::string other = generated(shop, "other.h5", "--set duration_s=60 --set instrument.symbol=ABC --set date=2026-02-02");
  check_fails(shop, "calibrate " + day(5) + " " + other + " -o " + (shop / "c.toml"), 65, "DATA-INSTRUMENT");
  CHECK_FALSE(fs::exists(shop / "c.toml"));
}

TEST_CASE("a tape of a year is refused before every second of it takes memory") {
  const Workshop shop;
  shop.write("quotes.csv", "time,bid,bid_size,ask,ask_size\n1,10.00,500,10.02,700\n31536000,10.00,900,10.02,700\n");
  REQUIRE(run(shop, "import quotes " + (shop / "quotes.csv") + " -o " + (shop / "year.h5")).code == 0);
  check_fails(shop, "calibrate " + (shop / "year.h5") + " -o " + (shop / "a.toml"), 65, "DATA-SPAN");
}

TEST_CASE("own orders give the prefactor; what is wrong with them, or with the command, is said with its exit code") {
  const Workshop shop;
  const std::string tape = generated(shop, "t.h5", "--set duration_s=900"), out = " -o " + (shop / "i.toml");
  std::string own = "id,side,start,end,quantity,arrival_mid,end_mid\n";
  for (int i = 0; i < 40; ++i)
    own += "P" + std::to_string(i) + "," + (i % 2 ? "buy" : "sell") + ",2026-01-05T10:00:00Z,2026-01-05T10:10:00Z," +
           std::to_string(100 + 50 * i) + ",100," + (i % 2 ? "100.1" : "99.9") + "\n";
  const Ended ended = run(shop, "calibrate " + tape + out + " --own " + shop.write("own.csv", own));
  INFO(ended.err);
  REQUIRE(ended.code == 0);
  CHECK(ended.out.find("n = 40 own parents") != std::string::npos);
  CHECK_FALSE(key_of(contents(shop / "i.toml"), "impact.square_root", "prefactor").empty());
  const Ended prints =
      run(shop, "calibrate " + tape + out + " --own-prints " + shop.write("prints.csv", "time,price,quantity\n10:00:00,1,1\n"));
  CHECK(prints.err.find("1 of 1 own prints are not on the tapes") != std::string::npos);
  check_fails(shop, "calibrate " + tape + out + " --own " + shop.write("bad.csv", "parent,side\nA,up\n"), 65, "DATA-FIELD");
  check_fails(shop, "calibrate " + tape + out + " --own nowhere.csv", 66, "DATA-MISSING");
  check_fails(shop, "calibrate " + tape, 64, "USAGE-ARGUMENT");
  check_fails(shop, "calibrate nowhere.h5" + out, 66, "DATA-MISSING");
  check_fails(shop, "calibrate " + tape + out + " --lags 2", 64, "USAGE-VALUE");
  check_fails(shop, "calibrate " + tape + out + " --start 9", 64, "USAGE-VALUE");
  check_fails(shop, "calibrate " + tape + out + " --start 10:00:00 --end 09:00:00", 64, "USAGE-VALUE");
  check_fails(shop, "calibrate " + tape + " -o " + tape, 73, "OUTPUT-EXISTS");
}

TEST_CASE("the AAPL hour is calibrated within 10 s, with errors") {
  const auto messages = data_file("lobster/AAPL_2012-06-21_34200000_37800000_message_50.csv");
  if (!messages) return;
  const Workshop shop;
  REQUIRE(run(shop, "import lobster " + messages->string() + " --set date=2012-06-21 --set timezone=America/New_York -o " + (shop / "t.h5"))
              .code == 0);
  const Ended ended = run(shop, "calibrate " + (shop / "t.h5") + " -o " + (shop / "impact.toml") + " --json", "timeout 10 ");
  REQUIRE(ended.code == 0);
  std::istringstream lines{ended.out};
  for (std::string line; std::getline(lines, line);) {
    const auto each = nlohmann::json::parse(line).at("calibration");
    INFO(line);
    CHECK_FALSE(each.contains("refused"));
    if (each.at("name") == "order_flow_depth") {  // the stylised book has one half
      CHECK(each.at("parameters").at(0).at("low") < 0.5);
      CHECK(each.at("parameters").at(0).at("high") > 0.5);
    }
  }
}
