#include <functional>

#include "claims.hpp"
#include "include_line.hpp"
#include "rules.hpp"

// The first half shows every rule an offence, so that a rule cannot go blind; the second half lets the rules loose on the repository.

namespace {

using namespace tidy;

constexpr std::size_t kSizeLimit = 512 * 1024;

const std::vector<LongFile> kLongFiles = {};

Tree tree_of(std::initializer_list<SourceFile> files) {
  Tree tree;
  for (const SourceFile& file : files) tree[file.path] = file;
  return tree;
}

using Rule = Findings (*)(const SourceFile&);
std::size_t count(Rule rule, const std::string& text, const std::string& path = "framework/replay/planted.cpp") {
  return rule({path, text}).size();
}

const Tree& repository() {
  static const Tree tree = [] {
    Findings too_large;
    return read_tree(PLIMSOLL_SOURCE_DIR, kSizeLimit, too_large);
  }();
  return tree;
}

Findings over_repository(Rule rule) {
  Findings all;
  for (const auto& [path, file] : repository())
    for (Finding& finding : rule(file)) all.push_back(std::move(finding));
  return all;
}

}  // namespace

TEST_CASE("blanking hides comments and strings, keeps lines, and is not fooled by digit separators or raw strings") {
  CHECK(blanked("a // b\nc", Blank::comments) == "a     \nc");
  CHECK(blanked("a /* b\n */ c", Blank::comments) == "a     \n    c");
  CHECK(blanked("f(\"x // y\") // z", Blank::comments) == "f(\"x // y\")     ");
  CHECK(blanked("f(\"a\\\"b\") + 'c'", Blank::comments_and_strings) == "f(\"    \") + ' '");
  CHECK(blanked("1'000 + rand() + 2'000", Blank::comments_and_strings) == "1'000 + rand() + 2'000");
  CHECK(blanked("R\"x(a\" // )x\" + b", Blank::comments_and_strings) == "              + b");
}

TEST_CASE("the include line rule catches a folder that looks to its right, also through a header") {
  const SourceFile book{"framework/market/book.hpp", "#include \"core/units.hpp\"\n"};
  const SourceFile units{"framework/core/units.hpp", ""};
  const SourceFile venue{"framework/execution/venue.hpp", "#include \"market/book.hpp\"\n"};
  CHECK(check_include_line(tree_of({book, units, venue})).empty());

  const SourceFile sly{"framework/market/sly.hpp", "#include \"execution/venue.hpp\"\n"};
  const Findings direct = check_include_line(tree_of({book, units, venue, sly}));
  REQUIRE(direct.size() == 1);
  CHECK(direct[0].place == "framework/market/sly.hpp:1");

  const SourceFile through{"framework/market/through.cpp", "\n#include \"sly.hpp\"\n"};
  const Findings followed = check_include_line(tree_of({book, units, venue, sly, through}));
  REQUIRE(followed.size() == 2);
  CHECK(followed[1].place == "framework/market/through.cpp:2");
  CHECK(followed[1].problem.find("sly.hpp -> framework/execution/venue.hpp") != std::string::npos);
}

TEST_CASE("the include line rule knows the leaves, unknown folders, made-up headers and brackets around own headers") {
  const SourceFile units{"framework/core/units.hpp", ""};
  const SourceFile order{"framework/execution/order.hpp", ""};
  const SourceFile files{"framework/io/files.hpp", ""};
  const auto findings = [&](const char* path, const char* text) {
    return check_include_line(tree_of({units, order, files, {path, text}})).size();
  };
  CHECK(findings("framework/feed/a.cpp", "#include \"core/units.hpp\"") == 0);
  CHECK(findings("framework/feed/a.cpp", "#include \"execution/order.hpp\"") == 1);
  CHECK(findings("framework/calibration/a.cpp", "#include \"execution/order.hpp\"") == 0);
  CHECK(findings("framework/calibration/a.cpp", "#include \"io/files.hpp\"") == 1);
  CHECK(findings("framework/io/a.cpp", "#include \"execution/order.hpp\"") == 0);
  CHECK(findings("framework/experiment/a.cpp", "#include \"io/files.hpp\"") == 1);
  CHECK(findings("framework/experiment/a.cpp", "#include <io/files.hpp>") == 1);
  CHECK(findings("framework/core/a.cpp", "#include \"../execution/order.hpp\"") == 1);
  CHECK(findings("framework/app/a.cpp", "#include \"io/files.hpp\"") == 0);
  CHECK(findings("framework/utilities/a.cpp", "") == 1);
  CHECK(findings("framework/core/a.cpp", "#include \"core/nowhere.hpp\"") == 1);
  CHECK(findings("framework/core/a.cpp", "// #include \"execution/order.hpp\"") == 0);
}

