#pragma once
/// Small hand-made files for feed tests, in a folder that goes away with the test.

#include <unistd.h>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "claims.hpp"
#include "core/error.hpp"
#include "feed/feed.hpp"
#include "feed/lobster.hpp"

namespace plimsoll::test {

class FreshFolder {
 public:
  FreshFolder() {
    static std::atomic<int> count{0};
    path_ = std::filesystem::temp_directory_path() / ("plimsoll_feed_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~FreshFolder() { std::filesystem::remove_all(path_); }
  FreshFolder(const FreshFolder&) = delete;
  FreshFolder& operator=(const FreshFolder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream{path_ / name, std::ios::binary} << text;
    return path(name);
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

using Settings = std::map<std::string, std::string>;

/// A LOBSTER message file read as of 2012-06-21, with more settings on top.
inline EventTape lobster(const FreshFolder& folder, const std::string& messages, Settings more = {}, bool strict = false) {
  more.emplace("path", folder.write("messages.csv", messages));
  more.emplace("date", "2012-06-21");
  return load_feed("lobster", more, strict);
}

/// Loads and expects to fail; the error.
template <class Load>
BadInput failure_of(Load load) {
  try {
    load();
  } catch (const BadInput& bad) {
    return bad;
  }
  FAIL("no error was raised");
  throw 0;
}

inline bool has_code(const BadInput& bad, const std::string& code) {
  for (const InputError& error : bad.errors()) {
    if (error.code == code) return true;
  }
  return false;
}

}  // namespace plimsoll::test
