#include "io/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include "io/durable_file.hpp"

namespace plimsoll {

namespace {

Descriptor open_lock_file(const std::string& path) {
  Descriptor file{uninterrupted([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666); })};
  if (!file.open()) throw create_error(path, "lock file cannot be created", errno);
  return file;
}

std::string owner_of(const Descriptor& file) {
  char text[512];
  const ssize_t got = uninterrupted([&] { return ::pread(file.get(), text, sizeof text, 0); });
  std::string owner(text, got > 0 ? static_cast<std::size_t>(got) : 0);
  owner.resize(std::min(owner.size(), owner.find('\n')));
  return owner.empty() ? "another process" : owner;
}

}  // namespace

FolderLock FolderLock::take(const std::string& path, const std::string& who) {
  Descriptor file = open_lock_file(path);
  if (uninterrupted([&] { return ::flock(file.get(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno != EWOULDBLOCK) throw create_error(path, "cannot be locked", errno);
    throw IoError{
        ExitCode::cannot_create,
        {"IO-IN-USE", path, "", "in use by " + owner_of(file), "wait for it, work on another part (--shard I/N) or choose another folder"}};
  }
  const std::string line = who + "\n";
  if (uninterrupted([&] { return ::ftruncate(file.get(), 0); }) != 0 || !write_all(file, line))
    throw write_error(path, "write", line.size(), errno);
  return FolderLock{std::move(file)};
}

FolderLock FolderLock::wait_for(const std::string& path) {
  Descriptor file = open_lock_file(path);
  if (uninterrupted([&] { return ::flock(file.get(), LOCK_EX); }) != 0) throw create_error(path, "cannot be locked", errno);
  return FolderLock{std::move(file)};
}

}  // namespace plimsoll