TEST_CASE("a strategy or impact model that includes more than the SDK, the standard library and Eigen is caught") {
  const SourceFile units{"framework/core/units.hpp", ""};
  const SourceFile random{"framework/core/random.hpp", ""};
  const SourceFile sdk{"framework/sdk/plugin.hpp", "#include \"core/units.hpp\"\n"};
  const SourceFile leaking{"framework/sdk/leaking.hpp", "#include \"core/random.hpp\"\n"};
  const auto findings = [&](const char* text) {
    return check_include_line(tree_of({units, random, sdk, leaking, {"strategies/a.cpp", text}})).size();
  };
  CHECK(findings("#include \"sdk/plugin.hpp\"\n#include <vector>\n#include <Eigen/Dense>\n") == 0);
  CHECK(findings("#include \"core/random.hpp\"\n") == 1);
  CHECK(findings("#include \"sdk/leaking.hpp\"\n") == 1);
  CHECK(findings("#include <boost/optional.hpp>\n") == 1);
}

TEST_CASE("a library outside its place is caught") {
  const auto findings = [](const char* path, const char* text) { return count(check_library_places, text, path); };
  CHECK(findings("framework/io/a.cpp", "#include <hdf5.h>\n#include <toml++/toml.h>\n") == 0);
  CHECK(findings("framework/io/a.hpp", "#include <hdf5.h>\n#include <toml++/toml.h>\n") == 2);
  CHECK(findings("framework/replay/a.cpp", "#include <oneapi/tbb/parallel_for.h>\n#include <tbb/task_group.h>\n") == 2);
  CHECK(findings("framework/experiment/a.cpp", "#include <tbb/task_group.h>\n") == 0);
  CHECK(findings("framework/io/a.cpp", "#include <boost/program_options.hpp>\n") == 1);
  CHECK(findings("framework/app/a.cpp", "#include <boost/program_options.hpp>\n") == 0);
  CHECK(findings("framework/app/a.cpp", "#include <random>\n#include <xxhash.h>\n#include <xxh_x86dispatch.h>\n") == 3);
}

TEST_CASE("the wall clock is caught outside app and bench") {
  for (const char* text : {"auto t = std::chrono::steady_clock::now();", "using Clock = std::chrono::system_clock;", "x = Clock::now();",
                           "const auto t = time(nullptr);", "std::time(&t);", "clock_gettime(CLOCK_REALTIME, &t);"}) {
    INFO(text);
    CHECK(count(check_banned_code, text) == 1);
    CHECK(count(check_banned_code, text, "tests/core/a.test.cpp") == 1);
    CHECK(count(check_banned_code, text, "framework/app/a.cpp") == 0);
    CHECK(count(check_banned_code, text, "tests/bench/a.cpp") == 0);
  }
  CHECK(count(check_banned_code, "event.time(0); host->now(run); // steady_clock::now()") == 0);
  CHECK(count(check_banned_code, "// tidy: allow clock: a limit on a child process\nsteady_clock::now();", "tests/fault/a.cpp") == 0);
}

TEST_CASE("randomness that is not addressed is caught") {
  for (const char* text : {"std::random_device d;", "std::mt19937_64 g;", "int x = rand();", "srand(1);", "drand48();",
                           "std::normal_distribution<double> d;", "std::uniform_int_distribution<> d;", "std::shuffle(a, b, g);"}) {
    INFO(text);
    CHECK(count(check_banned_code, text) == 1);
    CHECK(count(check_banned_code, text, "impact_models/a.cpp") == 1);
  }
  CHECK(count(check_banned_code, "int operand(int brand); stream.uniform(3);") == 0);
}

TEST_CASE("transcendental functions of the C library are caught, those of core/math and of the host are not") {
  for (const char* text : {"std::exp(x)", "a = std::pow(x, 2);", "y = exp(-x);", "return tanh(x);", "f(log(x))", "auto f = std::log;",
                           "double y{sin(x)};", "a + ::exp(x)", "std::log1p(x)", "expf(x);"}) {
    INFO(text);
    CHECK(count(check_banned_code, text, "strategies/a.cpp") == 1);
  }
  for (const char* text :
       {"math::exp(x)", "host->log(x)", "host.pow(x, y)", "double exp(double x) const;", "std::sqrt(x)", "catalog(x)", "std::floor(x)"}) {
    INFO(text);
    CHECK(count(check_banned_code, text, "strategies/a.cpp") == 0);
  }
  CHECK(count(check_banned_code, "return std::exp(x);", "framework/core/math.cpp") == 0);
}

