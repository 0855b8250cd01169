#pragma once
// The tapes everything is measured on.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/yardstick.hpp"
#include "market/event_tape.hpp"

namespace plimsoll::bench {

using Tape = std::shared_ptr<const EventTape>;

struct Workload {
  std::string name;
  // What the yardstick counts, and so what a cost is divided by: a replace is one message and two rows of our tape.
  std::size_t messages = 0;
  // One a symbol. Our tapes hold one instrument, so W2's 500 books are replayed one after the other.
  std::vector<Tape> tapes;

  std::size_t rows() const;
  const EventTape& only() const { return *tapes.front(); }
};

// Makes each workload when it is first asked for: from the yardstick's tape, or without one from our own synthetic flow of like size.
class Workloads {
 public:
  Workloads(const Yardstick& yardstick, std::string work) : yardstick_{yardstick}, work_{std::move(work)} {}
  const Workload& get(const std::string& name);
  // A real hour: LOBSTER's free AAPL sample, 91,925 rows. Looked for in $PLIMSOLL_DATA_DIR, then in ../shared/data; nullptr without it.
  const Workload* real_hour();
  // The workload as an ITCH 5.0 file in memory.
  std::string itch_bytes(const std::string& name);
  // W1 as a tape file, written when it is first asked for.
  std::string w1_file();
  const std::string& work() const { return work_; }

 private:
  const Yardstick& yardstick_;
  std::string work_;
  std::map<std::string, Workload> made_;
};

// ITCH 5.0 bytes of these tapes, their rows by time as a venue sends them. A replace of the venue has become two messages.
std::string itch_of(const std::vector<Tape>& tapes);

// The first `rows` rows; shares the memory of `tape`.
EventTape first_rows(const EventTape& tape, std::size_t rows);

// Synthetic flow of about `rows` rows and `live` resting orders within 200 ticks of the best, 10 % of it market orders.
EventTape synthetic_tape(std::size_t rows, std::size_t live, std::uint64_t seed);

}  // namespace plimsoll::bench
