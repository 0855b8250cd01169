// LOBSTER message and book files: the text before the first NUL is the messages, what follows the book.
#include "feed/lobster.hpp"
#include "feed/lobster_book.hpp"
#include "fuzz_target.hpp"

using namespace plimsoll;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::view(data, size);
  const std::string_view messages_text = text.substr(0, text.find('\0'));
  const std::string_view book_text = text.substr(std::min(text.size(), messages_text.size() + 1));
  fuzz::refused([&] {
    const LobsterScale scale = LobsterScale::of({});
    FaultList faults;
    std::vector<LobsterMessage> messages = parse_lobster_messages("messages", messages_text, scale, faults);
    LobsterBookReader reader{"book", book_text, scale};
    LobsterBookRow row;
    while (reader.next(row, faults)) continue;
    faults.throw_if_any(ExitCode::bad_data);
    TapeBuilder tape;
    TapeInfo info;
    info.instrument.subticks = static_cast<std::int32_t>(scale.price_units_per_tick);
    LobsterBook book{tape, info.report, nullptr};
    LobsterBookReader rows{"book", book_text, scale};
    Duration last = 0;
    for (LobsterMessage& message : messages) {
      last = message.since_midnight = std::max(last, message.since_midnight);
      book.apply(message.since_midnight, message);
      if (rows.next(row, faults)) book.merge(message.since_midnight, message.line, row);
    }
    fuzz::require(tape.finish(std::move(info)).find_fault().empty());
  });
  return 0;
}
