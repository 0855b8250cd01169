#include "bench/workload.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "feed/feed.hpp"
#include "io/tape_file.hpp"
#include "market/tape_builder.hpp"

namespace plimsoll::bench {

namespace {

// The yardstick's decoded record, as its generator describes it: little-endian, 32 bytes.
struct Record {
  std::uint64_t time_ns;
  std::uint32_t order, new_order, quantity;
  std::int32_t price;
  std::uint16_t symbol;
  char type, side;
  std::uint32_t left;
};
static_assert(sizeof(Record) == 32);

void append(TapeBuilder& tape, const Record& record) {
  const auto time = static_cast<TimePoint>(record.time_ns);
  const Side side = record.side == 'B' ? Side::buy : Side::sell;
  switch (record.type) {
    case 'A': tape.add(time, record.order, side, record.price, record.quantity); break;
    case 'D':
    case 'X': tape.cancel(time, record.order, record.quantity); break;
    case 'E': tape.fill(time, record.order, record.quantity); break;
    case 'U':
      tape.cancel(time, record.order, record.left);
      tape.add(time, record.new_order, side, record.price, record.quantity);
      break;
    default: throw std::runtime_error("the yardstick's tape holds a record of an unknown type");
  }
}

Workload decoded(const std::string& name, const std::string& path) {
  Workload workload;
  workload.name = name;
  std::ifstream file{path, std::ios::binary};
  std::map<std::uint16_t, TapeBuilder> builders;
  std::vector<Record> some(1 << 15);
  while (file.read(reinterpret_cast<char*>(some.data()), static_cast<std::streamsize>(some.size() * sizeof(Record))) || file.gcount() > 0) {
    const std::size_t got = static_cast<std::size_t>(file.gcount()) / sizeof(Record);
    workload.messages += got;
    for (std::size_t i = 0; i < got; ++i) append(builders[some[i].symbol], some[i]);
  }
  if (workload.messages == 0) throw std::runtime_error(path + " holds no records");
  for (auto& [symbol, builder] : builders) {
    TapeInfo info;
    info.feed = "yardstick";
    info.source = name + ", symbol " + std::to_string(symbol);
    workload.tapes.push_back(std::make_shared<const EventTape>(builder.finish(std::move(info))));
  }
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
  Workload workload = yardstick_.present() ? decoded(name, yardstick_.tape(name) + ".ev")
                      : name == "W1"       ? synthetic(name, 1, 5'000'000, 50'000)
                                           : synthetic(name, 500, 5'000'000, 1'000'000);
  return made_.emplace(name, std::move(workload)).first->second;
}

std::string Workloads::w1_file() {
  const std::string path = work_ + (yardstick_.present() ? "/W1.h5" : "/own_W1.h5");
  if (std::filesystem::exists(path)) return path;
  std::filesystem::create_directories(work_);
  write_tape(path, get("W1").only());
  return path;
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
  constexpr double kRowsPerSecond = 5'000'000 / (6.5 * 3600);
  const double limit_per_s = kRowsPerSecond / 2;
  const double seconds = static_cast<double>(rows - live) / kRowsPerSecond;
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
