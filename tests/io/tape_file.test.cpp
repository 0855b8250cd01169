#include "io/tape_file.hpp"

#include <atomic>
#include <map>
#include <thread>

#include "claims.hpp"
#include "io/durable_file.hpp"
#include "io/sealed_file.hpp"
#include "market/tape_builder.hpp"
#include "result_fixture.hpp"

using namespace plimsoll;

namespace {

EventTape small_tape(std::size_t orders) {
  TapeBuilder builder;
  for (std::size_t i = 0; i < orders; ++i) {
    const auto time = static_cast<TimePoint>(1'000'000 * i);
    builder.add(time, i, i % 2 == 0 ? Side::buy : Side::sell, i % 2 == 0 ? 99 - static_cast<Ticks>(i % 5) : 101 + static_cast<Ticks>(i % 7),
                10);
    if (i % 3 == 1) builder.fill(time + 5, i, 4);
    if (i % 4 == 2) builder.cancel(time + 6, i - 2, 10);
    if (i % 5 == 3) builder.trade(time + 7, Side::sell, 100, 1, 3);
  }
  TapeInfo info;
  info.instrument.symbol = "TEST";
  info.instrument.subticks = 2;
  info.feed = "synthetic";
  info.source = "a test, größer";
  info.timezone = "America/New_York";
  info.report = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  return builder.finish(info);
}

std::vector<MarketEvent> rows_of(const EventTape& tape) {
  std::vector<MarketEvent> rows;
  for (std::size_t i = 0; i < tape.size(); ++i) rows.push_back(tape[i]);
  return rows;
}
bool same_row(const MarketEvent& a, const MarketEvent& b) {
  return a.time == b.time && a.price == b.price && a.quantity == b.quantity && a.order == b.order && a.action == b.action &&
         a.side == b.side;
}

bool same_info(const TapeInfo& a, const TapeInfo& b) {
  return a.instrument == b.instrument && a.report == b.report && a.feed == b.feed && a.source == b.source && a.timezone == b.timezone &&
         a.content_hash == b.content_hash && a.slot_count == b.slot_count && a.price_min == b.price_min && a.price_max == b.price_max;
}

/// "done", or the exit code's number with which the file is refused.
int outcome(const std::string& path) {
  try {
    read_tape(path);
  } catch (const BadInput& error) {
    CHECK(error.errors().size() == 1);
    CHECK(error.errors().front().place == path);
    return static_cast<int>(error.exit_code());
  }
  return 0;
}

}  // namespace

TEST_CASE("a tape comes back row for row with all its facts, mapped and aligned") {
  const fixture::TemporaryFolder folder;
  for (const std::size_t orders : {0u, 1u, 1000u, 50'000u}) {
    const EventTape tape = small_tape(orders);
    write_tape(folder / "t.h5", tape);
    const EventTape read = read_tape(folder / "t.h5");
    const auto before = rows_of(tape), after = rows_of(read);
    REQUIRE(before.size() == after.size());
    CHECK(std::equal(before.begin(), before.end(), after.begin(), same_row));
    CHECK(same_info(read.info(), tape.info()));
    if (orders > 0) CHECK(reinterpret_cast<std::uintptr_t>(read.columns().time.data()) % 64 == 0);
  }
}

TEST_CASE("the header of a tape says what its columns would, and needs none of them sound") {
  const fixture::TemporaryFolder folder;
  for (const std::size_t orders : {0u, 1u, 1000u}) {
    const EventTape tape = small_tape(orders);
    write_tape(folder / "t.h5", tape);
    const TapeHeader header = read_tape_header(folder / "t.h5");
    CHECK(same_info(header.info, tape.info()));
    CHECK(header.rows == tape.size());
    CHECK(header.first_time == tape.first_time());
    CHECK(header.last_time == tape.last_time());
  }
  std::string damaged = fixture::bytes_of(folder / "t.h5");
  const std::vector<ByteRange> columns = check_seal("t.h5", "tape", damaged).unhashed;
  damaged[columns[2].offset + 5] ^= 1;
  fixture::put_bytes(folder / "column.h5", damaged);
  CHECK(outcome(folder / "column.h5") == 65);
  CHECK(read_tape_header(folder / "column.h5").rows == small_tape(1000).size());
  damaged[columns[0].offset - 1] ^= 1;
  fixture::put_bytes(folder / "head.h5", damaged);
  CHECK_THROWS_AS(read_tape_header(folder / "head.h5"), BadInput);
  CHECK_THROWS_AS(read_tape_header(folder / "missing.h5"), BadInput);
}

TEST_CASE("threads open tapes at the same time") {
  const fixture::TemporaryFolder folder;
  write_tape(folder / "t.h5", small_tape(5000));
  const std::string hash = small_tape(5000).info().content_hash;
  std::atomic<int> sound = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int times = 0; times < 20; ++times)
          sound += read_tape(folder / "t.h5").info().content_hash == hash && read_tape_header(folder / "t.h5").info.content_hash == hash;
      });
  }
  CHECK(sound == 80);
}

TEST_CASE("the same tape gives the same file") {
  const fixture::TemporaryFolder folder;
  write_tape(folder / "a.h5", small_tape(500));
  write_tape(folder / "b.h5", small_tape(500));
  CHECK((fixture::bytes_of(folder / "a.h5") == fixture::bytes_of(folder / "b.h5")));
}

