// Several parents in one scenario: how a file names them, and what becomes of them.
#include "claims.hpp"
#include "vocabulary.hpp"

using namespace plimsoll;
using namespace scenario_test;

namespace {

const std::string kTop =
    "title = \"t\"\n"     // 1
    "source = \"s\"\n"    // 2
    "expect = \"e\"\n"    // 3
    "[market]\n"          // 4
    "feed = \"toy\"\n"    // 5
    "[strategy]\n"        // 6
    "name = \"calm\"\n"   // 7
    "[impact]\n"          // 8
    "name = \"none\"\n";  // 9

std::string parent(const std::string& name, const std::string& rest = "") {
  return "[[parent]]\nname = \"" + name + "\"\nside = \"buy\"\nquantity_lots = 100\nstart = \"09:40:00\"\nend = \"10:00:00\"\n" + rest;
}
const std::string kTwo = kTop + parent("second", "strategy = \"eager\"\nowner = \"client\"\n") + parent("first");

}  // namespace

TEST_CASE("each [[parent]] is worked by its own strategy, and their order in the file decides nothing") {
  const std::vector<Scenario> scenarios = expand(kTwo);
  REQUIRE(scenarios.size() == 1);
  const std::vector<ParentSpec>& parents = scenarios.front().run.parents;
  REQUIRE(parents.size() == 2);
  CHECK(*parents[0].name == "first");
  CHECK(std::string{parents[0].strategy.type->name} == "calm");
  CHECK(*parents[1].name == "second");
  CHECK(std::string{parents[1].strategy.type->name} == "eager");
  CHECK(parents[0].owner != parents[1].owner);
  const std::string swapped = kTop + parent("first") + parent("second", "strategy = \"eager\"\nowner = \"client\"\n");
  CHECK(expand(swapped).front().key == scenarios.front().key);
}

TEST_CASE("parents without an owner are of one owner") {
  const std::vector<ParentSpec> parents = expand(kTop + parent("a") + parent("b")).front().run.parents;
  CHECK(parents[0].owner == parents[1].owner);
}

TEST_CASE("a parent's keys are swept and set by its name") {
  const std::vector<Scenario> swept =
      expand(kTwo + "[sweep]\nparent.first.quantity_lots = [10, 20]\nparent.second.strategy = [\"calm\", \"eager\"]\n");
  REQUIRE(swept.size() == 4);
  CHECK(swept[0].run.parents[0].lots == 10);
  CHECK(swept[2].run.parents[0].lots == 20);
  CHECK(swept[0].run.parents[1].lots == 100);
  CHECK(std::string{swept[0].run.parents[1].strategy.type->name} == "calm");
  CHECK(expand(kTwo, {"parent.second.quantity_lots=7"}).front().run.parents[1].lots == 7);
}

TEST_CASE("what a file with parents resolves to reads back as the same scenarios") {
  const ExperimentFile file = plan(kTwo + "[sweep]\nparent.first.quantity_lots = [10, 20]\n");
  const std::vector<Scenario> once = all_of(file), again = expand(file.resolved_text);
  REQUIRE(once.size() == again.size());
  for (std::size_t index = 0; index < once.size(); ++index) CHECK(once[index].key == again[index].key);
}

TEST_CASE("faults of parents name the parent, and a bare key says which names there are") {
  CHECK(faults_of(kTop + "[[parent]]\nside = \"buy\"\n").find("[parent.name] is required in [[parent]]") != std::string::npos);
  CHECK(faults_of(kTop + parent("a") + parent("a")).find("SCENARIO-DUPLICATE-KEY x.toml:16:1 [parent.a] is given twice") !=
        std::string::npos);
  CHECK(faults_of(kTop + parent("Side")).find("is no name of a parent") != std::string::npos);
  CHECK(faults_of(kTop + parent("side")).find("is no name of a parent") != std::string::npos);
  CHECK(faults_of(kTop + parent("a", "sidd = 1\n")).find("[parent.a.sidd] unknown key; did you mean \"side\"?") != std::string::npos);
  CHECK(faults_of(kTop + parent("a", "strategy = \"clam\"\n")).find("PLUGIN-MISSING") != std::string::npos);
  CHECK(faults_of(kTwo + "[sweep]\nparent.quantity_lots = [1, 2]\n").find("name the parent: parent.first.quantity_lots") !=
        std::string::npos);
  CHECK(faults_of(kTop + parent("a") + parent("b", "end_s = 5\n")).find("[parent.b.end_s] excludes parent.b.end") != std::string::npos);
}

TEST_CASE("a model that is not free of manipulation refuses opposite sides of one owner, and takes them of two") {
  const std::string push = with_line(kTop, 9, "name = \"push\"\n[impact.push]\nstrength = 1");
  std::string sells = parent("b");
  sells.replace(sells.find("buy"), 3, "sell");
  const std::string faults = faults_of(push + parent("a") + sells);
  INFO(faults);
  CHECK(faults.find("SCENARIO-CONFLICT") != std::string::npos);
  CHECK(faults.find("push is not free of price manipulation") != std::string::npos);
  CHECK(faults_of(push + parent("a") + sells + "owner = \"client\"\n") == "");
  CHECK(faults_of(kTop + parent("a") + sells) == "");
}

TEST_CASE("a model that is free of manipulation takes opposite sides of one owner, whatever the response") {
  const std::string linear = with_line(kTop, 9, "name = \"free\"\n[impact.free]");
  std::string sells = parent("b");
  sells.replace(sells.find("buy"), 3, "sell");
  for (const char* response : {"overlay", "shift", "model"}) {
    std::string text = linear + parent("a") + sells;
    CHECK(faults_of(text.replace(text.find("feed = "), 0, std::string{"response = \""} + response + "\"\n")) == "");
  }
}
