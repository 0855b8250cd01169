// Files that end other readers: each must be refused, or read, in a moment.
#include "claims.hpp"
#include "vocabulary.hpp"

using namespace plimsoll;
using namespace scenario_test;

namespace {

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t index = 0; index < times; ++index) out += text;
  return out;
}

}  // namespace

TEST_CASE("a dotted key of 200,000 parts is refused before the parser sees it") {
  const std::string key = repeated("a.", 200'000) + "a";
  CHECK(faults_of(kSound + key + " = 1\n").rfind("error SCENARIO-TOO-DEEP x.toml:15:", 0) == 0);
  CHECK(faults_of(kSound + "[" + key + "]\n").rfind("error SCENARIO-TOO-DEEP x.toml:15:", 0) == 0);
  CHECK(faults_of(kSound + repeated("'a' . ", 100'000) + "a = 1\n").rfind("error SCENARIO-TOO-DEEP x.toml:15:", 0) == 0);
}

TEST_CASE("nesting of any depth is refused before the parser sees it") {
  CHECK(faults_of("x = " + repeated("[", 1'000'000)).rfind("error SCENARIO-TOO-DEEP x.toml:1:", 0) == 0);
  CHECK(faults_of("x = " + repeated("[\n", 400'000)).rfind("error SCENARIO-TOO-DEEP x.toml:", 0) == 0);
  CHECK(faults_of("x = " + repeated("{a=", 300'000)).rfind("error SCENARIO-TOO-DEEP x.toml:1:", 0) == 0);
}

TEST_CASE("dots and brackets in texts and comments are no depth") {
  CHECK(faults_of(scenario_test::with_line(kSound, 1, "title = \"" + repeated(".[{", 100) + "\"  # " + repeated(".[{", 100))) == "");
  CHECK(faults_of(scenario_test::with_line(kSound, 1, "title = '''" + repeated("\n.[{", 100) + "'''")) == "");
}

TEST_CASE("a file of more than 1 MiB is refused") {
  CHECK(faults_of(kSound + "#" + std::string(1 << 20, 'x')).rfind("error SCENARIO-TOO-LARGE x.toml has more than 1 MiB", 0) == 0);
}

TEST_CASE("NUL bytes and bytes that are not UTF-8 are refused with their place") {
  using namespace std::string_literals;
  CHECK(faults_of(kSound + "a = \"\0\"\n"s) == "error SCENARIO-ENCODING x.toml:15:6 a NUL byte; save the file as UTF-8 text");
  for (const std::string& bytes : {"\xFF"s, "\xC0\x80"s, "\xED\xA0\x80"s, "\xF5\x80\x80\x80"s, "\xE2\x82"s})
    CHECK(faults_of("# \xC3\xA9 " + bytes + "\n") ==
          "error SCENARIO-ENCODING x.toml:1:5 bytes that are not UTF-8; save the file as UTF-8 text");
}

TEST_CASE("a byte order mark and CRLF line ends change nothing") {
  std::string crlf;
  for (const char c : kSound) crlf += c == '\n' ? std::string{"\r\n"} : std::string(1, c);
  CHECK(expand("\xEF\xBB\xBF" + crlf).front().key == expand(kSound).front().key);
}

TEST_CASE("numbers no double or 64-bit integer can hold are syntax errors at their place") {
  for (const char* number : {"1e400", "9223372036854775808", "-9223372036854775809"})
    CHECK(faults_of(scenario_test::with_line(kSound, 8, std::string{"quantity_lots = "} + number))
              .rfind("error SCENARIO-SYNTAX x.toml:8:", 0) == 0);
}

TEST_CASE("what is no TOML is a syntax error, and every prefix of a sound file is refused or sound") {
  CHECK(faults_of("what is this\n").rfind("error SCENARIO-SYNTAX x.toml:1:", 0) == 0);
  CHECK(faults_of("") != "");
  for (std::size_t length = 0; length < kSound.size() - 1; ++length) {
    const std::string faults = faults_of(kSound.substr(0, length));
    CHECK((faults.rfind("error SCENARIO-", 0) == 0 || faults.rfind("error PLUGIN-", 0) == 0));
  }
}

TEST_CASE("no single flipped byte ends the process") {
  for (std::size_t at = 0; at < kSound.size(); ++at)
    for (const int bit : {0, 1, 4, 5, 7}) {
      std::string text = kSound;
      text[at] = static_cast<char>(text[at] ^ (1 << bit));
      CHECK(faults_of(text) != "wrong exit code");
    }
}

TEST_CASE("control characters of a key do not reach the message") {
  CHECK(faults_of(kSound + "\"a\\u001B[31m\\n\" = 1\n").find("[impact.a?[31m?]") != std::string::npos);
}
