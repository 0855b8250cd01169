// Every code of the scenario checker, with the place it points at.
#include <filesystem>
#include <fstream>

#include "claims.hpp"
#include "vocabulary.hpp"

using namespace plimsoll;
using namespace scenario_test;

namespace {

std::string with_line(int number, const std::string& line) { return scenario_test::with_line(kSound, number, line); }

/// The one fault a text has begins with this.
void check_fault(const std::string& text, const std::string& beginning) {
  const std::string faults = faults_of(text);
  INFO(faults);
  CHECK(faults.rfind("error " + beginning, 0) == 0);
  CHECK(faults.find('\n') == std::string::npos);
}

}  // namespace

TEST_CASE("a sound scenario file has no fault") { CHECK(faults_of(kSound) == ""); }

TEST_CASE("an unknown key is an error at its place that names the nearest key") {
  CHECK(faults_of(kSound + "[strategy.calm]\n  slice = 3\n") ==
        "error SCENARIO-UNKNOWN-KEY x.toml:16:3 [strategy.calm.slice] unknown key; did you mean \"slices\"?");
  check_fault(with_line(8, "quantity_lots = 100\nquantity = 3"), "SCENARIO-UNKNOWN-KEY x.toml:9:1 [parent.quantity] unknown key");
  check_fault("titel = \"t\"\n" + kSound, "SCENARIO-UNKNOWN-KEY x.toml:1:1 [titel] unknown key; did you mean \"title\"?");
  check_fault(kSound + "[latencies]\norder_us = 1\n",
              "SCENARIO-UNKNOWN-KEY x.toml:15:2 [latencies] unknown table; did you mean \"latency\"?");
  check_fault(kSound + "[sweep]\nparent.sides = [\"buy\"]\n",
              "SCENARIO-UNKNOWN-KEY x.toml:16:8 [sweep.parent.sides] unknown key; did you mean \"side\"?");
  CHECK(faults_of(kSound + "[[stress]]\nx = 1\n").rfind("error SCENARIO-UNKNOWN-KEY", 0) == 0);
}

TEST_CASE("a performance option is no key of a scenario") {
  check_fault(with_line(4, "[experiment]\nthreads = 2\n[market]"), "SCENARIO-UNKNOWN-KEY x.toml:5:1 [experiment.threads]");
}

TEST_CASE("a key given twice is an error that hides no other") {
  const std::string faults = faults_of(with_line(8, "quantity_lots = 100\nquantity_lots = 200\nsidd = 1"));
  INFO(faults);
  CHECK(faults.find("error SCENARIO-DUPLICATE-KEY x.toml:9:1 [quantity_lots] is given twice") == 0);
  CHECK(faults.find("\nerror SCENARIO-UNKNOWN-KEY x.toml:10:1 [parent.sidd] unknown key; did you mean \"side\"?") != std::string::npos);
  check_fault(kSound + "[latency]\norder_us = 1\n[latency]\n", "SCENARIO-DUPLICATE-KEY x.toml:17:1 [latency] is given twice");
  check_fault("\"parent.side\" = \"buy\"\n" + kSound,
              "SCENARIO-DUPLICATE-KEY x.toml:8:1 [parent.side] is given twice; the first is at x.toml:1:1");
}

TEST_CASE("response = model without a model that is a book is a conflict, not a run that fails") {
  check_fault(with_line(4, "[market]\nresponse = \"model\""), "SCENARIO-CONFLICT x.toml:");
}

TEST_CASE("a value of another type is an error at the value") {
  check_fault(with_line(8, "quantity_lots = \"many\""), "SCENARIO-TYPE x.toml:8:17 [parent.quantity_lots]");
  check_fault(with_line(8, "quantity_lots = 1.5"), "SCENARIO-TYPE x.toml:8:17 [parent.quantity_lots]");
  check_fault(with_line(7, "side = [\"buy\", \"sell\"]"),
              "SCENARIO-TYPE x.toml:7:8 [parent.side] a list where one value is wanted; to try several");
  check_fault(with_line(9, "start = 09:40:00"),
              "SCENARIO-TYPE x.toml:9:9 [parent.start] a TOML date or time where one value is wanted; put it in quotes");
  check_fault(kSound + "[plugins]\ndirectories = \"here\"\n", "SCENARIO-TYPE x.toml:16:15 [plugins.directories]");
}

TEST_CASE("a number outside its range, NaN and infinities are errors") {
  check_fault(with_line(8, "quantity_lots = 0"), "SCENARIO-RANGE x.toml:8:17 [parent.quantity_lots] 0 is outside [1,");
  for (const char* value : {"nan", "inf", "-inf", "-1.0"})
    check_fault(kSound + "[latency]\norder_us = " + value + "\n", "SCENARIO-RANGE x.toml:16:12 [latency.order_us]");
  check_fault(kSound + "[instrument]\ntick = 0.00000000001\n",
              "SCENARIO-RANGE x.toml:16:8 [instrument.tick] 1e-11 is not a whole number of 1e-9");
}

