#pragma once
/// Prices and quantities that a vendor writes as decimals, as whole ticks and lots of an instrument. Exact, or a fault.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "feed/text_file.hpp"
#include "market/instrument.hpp"

namespace plimsoll {

/// Thread rule: one owner.
class InstrumentScale {
 public:
  InstrumentScale(const Instrument& instrument, FaultList& faults);

  /// Above 0 and below 2^31 ticks. Faults: DATA-OFF-TICK, DATA-FIELD.
  std::optional<Ticks> price(std::string_view text, const std::string& place, const char* field = "price");
  /// From 0 to 2^53 lots. Faults: DATA-OFF-LOT, DATA-FIELD.
  std::optional<Lots> quantity(std::string_view text, const std::string& place, const char* field = "quantity");

  struct PrintPrice {
    Ticks ticks;              ///< rounded down
    std::uint32_t remainder;  ///< subticks above it
  };
  /// A price that may lie on 1 / instrument.subticks of a tick.
  std::optional<PrintPrice> print_price(std::string_view text, const std::string& place, const char* field = "price");

 private:
  /// Decimals as whole multiples of a step.
  struct Step {
    int digits;
    std::int64_t unit;  ///< in 10^-digits
    const char* code;
    const char* many;
    const char* key;
  };
  static Step step_of(std::int64_t step_e9, const char* code, const char* many, const char* key);
  std::optional<std::int64_t> whole(std::string_view text, const Step& step, const std::string& place, const char* field);

  Step tick_, subtick_, lot_;
  std::int32_t subticks_;
  FaultList& faults_;
};

}  // namespace plimsoll
