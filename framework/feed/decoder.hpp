#pragma once
/// One compression format each, behind one face: the libraries of zlib, zstd and liblzma appear in decoder.cpp only.
/// Thread rule: one owner.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace plimsoll {

class Decoder {
 public:
  enum class State {
    more,      ///< call again with what is left of the input and more
    finished,  ///< the input has ended where the format may end
    cut,       ///< the input has ended too early
    damaged,   ///< not what the format or its checksums allow, or something else follows
  };
  struct Step {
    std::size_t consumed = 0;
    std::size_t written = 0;  ///< bytes decoded; when there are some, `state` is yet to be known
    State state = State::more;
    std::string problem = {};
  };
  virtual ~Decoder() = default;
  /// Decodes some of `input` into `out`. `ended`: nothing follows `input`. Every call makes progress or ends.
  virtual Step decode(std::string_view input, bool ended, char* out, std::size_t most) = 0;
};

/// RFC 1952, any number of members.
std::unique_ptr<Decoder> gzip_decoder();
/// RFC 8878, any number of frames; windows of at most 2^27 bytes.
std::unique_ptr<Decoder> zstd_decoder();
/// The .xz format, any number of streams; at most 256 MiB of memory (xz -9 needs 65).
std::unique_ptr<Decoder> xz_decoder();

}  // namespace plimsoll
