// What a declared parameter allows, and how given values become resolved ones.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/contract.hpp"
#include "experiment/nearest_word.hpp"
#include "experiment/plugin_params.hpp"
#include "experiment/plugin_registry.hpp"

namespace plimsoll {

namespace {

const char* type_name(std::uint32_t type) {
  switch (type) {
    case PLIMSOLL_INTEGER: return "an integer";
    case PLIMSOLL_REAL: return "a number";
    case PLIMSOLL_TEXT: return "a text";
    case PLIMSOLL_REALS: return "a list of numbers";
    default: return "true or false";
  }
}

std::string shown(double number) {
  char digits[64];
  return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

std::string shown(const std::vector<double>& numbers) {
  std::string out = "[";
  for (const double number : numbers) out += (out.size() > 1 ? ", " : "") + shown(number);
  return out + "]";
}

std::string shown(const GivenValue& value) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&value)) return shown(*numbers);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return shown(*real);
  return '"' + std::get<std::string>(value) + '"';
}

std::vector<std::string> choices_of(const plimsoll_param_info& info) {
  std::vector<std::string> out;
  if (info.choices == nullptr) return out;
  const std::string_view all = info.choices;
  for (std::size_t from = 0; from <= all.size();) {
    const std::size_t to = std::min(all.find('|', from), all.size());
    out.emplace_back(all.substr(from, to - from));
    from = to + 1;
  }
  return out;
}

/// The value as one of this type, or nothing when it is of another.
std::optional<ParamValue> typed(const plimsoll_param_info& info, const GivenValue& value) {
  ParamValue out;
  out.name = info.name;
  out.type = info.type;
  const auto* integer = std::get_if<std::int64_t>(&value);
  const auto* real = std::get_if<double>(&value);
  switch (info.type) {
    case PLIMSOLL_INTEGER:
      if (integer == nullptr) return std::nullopt;
      out.integer = *integer;
      out.real = static_cast<double>(*integer);
      return out;
    case PLIMSOLL_REAL:
      if (integer == nullptr && real == nullptr) return std::nullopt;
      out.real = integer != nullptr ? static_cast<double>(*integer) : *real;
      return out;
    case PLIMSOLL_TEXT:
      if (!std::holds_alternative<std::string>(value)) return std::nullopt;
      out.text = std::get<std::string>(value);
      return out;
    case PLIMSOLL_REALS:
      if (!std::holds_alternative<std::vector<double>>(value)) return std::nullopt;
      out.reals = std::get<std::vector<double>>(value);
      return out;
    default:
      if (!std::holds_alternative<bool>(value)) return std::nullopt;
      out.integer = std::get<bool>(value) ? 1 : 0;
      return out;
  }
}

bool in_range(const plimsoll_param_info& info, double number) {
  const bool above = info.minimum_excluded != 0 ? number > info.minimum : number >= info.minimum;
  const bool below = info.maximum_excluded != 0 ? number < info.maximum : number <= info.maximum;
  return std::isfinite(number) && above && below;
}

/// The rule a value of the right type breaks, if any.
std::optional<ParamFault> broken_rule(const plimsoll_param_info& info, const ParamValue& value, const std::string& as_given) {
  if (info.type == PLIMSOLL_TEXT) {
    const std::vector<std::string> choices = choices_of(info);
    if (choices.empty() || std::find(choices.begin(), choices.end(), value.text) != choices.end()) return std::nullopt;
    const std::string nearest = nearest_word(value.text, choices);
    return ParamFault{"SCENARIO-CHOICE", as_given + " is not " + rule_text(info),
                      nearest.empty() ? "" : "did you mean \"" + nearest + "\"?"};
  }
  if (info.type == PLIMSOLL_REALS) {
    for (const double number : value.reals)
      if (!in_range(info, number)) return ParamFault{"SCENARIO-RANGE", "its entry " + shown(number) + " is outside " + rule_text(info), ""};
    return std::nullopt;
  }
  if (info.type == PLIMSOLL_BOOLEAN || in_range(info, value.real)) return std::nullopt;
  if (!std::isfinite(value.real)) return ParamFault{"SCENARIO-RANGE", as_given + " is not a finite number", ""};
  return ParamFault{"SCENARIO-RANGE", as_given + " is outside " + rule_text(info), ""};
}

template <class Number>
std::optional<Number> parsed(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());  // TOML's digit separator
  const char* begin = text.c_str();
  if (*begin == '+') ++begin;
  Number number{};
  const auto [end, error] = std::from_chars(begin, text.c_str() + text.size(), number);
  if (error != std::errc{} || end != text.c_str() + text.size()) return std::nullopt;
  return number;
}

/// "[1, 2.5]" -> its numbers; "" -> none.
std::optional<std::vector<double>> parsed_list(const std::string& text) {
  if (text.empty()) return std::vector<double>{};
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return std::nullopt;
  std::vector<double> out;
  for (std::size_t from = 1; from + 1 < text.size();) {
    const std::size_t to = std::min(text.find(',', from), text.size() - 1);
    const std::size_t first = text.find_first_not_of(' ', from);
    const std::size_t last = text.find_last_not_of(' ', to - 1);
    const auto number = first < to ? parsed<double>(text.substr(first, last + 1 - first)) : std::nullopt;
    if (!number) return std::nullopt;
    out.push_back(*number);
    from = to + 1;
  }
  return out;
}

}  // namespace

