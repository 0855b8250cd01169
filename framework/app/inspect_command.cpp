// plimsoll inspect: what a file is, by what is in it and never by its name.
#include <array>
#include <iostream>
#include <string_view>

#include <unistd.h>

#include "app/command.hpp"
#include "app/console.hpp"
#include "app/inspection.hpp"
#include "app/options.hpp"
#include "feed/byte_source.hpp"
#include "feed/itch_survey.hpp"
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
    Magic{"\x4d\x3c\xb2\xa1"sv, "a packet capture"},
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

constexpr std::size_t kHeadBytes = 4096;

/// The first bytes of a file, decompressed when it is compressed; those of the file itself when it cannot be.
std::string head_of(const std::string& path, std::string_view bytes) {
  try {
    const auto source = open_bytes(path, "");
    std::string head(kHeadBytes, '\0');
    std::size_t got = 0;
    while (got < head.size()) {
      const std::size_t more = source->read(head.data() + got, head.size() - got);
      if (more == 0) break;
      got += more;
    }
    head.resize(got);
    return head;
  } catch (const BadInput&) {  // damaged, or an archive: its own bytes say what it is
    return std::string{bytes.substr(0, kHeadBytes)};
  }
}

enum class Kind { tape, result, itch };

Kind kind_of(const std::string& path) {
  constexpr std::array kSealed = {"tape"sv, "result"sv, "shard"sv};
  const MappedFile file{path};
  if (is_sealed(file.bytes())) return check_seal(path, kSealed, file.bytes()).kind == "tape" ? Kind::tape : Kind::result;
  const std::string head = head_of(path, file.bytes());
  if (is_itch(head)) return Kind::itch;
  const std::string outside = looks_like(file.bytes());
  const std::string inside = looks_like(head);
  const bool compressed = file.bytes().substr(0, head.size()) != head;
  throw BadInput{ExitCode::bad_data,
                 {"DATA-FORMAT", path, "",
                  "is no tape, no result and no ITCH file; it looks like " + outside + (compressed ? ", inside " + inside : ""), ""}};
}

}  // namespace

ExitCode inspect_command(const Words& words) {
  Options options{"plimsoll inspect FILE [--json]",
                  "Says what a file is and what is in it, going by its content: a tape that import or generate wrote, a result.h5, "
                  "or raw ITCH 5.0, also as gzip, zstd or xz. Everything is checked on the way; a damaged file ends with 65."};
  options.add({kJsonOption});
  options.add_words("FILE", 1, 1);
  if (!options.parse(words)) return ExitCode::done;
  const std::string& path = options.words().front();
  const bool json = options.has("json");
  const std::size_t width = columns_of(STDOUT_FILENO);
  FaultList faults;
  switch (kind_of(path)) {
    case Kind::tape: std::cout << inspect_tape(path, json, width); break;
    case Kind::result: std::cout << inspect_result(path, json, width); break;
    case Kind::itch: std::cout << inspect_itch(path, json, width, faults); break;
  }
  faults.throw_if_any(ExitCode::bad_data);
  return ExitCode::done;
}

}  // namespace plimsoll
