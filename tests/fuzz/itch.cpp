// The ITCH reader, the tapes of its stocks and the books of raw bytes, on any bytes.
#include "feed/itch_books.hpp"
#include "feed/itch_stock.hpp"
#include "fuzz_target.hpp"

using namespace plimsoll;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::view(data, size);
  fuzz::refused([&] {
    ItchReader reader{bytes, "input"};
    TapeInfo info;
    const LobsterScale scale = LobsterScale::of(info.instrument);
    info.instrument.subticks = static_cast<std::int32_t>(scale.price_units_per_tick);
    ItchStock stock{0, scale};
    FaultList faults;
    ItchMessage message;
    while (reader.next(message, faults)) stock.apply(message, reader);
    const EventTape tape = stock.finish(std::move(info));
    fuzz::require(tape.find_fault().empty());
  });
  ItchReader reader{bytes, "input"};
  ItchBooks books;
  FaultList faults;
  books.read(reader, faults);
  return 0;
}