TEST_CASE("number parsing that follows the locale and sums in no fixed order are caught") {
  CHECK(count(check_banned_code, "std::stod(s); ") == 1);
  CHECK(count(check_banned_code, "atof(s);") == 1);
  CHECK(count(check_banned_code, "strtod(s, &end);") == 1);
  CHECK(count(check_banned_code, "std::sscanf(s, f, &x);") == 1);
  CHECK(count(check_banned_code, "std::from_chars(a, b, x);") == 0);
  CHECK(count(check_banned_code, "tbb::parallel_reduce(range, 0.0, f, g);") == 1);
  CHECK(count(check_banned_code, "std::reduce(a, b);") == 1);
  CHECK(count(check_banned_code, "tbb::parallel_deterministic_reduce(range, 0.0, f, g);") == 0);
}

TEST_CASE("state that outlives a call is caught: static, thread_local, namespace scope") {
  for (const char* text : {"void f() { static int calls = 0; }", "static std::vector<int> cache;", "static const char* name = \"x\";",
                           "thread_local int depth;", "static std::map<int, std::string> all{};", "int counter = 0;", "std::string name;",
                           "inline std::vector<int> cache;", "extern int shared;", "int table[10];"}) {
    INFO(text);
    CHECK(count(check_mutable_globals, text) == 1);
  }
  for (const char* text :
       {"static const std::string kName = \"x\";", "static constexpr int kMost = 3;", "constexpr static int kMost = 3;",
        "static int helper(int x);", "static const char* const kNames[] = {\"a\"};", "static_assert(true);", "static_cast<int>(x);",
        "static std::vector<int> make();", "inline constexpr int kMost = 3;", "const Level Book::kEmpty{};", "using A = B;", "struct A;",
        "  int member_ = 0;", "enum class A : int;", "double f(double x) { return x; }", "static constexpr const char* kName = \"x\";"}) {
    INFO(text);
    CHECK(count(check_mutable_globals, text) == 0);
  }
  CHECK(count(check_mutable_globals, "// for messages only. tidy: allow thread_local\nthread_local int depth;") == 0);
}

TEST_CASE("a loop over an unordered container is caught, also when its header declares the member") {
  const SourceFile none;
  const auto findings = [](const std::string& text, const SourceFile& header) {
    return check_unordered_iteration({"framework/feed/a.cpp", text}, header).size();
  };
  const std::string local = "std::unordered_map<int, std::vector<int>> seen;\n";
  CHECK(findings(local + "for (const auto& [a, b] : seen) {}", none) == 1);
  CHECK(findings(local + "auto it = seen.begin();", none) == 1);
  CHECK(findings(local + "seen.find(3); for (int x : others) {}", none) == 0);
  CHECK(findings(local + "// sorted below. tidy: allow unordered\nfor (const auto& [a, b] : seen) {}", none) == 0);
  const SourceFile header{"framework/feed/a.hpp", "class A { std::unordered_set<int> live_; };"};
  CHECK(findings("for (int x : this->live_) {}", header) == 1);
  CHECK(findings("for (int x : other.live_) {}", header) == 1);
}

TEST_CASE("notes of unfinished work and paths of a machine are caught in any file") {
  const std::string note = std::string{"// TO"} + "DO: later";
  CHECK(count(check_words, note, "README.md") == 1);
  CHECK(count(check_words, std::string{"FIX"} + "ME", "scenarios/a.toml") == 1);
  CHECK(count(check_words, std::string{"see X"} + "XX", "dev") == 1);
  CHECK(count(check_words, "mastodon, methods, fixmes", "README.md") == 0);
  CHECK(count(check_words, std::string{"path = \"/ho"} + "me/ann/data\"", "scenarios/a.toml") == 1);
  CHECK(count(check_words, std::string{"cd /wo"} + "rk/main", "dev") == 1);
  CHECK(count(check_words, "framework/core, ../data/x, https://a.org/home/x, $root/results/x", "README.md") == 0);
}

