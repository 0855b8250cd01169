/// The books of a raw ITCH file against those of each stock's tape, and against the checksum of a generated day.

#include "feed/itch_books.hpp"

#include <algorithm>
#include <functional>
#include <sstream>

#include "core/random.hpp"
#include "feed/feed_files.hpp"
#include "itch_writer.hpp"
#include "market/order_book.hpp"

namespace plimsoll {
namespace {

using test::ItchWriter;

using test::kOpen;
constexpr std::uint16_t kStocks = 5;

/// Any message about any order of five stocks, alive or not, at prices on both sides of a dollar; never two under one live reference.
std::string random_day(std::size_t messages) {
  ItchWriter writer;
  const RandomStream random{9, 0, Purpose::test};
  struct Sent {
    std::uint64_t id;
    std::uint16_t locate;
  };
  std::vector<Sent> sent;
  std::uint64_t next_id = 1;
  for (std::size_t i = 0; i < messages; ++i) {
    const auto draw = [&](std::uint64_t which, std::uint64_t bound) { return random.below(8 * i + which, bound); };
    const Duration at = kOpen + static_cast<Duration>(i);
    const auto shares = static_cast<std::uint32_t>(1 + draw(1, 300));
    const auto units = static_cast<std::uint32_t>(9'000 + 100 * draw(2, 30));
    const auto locate = static_cast<std::uint16_t>(1 + draw(3, kStocks));
    const Sent old = sent.empty() ? Sent{999'999, 1} : sent[sent.size() - 1 - draw(4, std::min<std::size_t>(sent.size(), 60))];
    switch (draw(5, 8)) {
      case 0: writer.execute(old.locate, at, old.id, shares); break;
      case 1: writer.execute_at(old.locate, at, old.id, shares, draw(6, 2) == 0 ? 'Y' : 'N', units); break;
      case 2: writer.cancel(old.locate, at, old.id, shares); break;
      case 3: writer.remove(old.locate, at, old.id); break;
      case 4:
        writer.replace(old.locate, at, old.id, next_id, shares, units);
        sent.push_back({next_id++, old.locate});
        break;
      default:
        writer.add(locate, at, "S" + std::to_string(locate), {next_id, draw(7, 2) == 0 ? Side::buy : Side::sell, shares, units},
                   draw(6, 3) == 0);
        sent.push_back({next_id++, locate});
    }
  }
  return writer.bytes();
}

/// Every level with its queue: price in 0.0001, then the quantities, front first.
template <class Book, class Orders>
std::string text_of(const Book& book, const Orders& orders, const std::function<std::uint32_t(Ticks)>& units) {
  std::ostringstream out;
  for (const Side side : {Side::buy, Side::sell}) {
    for (Ticks price = book.best(side); price != no_price(side); price = book.next_worse(side, price)) {
      out << name(side) << " " << units(price) << ":";
      for (std::uint32_t slot = book.level(side, price).front(); slot != kNoOrder; slot = orders.order(slot).behind())
        out << " " << orders.order(slot).quantity;
      out << "\n";
    }
  }
  return out.str();
}

}  // namespace

TEST_CASE("rungs keep the order of prices and give them back") {
  std::uint32_t last = 0;
  Ticks last_rung = 0;
  for (std::uint32_t units = 1; units < 30'000; ++units) {
    if (itch_rung(units) == kItchOffGrid) continue;
    CHECK((itch_rung(units) == last_rung + 1 && units > last && itch_units(itch_rung(units)) == units));
    last = units;
    last_rung = itch_rung(units);
  }
  CHECK(itch_units(itch_rung(kItchMostUnits)) == kItchMostUnits);
  CHECK(itch_rung(0) == kItchOffGrid);
  CHECK(itch_rung(10'050) == kItchOffGrid);
  CHECK(itch_rung(kItchMostUnits + 100) == kItchOffGrid);
}

TEST_CASE("the books of a raw ITCH file are those of each stock's tape, queue by queue") {
  const std::string day = random_day(20'000);
  const test::FreshFolder folder;
  const std::string path = folder.write("day.itch", day);
  ItchBooks books;
  ItchReader reader{day, "day"};
  FaultList faults;
  books.read(reader, faults);
  CHECK(faults.count() == 0);
  CHECK(reader.number() == 20'000);
  CHECK(books.dropped() == 0);
  std::int64_t unknown = 0;
  for (std::uint16_t locate = 1; locate <= kStocks; ++locate) {
    const EventTape tape = load_feed(
        "itch", {{"path", path}, {"date", "2019-01-30"}, {"symbol", "S" + std::to_string(locate)}, {"instrument.tick", "0.0001"}});
    unknown += tape.info().report.unknown_ids;
    OrderBook book{tape.info()};
    for (std::size_t row = 0; row < tape.size(); ++row) book.apply(tape[row]);
    REQUIRE(books.book(locate) != nullptr);
    CHECK(text_of(*books.book(locate), books, itch_units) ==
          text_of(book, book, [](Ticks price) { return static_cast<std::uint32_t>(price); }));
    CHECK(book.quote().two_sided());
  }
  CHECK(books.unknown_ids() == unknown);
  CHECK(unknown > 1'000);
  CHECK(books.book(kStocks + 1) == nullptr);
}

TEST_CASE("a reference with another stock's locate touches neither book") {
  ItchWriter writer;
  writer.add(1, kOpen, "A", {1, Side::buy, 100, 1'000'000});
  writer.add(2, kOpen, "B", {2, Side::buy, 100, 1'000'000});
  writer.execute(2, kOpen, 1, 50);
  writer.replace(2, kOpen, 1, 3, 50, 1'000'000);
  writer.add(1, kOpen, "A", {4, Side::buy, 100, 1'000'050});  // between rungs
  writer.add(1, kOpen, "A", {1, Side::buy, 100, 1'000'000});  // taken
  writer.add(2, kOpen, "B", {1, Side::buy, 100, 1'000'000});  // by another stock: a reference names one order of the day
  ItchBooks books;
  ItchReader reader{writer.bytes(), "day"};
  FaultList faults;
  books.read(reader, faults);
  CHECK(books.book(1)->quote().bid_lots == 100);
  CHECK(books.book(2)->quote().bid_lots == 100);
  CHECK(books.unknown_ids() == 2);
  CHECK(books.dropped() == 3);
}

TEST_CASE("an unknown message at the very end, too short to hold a locate, is passed over and not read beyond") {
  ItchWriter writer;
  writer.add(1, kOpen, "A", {1, Side::buy, 100, 1'000'000});
  const std::string bytes = writer.bytes() + std::string{'\0', '\1', 'z'};
  const std::vector<char> exact{bytes.begin(), bytes.end()};  // so that a sanitizer sees a byte too far
  ItchReader reader{{exact.data(), exact.size()}, "day"};
  ItchBooks books;
  FaultList faults;
  books.read(reader, faults);
  CHECK(faults.count() == 0);
  CHECK(reader.number() == 2);
  CHECK(books.book(1)->quote().bid_lots == 100);
}

TEST_CASE("the end of the session ends the books: what follows it is a fault and is not booked") {
  ItchWriter writer;
  writer.add(1, kOpen, "A", {1, Side::buy, 100, 1'000'000});
  ItchWriter more;
  for (std::uint64_t id = 2; id < 50; ++id) more.add(1, kOpen, "A", {id, Side::buy, 100, 1'000'000});
  for (const char byte : {'\0', '\1', 'A'}) {  // of the two zeros the message's type would be the third byte
    const std::string bytes = writer.bytes() + std::string{'\0', '\0', byte} + more.bytes();
    ItchReader reader{bytes, "day"};
    ItchBooks books;
    FaultList faults;
    books.read(reader, faults);
    CHECK(faults.count() == 1);
    CHECK(reader.number() == 1);
    CHECK(books.book(1)->quote().bid_lots == 100);
  }
}

}  // namespace plimsoll
