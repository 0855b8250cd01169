#pragma once
/// Finds own fills among the prints of a tape.

#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "replay/own_trades.hpp"

namespace plimsoll {

/// What of a fill was found.
struct FoundPrints {
  struct Part {
    std::size_t row;
    Lots lots;
  };
  std::vector<Part> parts;  ///< the nearest first
  Lots lots = 0;            ///< their sum

  bool any() const { return lots > 0; }
};

/// For each fill of each parent, in their order. Fills of which one print has the very size are served first, so that no other takes it.
std::vector<std::vector<FoundPrints>> find_own_prints(const EventTape& tape, std::span<const OwnParent> parents, Duration tolerance);

}  // namespace plimsoll
