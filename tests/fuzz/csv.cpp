// CSV of quotes and trades, or of bars: the first byte says which, a NUL stands between the two files.
#include <fstream>

#include "feed/feed.hpp"
#include "fuzz_target.hpp"

using namespace plimsoll;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string first = fuzz::scratch_file("first.csv"), second = fuzz::scratch_file("second.csv");
  const std::string_view text = fuzz::view(data, size);
  if (text.empty()) return 0;
  const bool bars = text.front() % 2 == 1;
  const std::string_view one = text.substr(1, text.find('\0', 1) - 1);
  const std::string_view two = text.substr(std::min(text.size(), one.size() + 2));
  std::ofstream{first, std::ios::binary} << one;
  std::ofstream{second, std::ios::binary} << two;
  fuzz::refused([&] {
    const EventTape tape = bars ? load_feed("bars", {{"path", first}, {"bar_s", "60"}, {"half_spread_ticks", "1"}})
                                : load_feed("quotes", {{"path", first}, {"trades", second}});
    fuzz::require(tape.find_fault().empty());
  });
  std::remove(first.c_str());
  std::remove(second.c_str());
  return 0;
}
