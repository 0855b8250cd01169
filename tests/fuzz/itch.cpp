// Everything that reads ITCH, on any bytes: the tape of one stock and of each stock, the survey, and the books of raw bytes.
#include <algorithm>
#include <fstream>
#include <optional>

#include "feed/feed.hpp"
#include "feed/itch_books.hpp"
#include "feed/itch_stock.hpp"
#include "feed/itch_survey.hpp"
#include "fuzz_target.hpp"

using namespace plimsoll;

namespace {

/// As if all messages were of one stock.
void read_as_one_stock(std::string_view bytes) {
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
}

/// References to orders never added; nothing when some message could not be used, for then the readers may differ in what they keep.
std::optional<std::uint64_t> unknown_in_tapes(std::string_view bytes) {
  const std::string path = fuzz::scratch_file("itch");
  std::ofstream{path, std::ios::binary} << bytes;
  std::uint64_t unknown = 0;
  std::int64_t dropped = 0;
  bool sound = false;
  const auto take = [&](const EventTape& tape) {
    fuzz::require(tape.find_fault().empty());
    const ImportReport& report = tape.info().report;
    unknown += static_cast<std::uint64_t>(report.unknown_ids);
    dropped += report.dropped;
  };
  fuzz::refused([&] { sound = split_feed("itch", {{"path", path}, {"date", "2019-01-30"}}, {}, false, take).empty() && dropped == 0; });
  ::unlink(path.c_str());
  return sound ? std::optional{unknown} : std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::view(data, size);
  fuzz::refused([&] { read_as_one_stock(bytes); });

  ItchReader reader{bytes, "input"};
  ItchBooks books;
  FaultList faults;
  books.read(reader, faults);

  const auto source = bytes_in_memory(bytes);
  FaultList survey_faults;
  const ItchSurvey survey = survey_itch(*source, "input", survey_faults);
  fuzz::require(survey_faults.count() == faults.count());
  const bool named = std::all_of(survey.stocks.begin(), survey.stocks.end(), [](const auto& stock) { return !stock.symbol.empty(); });

  const std::optional<std::uint64_t> in_tapes = unknown_in_tapes(bytes);
  if (books.dropped() > 0 || faults.count() > 0) return 0;
  const auto in_books = static_cast<std::uint64_t>(books.unknown_ids());
  fuzz::require(survey.unknown_references == in_books);
  fuzz::require(!in_tapes || !named || *in_tapes == in_books);
  return 0;
}
