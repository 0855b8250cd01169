#pragma once
/// One JSON object as text, field by field in the order they are added: what JSON lines are made of, without the weight of a JSON library
/// in every file that writes one.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

/// Thread rule: values.
class JsonObject {
 public:
  JsonObject& add(std::string_view key, std::string_view text);
  JsonObject& add(std::string_view key, const char* text) { return add(key, std::string_view{text}); }
  /// NaN and infinities are null.
  JsonObject& add(std::string_view key, double number);
  JsonObject& add(std::string_view key, bool flag) { return add_json(key, flag ? "true" : "false"); }
  template <std::integral Integer>
  JsonObject& add(std::string_view key, Integer number) {
    return add_json(key, std::to_string(number));
  }
  JsonObject& add(std::string_view key, const std::vector<std::string>& texts);
  JsonObject& add(std::string_view key, const JsonObject& object) { return add_json(key, object.text()); }
  JsonObject& add(std::string_view key, const std::vector<JsonObject>& objects);
  /// `json` is written as it is.
  JsonObject& add_json(std::string_view key, std::string_view json);

  std::string text() const { return "{" + fields_ + "}"; }

 private:
  std::string fields_;
};

/// {"kind":{...}} and the end of the line.
std::string json_line(std::string_view kind, const JsonObject& object);

}  // namespace plimsoll
