#include "io/result_folder.hpp"

#include <fcntl.h>
#include <cmath>
#include <thread>

#include "claims.hpp"
#include "io/result_file.hpp"
#include "result_fixture.hpp"

using namespace plimsoll;
using fixture::bytes_of;
using fixture::facts;
using fixture::finished;
using fixture::plan;
using fixture::wall;

namespace {

constexpr std::uint64_t kCount = 23;

/// result.h5 of a folder worked on by `parts` processes with `per_shard` scenarios a shard, in reverse when asked.
std::string merged_bytes(unsigned parts, std::size_t per_shard, bool reverse) {
  const fixture::TemporaryFolder folder;
  for (unsigned part = 1; part <= parts; ++part) {
    WallFacts other_wall = wall();
    other_wall.host = "host" + std::to_string(part) + "x" + std::to_string(per_shard);
    ResultFolder results{folder / "r", facts(), plan(kCount), other_wall, {{part, parts}, false}};
    std::vector<FinishedScenario> mine;
    for (std::uint64_t i = part - 1; i < kCount; i += parts) mine.push_back(finished(i));
    if (reverse) std::reverse(mine.begin(), mine.end());
    for (std::size_t at = 0; at < mine.size(); at += per_shard)
      results.seal(std::span{mine}.subspan(at, std::min(per_shard, mine.size() - at)));
  }
  const MergeOutcome outcome = ResultFolder::open(folder / "r").merge();
  CHECK(outcome.complete);
  CHECK(outcome.result_hash == result_hash(folder / "r/result.h5"));
  return bytes_of(folder / "r/result.h5");
}

std::string only_shard(const std::string& folder) {
  const auto names = fixture::files_in(folder + "/shards");
  REQUIRE(names.size() == 1);
  return folder + "/shards/" + names.front();
}

}  // namespace

TEST_CASE("what was sealed comes out of the merge: every scenario, swept value and row, in order") {
  const fixture::TemporaryFolder folder;
  ResultFolder results{folder / "r", facts(), plan(kCount), wall()};
  CHECK(fixture::seal_rest(results, 4) == kCount);
  const MergeOutcome outcome = results.merge();
  CHECK(outcome.written);
  CHECK(outcome.missing.empty());
  CHECK(outcome.failed == std::vector<std::uint64_t>{5, 12, 19});
  const ResultFile read = read_result(outcome.path);
  REQUIRE(read.tables.size() == 3);

  const Table& scenarios = *read.find("scenarios");
  REQUIRE(scenarios.rows() == kCount);
  for (std::uint64_t i = 0; i < kCount; ++i) {
    const bool failed = i % 7 == 5;
    CHECK(scenarios.integers("scenario")[i] == static_cast<std::int64_t>(i));
    CHECK(scenarios.texts("key")[i] == fixture::key_of("k" + std::to_string(i)));
    CHECK(scenarios.texts("status")[i] == (failed ? "failed" : "done"));
    CHECK(scenarios.texts("message")[i] == finished(i).result.message);
    CHECK(scenarios.integers("parent.quantity_lots")[i] == static_cast<std::int64_t>(100 * i));
    CHECK(scenarios.texts("strategy.name")[i] == (i % 2 == 0 ? "twap" : "pov"));
    CHECK(std::isnan(scenarios.reals("strategy.pov.rate")[i]) == (i % 2 == 0));
    CHECK(scenarios.texts("side")[i] == (failed ? "" : "buy"));
    CHECK(scenarios.integers("parent")[i] == (failed ? std::numeric_limits<std::int64_t>::min() : 0));
    const double shortfall = scenarios.reals("shortfall_bps")[i];
    CHECK((failed || i % 3 == 2 ? std::isnan(shortfall) : shortfall == 0.25 * static_cast<double>(i)));
  }
  std::vector<std::int64_t> parents, fills;
  for (std::uint64_t i = 0; i < kCount; ++i) {
    if (i % 7 == 5) continue;
    parents.insert(parents.end(), 1 + i % 2, static_cast<std::int64_t>(i));
    for (std::uint64_t fill = 0; fill < i % 4; ++fill) fills.push_back(static_cast<std::int64_t>(1000 + fill));
  }
  CHECK(read.find("parents")->integers("scenario") == parents);
  CHECK(read.find("fills")->integers("price") == fills);
  CHECK(read.find("fills")->find("price")->unit == "ticks");
  CHECK(read.text("scenario_text") == facts().scenario_text);
  CHECK(read.text("result_hash") == outcome.result_hash);
  CHECK(read_result_table(outcome.path, "fills").rows() == fills.size());
  CHECK_THROWS_AS(read_result_table(outcome.path, "nothing"), BadInput);
}

