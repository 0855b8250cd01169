#pragma once
/// A small random market for tests, order by order: few prices, many ties in time, deep queues, takers that sweep several
/// makers at one instant, hidden prints among them, partial cancels, halts, clears, sides that empty. It is not meant to look like a
/// market; it is meant to meet every rule often. Same seed, same tape.

#include <algorithm>
#include <cstdint>
#include <list>
#include <map>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "market/event_tape.hpp"
#include "market/tape_builder.hpp"

namespace plimsoll::test {

struct RandomTapeSettings {
  std::uint64_t seed = 1;
  std::size_t rows = 4000;
  Ticks centre = 1000;
  Ticks half_width = 5;  ///< new orders stand at most this far from the centre
  bool halts_and_clears = true;
  bool trades_while_halted = false;  ///< takers and prints also between halt and resume (an uncrossing, say)
  double crossing_adds = 0.01;       ///< share of adds that may lock or cross the book: history is not always tidy
  double priority_breaches = 0.02;   ///< share of fills that hit an order behind the front
  std::int32_t subticks = 2;
  std::string levels = {};  ///< TapeInfo::levels
};

class RandomTape {
 public:
  explicit RandomTape(RandomTapeSettings settings)
      : settings_{settings}, random_{settings.seed, 0, Purpose::test}, centre_{settings.centre} {}

  EventTape make() {
    for (int warm_up = 0; warm_up < 60; ++warm_up) add(warm_up % 2 == 0 ? Side::buy : Side::sell);
    while (tape_.rows() < settings_.rows) step();
    if (halted_) tape_.resume(time_);
    TapeInfo info;
    info.instrument.subticks = settings_.subticks;
    info.feed = "random_tape";
    info.source = "seed " + std::to_string(settings_.seed);
    info.levels = settings_.levels;
    return tape_.finish(info);
  }

 private:
  struct Live {
    std::uint64_t id;
    std::uint32_t open;
  };
  using Levels = std::map<Ticks, std::list<Live>>;

  std::uint64_t draw(std::uint64_t bound) { return random_.below(draws_++, bound); }
  bool chance(double probability) { return random_.uniform(draws_++) < probability; }
  Side any_side() { return draw(2) == 0 ? Side::buy : Side::sell; }
  Levels& levels(Side side) { return levels_[static_cast<std::size_t>(side)]; }
  Levels::iterator best(Side side) { return side == Side::buy ? std::prev(levels(side).end()) : levels(side).begin(); }

  void step() {
    if (!chance(0.4)) time_ += static_cast<Duration>(1 + draw(20)) * kMillisecond;
    if (chance(0.02)) centre_ += draw(2) == 0 ? -1 : 1;
    const std::uint64_t kind = draw(1000);
    const bool trading = !halted_ || settings_.trades_while_halted;
    if (kind < 520) {
      add(any_side());
    } else if (kind < 740) {
      cancel(any_side());
    } else if (kind < 930) {
      if (trading) taker(any_side(), 1 + static_cast<std::uint32_t>(draw(chance(0.08) ? 120 : 14)));
    } else if (kind < 985) {
      if (trading) hidden_print(any_side());
    } else if (settings_.halts_and_clears) {
      if (kind < 991 || halted_) {
        halted_ ? tape_.resume(time_) : tape_.halt(time_);
        halted_ = !halted_;
      } else if (kind < 993) {
        clear();
      }
    }
  }

  void add(Side side) {
    const Side other = opposite(side);
    Ticks price = worse_by(side, centre_, static_cast<Ticks>(draw(static_cast<std::uint64_t>(settings_.half_width) + 2)) - 1);
    const bool may_cross = halted_ || chance(settings_.crossing_adds);
    if (!may_cross && !levels(other).empty()) {
      const Ticks touch = best(other)->first;
      if (at_least_as_good(side, price, touch)) price = worse_by(side, touch, 1);
    }
    const auto quantity = static_cast<std::uint32_t>(1 + draw(chance(0.1) ? 40 : 9));
    tape_.add(time_, ++last_id_, side, price, quantity);
    levels(side)[price].push_back({last_id_, quantity});
  }

  void reduce(Side side, Levels::iterator level, std::list<Live>::iterator order, std::uint32_t quantity) {
    if ((order->open -= quantity) == 0) level->second.erase(order);
    if (level->second.empty()) levels(side).erase(level);
  }

  void cancel(Side side) {
    if (levels(side).empty()) return;
    const auto level = std::next(levels(side).begin(), static_cast<std::ptrdiff_t>(draw(levels(side).size())));
    const auto order = std::next(level->second.begin(), static_cast<std::ptrdiff_t>(draw(level->second.size())));
    const std::uint32_t quantity = chance(0.6) ? order->open : static_cast<std::uint32_t>(1 + draw(order->open));
    tape_.cancel(time_, order->id, quantity);
    reduce(side, level, order, quantity);
  }

  void taker(Side passive, std::uint32_t lots) {
    while (lots > 0 && !levels(passive).empty()) {
      if (chance(0.1)) hidden_print(passive);
      auto level = best(passive);
      auto order = level->second.begin();
      if (chance(settings_.priority_breaches)) {
        level = std::next(levels(passive).begin(), static_cast<std::ptrdiff_t>(draw(levels(passive).size())));
        order = std::next(level->second.begin(), static_cast<std::ptrdiff_t>(draw(level->second.size())));
      }
      const std::uint32_t quantity = std::min(lots, order->open);
      tape_.fill(time_, order->id, quantity);
      reduce(passive, level, order, quantity);
      lots -= quantity;
    }
  }

  void hidden_print(Side passive) {
    const Ticks price = centre_ - 2 + static_cast<Ticks>(draw(5));
    tape_.trade(time_, passive, price, static_cast<std::uint32_t>(draw(static_cast<std::uint64_t>(settings_.subticks))),
                1 + static_cast<std::uint32_t>(draw(8)));
  }

  void clear() {
    tape_.clear(time_);
    for (Levels& side : levels_) side.clear();
  }

  RandomTapeSettings settings_;
  RandomStream random_;
  std::uint64_t draws_ = 0;
  std::uint64_t last_id_ = 0;
  Ticks centre_;
  TimePoint time_ = kSecond;
  bool halted_ = false;
  Levels levels_[2];
  TapeBuilder tape_;
};

inline EventTape random_tape(const RandomTapeSettings& settings) { return RandomTape{settings}.make(); }

}  // namespace plimsoll::test
