#pragma once
/// What every impact model that is a book of its own must show, and the few steps its tests share.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "claims.hpp"
#include "core/random.hpp"
#include "sdk/fake_host.hpp"

namespace claims {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// The words of the constructor; empty when it accepts.
inline std::string refusal(const plimsoll_plugin* plugin, const fake::Settings::Overrides& settings) {
  try {
    fake::ModelRun model{plugin, settings};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

/// Trades signed lots through the model's own sweep; returns what they cost above the unaffected mid, in ticks times lots.
inline double take(fake::ModelRun& model, std::int64_t time_ns, std::int64_t signed_lots) {
  if (signed_lots == 0) return 0.0;
  model.now = time_ns;
  const std::int32_t side = signed_lots > 0 ? 1 : -1;
  const double average = model.sweep(side, side * signed_lots).average_ticks;
  REQUIRE(model.execute(0, side, side * signed_lots) == 0);
  return average * static_cast<double>(signed_lots);
}

/// Zero lots change nothing; sweep() and displacement() agree and change nothing; a and then b at one instant cost what a + b cost and
/// leave the same; selling mirrors buying. `make` gives a fresh model behind a unique_ptr.
template <class Make>
void is_a_book(Make make, double tolerance) {
  const auto model = make();
  model->parent(0, 1, 10'000);
  const double start = model->displacement();
  CHECK(start == 0.0);
  CHECK(model->sweep(1, 0).average_ticks == start);
  CHECK(model->sweep(1, 0).after_ticks == start);
  REQUIRE(model->execute(0, 1, 0) == 0);
  CHECK(model->displacement() == start);

  take(*model, fake::kSecond, 700);
  model->now = 3 * fake::kSecond;
  const double before = model->displacement();
  const plimsoll_sweep whole = model->sweep(1, 500);
  CHECK(model->displacement() == before);
  CHECK(model->sweep(1, 500).after_ticks == whole.after_ticks);
  const double cost = take(*model, model->now, 200) + take(*model, model->now, 300);
  CHECK(cost == Approx(500 * whole.average_ticks).epsilon(tolerance));
  CHECK(model->displacement() == Approx(whole.after_ticks).epsilon(tolerance));
  CHECK(before < whole.average_ticks);
  CHECK(whole.average_ticks < whole.after_ticks);
  // Back at the same instant: the book gives back what it took, no more.
  CHECK(500 * model->sweep(-1, 500).average_ticks == Approx(cost).epsilon(tolerance));

  const auto mirror = make();
  mirror->parent(0, -1, 10'000);
  take(*mirror, fake::kSecond, -700);
  take(*mirror, 3 * fake::kSecond, -500);
  CHECK(mirror->displacement() == Approx(-whole.after_ticks).epsilon(tolerance));
}

/// After 1,000 lots bought at once, the displacement falls from time to time, towards `rest` ticks and never below.
template <class Make>
void decays_towards(Make make, double rest, double tolerance) {
  const auto model = make();
  model->parent(0, 1, 10'000);
  take(*model, 0, 1'000);
  double last = model->displacement();
  for (std::int64_t ms = 1; ms < 200'000; ms += 1 + ms / 3) {
    model->now = ms * 1'000'000;
    const double now = model->displacement();
    CHECK(now <= last);
    CHECK(now >= rest * (1 - tolerance));
    last = now;
  }
  CHECK(last < model->sweep(1, 1'000).after_ticks - rest);
}

/// Round trips of random times and sizes, each of `trades` parts on both sides; returns the smallest cost / largest cost.
template <class Make>
double cheapest_round_trip(Make make, int trips, int trades, std::int64_t largest_lots, std::int64_t longest_ns) {
  double least = 0.0, most = std::numeric_limits<double>::min();
  const plimsoll::RandomStream random{11, 0, plimsoll::Purpose::strategy};
  std::uint64_t index = 0;
  for (int trip = 0; trip < trips; ++trip) {
    const auto model = make();
    model->parent(0, 1, 10'000);
    std::int64_t open = 0, time_ns = 0;
    double cost = 0.0;
    for (int k = 0; k < trades; ++k) {
      const double draw = 2.0 * random.uniform(index++) - 1.0;
      const auto lots = k + 1 == trades ? -open : static_cast<std::int64_t>(draw * std::fabs(draw) * static_cast<double>(largest_lots));
      cost += take(*model, time_ns, lots);
      open += lots;
      const double wait = random.uniform(index++);
      time_ns += static_cast<std::int64_t>(wait * wait * wait * static_cast<double>(longest_ns));
    }
    least = trip == 0 ? cost : std::min(least, cost);
    most = std::max(most, cost);
  }
  return least / most;
}

/// A short list of numbers, good and bad ones, for constructors that must refuse or keep their promise.
inline std::vector<double> any_list(const plimsoll::RandomStream& random, std::uint64_t& index) {
  constexpr double kPalette[] = {0, 1, 2, 5, 0.5, 0.25, 0.1, 1e-3, 1e9, -1, 1e300, 5e-324, NAN, INFINITY, -INFINITY};
  const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random.uniform(index++) * static_cast<double>(bound)); };
  const std::size_t palette = below(4) == 0 ? std::size(kPalette) : 8;  // mostly numbers that may pass
  std::vector<double> list(below(5));
  for (double& number : list) number = kPalette[below(palette)];
  if (below(2) == 0) std::stable_sort(list.begin(), list.end(), [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; });
  if (below(2) == 0) std::reverse(list.begin(), list.end());
  return list;
}

/// Random pairs of lists: the model refuses them with words, or no round trip against it gains. Returns how many it accepts.
template <class Settings>
int refuses_or_keeps_its_promise(const plimsoll_plugin* plugin, int tries, Settings settings) {
  const plimsoll::RandomStream random{5, 0, plimsoll::Purpose::strategy};
  std::uint64_t index = 0;
  int accepted = 0;
  for (int i = 0; i < tries; ++i) {
    const std::vector<double> first = any_list(random, index), second = any_list(random, index);
    const fake::Settings::Overrides given = settings(first, second);
    if (!refusal(plugin, given).empty()) continue;
    ++accepted;
    const auto make = [&] { return std::make_unique<fake::ModelRun>(plugin, given); };
    CHECK(cheapest_round_trip(make, 5, 5, 3'000, 10 * fake::kSecond) > -1e-9);
  }
  return accepted;
}

}  // namespace claims
