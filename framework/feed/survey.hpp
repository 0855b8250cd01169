#pragma once
/// What can be said of a finished tape, whatever feed wrote it.

#include "market/event_tape.hpp"

namespace plimsoll {

/// Sets crossed_ns (both sides present, best bid >= best ask, not halted), gaps and longest_gap_ns of `report` from the rows of the tape.
/// A silence while trading is halted is no gap. One pass over a book of levels.
void survey(const EventTape& tape, ImportReport& report);

/// The tape with its survey in its report.
EventTape surveyed(EventTape tape);

}  // namespace plimsoll
