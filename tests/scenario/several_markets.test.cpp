// Several markets in one scenario: how a file names them, which tables they share, and what becomes of them.
#include "claims.hpp"
#include "vocabulary.hpp"

using namespace plimsoll;
using namespace scenario_test;

namespace {

const std::string kHead =
    "title = \"t\"\n"    // 1
    "source = \"s\"\n"   // 2
    "expect = \"e\"\n"   // 3
    "[strategy]\n"       // 4
    "name = \"calm\"\n"  // 5
    "[impact]\n";        // 6
const std::string kNone = kHead + "name = \"none\"\n";
const std::string kPushed = kHead + "name = \"push\"\n[impact.push]\nstrength = 1\n";

std::string market(const std::string& name, int seed, const std::string& rest = "") {
  return "[[market]]\nname = \"" + name + "\"\nfeed = \"toy\"\nseed = " + std::to_string(seed) + "\n" + rest;
}
std::string parent_in(const std::string& name, const std::string& in, const std::string& side = "buy") {
  return "[[parent]]\nname = \"" + name + "\"\nmarket = \"" + in + "\"\nside = \"" + side +
         "\"\nquantity_lots = 100\nstart_s = 600\nend_s = 1200\n";
}
const std::string kParents = parent_in("a", "spot") + parent_in("b", "future");
const std::string kMarkets = market("spot", 1) + market("future", 2);
const std::string kTwoMarkets = kNone + kMarkets + kParents;

const MarketSpec& spot(const Scenario& scenario) { return scenario.run.markets[0]; }
const MarketSpec& future(const Scenario& scenario) { return scenario.run.markets[1]; }
const std::string& setting(const Scenario& scenario, std::size_t member, const std::string& name) {
  return scenario.markets->members[member].source->settings.at(name);
}
double strength(const MarketSpec& spec) { return spec.impact.params[0].real; }

/// Toy tapes of an hour, that of seed 2 ten minutes later and in ticks of a dime.
TapeFacts apart(const MarketSource& source, Duration later) {
  TapeFacts facts = toy_facts(source);
  if (source.settings.at("seed") != "2") return facts;
  facts.first_time += later;
  facts.last_time += later;
  facts.instrument.symbol = "LATE";
  facts.instrument.tick_e9 = 100'000'000;
  facts.date = "2023-11-16";
  return facts;
}
TapeFacts ten_minutes_later(const MarketSource& source) { return apart(source, 600 * kSecond); }

void check_one_error(const std::string& text, const std::string& fault, const std::vector<std::string>& overrides = {}) {
  const std::string faults = faults_of(text, overrides);
  INFO(faults);
  CHECK(faults.find("error " + fault) == 0);
  CHECK(faults.find("\nerror ") == std::string::npos);
}

}  // namespace

TEST_CASE("each [[market]] has its own feed and name, and they stand in the order of the file") {
  const Scenario scenario = expand(kTwoMarkets).front();
  REQUIRE(scenario.run.markets.size() == 2);
  CHECK(*spot(scenario).name == "spot");
  CHECK(*future(scenario).name == "future");
  CHECK(setting(scenario, 0, "seed") == "1");
  CHECK(setting(scenario, 1, "seed") == "2");
  CHECK(scenario.run.parents[0].market == 0);
  CHECK(scenario.run.parents[1].market == 1);
  const Scenario as_tables =
      expand(kNone + "[market.spot]\nfeed = \"toy\"\nseed = 1\n[market.future]\nfeed = \"toy\"\nseed = 2\n" + kParents).front();
  CHECK(as_tables.key == scenario.key);
  const Scenario turned = expand(kNone + market("future", 2) + market("spot", 1) + kParents).front();
  CHECK(*turned.run.markets[0].name == "future");
  CHECK(turned.run.parents[0].market == 1);
  CHECK(turned.key != scenario.key);
}