TEST_CASE("result.h5 has the same bytes for any spread over shards, processes, hosts and orders") {
  const std::string one = merged_bytes(1, kCount, false);
  CHECK((merged_bytes(1, 1, false) == one));
  CHECK((merged_bytes(1, 5, true) == one));
  CHECK((merged_bytes(3, 2, false) == one));
  CHECK((merged_bytes(4, 3, true) == one));
}

TEST_CASE("a large table merges to the same bytes whether its chunks come from one shard or many") {
  const auto big = [](std::uint64_t scenario) {
    FinishedScenario one = finished(2 * scenario + 14);
    one.result.scenario = scenario;
    one.key = fixture::key_of("k" + std::to_string(scenario));
    Table fills{"fills"};
    fills.add_integer("scenario", "1", "number of the scenario");
    fills.add_integer("price", "ticks", "price paid");
    for (int i = 0; i < 12'000; ++i) fills.append(scenario, i * 7 % 1000);
    one.result.tables = {fills};
    return one;
  };
  const auto bytes = [&](std::size_t per_shard) {
    const fixture::TemporaryFolder folder;
    ResultFolder results{folder / "r", facts(), plan(6), wall()};
    std::vector<FinishedScenario> all;
    for (std::uint64_t i = 0; i < 6; ++i) all.push_back(big(i));
    for (std::size_t at = 0; at < all.size(); at += per_shard) results.seal(std::span{all}.subspan(at, per_shard));
    results.merge();
    return bytes_of(folder / "r/result.h5");
  };
  const std::string one = bytes(6);
  CHECK((bytes(1) == one));
  CHECK((bytes(2) == one));
}

TEST_CASE("result.h5 has the same bytes when its shards hold rows of scenarios that are no longer planned") {
  const auto sealed = [](std::uint64_t scenario, std::int64_t price, const char* venue) {
    FinishedScenario one = finished(scenario);
    Table fills{"fills"};
    fills.add_integer("scenario", "1", "number of the scenario");
    fills.add_integer("price", "ticks", "price paid");
    fills.add_text("venue", "text", "where");
    for (int i = 0; i < 20'000; ++i) fills.append(scenario, price, venue);
    one.result.tables.back() = fills;
    return one;
  };
  const std::vector<FinishedScenario> both = {sealed(0, 5, "short"), sealed(1, 7'000'000, "much longer")};
  const auto bytes = [&](std::size_t planned_before) {
    const fixture::TemporaryFolder folder;
    { ResultFolder{folder / "r", facts(), plan(planned_before), wall()}.seal(std::span{both}.first(planned_before)); }
    CHECK(ResultFolder{folder / "r", facts(), plan(1), wall()}.merge().complete);
    return bytes_of(folder / "r/result.h5");
  };
  CHECK((bytes(2) == bytes(1)));
}

TEST_CASE("the result hash tells results apart and does not see provenance") {
  const fixture::TemporaryFolder folder;
  const auto hash_of = [&folder](const std::string& name, const ManifestFacts& made_from, const std::string& salt, bool change) {
    ResultFolder results{folder / name, made_from, plan(3, salt), wall()};
    std::vector<FinishedScenario> all = {finished(0, salt), finished(1, salt), finished(2, salt)};
    if (change) std::get<std::vector<double>>(all[1].result.tables[0].columns()[3].data)[0] = std::nextafter(0.25, 1.0);
    results.seal(all);
    return results.merge().result_hash;
  };
  ManifestFacts other_build = facts();
  other_build.program_hash = "another compiler";
  const std::string hash = hash_of("a", facts(), "k", false);
  CHECK(hash_of("b", other_build, "q", false) == hash);
  CHECK(hash_of("c", facts(), "k", true) != hash);
}

TEST_CASE("a folder opened again knows what is done, and an incomplete one merges only when asked for a part") {
  const fixture::TemporaryFolder folder;
  {
    ResultFolder results{folder / "r", facts(), plan(6), wall()};
    const FinishedScenario two[] = {finished(4), finished(1)};
    results.seal(two);
    CHECK(results.done() == std::vector<bool>{false, true, false, false, true, false});
  }
  ResultFolder results{folder / "r", facts(), plan(6), wall()};
  CHECK(results.done() == std::vector<bool>{false, true, false, false, true, false});
  const MergeOutcome refused = results.merge();
  CHECK_FALSE(refused.complete);
  CHECK_FALSE(refused.written);
  CHECK(refused.missing == std::vector<std::uint64_t>{0, 2, 3, 5});
  CHECK_FALSE(std::filesystem::exists(folder / "r/result.h5"));
  const MergeOutcome part = results.merge(true);
  CHECK(part.written);
  CHECK_FALSE(part.complete);
  CHECK(std::get<std::int64_t>(read_result(part.path).attributes.at("complete")) == 0);
  CHECK(fixture::seal_rest(results, 2) == 4);
  CHECK(results.merge().complete);
}

TEST_CASE("a failed scenario stays done on resume, unless failures are to be tried again; then success replaces it") {
  const fixture::TemporaryFolder folder;
  {
    ResultFolder results{folder / "r", facts(), plan(6), wall()};
    fixture::seal_rest(results, 6);
  }
  CHECK(ResultFolder{folder / "r", facts(), plan(6), wall()}.done() == std::vector<bool>(6, true));
  ResultFolder again{folder / "r", facts(), plan(6), wall(), {{1, 1}, true}};
  CHECK(again.done() == std::vector<bool>{true, true, true, true, true, false});
  CHECK(again.merge().failed == std::vector<std::uint64_t>{5});
  FinishedScenario well = finished(6);
  well.key = fixture::key_of("k5");
  well.result.scenario = 5;
  for (Table& table : well.result.tables) std::get<std::vector<std::int64_t>>(table.columns()[0].data).assign(table.rows(), 5);
  again.seal({&well, 1});
  CHECK(again.merge().failed.empty());
}

TEST_CASE("a changed input makes its scenarios stale, says which input it was, and never mixes") {
  struct Case {
    const char* what;
    void (*change)(ManifestFacts&);
  };
  const Case cases[] = {{"scenario", [](ManifestFacts& f) { f.scenario_text += "# more\n"; }},
                        {"data", [](ManifestFacts& f) { f.data[0].hash = "d1"; }},
                        {"plugin", [](ManifestFacts& f) { f.plugins[0].hash = "p1"; }},
                        {"program", [](ManifestFacts& f) { f.program_hash = "b1"; }}};
  for (const Case& one : cases) {
    const fixture::TemporaryFolder folder;
    {
      ResultFolder results{folder / "r", facts(), plan(3), wall()};
      fixture::seal_rest(results, 2);
    }
    ManifestFacts now = facts();
    one.change(now);
    auto keys = plan(3);
    keys[1].key = fixture::key_of("new");  // one of three depends on the change
    ResultFolder results{folder / "r", now, keys, wall()};
    CHECK(results.findings().changed == std::vector<std::string>{one.what});
    CHECK(results.findings().stale == 1);
    CHECK(results.done() == std::vector<bool>{true, false, true});
    CHECK(results.merge().missing == std::vector<std::uint64_t>{1});
  }
}

TEST_CASE("a damaged shard is named, put in quarantine, and only its scenarios are done again") {
  const fixture::TemporaryFolder folder;
  std::string sound_result;
  {
    ResultFolder results{folder / "r", facts(), plan(6), wall()};
    fixture::seal_rest(results, 3);
    results.merge();
    sound_result = bytes_of(folder / "r/result.h5");
  }
  const auto names = fixture::files_in(folder / "r/shards");
  REQUIRE(names.size() == 2);
  const std::string victim = folder / "r/shards/" + names[1];
  const std::string sound = bytes_of(victim);
  for (const std::size_t at : {std::size_t{0}, std::size_t{9}, sound.size() / 2, sound.size() - 1}) {
    std::string damaged = sound;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    fixture::put_bytes(victim, damaged);
    ResultFolder results{folder / "r", facts(), plan(6), wall()};
    REQUIRE(results.findings().quarantined.size() == 1);
    CHECK(results.findings().quarantined[0].code == "SHARD-CORRUPT");
    CHECK(results.findings().quarantined[0].place == victim);
    CHECK(results.done() == std::vector<bool>{true, true, true, false, false, false});
    CHECK(fixture::seal_rest(results, 3) == 3);
    CHECK(results.merge().complete);
    CHECK((bytes_of(folder / "r/result.h5") == sound_result));
  }
  CHECK(fixture::files_in(folder / "r/quarantine").size() == 4);
  std::filesystem::resize_file(victim, sound.size() / 3);  // damaged while a run goes on: found by the merge
  ResultFolder results = ResultFolder::open(folder / "r");
  CHECK_FALSE(results.merge().complete);
}

TEST_CASE("a shard under another name than its content's is not trusted") {
  const fixture::TemporaryFolder folder;
  {
    ResultFolder results{folder / "r", facts(), plan(2), wall()};
    fixture::seal_rest(results, 2);
  }
  std::filesystem::rename(only_shard(folder / "r"), folder / "r/shards/000000-000001-0123456789abcdef.h5");
  ResultFolder results{folder / "r", facts(), plan(2), wall()};
  CHECK(results.findings().quarantined.size() == 1);
  CHECK(results.done() == std::vector<bool>{false, false});
}

TEST_CASE("a shard of an earlier program, which bears the hash of all its bytes, is merged") {
  const fixture::TemporaryFolder folder;
  {
    ResultFolder results{folder / "r", facts(), plan(2), wall()};
    fixture::seal_rest(results, 2);
  }
  const std::string now = only_shard(folder / "r");
  const std::string name = "000000-000001-" + ContentHash::of(bytes_of(now)).substr(0, 16) + ".h5";
  std::filesystem::rename(now, folder / ("r/shards/" + name));
  ResultFolder results = ResultFolder::open(folder / "r");
  CHECK(results.findings().quarantined.empty());
  CHECK(results.merge().complete);
}

TEST_CASE("a second writer of the same part is refused with 73 and told who holds it; another part may run") {
  const fixture::TemporaryFolder folder;
  ResultFolder first{folder / "r", facts(), plan(4), wall(), {{1, 2}, false}};
  try {
    ResultFolder second{folder / "r", facts(), plan(4), wall(), {{1, 2}, false}};
    FAIL("two writers of one part");
  } catch (const IoError& error) {
    CHECK(error.exit_code() == ExitCode::cannot_create);
    CHECK(error.error().code == "IO-IN-USE");
    const std::string message = error.what();
    CHECK(message.find("in use by pid " + std::to_string(::getpid()) + " on host testhost since 2026-11-22T10:00:00Z") !=
          std::string::npos);
  }
  CHECK_NOTHROW(ResultFolder{folder / "r", facts(), plan(4), wall(), {{2, 2}, false}});
  CHECK_NOTHROW(ResultFolder::open(folder / "r").merge());
  first = ResultFolder{folder / "other", facts(), plan(4), wall()};
  CHECK_NOTHROW(ResultFolder{folder / "r", facts(), plan(4), wall(), {{1, 2}, false}});
}

TEST_CASE("a reader that holds result.h5 open neither disturbs a merge nor is disturbed") {
  const fixture::TemporaryFolder folder;
  ResultFolder results{folder / "r", facts(), plan(4), wall()};
  const FinishedScenario first = finished(0);
  results.seal({&first, 1});
  results.merge(true);
  const std::string before = bytes_of(folder / "r/result.h5");
  const int reader = ::open((folder / "r/result.h5").c_str(), O_RDONLY);
  fixture::seal_rest(results, 1);
  CHECK(results.merge().complete);
  std::string seen(before.size() + 1, '\0');
  seen.resize(static_cast<std::size_t>(::pread(reader, seen.data(), seen.size(), 0)));
  ::close(reader);
  CHECK(seen == before);
  CHECK((bytes_of(folder / "r/result.h5") != before));
}

TEST_CASE("an output place that cannot be used is 73 before anything runs") {
  const fixture::TemporaryFolder folder;
  fixture::put_bytes(folder / "file", "x");
  for (const std::string& path : {folder / "file", folder / "file/r", folder / std::string(300, 'n')}) {
    try {
      ResultFolder results{path, facts(), plan(1), wall()};
      FAIL("created " << path);
    } catch (const IoError& error) {
      CHECK(error.exit_code() == ExitCode::cannot_create);
    }
  }
}

TEST_CASE("the manifest holds inputs, plan and runs; a damaged one is set aside and written anew") {
  const fixture::TemporaryFolder folder;
  {
    ResultFolder results{folder / "r", facts(), plan(2), wall()};
    results.close("2026-11-22T10:00:05Z", 5.0);
  }
  { const ResultFolder killed{folder / "r", facts(), plan(2), {"otherhost", "2026-11-22T11:00:00Z", "plimsoll"}}; }
  const Manifest manifest = read_manifest(folder / "r/manifest.json");
  CHECK(manifest.facts == facts());
  CHECK(manifest.plan == plan(2));
  REQUIRE(manifest.runs.size() == 2);
  CHECK(manifest.runs[0].ended_utc == "2026-11-22T10:00:05Z");
  CHECK(manifest.runs[0].seconds == 5.0);
  CHECK(manifest.runs[1].wall.host == "otherhost");
  CHECK(manifest.runs[1].ended_utc.empty());

  const std::string whole = bytes_of(folder / "r/manifest.json");
  for (std::size_t length = 0; length < whole.size(); length += 11) {
    fixture::put_bytes(folder / "cut.json", whole.substr(0, length));
    CHECK_THROWS_AS(read_manifest(folder / "cut.json"), BadInput);
  }
  fixture::put_bytes(folder / "r/manifest.json", std::string(1'000'000, '['));
  CHECK_THROWS_AS(read_manifest(folder / "r/manifest.json"), BadInput);
  const ResultFolder results{folder / "r", facts(), plan(2), wall()};
  REQUIRE(results.findings().quarantined.size() == 1);
  CHECK(results.findings().quarantined[0].code == "MANIFEST-CORRUPT");
  CHECK(read_manifest(folder / "r/manifest.json").plan == plan(2));
}

TEST_CASE("a folder without manifest cannot be merged: exit 66") {
  const fixture::TemporaryFolder folder;
  try {
    ResultFolder::open(folder / "nothing");
    FAIL("opened nothing");
  } catch (const BadInput& error) {
    CHECK(error.exit_code() == ExitCode::no_input);
  }
}

TEST_CASE("every flipped byte of a result file is found before HDF5 sees it") {
  const fixture::TemporaryFolder folder;
  ResultFolder results{folder / "r", facts(), plan(2), wall()};
  fixture::seal_rest(results, 2);
  const std::string whole = bytes_of(results.merge().path);
  std::size_t missed = 0;
  for (std::size_t at = 0; at < whole.size(); at += 13) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    fixture::put_bytes(folder / "flip.h5", damaged);
    try {
      read_result(folder / "flip.h5");
      ++missed;
    } catch (const BadInput&) {}
  }
  CHECK(missed == 0);
}
