/// The real ITCH slice and the real head of a day. The slice's oracle is a CSV with the ten-level book after every message, which
/// another decoder made from the exchange's file.

#include <charconv>
#include <functional>

#include "data_files.hpp"
#include "feed/feed_files.hpp"
#include "feed/itch.hpp"
#include "feed/text_file.hpp"
#include "itch_writer.hpp"
#include "market/order_book.hpp"

namespace plimsoll {
namespace {

constexpr std::size_t kLevels = 10;
constexpr std::uint16_t kAapl = 14;

struct OracleRow {
  Duration time = 0;
  char type = ' ';
  std::uint64_t id = 0, old_id = 0;
  std::uint32_t size = 0, old_size = 0;
  std::int64_t units = 0, old_units = 0, execution_units = 0;
  Side side = Side::buy;
  std::vector<LobsterLevel> book[2];  ///< by side, prices in cents
};

std::int64_t units_of(std::string_view text) { return text.empty() ? 0 : parse_decimal(text, 4).value(); }
std::uint64_t whole(std::string_view text) { return text.empty() ? 0 : static_cast<std::uint64_t>(parse_decimal(text, 0).value()); }

std::vector<OracleRow> read_oracle(const std::string& path) {
  const std::string text = read_text_file(path, "path");
  Lines lines{text};
  std::string_view line;
  std::vector<std::string_view> field;
  lines.next(line);
  std::vector<OracleRow> rows;
  while (lines.next(line)) {
    split_fields(line, field);
    OracleRow& row = rows.emplace_back();
    row.time = static_cast<Duration>(whole(field[3]));
    row.type = field[5][0];
    row.id = whole(field[7]);
    row.old_id = whole(field[8]);
    row.size = static_cast<std::uint32_t>(whole(field[9]));
    row.old_size = static_cast<std::uint32_t>(whole(field[10]));
    row.units = units_of(field[11]);
    row.old_units = units_of(field[12]);
    row.execution_units = units_of(field[13]);
    row.side = field[14] == "1" ? Side::buy : Side::sell;
    for (std::size_t level = 0; level < kLevels; ++level) {
      for (const Side side : {Side::sell, Side::buy}) {
        const std::size_t at = 17 + 4 * level + (side == Side::buy ? 2 : 0);
        if (!field[at].empty())
          row.book[static_cast<std::size_t>(side)].push_back(
              {static_cast<Ticks>(units_of(field[at]) / 100), static_cast<Lots>(whole(field[at + 1]))});
      }
    }
  }
  return rows;
}

/// What rested before row 1, as adds: orders that the slice refers to and never adds (side, price and size are the oracle's), and per level
/// of the first book, less the effect of message 1, the rest as one anonymous order.
std::string seed_of(const std::vector<OracleRow>& rows, std::size_t& orders) {
  struct Known {
    Side side;
    std::int64_t units;
    std::uint32_t shares;
  };
  std::map<std::uint64_t, bool> added;
  std::map<std::uint64_t, Known> unknown;
  for (const OracleRow& row : rows) {
    const bool adds = row.type == 'A' || row.type == 'F';
    const std::uint64_t reference = row.type == 'U' ? row.old_id : row.id;
    if (!adds && !added[reference]) {
      Known& order = unknown.emplace(reference, Known{row.side, row.type == 'U' ? row.old_units : row.units, 0}).first->second;
      order.shares += row.type == 'U' ? row.old_size : row.size;
    }
    if (adds || row.type == 'U') added[row.id] = true;
  }
  std::map<std::pair<Side, std::int64_t>, Lots> rest;
  for (const Side side : {Side::buy, Side::sell}) {
    for (const LobsterLevel& level : rows.front().book[static_cast<std::size_t>(side)])
      rest[{side, std::int64_t{level.price} * 100}] = level.lots;
  }
  REQUIRE(rows.front().type == 'D');
  rest[{rows.front().side, rows.front().units}] += rows.front().size;

  test::ItchWriter writer;
  const Duration before = rows.front().time - 1;
  for (const auto& [id, order] : unknown) {
    const auto level = rest.find({order.side, order.units});
    if (level != rest.end()) level->second -= order.shares;
    writer.add(kAapl, before, "AAPL", {id, order.side, order.shares, static_cast<std::uint32_t>(order.units)});
  }
  std::uint64_t anonymous = 1ull << 40;
  for (const auto& [key, shares] : rest) {
    REQUIRE(shares >= 0);
    if (shares == 0) continue;
    writer.add(kAapl, before, "AAPL", {anonymous++, key.first, static_cast<std::uint32_t>(shares), static_cast<std::uint32_t>(key.second)});
  }
  orders = writer.starts().size();
  return writer.bytes();
}

std::size_t rows_on_tape(const OracleRow& row) {
  if (row.units % 100 != 0) return 0;
  return row.type == 'U' || (row.type == 'C' && row.execution_units != row.units) ? 2 : 1;
}

/// Levels that are equal, best first, of both sides, at most kLevels.
std::size_t equal_levels(const OrderBook& book, const OracleRow& row) {
  std::size_t equal = kLevels;
  for (const Side side : {Side::buy, Side::sell}) {
    const auto& expected = row.book[static_cast<std::size_t>(side)];
    Ticks price = book.best(side);
    std::size_t level = 0;
    while (level < expected.size() && price == expected[level].price && book.level(side, price).lots == expected[level].lots) {
      ++level;
      price = book.next_worse(side, price);
    }
    equal = std::min(equal, level);
  }
  return equal;
}

}  // namespace

TEST_CASE("the AAPL ITCH slice gives the book of its oracle after every message; what differs at ten levels is a revealed level") {
  const auto oracle = data_file("itch50/AAPL_2019-01-30_itch_decoded_events_part1.csv.gz");
  const auto slice = data_file("itch50/AAPL_2019-01-30_part1.reencoded.itch");
  if (!oracle || !slice) return;
  const std::vector<OracleRow> rows = read_oracle(oracle->string());
  REQUIRE(rows.size() == 6'000);
  const test::FreshFolder folder;
  std::size_t seeds = 0;
  const std::string seed = seed_of(rows, seeds);
  const std::string path = folder.write("seeded.itch", seed + read_all(*open_bytes(slice->string(), "path")));
  const EventTape tape = load_feed("itch", {{"path", path}, {"date", "2019-01-30"}});
  CHECK(tape.info().instrument.symbol == "AAPL");
  CHECK(tape.info().report.unknown_ids == 0);
  CHECK(tape.info().report.repaired == 0);
  CHECK(tape.info().report.dropped == 1);  // a bid at $0.0001, below the tick of a cent
  CHECK(tape.info().report.crossed_ns == 0);

  OrderBook book{tape.info()};
  std::size_t at = 0, five = 0, ten = 0, reveals = 0;
  std::size_t wrong_time = 0;
  std::string listed;
  while (at < seeds) book.apply(tape[at++]);
  for (std::size_t k = 0; k < rows.size(); ++k) {
    REQUIRE(at + rows_on_tape(rows[k]) <= tape.size());
    for (std::size_t i = rows_on_tape(rows[k]); i > 0; --i) {
      wrong_time += tape[at].time != local_to_utc({2019, 1, 30}, rows[k].time, "America/New_York");
      book.apply(tape[at++]);
    }
    if (k == 0) continue;
    const std::size_t equal = equal_levels(book, rows[k]);
    five += equal >= 5;
    ten += equal == kLevels;
    if (equal == kLevels) continue;
    // A level that was outside the first book's ten and has come in: nothing before the slice says what rested there.
    const auto was_outside = [&](Side side) {
      const auto& levels = rows[k].book[static_cast<std::size_t>(side)];
      const auto& first = rows.front().book[static_cast<std::size_t>(side)];
      return better(side, first.back().price, levels.back().price);
    };
    reveals += was_outside(Side::buy) || was_outside(Side::sell);
    for (const Side side : {Side::buy, Side::sell})
      if (was_outside(side)) {
        const auto& revealed = rows[k].book[static_cast<std::size_t>(side)].back();
        listed += (listed.empty() ? "" : ", ") + std::to_string(k + 1) + " " + name(side) + " " + std::to_string(revealed.lots) + " at " +
                  std::to_string(revealed.price);
      }
    UNSCOPED_INFO("row " << k + 1 << ": equal down to level " << equal);
  }
  REQUIRE(at == tape.size());
  CHECK(wrong_time == 0);
  CHECK(five == 5'999);
  CHECK(ten >= 5'788);
  CHECK(ten + reveals == 5'999);
  std::cout << "itch slice: equal at 5 levels on " << five << " of 5999 rows, at 10 levels on " << ten << "; " << reveals
            << " level reveals (row, side, lots, ticks): " << listed << "\n";
}

TEST_CASE("the real head of an ITCH day is read: its directory, and no orders yet") {
  const auto head = data_file("itch50/nasdaq_itch50_startofday_head.itch");
  if (!head) return;
  const auto source = open_bytes(head->string(), "path");
  ItchReader reader{*source, head->string()};
  std::map<char, int> types;
  std::map<std::string, int> symbols;
  ItchMessage message;
  FaultList faults;
  while (reader.next(message, faults)) {
    ++types[message.type()];
    if (message.type() == 'R') ++symbols[std::string{message.padded_stock()}];
  }
  CHECK(types == std::map<char, int>{{'H', 3}, {'R', 993}, {'S', 1}, {'Y', 3}});
  CHECK(symbols.size() == 993);
  CHECK(faults.count() == 0);
  const BadInput none = test::failure_of([&] { load_feed("itch", {{"path", head->string()}, {"date", "2019-01-30"}}); });
  CHECK(none.exit_code() == ExitCode::bad_data);
}

}  // namespace plimsoll
