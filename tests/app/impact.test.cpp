// Impact as a user meets it: curves, several parents, what models say of themselves and refuse.
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
  const Ended inspected = run(shop, "inspect " + folder + "/result.h5", "COLUMNS=400 ");
  CHECK(inspected.out.find("recorded orders taken from") != std::string::npos);
  CHECK(inspected.out.find("lots spilled by") != std::string::npos);
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

TEST_CASE("settings that a model itself refuses are an error of the scenario with the reason, before anything runs") {
  const Workshop shop;
  const auto refused = [&](const std::string& model, const std::string& reason) {
    std::string text = kSmall;
    text.replace(text.find("name = \"none\""), 13, "name = \"" + model + "\"");
    const Ended ended = run(shop, "check " + shop.write("x.toml", text));
    INFO(ended.err);
    CHECK(ended.code == 78);
    CHECK(ended.err.find("error SCENARIO-REFUSED") != std::string::npos);
    CHECK(ended.err.find(reason) != std::string::npos);
  };
  refused(
      "propagator\"\n[impact.propagator]\nkernel = \"exponentials\"\nweights_ticks_per_lot = [0.1]\nrates_per_s = [1]\nsize_exponent = 0.5 "
      "#",
      "finite at zero");
  refused("propagator\"\n[impact.propagator]\nkernel = \"tabulated\"\ntimes_s = [0, 1, 2]\nvalues_ticks_per_lot = [0.3, 0.1, 0.2] #",
          "decreas");
}

TEST_CASE("list says of each impact model whether it is free of price manipulation, why, and whether it is a book") {
  const Workshop shop;
  const std::string book = run(shop, "list impact_models obizhaeva_wang").out;
  CHECK(book.find("free of price manipulation: yes; ") != std::string::npos);
  CHECK(book.find("a book of its own") != std::string::npos);
  const std::string law = run(shop, "list impact_models square_root").out;
  CHECK(law.find("free of price manipulation: no; ") != std::string::npos);
  CHECK(law.find("a book of its own") == std::string::npos);
}
