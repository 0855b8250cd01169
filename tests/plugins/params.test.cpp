#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "claims.hpp"
#include "experiment/nearest_word.hpp"
#include "experiment/plugin_registry.hpp"

using namespace plimsoll;

namespace {

plimsoll_param_info declared(std::uint32_t type, const char* name, const char* default_text) {
  const double infinity = std::numeric_limits<double>::infinity();
  return {sizeof(plimsoll_param_info), type, name, "1", "what it is", default_text, nullptr, -infinity, infinity, 0, 0};
}

const std::vector<plimsoll_param_info>& pov_like() {
  static const std::vector<plimsoll_param_info> infos = [] {
    std::vector<plimsoll_param_info> out = {declared(PLIMSOLL_REAL, "rate", nullptr), declared(PLIMSOLL_INTEGER, "slices", "1_000"),
                                            declared(PLIMSOLL_TEXT, "style", "cross"), declared(PLIMSOLL_BOOLEAN, "include_own", "true")};
    out[0].minimum = 0.0, out[0].minimum_excluded = 1, out[0].maximum = 1.0;
    out[1].minimum = 1.0;
    out[2].choices = "cross|join";
    return out;
  }();
  return infos;
}

ResolvedParams resolve(const std::vector<GivenParam>& given) {
  return resolve_params(pov_like().data(), static_cast<std::uint32_t>(pov_like().size()), given, "strategy.pov", "x.toml:3:1");
}

std::string only_error(const std::vector<GivenParam>& given) {
  const ResolvedParams resolved = resolve(given);
  REQUIRE(resolved.errors.size() == 1);
  return resolved.errors[0].text();
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("given values and defaults come out in declared order, with an integer where a real is wanted") {
  const ResolvedParams resolved = resolve({{"style", std::string{"join"}, "a"}, {"rate", std::int64_t{1}, "b"}});
  REQUIRE(resolved.errors.empty());
  REQUIRE(resolved.values.size() == 4);
  CHECK(resolved.values[0].name == "rate");
  CHECK(resolved.values[0].type == PLIMSOLL_REAL);
  CHECK(resolved.values[0].real == 1.0);
  CHECK(resolved.values[1].integer == 1000);
  CHECK(resolved.values[1].real == 1000.0);
  CHECK(resolved.values[2].text == "join");
  CHECK(resolved.values[3].integer == 1);
}

TEST_CASE("SCENARIO-UNKNOWN-KEY suggests the nearest key") {
  const std::string text = only_error({{"rate", 0.5, "x.toml:4:1"}, {"slcies", std::int64_t{5}, "x.toml:5:1"}});
  CHECK(text == "error SCENARIO-UNKNOWN-KEY x.toml:5:1 [strategy.pov.slcies] is not a known key; did you mean slices?");
  CHECK_FALSE(contains(only_error({{"rate", 0.5, ""}, {"zzz", 1.0, ""}}), "did you mean"));
}

TEST_CASE("SCENARIO-TYPE: a value of another type is refused, a real for an integer too") {
  CHECK(contains(only_error({{"rate", std::string{"0.5"}, "x.toml:4:1"}}),
                 "SCENARIO-TYPE x.toml:4:1 [strategy.pov.rate] \"0.5\" is not a number"));
  CHECK(contains(only_error({{"rate", 0.5, ""}, {"slices", 5.5, ""}}), "5.5 is not an integer"));
  CHECK(contains(only_error({{"rate", 0.5, ""}, {"slices", 1e3, ""}}),
                 "1000 is written as a real number, not as an integer; leave out point and exponent"));
  CHECK(contains(only_error({{"rate", 0.5, ""}, {"style", true, ""}}), "true is not a text"));
  CHECK(contains(only_error({{"rate", 0.5, ""}, {"include_own", std::int64_t{1}, ""}}), "1 is not true or false"));
  CHECK(contains(only_error({{"rate", true, ""}}), "is not a number"));
}

TEST_CASE("SCENARIO-RANGE: excluded and included bounds are told apart, NaN and infinity are never numbers") {
  CHECK(contains(only_error({{"rate", 1.7, ""}}), "SCENARIO-RANGE [strategy.pov.rate] 1.7 is outside (0, 1]"));
  CHECK(contains(only_error({{"rate", 0.0, ""}}), "0 is outside (0, 1]"));
  CHECK(resolve({{"rate", 1.0, ""}}).errors.empty());
  CHECK(contains(only_error({{"rate", 0.5, ""}, {"slices", std::int64_t{0}, ""}}), "0 is outside [1, ...)"));
  CHECK(contains(only_error({{"rate", std::nan(""), ""}}), "not a finite number"));
  CHECK(contains(only_error({{"rate", INFINITY, ""}}), "not a finite number"));
}

TEST_CASE("SCENARIO-CHOICE: a text that is none of the choices is refused and the nearest suggested") {
  const std::string text = only_error({{"rate", 0.5, ""}, {"style", std::string{"jion"}, ""}});
  CHECK(contains(text, "SCENARIO-CHOICE [strategy.pov.style] \"jion\" is not one of cross, join; did you mean \"join\"?"));
}

TEST_CASE("SCENARIO-MISSING-KEY and SCENARIO-DUPLICATE-KEY") {
  CHECK(contains(only_error({}), "SCENARIO-MISSING-KEY x.toml:3:1 [strategy.pov.rate] is required"));
  CHECK(contains(only_error({{"rate", 0.5, "x.toml:4:1"}, {"rate", 0.6, "x.toml:9:1"}}),
                 "SCENARIO-DUPLICATE-KEY x.toml:9:1 [strategy.pov.rate] is given twice; the first is at x.toml:4:1"));
}

TEST_CASE("all faults are told at once") {
  const ResolvedParams resolved = resolve({{"rat", 0.5, ""}, {"slices", 1.5, ""}, {"style", std::string{"x"}, ""}});
  CHECK(resolved.errors.size() == 4);  // unknown, missing rate, type, choice
}

TEST_CASE("a number that may be absent comes out without a type, a text as the empty text") {
  const std::vector<plimsoll_param_info> infos = {declared(PLIMSOLL_REAL, "limit_price", ""), declared(PLIMSOLL_TEXT, "start", "")};
  const ResolvedParams resolved = resolve_params(infos.data(), 2, {}, "parent", "");
  REQUIRE(resolved.errors.empty());
  CHECK(resolved.values[0].type == 0);
  CHECK(resolved.values[1].type == PLIMSOLL_TEXT);
  CHECK(resolved.values[1].text.empty());
}

TEST_CASE("declared parameters are read at the stride they were built with") {
  struct Longer {
    plimsoll_param_info info;
    double appended;
  };
  Longer longer[2] = {{declared(PLIMSOLL_REAL, "first", "1"), 0.0}, {declared(PLIMSOLL_REAL, "second", "2"), 0.0}};
  longer[0].info.size = longer[1].info.size = sizeof(Longer);
  CHECK(std::string{param_info_at(&longer[0].info, 1).name} == "second");
}

TEST_CASE("the nearest word is near, or there is none") {
  CHECK(nearest_word("quantity_lot", {"quantity_lots", "side"}) == "quantity_lots");
  CHECK(nearest_word("SIDE", {"quantity_lots", "side"}) == "side");
  CHECK(nearest_word("x", {"quantity_lots", "side"}).empty());
  CHECK(nearest_word("", {"side"}).empty());
  CHECK(nearest_word(std::string(100'000, 'a'), {"side"}).empty());
}

TEST_CASE("a list of numbers keeps its order, its default is read as TOML, and every entry keeps the rule") {
  plimsoll_param_info weights = declared(PLIMSOLL_REALS, "weights", "[1, 2.5,3e-2]");
  weights.minimum = 0.0;
  const auto given = [&](std::vector<GivenParam> values) { return resolve_params(&weights, 1, values, "impact.x", "x.toml:3:1"); };
  CHECK(given({}).values.at(0).reals == std::vector<double>{1.0, 2.5, 0.03});
  CHECK(given({{"weights", std::vector<double>{4.0, 0.0}, ""}}).values.at(0).reals == std::vector<double>{4.0, 0.0});
  const ResolvedParams below = given({{"weights", std::vector<double>{1.0, -2.0}, "x.toml:4:1"}});
  REQUIRE(below.errors.size() == 1);
  CHECK(below.errors[0].text() == "error SCENARIO-RANGE x.toml:4:1 [impact.x.weights] its entry -2 is outside [0, ...)");
  const ResolvedParams scalar = given({{"weights", 1.5, "x.toml:4:1"}});
  REQUIRE(scalar.errors.size() == 1);
  CHECK(contains(scalar.errors[0].text(), "1.5 is not a list of numbers"));
}
