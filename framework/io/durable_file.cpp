#include "io/durable_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <memory>

#include "io/descriptor.hpp"

namespace plimsoll {

namespace {

struct SplitPath {
  std::string directory, name;
};
SplitPath split(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

/// The device or the quota failed, not the place we were told to write to.
bool device_failed(int error) {
  return error == ENOSPC || error == EDQUOT || error == EIO || error == EMFILE || error == ENFILE || error == ENOMEM;
}

std::string free_bytes(const std::string& directory) {
  struct statvfs info {};
  if (::statvfs(directory.c_str(), &info) != 0) return "";
  return " (" + std::to_string(static_cast<unsigned long long>(info.f_bavail) * info.f_frsize) + " bytes free)";
}

Descriptor open_directory(const std::string& directory) {
  return Descriptor{uninterrupted([&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); })};
}

/// Some file systems have no fsync for directories and say EINVAL: there is nothing to wait for then.
bool sync_directory(const Descriptor& directory) {
  return uninterrupted([&] { return ::fsync(directory.get()); }) == 0 || errno == EINVAL;
}

std::string temporary_name(const std::string& name) {
  // Never twice in one process: a sweeper that lost its race must not find a younger file under the name it is about to remove.
  // tidy: allow static: names of files that are gone before anything is read from them
  static std::atomic<unsigned> number{0};
  return "." + name + "." + std::to_string(::getpid()) + "." + std::to_string(number++) + ".tmp";
}

bool is_temporary_name(std::string_view name) { return name.size() > 5 && name.front() == '.' && name.ends_with(".tmp"); }

const char* kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFLNK: return "a symbolic link";
    case S_IFDIR: return "a directory";
    case S_IFIFO: return "a pipe";
    case S_IFSOCK: return "a socket";
    default: return "a device";
  }
}

/// Many small parts at a time: a call for each would take longer than copying them.
bool write_parts(const Descriptor& file, std::span<const std::string_view> parts) {
  std::array<struct iovec, 512> some;
  while (!parts.empty()) {
    const auto now = parts.first(std::min(parts.size(), some.size()));
    std::ranges::transform(now, some.begin(), [](std::string_view part) { return iovec{const_cast<char*>(part.data()), part.size()}; });
    const ssize_t written = uninterrupted([&] { return ::writev(file.get(), some.data(), static_cast<int>(now.size())); });
    if (written < 0) return false;
    auto left_out = static_cast<std::size_t>(written);
    for (const std::string_view part : now) {
      const std::size_t there = std::min(left_out, part.size());
      left_out -= there;
      if (!write_all(file, part.substr(there))) return false;
    }
    parts = parts.subspan(now.size());
  }
  return true;
}

constexpr const char* kRepair = "what was sealed before is intact: repair the cause and run the same command again";

/// A new file, locked while this process lives, gone on destruction unless it was published.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& path, const Descriptor& directory, const std::string& name) : directory_{directory} {
    constexpr int attempts = 100;  // another host with the same pid, or a sweeper between our open and flock
    for (int attempt = 0; attempt < attempts; ++attempt) {
      name_ = temporary_name(name);
      file_ = Descriptor{uninterrupted(
          [&] { return ::openat(directory.get(), name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666); })};
      if (!file_.open()) {
        if (errno == EEXIST) continue;
        throw create_error(path, "cannot be created", errno);
      }
      // Without lock support the file is only at risk of staying behind: a sweeper removes nothing it cannot lock.
      uninterrupted([&] { return ::flock(file_.get(), LOCK_EX); });
      struct stat info {};
      if (::fstat(file_.get(), &info) == 0 && info.st_nlink > 0) return;
    }
    throw create_error(path, "no free temporary name", EEXIST);
  }
  ~TemporaryFile() {
    if (!published_) ::unlinkat(directory_.get(), name_.c_str(), 0);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  bool write(std::span<const std::string_view> parts) { return write_parts(file_, parts); }
  bool sync() {
    return uninterrupted([&] { return ::fsync(file_.get()); }) == 0;
  }
  bool publish_as(const std::string& name) {
    published_ = uninterrupted([&] { return ::renameat(directory_.get(), name_.c_str(), directory_.get(), name.c_str()); }) == 0;
    return published_;
  }

 private:
  const Descriptor& directory_;
  std::string name_;
  Descriptor file_;
  bool published_ = false;
};

}  // namespace

IoError create_error(const std::string& path, const std::string& doing, int error_number) {
  const std::string problem = doing + ": " + std::strerror(error_number);
  if (device_failed(error_number))
    return {ExitCode::io_error, {"IO-WRITE", path, "", problem + free_bytes(split(path).directory), kRepair}};
  return {ExitCode::cannot_create, {"IO-CREATE", path, "", problem, "choose an output place that can be written"}};
}

