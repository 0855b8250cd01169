#include "replay/own_prints.hpp"

#include <algorithm>
#include <tuple>

namespace plimsoll {

namespace {

class Finder {
 public:
  Finder(const EventTape& tape, Duration tolerance) : tape_{tape}, tolerance_{tolerance} {}

  /// One print of the very size.
  void find_whole(Side side, const OwnFill& fill, FoundPrints& found) {
    for (const std::size_t row : candidates(side, fill)) {
      if (left(row) != fill.lots) continue;
      return use(row, fill.lots, found);
    }
  }
  /// Whatever is near enough, one print after the other; all with the same side resting.
  void find_parts(Side side, const OwnFill& fill, FoundPrints& found) {
    std::optional<Side> resting;
    for (const std::size_t row : candidates(side, fill)) {
      if (found.lots == fill.lots) return;
      const Side passive = tape_[row].side;
      if (left(row) == 0 || (resting && *resting != passive)) continue;
      resting = passive;
      use(row, std::min(left(row), fill.lots - found.lots), found);
    }
  }

 private:
  /// Rows that may be prints of the fill, the nearest first.
  std::vector<std::size_t> candidates(Side side, const OwnFill& fill) const {
    const auto& times = tape_.columns().time;
    const std::int32_t subticks = tape_.info().instrument.subticks;
    std::vector<std::tuple<Duration, std::size_t>> near;
    auto at = std::lower_bound(times.begin(), times.end(), fill.time - tolerance_);
    for (; at != times.end() && *at <= fill.time + tolerance_; ++at) {
      const auto row = static_cast<std::size_t>(at - times.begin());
      const MarketEvent event = tape_[row];
      if (event.action != Action::fill && event.action != Action::trade) continue;
      if (trade_subticks(event, subticks) != std::int64_t{fill.price} * subticks) continue;
      if (fill.liquidity && (event.side == side) != (*fill.liquidity == Liquidity::made)) continue;
      near.emplace_back(*at > fill.time ? *at - fill.time : fill.time - *at, row);
    }
    std::sort(near.begin(), near.end());
    std::vector<std::size_t> rows;
    for (const auto& [distance, row] : near) rows.push_back(row);
    return rows;
  }
  Lots left(std::size_t row) const {
    const auto used = used_.find(row);
    return Lots{tape_[row].quantity} - (used == used_.end() ? 0 : used->second);
  }
  void use(std::size_t row, Lots lots, FoundPrints& found) {
    used_[row] += lots;
    found.parts.push_back({row, lots});
    found.lots += lots;
  }

  const EventTape& tape_;
  Duration tolerance_;
  std::map<std::size_t, Lots> used_;
};

}  // namespace

std::vector<std::vector<FoundPrints>> find_own_prints(const EventTape& tape, std::span<const OwnParent> parents, Duration tolerance) {
  std::vector<std::vector<FoundPrints>> out;
  std::vector<std::tuple<TimePoint, std::size_t, std::size_t>> order;
  for (std::size_t parent = 0; parent < parents.size(); ++parent) {
    out.emplace_back(parents[parent].fills.size());
    for (std::size_t fill = 0; fill < parents[parent].fills.size(); ++fill)
      order.emplace_back(parents[parent].fills[fill].time, parent, fill);
  }
  std::sort(order.begin(), order.end());
  Finder finder{tape, tolerance};
  for (const auto& [time, parent, fill] : order) finder.find_whole(parents[parent].side, parents[parent].fills[fill], out[parent][fill]);
  for (const auto& [time, parent, fill] : order)
    if (!out[parent][fill].any()) finder.find_parts(parents[parent].side, parents[parent].fills[fill], out[parent][fill]);
  return out;
}

}  // namespace plimsoll
