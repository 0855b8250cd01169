// What a scenario file becomes: order, sweeps, defaults, overrides, keys.
#include <cmath>
#include <set>

#include "claims.hpp"
#include "vocabulary.hpp"

using namespace plimsoll;
using namespace scenario_test;

namespace {

const std::string kSwept = kSound +
                           "[strategy.eager]\nrate = 0.3\n"
                           "[sweep]\nstrategy.name = [\"calm\", \"eager\"]\nparent.quantity_lots = [10, 20]\n"
                           "[experiment]\nseeds = 2\n";

const std::string& text_of(const Scenario& scenario, std::size_t column) { return std::get<std::string>(scenario.swept[column].value); }
std::int64_t integer_of(const Scenario& scenario, std::size_t column) { return std::get<std::int64_t>(scenario.swept[column].value); }

}  // namespace

TEST_CASE("scenarios come in file order of the axes, the last one fastest, seeds innermost") {
  const std::vector<Scenario> scenarios = expand(kSwept);
  REQUIRE(scenarios.size() == 8);
  for (std::size_t index = 0; index < scenarios.size(); ++index) {
    const Scenario& scenario = scenarios[index];
    CHECK(scenario.run.scenario == index);
    CHECK(scenario.swept[0].key == "strategy.name");
    CHECK(text_of(scenario, 0) == (index < 4 ? "calm" : "eager"));
    CHECK(integer_of(scenario, 1) == (index / 2 % 2 == 0 ? 10 : 20));
    CHECK(scenario.swept[2].key == "seed");
    CHECK(integer_of(scenario, 2) == static_cast<std::int64_t>(index % 2));
    CHECK(scenario.run.replicate == index % 2);
    CHECK(scenario.run.parents.front().lots == (index / 2 % 2 == 0 ? 10 : 20));
    CHECK(std::string{scenario.run.parents.front().strategy.type->name} == text_of(scenario, 0));
  }
}

TEST_CASE("quoted and bare axes are the same") {
  const std::string quoted = kSound +
                             "[strategy.eager]\nrate = 0.3\n[sweep]\n\"strategy.name\" = [\"calm\", \"eager\"]\n\"parent.quantity_lots\" = "
                             "[10, 20]\n[experiment]\nseeds = 2\n";
  const std::vector<Scenario> a = expand(kSwept), b = expand(quoted);
  REQUIRE(a.size() == b.size());
  for (std::size_t index = 0; index < a.size(); ++index) CHECK(a[index].key == b[index].key);
}

TEST_CASE("an axis of an unselected plugin collapses, and its column is undefined there") {
  const std::vector<Scenario> scenarios = expand(kSound +
                                                 "[sweep]\nstrategy.name = [\"calm\", \"eager\"]\nstrategy.eager.rate = [0.1, 0.2, "
                                                 "0.3]\nstrategy.eager.style = [\"cross\", \"join\"]\nstrategy.calm.slices = [2, 4]\n");
  REQUIRE(scenarios.size() == 2 + 3 * 2);
  CHECK(std::isnan(std::get<double>(scenarios[0].swept[1].value)));
  CHECK(text_of(scenarios[0], 2).empty());
  CHECK(std::get<double>(scenarios[0].swept[3].value) == 2.0);
  CHECK(std::get<double>(scenarios[1].swept[3].value) == 4.0);
  CHECK(std::get<double>(scenarios[2].swept[1].value) == 0.1);
  CHECK(text_of(scenarios[2], 2) == "cross");
  CHECK(std::isnan(std::get<double>(scenarios[2].swept[3].value)));
  std::set<std::string> keys;
  for (const Scenario& scenario : scenarios) keys.insert(scenario.key);
  CHECK(keys.size() == scenarios.size());
}

TEST_CASE("zipped keys move together") {
  const std::vector<Scenario> scenarios =
      expand(kSound + "[[sweep.zip]]\nparent.quantity_lots = [10, 20]\nstrategy.calm.slices = [1, 2]\n[sweep.market]\nseed = [7, 8]\n");
  REQUIRE(scenarios.size() == 4);
  for (const Scenario& scenario : scenarios) CHECK(integer_of(scenario, 0) == 10 * integer_of(scenario, 1));
  CHECK(scenarios[0].markets->members.front().source->settings.at("seed") == "7");
  CHECK(scenarios[1].markets->members.front().source->settings.at("seed") == "8");
  CHECK(integer_of(scenarios[2], 0) == 20);
}

TEST_CASE("an option overrides the file, a later option the earlier one") {
  const Scenario scenario =
      expand(kSound, {"parent.side=sell", "latency.order_us=2.5", "parent.side=\"buy\"", "strategy.calm.slices=77"}).front();
  CHECK(scenario.run.parents.front().side == Side::buy);
  CHECK(scenario.run.markets[0].latency.order == 2500);
  CHECK(scenario.run.parents.front().strategy.params[0].integer == 77);
}

