// [impact] calibrated and sample: parameters from a file, and drawn from the errors of their estimates.
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "claims.hpp"
#include "vocabulary.hpp"

using namespace plimsoll;
using namespace scenario_test;

namespace {

/// A folder with the file "impact.toml", gone at the end.
class Folder {
 public:
  explicit Folder(const std::string& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "plimsoll_calibrated_XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    write("impact.toml", text);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, const std::string& text) const { std::ofstream{path_ + "/" + name} << text; }
  ExperimentFile plan(const std::string& text, const std::vector<std::string>& overrides = {}) const {
    return ScenarioFile::parse("x.toml", text, path_, overrides).plan(vocabulary());
  }
  std::vector<Scenario> expand(const std::string& text, const std::vector<std::string>& overrides = {}) const {
    return all_of(plan(text, overrides));
  }
  std::string faults_of(const std::string& text, ExitCode code = ExitCode::bad_scenario) const {
    try {
      expand(text);
      return "";
    } catch (const BadInput& error) {
      CHECK(error.exit_code() == code);
      return error.what();
    }
  }

 private:
  std::string path_;
};

const std::string kPush = kSound.substr(0, kSound.find("[impact]"));
const std::string kCalibrated = kPush + "[impact]\nname = \"push\"\ncalibrated = \"impact.toml\"\n";
const std::string kSampled = kCalibrated + "sample = true\n[experiment]\nseeds = 3\n";
const std::string kFile =
    "[impact.push]\nstrength = 0.5\n"
    "[impact.unknown_here]\nanything = 1\n"
    "[calibration.kyle]\nparameters = [\"other\", \"strength\"]\nvalues = [7.0, 0.5]\nstandard_errors = [nan, 0.1]\n"
    "covariance = [[nan, nan], [nan, 0.01]]\n[data]\nrows = [1, 2]\n";

double strength(const Scenario& scenario) { return scenario.run.markets[0].impact.params[0].real; }
bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a calibrated file gives the parameters; what the scenario says itself, or sweeps, wins") {
  const Folder folder{kFile};
  CHECK(strength(folder.expand(kCalibrated).front()) == 0.5);
  CHECK(strength(folder.expand(kCalibrated + "[impact.push]\nstrength = 2\n").front()) == 2);
  const std::vector<Scenario> swept =
      folder.expand(kCalibrated + "[sweep]\nimpact.push.strength = [3, 4]\nimpact.name = [\"push\", \"none\"]\n");
  REQUIRE(swept.size() == 3);
  CHECK(strength(swept[0]) == 3);
  CHECK(swept[1].run.markets[0].impact.type == nullptr);
}

TEST_CASE("the content of a calibrated file is part of a scenario's identity, its place is not") {
  const Folder folder{kFile}, same{"# moved\n" + kFile}, other{"[impact.push]\nstrength = 0.6\n"};
  CHECK(folder.expand(kCalibrated).front().key == same.expand(kCalibrated).front().key);
  CHECK(folder.expand(kCalibrated).front().key != other.expand(kCalibrated).front().key);
  folder.write("again.toml", kFile);
  std::string again = kCalibrated;
  again.replace(again.find("impact.toml"), 11, "again.toml");
  CHECK(folder.expand(again).front().key == folder.expand(kCalibrated).front().key);
}

TEST_CASE("sample draws the parameters for each seed, alike for every strategy, and says what was drawn") {
  const Folder folder{kFile};
  const ExperimentFile file = folder.plan(kSampled + "[sweep]\nstrategy.name = [\"calm\", \"eager\"]\n");
  const std::vector<Scenario> scenarios = all_of(file);
  REQUIRE(scenarios.size() == 6);
  for (std::size_t seed = 0; seed < 3; ++seed) {
    CHECK(strength(scenarios[seed]) == strength(scenarios[3 + seed]));
    CHECK(strength(scenarios[seed]) != 0.5);
    CHECK(strength(scenarios[seed]) != strength(scenarios[(seed + 1) % 3]));
    REQUIRE(scenarios[seed].drawn.size() == 1);
    CHECK(scenarios[seed].drawn[0].name == "impact.push.strength");
    CHECK(scenarios[seed].drawn[0].value == strength(scenarios[seed]));
  }
  CHECK(strength(all_of(folder.plan(kSampled, {"experiment.seed=2"}))[0]) != strength(scenarios[0]));
  REQUIRE(file.notes.size() == 1);
  CHECK(contains(file.notes[0], "drawn for each seed from the errors of impact.calibrated: impact.push.strength;"));
  CHECK(contains(folder.plan(kSampled, {"experiment.seeds=1"}).notes[1], "one seed shows one draw"));
  CHECK(folder.expand(kCalibrated).front().drawn.empty());
  const Folder surer{"[impact.push]\nstrength = 0.5\n[calibration.push]\nparameters = [\"strength\"]\nstandard_errors = [0.001]\n"};
  CHECK(strength(surer.expand(kSampled)[0]) == Approx(0.5).margin(0.005));
  CHECK(surer.expand(kSampled)[0].key != folder.expand(kSampled)[0].key);
}

TEST_CASE("draws keep to the declared range of their parameter") {
  const Folder folder{"[impact.push]\nstrength = 0.5\n[calibration.push]\nparameters = [\"strength\"]\nstandard_errors = [20]\n"};
  double most = 0;
  for (const Scenario& scenario : folder.expand(kSampled, {"experiment.seeds=200"})) {
    REQUIRE(strength(scenario) >= 0);
    REQUIRE(strength(scenario) <= 10);
    most = std::max(most, strength(scenario));
  }
  CHECK(most > 5);
  const Folder bounded{
      "[impact.push]\nstrength = 0.5\n[calibration.push]\nparameters = [\"strength\"]\nstandard_errors = [20]\nleast = [0.4]\nmost = "
      "[inf]\n"};
  for (const Scenario& scenario : bounded.expand(kSampled, {"experiment.seeds=100"})) CHECK(strength(scenario) >= 0.4);
}

TEST_CASE("entries of a list are drawn by their number, with the correlation of their errors") {
  const Folder folder{
      "[impact.push]\nstrength = 0.5\nweights = [0.3, 0.4, 0.5]\n[calibration.push]\nparameters = [\"weights[2]\", \"rate\", "
      "\"weights[0]\"]\n"
      "covariance = [[0.0001, 0, 0.0001], [0, 1, 0], [0.0001, 0, 0.0001]]\n"};
  const std::vector<Scenario> scenarios = folder.expand(kSampled);
  for (const Scenario& scenario : scenarios) {
    const std::vector<double>& weights = scenario.run.markets[0].impact.params[1].reals;
    CHECK(weights[2] != 0.5);
    CHECK(weights[0] - 0.3 == Approx(weights[2] - 0.5));
    CHECK(weights[1] == 0.4);
    CHECK(scenario.drawn[0].name == "impact.push.weights[2]");
  }
  // Whatever else a scenario gives itself, the luck of the others stays.
  const std::vector<Scenario> given = folder.expand(kSampled + "[sweep]\nimpact.push.strength = [1, 2]\n");
  CHECK(given[4].run.markets[0].impact.params[1].reals == scenarios[1].run.markets[0].impact.params[1].reals);
}

TEST_CASE("a list is swept like any other value; its column is a text") {
  const std::vector<Scenario> scenarios =
      expand(kPush + "[impact]\nname = \"push\"\n[impact.push]\nstrength = 1\n[sweep]\nimpact.push.weights = [[0.1, 1], [0.5]]\n");
  REQUIRE(scenarios.size() == 2);
  CHECK(scenarios[0].run.markets[0].impact.params[1].reals == std::vector<double>{0.1, 1});
  CHECK(std::get<std::string>(scenarios[0].swept[0].value) == "[0.1, 1.0]");
  CHECK(std::get<std::string>(scenarios[1].swept[0].value) == "[0.5]");
  CHECK(contains(scenario_test::faults_of(kPush + "[impact]\nname = \"push\"\n[impact.push]\nstrength = 1\n[sweep]\n"
                                                  "impact.push.weights = [0.1, 1]\n"),
                 "0.1 is not a list of numbers"));
}

TEST_CASE("the text of a sampled scenario reads back as the same scenario") {
  const Folder folder{kFile};
  const ExperimentFile file = folder.plan(kSampled);
  INFO(file.resolved_text);
  CHECK(contains(file.resolved_text, "# \"impact.toml\" impact.push.strength = 0.5\n"));
  CHECK(contains(file.resolved_text, "# \"impact.toml\" draws of calibration.kyle = means [0.5], covariance [0.01], bounds [0.0, 10.0]\n"));
  CHECK(folder.expand(file.resolved_text)[1].key == all_of(file)[1].key);
}

TEST_CASE("each market may have a calibrated file and luck of its own; one file for all is one set of estimates") {
  const Folder folder{kFile};
  folder.write("other.toml",
               "[impact.push]\nstrength = 7\n[calibration.kyle]\nparameters = [\"strength\"]\nvalues = [7]\nstandard_errors = [0.1]\n");
  const std::string top = kPush.substr(0, kPush.find("[market]")) + "[strategy]\nname = \"calm\"\n[experiment]\nseeds = 2\n" +
                          "[impact]\nname = \"push\"\nsample = true\n";
  const auto with = [&](const std::string& file, const std::string& a, const std::string& b) {
    const std::string parent = "[parent]\nmarket = \"a\"\nside = \"buy\"\nquantity_lots = 1\nstart_s = 1\nend_s = 2\n";
    return top + file + "[[market]]\nname = \"a\"\nfeed = \"toy\"\nseed = 1\n" + a +
           "[[market]]\nname = \"b\"\nfeed = \"toy\"\nseed = 2\n" + b + parent;
  };
  const auto strengths = [](const Scenario& scenario) {
    return std::pair{scenario.run.markets[0].impact.params[0].real, scenario.run.markets[1].impact.params[0].real};
  };
  const ExperimentFile own = folder.plan(with("", "impact.calibrated = \"impact.toml\"\n", "impact.calibrated = \"other.toml\"\n"));
  const Scenario first = all_of(own)[0];
  CHECK(strengths(first).first == Approx(0.5).margin(0.45));
  CHECK(strengths(first).second == Approx(7).margin(0.45));
  REQUIRE(first.drawn.size() == 2);
  CHECK(first.drawn[0].name == "market.a.impact.push.strength");
  CHECK(first.drawn[1].name == "market.b.impact.push.strength");
  CHECK(strengths(first).first - 0.5 != Approx(strengths(first).second - 7));
  INFO(own.resolved_text);
  CHECK(folder.expand(own.resolved_text)[1].key == all_of(own)[1].key);
  const Scenario shared = folder.expand(with("calibrated = \"impact.toml\"\n", "", ""))[0];
  CHECK(strengths(shared).first == strengths(shared).second);
  REQUIRE(shared.drawn.size() == 1);
  CHECK(shared.drawn[0].name == "impact.push.strength");
  const Scenario over = folder.expand(with("calibrated = \"impact.toml\"\n", "", "impact.push.strength = 3\n"))[0];
  CHECK(strengths(over).second == 3);
  CHECK(strengths(over).first == strengths(shared).first);
}

TEST_CASE("faults of a calibrated file name it with line and column, all at once") {
  const Folder folder{
      "[impact.push]\nstrength = 11\nstrenth = 1\n"
      "[calibration.push]\nparameters = [\"strength\"]\nstandard_errors = [0.1, 0.2]\n"};
  const std::string faults = folder.faults_of(kCalibrated + "[parent]\n");
  INFO(faults);
  CHECK(contains(faults, "impact.toml:2:12 [impact.push.strength] 11 is outside [0, 10]"));
  CHECK(contains(faults, "impact.toml:3:1 [impact.push.strenth] unknown key; did you mean \"strength\"?"));
  CHECK(contains(faults, "SCENARIO-DUPLICATE-KEY x.toml"));
  const auto fault_in = [](const std::string& file) { return Folder{file}.faults_of(kSampled); };
  const std::string head = "[impact.push]\nstrength = 0.5\n[calibration.push]\n";
  CHECK(contains(fault_in("[impact.push\n"), "SCENARIO-SYNTAX"));
  CHECK(contains(fault_in("[impact.pull]\n"), "has no [impact.push]"));
  CHECK(contains(fault_in(head + "parameters = [\"strength\"]\nvalues = [0.5]\nstandard_errors = [0.1, 0.2]\n"),
                 "impact.toml:6:19 [calibration.push.standard_errors] has 2 numbers; give one for each of parameters"));
  CHECK(contains(fault_in(head + "parameters = [\"strength\"]\ncovariance = [[-0.1]]\n"), "CALIBRATION-COVARIANCE"));
  CHECK(contains(fault_in(head + "parameters = 1\n"), "[calibration.push.parameters] is no list of texts"));
  CHECK(contains(fault_in(head), "has nothing to draw"));
  CHECK(contains(fault_in(head + "parameters = [\"strength\"]\nvalues = [0.4]\nstandard_errors = [0.1]\n"), "has nothing to draw"));
  CHECK(contains(fault_in(head + "parameters = [\"strength\"]\nstandard_errors = [0.1]\n[calibration.kyle]\nparameters = [\"strength\"]\n"
                                 "values = [0.5]\nstandard_errors = [0.1]\n"),
                 "speaks of impact.push.strength as calibration.kyle does"));
  CHECK(contains(folder.faults_of(kPush + "[impact]\nname = \"push\"\nsample = true\n[impact.push]\nstrength = 1\n"),
                 "has no errors to draw from"));
  CHECK(contains(folder.faults_of(kSound + "calibrated = \"impact.toml\"\n"), "no scenario of this file has an impact model"));
  std::string elsewhere = kCalibrated;
  elsewhere.replace(elsewhere.find("impact.toml"), 11, "nowhere.toml");
  CHECK(contains(folder.faults_of(elsewhere, ExitCode::no_input), "nowhere.toml [impact.calibrated] there is no such file (x.toml:15:14)"));
}
