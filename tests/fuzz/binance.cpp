// Captures of Binance streams: the first byte says whether it is futures and whether best quotes are merged, the rest is the text.
#include "feed/binance_book.hpp"
#include "feed/byte_source.hpp"
#include "fuzz_target.hpp"

using namespace plimsoll;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::view(data, size);
  if (text.empty()) return 0;
  const bool futures = text.front() % 2 == 1;
  fuzz::refused([&] {
    TapeInfo info;
    FaultList faults;
    BinanceReader reader{info.instrument, {"TEST", futures}, info.report, faults};
    FileLines lines{bytes_in_memory(text.substr(1)), "capture", "path"};
    reader.read(lines);
    const BinanceRecords records = reader.finish();
    faults.throw_if_any(ExitCode::bad_data);
    TapeBuilder tape;
    LevelOrders orders{tape, CancelRule::pro_rata};
    BinanceBook{records, {futures, text.front() % 4 < 2}, orders, tape, info.report}.replay();
    const EventTape done = tape.finish(std::move(info));
    fuzz::require(done.find_fault().empty());
    fuzz::require(done.info().report.contradicted <= done.info().report.checked);
  });
  return 0;
}
