// gzip, zstd and xz input, on any bytes.
#include "feed/byte_source.hpp"
#include "fuzz_target.hpp"

using namespace plimsoll;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  DecompressionLimits limits;
  limits.output_bytes = 8u << 20;
  limits.ratio_from = 1u << 20;
  fuzz::refused([&] {
    const auto source = decompressed(bytes_in_memory(fuzz::view(data, size)), "input", "path", limits);
    std::string chunk(1'000, '\0');
    std::uint64_t read = 0;
    for (std::size_t got; (got = source->read(chunk.data(), chunk.size())) > 0;) read += got;
    fuzz::require(read <= limits.output_bytes + chunk.size());
  });
  return 0;
}