TEST_CASE("a text that is none of the choices is an error") {
  check_fault(with_line(7, "side = \"byu\""),
              "SCENARIO-CHOICE x.toml:7:8 [parent.side] \"byu\" is not one of buy, sell; did you mean \"buy\"?");
}

TEST_CASE("a missing required key is an error at its table") {
  check_fault(with_line(8, ""), "SCENARIO-MISSING-KEY x.toml:6:2 [parent.quantity_lots]");
  check_fault(with_line(1, ""), "SCENARIO-MISSING-KEY x.toml [title]");
  check_fault(with_line(14, ""), "SCENARIO-MISSING-KEY x.toml:13:2 [impact.name]");
  check_fault(with_line(10, ""), "SCENARIO-MISSING-KEY x.toml:6:2 [parent.end]");
  check_fault(with_line(14, "name = \"push\""), "SCENARIO-MISSING-KEY x.toml:14:8 [impact.push.strength]");
}

TEST_CASE("keys that exclude each other are an error") {
  check_fault(with_line(9, "start = \"09:40:00\"\nstart_s = 5"), "SCENARIO-CONFLICT x.toml:10:11 [parent.start_s] excludes parent.start");
  check_fault(with_line(5, "feed = \"sealed\"\n[instrument]\nlot = 1.0"),
              "SCENARIO-CONFLICT x.toml:7:7 [instrument.lot] the sealed feed brings its own");
}

TEST_CASE("unknown feeds, strategies and impact models are errors that name what there is") {
  check_fault(with_line(5, "feed = \"tyo\""),
              "SCENARIO-UNKNOWN-FEED x.toml:5:8 [market.feed] there is no feed \"tyo\"; there are toy, sealed");
  check_fault(with_line(12, "name = \"clam\""), "PLUGIN-MISSING x.toml:12:8 [strategy.name]");
  check_fault(with_line(14, "name = \"pull\""), "PLUGIN-MISSING x.toml:14:8 [impact.name]");
  check_fault(kSound + "[strategy.clam]\nslices = 2\n", "PLUGIN-MISSING x.toml:15:11 [strategy.clam]");
}

TEST_CASE("settings of a plugin that no scenario selects are an error, also in the sweep") {
  check_fault(kSound + "[strategy.eager]\nrate = 0.2\n", "SCENARIO-UNUSED-TABLE x.toml:15:11 [strategy.eager]");
  check_fault(kSound + "[sweep]\nstrategy.eager.rate = [0.1, 0.2]\n", "SCENARIO-UNUSED-TABLE x.toml:16:16 [strategy.eager]");
  check_fault(kSound + "[impact.push]\nstrength = 1\n", "SCENARIO-UNUSED-TABLE x.toml:15:9 [impact.push]");
}

TEST_CASE("a malformed axis is an error") {
  check_fault(kSound + "[sweep]\nparent.side = \"buy\"\n", "SCENARIO-SWEEP x.toml:16:15 [sweep.parent.side] an axis is a list of values");
  check_fault(kSound + "[sweep]\nparent.side = []\n", "SCENARIO-SWEEP x.toml:16:8 [sweep.parent.side] has no values");
  check_fault(kSound + "[sweep]\nparent.quantity_lots = [5, 7, 5]\n",
              "SCENARIO-SWEEP x.toml:16:31 [sweep.parent.quantity_lots] 5 is repeated");
  check_fault(kSound + "[sweep]\nmarket.feed = [\"toy\"]\n", "SCENARIO-SWEEP x.toml:16:8 [sweep.market.feed] cannot be swept");
  check_fault(kSound + "[sweep]\nparent.side = [\"buy\"]\n\"parent.side\" = [\"sell\"]\n", "SCENARIO-DUPLICATE-KEY");
  check_fault(kSound + "[sweep]\nparent.side = [\"buy\"]\n[[sweep.zip]]\nparent.side = [\"sell\"]\n",
              "SCENARIO-SWEEP x.toml:18:8 [sweep.zip[0].parent.side] is swept twice");
  check_fault(kSound + "[[sweep.zip]]\nparent.side = [\"buy\", \"sell\"]\nparent.quantity_lots = [1, 2, 3]\n",
              "SCENARIO-SWEEP x.toml:17:8 [sweep.zip.parent.quantity_lots] has 3 values where parent.side has 2");
  check_fault(kSound + "[sweep]\nparent.quantity_lots = [5, \"x\"]\n", "SCENARIO-TYPE x.toml:16:28 [parent.quantity_lots]");
}

