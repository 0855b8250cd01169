#pragma once
/// TOML text as a flat list of dotted keys with places: the shape in which --set, sweeps and checks are all the same thing.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/error.hpp"

namespace plimsoll {

inline constexpr std::size_t kScenarioBytesMax = 1 << 20;
inline constexpr int kScenarioDepthMax = 64;

/// A TOML date or time: no key takes one, but the message should say what it was.
struct TomlMoment {
  std::string text;
};

struct FlatValue {
  std::variant<bool, std::int64_t, double, std::string, TomlMoment, std::vector<FlatValue>> value;
  std::string place;  ///< file:line:column

  bool is_list() const { return std::holds_alternative<std::vector<FlatValue>>(value); }
};

struct FlatSetting {
  std::string key;  ///< dotted; an element of an array of tables is "name[0]"
  std::string key_place;
  FlatValue value;
  std::uint64_t position = 0;  ///< of the key: line << 32 | column
};

struct FlatTable {
  std::string key;
  std::string place;
  std::uint64_t position = 0;  ///< as of a setting
};

struct FlatDocument {
  std::vector<FlatSetting> settings;  ///< by position
  std::vector<FlatTable> tables;      ///< by name, elements of an array in their order; also the empty ones

  const FlatSetting* find(std::string_view key) const;
  /// Where the table stands; "" when it does not.
  std::string table_place(std::string_view key) const;
};

/// Size, encoding and depth are checked before the parser sees the text: toml++ 3.3 ends the process on a dotted key of 200,000 parts.
/// Faults go to `errors`; what could be read is returned. A key given twice does not hide the faults after it.
FlatDocument parse_flat_document(const std::string& name, std::string_view text, std::vector<InputError>& errors);

/// One TOML value, e.g. of an option: a list of settings "key", or "key.x" for an inline table. Not TOML: empty.
std::vector<FlatSetting> parse_flat_value(const std::string& key, const std::string& place, const std::string& text);

/// "integer", "text", "list" ...: what a value is, for messages.
std::string type_text(const FlatValue& value);

}  // namespace plimsoll
