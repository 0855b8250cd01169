#pragma once
// What the figures repeat: one pass over a tape, in each of the ways that are measured.

#include <cstdint>

#include "market/event_tape.hpp"

namespace plimsoll::bench {

// Both build the book anew and read the best prices after every row, as the yardstick does; they return a sum over those prices.
std::uint64_t order_book_pass(const EventTape& tape);
std::uint64_t level_book_pass(const EventTape& tape);

}  // namespace plimsoll::bench
