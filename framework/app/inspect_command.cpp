// plimsoll inspect: what a file is, by what is in it and never by its name.
#include <array>
#include <iostream>
#include <string_view>

#include <unistd.h>

#include "app/command.hpp"
#include "app/console.hpp"
#include "app/inspection.hpp"
#include "app/options.hpp"
#include "io/sealed_file.hpp"

namespace plimsoll {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  const char* is;
};
constexpr std::array kMagics = {
    Magic{"\x89HDF\r\n\x1a\n"sv, "an HDF5 file without the seal of plimsoll: cut, or written or changed by another program"},
    Magic{"\x1f\x8b"sv, "gzip data"},
    Magic{"\x28\xb5\x2f\xfd"sv, "zstd data"},
    Magic{"\xfd"
          "7zXZ\0"sv,
          "xz data"},
    Magic{"BZh"sv, "bzip2 data"},
    Magic{"PK\x03\x04"sv, "a zip archive"},
    Magic{"PAR1"sv, "a Parquet file"},
    Magic{"DBN"sv, "a DBN file"},
    Magic{"\xd4\xc3\xb2\xa1"sv, "a packet capture"},
    Magic{"\x0a\x0d\x0d\x0a"sv, "a packet capture"},
    Magic{"\x7f"
          "ELF"sv,
          "a program"},
    Magic{"{"sv, "JSON text"},
};

bool is_text(std::string_view bytes) {
  for (const char byte : bytes)
    if (static_cast<unsigned char>(byte) < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') return false;
  return true;
}

/// Six comma-separated numbers a line: what LOBSTER sells as message files.
bool is_lobster_row(std::string_view text) {
  const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  std::size_t commas = 0;
  for (const char byte : line) {
    commas += byte == ',';
    if (byte != ',' && byte != '.' && byte != '-' && (byte < '0' || byte > '9')) return false;
  }
  return commas == 5;
}

/// What the first bytes of a file that is none of ours look like.
std::string looks_like(std::string_view bytes) {
  for (const Magic& magic : kMagics)
    if (bytes.substr(0, magic.bytes.size()) == magic.bytes) return magic.is;
  const std::string_view head = bytes.substr(0, 4096);
  if (!is_text(head)) return "binary data of no kind known here";
  if (is_lobster_row(head)) return "a LOBSTER message file: plimsoll import lobster reads it";
  if (head.find(" = ") != std::string_view::npos && head.find("[") != std::string_view::npos)
    return "a TOML file, a scenario perhaps: plimsoll check reads it";
  return "text";
}

bool is_sealed(std::string_view bytes) {
  return bytes.size() >= kSealBytes && bytes.substr(bytes.size() - kSealBytes).starts_with("PLIMSOLL SEAL ");
}

std::string inspect(const std::string& path, bool json, std::size_t width) {
  constexpr std::array kKinds = {"tape"sv, "result"sv, "shard"sv};
  std::string kind;
  {
    const MappedFile file{path};
    if (!is_sealed(file.bytes()))
      throw BadInput{ExitCode::bad_data,
                     {"DATA-FORMAT", path, "", "is no tape and no result; it looks like " + looks_like(file.bytes()), ""}};
    kind = check_seal(path, kKinds, file.bytes()).kind;
  }
  return kind == "tape" ? inspect_tape(path, json, width) : inspect_result(path, json, width);
}

}  // namespace

ExitCode inspect_command(const Words& words) {
  Options options{"plimsoll inspect FILE [--json]",
                  "Says what a file is and what is in it, going by its content: a tape that import or generate wrote, or a result.h5. "
                  "Everything is checked on the way; a damaged file ends with 65."};
  options.add_flag("json", "JSON lines instead of text");
  options.add_words("FILE", 1, 1);
  if (!options.parse(words)) return ExitCode::done;
  std::cout << inspect(options.words().front(), options.has("json"), columns_of(STDOUT_FILENO));
  return ExitCode::done;
}

}  // namespace plimsoll