TEST_CASE("a mapped tape outlives the replacement of its file") {
  const fixture::TemporaryFolder folder;
  write_tape(folder / "t.h5", small_tape(1000));
  const EventTape tape = read_tape(folder / "t.h5");
  write_tape(folder / "t.h5", small_tape(10));
  CHECK(tape.compute_hash() == small_tape(1000).info().content_hash);
}

TEST_CASE("a tape cut at any length is refused as bad data") {
  const fixture::TemporaryFolder folder;
  write_tape(folder / "t.h5", small_tape(40));
  const std::string whole = fixture::bytes_of(folder / "t.h5");
  REQUIRE(outcome(folder / "t.h5") == 0);
  std::size_t wrong = 0;
  for (std::size_t length = 0; length < whole.size(); length += length < 600 || length + 600 > whole.size() ? 1 : 37) {
    fixture::put_bytes(folder / "cut.h5", whole.substr(0, length));
    if (outcome(folder / "cut.h5") != 65) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("every flipped byte of a tape is found, beside the columns and within them") {
  const fixture::TemporaryFolder folder;
  write_tape(folder / "t.h5", small_tape(40));
  const std::string whole = fixture::bytes_of(folder / "t.h5");
  const Seal seal = check_seal("t.h5", "tape", whole);
  const auto in_column = [&seal](std::size_t at) {
    for (const ByteRange& range : seal.unhashed)
      if (at >= range.offset && at < range.offset + range.length) return true;
    return false;
  };
  REQUIRE(seal.unhashed.size() == 5);
  std::size_t missed = 0, within = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    fixture::put_bytes(folder / "flip.h5", damaged);
    within += in_column(at);
    if (outcome(folder / "flip.h5") != 65) ++missed;
  }
  CHECK(missed == 0);
  CHECK(within == small_tape(40).size() * kTapeBytesPerEvent);
}

TEST_CASE("missing, empty, foreign and other sealed files are refused, each with its exit code") {
  const fixture::TemporaryFolder folder;
  CHECK(outcome(folder / "missing.h5") == 66);
  CHECK(outcome(folder.path()) == 65);
  fixture::put_bytes(folder / "empty.h5", "");
  CHECK(outcome(folder / "empty.h5") == 65);
  fixture::put_bytes(folder / "text.h5", std::string(5000, 'x'));
  CHECK(outcome(folder / "text.h5") == 65);
  const std::string garbage = "\x89HDF\r\n\x1a\n" + std::string(5000, '\7');
  fixture::put_bytes(folder / "garbage.h5", garbage);
  CHECK(outcome(folder / "garbage.h5") == 65);
  fixture::put_bytes(folder / "sealed.h5", garbage + make_seal("tape", garbage));  // a sound seal around nonsense: HDF5 must refuse it
  CHECK(outcome(folder / "sealed.h5") == 65);
  fixture::put_bytes(folder / "shard.h5", garbage + make_seal("shard", garbage));
  CHECK(outcome(folder / "shard.h5") == 65);
}

TEST_CASE("a tape that breaks an invariant is refused though its seal and hash are sound") {
  const fixture::TemporaryFolder folder;
  const EventTape sound = small_tape(10);
  std::vector<TimePoint> time(sound.columns().time.begin(), sound.columns().time.end());
  std::swap(time.front(), time.back());
  TapeColumns columns = sound.columns();
  columns.time = time;
  TapeInfo info = sound.info();
  info.content_hash = EventTape{info, columns, nullptr}.compute_hash();
  write_tape(folder / "t.h5", EventTape{info, columns, nullptr});
  CHECK(outcome(folder / "t.h5") == 65);
}

TEST_CASE("a tape replaces an older tape and nothing else: what stood there is untouched and the exit code is 73") {
  const fixture::TemporaryFolder folder;
  const auto refused = [&](const std::string& name) {
    try {
      write_tape(folder / name, small_tape(10));
      return false;
    } catch (const IoError& error) {
      CHECK(error.exit_code() == ExitCode::cannot_create);
      CHECK(error.error().code == "OUTPUT-EXISTS");
      CHECK(error.error().place == folder / name);
      CHECK_FALSE(error.error().suggestion.empty());
      return true;
    }
  };
  write_tape(folder / "tape.h5", small_tape(20));
  const std::string older = fixture::bytes_of(folder / "tape.h5");
  std::string cut = older;
  cut.resize(cut.size() / 2);
  const std::map<std::string, std::string> theirs = {
      {"notes.csv", "the only copy\n"}, {"empty", ""}, {"cut.h5", cut}, {"result.h5", "body" + make_seal("result", "body")}};
  for (const auto& [name, bytes] : theirs) {
    CAPTURE(name);
    fixture::put_bytes(folder / name, bytes);
    CHECK(refused(name));
    CHECK((fixture::bytes_of(folder / name) == bytes));
  }
  std::filesystem::create_symlink(folder / "tape.h5", folder / "link.h5");
  CHECK(refused("link.h5"));
  CHECK(std::filesystem::is_symlink(folder / "link.h5"));
  CHECK((fixture::bytes_of(folder / "tape.h5") == older));
  std::filesystem::create_directory(folder / "directory");
  CHECK(refused("directory"));

  write_tape(folder / "tape.h5", small_tape(10));
  CHECK(read_tape(folder / "tape.h5").info().content_hash == small_tape(10).info().content_hash);
}