TEST_CASE("a market without a name is what it was, with a name it is called so") {
  CHECK(expand(kSound).front().run.markets[0].name == nullptr);
  const Scenario named = expand(kNone + market("spot", 1) + parent_in("a", "spot")).front();
  REQUIRE(named.run.markets.size() == 1);
  CHECK(*named.run.markets[0].name == "spot");
}

TEST_CASE("what stands under a market wins, key by key, over what stands for all") {
  const std::string text = kPushed + market("spot", 1, "latency.order_us = 9\nimpact.push.strength = 3\nresponse = \"shift\"\n") +
                           market("future", 2, "instrument.tick = 0.5\n[market.fees]\ntake_bps = 2\n") +
                           "[latency]\norder_us = 5\nresponse_us = 7\n[fees]\ntake_bps = 1\nmake_bps = -1\n" + kParents;
  const Scenario scenario = expand(text).front();
  CHECK(spot(scenario).latency.order == 9 * kMicrosecond);
  CHECK(spot(scenario).latency.response == 7 * kMicrosecond);
  CHECK(future(scenario).latency.order == 5 * kMicrosecond);
  CHECK(spot(scenario).fees.take_bps == 1);
  CHECK(future(scenario).fees.take_bps == 2);
  CHECK(future(scenario).fees.make_bps == -1);
  CHECK(strength(spot(scenario)) == 3);
  CHECK(strength(future(scenario)) == 1);
  CHECK(spot(scenario).rules.response == Response::shift);
  CHECK(future(scenario).rules.response == Response::overlay);
  CHECK(setting(scenario, 1, "instrument.tick") == "0.5");
  CHECK_FALSE(scenario.markets->members[0].source->settings.contains("instrument.tick"));
}

TEST_CASE("markets may differ in their impact model, and a table counts as used where its market selects it") {
  const std::string text = kHead + "name = \"none\"\n" + market("spot", 1, "impact.name = \"push\"\nimpact.push.strength = 2\n") +
                           market("future", 2) + kParents;
  const Scenario scenario = expand(text).front();
  CHECK(strength(spot(scenario)) == 2);
  CHECK(future(scenario).impact.type == nullptr);
  check_one_error(kHead + "name = \"none\"\n" + market("spot", 1, "[market.impact.push]\nstrength = 2\n") + parent_in("a", "spot"),
                  "SCENARIO-UNUSED-TABLE x.toml:12:16 [market.spot.impact.push] no scenario of this file selects it; select it with "
                  "market.spot.impact.name, or remove the table");
}

TEST_CASE("keys of a market are swept, zipped and set by its name; an axis for all moves the markets that do not say it themselves") {
  const std::string own = kPushed + market("spot", 1, "latency.order_us = 9\n") + market("future", 2) + kParents;
  const std::vector<Scenario> swept =
      expand(own +
             "[sweep]\nlatency.order_us = [1, 2]\nmarket.future.impact.push.strength = [4, 5]\n[[sweep.zip]]\nmarket.spot.seed = [11, 12]\n"
             "market.future.seed = [21, 22]\n");
  REQUIRE(swept.size() == 8);
  CHECK(spot(swept[0]).latency.order == 9 * kMicrosecond);
  CHECK(spot(swept[7]).latency.order == 9 * kMicrosecond);
  CHECK(future(swept[0]).latency.order == 1 * kMicrosecond);
  CHECK(future(swept[7]).latency.order == 2 * kMicrosecond);
  CHECK(strength(future(swept[2])) == 5);
  CHECK(strength(spot(swept[2])) == 1);
  CHECK(setting(swept[1], 0, "seed") == "12");
  CHECK(setting(swept[1], 1, "seed") == "22");
  CHECK(expand(own, {"market.future.latency.order_us=3"}).front().run.markets[1].latency.order == 3 * kMicrosecond);
  const std::vector<Scenario> models =
      expand(own + "[sweep]\nmarket.future.impact.name = [\"push\", \"none\"]\nmarket.future.impact.push.strength = [4, 5]\n");
  CHECK(models.size() == 3);  // without the model its axis collapses
}

