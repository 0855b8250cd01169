// plimsoll curve and several parents, as a user meets them.
#include "app/command_run.hpp"

using namespace plimsoll::test;

TEST_CASE("the curve of a shift by the square root has its exponent, and the book alone forgets what it lost") {
  const Workshop shop;
  const std::string folder = shop / "curve";
  const std::string file = std::string{PLIMSOLL_SOURCE_DIR} + "/scenarios/impact_curve.toml";
  REQUIRE(run(shop, "run '" + file + "' -o " + folder + " --set experiment.seeds=3 --set parent.end_s=720").code == 0);
  const Ended text = run(shop, "curve " + folder + "/result.h5");
  REQUIRE(text.code == 0);
  const std::size_t shift = text.out.find("market.response = \"shift\"");
  REQUIRE(shift != std::string::npos);
  const std::size_t at = text.out.find("lots^", shift);
  const double exponent = std::stod(text.out.substr(at + 5));
  CHECK(exponent == Approx(0.5).epsilon(0.05));  // mids are half ticks: small orders move by one or two
  const Ended csv = run(shop, "curve --csv " + folder + "/result.h5");
  CHECK(csv.code == 0);
  CHECK(csv.out.rfind("\"market.response\",\"impact.name\",lots,parents,participation,impact_done_bps,", 0) == 0);
  CHECK(std::count(csv.out.begin(), csv.out.end(), '\n') == 1 + 4 * 4);
  check_fails(shop, "curve " + shop.write("no.h5", "nothing"), 65, "DATA-");
}

TEST_CASE("two parents have a line each in the table, and the slow one pays for what the fast one leaves") {
  const Workshop shop;
  const std::string folder = shop / "two";
  const std::string file = std::string{PLIMSOLL_SOURCE_DIR} + "/scenarios/two_parents.toml";
  const Ended ended = run(shop, "run '" + file + "' -o " + folder);
  REQUIRE(ended.code == 0);
  for (const char* word : {"parent", "slow", "fast"}) CHECK(ended.out.find(word) != std::string::npos);
  const plimsoll::Table parents = plimsoll::read_result_table(folder + "/result.h5", "parents");
  const auto& names = parents.texts("parent_name");
  REQUIRE(names.size() == 2 * 30);
  double cheap = 0, dear = 0;  // of the slow one, beside a fast one of 1 lot and of 1,600
  for (std::size_t row = 0; row < names.size(); ++row) {
    if (names[row] != "slow") continue;
    (row < names.size() / 3 ? cheap : dear) +=
        row < names.size() / 3 || row >= names.size() * 2 / 3 ? parents.reals("total_bps")[row] : 0.0;
  }
  CHECK(dear > cheap);
}
