// Without libFuzzer: every file of the folders named, and a fixed number of mutations of each, the same in every run.
//   fuzz_NAME MUTATIONS FOLDER..
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "core/random.hpp"
#include "fuzz_target.hpp"

namespace {

using plimsoll::Purpose;
using plimsoll::RandomStream;

/// Some bytes changed, cut out, doubled or cut off.
std::string mutated(std::string bytes, std::uint64_t number) {
  const RandomStream random{number, 0, Purpose::test};
  std::uint64_t draws = 0;
  const auto below = [&](std::uint64_t bound) { return static_cast<std::size_t>(random.below(draws++, bound)); };
  for (std::size_t change = 1 + below(4); change > 0 && !bytes.empty(); --change) {
    const std::size_t at = below(bytes.size());
    const std::size_t length = 1 + below(std::min<std::size_t>(16, bytes.size() - at));
    switch (below(6)) {
      case 0: bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8))); break;
      case 1: bytes[at] = static_cast<char>(below(256)); break;
      case 2: bytes[at] = below(2) == 0 ? '\0' : '\xff'; break;
      case 3: bytes.erase(at, length); break;
      case 4: bytes.insert(at, bytes.substr(at, length)); break;
      default: bytes.resize(at);
    }
  }
  return bytes;
}

void run(const std::string& bytes) { LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()); }

}  // namespace

int main(int count, char** words) {
  if (count < 3) {
    std::cerr << "usage: " << words[0] << " MUTATIONS FOLDER..\n";
    return 64;
  }
  const std::uint64_t mutations = std::strtoull(words[1], nullptr, 10);
  std::vector<std::filesystem::path> files;
  for (int i = 2; i < count; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator{words[i]}) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::uint64_t inputs = 0;
  for (const auto& file : files) {
    std::ifstream in{file, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    run(bytes);
    for (std::uint64_t i = 0; i < mutations; ++i) run(mutated(bytes, i));
    inputs += 1 + mutations;
  }
  std::cout << inputs << " inputs of " << files.size() << " files\n";
  return files.empty() ? 66 : 0;
}