TEST_CASE("in which market a parent trades can be swept; its times move with it") {
  const std::vector<Scenario> scenarios =
      all_of(plan(kTwoMarkets + "[sweep]\nparent.b.market = [\"spot\", \"future\"]\n"), ten_minutes_later);
  REQUIRE(scenarios.size() == 2);
  CHECK(scenarios[0].run.parents[1].market == 0);
  CHECK(scenarios[1].run.parents[1].market == 1);
  CHECK(scenarios[1].run.parents[1].start - scenarios[0].run.parents[1].start == 600 * kSecond);
}

TEST_CASE("what a file with markets resolves to reads back as the same scenarios, order included") {
  const ExperimentFile file = plan(kPushed + market("zeta", 1, "latency.order_us = 9\n") + market("alpha", 2) + parent_in("a", "zeta") +
                                   "[latency]\norder_us = 5\n[sweep]\nimpact.push.strength = [1, 2]\nmarket.alpha.seed = [5, 6]\n");
  INFO(file.resolved_text);
  const std::vector<Scenario> once = all_of(file), again = expand(file.resolved_text);
  REQUIRE(once.size() == 4);
  REQUIRE(again.size() == 4);
  for (std::size_t index = 0; index < once.size(); ++index) CHECK(once[index].key == again[index].key);
  CHECK(*again.front().run.markets[0].name == "zeta");
}

