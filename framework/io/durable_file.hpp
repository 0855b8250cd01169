#pragma once
/// Files that are either there in full or not at all, whatever kills the process: written under a temporary name in the same directory,
/// fsync, rename, fsync of the directory. The file systems' rule behind it: rename within a directory is atomic, and only an
/// fsync of the directory makes it last.
///
/// Thread rule: functions may be called from any thread on different names.

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "io/descriptor.hpp"

namespace plimsoll {

/// Output that failed. `exit_code()` is cannot_create (73: the place does not allow it) or io_error (74: disk full, quota, device error).
/// `what()` reads "error IO-WRITE results/x/shards/a.h5 4096 bytes wanted: No space left on device; ...".
class IoError : public std::runtime_error {
 public:
  IoError(ExitCode exit_code, InputError error) : std::runtime_error(error.text()), exit_code_{exit_code}, error_{std::move(error)} {}
  ExitCode exit_code() const { return exit_code_; }
  const InputError& error() const { return error_; }

 private:
  ExitCode exit_code_;
  InputError error_;
};

/// The error of a call that creates `path`: 73, or 74 when the device is at fault (full, quota, I/O error).
IoError create_error(const std::string& path, const std::string& doing, int error_number);
/// The error of a call that writes to or renames `path`: 74. Names the bytes wanted and the bytes free.
IoError write_error(const std::string& path, const std::string& doing, std::size_t bytes_wanted, int error_number);

/// Only a regular file may be replaced: a rename over a symbolic link, a pipe or a device would destroy what is not ours to write.
/// Throws IoError OUTPUT-EXISTS (73) when something else stands at `path`.
void require_replaceable(const std::string& path);

/// Publishes the concatenation of `parts` as `path`, replacing a regular file that was there (require_replaceable). When it returns, the
/// file survives power loss; when it throws, `path` is what it was before (or, when only the directory's fsync failed, the new file).
/// Symbolic links are never followed for the temporary name. Throws IoError.
void write_durably(const std::string& path, std::span<const std::string_view> parts);
void write_durably(const std::string& path, std::string_view bytes);

/// Creates a directory and its missing parents, durably. Throws IoError (73) when it cannot, or when something else has that name.
void create_directories_durably(const std::string& path);

/// Renames within one file system and makes it last. Returns false when `from` is no longer there. Throws IoError.
bool rename_durably(const std::string& from, const std::string& to);

/// Removes temporary files that a killed process left in `directory`. A temporary file of a living process, on this host or another one
/// that shares the file system, is locked by the kernel and stays. Returns the names removed. Throws IoError.
std::vector<std::string> sweep_orphans(const std::string& directory);

/// A regular file, open for reading.
class InputFile {
 public:
  /// Throws BadInput DATA-MISSING (66) when it is missing or unreadable, DATA-FORMAT (65) when it is no regular file.
  explicit InputFile(const std::string& path);
  std::size_t size() const { return size_; }  ///< when it was opened
  /// `length` bytes from `offset` on. Throws the same; DATA-FORMAT also when the file ends before.
  std::string range(std::uint64_t offset, std::size_t length) const;

 private:
  std::string path_;
  Descriptor file_;
  std::size_t size_ = 0;
};
/// All its bytes. Throws as InputFile.
std::string read_file_bytes(const std::string& path);

}  // namespace plimsoll
