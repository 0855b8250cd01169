#pragma once
/// A run with one parent order, and the tables it leaves.

#include <string>
#include <utility>

#include "claims.hpp"
#include "replay/replay.hpp"

namespace plimsoll::test {

inline RunSpec one_parent(Side side, Lots lots, TimePoint start, TimePoint end, StrategyChoice strategy) {
  RunSpec spec;
  spec.seed = 7;
  ParentSpec& parent = spec.parents.emplace_back();
  parent.side = side;
  parent.lots = lots;
  parent.start = start;
  parent.end = end;
  parent.strategy = std::move(strategy);
  spec.record = RecordLevel::full;
  return spec;
}

inline ScenarioResult replay_one(const EventTape& tape, const RunSpec& spec) {
  const RunSpec* specs[] = {&spec};
  return replay(tape, specs).front();
}

inline const Table& table(const ScenarioResult& result, const std::string& name) {
  for (const Table& candidate : result.tables)
    if (candidate.name() == name) return candidate;
  FAIL("no table " << name);
  return result.tables.front();
}

}  // namespace plimsoll::test
