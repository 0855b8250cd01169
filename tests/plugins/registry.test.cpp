#include "experiment/plugin_registry.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "claims.hpp"
#include "core/content_hash.hpp"
#include "sdk/fake_host.hpp"

using namespace plimsoll;
namespace fs = std::filesystem;

namespace {

/// A directory of our own with the test plugins of the build copied in, gone at the end. Nothing in it is writable by others.
class PluginDirectory {
 public:
  explicit PluginDirectory(const std::vector<std::string>& plugins) {
    std::string pattern = (fs::temp_directory_path() / "plimsoll_plugins_XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    for (const std::string& name : plugins) {
      fs::copy_file(fs::path{PLIMSOLL_BINARY_DIR} / "test_plugins" / name, path_ / name);
      ::chmod(file(name).c_str(), 0644);
    }
  }
  ~PluginDirectory() { fs::remove_all(path_); }
  PluginDirectory(const PluginDirectory&) = delete;
  PluginDirectory& operator=(const PluginDirectory&) = delete;

  std::string path() const { return path_.string(); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

/// What load() complains about; the exit code is always 78.
template <class Load>
std::vector<InputError> errors_of(Load load) {
  try {
    load();
  } catch (const BadInput& bad) {
    CHECK(bad.exit_code() == ExitCode::bad_scenario);
    return bad.errors();
  }
  return {};
}

InputError error_of_file(const std::string& path) {
  PluginRegistry registry;
  const std::size_t before = registry.entries().size();
  const std::vector<InputError> errors = errors_of([&] { registry.load_file(path); });
  REQUIRE(errors.size() >= 1);
  CHECK(registry.entries().size() == before);  // a refused file leaves nothing behind
  return errors.front();
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the built-ins are there, sorted, and came through the same table as any plugin") {
  const PluginRegistry registry;
  const std::vector<std::string> strategies = registry.names(PluginKind::strategy);
  for (const char* name : {"immediate", "pov", "twap"}) {
    CHECK(std::count(strategies.begin(), strategies.end(), name) == 1);
    CHECK(registry.find_strategy(name) != nullptr);
  }
  for (const char* name : {"linear", "square_root"}) CHECK(registry.find_impact_model(name) != nullptr);
  CHECK(std::is_sorted(strategies.begin(), strategies.end()));
  CHECK(registry.find_strategy("linear") == nullptr);
  CHECK(registry.find_impact_model("none") == nullptr);
  const PluginEntry* twap = registry.find(PluginKind::strategy, "twap");
  REQUIRE(twap != nullptr);
  CHECK(twap->origin == "built-in");
  CHECK(twap->file_hash.empty());
  CHECK_FALSE(twap->built_with.empty());
  std::size_t declared = 0;  // a file may register several
  for (const plimsoll_plugin_entry_fn entry : builtin_plugins()) declared += entry()->strategy_count + entry()->impact_model_count;
  CHECK(registry.entries().size() == declared);
  CHECK(declared >= builtin_plugins().size());
}

TEST_CASE("every built-in describes itself: summary, source, and a unit or choices and a help for every parameter") {
  const PluginRegistry registry;
  for (const PluginEntry& entry : registry.entries()) {
    INFO(entry.name);
    CHECK(std::string{entry.summary()}.size() > 10);
    CHECK(std::string{entry.source()}.size() > 10);
    for (std::uint32_t i = 0; i < entry.param_count(); ++i) {
      const plimsoll_param_info& info = param_info_at(entry.params(), i);
      INFO(info.name);
      CHECK(std::string{info.help}.size() > 10);
      if (info.type == PLIMSOLL_INTEGER || info.type == PLIMSOLL_REAL) CHECK(std::string{info.unit}.size() > 0);
    }
  }
}

TEST_CASE("a plugin from a file is found by name, with its path, its hash and what built it") {
  const PluginDirectory plugins{{"sample.so"}};
  PluginRegistry registry;
  registry.load_file(plugins.file("sample.so"));
  const PluginEntry* follower = registry.find(PluginKind::strategy, "sample_follower");
  REQUIRE(follower != nullptr);
  CHECK(follower->origin == fs::canonical(plugins.file("sample.so")).string());
  CHECK(follower->file_hash == ContentHash::of_file(plugins.file("sample.so")));
  CHECK_FALSE(follower->built_with.empty());
  CHECK(registry.find_impact_model("sample_saturating") != nullptr);
}

TEST_CASE("a loaded impact model computes through the host's mathematics") {
  const PluginDirectory plugins{{"sample.so"}};
  PluginRegistry registry;
  registry.load_file(plugins.file("sample.so"));
  const plimsoll_impact_model_type* type = registry.find_impact_model("sample_saturating");
  REQUIRE(type != nullptr);
  const plimsoll_impact_model_type* const models[] = {type};
  plimsoll_plugin plugin{};
  plugin.impact_models = models;
  fake::ModelRun model{&plugin, {{"ceiling_ticks", 8.0}, {"scale_lots", 100.0}}};
  model.parent(0, -1, 10'000);
  CHECK(model.displacement() == 0.0);
  model.execute(0, -1, 100);
  CHECK(model.displacement() == Approx(-8.0 * (1.0 - 0.36787944117144233)).epsilon(1e-12));
}

TEST_CASE("two files of one process never share a table or a loader name, whatever descriptor they came through") {
  const PluginDirectory plugins{{"sample.so", "throwing.so"}};
  PluginRegistry registry;
  registry.load_file(plugins.file("sample.so"));
  registry.load_file(plugins.file("throwing.so"));
  REQUIRE(registry.find_strategy("throwing") != nullptr);
  REQUIRE(registry.find_strategy("sample_follower") != nullptr);
  CHECK(std::string{registry.find_strategy("throwing")->params->name} == "throws_in");
  CHECK(std::string{registry.find_strategy("sample_follower")->params->name} == "lots_per_trade");
}

TEST_CASE("a directory gives all its plugins, and the faults of all its files in one go") {
  const PluginDirectory good{{"sample.so", "throwing.so"}};
  std::ofstream{good.file("notes.txt")} << "not a plugin";
  PluginRegistry registry;
  registry.load_directory(good.path());
  CHECK(registry.find_strategy("sample_follower") != nullptr);
  CHECK(registry.find_strategy("throwing") != nullptr);

  const PluginDirectory mixed{{"no_entry.so", "other_abi.so", "sample.so"}};
  PluginRegistry partly;
  const std::vector<InputError> errors = errors_of([&] { partly.load_directory(mixed.path()); });
  REQUIRE(errors.size() == 2);
  CHECK(errors[0].code == "PLUGIN-ENTRY");
  CHECK(errors[1].code == "PLUGIN-ABI");
  CHECK(partly.find_strategy("sample_follower") != nullptr);
}

TEST_CASE("PLUGIN-MISSING: a file or directory that is not there is an error that names it; nothing is searched for") {
  const InputError file = error_of_file("/nowhere/at/all.so");
  CHECK(file.code == "PLUGIN-MISSING");
  CHECK(file.place == "/nowhere/at/all.so");
  CHECK(error_of_file("libm.so.6").code == "PLUGIN-MISSING");  // the dynamic loader would find this one
  PluginRegistry registry;
  const std::vector<InputError> errors = errors_of([&] { registry.load_directory("/nowhere/at/all"); });
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "PLUGIN-MISSING");
}

TEST_CASE("PLUGIN-MISSING: an unknown plugin name lists the known ones and suggests the nearest") {
  const PluginRegistry registry;
  const InputError error = registry.unknown_plugin(PluginKind::strategy, "twpa", "x.toml:7:8", "strategy.name");
  CHECK(error.code == "PLUGIN-MISSING");
  CHECK(mentions(error.text(), "x.toml:7:8"));
  CHECK(mentions(error.problem, "immediate"));
  CHECK(mentions(error.suggestion, "\"twap\""));
  const InputError model = registry.unknown_plugin(PluginKind::impact_model, "squareroot", "", "");
  CHECK(mentions(model.suggestion, "\"square_root\""));
  CHECK(mentions(model.problem, "none"));
}

TEST_CASE("PLUGIN-ABI: a plugin of another table version is refused with both versions shown") {
  const PluginDirectory plugins{{"other_abi.so"}};
  const InputError error = error_of_file(plugins.file("other_abi.so"));
  CHECK(error.code == "PLUGIN-ABI");
  CHECK(mentions(error.problem, std::to_string(PLIMSOLL_ABI_MAJOR + 7) + "." + std::to_string(PLIMSOLL_ABI_MINOR + 3)));
  CHECK(mentions(error.problem, std::to_string(PLIMSOLL_ABI_MAJOR) + "." + std::to_string(PLIMSOLL_ABI_MINOR)));
}

TEST_CASE("PLUGIN-ENTRY: a shared object without the entry symbol, or with an entry that gives nothing, is refused") {
  const PluginDirectory plugins{{"no_entry.so"}};
  const InputError error = error_of_file(plugins.file("no_entry.so"));
  CHECK(error.code == "PLUGIN-ENTRY");
  CHECK(mentions(error.problem, "plimsoll_plugin_entry"));
  const std::vector<InputError> nothing = errors_of([] {
    PluginRegistry{{[]() -> const plimsoll_plugin* { return nullptr; }}, "somewhere"};
  });
  REQUIRE(nothing.size() == 1);
  CHECK(nothing[0].code == "PLUGIN-ENTRY");
}

TEST_CASE("PLUGIN-LOAD: a file that is no shared object is refused with the loader's words and the file's own name") {
  const PluginDirectory plugins{{}};
  std::ofstream{plugins.file("text.so")} << "this is not a shared object";
  ::chmod(plugins.file("text.so").c_str(), 0644);
  const InputError text = error_of_file(plugins.file("text.so"));
  CHECK(text.code == "PLUGIN-LOAD");
  CHECK(mentions(text.problem, "text.so"));
  CHECK_FALSE(mentions(text.problem, "/proc/self/fd"));
  std::ofstream{plugins.file("empty.so")};
  ::chmod(plugins.file("empty.so").c_str(), 0644);
  CHECK(error_of_file(plugins.file("empty.so")).code == "PLUGIN-LOAD");
  fs::create_directory(plugins.file("directory.so"));
  CHECK(error_of_file(plugins.file("directory.so")).code == "PLUGIN-LOAD");
  REQUIRE(::mkfifo(plugins.file("pipe.so").c_str(), 0600) == 0);
  CHECK(error_of_file(plugins.file("pipe.so")).code == "PLUGIN-LOAD");  // and does not wait for a writer
}

TEST_CASE("PLUGIN-TABLE: every fault of a broken table is told at once") {
  const PluginDirectory plugins{{"broken_table.so"}};
  PluginRegistry registry;
  const std::vector<InputError> errors = errors_of([&] { registry.load_file(plugins.file("broken_table.so")); });
  const auto told = [&](const std::string& field, const std::string& problem) {
    return std::any_of(errors.begin(), errors.end(), [&](const InputError& error) {
      return error.code == "PLUGIN-TABLE" && error.field == field && mentions(error.problem, problem);
    });
  };
  CHECK(told("strategy.hollow.rate", "1.5 is outside [0, 1]"));
  CHECK(told("strategy.hollow.rate", "declared twice"));
  CHECK(told("strategy.hollow.strange", "unknown type"));
  CHECK(told("strategy.hollow.upside_down", "minimum is above"));
  CHECK(told("strategy.hollow", "parameter name"));
  CHECK(told("strategy", "NULL"));
  CHECK(told("impact", "smaller than its version says"));
  CHECK(registry.find_strategy("hollow") == nullptr);
}

TEST_CASE("PLUGIN-DUPLICATE: a name that is taken is refused and both places are named") {
  const PluginDirectory plugins{{"takes_a_name.so", "sample.so"}};
  const InputError error = error_of_file(plugins.file("takes_a_name.so"));
  CHECK(error.code == "PLUGIN-DUPLICATE");
  CHECK(mentions(error.text(), "built-in"));
  CHECK(mentions(error.text(), "takes_a_name.so"));

  PluginRegistry registry;
  registry.load_file(plugins.file("sample.so"));
  const std::vector<InputError> twice = errors_of([&] { registry.load_file(plugins.file("sample.so")); });
  REQUIRE(twice.size() == 2);
  CHECK(twice[0].code == "PLUGIN-DUPLICATE");
}

TEST_CASE("PLUGIN-PERMISSION: a file that group or others may write is refused, with the command that helps") {
  const PluginDirectory plugins{{"sample.so"}};
  for (const mode_t mode : {0664, 0646, 0666, 0777}) {
    ::chmod(plugins.file("sample.so").c_str(), mode);
    const InputError error = error_of_file(plugins.file("sample.so"));
    CHECK(error.code == "PLUGIN-PERMISSION");
    CHECK(mentions(error.suggestion, "chmod go-w"));
  }
  ::chmod(plugins.file("sample.so").c_str(), 0755);
  PluginRegistry registry;
  CHECK_NOTHROW(registry.load_file(plugins.file("sample.so")));
}

TEST_CASE("PLUGIN-PERMISSION: a directory that group or others may write is refused, also behind a link") {
  const PluginDirectory plugins{{"sample.so"}};
  const PluginDirectory links{{}};
  fs::create_symlink(plugins.file("sample.so"), links.file("linked.so"));
  PluginRegistry fine;
  CHECK_NOTHROW(fine.load_file(links.file("linked.so")));
  ::chmod(plugins.path().c_str(), 0770);
  CHECK(error_of_file(plugins.file("sample.so")).code == "PLUGIN-PERMISSION");
  CHECK(error_of_file(links.file("linked.so")).code == "PLUGIN-PERMISSION");
  PluginRegistry registry;
  const std::vector<InputError> errors = errors_of([&] { registry.load_directory(plugins.path()); });
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == "PLUGIN-PERMISSION");
}

TEST_CASE("PLUGIN-PERMISSION: a file of a third user is refused") {
  if (::geteuid() != 0) {
    WARN("SKIPPED: only root can give a file away");
    std::cout << "SKIPPED: file of a third user (not root)\n";
    return;
  }
  const PluginDirectory plugins{{"sample.so"}};
  REQUIRE(::chown(plugins.file("sample.so").c_str(), 54321, 54321) == 0);
  const InputError error = error_of_file(plugins.file("sample.so"));
  CHECK(error.code == "PLUGIN-PERMISSION");
  CHECK(mentions(error.problem, "54321"));
}

TEST_CASE("a throwing plugin loads; what it throws stays inside the boundary") {
  const PluginDirectory plugins{{"throwing.so"}};
  PluginRegistry registry;
  registry.load_file(plugins.file("throwing.so"));
  const plimsoll_strategy_type* const strategies[] = {registry.find_strategy("throwing")};
  const plimsoll_impact_model_type* const models[] = {registry.find_impact_model("throwing")};
  plimsoll_plugin plugin{};
  plugin.strategies = strategies;
  plugin.impact_models = models;

  CHECK_THROWS_WITH((fake::StrategyRun{&plugin, {{"throws_in", std::string{"create"}}}}), "thrown on purpose in create");
  for (const char* call : {"on_start", "on_wake", "on_order"}) {
    fake::StrategyRun run{&plugin, {{"throws_in", std::string{call}}}};
    run.start(fake::parent(1, 10, 0, fake::kSecond));
    run.run_until(2 * fake::kSecond);
    CHECK(run.failure == std::string{"thrown on purpose in "} + call);
  }
  plimsoll_param none{};
  const fake::Setting about;
  char error[64] = "";
  void* model = models[0]->create(&none, 0, &about.table, error, sizeof error);
  REQUIRE(model != nullptr);
  std::string failure;
  const plimsoll_host_base host =
      fake::base_host(&failure, [](void* run, const char* message) { *static_cast<std::string*>(run) = message; });
  double ticks = 0.0;
  CHECK(models[0]->displacement(model, &host, 0, 0, &ticks) != 0);
  CHECK(failure == "thrown on purpose in displacement");
  models[0]->destroy(model);
}

// Run by build_outside.sh on a plugin that was built outside the tree, by g++ and by clang++.
TEST_CASE("a plugin built outside the tree loads and works", "[.sample]") {
  const char* path = std::getenv("PLIMSOLL_SAMPLE_PLUGIN");
  REQUIRE(path != nullptr);
  PluginRegistry registry;
  registry.load_file(path);
  const plimsoll_strategy_type* const strategies[] = {registry.find_strategy("sample_follower")};
  REQUIRE(strategies[0] != nullptr);
  plimsoll_plugin plugin{};
  plugin.strategies = strategies;
  fake::StrategyRun run{&plugin, {{"lots_per_trade", std::int64_t{3}}}};
  run.start(fake::parent(1, 10, 0, 10 * fake::kSecond));
  for (int i = 1; i <= 6; ++i) {
    run.at(i * fake::kSecond, [&run] {
      run.recorded_volume_lots += 1;
      run.false_wake();
    });
  }
  run.run_until(20 * fake::kSecond);
  CHECK(run.sent_sizes() == std::vector<std::int64_t>{3, 3, 3, 1});
  CHECK(run.filled_lots == 10);
}