TEST_CASE("more than a million scenarios are an error before anything is expanded") {
  std::string values;
  for (int value = 1; value <= 1001; ++value) values += std::to_string(value) + ",";
  check_fault(kSound + "[sweep]\nparent.quantity_lots = [" + values + "]\nmarket.seed = [" + values + "]\n",
              "SCENARIO-TOO-MANY x.toml:16:8 [sweep]");
  check_fault(kSound + "[experiment]\nseeds = 100000\n[sweep]\nparent.quantity_lots = [1,2,3,4,5,6,7,8,9,10,11]\n",
              "SCENARIO-TOO-MANY x.toml:16:9 [experiment.seeds]");
}

TEST_CASE("malformed and impossible times are errors") {
  for (const char* clock : {"9:40:00", "09:40", "24:00:00", "09:60:00", "09:40:61", "09:40:00.", "09:40:00.1234567891", "noon"})
    check_fault(with_line(9, std::string{"start = \""} + clock + "\""), "SCENARIO-TIME x.toml:9:9 [parent.start]");
  check_fault(with_line(9, "start = \"10:00:00.5\""), "SCENARIO-TIME x.toml:10:7 [parent.end] is not after parent.start");
  check_fault(with_line(9, "start = \"09:29:59\""),
              "SCENARIO-TIME x.toml:9:9 [parent.start] is before the tape's first event; the first event is at 09:30:00");
  check_fault(scenario_test::with_line(with_line(9, "start = \"10:30:01\""), 10, "end = \"10:31:00\""),
              "SCENARIO-TIME x.toml:9:9 [parent.start] is after the tape's last event");
  check_fault(with_line(10, "end_s = 600.0"), "SCENARIO-TIME x.toml:10:9 [parent.end_s] is not after parent.start");
}

TEST_CASE("a limit price that is no whole number of ticks is an error") {
  check_fault(with_line(8, "quantity_lots = 100\nlimit_price = 586.005"),
              "SCENARIO-PRICE x.toml:9:15 [parent.limit_price] 586.005 is not a whole number of ticks of 0.01");
  CHECK(expand(with_line(8, "quantity_lots = 100\nlimit_price = 586.07")).front().run.parents.front().limit == 58607);
}

TEST_CASE("a fee within its range that is too large in ticks of the tape is an error with its place") {
  const auto fine_ticks = [](const MarketSource& market) {
    TapeFacts facts = toy_facts(market);
    facts.instrument.tick_e9 = 1;
    return facts;
  };
  const ExperimentFile file = plan(kSound + "[fees]\nmake_per_unit = 1e6\n");
  CHECK_NOTHROW(file.expand(toy_facts));
  try {
    file.expand(fine_ticks);
    FAIL("1e15 ticks a lot were taken");
  } catch (const BadInput& error) {
    CHECK(error.exit_code() == ExitCode::bad_scenario);
    CHECK(std::string{error.what()}.rfind(
              "error SCENARIO-RANGE x.toml:16:17 [fees.make_per_unit] 1e+06 is 1e9 or more ticks of 1e-09 per lot", 0) == 0);
  }
}

TEST_CASE("a malformed option is an error that names the option") {
  CHECK(faults_of(kSound, {"parent.side"}).rfind("error SCENARIO-SET --set parent.side is not KEY=VALUE", 0) == 0);
  CHECK(faults_of(kSound, {"a b=1"}).rfind("error SCENARIO-SET", 0) == 0);
  CHECK(faults_of(kSound, {"parent.side=up"}) == "error SCENARIO-CHOICE --set parent.side=up [parent.side] \"up\" is not one of buy, sell");
  CHECK(faults_of(kSound, {"parnt.side=buy"})
            .rfind("error SCENARIO-UNKNOWN-KEY --set parnt.side=buy [parnt.side] unknown key; did you mean \"parent\"?", 0) == 0);
}

TEST_CASE("all faults of a file come in one go") {
  const std::string faults =
      faults_of(with_line(7, "side = \"up\"\nsize = 3") + "[latency]\norder_us = -1\nfeed_us = \"fast\"\n[fees]\ntake = 1\n");
  INFO(faults);
  for (const char* code : {"SCENARIO-CHOICE x.toml:7:8", "SCENARIO-UNKNOWN-KEY x.toml:8:1", "SCENARIO-RANGE x.toml:17:12",
                           "SCENARIO-TYPE x.toml:18:11", "SCENARIO-UNKNOWN-KEY x.toml:20:1"})
    CHECK(faults.find(code) != std::string::npos);
}

TEST_CASE("a missing file, a folder and a pipe are missing input, and never a hang") {
  const auto folder = std::filesystem::temp_directory_path() / "plimsoll_scenario_faults";
  std::filesystem::create_directories(folder);
  for (const std::string& path : {(folder / "none.toml").string(), folder.string()}) {
    try {
      ScenarioFile::read(path);
      FAIL("was read");
    } catch (const BadInput& error) {
      CHECK(error.exit_code() == ExitCode::no_input);
      CHECK(error.errors().front().code == "SCENARIO-MISSING");
    }
  }
  std::filesystem::remove_all(folder);
}
