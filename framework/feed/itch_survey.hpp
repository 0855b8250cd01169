#pragma once
/// What is in an ITCH 5.0 file, without making tapes of it: one pass, memory for the orders that live at one time.
///
/// A file may start in mid-session: orders it never added are counted as unknown references, and books begin with what is added. Nothing is
/// repaired and no price is refused: this is for looking.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/units.hpp"
#include "feed/byte_source.hpp"
#include "feed/text_file.hpp"

namespace plimsoll {

struct ItchSurvey {
  struct Stock {
    std::string symbol;  ///< empty: no message named it
    std::uint16_t locate = 0;
    std::uint64_t adds = 0, executions = 0, cancels = 0, replaces = 0;  ///< A F; E C; X D; U
    std::uint64_t trades = 0;                                           ///< P Q
    std::uint64_t live = 0, live_most = 0;                              ///< orders at the end, and most at one time
    Wide spread_ns = 0;  ///< sum of spread x time while both sides had orders; 0.0001 x ns, negative while crossed
    Duration two_sided_ns = 0;

    std::uint64_t book_messages() const { return adds + executions + cancels + replaces; }
  };

  std::array<std::uint64_t, 256> messages{};  ///< by type, of those the specification knows
  std::uint64_t other_messages = 0;           ///< of types it does not know
  std::uint64_t unknown_references = 0;       ///< executions, cancels and replaces of orders never added
  std::uint64_t live = 0, live_most = 0;
  Duration first = 0, last = 0;  ///< since midnight: least and greatest time of a message
  std::vector<Stock> stocks;     ///< with book messages; most of them first, then by symbol
};

/// Is this the beginning of an ITCH file: messages of known types and their lengths, three or as many as begin there and at least one, and
/// between them none but of lengths that a new type might have?
bool is_itch(std::string_view head);

/// Reads to the end or to the first fault of the framing, which is added to `faults` (ItchReader); what came before is in the survey.
/// Throws BadInput, as the source does. Thread rule: one owner of the source.
ItchSurvey survey_itch(ByteSource& source, const std::string& name, FaultList& faults);

}  // namespace plimsoll