TEST_CASE("times and limit of a parent are those of its own tape") {
  const std::string clock =
      "[[parent]]\nname = \"c\"\nmarket = \"future\"\nside = \"buy\"\nquantity_lots = 1\nstart = \"09:45:00\"\n"
      "end = \"10:00:00\"\nlimit_price = 5\n";
  const Scenario scenario = all_of(plan(kTwoMarkets + clock), ten_minutes_later).front();
  CHECK(scenario.run.parents[0].start == kMidnight + (34'200 + 600) * kSecond);
  CHECK(scenario.run.parents[1].start == kMidnight + (34'200 + 1'200) * kSecond);
  CHECK(scenario.run.parents[2].limit == 50);
  CHECK(std::get<std::string>(scenario.swept[1].value) == "TOY+LATE");
  CHECK(std::get<std::string>(scenario.swept[2].value) == "2023-11-15");
  CHECK(scenario.key != expand(kTwoMarkets).front().key);
}

TEST_CASE("the lag of a market is its feed delay less the quickest's, and other lags are another set") {
  const ExperimentFile file =
      plan(kTwoMarkets + "[latency]\nfeed_us = 50\n[sweep]\nmarket.future.latency.feed_us = [10, 250]\nparent.a.quantity_lots = [1, 2]\n");
  const auto source = file.expand(toy_facts).scenarios;
  REQUIRE(source->size() == 4);
  CHECK(file.sets.size() == 2);
  CHECK(file.markets.size() == 2);
  CHECK(source->market_of(0) == source->market_of(1));
  CHECK(source->market_of(1) != source->market_of(2));
  CHECK(source->make(0).markets->members[0].lag == 40 * kMicrosecond);
  CHECK(source->make(0).markets->members[1].lag == 0);
  CHECK(source->make(3).markets->members[0].lag == 0);
  CHECK(source->make(3).markets->members[1].lag == 200 * kMicrosecond);
  const ExperimentFile together = plan(kTwoMarkets + "[sweep]\nlatency.feed_us = [10, 250]\n");
  CHECK(together.sets.size() == 1);  // all of them alike: no one waits for another
}

TEST_CASE("one owner may buy here and sell there, but not against one model across both") {
  const auto both = [](const std::string& top) {
    return faults_of(top + kMarkets + parent_in("a", "spot") + parent_in("b", "future", "sell"));
  };
  CHECK(both(kPushed) == "");
  const std::string faults = both(kHead + "name = \"across\"\n[impact.across]\nstrength = 1\n");
  INFO(faults);
  CHECK(faults.find("error SCENARIO-CONFLICT x.toml:28:8 [parent.b.side] is opposite to that of parent.a of the same owner") == 0);
  CHECK(faults_of(kPushed + kMarkets + parent_in("a", "spot") + parent_in("b", "spot", "sell")).find("[parent.b.side] is opposite") !=
        std::string::npos);
}

TEST_CASE("a model across markets is named and set once for all") {
  const std::string across = kHead + "name = \"across\"\n[impact.across]\nstrength = 1\n";
  const Scenario scenario = expand(across + kMarkets + kParents).front();
  CHECK(spot(scenario).impact.type == future(scenario).impact.type);
  check_one_error(
      across + market("spot", 1) + market("future", 2, "impact.name = \"none\"\n") + kParents,
      "SCENARIO-CONFLICT x.toml:18:15 [market.future.impact.name] differs from that of market.spot, and \"across\" is one model for all "
      "markets; name it once for all, in [impact]");
  check_one_error(
      across + market("spot", 1) + market("future", 2, "impact.across.strength = 2\n") + kParents,
      "SCENARIO-CONFLICT x.toml:18:1 [market.future.impact.across] differs from that of market.spot, and \"across\" is one model for all "
      "markets; give its settings once for all, in [impact.across]");
}

TEST_CASE("tapes that do not overlap are a fault with both ranges; orders that outlive the shorter tape are noted") {
  const auto faults_with = [](const std::string& text, Duration later) -> std::string {
    try {
      plan(text).expand([&](const MarketSource& source) { return apart(source, later); });
      return "";
    } catch (const BadInput& error) {
      CHECK(error.exit_code() == ExitCode::bad_scenario);
      return error.what();
    }
  };
  const std::string apart_text = faults_with(kTwoMarkets, 7'200 * kSecond);
  INFO(apart_text);
  CHECK(apart_text ==
        "error MARKETS-APART x.toml:12:1 [market] the tapes do not overlap in time: spot from 2023-11-15 09:30:00 to 2023-11-15 10:30:00 "
        "UTC, "
        "future from 2023-11-15 11:30:00 to 2023-11-15 12:30:00 UTC; name tapes of one day");
  CHECK(faults_with(kTwoMarkets, 3'600 * kSecond)
            .find("[parent.b.start_s] is after the last event of market.spot, with which the run ends; that is at 0.0 s after") !=
        std::string::npos);
  const std::vector<std::string> notes =
      plan(kTwoMarkets).expand([](const MarketSource& source) { return apart(source, 2'500 * kSecond); }).notes;
  REQUIRE(notes.size() == 1);
  CHECK(notes[0] ==
        "parent.b.end_s reaches beyond the last event of market.spot (1100.0 s after the first event): such an order ends with it");
  const std::vector<std::string> same = plan(kNone + market("spot", 1) + market("future", 1) + kParents).expand(toy_facts).notes;
  REQUIRE(same.size() == 1);
  CHECK(same[0] == "market.spot and market.future read the same data: they differ in nothing but your orders");
}

TEST_CASE("every mistake about markets is an error with its place and a way out") {
  check_one_error(kNone + kMarkets + parent_in("a", "spott") + parent_in("b", "future"),
                  "SCENARIO-CHOICE x.toml:18:10 [parent.a.market] \"spott\" is no market of this file; did you mean \"spot\"?");
  check_one_error(kNone + kMarkets + "[parent]\nside = \"buy\"\nquantity_lots = 1\nstart_s = 1\nend_s = 2\n",
                  "SCENARIO-MISSING-KEY x.toml:16:2 [parent.market] is required where there are several markets; one of spot, future");
  check_one_error(kSound, "SCENARIO-CONFLICT --set parent.market=spot [parent.market] the only market of this file has no name; remove it",
                  {"parent.market=spot"});
  check_one_error(kNone + market("spot", 1) + market("spot", 2) + parent_in("a", "spot"),
                  "SCENARIO-DUPLICATE-KEY x.toml:12:1 [market.spot] is given twice");
  check_one_error(kNone + market("latency", 1) + "[parent]\nside = \"buy\"\nquantity_lots = 1\nstart_s = 1\nend_s = 2\n",
                  "SCENARIO-TYPE x.toml:9:8 [market.name] \"latency\" is no name of a market; a word of a to z, 0 to 9 and _");
  check_one_error(kNone + market("spot", 1, "latensy.feed_us = 1\n") + parent_in("a", "spot"),
                  "SCENARIO-UNKNOWN-KEY x.toml:12:1 [market.spot.latensy] unknown table; did you mean \"market.spot.latency\"?");
  check_one_error(kNone + market("spot", 1, "latency.fed_us = 1\n") + parent_in("a", "spot"),
                  "SCENARIO-UNKNOWN-KEY x.toml:12:9 [market.spot.latency.fed_us] unknown key; did you mean \"feed_us\"?");
  check_one_error(
      kNone + market("spot", 1, "[market.spot.fees]\ntake_bps = 1\n") + parent_in("a", "spot"),
      "SCENARIO-UNKNOWN-KEY x.toml:12:9 [market.spot.spot] unknown table; below its [[market]] a table of spot is written [market.fees]");
  check_one_error(kTwoMarkets + "[sweep]\nmarket.seed = [1, 2]\n",
                  "SCENARIO-UNKNOWN-KEY x.toml:31:8 [sweep.market.seed] unknown key; name the market: market.spot.seed");
  check_one_error(kTwoMarkets + "[sweep]\nmarket.spot.feed = [\"toy\"]\n",
                  "SCENARIO-SWEEP x.toml:31:13 [sweep.market.spot.feed] cannot be swept");
  check_one_error(
      kNone + market("spot", 1).substr(1).replace(7, 1, "") + parent_in("a", "").replace(parent_in("a", "").find("market"), 12, ""),
      "SCENARIO-UNKNOWN-KEY x.toml:9:1 [market.name] unknown key; one of several is written [[market]]");
  check_one_error(
      kNone + market("spot", 1) + market("future", 2, "response = \"shfit\"\n") + kParents,
      "SCENARIO-CHOICE x.toml:16:12 [market.future.response] \"shfit\" is not one of none, overlay, shift, model; did you mean \"shift\"?");
  check_one_error(kNone + market("spot", 1) + market("future", 2, "latency.feed_us = -1\n") + kParents,
                  "SCENARIO-RANGE x.toml:16:19 [market.future.latency.feed_us] -1 is outside");
  check_one_error(
      kNone + market("spot", 1) + market("future", 2, "paths = [\"a\"]\n") + kParents,
      "SCENARIO-CONFLICT x.toml:16:9 [market.future.paths] is for a file with one market, that has no name; for many days write "
      "[[sweep.zip]] with lists of market.spot.path and of the others'");
  check_one_error(kNone + market("spot", 1, "latency.feed_us = 1\n") + market("future", 2, "latency.feed_us = 2\n") + kParents +
                      "[latency]\nfeed_us = 3\n",
                  "SCENARIO-CONFLICT x.toml:33:11 [latency.feed_us] is given for all markets, and each of them gives its own");
  check_one_error(kNone + market("spot", 1) + "[[market]]\nname = \"future\"\nfeed = \"tooy\"\n" + kParents,
                  "SCENARIO-UNKNOWN-FEED x.toml:14:8 [market.future.feed] there is no feed \"tooy\"; there are toy, sealed");
  check_one_error(
      kNone + market("spot", 1) + "[[market]]\nname = \"future\"\nfeed = \"sealed\"\n" + kParents + "[instrument]\ntick = 0.5\n",
      "SCENARIO-CONFLICT x.toml:30:8 [instrument.tick] the sealed feed brings its own instrument; write it under the other markets only");
}
