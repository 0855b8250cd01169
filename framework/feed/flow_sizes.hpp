#pragma once
/// How large generated orders are. Thread rule: values only.

#include <cstdint>

#include "feed/flow_draws.hpp"

namespace plimsoll {

/// Order sizes in tenths of a round lot: a tenth, a fifth, one, two or ten of them, as often as near those sizes in the AAPL hour.
struct SizeClass {
  std::uint32_t tenths;
  double cumulative;
};
inline constexpr SizeClass kSizes[] = {{1, 0.080}, {2, 0.345}, {10, 0.880}, {20, 0.965}, {100, 1.0}};

/// One draw. `round_lots` is the most frequent size; at least 10.
inline std::uint32_t draw_order_size(FlowDraws& draws, std::uint32_t round_lots) {
  const double u = draws.uniform();
  const SizeClass* size_class = kSizes;
  while (u >= size_class->cumulative) ++size_class;
  return size_class->tenths * round_lots / 10;
}

}  // namespace plimsoll
