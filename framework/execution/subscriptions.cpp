#include "execution/subscriptions.hpp"

namespace plimsoll {

void Subscriptions::set_resting(Side side, Ticks price, RunIndex run, std::optional<std::uint32_t> own_stamp, bool history) {
  auto& places = resting_[static_cast<std::size_t>(side)];
  auto at = std::find_if(places.begin(), places.end(), [&](const Place& place) { return !better(side, place.price, price); });
  if (at == places.end() || at->price != price) {
    if (!own_stamp && !history) return;
    if (free_stamps_.empty()) {
      free_stamps_.push_back(static_cast<std::uint32_t>(stamps_.size()));
      stamps_.emplace_back();
    }
    at = places.insert(at, Place{price, free_stamps_.back(), ~0u, 0, 0});
    free_stamps_.pop_back();
  }
  const RunWord bit = run_bit(run);
  at->history = history ? at->history | bit : at->history & ~bit;
  if (own_stamp) {
    at->own |= bit;
    stamps_[at->stamps][run] = *own_stamp;
    at->first_stamp = std::min(at->first_stamp, *own_stamp);
  } else if ((at->own & bit) != 0) {
    at->own &= ~bit;
    at->first_stamp = ~0u;
    for_each_run(at->own, [&](RunIndex other) { at->first_stamp = std::min(at->first_stamp, stamps_[at->stamps][other]); });
  }
  if ((at->own | at->history) != 0) return;
  free_stamps_.push_back(at->stamps);
  places.erase(at);
}

}  // namespace plimsoll
