// T1: raw ITCH bytes to the books of all stocks.
#include <algorithm>
#include <fstream>
#include <iomanip>
#include <sstream>

#include "bench/figures.hpp"
#include "bench/passes.hpp"
#include "feed/itch_books.hpp"

namespace plimsoll::bench {

namespace {

// FNV-1a, as the yardstick's generator computes it over the books it ends with.
class Checksum {
 public:
  void add(std::uint64_t value) {
    hash_ ^= value;
    hash_ *= 1'099'511'628'211u;
  }
  std::string hex() const {
    std::ostringstream out;
    out << std::hex << std::setw(16) << std::setfill('0') << hash_;
    return out.str();
  }

 private:
  std::uint64_t hash_ = 1'469'598'103'934'665'603u;
};

void add_level(Checksum& sum, const ItchBooks& books, std::uint16_t locate, Side side, Ticks price) {
  const PriceLevel& level = books.book(locate)->level(side, price);
  std::uint64_t orders = 0;
  for (std::uint32_t slot = level.front(); slot != kNoOrder; slot = books.order(slot).behind()) ++orders;
  sum.add(locate);
  sum.add(static_cast<std::uint64_t>(side));
  sum.add(itch_units(price) / kItchUnitsPerCent);
  sum.add(static_cast<std::uint64_t>(level.lots));
  sum.add(orders);
}

// Over symbol, side, price, quantity and number of orders of every level, from the lowest price up.
std::string checksum_of_books(std::string_view bytes) {
  ItchBooks books;
  ItchReader reader{bytes, "bench"};
  FaultList faults;
  books.read(reader, faults);
  Checksum sum;
  for (std::uint16_t locate = 1; books.book(locate) != nullptr; ++locate) {
    const PriceQueues& book = *books.book(locate);
    for (const Side side : {Side::buy, Side::sell}) {
      std::vector<Ticks> prices;
      for (Ticks price = book.best(side); price != no_price(side); price = book.next_worse(side, price)) prices.push_back(price);
      std::sort(prices.begin(), prices.end());
      for (const Ticks price : prices) add_level(sum, books, locate, side, price);
    }
  }
  return sum.hex();
}

// What the generator wrote beside its tape.
std::string generated_checksum(const std::string& path) {
  std::ifstream counts{path};
  std::string word, checksum;
  while (counts >> word)
    if (word == "hash") counts >> checksum;
  if (checksum.empty()) throw std::runtime_error(path + " holds no checksum");
  return checksum;
}

}  // namespace

void measure_raw_itch(Bench& bench) {
  for (const char* name : {"W1", "W2"}) {
    const Workload& workload = bench.workloads.get(name);
    const std::string bytes = bench.workloads.itch_bytes(name);
    if (bench.yardstick.present() && checksum_of_books(bytes) != generated_checksum(bench.yardstick.tape(name) + ".txt"))
      throw std::runtime_error("the books of " + workload.name + " are not those its generator ended with");
    std::uint64_t sum = 0;
    const Compared compared = compare(bench, workload, "itch-l3", [&] { sum += itch_books_pass(bytes); });
    if (sum == 0) throw std::runtime_error("the books of " + workload.name + " are empty");
    const std::string what = workload.tapes.size() == 1 ? "raw ITCH in memory to L3 book with FIFO, best prices kept"
                                                        : "the same, 500 books interleaved in one file";
    bench.report.add(against_ideal("T1." + workload.name, what, compared.ours, "ns/message", compared.ideal, 1.4));
  }
}

}  // namespace plimsoll::bench
