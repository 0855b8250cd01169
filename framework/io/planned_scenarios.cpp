#include "io/planned_scenarios.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "core/contract.hpp"

namespace plimsoll {

namespace {

constexpr std::size_t kKeyDigits = 32, kHalf = kKeyDigits / 2;
/// More values than [experiment] seeds may have: on such an axis nearly every scenario has one of its own.
constexpr std::size_t kValuesKnown = 100'000;

std::optional<std::uint64_t> half_key(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char digit : digits) {
    const bool is_number = digit >= '0' && digit <= '9';
    if (!is_number && !(digit >= 'a' && digit <= 'f')) return std::nullopt;
    value = value << 4 | static_cast<std::uint64_t>(is_number ? digit - '0' : digit - 'a' + 10);
  }
  return value;
}

void append_half(std::string& text, std::uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[value >> shift & 15];
}

}  // namespace

std::optional<ResultKey> ResultKey::parse(std::string_view text) {
  if (text.size() != kKeyDigits) return std::nullopt;
  const auto high = half_key(text.substr(0, kHalf)), low = half_key(text.substr(kHalf));
  if (!high || !low) return std::nullopt;
  return ResultKey{*high, *low};
}

std::string ResultKey::text() const {
  std::string text;
  append_half(text, high);
  append_half(text, low);
  return text;
}

bool operator==(const ScenarioKey& a, const ScenarioKey& b) {
  const auto same = [](const SweptValue& x, const SweptValue& y) { return x.key == y.key && swept_text(x) == swept_text(y); };
  return a.scenario == b.scenario && a.key == b.key && std::equal(a.swept.begin(), a.swept.end(), b.swept.begin(), b.swept.end(), same);
}

std::string swept_text(const SweptValue& swept) {
  char digits[64];
  if (const auto* integer = std::get_if<std::int64_t>(&swept.value)) return "i " + std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&swept.value)) {
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, *real);  // shortest text that reads back to the same bits
    EXPECT(error == std::errc{});
    return "r " + std::string(digits, end);
  }
  return "t " + std::get<std::string>(swept.value);
}

SweptValue swept_value(const std::string& key, const std::string& text) {
  const std::string kind = text.substr(0, 2), value = text.size() > 2 ? text.substr(2) : "";
  const auto number = [&](auto result) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (error != std::errc{} || end != value.data() + value.size()) throw std::invalid_argument{"swept value '" + text + "' is no number"};
    return result;
  };
  if (kind == "i ") return {key, number(std::int64_t{0})};
  if (kind == "r ") return {key, number(0.0)};
  if (kind == "t ") return {key, value};
  throw std::invalid_argument{"swept value '" + text + "' is of no known kind"};
}

PlannedScenarios::PlannedScenarios(const std::vector<ScenarioKey>& rows) {
  reserve(rows.size());
  for (const ScenarioKey& row : rows) add(row.scenario, row.key, row.swept);
}

void PlannedScenarios::reserve(std::size_t scenarios) {
  numbers_.reserve(scenarios);
  keys_.reserve(scenarios);
}

void PlannedScenarios::add(std::uint64_t scenario, std::string_view key, std::span<const SweptValue> swept) {
  const auto parsed = ResultKey::parse(key);
  EXPECT(parsed.has_value());
  EXPECT(numbers_.empty() || numbers_.back() < scenario);
  if (numbers_.empty()) {
    for (const SweptValue& each : swept) axes_.push_back({each.key, {}, {}});
    known_.resize(axes_.size());
  }
  EXPECT(swept.size() == axes_.size() && known_.size() == axes_.size());
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    EXPECT(swept[axis].key == axes_[axis].key);
    axes_[axis].place.push_back(place_of(axis, swept[axis]));
  }
  numbers_.push_back(scenario);
  keys_.push_back(*parsed);
}

std::uint32_t PlannedScenarios::place_of(std::size_t axis, const SweptValue& swept) {
  std::vector<Value>& values = axes_[axis].values;
  const auto fresh = static_cast<std::uint32_t>(values.size());
  if (values.size() < kValuesKnown) {
    const auto [known, is_new] = known_[axis].try_emplace(swept_text(swept), fresh);
    if (!is_new) return known->second;
  } else if (const auto known = known_[axis].find(swept_text(swept)); known != known_[axis].end()) {
    return known->second;
  }
  values.push_back(swept.value);
  return fresh;
}

void PlannedScenarios::complete() {
  known_ = {};
  for (Axis& axis : axes_) axis.values.shrink_to_fit();
}

ScenarioKey PlannedScenarios::operator[](std::size_t index) const {
  ScenarioKey row{numbers_[index], keys_[index].text(), {}};
  for (const Axis& axis : axes_) row.swept.push_back({axis.key, axis.values[axis.place[index]]});
  return row;
}

bool operator==(const PlannedScenarios& a, const PlannedScenarios& b) {
  if (a.numbers_ != b.numbers_ || a.keys_ != b.keys_) return false;
  for (std::size_t index = 0; index < a.size(); ++index)
    if (!(a[index] == b[index])) return false;
  return true;
}

}  // namespace plimsoll
