#include "bench/passes.hpp"

#include <stdexcept>

#include "feed/itch_books.hpp"
#include "market/level_book.hpp"
#include "market/order_book.hpp"

namespace plimsoll::bench {

namespace {

// Position matters: two books that pass through the same prices at other rows have other sums.
template <class Book>
std::uint64_t mixed(std::uint64_t sum, const Book& book) {
  return sum * 3 +
         (static_cast<std::uint32_t>(book.best(Side::buy)) ^ std::uint64_t{static_cast<std::uint32_t>(book.best(Side::sell))} << 16);
}

}  // namespace

std::uint64_t order_book_pass(const EventTape& tape) {
  OrderBook book{tape.info()};
  std::uint64_t sum = 0;
  const std::size_t rows = tape.size();
  for (std::size_t row = 0; row < rows; ++row) {
    book.apply(tape[row]);
    sum = mixed(sum, book);
  }
  return sum;
}

std::uint64_t level_book_pass(const EventTape& tape) {
  LevelBook book{tape.info()};
  std::uint64_t sum = 0;
  const std::size_t rows = tape.size();
  for (std::size_t row = 0; row < rows; ++row) {
    book.apply(tape.columns(), row);
    sum = mixed(sum, book);
  }
  return sum;
}

std::uint64_t itch_books_pass(std::string_view bytes) {
  ItchBooks books;
  ItchReader reader{bytes, "bench"};
  FaultList faults;
  books.read(reader, faults);
  if (faults.count() > 0 || books.unknown_ids() > 0 || books.dropped() > 0) throw std::runtime_error("the ITCH bytes are not sound");
  std::uint64_t sum = 0;
  for (std::uint16_t locate = 1; books.book(locate) != nullptr; ++locate) sum = mixed(sum, *books.book(locate));
  return sum;
}

}  // namespace plimsoll::bench