std::optional<GivenValue> value_from_text(const plimsoll_param_info& info, const std::string& text) {
  if (info.type == PLIMSOLL_REALS) {
    if (auto list = parsed_list(text)) return GivenValue{std::move(*list)};
    return std::nullopt;
  }
  if (info.type == PLIMSOLL_TEXT) return GivenValue{text};
  if (info.type == PLIMSOLL_BOOLEAN) {
    if (text != "true" && text != "false") return std::nullopt;
    return GivenValue{text == "true"};
  }
  if (const auto integer = parsed<std::int64_t>(text)) return GivenValue{*integer};
  if (const auto real = parsed<double>(text)) return GivenValue{*real};
  return std::nullopt;
}

std::variant<ParamValue, ParamFault> resolve_param(const plimsoll_param_info& info, const GivenValue& given) {
  const std::optional<ParamValue> value = typed(info, given);
  const auto* real = std::get_if<double>(&given);
  if (!value && info.type == PLIMSOLL_INTEGER && real != nullptr && std::trunc(*real) == *real &&
      std::abs(*real) < 0x1p53)  // 1e3 is shown as 1000
    return ParamFault{"SCENARIO-TYPE", shown(given) + " is written as a real number, not as an integer", "leave out point and exponent"};
  if (!value) return ParamFault{"SCENARIO-TYPE", shown(given) + " is not " + type_name(info.type), ""};
  if (const auto fault = broken_rule(info, *value, shown(given))) return *fault;
  return *value;
}

std::variant<ParamValue, ParamFault> default_param(const plimsoll_param_info& info) {
  const std::optional<GivenValue> value = value_from_text(info, info.default_text);
  if (!value) return ParamFault{"SCENARIO-TYPE", '"' + std::string{info.default_text} + "\" is not " + type_name(info.type), ""};
  return resolve_param(info, *value);
}

const plimsoll_param_info& param_info_at(const plimsoll_param_info* infos, std::uint32_t index) {
  const auto* bytes = reinterpret_cast<const char*>(infos);
  return *reinterpret_cast<const plimsoll_param_info*>(bytes + std::size_t{index} * infos->size);
}

std::string rule_text(const plimsoll_param_info& info) {
  if (info.type == PLIMSOLL_TEXT) {
    std::string out;
    for (const std::string& choice : choices_of(info)) out += (out.empty() ? "one of " : ", ") + choice;
    return out;
  }
  const bool bounded_below = std::isfinite(info.minimum);
  const bool bounded_above = std::isfinite(info.maximum);
  if (info.type == PLIMSOLL_BOOLEAN || (!bounded_below && !bounded_above)) return "";
  return (bounded_below ? (info.minimum_excluded != 0 ? "(" : "[") + shown(info.minimum) : "(...") + ", " +
         (bounded_above ? shown(info.maximum) + (info.maximum_excluded != 0 ? ")" : "]") : "...)");
}

ResolvedParams resolve_params(const plimsoll_param_info* infos, std::uint32_t count, const std::vector<GivenParam>& given,
                              const std::string& table, const std::string& table_place) {
  ResolvedParams out;
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i) names.emplace_back(param_info_at(infos, i).name);
  const auto field = [&](const std::string& key) { return table.empty() ? key : table + '.' + key; };

  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto first = std::find_if(given.begin(), given.end(), [&](const GivenParam& other) { return other.name == given[i].name; });
    if (first != given.begin() + static_cast<std::ptrdiff_t>(i)) {
      out.errors.push_back(
          {"SCENARIO-DUPLICATE-KEY", given[i].place, field(given[i].name), "is given twice", "the first is at " + first->place});
      continue;
    }
    if (std::find(names.begin(), names.end(), given[i].name) != names.end()) continue;
    const std::string nearest = nearest_word(given[i].name, names);
    out.errors.push_back({"SCENARIO-UNKNOWN-KEY", given[i].place, field(given[i].name), "is not a known key",
                          nearest.empty() ? "" : "did you mean " + nearest + "?"});
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const plimsoll_param_info& info = param_info_at(infos, i);
    const auto found = std::find_if(given.begin(), given.end(), [&](const GivenParam& param) { return param.name == names[i]; });
    ParamValue& value = out.values.emplace_back();
    value.name = names[i];
    if (found == given.end() && info.default_text == nullptr) {
      out.errors.push_back({"SCENARIO-MISSING-KEY", table_place, field(names[i]), "is required", info.help});
      continue;
    }
    if (found == given.end() && info.default_text[0] == '\0') {  // may be absent, and is
      if (info.type == PLIMSOLL_TEXT || info.type == PLIMSOLL_REALS) value.type = info.type;
      continue;
    }
    const auto resolved = found != given.end() ? resolve_param(info, found->value) : default_param(info);
    if (const auto* fault = std::get_if<ParamFault>(&resolved)) {
      EXPECT(found != given.end());  // a table is checked when it is loaded: its defaults keep its own rules
      out.errors.push_back({fault->code, found->place, field(names[i]), fault->problem, fault->suggestion});
    } else {
      value = std::get<ParamValue>(resolved);
    }
  }
  return out;
}

}  // namespace plimsoll
