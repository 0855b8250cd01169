#pragma once
/// Runs the real `plimsoll` as a person would, in a folder of its own.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "claims.hpp"

namespace plimsoll::test {

struct Outcome {
  int exit_code = 0;  ///< -signal when one ended it
  std::string out, err;
};

/// A fresh directory that goes away with the test.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "plimsoll-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = std::filesystem::canonical(name);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

inline std::string read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}
inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream out{path, std::ios::binary};
  out << text;
  REQUIRE(out.good());
}

/// `environment` is added to ours.
inline Outcome run_plimsoll(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment = {}) {
  const Scratch scratch;
  const std::string out = scratch / "out";
  const std::string err = scratch / "err";
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    for (const auto& [key, value] : environment) setenv(key.c_str(), value.c_str(), 1);
    // A sanitizer build refuses to start behind a preloaded library unless told that this is meant.
    if (environment.count("LD_PRELOAD") != 0) setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
    const int out_fd = open(out.c_str(), O_CREAT | O_WRONLY, 0600);
    const int err_fd = open(err.c_str(), O_CREAT | O_WRONLY, 0600);
    const int null_fd = open("/dev/null", O_RDONLY);
    dup2(null_fd, 0), dup2(out_fd, 1), dup2(err_fd, 2);
    std::vector<char*> argv{const_cast<char*>(PLIMSOLL_COMMAND)};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execv(PLIMSOLL_COMMAND, argv.data());
    _exit(127);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), read_file(out), read_file(err)};
}

/// A sweep that takes a fraction of a second: strategies x sizes x seeds on a quarter of an hour of synthetic flow.
inline std::string small_sweep(int seeds) {
  return R"(title = "small"
source = "made for a test"
expect = "always the same bytes"
[experiment]
seed = 5
seeds = )" +
         std::to_string(seeds) + R"(
[market]
feed = "synthetic"
duration_s = 600
[parent]
side = "buy"
quantity_lots = 400
start_s = 60
end_s = 500
start_jitter_s = 20
[strategy]
name = "twap"
[strategy.twap]
jitter = 0.4
[impact]
name = "square_root"
[impact.square_root]
daily_volatility = 0.02
daily_volume_lots = 2_000_000
[latency]
feed_us = 200
order_us = 500
response_us = 200
[output]
record = "fills"
[sweep]
strategy.name = ["immediate", "twap", "pov"]
parent.quantity_lots = [100, 1_500]
)";
}

}  // namespace plimsoll::test
