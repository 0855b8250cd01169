#include "experiment/plugin_file.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/content_hash.hpp"
#include "core/error.hpp"

namespace plimsoll {

namespace {

constexpr const char* kEntrySymbol = "plimsoll_plugin_entry";

[[noreturn]] void refuse(const char* code, const std::string& path, std::string problem, std::string suggestion) {
  throw BadInput(ExitCode::bad_scenario, {code, path, "", std::move(problem), std::move(suggestion)});
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_{number} {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  void keep_open() { number_ = -1; }

 private:
  int number_;
};

std::string resolved(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  if (error) refuse("PLUGIN-MISSING", path, error.message(), "check the path; plugins are never searched for");
  return real.string();
}

/// Whoever may change the code may do everything we may do.
struct stat check_owner_and_mode(int descriptor, const std::string& path) {
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) refuse("PLUGIN-MISSING", path, std::strerror(errno), "");
  const std::string what = S_ISDIR(facts.st_mode) ? "directory" : "file";
  if (facts.st_uid != 0 && facts.st_uid != ::geteuid()) {
    refuse("PLUGIN-PERMISSION", path, "the " + what + " belongs to user " + std::to_string(facts.st_uid) + ", neither root nor you",
           "copy the plugin to a directory of your own");
  }
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    refuse("PLUGIN-PERMISSION", path, "the " + what + " may be changed by group or others, and a plugin has all your rights",
           "chmod go-w " + path);
  }
  return facts;
}

/// Expects a path with links resolved.
int open_trusted_directory(const std::string& path) {
  Descriptor directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.number() < 0 && errno == ENOTDIR)
    refuse("PLUGIN-MISSING", path, "is no folder", "name the folder with the plugin in it: all its *.so are loaded");
  if (directory.number() < 0) refuse("PLUGIN-MISSING", path, std::strerror(errno), "check the path; plugins are never searched for");
  check_owner_and_mode(directory.number(), path);
  const int number = directory.number();
  directory.keep_open();
  return number;
}

/// The loader names the file by the descriptor we gave it; people know it by its path.
std::string loader_message(const std::string& descriptor_path, const std::string& path) {
  const char* said = ::dlerror();
  std::string message = said != nullptr ? said : "the dynamic loader gives no reason";
  if (const std::size_t at = message.find(descriptor_path); at != std::string::npos) message.replace(at, descriptor_path.size(), path);
  return message;
}

}  // namespace

void check_plugin_directory(const std::string& path) { Descriptor{open_trusted_directory(resolved(path))}; }

PluginFile open_plugin_file(const std::string& path) {
  const std::filesystem::path real = resolved(path);
  const Descriptor directory{open_trusted_directory(real.parent_path().string())};
  // No link is followed and no pipe waited for: the name was resolved above, whatever stands there now must be the file itself.
  Descriptor file{::openat(directory.number(), real.filename().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (file.number() < 0) refuse("PLUGIN-MISSING", real.string(), std::strerror(errno), "check the path and its permissions");
  const struct stat facts = check_owner_and_mode(file.number(), real.string());
  if (!S_ISREG(facts.st_mode)) refuse("PLUGIN-LOAD", real.string(), "is not a regular file", "name a shared object (.so)");

  // Through the descriptor, what was checked is what is loaded. Without /proc (a bare chroot) there is only the name.
  const std::string by_number = "/proc/self/fd/" + std::to_string(file.number());
  const std::string descriptor_path = ::access(by_number.c_str(), R_OK) == 0 ? by_number : real.string();
  PluginFile out{real.string(), ContentHash::of_file(descriptor_path), nullptr};
  void* library = ::dlopen(descriptor_path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    refuse("PLUGIN-LOAD", real.string(), loader_message(descriptor_path, real.string()),
           "build it with plimsoll_add_plugin (find_package(plimsoll))");
  }
  file.keep_open();  // the loader knows the library by this number: a second file under the same number would be taken for the first
  void* symbol = ::dlsym(library, kEntrySymbol);
  if (symbol == nullptr) {
    refuse("PLUGIN-ENTRY", real.string(), std::string{"exports no symbol "} + kEntrySymbol,
           "register the class with PLIMSOLL_STRATEGY(...) or PLIMSOLL_IMPACT_MODEL(...)");
  }
  out.entry = reinterpret_cast<plimsoll_plugin_entry_fn>(symbol);
  return out;
}

}  // namespace plimsoll
