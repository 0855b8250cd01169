// ./dev bench --curves: what a unit costs as the work grows.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "bench/figures.hpp"
#include "bench/passes.hpp"
#include "bench/scenarios.hpp"
#include "execution/subscriptions.hpp"

namespace plimsoll::bench {

namespace {

struct Point {
  double size;     // how much work there is
  double total_s;  // CPU seconds for all of it
};

// A total that grows as size^slope: 1 is linear. By least squares over the logarithms.
double slope_of(const std::vector<Point>& points) {
  double x = 0, y = 0, xx = 0, xy = 0;
  const auto n = static_cast<double>(points.size());
  for (const Point& point : points) {
    const double size = std::log(point.size), total = std::log(point.total_s);
    x += size, y += total, xx += size * size, xy += size * total;
  }
  return (n * xy - x * y) / (n * xx - x * x);
}

constexpr double kLinear = 1.05;  // a steeper slope is called worse than linear: 27 % more a unit at a hundred times the work

class Curves {
 public:
  explicit Curves(int rounds) : rounds_{std::min(rounds, 3)} {}

  double seconds(const std::function<void()>& work) const {
    const OneCore one_core;
    return interleave(rounds_, {[&] { return cpu_seconds(work); }}).front().median;
  }
  // `units`: what one unit of `size` is, for the cost: ns / unit.
  void print(const char* what, const char* size, const char* unit, const std::vector<Point>& points) const {
    std::printf("\n%s\n  %14s %16s %12s\n", what, size, unit, "to the first");
    const double first = points.front().total_s / points.front().size;
    for (const Point& point : points) {
      const double each = point.total_s / point.size;
      std::printf("  %14.0f %16s %12.2f\n", point.size, number_text(each * 1e9).c_str(), each / first);
    }
    const double slope = slope_of(points);
    std::printf("  total grows as size^%.2f%s\n", slope, slope > kLinear ? "  WORSE THAN LINEAR" : "");
    std::fflush(stdout);
  }

 private:
  int rounds_;
};

void curve_of_events(const Curves& curves, bool longer) {
  std::vector<Point> book, scenario;
  std::vector<std::size_t> sizes = {1'000'000, 3'000'000, 10'000'000};
  if (longer) sizes.insert(sizes.end(), {30'000'000, 100'000'000});
  const EventTape tape = synthetic_tape(sizes.back() + 50'000, 50'000, 1);
  for (const std::size_t size : sizes) {
    const EventTape some = first_rows(tape, size);
    const auto rows = static_cast<double>(some.size());
    std::uint64_t sum = 0;
    book.push_back({rows, curves.seconds([&] { sum += order_book_pass(some); })});
    std::vector<RunSpec> spec = quoters(some, 1, 256, Impact::square_root);
    scenario.push_back({rows, curves.seconds([&] { pass(some, spec); })});
    if (sum == 0) throw std::runtime_error("an empty book");
  }
  curves.print("Events: recorded book, 50,000 live orders", "rows", "ns/row", book);
  curves.print("Events: one full scenario, woken every 256 rows", "rows", "ns/row", scenario);
}

void curve_of_live_orders(const Curves& curves) {
  std::printf("\nLive orders: recorded book, 2M rows after the opening\n  %14s %16s\n", "live orders", "ns/row");
  for (const std::size_t live : {std::size_t{1'000}, std::size_t{10'000}, std::size_t{100'000}, std::size_t{990'000}}) {
    const EventTape tape = synthetic_tape(2'000'000 + live, live, 1);
    std::uint64_t sum = 0;
    const double seconds = curves.seconds([&] { sum += order_book_pass(tape); });
    std::printf("  %14zu %16s\n", live, number_text(sum == 0 ? 0 : seconds * 1e9 / static_cast<double>(tape.size())).c_str());
    std::fflush(stdout);
  }
}

void curve_of_scenarios(const Curves& curves, const EventTape& tape) {
  std::vector<Point> points;
  for (const std::size_t count :
       {std::size_t{1}, std::size_t{4}, std::size_t{16}, std::size_t{64}, std::size_t{256}, std::size_t{1'024}, std::size_t{4'096}}) {
    const std::vector<RunSpec> specs = quoters(tape, count, 2'048, Impact::none);
    const auto all = [&] {
      for (std::size_t first = 0; first < count; first += kBatchRunsMax)
        pass(tape, std::span{specs}.subspan(first, std::min(kBatchRunsMax, count - first)));
    };
    points.push_back({static_cast<double>(count) * static_cast<double>(tape.size()), curves.seconds(all)});
  }
  curves.print("Scenarios: 1, 4, 16, 64, 256, 1,024, 4,096, in passes of at most 64, each acting every 2,048 rows", "scenario-rows",
               "ns/scenario-row", points);
}

void curve_of_wakes(const Curves& curves, const EventTape& tape) {
  std::vector<Point> points;
  const double bare = curves.seconds([&] { pass(tape, waiters(tape, 1)); });
  for (const std::size_t rows : {std::size_t{214}, std::size_t{64}, std::size_t{16}, std::size_t{4}, std::size_t{1}}) {
    const std::vector<RunSpec> spec = quoters(tape, 1, rows, Impact::square_root);
    const double seconds = curves.seconds([&] { pass(tape, spec); });
    points.push_back({static_cast<double>(tape.size()) / static_cast<double>(rows), std::max(seconds - bare, 1e-9)});
  }
  curves.print("Wake rate: one full scenario from about once a second (214 rows) to every row; the pass itself taken off", "wakes",
               "ns/wake", points);
}

void curve_of_resting(const Curves& curves, const EventTape& tape) {
  std::vector<Point> points;
  const double bare = curves.seconds([&] { pass(tape, waiters(tape, 1)); });
  for (const std::int64_t orders : {1, 2, 4, 8, 16, 32, 64}) {
    const std::vector<RunSpec> spec = quoters(tape, 1, 256, Impact::none, orders);
    const double seconds = curves.seconds([&] { pass(tape, spec); });
    points.push_back({static_cast<double>(orders) * static_cast<double>(tape.size()), std::max(seconds - bare, 1e-9)});
  }
  curves.print("Resting orders: one scenario, 1 to 64 orders at successive prices, looked after every 256 rows; the pass itself taken off",
               "order-rows", "ns/order-row", points);
}

}  // namespace

void print_curves(Bench& bench, bool longer) {
  const Curves curves{bench.rounds};
  const EventTape w1 = first_rows(bench.workloads.get("W1").only(), 500'000);
  curve_of_events(curves, longer);
  curve_of_live_orders(curves);
  curve_of_scenarios(curves, w1);
  curve_of_wakes(curves, w1);
  curve_of_resting(curves, w1);
  print_days_curve(bench, longer);
}

}  // namespace plimsoll::bench
