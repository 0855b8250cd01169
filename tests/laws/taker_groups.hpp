#pragma once
/// Recorded takers: the maximal runs of consecutive `fill` and `trade` rows with equal time and passive side (RULES.md, rule 3d).

#include <cstddef>
#include <vector>

#include "core/units.hpp"
#include "market/event_tape.hpp"

namespace plimsoll::test {

struct TakerGroup {
  std::size_t first_row = 0;
  std::size_t end_row = 0;  ///< one past the last
  Side passive = Side::buy;
  Ticks range = 0;        ///< |worst - first| recorded price over its fill rows; 0 when there are none
  Lots visible_lots = 0;  ///< over its fill rows
};

/// All groups of a tape, in order.
inline std::vector<TakerGroup> find_taker_groups(const EventTape& tape) {
  std::vector<TakerGroup> groups;
  const auto is_execution = [](const MarketEvent& event) { return event.action == Action::fill || event.action == Action::trade; };
  for (std::size_t row = 0; row < tape.size();) {
    const MarketEvent first = tape[row];
    if (!is_execution(first)) {
      ++row;
      continue;
    }
    TakerGroup group{row, row, first.side, 0, 0};
    bool any_fill = false;
    Ticks first_price = 0, worst_price = 0;
    for (; row < tape.size(); ++row) {
      const MarketEvent event = tape[row];
      if (!is_execution(event) || event.time != first.time || event.side != first.side) break;
      if (event.action == Action::fill) {
        if (!any_fill) first_price = worst_price = event.price;
        any_fill = true;
        if (better(event.side, worst_price, event.price)) worst_price = event.price;
        group.visible_lots += event.quantity;
      }
    }
    group.end_row = row;
    group.range = worst_price > first_price ? worst_price - first_price : first_price - worst_price;
    groups.push_back(group);
  }
  return groups;
}

/// For every row the index of its group in `groups`; npos for rows that belong to none.
inline constexpr std::size_t kNoGroup = ~std::size_t{0};
inline std::vector<std::size_t> group_of_rows(const EventTape& tape, const std::vector<TakerGroup>& groups) {
  std::vector<std::size_t> of_row(tape.size(), kNoGroup);
  for (std::size_t group = 0; group < groups.size(); ++group)
    for (std::size_t row = groups[group].first_row; row < groups[group].end_row; ++row) of_row[row] = group;
  return of_row;
}

}  // namespace plimsoll::test