IoError write_error(const std::string& path, const std::string& doing, std::size_t bytes_wanted, int error_number) {
  const std::string problem = doing + " failed, " + std::to_string(bytes_wanted) + " bytes wanted: " + std::strerror(error_number);
  return {ExitCode::io_error, {"IO-WRITE", path, "", problem + free_bytes(split(path).directory), kRepair}};
}

void require_replaceable(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || S_ISREG(info.st_mode)) return;
  throw IoError{ExitCode::cannot_create,
                {"OUTPUT-EXISTS", path, "", std::string{"is "} + kind_of(info.st_mode) + ", and only a regular file is ever replaced",
                 "choose another output place"}};
}

void write_durably(const std::string& path, std::span<const std::string_view> parts) {
  require_replaceable(path);
  const auto [directory_path, name] = split(path);
  const Descriptor directory = open_directory(directory_path);
  if (!directory.open()) throw create_error(path, "its directory cannot be opened", errno);
  std::size_t bytes = 0;
  for (const std::string_view part : parts) bytes += part.size();

  TemporaryFile file{path, directory, name};
  if (!file.write(parts)) throw write_error(path, "write", bytes, errno);
  if (!file.sync()) throw write_error(path, "fsync", bytes, errno);
  if (!file.publish_as(name)) {
    if (errno == EISDIR || errno == ENOTDIR || errno == EACCES || errno == EPERM) throw create_error(path, "cannot be replaced", errno);
    throw write_error(path, "rename", bytes, errno);
  }
  if (!sync_directory(directory)) throw write_error(path, "fsync of the directory", bytes, errno);
}

void write_durably(const std::string& path, std::string_view bytes) { write_durably(path, std::span{&bytes, 1}); }

void create_directories_durably(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) {
    if (!S_ISDIR(info.st_mode)) throw create_error(path, "is needed as a directory", ENOTDIR);
    return;
  }
  const std::string parent = split(path).directory;
  if (errno == ENOENT && parent != path) create_directories_durably(parent);
  if (uninterrupted([&] { return ::mkdir(path.c_str(), 0777); }) != 0 && errno != EEXIST)
    throw create_error(path, "directory cannot be created", errno);
  const Descriptor directory = open_directory(parent);
  if (!directory.open() || !sync_directory(directory)) throw write_error(path, "fsync of the directory above", 0, errno);
}

bool rename_durably(const std::string& from, const std::string& to) {
  if (uninterrupted([&] { return ::rename(from.c_str(), to.c_str()); }) != 0) {
    if (errno == ENOENT) return false;
    throw write_error(to, "rename of " + from, 0, errno);
  }
  for (const std::string& directory_path : {split(to).directory, split(from).directory}) {
    const Descriptor directory = open_directory(directory_path);
    if (!directory.open() || !sync_directory(directory)) throw write_error(to, "fsync of the directory", 0, errno);
  }
  return true;
}

std::vector<std::string> sweep_orphans(const std::string& directory_path) {
  const Descriptor directory = open_directory(directory_path);
  if (!directory.open()) throw create_error(directory_path, "cannot be opened", errno);
  std::vector<std::string> removed;
  std::error_code ignored;  // a name that vanishes meanwhile is no orphan
  for (const auto& entry : std::filesystem::directory_iterator{directory_path, ignored}) {
    const std::string name = entry.path().filename().string();
    if (!is_temporary_name(name)) continue;
    const Descriptor file{::openat(directory.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (!file.open() || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) continue;
    if (::unlinkat(directory.get(), name.c_str(), 0) == 0) removed.push_back(name);
  }
  return removed;
}

namespace {

BadInput unreadable(const std::string& path) {
  return BadInput{ExitCode::no_input, InputError{"DATA-MISSING", path, "", std::string{"cannot be read: "} + std::strerror(errno), ""}};
}

}  // namespace

InputFile::InputFile(const std::string& path)
    : path_{path}, file_{uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC); })} {
  struct stat info {};
  if (!file_.open() || ::fstat(file_.get(), &info) != 0) throw unreadable(path);
  const char* const hint = S_ISDIR(info.st_mode) ? "it is a folder: name the file in it" : "";
  if (!S_ISREG(info.st_mode)) throw BadInput{ExitCode::bad_data, InputError{"DATA-FORMAT", path, "", "is not a regular file", hint}};
  size_ = static_cast<std::size_t>(info.st_size);
}

std::string InputFile::range(std::uint64_t offset, std::size_t length) const {
  const bool there = offset <= size_ && length <= size_ - offset;
  std::string bytes(there ? length : 0, '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const auto at = static_cast<off_t>(offset + have);
    const ssize_t got = uninterrupted([&] { return ::pread(file_.get(), bytes.data() + have, bytes.size() - have, at); });
    if (got < 0) throw unreadable(path_);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  if (have != length) throw BadInput{ExitCode::bad_data, InputError{"DATA-FORMAT", path_, "", "was cut while it was in use", ""}};
  return bytes;
}

std::string read_file_bytes(const std::string& path) {
  const InputFile input{path};
  return input.range(0, input.size());
}

}  // namespace plimsoll