TEST_CASE("an option that fixes a swept key removes its axis and leaves the tables of the other plugins alone") {
  const std::vector<Scenario> scenarios = expand(kSwept, {"strategy.name=calm"});
  REQUIRE(scenarios.size() == 4);
  CHECK(scenarios.front().swept.front().key == "parent.quantity_lots");
  const std::vector<Scenario> wider = expand(kSwept, {"sweep.parent.quantity_lots=[1, 2, 3]"});
  CHECK(wider.size() == 12);
  const std::vector<Scenario> replaced = expand(kSwept, {"sweep.strategy.name=[\"eager\", \"calm\"]"});
  CHECK(replaced.front().swept.front().key == "strategy.name");  // a replaced axis keeps its rank
  CHECK(text_of(replaced.front(), 0) == "eager");
}

TEST_CASE("a clock time given as an option needs no quotes") {
  CHECK(expand(kSound, {"parent.start=09:45:00"}).front().run.parents.front().start == kMidnight + 35'100 * kSecond);
}

TEST_CASE("times count from the market's midnight or from the first event") {
  const ParentSpec clock = expand(kSound).front().run.parents.front();
  CHECK(clock.start == kMidnight + 34'800 * kSecond);
  CHECK(clock.end == kMidnight + 36'000 * kSecond + 500 * kMillisecond);
  const ParentSpec seconds =
      expand(scenario_test::with_line(scenario_test::with_line(kSound, 9, "start_s = 0.25"), 10, "end_s = 60")).front().run.parents.front();
  CHECK(seconds.start == kMidnight + 34'200 * kSecond + 250 * kMillisecond);
  CHECK(seconds.end == kMidnight + 34'260 * kSecond);
}

TEST_CASE("a fee per unit becomes ticks per lot, whatever the lot") {
  const RunSpec run = expand(kSound + "[fees]\ntake_per_unit = 0.003\nmake_per_unit = -0.002\ntake_bps = 1\n").front().run;
  CHECK(run.markets[0].fees.take_per_lot_ticks == Approx(0.3));
  CHECK(run.markets[0].fees.make_per_lot_ticks == Approx(-0.2));
  CHECK(run.markets[0].fees.take_bps == 1.0);
}

TEST_CASE("a fee per unit is paid once per unit, whatever the contract multiplier") {
  const auto future = [](const MarketSource& market) {
    TapeFacts facts = toy_facts(market);
    facts.instrument.multiplier = 50;
    return facts;
  };
  const FeeRules fees = all_of(plan(kSound + "[fees]\ntake_per_unit = 0.01\n"), future).front().run.markets[0].fees;
  const double money = 300 * fees.take_per_lot_ticks * kMoneyPerTickLot;
  Instrument contract;
  contract.multiplier = 50;
  CHECK(money * contract.currency_per_money() == Approx(3.00));
}

TEST_CASE("scenarios share what they have in common") {
  const std::vector<Scenario> scenarios = expand(kSwept);
  CHECK(scenarios.front().markets == scenarios.back().markets);
  const auto params = [&](std::size_t index) {
    return &static_cast<const std::vector<ParamValue>&>(scenarios[index].run.parents.front().strategy.params);
  };
  CHECK(params(0) == params(3));
  CHECK(params(0) != params(4));
  CHECK(params(4) == params(7));
}

TEST_CASE("market rules are what the file says, else the documented defaults") {
  const MarketRules rules = expand(kSound).front().run.markets[0].rules;
  CHECK(rules.response == Response::overlay);
  CHECK_FALSE(rules.spill_ticks.has_value());
  CHECK(rules.reaction_clock == 100 * kMillisecond);
  CHECK(rules.unfilled_makers_max == 1000);
  const MarketRules other = expand(scenario_test::with_line(kSound, 5,
                                                            "feed = \"toy\"\nresponse = \"none\"\nspill_ticks = 0\nqueue_on_shift = "
                                                            "\"front\"\nreaction_clock_ms = 0.5\nrefill_per_s = 2"))
                                .front()
                                .run.markets[0]
                                .rules;
  CHECK(other.response == Response::none);
  CHECK(other.spill_ticks == 0);
  CHECK(other.queue_on_shift == QueueOnShift::front);
  CHECK(other.reaction_clock == kMillisecond / 2);
  CHECK(other.refill_per_s == 2.0);
}

TEST_CASE("the key of a scenario changes with everything that decides its result and with nothing else") {
  const std::string key = expand(kSound).front().key;
  CHECK(expand(scenario_test::with_line(kSound, 1, "title = \"another\"")).front().key == key);
  CHECK(expand(kSound + "[latency]\norder_us = 0\n").front().key == key);  // the default, written out
  CHECK(expand(scenario_test::with_line(kSound, 5, "feed = \"toy\"\nfile = \"elsewhere.csv\"")).front().key ==
        expand(scenario_test::with_line(kSound, 5, "feed = \"toy\"\nfile = \"/somewhere/else.csv\"")).front().key);
  std::set<std::string> keys{key};
  for (const char* option : {"parent.side=sell", "parent.quantity_lots=101", "parent.end_policy=cancel", "latency.feed_us=1",
                             "market.seed=2", "experiment.seed=2", "strategy.calm.slices=11", "strategy.name=eager",
                             "impact={name=\"push\", push={strength=1}}", "output.record=full", "fees.take_bps=0.5"}) {
    INFO(option);
    CHECK(keys.insert(expand(kSound, {option}).front().key).second);
  }
  const ExperimentFile rebuilt = ScenarioFile::parse("x.toml", kSound, "/folder").plan(vocabulary("program 2"));
  CHECK(keys.insert(all_of(rebuilt).front().key).second);
  const auto other_data = [](const MarketSource& market) {
    TapeFacts facts = toy_facts(market);
    facts.content_hash = "changed";
    return facts;
  };
  CHECK(keys.insert(all_of(plan(kSound), other_data).front().key).second);
}

TEST_CASE("the resolved text is a scenario file of the same experiment") {
  for (const std::string& text :
       {kSound, kSwept,
        kSound + "[[sweep.zip]]\nparent.quantity_lots = [10, 20]\nstrategy.calm.jitter = [0.5, 1]\n[sweep]\nmarket.seed = [3]\n"}) {
    const ExperimentFile first = plan(text);
    INFO(first.resolved_text);
    const ExperimentFile second = plan(first.resolved_text);
    CHECK(second.resolved_text == first.resolved_text);
    const auto a = all_of(first), b = all_of(second);
    REQUIRE(a.size() == b.size());
    for (std::size_t index = 0; index < a.size(); ++index) CHECK(a[index].key == b[index].key);
  }
}

TEST_CASE("a market is loaded once however many scenarios share it") {
  int asked = 0;
  const ExperimentFile file = plan(kSwept + "[sweep.market]\nseed = [1, 2]\n");
  CHECK(file.markets.size() == 2);
  file.expand([&](const MarketSource& market) {
    ++asked;
    return toy_facts(market);
  });
  CHECK(asked == 2);
}

TEST_CASE("several seeds without anything random are worth a note") {
  CHECK(plan(kSound).notes.empty());
  REQUIRE(plan(kSound + "[experiment]\nseeds = 3\n").notes.size() == 1);
  CHECK(plan(kSound + "[experiment]\nseeds = 3\n").notes.front().find("nothing random is in any scenario") == 0);
  CHECK(plan(kSound + "[experiment]\nseeds = 3\n[strategy.calm]\njitter = 0.5\n").notes.empty());
  CHECK(plan(kSound + "[experiment]\nseeds = 3\n", {"parent.start_jitter_s=5"}).notes.empty());
  CHECK(plan(kSwept + "[strategy.calm]\njitter = 0.5\n").notes.front().find("in 2 of 4 combinations") != std::string::npos);
}

TEST_CASE("an end beyond the tape is worth a note") {
  CHECK(plan(kSound).expand(toy_facts).notes.empty());
  CHECK(plan(kSound, {"parent.end=11:00:00"}).expand(toy_facts).notes.size() == 1);
}

TEST_CASE("paths start at the file's folder, those of options at the current one") {
  const std::string text = scenario_test::with_line(kSound, 5, "feed = \"toy\"\nfile = \"data/a.csv\"");
  CHECK(expand(text).front().markets->members.front().source->settings.at("file") == "/folder/data/a.csv");
  CHECK(expand(kSound, {"market.file=data/b.csv"}).front().markets->members.front().source->settings.at("file") == "data/b.csv");
  CHECK(resolve_path("/abs/x", "/folder") == "/abs/x");
  CHECK(resolve_path("~/x", "/folder") == "/folder/~/x");
  const ScenarioFile file = ScenarioFile::parse("x.toml", kSound + "[plugins]\ndirectories = [\"../plugins\", \"/abs\"]\n", "/folder");
  CHECK(file.plugin_directories() == std::vector<std::string>{"/plugins", "/abs"});
}

TEST_CASE("$PLIMSOLL_DATA_DIR names the data folder, beside the repository when it is unset") {
  const char* before = std::getenv("PLIMSOLL_DATA_DIR");
  const std::string kept = before != nullptr ? before : "";
  setenv("PLIMSOLL_DATA_DIR", "/data", 1);
  CHECK(resolve_path("$PLIMSOLL_DATA_DIR/a/b.csv", "/repository/scenarios") == "/data/a/b.csv");
  unsetenv("PLIMSOLL_DATA_DIR");
  CHECK(resolve_path("$PLIMSOLL_DATA_DIR/a/b.csv", "/repository/scenarios") == "/shared/data/a/b.csv");
  if (before != nullptr) setenv("PLIMSOLL_DATA_DIR", kept.c_str(), 1);
}
