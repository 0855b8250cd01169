#include "bench/workload.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "feed/feed.hpp"
#include "feed/itch.hpp"
#include "io/tape_file.hpp"
#include "itch_writer.hpp"

namespace plimsoll::bench {

namespace {

// The day the yardstick's times belong to; it says none.
constexpr const char* kDay = "2026-01-05";
constexpr std::size_t kMessages = 5'000'000;

Workload imported(const std::string& name, const std::string& path) {
  Workload workload;
  workload.name = name;
  workload.messages = kMessages;
  const FeedSettings settings{itch_feed(), {{"path", path}, {"date", kDay}}};
  ItchFile file{settings, {}};
  for (const std::string& symbol : file.symbols()) workload.tapes.push_back(std::make_shared<const EventTape>(file.take(symbol)));
  return workload;
}

Workload synthetic(const std::string& name, std::size_t books, std::size_t rows, std::size_t live) {
  Workload workload;
  workload.name = name;
  for (std::size_t book = 0; book < books; ++book)
    workload.tapes.push_back(std::make_shared<const EventTape>(synthetic_tape(rows / books, live / books, book + 1)));
  workload.messages = workload.rows();
  return workload;
}

}  // namespace

std::size_t Workload::rows() const {
  std::size_t rows = 0;
  for (const Tape& tape : tapes) rows += tape->size();
  return rows;
}

const Workload& Workloads::get(const std::string& name) {
  const auto known = made_.find(name);
  if (known != made_.end()) return known->second;
  Workload workload = yardstick_.present() ? imported(name, yardstick_.tape(name) + ".itch")
                      : name == "W1"       ? synthetic(name, 1, kMessages, 50'000)
                                           : synthetic(name, 500, kMessages, 990'000);
  return made_.emplace(name, std::move(workload)).first->second;
}

const Workload* Workloads::real_hour() {
  const std::string name = "AAPL";
  const auto known = made_.find(name);
  if (known != made_.end()) return &known->second;
  const char* given = std::getenv("PLIMSOLL_DATA_DIR");
  const std::string hour = (given != nullptr ? given : PLIMSOLL_SOURCE_DIR "/../shared/data") +
                           std::string{"/lobster/AAPL_2012-06-21_34200000_37800000_message_50.csv"};
  if (!std::filesystem::exists(hour)) return nullptr;
  const auto tape = std::make_shared<const EventTape>(load_feed("lobster", {{"path", hour}}));
  return &made_.emplace(name, Workload{name, tape->size(), {tape}}).first->second;
}

std::string Workloads::itch_bytes(const std::string& name) {
  if (yardstick_.present()) {
    std::ifstream file{yardstick_.tape(name) + ".itch", std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  return itch_of(get(name).tapes);
}

std::string Workloads::w1_file() {
  const std::string path = work_ + (yardstick_.present() ? "/W1.h5" : "/own_W1.h5");
  if (std::filesystem::exists(path) && read_tape_header(path).info.content_hash == get("W1").only().info().content_hash) return path;
  std::filesystem::create_directories(work_);
  write_tape(path, get("W1").only());
  return path;
}

std::string itch_of(const std::vector<Tape>& all) {
  const TimePoint midnight = all.front()->first_time() / (86'400 * kSecond) * (86'400 * kSecond);
  test::ItchWriter writer;
  std::vector<test::ItchOfTape> tapes;
  std::vector<std::pair<TimePoint, std::uint16_t>> rows;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto locate = static_cast<std::uint16_t>(i + 1);
    tapes.emplace_back(writer, *all[i], locate, "S" + std::to_string(locate), midnight);
    for (const TimePoint time : all[i]->columns().time) rows.emplace_back(time, i);
  }
  std::stable_sort(rows.begin(), rows.end());
  std::vector<std::size_t> next(tapes.size());
  for (const auto& [time, tape] : rows) tapes[tape].write_row(next[tape]++);
  return writer.bytes();
}

EventTape first_rows(const EventTape& tape, std::size_t rows) {
  rows = std::min(rows, tape.size());
  const TapeColumns& all = tape.columns();
  const TapeColumns some{all.time.first(rows), all.price.first(rows), all.quantity.first(rows), all.order.first(rows),
                         all.kind.first(rows)};
  return {tape.info(), some, std::make_shared<const EventTape>(tape)};
}

EventTape synthetic_tape(std::size_t rows, std::size_t live, std::uint64_t seed) {
  // As many rows a second as W1: clocks of the engine (samples, reactions) then cost a row what they cost there. Of the rows after the
  // opening ones half are adds; a tenth as many market orders.
  // What does not fit into a day at that rate comes faster.
  constexpr double kDay = 80'000;
  const double rows_per_s = std::max(5'000'000 / (6.5 * 3600), static_cast<double>(rows - live) / kDay);
  const double limit_per_s = rows_per_s / 2;
  const double seconds = static_cast<double>(rows - live) / rows_per_s;
  return load_feed("synthetic", {{"seed", std::to_string(seed)},
                                 {"duration_s", std::to_string(seconds)},
                                 {"warmup_s", std::to_string(seconds / 10)},
                                 {"mid_ticks", "10000"},
                                 {"limit_per_s", std::to_string(limit_per_s)},
                                 {"market_per_s", std::to_string(limit_per_s / 10)},
                                 {"hidden_per_s", "0"},
                                 {"lifetime_s", std::to_string(static_cast<double>(live) / limit_per_s)},
                                 {"nearest_ticks", "1"},
                                 {"window_ticks", "200"}});
}

}  // namespace plimsoll::bench
