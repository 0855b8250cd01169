#pragma once
/// The plan of an experiment as its results folder knows it: number, key and swept values of every scenario, a quarter of a million of them
/// in some megabytes: 24 bytes a scenario and 4 for each swept key (and its values, where nearly every scenario has one of its own).
///
/// Thread rule: values.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "experiment/scenario.hpp"

namespace plimsoll {

/// A scenario's key (Scenario::key) as the 16 bytes its 32 hexadecimal digits stand for.
struct ResultKey {
  std::uint64_t high = 0, low = 0;
  friend auto operator<=>(const ResultKey&, const ResultKey&) = default;

  /// Nothing when `text` is not 32 lower-case hexadecimal digits.
  static std::optional<ResultKey> parse(std::string_view text);
  std::string text() const;
};

/// One scenario of the plan. Its result is known by the key alone: number and swept values say where and how the plan shows it, and may
/// change (an axis grows, or changes places with another) while the sealed result stays good.
struct ScenarioKey {
  std::uint64_t scenario = 0;     ///< number within the plan
  std::string key;                ///< content hash of everything that decides the result: 32 lower-case hexadecimal digits
  std::vector<SweptValue> swept;  ///< Scenario::swept: the same keys, in the same order, for every scenario of the plan
  friend bool operator==(const ScenarioKey& a, const ScenarioKey& b);
};

/// Kind and exact value: "i 50000", "r 0.1", "t twap". Undefined reals compare equal in this form.
std::string swept_text(const SweptValue& swept);
/// Throws std::invalid_argument when the text is none of the above.
SweptValue swept_value(const std::string& key, const std::string& text);

class PlannedScenarios {
 public:
  using Value = decltype(SweptValue::value);
  struct Axis {
    std::string key;
    std::vector<Value> values;         ///< each once, in the order they came, while there are few of them
    std::vector<std::uint32_t> place;  ///< for each scenario, in `values`
  };

  PlannedScenarios() = default;
  PlannedScenarios(const std::vector<ScenarioKey>& rows);  // NOLINT: a list of rows is a plan

  void reserve(std::size_t scenarios);
  /// Precondition: numbers ascend, keys are 32 hexadecimal digits, all have the same swept keys.
  void add(std::uint64_t scenario, std::string_view key, std::span<const SweptValue> swept);

  /// Lets go of what only add() needs. Nothing is added afterwards.
  void complete();

  std::size_t size() const { return numbers_.size(); }
  std::uint64_t scenario(std::size_t index) const { return numbers_[index]; }
  const ResultKey& key(std::size_t index) const { return keys_[index]; }
  const std::vector<Axis>& axes() const { return axes_; }
  /// The whole row, put together.
  ScenarioKey operator[](std::size_t index) const;
  friend bool operator==(const PlannedScenarios& a, const PlannedScenarios& b);

 private:
  std::uint32_t place_of(std::size_t axis, const SweptValue& swept);
  std::vector<std::uint64_t> numbers_;
  std::vector<ResultKey> keys_;
  std::vector<Axis> axes_;
  std::vector<std::map<std::string, std::uint32_t>> known_;  ///< by axis: place of each value's text; looked up only
};

}  // namespace plimsoll