TEST_CASE("long lines are caught by characters, not bytes") {
  CHECK(count(check_line_length, std::string(141, 'x')) == 1);
  CHECK(count(check_line_length, std::string(140, 'x')) == 0);
  CHECK(count(check_line_length, std::string(138, 'x') + "\u00e9\u00e9") == 0);
  CHECK(count(check_line_length, std::string(141, '#'), "scenarios/a.toml") == 1);
  CHECK(count(check_line_length, std::string(300, '|'), "README.md") == 0);
}

TEST_CASE("long files are caught, and so are exceptions that are not needed or not explained") {
  std::string text;
  for (int i = 0; i < 451; ++i) text += "\n";
  const Tree tree = tree_of({{"framework/a.cpp", text}, {"framework/b.cpp", "\n"}});
  CHECK(check_file_length(tree, {}).size() == 1);
  CHECK(check_file_length(tree, {{"framework/a.cpp", "one table"}}).empty());
  CHECK(check_file_length(tree, {{"framework/a.cpp", ""}}).size() == 1);
  CHECK(check_file_length(tree, {{"framework/a.cpp", "one table"}, {"framework/b.cpp", "was long"}}).size() == 1);
}

TEST_CASE("a header without guard or contract is caught") {
  const auto findings = [](const char* text) { return count(check_header_start, text, "framework/core/a.hpp"); };
  CHECK(findings("#pragma once\n/// What it promises.\n#include <vector>\nint f();\n") == 0);
  CHECK(findings("/* What it promises. */\n#ifndef A_H\n#define A_H\nint f();\n#endif\n") == 0);
  CHECK(findings("/// What it promises.\nint f();\n") == 1);
  CHECK(findings("#pragma once\nint f();\n") == 1);
  CHECK(findings("#pragma once\nint f();\n/// Too late.\nint g();\n") == 1);
  CHECK(count(check_header_start, "int f();", "tests/a.hpp") == 0);
}

TEST_CASE("compiler flags that move results are caught") {
  CHECK(count(check_build_flags, "add_compile_options(-ffast-math)", "CMakeLists.txt") == 1);
  CHECK(count(check_build_flags, "\"-march=native\"", "CMakePresets.json") == 1);
  CHECK(count(check_build_flags, "-fno-fast-math -ffp-contract=off", "CMakeLists.txt") == 0);
}

TEST_CASE("the rules see the repository: its entry points are read and generated folders are not") {
  CHECK(repository().contains("dev"));
  CHECK(repository().contains("framework/core/units.hpp"));
  CHECK(repository().contains("tests/tidy/tidy.test.cpp"));
  for (const auto& [path, file] : repository()) {
    CHECK_FALSE(file.below("build"));
    CHECK_FALSE(file.below(".git/"));
  }
}

TEST_CASE("every folder includes only what stands to its left") { CHECK(text_of(check_include_line(repository())) == ""); }
TEST_CASE("every library stays in its place") { CHECK(text_of(over_repository(check_library_places)) == ""); }
TEST_CASE("nothing in the house depends on clock, luck, C library, locale or order of sums") {
  CHECK(text_of(over_repository(check_banned_code)) == "");
}
TEST_CASE("nothing outlives a call and changes") { CHECK(text_of(over_repository(check_mutable_globals)) == ""); }
TEST_CASE("no result can come out of an unordered container's order") {
  Findings all;
  for (const auto& [path, file] : repository()) {
    const auto header = repository().find(path.substr(0, path.rfind('.')) + ".hpp");
    for (Finding& finding : check_unordered_iteration(file, header == repository().end() ? SourceFile{} : header->second))
      all.push_back(std::move(finding));
  }
  CHECK(text_of(all) == "");
}
TEST_CASE("no file holds notes of unfinished work or paths of a machine") { CHECK(text_of(over_repository(check_words)) == ""); }
TEST_CASE("lines fit 140 characters") { CHECK(text_of(over_repository(check_line_length)) == ""); }
TEST_CASE("files stay below 450 lines or are excepted for a reason") { CHECK(text_of(check_file_length(repository(), kLongFiles)) == ""); }
TEST_CASE("framework headers guard themselves and open with their contract") { CHECK(text_of(over_repository(check_header_start)) == ""); }
TEST_CASE("no compiler flag lets two machines disagree") { CHECK(text_of(over_repository(check_build_flags)) == ""); }
TEST_CASE("no file is larger than 512 KiB: data stay outside") {
  Findings too_large;
  read_tree(PLIMSOLL_SOURCE_DIR, kSizeLimit, too_large);
  CHECK(text_of(too_large) == "");
}
