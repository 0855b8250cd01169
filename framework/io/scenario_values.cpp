#include "io/scenario_values.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace plimsoll {

std::string real_text(double value) {
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string out{buffer.data(), end};
  if (std::isfinite(value) && out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

std::string toml_quoted(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string toml_text(const ParamValue& value) {
  switch (value.type) {
    case PLIMSOLL_BOOLEAN: return value.integer != 0 ? "true" : "false";
    case PLIMSOLL_INTEGER: return std::to_string(value.integer);
    case PLIMSOLL_REAL: return real_text(value.real);
    case PLIMSOLL_REALS: {
      std::string out = "[";
      for (const double number : value.reals) out += (out.size() > 1 ? ", " : "") + real_text(number);
      return out + "]";
    }
    default: return toml_quoted(value.text);
  }
}

std::string toml_text(const FlatValue& value) {
  if (const auto* boolean = std::get_if<bool>(&value.value)) return *boolean ? "true" : "false";
  if (const auto* integer = std::get_if<std::int64_t>(&value.value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value.value)) return real_text(*real);
  if (const auto* text = std::get_if<std::string>(&value.value)) return toml_quoted(*text);
  if (const auto* moment = std::get_if<TomlMoment>(&value.value)) return moment->text;
  std::string out = "[";
  for (const FlatValue& item : std::get<std::vector<FlatValue>>(value.value)) out += (out.size() > 1 ? ", " : "") + toml_text(item);
  return out + "]";
}

std::optional<std::vector<double>> numbers_in(const FlatValue& value) {
  const auto* list = std::get_if<std::vector<FlatValue>>(&value.value);
  if (list == nullptr) return std::nullopt;
  std::vector<double> out;
  for (const FlatValue& item : *list) {
    if (const auto* integer = std::get_if<std::int64_t>(&item.value)) {
      out.push_back(static_cast<double>(*integer));
    } else if (const auto* real = std::get_if<double>(&item.value)) {
      out.push_back(*real);
    } else if (const auto row = numbers_in(item)) {
      out.insert(out.end(), row->begin(), row->end());
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::optional<std::int64_t> exact_e9(double value) {
  const double scaled = value * 1e9;
  if (!(std::fabs(scaled) < 9e18)) return std::nullopt;
  const double whole = std::floor(scaled + 0.5);
  // A decimal of the file is off by at most half a unit in the last place of the double, plus one from the product.
  if (std::fabs(scaled - whole) > std::fabs(scaled) * 4.5e-16) return std::nullopt;
  return static_cast<std::int64_t>(whole);
}

Duration duration_of(double value, Duration unit) { return static_cast<Duration>(std::floor(value * static_cast<double>(unit) + 0.5)); }

std::optional<Duration> parse_clock(std::string_view text) {
  const auto digits = [&](std::size_t at) -> int {
    const auto is_digit = [&](std::size_t index) { return text[index] >= '0' && text[index] <= '9'; };
    return is_digit(at) && is_digit(at + 1) ? (text[at] - '0') * 10 + (text[at + 1] - '0') : -1;
  };
  if (text.size() < 8 || text.size() > 18 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const int hours = digits(0), minutes = digits(3), seconds = digits(6);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) return std::nullopt;
  Duration fraction = 0;
  if (text.size() > 8) {
    if (text[8] != '.' || text.size() == 9) return std::nullopt;
    Duration unit = kSecond;
    for (const char c : text.substr(9)) {
      if (c < '0' || c > '9') return std::nullopt;
      unit /= 10;
      fraction += (c - '0') * unit;
    }
  }
  return ((hours * 60 + minutes) * Duration{60} + seconds) * kSecond + fraction;
}

std::string clock_text(Duration since_midnight) {
  const auto two = [](Duration number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  const Duration seconds = since_midnight / kSecond;
  std::string out = two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
  if (const Duration fraction = since_midnight % kSecond; fraction != 0) {
    std::string digits = std::to_string(kSecond + fraction);
    digits[0] = '.';
    out += digits.substr(0, digits.find_last_not_of('0') + 1);
  }
  return out;
}

}  // namespace plimsoll
