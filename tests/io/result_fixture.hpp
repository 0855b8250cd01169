#pragma once
/// Small results to seal and merge, and a folder that is gone afterwards.

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "core/content_hash.hpp"
#include "io/result_folder.hpp"

namespace fixture {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "plimsoll-io-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary folder"};
    path_ = std::filesystem::canonical(name);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

inline std::string bytes_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}
inline void put_bytes(const std::string& path, const std::string& bytes) { std::ofstream{path, std::ios::binary} << bytes; }

inline std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> names;
  if (!std::filesystem::exists(directory)) return names;
  for (const auto& entry : std::filesystem::directory_iterator{directory}) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

inline plimsoll::ManifestFacts facts() {
  return {"A test", "title = \"A test\"\n", 7, {{"tape.h5", "d0"}}, {{"twap", "p0"}}, "plimsoll 0.1.0", "b0"};
}
inline plimsoll::WallFacts wall() { return {"testhost", "2026-11-22T10:00:00Z", "plimsoll run test.toml"}; }

/// A key such as scenarios have, from a name tests can read.
inline std::string key_of(const std::string& name) { return plimsoll::ContentHash::of(name); }

/// Scenario 5 of every seven fails; others have 1-2 parents and some fills.
inline plimsoll::FinishedScenario finished(std::uint64_t scenario, const std::string& key_salt = "k") {
  using namespace plimsoll;
  FinishedScenario one;
  one.key = key_of(key_salt + std::to_string(scenario));
  one.swept = {{"parent.quantity_lots", static_cast<std::int64_t>(scenario * 100)},
               {"strategy.name", std::string{scenario % 2 == 0 ? "twap" : "pov"}},
               {"strategy.pov.rate", scenario % 2 == 0 ? decltype(SweptValue::value){std::string{}} : decltype(SweptValue::value){0.1}}};
  one.result.scenario = scenario;
  Table parents{"parents"};
  parents.add_integer("scenario", "1", "number of the scenario");
  parents.add_integer("parent", "1", "number of the parent");
  parents.add_text("side", "text", "buy or sell");
  parents.add_real("shortfall_bps", "bps", "total cost");
  Table fills{"fills"};
  fills.add_integer("scenario", "1", "number of the scenario");
  fills.add_integer("price", "ticks", "price paid");
  const bool fails = scenario % 7 == 5;
  if (fails) {
    one.result.status = ScenarioStatus::failed;
    one.result.message = "the strategy threw: it was a Sunday, and " + std::string(70, 'x');
  } else {
    for (std::uint64_t parent = 0; parent <= scenario % 2; ++parent)
      parents.append(scenario, parent, parent == 0 ? "buy" : "sell",
                     scenario % 3 == 2 ? std::numeric_limits<double>::quiet_NaN() : 0.25 * static_cast<double>(scenario));
    for (std::uint64_t fill = 0; fill < scenario % 4; ++fill) fills.append(scenario, 1000 + fill);
  }
  one.result.tables = {parents, fills};
  return one;
}

inline std::vector<plimsoll::ScenarioKey> plan(std::uint64_t count, const std::string& key_salt = "k") {
  std::vector<plimsoll::ScenarioKey> keys;
  for (std::uint64_t i = 0; i < count; ++i) keys.push_back({i, key_of(key_salt + std::to_string(i)), finished(i).swept});
  return keys;
}

/// Seals what is not done, `per_shard` at a time; returns how many scenarios were sealed.
inline std::size_t seal_rest(plimsoll::ResultFolder& folder, std::size_t per_shard) {
  std::vector<plimsoll::FinishedScenario> batch;
  std::size_t sealed = 0;
  const auto flush = [&] {
    if (!batch.empty()) folder.seal(batch);
    sealed += batch.size();
    batch.clear();
  };
  const std::vector<bool> done = folder.done();
  for (std::size_t i = 0; i < done.size(); ++i) {
    if (done[i]) continue;
    batch.push_back(finished(folder.plan()[i].scenario));
    if (batch.size() == per_shard) flush();
  }
  flush();
  return sealed;
}

}  // namespace fixture
