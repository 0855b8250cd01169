#include "feed/instrument_scale.hpp"

namespace plimsoll {

InstrumentScale::Step InstrumentScale::step_of(std::int64_t step_e9, const char* code, const char* many, const char* key) {
  Step step{9, step_e9, code, many, key};
  for (; step.digits > 0 && step.unit % 10 == 0; --step.digits) step.unit /= 10;
  return step;
}

InstrumentScale::InstrumentScale(const Instrument& instrument, FaultList& faults)
    : tick_{step_of(instrument.tick_e9, "DATA-OFF-TICK", "ticks", "instrument.tick")},
      subtick_{step_of(instrument.tick_e9 / instrument.subticks, "DATA-OFF-TICK", "fractions of a tick", "instrument.tick")},
      lot_{step_of(instrument.lot_e9, "DATA-OFF-LOT", "lots", "instrument.lot")},
      subticks_{instrument.subticks},
      faults_{faults} {}

std::optional<std::int64_t> InstrumentScale::whole(std::string_view text, const Step& step, const std::string& place, const char* field) {
  const std::optional<std::int64_t> units = parse_decimal(text, step.digits);
  if (units && *units >= 0 && *units % step.unit == 0) return *units / step.unit;
  const bool decimal = !text.starts_with('-') && (parse_decimal(text, 18) || parse_decimal(text, 9) || parse_decimal(text, 0));
  faults_.add(decimal ? InputError{step.code, place, field, in_quotes(text) + " is no whole number of " + step.many,
                                   std::string{"set a finer "} + step.key}
                      : InputError{"DATA-FIELD", place, field, in_quotes(text) + " is no decimal number from 0 on", ""});
  return std::nullopt;
}

std::optional<Ticks> InstrumentScale::price(std::string_view text, const std::string& place, const char* field) {
  const auto ticks = whole(text, tick_, place, field);
  if (!ticks) return std::nullopt;
  if (*ticks > 0 && *ticks < kNoAsk) return static_cast<Ticks>(*ticks);
  faults_.add({"DATA-FIELD", place, field, in_quotes(text) + " is not above 0 and below 2^31 ticks", "set instrument.tick"});
  return std::nullopt;
}

std::optional<InstrumentScale::PrintPrice> InstrumentScale::print_price(std::string_view text, const std::string& place,
                                                                        const char* field) {
  const auto subticks = whole(text, subtick_, place, field);
  if (!subticks) return std::nullopt;
  if (*subticks > 0 && *subticks / subticks_ < kNoAsk)
    return PrintPrice{static_cast<Ticks>(*subticks / subticks_), static_cast<std::uint32_t>(*subticks % subticks_)};
  faults_.add({"DATA-FIELD", place, field, in_quotes(text) + " is not above 0 and below 2^31 ticks", "set instrument.tick"});
  return std::nullopt;
}

std::optional<Lots> InstrumentScale::quantity(std::string_view text, const std::string& place, const char* field) {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  const auto lots = whole(text, lot_, place, field);
  if (!lots || *lots <= most) return lots;
  faults_.add({"DATA-FIELD", place, field, in_quotes(text) + " is not below 2^53 lots", "set instrument.lot"});
  return std::nullopt;
}

}  // namespace plimsoll
