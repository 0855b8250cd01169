/// Every way an ITCH file can be damaged: cut at any byte, any byte flipped, impossible fields. It ends in an error that says where, or in
/// a result that the damage explains.

#include "core/random.hpp"
#include "feed/feed_files.hpp"
#include "feed/itch.hpp"
#include "itch_writer.hpp"

namespace plimsoll {
namespace {

using test::FreshFolder;
using test::ItchWriter;

using test::kOpen;

ItchWriter small_market() {
  ItchWriter writer;
  writer.system_event(1, 'O');
  writer.directory(1, 2, "AAPL");
  writer.trading_action(1, 3, "AAPL", 'T');
  writer.add(1, kOpen, "AAPL", {1, Side::buy, 100, 1'000'000});
  writer.add(1, kOpen + 1, "AAPL", {2, Side::sell, 100, 1'000'300}, true);
  writer.execute(1, kOpen + 2, 1, 10);
  writer.execute_at(1, kOpen + 3, 2, 10, 'Y', 1'000'100);
  writer.cancel(1, kOpen + 4, 1, 10);
  writer.replace(1, kOpen + 5, 1, 3, 70, 999'900);
  writer.trade(1, kOpen + 6, "AAPL", 5, 1'000'050);
  writer.cross(1, kOpen + 7, "AAPL", 500, 1'000'000);
  writer.broken(1, kOpen + 8, 1);
  writer.remove(1, kOpen + 9, 3);
  writer.system_event(kOpen + 10, 'C');
  return writer;
}

EventTape read(const FreshFolder& folder, const std::string& bytes) {
  return load_feed("itch", {{"path", folder.write("day.itch", bytes)}, {"date", "2019-01-30"}, {"symbol", "AAPL"}});
}

/// The error that reading ends with, nullopt when it does not; then `hash`, when given, is that of the tape.
std::optional<BadInput> failure(const FreshFolder& folder, const std::string& bytes, std::string* hash = nullptr) {
  std::string fault;
  try {
    const EventTape tape = read(folder, bytes);
    fault = tape.find_fault();
    if (hash != nullptr) *hash = tape.info().content_hash;
  } catch (const BadInput& bad) {
    return bad;
  }
  CHECK(fault == "");
  return std::nullopt;
}

}  // namespace

TEST_CASE("an ITCH file cut at any byte ends with the place of the message that is cut, and between messages with what came before") {
  const FreshFolder folder;
  const ItchWriter market = small_market();
  std::size_t message = 0;
  for (std::size_t size = 1; size < market.bytes().size(); ++size) {
    INFO("cut to " << size);
    while (message + 1 < market.starts().size() && market.starts()[message + 1] <= size) ++message;
    const auto bad = failure(folder, market.bytes().substr(0, size));
    if (size == market.starts()[message]) {
      // The file of the messages before; without the directory there is no AAPL yet.
      CHECK(bad.has_value() == (message <= 1));
      continue;
    }
    REQUIRE(bad.has_value());
    CHECK(bad->exit_code() == ExitCode::bad_data);
    CHECK(bad->errors().front().code == "DATA-TRUNCATED");
    CHECK(bad->errors().front().place == folder.path("day.itch") + "@" + std::to_string(market.starts()[message]));
    CHECK(bad->errors().front().problem.find("message " + std::to_string(message + 1)) != std::string::npos);
  }
  CHECK_FALSE(failure(folder, market.bytes()).has_value());
}

TEST_CASE("a byte flipped anywhere in an ITCH file ends with an error that has a place, or with a sound tape") {
  const FreshFolder folder;
  const ItchWriter market = small_market();
  const std::string hash = read(folder, market.bytes()).info().content_hash;
  std::size_t refused = 0, unchanged = 0, changed = 0;
  for (std::size_t at = 0; at < market.bytes().size(); ++at) {
    for (const int bit : {0, 4, 7}) {
      std::string flipped = market.bytes();
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      INFO("byte " << at << " bit " << bit);
      std::string flipped_hash;
      if (const auto bad = failure(folder, flipped, &flipped_hash)) {
        ++refused;
        CHECK(bad->errors().front().place.starts_with(folder.path("day.itch")));
      } else {
        ++(flipped_hash == hash ? unchanged : changed);
      }
    }
  }
  // What changes a tape silently is a number: a reference, a time, shares, a price. Lengths, types, sides, symbols and states are checked.
  CHECK(refused > 350);
  CHECK(unchanged > 200);
  CHECK(changed > 0);
}

TEST_CASE("a length that is not its type's is refused with offset and number, wherever it stands") {
  const FreshFolder folder;
  const ItchWriter market = small_market();
  for (std::size_t message = 0; message < market.starts().size(); ++message) {
    INFO(message);
    std::string wrong = market.bytes();
    ++wrong[market.starts()[message] + 1];
    wrong += std::string(64, 'x');  // so that the last message is long enough
    const auto bad = failure(folder, wrong);
    REQUIRE(bad.has_value());
    CHECK(bad->errors().front().code == "DATA-FORMAT");
    CHECK(bad->errors().front().place == folder.path("day.itch") + "@" + std::to_string(market.starts()[message]));
    CHECK(bad->errors().front().problem.starts_with("message " + std::to_string(message + 1) + " of type"));
  }
}

TEST_CASE("impossible fields of ITCH messages are all reported, each with its place, number and type") {
  const FreshFolder folder;
  ItchWriter writer;
  writer.add(1, kOpen, "AAPL", {1, Side::buy, 100, 1'000'000});
  writer.add(1, kOpen, "AAPL", {2, Side::buy, 0, 1'000'000});
  writer.add(1, kOpen, "AAPL", {3, Side::buy, 10, 0});
  writer.add(1, kOpen, "AAPL", {4, Side::buy, 10, 2'000'000'100});
  writer.add(1, 86'400 * kSecond, "AAPL", {5, Side::buy, 10, 1'000'000});
  writer.execute_at(1, kOpen, 1, 10, '?', 1'000'000);
  writer.trading_action(1, kOpen, "AAPL", '?');
  writer.trade(1, kOpen, "AAPL", 0, 1'000'000);
  writer.replace(1, kOpen, 1, 6, 0, 1'000'000);
  std::string bytes = writer.bytes();
  ItchWriter side;
  side.add(1, kOpen, "AAPL", {7, Side::buy, 100, 1'000'000});
  bytes += side.bytes();
  bytes[bytes.size() - 36 + 19] = 'x';
  const auto bad = failure(folder, bytes);
  REQUIRE(bad.has_value());
  CHECK(bad->exit_code() == ExitCode::bad_data);
  const std::pair<std::size_t, const char*> expected[] = {{1, "shares"},    {2, "price"},         {3, "price"},  {4, "timestamp"},
                                                          {5, "printable"}, {6, "trading state"}, {7, "shares"}, {8, "shares"}};
  REQUIRE(bad->errors().size() == std::size(expected) + 1);
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    INFO(bad->errors()[i].text());
    CHECK(bad->errors()[i].code == "DATA-FIELD");
    CHECK(bad->errors()[i].field == expected[i].second);
    CHECK(bad->errors()[i].place == folder.path("day.itch") + "@" + std::to_string(writer.starts()[expected[i].first]));
    CHECK(bad->errors()[i].problem.starts_with("message " + std::to_string(expected[i].first + 1) + " ("));
  }
  CHECK(bad->errors().back().field == "side");
}

TEST_CASE("a cross of 2^60 shares is refused instead of filling the memory with prints") {
  const FreshFolder folder;
  ItchWriter writer;
  writer.cross(1, kOpen, "AAPL", 1ull << 60, 1'000'000);
  const auto bad = failure(folder, writer.bytes());
  REQUIRE(bad.has_value());
  CHECK(bad->errors().front().field == "shares");
}

TEST_CASE("ITCH names and locates that contradict each other are refused") {
  const FreshFolder folder;
  const auto problem = [&](const ItchWriter& writer) {
    const auto bad = failure(folder, writer.bytes());
    REQUIRE(bad.has_value());
    CHECK(bad->errors().front().field == "stock");
    return bad->errors().front().problem;
  };
  ItchWriter renamed;
  renamed.directory(1, 0, "AAPL");
  renamed.add(1, kOpen, "MSFT", {1, Side::buy, 100, 1'000'000});
  CHECK(problem(renamed) == "message 2: MSFT has locate 1, which is AAPL");
  ItchWriter twice;
  twice.directory(1, 0, "AAPL");
  twice.directory(2, 0, "AAPL");
  CHECK(problem(twice) == "message 2: AAPL has locate 2 and locate 1");
  for (const std::string& name : {std::string{"        "}, std::string{"A\nPL"}, std::string{"A PL"}}) {
    ItchWriter odd;
    odd.directory(1, 0, name);
    CHECK(problem(odd) == "message 1: the stock is not a symbol");
  }
}

TEST_CASE("bytes behind the end of an ITCH session, an empty session and other files are refused") {
  const FreshFolder folder;
  ItchWriter market = small_market();
  market.end();
  CHECK_FALSE(failure(folder, market.bytes()).has_value());
  CHECK(failure(folder, market.bytes() + "x")->errors().front().code == "DATA-FORMAT");
  CHECK(failure(folder, market.bytes() + small_market().bytes())->errors().front().code == "DATA-FORMAT");
  CHECK(failure(folder, std::string(2, '\0'))->errors().front().code == "DATA-EMPTY");
  CHECK(failure(folder, "")->errors().front().code == "DATA-EMPTY");
  CHECK(failure(folder, "34200.1,1,16,10,5853300,1\n34200.1,1,17,10,5853300,1\n")->errors().front().code == "DATA-TRUNCATED");
}

TEST_CASE("an ITCH reader gives the same messages from any chunks, and from memory") {
  const ItchWriter market = small_market();
  std::string day;
  while (day.size() < 700'000) day += market.bytes();
  class Chunks : public ByteSource {
   public:
    explicit Chunks(std::string_view bytes) : rest_{bytes} {}
    std::size_t read(char* out, std::size_t most) override {
      const std::size_t count = rest_.copy(out, std::min<std::size_t>(most, 1 + RandomStream{1, 0, Purpose::test}.below(step_++, 50'000)));
      rest_.remove_prefix(count);
      return count;
    }

   private:
    std::string_view rest_;
    std::uint64_t step_ = 0;
  };
  Chunks chunks{day};
  ItchReader streamed{chunks, "day"}, whole{day, "day"};
  FaultList faults;
  ItchMessage a, b;
  std::size_t different = 0;
  while (whole.next(a, faults)) {
    REQUIRE(streamed.next(b, faults));
    different +=
        a.type() != b.type() || a.length() != b.length() || a.since_midnight() != b.since_midnight() || whole.place(a) != streamed.place(b);
  }
  CHECK_FALSE(streamed.next(b, faults));
  CHECK(different == 0);
  CHECK(faults.count() == 0);
  CHECK(whole.number() == day.size() / market.bytes().size() * market.starts().size());
}

}  // namespace plimsoll
