#include "execution/impact_overlay.hpp"

#include "core/contract.hpp"
#include "core/math.hpp"

namespace plimsoll {

namespace {
/// Where a hole at `price` stands or would.
auto position(Side side, std::vector<Hole>& holes, Ticks price) {
  return std::find_if(holes.begin(), holes.end(), [&](const Hole& hole) { return !better(side, hole.price, price); });
}
}  // namespace

Lots ImpactOverlay::left_by_refill(Side side, const Hole& hole) const {
  const auto at = static_cast<std::size_t>(side);
  const double age_s = static_cast<double>(now_ - last_change_[at]) * 1e-9;
  const double kept = static_cast<double>(total_at_change_[at]) * math::exp(-refill_per_s_ * age_s);
  auto kept_lots = static_cast<Lots>(kept);
  if (static_cast<double>(kept_lots) < kept) ++kept_lots;  // whole lots, rounded up: the one rounding of refill
  const Lots revived = total_at_change_[at] - kept_lots;
  return hole.at_change - std::clamp<Lots>(revived - hole.worse_at_change, 0, hole.at_change);
}

Lots ImpactOverlay::decayed(const Hole& hole) const {
  const double age_s = static_cast<double>(now_ - hole.since) * 1e-9;
  return math::round_half_away(static_cast<double>(hole.lots) * math::exp(-refill_per_s_ * age_s));
}

void ImpactOverlay::settle(Side side, Hole& hole) {
  if (revival_ != Revival::per_level) return;
  hole.lots = in_force(side, hole);
  hole.since = now_;
}

void ImpactOverlay::begin_change(Side side) {
  if (revival_ != Revival::worst_first) return;
  auto& holes = side_of(side);
  for (Hole& hole : holes) {
    hole.lots = in_force(side, hole);
    subscriptions_.set_hole(side, hole.price, run_, hole.lots);
  }
  std::erase_if(holes, [](const Hole& hole) { return hole.lots == 0; });
}

void ImpactOverlay::take(Side side, Ticks price, Lots lots) {
  EXPECT(lots > 0);
  auto& holes = side_of(side);
  auto at = position(side, holes, price);
  if (at == holes.end() || at->price != price) at = holes.insert(at, Hole{.price = price});
  settle(side, *at);
  at->lots += lots;
  subscriptions_.set_hole(side, price, run_, at->lots);
}

void ImpactOverlay::end_change(Side side) {
  if (revival_ != Revival::worst_first) return;
  Lots total = 0;
  auto& holes = side_of(side);
  for (auto hole = holes.rbegin(); hole != holes.rend(); ++hole) {  // worst first
    hole->at_change = hole->lots;
    hole->worse_at_change = total;
    total += hole->lots;
  }
  const auto at = static_cast<std::size_t>(side);
  total_at_change_[at] = total;
  last_change_[at] = now_;
}

void ImpactOverlay::leave(Side side, Ticks price, Lots lots) {
  auto& holes = side_of(side);
  const auto at = position(side, holes, price);
  EXPECT(at != holes.end() && at->price == price && lots <= at->lots);
  settle(side, *at);
  at->lots = lots;
  subscriptions_.set_hole(side, price, run_, lots);
}

void ImpactOverlay::widen(Side side, Ticks price, Lots lots) {
  auto& holes = side_of(side);
  const auto at = position(side, holes, price);
  EXPECT(at != holes.end() && at->price == price);
  settle(side, *at);
  at->lots += lots;
  subscriptions_.set_hole(side, price, run_, at->lots);
}

void ImpactOverlay::prune(Side side, Ticks price) {
  auto& holes = side_of(side);
  const auto at = position(side, holes, price);
  if (at != holes.end() && at->price == price && at->lots == 0) holes.erase(at);
}

void ImpactOverlay::clear() {
  for (const Side side : {Side::buy, Side::sell}) {
    for (const Hole& hole : side_of(side)) subscriptions_.set_hole(side, hole.price, run_, 0);
    side_of(side).clear();
  }
}

}  // namespace plimsoll
