#include "execution/impact_overlay.hpp"

#include <algorithm>
#include <tuple>

#include "core/contract.hpp"
#include "core/math.hpp"

namespace plimsoll {

namespace {
bool stands_before(Side side, const Mark& a, const Mark& b) {
  if (a.price != b.price) return better(side, a.price, b.price);
  return a.arrival < b.arrival;
}
auto first_at(Side side, const std::vector<Mark>& marks, Ticks price) {
  return std::partition_point(marks.begin(), marks.end(), [&](const Mark& mark) { return better(side, mark.price, price); });
}
}  // namespace

void ImpactOverlay::announce(Side side) {
  const std::vector<Mark>& marks = side_of(side);
  subscriptions_.set_best_mark(side, marks.empty() ? no_price(side) : marks.front().price, run_);
}

std::vector<Mark> ImpactOverlay::after_refill(Side side) const {
  const auto at = static_cast<std::size_t>(side);
  const double age_s = static_cast<double>(now_ - last_change_[at]) * 1e-9;
  const double kept = static_cast<double>(marked_at_change_[at]) * math::exp(-refill_per_s_ * age_s);
  auto kept_lots = static_cast<Lots>(kept);
  if (static_cast<double>(kept_lots) < kept) ++kept_lots;  // whole lots, rounded up: the one rounding of refill
  const Lots revived = marked_at_change_[at] - kept_lots;
  std::vector<Mark> left;
  for (Mark mark : marks_[at]) {
    mark.lots = std::min(mark.lots, mark.at_change - std::clamp<Lots>(revived - mark.worse_at_change, 0, mark.at_change));
    if (mark.lots > 0) left.push_back(mark);
  }
  return left;
}

const std::vector<Mark>& ImpactOverlay::in_force(Side side) const {
  const auto at = static_cast<std::size_t>(side);
  if (refill_per_s_ == 0.0 || marks_[at].empty()) return marks_[at];
  refilled_[at] = after_refill(side);
  return refilled_[at];
}

Lots ImpactOverlay::consumed_at(Side side, Ticks price) const {
  if (empty(side)) return 0;
  const std::vector<Mark>& marks = in_force(side);
  Lots lots = 0;
  for (auto mark = first_at(side, marks, price); mark != marks.end() && mark->price == price; ++mark) lots += mark->lots;
  return lots;
}

Lots ImpactOverlay::marked(Side side, Ticks price, std::uint32_t slot) const {
  if (empty(side)) return 0;
  const std::vector<Mark>& marks = in_force(side);
  for (auto mark = first_at(side, marks, price); mark != marks.end() && mark->price == price; ++mark)
    if (mark->slot == slot) return mark->lots;
  return 0;
}

void ImpactOverlay::begin_change(Side side) {
  if (refill_per_s_ == 0.0) return;
  std::vector<Mark>& marks = side_of(side);
  for (const Mark& mark : marks) subscriptions_.unmark(mark.slot, run_);
  marks = after_refill(side);
  for (const Mark& mark : marks) subscriptions_.mark(mark.slot, run_);
  announce(side);
}

bool ImpactOverlay::take(Side side, Ticks price, std::uint32_t slot, Lots lots) {
  const RestingOrder& order = recorded_.order(slot);
  std::vector<Mark>& marks = side_of(side);
  const Mark taken{.price = price, .arrival = order.arrival, .slot = slot, .lots = lots};
  const auto at = std::partition_point(marks.begin(), marks.end(), [&](const Mark& mark) { return stands_before(side, mark, taken); });
  if (at != marks.end() && at->price == price && at->arrival == order.arrival) {
    at->lots += lots;
    ENSURE(at->lots <= order.quantity);
    return false;
  }
  ENSURE(lots > 0 && lots <= order.quantity);
  marks.insert(at, taken);
  subscriptions_.mark(slot, run_);
  announce(side);
  return true;
}

void ImpactOverlay::end_change(Side side) {
  if (refill_per_s_ == 0.0) return;
  Lots total = 0;
  std::vector<Mark>& marks = side_of(side);
  for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark) {  // worst first
    mark->at_change = mark->lots;
    mark->worse_at_change = total;
    total += mark->lots;
  }
  const auto at = static_cast<std::size_t>(side);
  marked_at_change_[at] = total;
  last_change_[at] = now_;
}

bool ImpactOverlay::reduced(Side side, Ticks price, std::uint32_t slot, Lots left) {
  std::vector<Mark>& marks = side_of(side);
  for (auto mark = marks.begin() + (first_at(side, marks, price) - marks.begin()); mark != marks.end() && mark->price == price; ++mark) {
    if (mark->slot != slot) continue;
    if (left > 0) {
      mark->lots = std::min(mark->lots, left);
      return false;
    }
    marks.erase(mark);
    subscriptions_.unmark(slot, run_);
    announce(side);
    return true;
  }
  return false;
}

void ImpactOverlay::clear() {
  for (const Side side : {Side::buy, Side::sell}) {
    for (const Mark& mark : side_of(side)) subscriptions_.unmark(mark.slot, run_);
    side_of(side).clear();
    announce(side);
  }
}

}  // namespace plimsoll
