// CSV files of own parents and own prints, as `plimsoll calibrate` reads them.
#include <algorithm>

#include "calibration/metaorders.hpp"
#include "fuzz_target.hpp"

using namespace plimsoll;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::view(data, size);
  fuzz::refused([&] {
    for (const Metaorder& order : parse_metaorders(text, "own.csv"))
      fuzz::require(order.quantity_lots > 0 && order.arrival_mid > 0 && order.end >= order.start);
  });
  fuzz::refused([&] {
    const std::vector<MarkedPrint> prints = parse_marked_prints(text, "prints.csv", {});
    fuzz::require(std::is_sorted(prints.begin(), prints.end()));
  });
  return 0;
}
