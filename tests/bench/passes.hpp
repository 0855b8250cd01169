#pragma once
// What the figures repeat: one pass over a tape, in each of the ways that are measured.

#include <cstdint>
#include <string_view>

#include "market/event_tape.hpp"

namespace plimsoll::bench {

// Both build the book anew and read the best prices after every row, as the yardstick does; they return a sum over those prices.
std::uint64_t order_book_pass(const EventTape& tape);
std::uint64_t level_book_pass(const EventTape& tape);

// All books of an ITCH file in memory. Returns a sum over the last best prices; throws std::runtime_error for bytes that are no ITCH.
std::uint64_t itch_books_pass(std::string_view bytes);

}  // namespace plimsoll::bench
