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

TEST_CASE("a curve of one parent is not pooled over the sizes of another") {
  const Workshop shop;
  const std::string folder = shop / "two";
  const std::string file = std::string{PLIMSOLL_SOURCE_DIR} + "/scenarios/two_parents.toml";
  const Ended ran = run(shop, "run '" + file + "' -o " + folder + " --set experiment.seeds=2");
  REQUIRE(ran.code == 0);
  CHECK(ran.out.find("fast lots") != std::string::npos);  // the column is no size of the slow one
  const Ended csv = run(shop, "curve --csv " + folder + "/result.h5");
  REQUIRE(csv.code == 0);
  CHECK(csv.out.rfind("\"parent_name\",\"parent.fast.quantity_lots\",lots,", 0) == 0);
  for (const char* line : {"\n\"fast\",,1,2,", "\n\"fast\",,1600,2,", "\n\"slow\",1,750,2,", "\n\"slow\",1600,750,2,"})
    CHECK(csv.out.find(line) != std::string::npos);
  const Ended text = run(shop, "curve " + folder + "/result.h5");
  CHECK(text.out.find("no exponent: it takes two sizes") != std::string::npos);
  CHECK(text.out.find("parent_name = \"fast\"\n") != std::string::npos);
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

TEST_CASE("a curve leaves out what failed, and refuses a shard in words") {
  const Workshop shop;
  std::string text = kSmall;
  text.replace(text.find("name = \"none\""), 13, "name = \"linear\"\n[impact.linear]\nticks_per_lot = 0");
  const std::string scenario = shop.write("x.toml", text);
  const std::string too_much = " --set 'sweep.impact.linear.ticks_per_lot=[0, 9e8]'";
  REQUIRE(run(shop, "run " + scenario + too_much + " -o " + (shop / "some")).code == 2);
  const Ended some = run(shop, "curve --csv " + (shop / "some") + "/result.h5");
  CHECK(some.code == 0);
  CHECK(std::count(some.out.begin(), some.out.end(), '\n') == 1 + 2 * 3);
  CHECK(some.out.find("922337203") == std::string::npos);  // no number of lots
  REQUIRE(run(shop, "run " + scenario + " --set impact.linear.ticks_per_lot=9e8 -o " + (shop / "none")).code == 2);
  check_fails(shop, "curve " + (shop / "none") + "/result.h5", 65, "DATA-EMPTY");
  const std::string shard = fs::directory_iterator(shop / "some/shards")->path();
  check_fails(shop, "curve " + shard, 65, "DATA-FORMAT " + shard + " is a shard");
}

TEST_CASE("results of a swept list are told apart by its numbers") {
  const Workshop shop;
  std::string text = kSmall;
  text.replace(
      text.find("name = \"none\""), 13,
      "name = \"propagator\"\n[impact.propagator]\nkernel = \"exponentials\"\nrates_per_s = [1, 2]\nweights_ticks_per_lot = [1, 2]");
  const std::string key = "impact.propagator.weights_ticks_per_lot";
  const Ended ended = run(shop, "run " + shop.write("x.toml", text) + " -o " + (shop / "r") + " --set strategy.name=twap --set 'sweep." +
                                    key + "=[[0.001, 0.002], [0.5, 0.25]]'");
  INFO(ended.err);
  REQUIRE(ended.code == 0);
  const plimsoll::Table rows = plimsoll::read_result_table(shop / "r/result.h5", "scenarios");
  const auto& values = rows.texts(key);
  CHECK(std::count(values.begin(), values.end(), "[0.001, 0.002]") == 12);
  CHECK(std::count(values.begin(), values.end(), "[0.5, 0.25]") == 12);
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
