// LD_PRELOAD shim: lets the k-th call that changes files fail, or kills the process before it.
//
//   cc -shared -fPIC -O1 -o kill_at.so kill_at.c
//   LD_PRELOAD=./kill_at.so KILL_AT=7 KILL_UNDER=/tmp/results program ...
//
//   KILL_AT=k       which call, from 1; 0 or unset: only count
//   KILL_MODE=      kill (default: SIGKILL before the call), torn (a write leaves half its bytes, then SIGKILL; others as kill),
//                   ENOSPC EIO EDQUOT EROFS EACCES (the call fails), EINTR (it fails once), short (a write writes one byte)
//   KILL_STICKY=1   an error stays from the k-th call on, as a full disk does
//   KILL_UNDER=dir  only calls on files below this directory count (absolute path, symbolic links resolved)
//   KILL_NOSYNC=1   fsync and fdatasync count but do nothing: quick, and a kill does not need them (a power loss would)
//   KILL_COUNT=file the number of calls so far stands in this file, 8 bytes, little endian
//
// Counted: open/openat/creat/fopen for writing, write, pwrite, writev, fsync, fdatasync, ftruncate, rename*, unlink*, mkdir*.
// Calls go straight to the kernel, so that the shim needs no dlsym and works before any constructor.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

enum effect { PASS, FAIL_CALL, TORN, SHORT };

static long setting(const char* name) {
  const char* text = getenv(name);
  return text ? atol(text) : 0;
}

static int error_of(const char* mode) {
  if (!strcmp(mode, "ENOSPC")) return ENOSPC;
  if (!strcmp(mode, "EIO")) return EIO;
  if (!strcmp(mode, "EDQUOT")) return EDQUOT;
  if (!strcmp(mode, "EROFS")) return EROFS;
  if (!strcmp(mode, "EACCES")) return EACCES;
  if (!strcmp(mode, "EINTR")) return EINTR;
  return 0;
}

static int below(const char* path, const char* directory) {
  const size_t length = strlen(directory);
  return !strncmp(path, directory, length) && (path[length] == '/' || path[length] == 0);
}

// Absolute path of an open file; "" when it has none.
static void path_of_fd(int fd, char* out, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const long got = syscall(SYS_readlinkat, AT_FDCWD, link, out, size - 1);
  out[got > 0 ? got : 0] = 0;
}

static int counts_path(int directory, const char* path) {
  const char* under = getenv("KILL_UNDER");
  if (!under) return 1;
  if (path[0] == '/') return below(path, under);
  char base[PATH_MAX];
  if (directory == AT_FDCWD) {
    if (syscall(SYS_getcwd, base, sizeof base) < 0) return 0;
  } else {
    path_of_fd(directory, base, sizeof base);
  }
  char full[2 * PATH_MAX];
  snprintf(full, sizeof full, "%s/%s", base, path);
  return below(full, under);
}

