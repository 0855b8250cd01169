#include "io/durable_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <csignal>

#include "claims.hpp"
#include "result_fixture.hpp"

using namespace plimsoll;
using fixture::bytes_of;

namespace {
ExitCode exit_code_of(const std::string& path, const std::string& bytes) {
  try {
    write_durably(path, bytes);
  } catch (const IoError& error) {
    CHECK(std::string{error.what()}.find(path) != std::string::npos);
    return error.exit_code();
  }
  return ExitCode::done;
}
}  // namespace

TEST_CASE("a durable write publishes the parts as one file and leaves nothing else") {
  const fixture::TemporaryFolder folder;
  const std::string big(3'000'000, 'b');
  const std::string_view parts[] = {"a", big, "", "c"};
  write_durably(folder / "x", parts);
  CHECK(bytes_of(folder / "x") == "a" + big + "c");
  write_durably(folder / "x", "second");
  CHECK(bytes_of(folder / "x") == "second");
  CHECK(fixture::files_in(folder.path()) == std::vector<std::string>{"x"});
}

TEST_CASE("thousands of parts, some of them empty, come out one after the other") {
  const fixture::TemporaryFolder folder;
  std::vector<std::string> texts;
  std::string all;
  for (std::size_t i = 0; i < 3'000; ++i) all += texts.emplace_back(i % 7 == 0 ? "" : std::to_string(i) + " ");
  const std::vector<std::string_view> parts(texts.begin(), texts.end());
  write_durably(folder / "x", parts);
  CHECK(bytes_of(folder / "x") == all);
  const InputFile file{folder / "x"};
  CHECK(file.range(all.size() - 9, 9) == all.substr(all.size() - 9));
  CHECK_THROWS_AS(file.range(all.size() - 9, 10), BadInput);
}

TEST_CASE("parts that do not all fit leave the old content, wherever the limit falls") {
  const fixture::TemporaryFolder folder;
  const std::vector<std::string_view> parts(1'000, "0123456789");
  for (const rlim_t limit : {std::size_t{1}, std::size_t{5'120}, std::size_t{5'125}, std::size_t{9'999}}) {
    write_durably(folder / "x", "old");
    struct rlimit old {};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &old) == 0);
    auto* const before = std::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small { limit, old.rlim_max };
    ::setrlimit(RLIMIT_FSIZE, &small);
    CHECK_THROWS_AS(write_durably(folder / "x", parts), IoError);
    ::setrlimit(RLIMIT_FSIZE, &old);
    std::signal(SIGXFSZ, before);
    CHECK(bytes_of(folder / "x") == "old");
    CHECK(fixture::files_in(folder.path()) == std::vector<std::string>{"x"});
  }
}

TEST_CASE("an output place that allows no file is exit 73 and names it") {
  const fixture::TemporaryFolder folder;
  write_durably(folder / "file", "x");
  CHECK(exit_code_of(folder / "missing/x", "x") == ExitCode::cannot_create);
  CHECK(exit_code_of(folder / "file/x", "x") == ExitCode::cannot_create);
  CHECK(exit_code_of(folder / std::string(300, 'n'), "x") == ExitCode::cannot_create);
  ::mkdir((folder / "directory").c_str(), 0777);
  CHECK(exit_code_of(folder / "directory", "x") == ExitCode::cannot_create);
  CHECK(fixture::files_in(folder.path()) == std::vector<std::string>{"directory", "file"});
  CHECK_THROWS_AS(create_directories_durably(folder / "file"), IoError);
  CHECK_THROWS_AS(create_directories_durably(folder / "file/below"), IoError);
}

TEST_CASE("nothing but a regular file is ever replaced: link, dangling link, pipe, socket and directory stay what they are") {
  const fixture::TemporaryFolder folder;
  write_durably(folder / "file", "x");
  std::filesystem::create_symlink(folder / "file", folder / "link");
  std::filesystem::create_symlink(folder / "nothing", folder / "dangling");
  std::filesystem::create_directory(folder / "directory");
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  REQUIRE(::mknod((folder / "socket").c_str(), S_IFSOCK | 0600, 0) == 0);
  for (const char* name : {"link", "dangling", "directory", "pipe", "socket"}) {
    CAPTURE(name);
    const auto before = std::filesystem::symlink_status(folder / name).type();
    try {
      write_durably(folder / name, "y");
      FAIL("replaced");
    } catch (const IoError& error) {
      CHECK(error.exit_code() == ExitCode::cannot_create);
      CHECK(error.error().code == "OUTPUT-EXISTS");
    }
    CHECK(std::filesystem::symlink_status(folder / name).type() == before);
  }
  CHECK(bytes_of(folder / "file") == "x");
  CHECK_FALSE(std::filesystem::exists(folder / "nothing"));
  CHECK(exit_code_of("/dev/null", "y") == ExitCode::cannot_create);
}

TEST_CASE("a file that may not grow is exit 74, names the bytes wanted, and leaves the old content") {
  const fixture::TemporaryFolder folder;
  write_durably(folder / "x", "old");
  ::rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const ::rlimit small{100'000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  try {
    write_durably(folder / "x", std::string(200'000, 'n'));
  } catch (const IoError& error) {
    message = error.what();
    CHECK(error.exit_code() == ExitCode::io_error);
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  CHECK(message.find("200000 bytes wanted") != std::string::npos);
  CHECK(bytes_of(folder / "x") == "old");
  CHECK(fixture::files_in(folder.path()) == std::vector<std::string>{"x"});
}

TEST_CASE("the sweep removes what dead writers left and nothing of living ones") {
  const fixture::TemporaryFolder folder;
  fixture::put_bytes(folder / ".a.h5.123.0.tmp", "torn");
  fixture::put_bytes(folder / ".b.h5.124.0.tmp", "being written");
  fixture::put_bytes(folder / "c.tmp", "not ours");
  fixture::put_bytes(folder / ".hidden", "not ours");
  const int living = ::open((folder / ".b.h5.124.0.tmp").c_str(), O_RDONLY);
  REQUIRE(::flock(living, LOCK_EX) == 0);
  CHECK(sweep_orphans(folder.path()) == std::vector<std::string>{".a.h5.123.0.tmp"});
  ::close(living);
  CHECK(sweep_orphans(folder.path()) == std::vector<std::string>{".b.h5.124.0.tmp"});
  CHECK(fixture::files_in(folder.path()) == std::vector<std::string>{".hidden", "c.tmp"});
}

TEST_CASE("reading a missing file, a directory or a pipe is bad input, and never hangs") {
  const fixture::TemporaryFolder folder;
  ::mkfifo((folder / "pipe").c_str(), 0666);
  const auto code = [](const std::string& path) {
    try {
      read_file_bytes(path);
    } catch (const BadInput& error) {
      return error.exit_code();
    }
    return ExitCode::done;
  };
  CHECK(code(folder / "missing") == ExitCode::no_input);
  CHECK(code(folder.path()) == ExitCode::bad_data);
  CHECK(code(folder / "pipe") == ExitCode::bad_data);
}
