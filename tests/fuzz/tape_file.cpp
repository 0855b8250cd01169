// The tape file reader, on any bytes: a seal that does not hold is found before HDF5 sees them.
#include <unistd.h>
#include <cstdio>

#include "fuzz_target.hpp"
#include "io/tape_file.hpp"

using namespace plimsoll;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = fuzz::scratch_file("tape.h5");
  std::FILE* file = std::fopen(path.c_str(), "wb");
  fuzz::require(file != nullptr && std::fwrite(data, 1, size, file) == size && std::fclose(file) == 0);
  fuzz::refused([&] { fuzz::require(read_tape(path).find_fault().empty()); });
  ::unlink(path.c_str());
  return 0;
}