static int counts_fd(int fd) {
  struct stat info;
  if (fstat(fd, &info) != 0 || !(S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) return 0;
  const char* under = getenv("KILL_UNDER");
  if (!under) return 1;
  char path[PATH_MAX];
  path_of_fd(fd, path, sizeof path);
  return below(path, under);
}

static void note_count(long count) {
  const char* file = getenv("KILL_COUNT");
  if (!file) return;
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return;
  syscall(SYS_pwrite64, fd, &count, sizeof count, 0L);
  syscall(SYS_close, fd);
}

static void die(void) {
  syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  for (;;) pause();
}

// Called once per counted call. Sets errno for FAIL_CALL.
static enum effect next_call(int counted, int is_write) {
  if (!counted) return PASS;
  const long count = atomic_fetch_add(&calls, 1) + 1;
  note_count(count);
  const long at = setting("KILL_AT");
  const char* mode = getenv("KILL_MODE");
  if (!mode) mode = "kill";
  const int error = error_of(mode);
  if (at <= 0 || count < at || (count > at && !(error && setting("KILL_STICKY")))) return PASS;
  if (error) {
    errno = error;
    return FAIL_CALL;
  }
  if (!strcmp(mode, "short")) return is_write ? SHORT : PASS;
  if (!strcmp(mode, "torn") && is_write) return TORN;
  die();
  return PASS;
}

static size_t cut(enum effect effect, size_t bytes) {
  if (effect == SHORT && bytes > 1) return 1;
  if (effect == TORN) return bytes / 2;
  return bytes;
}

#define FAILS(counted) (next_call((counted), 0) == FAIL_CALL)

static int open_at(int directory, const char* path, int flags, mode_t mode) {
  const int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
  if (writes && FAILS(counts_path(directory, path))) return -1;
  return (int)syscall(SYS_openat, directory, path, flags, mode);
}

#define MODE_ARGUMENT(flags)                        \
  mode_t mode = 0;                                  \
  if ((flags) & (O_CREAT | O_TMPFILE)) {            \
    va_list arguments;                              \
    va_start(arguments, flags);                     \
    mode = (mode_t)va_arg(arguments, int);          \
    va_end(arguments);                              \
  }

int open(const char* path, int flags, ...) {
  MODE_ARGUMENT(flags)
  return open_at(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  MODE_ARGUMENT(flags)
  return open_at(AT_FDCWD, path, flags, mode);
}
int openat(int directory, const char* path, int flags, ...) {
  MODE_ARGUMENT(flags)
  return open_at(directory, path, flags, mode);
}
int openat64(int directory, const char* path, int flags, ...) {
  MODE_ARGUMENT(flags)
  return open_at(directory, path, flags, mode);
}
int creat(const char* path, mode_t mode) { return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

static FILE* open_stream(const char* path, const char* mode) {
  const int plus = strchr(mode, '+') != NULL;
  int flags = mode[0] == 'r' ? (plus ? O_RDWR : O_RDONLY) : (plus ? O_RDWR : O_WRONLY) | O_CREAT | (mode[0] == 'w' ? O_TRUNC : O_APPEND);
  if (strchr(mode, 'e')) flags |= O_CLOEXEC;
  if (strchr(mode, 'x')) flags |= O_EXCL;
  const int fd = open_at(AT_FDCWD, path, flags, 0666);
  return fd < 0 ? NULL : fdopen(fd, mode);
}
FILE* fopen(const char* path, const char* mode) { return open_stream(path, mode); }
FILE* fopen64(const char* path, const char* mode) { return open_stream(path, mode); }

static ssize_t put(int fd, const void* data, size_t bytes, int positioned, off_t offset) {
  const enum effect effect = next_call(counts_fd(fd), 1);
  if (effect == FAIL_CALL) return -1;
  const size_t length = cut(effect, bytes);
  const ssize_t written = positioned ? syscall(SYS_pwrite64, fd, data, length, offset) : syscall(SYS_write, fd, data, length);
  if (effect == TORN) die();
  return written;
}
ssize_t write(int fd, const void* data, size_t bytes) { return put(fd, data, bytes, 0, 0); }
ssize_t pwrite(int fd, const void* data, size_t bytes, off_t offset) { return put(fd, data, bytes, 1, offset); }
ssize_t pwrite64(int fd, const void* data, size_t bytes, off_t offset) { return put(fd, data, bytes, 1, offset); }
ssize_t writev(int fd, const struct iovec* parts, int count) {
  const enum effect effect = next_call(counts_fd(fd), 1);
  if (effect == FAIL_CALL) return -1;
  if (effect == PASS || count == 0) return syscall(SYS_writev, fd, parts, count);
  const ssize_t written = syscall(SYS_write, fd, parts[0].iov_base, cut(effect, parts[0].iov_len));
  if (effect == TORN) die();
  return written;
}

static int sync_by(long number, int fd) {
  if (FAILS(counts_fd(fd))) return -1;
  return setting("KILL_NOSYNC") ? 0 : (int)syscall(number, fd);
}
int fsync(int fd) { return sync_by(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_by(SYS_fdatasync, fd); }
int ftruncate(int fd, off_t length) { return FAILS(counts_fd(fd)) ? -1 : (int)syscall(SYS_ftruncate, fd, length); }
int ftruncate64(int fd, off_t length) { return FAILS(counts_fd(fd)) ? -1 : (int)syscall(SYS_ftruncate, fd, length); }

int renameat2(int from_directory, const char* from, int to_directory, const char* to, unsigned flags) {
  if (FAILS(counts_path(to_directory, to) || counts_path(from_directory, from))) return -1;
  return (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);
}
int renameat(int from_directory, const char* from, int to_directory, const char* to) {
  return renameat2(from_directory, from, to_directory, to, 0);
}
int rename(const char* from, const char* to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int directory, const char* path, int flags) {
  return FAILS(counts_path(directory, path)) ? -1 : (int)syscall(SYS_unlinkat, directory, path, flags);
}
int unlink(const char* path) { return unlinkat(AT_FDCWD, path, 0); }
int remove(const char* path) {
  struct stat info;
  const int is_directory = lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
  return unlinkat(AT_FDCWD, path, is_directory ? AT_REMOVEDIR : 0);
}
int mkdirat(int directory, const char* path, mode_t mode) {
  return FAILS(counts_path(directory, path)) ? -1 : (int)syscall(SYS_mkdirat, directory, path, mode);
}
int mkdir(const char* path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
