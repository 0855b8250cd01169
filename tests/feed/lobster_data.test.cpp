/// LOBSTER on real data: AAPL, 2012-06-21. Every difference from the vendor's own books is named.

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "data_files.hpp"
#include "feed/feed_files.hpp"
#include "market/naive_book.hpp"
#include "market/order_book.hpp"

namespace plimsoll {
namespace {

using test::Settings;

const std::string kStem = "lobster/AAPL_2012-06-21_34200000_";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void append_if_new(std::vector<Quote>& quotes, const Quote& quote) {
  if (quotes.empty() || !(quotes.back() == quote)) quotes.push_back(quote);
}

/// Distinct successive best quotes of a book file.
std::vector<Quote> vendor_quotes(const std::filesystem::path& path) {
  const std::string text = text_of(path);
  FaultList faults;
  LobsterBookReader reader{path.string(), text, {100, 1}};
  LobsterBookRow row;
  std::vector<Quote> quotes;
  while (reader.next(row, faults)) {
    Quote quote;
    if (!row.of(Side::buy).empty()) {
      quote.bid = row.of(Side::buy)[0].price;
      quote.bid_lots = row.of(Side::buy)[0].lots;
    }
    if (!row.of(Side::sell).empty()) {
      quote.ask = row.of(Side::sell)[0].price;
      quote.ask_lots = row.of(Side::sell)[0].lots;
    }
    append_if_new(quotes, quote);
  }
  REQUIRE(faults.count() == 0);
  return quotes;
}

/// Which elements of `ours` and of a prefix of `theirs` have no partner: Myers, "An O(ND) difference algorithm", Algorithmica 1 (1986),
/// stopped when `ours` is used up.
struct Alignment {
  std::vector<std::size_t> extra;    ///< of ours
  std::vector<std::size_t> missing;  ///< of theirs
  std::size_t prefix = 0;            ///< elements of theirs that were covered
};
Alignment align(const std::vector<Quote>& ours, const std::vector<Quote>& theirs) {
  const auto n = static_cast<std::ptrdiff_t>(ours.size());
  const auto m = static_cast<std::ptrdiff_t>(theirs.size());
  std::vector<std::vector<std::ptrdiff_t>> history;  // history[d][k + d]: furthest x on diagonal k = x - y after d edits
  for (std::ptrdiff_t d = 0;; ++d) {
    REQUIRE(d < 2'000);
    history.emplace_back(static_cast<std::size_t>(2 * d + 1), -1);
    for (std::ptrdiff_t k = -d; k <= d; k += 2) {
      const auto before = [&](std::ptrdiff_t diagonal) {
        return std::abs(diagonal) > d - 1 ? -1 : history[static_cast<std::size_t>(d - 1)][static_cast<std::size_t>(diagonal + d - 1)];
      };
      std::ptrdiff_t x = d == 0 ? 0 : std::max(before(k + 1), before(k - 1) < 0 ? -1 : before(k - 1) + 1);
      if (x < 0 || x > n || x - k > m || x - k < 0) continue;
      while (x < n && x - k < m && ours[static_cast<std::size_t>(x)] == theirs[static_cast<std::size_t>(x - k)]) ++x;
      history.back()[static_cast<std::size_t>(k + d)] = x;
      if (x < n) continue;
      Alignment out;
      out.prefix = static_cast<std::size_t>(x - k);
      std::ptrdiff_t at = k;
      for (std::ptrdiff_t edits = d; edits > 0; --edits) {
        const auto& previous = history[static_cast<std::size_t>(edits - 1)];
        const auto reached = [&](std::ptrdiff_t diagonal) {
          return std::abs(diagonal) > edits - 1 ? -1 : previous[static_cast<std::size_t>(diagonal + edits - 1)];
        };
        const std::ptrdiff_t down = reached(at + 1);
        const std::ptrdiff_t right = reached(at - 1) < 0 ? -1 : reached(at - 1) + 1;
        if (down >= right) {
          out.missing.push_back(static_cast<std::size_t>(down - at - 1));
          ++at;
        } else {
          out.extra.push_back(static_cast<std::size_t>(right - 1));
          --at;
        }
      }
      std::reverse(out.extra.begin(), out.extra.end());
      std::reverse(out.missing.begin(), out.missing.end());
      return out;
    }
  }
}

/// Orders that the message file loses: still open at the end, and outside its 50 levels at some row, where a cancel has no message.
struct LostOrder {
  Side side;
  Ticks price;
  std::uint32_t slot;
  std::uint32_t arrival;
  std::size_t left_at = ~std::size_t{0};  ///< first row at which it lay outside
};
std::vector<LostOrder> lost_orders(const EventTape& tape, int window) {
  std::vector<LostOrder> open;
  OrderBook at_end{tape.info()};
  for (std::size_t row = 0; row < tape.size(); ++row) at_end.apply(tape[row]);
  for (const Side side : {Side::buy, Side::sell})
    for (Ticks price = at_end.best(side); price != no_price(side); price = at_end.next_worse(side, price))
      for (std::uint32_t slot = at_end.level(side, price).front(); slot != kNoOrder; slot = at_end.order(slot).behind())
        open.push_back({side, price, slot, at_end.order(slot).arrival});
  OrderBook book{tape.info()};
  for (std::size_t row = 0; row < tape.size(); ++row) {
    book.apply(tape[row]);
    for (const Side side : {Side::buy, Side::sell}) {
      Ticks last = book.best(side);
      for (int level = 1; level < window && last != no_price(side); ++level) last = book.next_worse(side, last);
      for (LostOrder& order : open) {
        const bool there = book.order(order.slot).arrival == order.arrival;
        if (order.side == side && there && better(side, last, order.price)) order.left_at = std::min(order.left_at, row);
      }
    }
  }
  std::erase_if(open, [](const LostOrder& order) { return order.left_at == ~std::size_t{0}; });
  return open;
}

/// The best quote of `book` without the orders lost by `row`.
Quote quote_without(const OrderBook& book, const std::vector<LostOrder>& lost, std::size_t row) {
  Quote quote;
  for (const Side side : {Side::buy, Side::sell}) {
    for (Ticks price = book.best(side); price != no_price(side); price = book.next_worse(side, price)) {
      Lots lots = book.level(side, price).lots;
      for (const LostOrder& order : lost) {
        if (order.side == side && order.price == price && order.left_at <= row) lots -= book.order(order.slot).quantity;
      }
      if (lots == 0) continue;
      (side == Side::buy ? quote.bid : quote.ask) = price;
      (side == Side::buy ? quote.bid_lots : quote.ask_lots) = lots;
      break;
    }
  }
  return quote;
}

std::size_t count(const std::vector<LobsterNote>& notes, LobsterNote::Kind kind) {
  return static_cast<std::size_t>(std::count_if(notes.begin(), notes.end(), [kind](const LobsterNote& note) { return note.kind == kind; }));
}

}  // namespace

TEST_CASE("the AAPL hour agrees with the vendor's level-1 book in 23,400 of its best-quote states, and lost orders explain every miss") {
  const auto messages = data_file(kStem + "37800000_message_50.csv");
  const auto head = data_file(kStem + "57600000_orderbook_10.head.csv");
  const auto level_1 = data_file(kStem + "57600000_orderbook_1.csv");
  if (!messages || !head || !level_1) return;
  std::vector<LobsterNote> notes;
  const EventTape tape = load_lobster(FeedSettings{lobster_feed(), {{"path", messages->string()}, {"seed_book", head->string()}}}, &notes);
  REQUIRE(tape.find_fault() == "");

  const std::vector<LostOrder> lost = lost_orders(tape, 50);
  const std::size_t seeds = count(notes, LobsterNote::Kind::seed);
  std::vector<Quote> ours, without_lost;
  OrderBook book{tape.info()};
  for (std::size_t row = 0; row < tape.size(); ++row) {
    book.apply(tape[row]);
    if (row < seeds) continue;  // the vendor's first row is the book after message 1
    append_if_new(ours, book.quote());
    append_if_new(without_lost, quote_without(book, lost, row));
  }
  const std::vector<Quote> theirs = vendor_quotes(*level_1);
  const Alignment plain = align(ours, theirs);
  const Alignment explained = align(without_lost, theirs);
  std::cout << "lobster hour: " << ours.size() << " states, vendor prefix " << plain.prefix << ", agree "
            << plain.prefix - plain.missing.size() << ", extra " << plain.extra.size() << ", missing " << plain.missing.size() << "; "
            << lost.size() << " lost orders, without them extra " << explained.extra.size() << ", missing " << explained.missing.size()
            << "\n";
  CHECK(plain.prefix >= 23'430);
  CHECK(plain.prefix - plain.missing.size() >= 23'400);
  CHECK(explained.extra.empty());
  CHECK(explained.missing.empty());
  for (const std::size_t at : plain.extra) {
    const auto shown_at_best = [&quote = ours[at]](const LostOrder& order) {
      return order.price == (order.side == Side::buy ? quote.bid : quote.ask);
    };
    INFO("state " << at << ": " << ours[at].bid << " x " << ours[at].bid_lots << " / " << ours[at].ask << " x " << ours[at].ask_lots);
    CHECK(std::any_of(lost.begin(), lost.end(), shown_at_best));
  }
}

TEST_CASE("the AAPL head pair equals the vendor's ten levels after every row, and no difference is inside the window") {
  const auto messages = data_file(kStem + "57600000_message_10.head.csv");
  const auto books = data_file(kStem + "57600000_orderbook_10.head.csv");
  if (!messages || !books) return;
  FaultList faults;
  const LobsterScale scale{100, 1};
  const std::string message_text = text_of(*messages), book_text = text_of(*books);
  const std::vector<LobsterMessage> rows = parse_lobster_messages(messages->string(), message_text, scale, faults);
  LobsterBookReader reader{books->string(), book_text, scale};
  std::vector<LobsterBookRow> vendor(rows.size());
  for (LobsterBookRow& row : vendor) REQUIRE(reader.next(row, faults));
  REQUIRE(faults.count() == 0);
  REQUIRE(rows.size() == 999);

  ImportReport report;
  TapeBuilder builder;
  std::vector<LobsterNote> notes;
  std::vector<std::size_t> end_of_message;
  LobsterBook rebuilt{builder, report, &notes};
  rebuilt.seed(rows[0].since_midnight, vendor[0], rows[0]);
  for (std::size_t k = 0; k < rows.size(); ++k) {
    rebuilt.apply(rows[k].since_midnight, rows[k]);
    rebuilt.merge(rows[k].since_midnight, rows[k].line, vendor[k]);
    end_of_message.push_back(builder.rows());
  }
  const EventTape tape = builder.finish({});
  OrderBook book{tape.info()};
  std::size_t row = 0, equal = 0;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    for (; row < end_of_message[k]; ++row) book.apply(tape[row]);
    bool same = true;
    for (const Side side : {Side::buy, Side::sell}) {
      Ticks price = book.best(side);
      for (const LobsterLevel& level : vendor[k].of(side)) {
        same = same && price == level.price && book.level(side, price).lots == level.lots;
        price = book.next_worse(side, price);
      }
    }
    equal += same;
  }
  CHECK(equal == 999);

  using Kind = LobsterNote::Kind;
  for (const LobsterNote& note : notes) {
    if (note.kind != Kind::reveal && note.kind != Kind::vanished) continue;
    const Ticks window_end = vendor[note.line - 2].of(note.side).back().price;
    INFO("row " << note.line << ", " << name(note.side) << " " << note.price);
    CHECK(better(note.side, window_end, note.price));  // it stood outside the ten levels of the row before
    std::cout << "lobster head: row " << note.line << (note.kind == Kind::reveal ? " reveals " : " vanished ") << name(note.side) << " "
              << note.price << ", " << note.lots << " lots\n";
  }
  const std::size_t reveals = count(notes, Kind::reveal), vanished = count(notes, Kind::vanished);
  CHECK(reveals > 0);
  CHECK(count(notes, Kind::repair) == 0);  // inside the window the messages and the book never differ
  CHECK(report.repaired == static_cast<std::int64_t>(vanished));
  CHECK(report.dropped == 0);
  CHECK(report.invented == static_cast<std::int64_t>(reveals + count(notes, Kind::seed)));
  std::cout << "lobster head: " << equal << " rows equal, outside the window " << reveals << " reveals and " << vanished
            << " vanished, inside 0 repairs, " << report.unknown_ids << " unknown orders\n";
}

TEST_CASE("a naive book replays the AAPL files to the same book on every row, with and without the paired book") {
  const auto hour = data_file(kStem + "37800000_message_50.csv");
  const auto head = data_file(kStem + "57600000_message_10.head.csv");
  const auto books = data_file(kStem + "57600000_orderbook_10.head.csv");
  if (!hour || !head || !books) return;
  const Settings inputs[] = {{{"path", hour->string()}, {"seed_book", books->string()}},
                             {{"path", hour->string()}},
                             {{"path", head->string()}, {"book", books->string()}}};
  for (const Settings& input : inputs) {
    const EventTape tape = load_feed("lobster", input);
    CHECK(tape.find_fault() == "");
    CHECK(tape.compute_hash() == tape.info().content_hash);
    CHECK(tape.info().report.crossed_ns == 0);
    CHECK(test::first_difference(tape) == "");
  }
}

TEST_CASE("the AAPL hour is read to the last row: counts, clock, symbol and report") {
  const auto hour = data_file(kStem + "37800000_message_50.csv");
  const auto books = data_file(kStem + "57600000_orderbook_10.head.csv");
  if (!hour || !books) return;
  const EventTape tape = load_feed("lobster", {{"path", hour->string()}, {"seed_book", books->string()}});
  std::int64_t actions[7] = {};
  std::int64_t hidden_lots = 0, visible_lots = 0;
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    ++actions[static_cast<std::size_t>(event.action)];
    if (event.action == Action::trade) hidden_lots += event.quantity;
    if (event.action == Action::fill) visible_lots += event.quantity;
  }
  const ImportReport& report = tape.info().report;
  CHECK(report.rows_read == 91'997);
  CHECK(report.unknown_ids == 84);
  CHECK(report.reordered == 0);
  CHECK(report.repaired == 0);
  CHECK(report.gaps == 0);
  CHECK(actions[0] == 44'256 + report.invented);
  CHECK(hidden_lots + visible_lots == 183'135 + 350'494);
  CHECK(tape.info().instrument.symbol == "AAPL");
  CHECK(tape.first_time() == 1'340'285'400'004'241'176);  // 2012-06-21 13:30:00.004241176 UTC: New York was four hours behind
  CHECK(test::has_code(test::failure_of([&] { load_feed("lobster", {{"path", hour->string()}}, true); }), "DATA-STRICT"));
}

}  // namespace plimsoll
