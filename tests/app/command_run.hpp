#pragma once
/// Runs the built program through a shell, as a user would: exit code and both streams.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "claims.hpp"
#include "io/result_file.hpp"

namespace fs = std::filesystem;
namespace plimsoll::test {

/// A folder of its own, gone at the end.
class Workshop {
 public:
  Workshop() {
    std::string pattern = (fs::temp_directory_path() / "plimsoll_app_XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Workshop() { fs::remove_all(path_); }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream{path_ / name, std::ios::binary} << text;
    return *this / name;
  }

 private:
  fs::path path_;
};

inline std::string command_path() {
  const char* set = std::getenv("PLIMSOLL_COMMAND");
  return set != nullptr ? set : std::string{PLIMSOLL_BINARY_DIR} + "/plimsoll";
}

inline std::string contents(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream{path, std::ios::binary}.rdbuf();
  return out.str();
}

struct Ended {
  int code;
  std::string out, err;
};

inline Ended run(const Workshop& shop, const std::string& arguments, const std::string& before = "") {
  const std::string call =
      before + "'" + command_path() + "' " + arguments + " >'" + (shop / "out") + "' 2>'" + (shop / "err") + "' </dev/null";
  const int status = std::system(call.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), contents(shop / "out"), contents(shop / "err")};
}

/// Characters of the longest line.
inline std::size_t widest(const std::string& text) {
  std::size_t out = 0;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) out = std::max(out, line.size());
  return out;
}

/// Exit code and first word after "error".
inline void check_fails(const Workshop& shop, const std::string& arguments, int code, const std::string& word) {
  const Ended ended = run(shop, arguments);
  INFO(arguments << "\n" << ended.err);
  CHECK(ended.code == code);
  CHECK(ended.err.find("error " + word) != std::string::npos);
}

inline const std::string kSmall =
    "title = \"small\"\nsource = \"made up\"\nexpect = \"it ends\"\n[experiment]\nseeds = 4\n[market]\nfeed = \"synthetic\"\nduration_s = "
    "120\nwarmup_s = 60\n"
    "[parent]\nside = \"buy\"\nquantity_lots = 300\nstart_s = 10\nend_s = 60\nstart_jitter_s = 20\n"
    "[strategy]\nname = \"twap\"\n[impact]\nname = \"none\"\n"
    "[sweep]\nstrategy.name = [\"twap\", \"immediate\"]\nparent.quantity_lots = [100, 300, 500]\n";

inline std::string result_hash_of(const std::string& folder) { return plimsoll::result_hash(folder + "/result.h5"); }

/// A sanitizer's own memory is no memory of ours: what is measured or limited by the process says nothing then.
inline bool memory_is_ours() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  std::cout << "SKIPPED: " << Catch::getResultCapture().getCurrentTestName() << " (sanitizer build)\n";
  return false;
#else
  return true;
#endif
}

}  // namespace plimsoll::test
