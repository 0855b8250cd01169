#pragma once
/// What value each key of a combination has: in its table, in that of a market, in a calibrated file, or by default. Internal to the
/// scenario_*.cpp files.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "io/scenario_draft.hpp"
#include "io/scenario_names.hpp"

namespace plimsoll {

/// Keys are named as if there were one market, "latency.feed_us", "market.response"; they are read as the market at hand has them
/// (ScenarioNames::key_of), and faults name them so. Thread rule: one thread.
class TableValues {
 protected:
  TableValues(const KeysInForce& keys, const FlatDocument& document, const std::string& path, const ScenarioNames& names,
              ScenarioFaults& faults)
      : keys_{keys}, names_{names}, faults_{faults}, document_{document}, path_{path} {}

  std::string key_of(const std::string& key) const { return names_.key_of(market_, key, keys_); }
  /// What stands in the scenario wins over a calibrated file; nullptr: the default.
  const KeyInForce* in_force(const std::string& key) const;
  /// Of the value, or of the table where it could stand.
  std::string place(const std::string& key) const;
  /// Of the table, else of that of its market, else of the file.
  std::string place_around(const std::string& table) const;
  void fault(const std::string& code, const std::string& key, const std::string& problem, const std::string& suggestion) {
    faults_.add({code, place(key), key_of(key), problem, suggestion});
  }

  /// Resolves a table: faults are added, values go to `out_` and are returned in the order of the declaration.
  std::vector<ParamValue> read_table(const std::string& table);

  /// Of tables that have been read; nullptr: absent, or a fault.
  const ParamValue* value(const std::string& key) const;
  std::int64_t integer(const std::string& key) const { return value(key) != nullptr ? value(key)->integer : 0; }
  double real(const std::string& key) const { return value(key) != nullptr ? value(key)->real : 0.0; }
  std::string text(const std::string& key) const { return value(key) != nullptr ? value(key)->text : std::string{}; }
  template <class T>
  T choice(const std::string& key, std::initializer_list<const char*> words, std::initializer_list<T> values) const {
    const std::string word = text(key);
    for (std::size_t index = 0; index < words.size(); ++index)
      if (word == words.begin()[index]) return values.begin()[index];
    return values.begin()[0];
  }

  const KeysInForce& keys_;
  const ScenarioNames& names_;
  ScenarioFaults& faults_;
  std::string market_;     ///< table of the market at hand
  KeysInForce from_file_;  ///< what a calibrated file gives of its impact model
  Combination out_;

 private:
  std::string table_place(const std::string& table) const;
  std::optional<GivenValue> scalar_of(const std::string& key, const FlatValue& value);

  const FlatDocument& document_;
  const std::string& path_;
};

}  // namespace plimsoll
