// scenarios/README.md and the scenarios beside it cannot drift from the checker.
#include <fstream>
#include <sstream>

#include "claims.hpp"
#include "io/scenario_keys.hpp"

using namespace plimsoll;

TEST_CASE("every key of a scenario file is explained in scenarios/README.md") {
  std::ostringstream text;
  text << std::ifstream{std::string{PLIMSOLL_SOURCE_DIR} + "/scenarios/README.md"}.rdbuf();
  const std::string readme = text.str();
  REQUIRE(readme.size() > 1000);
  for (const HouseKey& key : house_keys()) {
    INFO(key.dotted());
    const bool plugin = std::string{key.info.name} == "name";
    CHECK(readme.find(plugin ? "`" + key.dotted() + "`" : "`" + std::string{key.info.name} + "`") != std::string::npos);
    if (*key.table != '\0') CHECK(readme.find("`[" + std::string{key.table} + "]`") != std::string::npos);
    if (key.info.choices != nullptr) {
      std::istringstream choices{key.info.choices};
      for (std::string choice; std::getline(choices, choice, '|');) CHECK(readme.find("`" + choice + "`") != std::string::npos);
    }
  }
}
