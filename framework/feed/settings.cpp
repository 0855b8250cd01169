#include "feed/settings.hpp"

#include <charconv>

#include "core/comma_list.hpp"
#include "core/contract.hpp"
#include "core/error.hpp"
#include "feed/text_file.hpp"

namespace plimsoll {

namespace {

constexpr std::string_view kInstrumentKeys[] = {"instrument.symbol", "instrument.currency", "instrument.tick", "instrument.lot",
                                                "instrument.multiplier"};
bool is_instrument_key(std::string_view key) {
  for (const std::string_view known : kInstrumentKeys) {
    if (key == known) return true;
  }
  return false;
}

std::optional<double> parse_real(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool finite = value - value == 0;
  if (error != std::errc{} || end != text.data() + text.size() || !finite) return std::nullopt;
  return value;
}

std::string short_number(double value) {
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

void check_range(const FeedSetting& setting, double value, const std::string& text, FaultList& faults) {
  const bool low = setting.min && value < *setting.min;
  const bool high = setting.max && value > *setting.max;
  if (!low && !high) return;
  const std::string rule = low ? " is below the least value " : " is above the largest value ";
  faults.add({"SETTING-RANGE", "", setting.name, text + rule + short_number(low ? *setting.min : *setting.max), ""});
}

void check(const FeedSetting& setting, const std::string& text, FaultList& faults) {
  const auto wrong_type = [&](const char* wanted) {
    faults.add({"SETTING-TYPE", "", setting.name, in_quotes(text) + " is not " + wanted, setting.help});
  };
  switch (setting.type) {
    case SettingType::integer:
      if (const auto value = parse_integer(text)) {
        check_range(setting, static_cast<double>(*value), text, faults);
      } else {
        wrong_type("a whole number");
      }
      break;
    case SettingType::real:
      if (const auto value = parse_real(text)) {
        check_range(setting, *value, text, faults);
      } else {
        wrong_type("a number");
      }
      break;
    case SettingType::date:
      if (!parse_date(text)) wrong_type("a date YYYY-MM-DD");
      break;
    case SettingType::timezone:
      if (!TimeZone::open(text)) {
        faults.add({"SETTING-TIMEZONE", "", setting.name, in_quotes(text) + " is not a time zone this machine knows",
                    "use an IANA name such as America/New_York or UTC; other zones need the package tzdata"});
      }
      break;
    case SettingType::paths:
      if (comma_list(text).empty()) wrong_type("a list of files");
      break;
    case SettingType::text:
    case SettingType::path: break;
  }
}

std::string known_names(const FeedInfo& feed) {
  std::string out = "known keys:";
  for (const FeedSetting& setting : feed.settings) out += " " + setting.name;
  return out;
}

}  // namespace

FeedSettings::FeedSettings(const FeedInfo& feed, const std::map<std::string, std::string>& given) {
  FaultList faults;
  for (const FeedSetting& setting : feed.settings) {
    const auto found = given.find(setting.name);
    const bool present = found != given.end() && !found->second.empty();
    if (!present && setting.required) {
      faults.add({"SETTING-REQUIRED", "", setting.name, "is required by the feed '" + feed.name + "'", setting.help});
    }
    const std::string& text = values_[setting.name] = present ? found->second : setting.default_text;
    if (!text.empty()) check(setting, text, faults);
  }
  for (const auto& [key, text] : given) {
    if (values_.contains(key)) continue;
    if (!is_instrument_key(key)) {
      faults.add({"SETTING-UNKNOWN", "", key, "is not a setting of the feed '" + feed.name + "'", known_names(feed)});
      continue;
    }
    values_[key] = text;
    const bool sized = key != "instrument.symbol" && key != "instrument.currency";
    const auto exact = sized ? parse_decimal(text, key == "instrument.multiplier" ? 0 : 9) : std::optional<std::int64_t>{1};
    if (!exact || *exact <= 0 || text.empty()) {
      faults.add({"SETTING-INSTRUMENT", "", key, in_quotes(text) + " is not usable",
                  key == "instrument.multiplier" ? "a whole number above 0"
                  : sized                        ? "a decimal above 0, exact to 1e-9"
                                                 : "give a name"});
    }
  }
  faults.throw_if_any(ExitCode::bad_scenario);
}

const std::string& FeedSettings::text(const std::string& name) const {
  const auto found = values_.find(name);
  EXPECT(found != values_.end());
  return found->second;
}
std::int64_t FeedSettings::integer(const std::string& name) const {
  const auto value = parse_integer(text(name));
  EXPECT(value.has_value());
  return *value;
}
double FeedSettings::real(const std::string& name) const {
  const auto value = parse_real(text(name));
  EXPECT(value.has_value());
  return *value;
}
CivilDate FeedSettings::date(const std::string& name) const {
  const auto value = parse_date(text(name));
  EXPECT(value.has_value());
  return *value;
}

Instrument FeedSettings::instrument(Instrument own) const {
  for (const auto& [key, text] : values_) {
    if (key == "instrument.symbol") own.symbol = text;
    if (key == "instrument.currency") own.currency = text;
    if (key == "instrument.tick") own.tick_e9 = *parse_decimal(text, 9);
    if (key == "instrument.lot") own.lot_e9 = *parse_decimal(text, 9);
    if (key == "instrument.multiplier") own.multiplier = *parse_decimal(text, 0);
  }
  return own;
}

}  // namespace plimsoll
