#pragma once
/// The real hour that the laws are tried on: LOBSTER's free AAPL sample, seeded from the first row of its ten-level book.

#include <optional>

#include "data_files.hpp"
#include "feed/feed.hpp"

namespace plimsoll::test {

/// Nothing where the data are missing: the test then skips visibly (data_files.hpp).
inline std::optional<EventTape> aapl_hour() {
  const auto messages = data_file("lobster/AAPL_2012-06-21_34200000_37800000_message_50.csv");
  const auto first_book = data_file("lobster/AAPL_2012-06-21_34200000_57600000_orderbook_10.head.csv");
  if (!messages || !first_book) return std::nullopt;
  return load_feed("lobster", {{"path", messages->string()}, {"seed_book", first_book->string()}});
}

}  // namespace plimsoll::test
