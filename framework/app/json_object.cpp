#include "app/json_object.hpp"

#include <nlohmann/json.hpp>

namespace plimsoll {
namespace {

template <class Value>
std::string dumped(const Value& value) {
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

JsonObject& JsonObject::add(std::string_view key, std::string_view text) { return add_json(key, dumped(text)); }
JsonObject& JsonObject::add(std::string_view key, double number) { return add_json(key, dumped(number)); }
JsonObject& JsonObject::add(std::string_view key, const std::vector<std::string>& texts) { return add_json(key, dumped(texts)); }

JsonObject& JsonObject::add(std::string_view key, const std::vector<JsonObject>& objects) {
  std::string list;
  for (const JsonObject& object : objects) list += (list.empty() ? "" : ",") + object.text();
  return add_json(key, "[" + list + "]");
}

JsonObject& JsonObject::add_json(std::string_view key, std::string_view json) {
  if (!fields_.empty()) fields_ += ',';
  fields_ += dumped(key);
  fields_ += ':';
  fields_ += json;
  return *this;
}

std::string json_line(std::string_view kind, const JsonObject& object) { return JsonObject{}.add(kind, object).text() + "\n"; }

}  // namespace plimsoll
