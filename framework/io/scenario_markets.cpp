#include "io/scenario_markets.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "experiment/nearest_word.hpp"
#include "io/path_pattern.hpp"
#include "io/scenario_calendar.hpp"
#include "io/scenario_keys.hpp"
#include "io/scenario_values.hpp"

namespace plimsoll {
namespace {

namespace fs = std::filesystem;
using std::chrono::sys_days;

/// `*` stands for any characters, `?` for one; neither for a dot in front, which hides a file.
bool matches(std::string_view name, std::string_view glob) {
  if (name.starts_with('.') && !glob.starts_with('.')) return false;
  std::size_t at = 0, in_glob = 0, star = glob.npos, star_at = 0;
  while (at < name.size()) {
    if (in_glob < glob.size() && glob[in_glob] == '*') {
      star = in_glob++;
      star_at = at;
    } else if (in_glob < glob.size() && (glob[in_glob] == '?' || glob[in_glob] == name[at])) {
      ++in_glob;
      ++at;
    } else if (star != glob.npos) {  // the last star takes one more: giving the earlier ones more would find nothing else
      in_glob = star + 1;
      at = ++star_at;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', in_glob) == glob.npos;
}

const plimsoll_param_info* setting_of(const FeedDeclaration* feed, std::string_view name) {
  if (feed == nullptr) return nullptr;
  for (const plimsoll_param_info& info : feed->settings)
    if (name == info.name) return &info;
  return nullptr;
}

bool is_path(const plimsoll_param_info& info) { return std::string_view{info.unit} == "path" || std::string_view{info.unit} == "paths"; }

/// Reads the keys of the list, once.
class ListReader {
 public:
  ListReader(const KeysInForce& base, const std::vector<SweepAxis>& axes, const std::string& folder, const ScenarioNames& names,
             ScenarioFaults& faults, std::vector<InputError>& missing)
      : base_{base}, axes_{axes}, folder_{folder}, names_{names}, faults_{faults}, missing_{missing} {}

  MarketList read() {
    MarketList list;
    if (names_.markets_have_names()) {
      refuse_lists();
      return list;
    }
    if (find("market.paths") != nullptr) {
      read_paths(list.paths);
      return list;
    }
    list.names_symbols = find("market.symbols") != nullptr;
    list.names_dates = find("market.first_date") != nullptr || find("market.last_date") != nullptr;
    for (const FlatValue* item : texts("market.symbols")) {
      const std::string& symbol = std::get<std::string>(item->value);
      if (symbol.empty() || std::find(list.symbols.begin(), list.symbols.end(), symbol) != list.symbols.end())
        fault("SCENARIO-CONFLICT", item->place, "market.symbols",
              toml_quoted(symbol) + (symbol.empty() ? " is no symbol" : " is named twice"), "name each symbol once");
      list.symbols.push_back(symbol);
    }
    read_dates(list.dates);
    for (const auto& [key, given] : {std::pair{"market.symbol", list.names_symbols}, std::pair{"market.date", list.names_dates},
                                     std::pair{"market.day", list.names_dates}})
      if (given && is_given(key)) fault("SCENARIO-CONFLICT", place(key), key, "is set for each market of the list", "remove it");
    return list;
  }

 private:
  const KeyInForce* find(const std::string& key) const {
    const auto found = base_.find(key);
    return found == base_.end() ? nullptr : &found->second;
  }
  bool is_swept(const std::string& key) const {
    return std::any_of(axes_.begin(), axes_.end(), [&](const SweepAxis& axis) {
      return std::any_of(axis.columns.begin(), axis.columns.end(), [&](const AxisColumn& column) { return column.key == key; });
    });
  }
  bool is_given(const std::string& key) const { return find(key) != nullptr || is_swept(key); }
  std::string place(const std::string& key) const { return find(key) != nullptr ? find(key)->value->place : ""; }
  void fault(const std::string& code, const std::string& where, const std::string& key, const std::string& problem,
             const std::string& suggestion) {
    faults_.add({code, where, key, problem, suggestion});
  }
  std::string resolved(const std::string& key, const std::string& path) const {
    return resolve_path(path, find(key)->from_override ? "." : folder_);
  }
  std::string text(const std::string& key) const {
    const auto* text = find(key) != nullptr ? std::get_if<std::string>(&find(key)->value->value) : nullptr;
    return text != nullptr ? *text : "";
  }

  /// The texts of a list key. That it is a list of texts is checked with the other list keys; here it only must not be empty.
  std::vector<const FlatValue*> texts(const std::string& key) {
    std::vector<const FlatValue*> out;
    if (find(key) == nullptr || !find(key)->value->is_list()) return out;
    const auto& items = std::get<std::vector<FlatValue>>(find(key)->value->value);
    if (items.empty()) fault("SCENARIO-CONFLICT", place(key), key, "is empty", "name at least one");
    for (const FlatValue& item : items)
      if (std::holds_alternative<std::string>(item.value)) out.push_back(&item);
    return out;
  }

  /// A list runs every scenario on each of its markets; several markets are in every scenario.
  void refuse_lists() {
    const std::string& first = names_.markets().front();
    for (const std::string& market : names_.markets())
      for (const char* word : {"paths", "symbols", "first_date", "last_date", "calendar"})
        if (const std::string key = market + "." + word; is_given(key))
          fault("SCENARIO-CONFLICT", place(key), key, "is for a file with one market, that has no name",
                "for many days write [[sweep.zip]] with lists of " + first + ".path and of the others'");
  }

  void read_paths(std::vector<std::string>& paths) {
    for (const char* key : {"market.path", "market.symbols", "market.first_date", "market.last_date", "market.calendar"})
      if (is_given(key))
        fault("SCENARIO-CONFLICT", place("market.paths"), "market.paths", std::string{"excludes "} + key, "keep one of the two");
    if (names_.feed("market") != nullptr && setting_of(names_.feed("market"), "path") == nullptr)
      fault("SCENARIO-CONFLICT", place("market.paths"), "market.paths", "the " + names_.feed("market")->name + " feed reads no file",
            "remove it");
    for (const FlatValue* item : texts("market.paths")) {
      const std::string path = resolved("market.paths", std::get<std::string>(item->value));
      if (path.find_first_of("*?") == path.npos)
        paths.push_back(path);
      else
        add_matching(path, item->place, paths);
    }
    std::sort(paths.begin(), paths.end());
    for (std::size_t index = 1; index < paths.size(); ++index)
      if (paths[index] == paths[index - 1])
        fault("SCENARIO-CONFLICT", place("market.paths"), "market.paths", paths[index] + " is named twice", "name each file once");
  }

  void add_matching(const std::string& pattern, const std::string& where, std::vector<std::string>& paths) {
    const fs::path path{pattern};
    const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
    if (folder.find_first_of("*?") != folder.npos)
      return fault("SCENARIO-CHOICE", where, "market.paths", pattern + " has * or ? in the name of a folder",
                   "they may stand in the name of the file only");
    const std::size_t before = paths.size();
    std::error_code none;  // no folder: no files
    for (const auto& entry : fs::directory_iterator{folder, none})
      if (matches(entry.path().filename().string(), path.filename().string()))
        paths.push_back((path.parent_path() / entry.path().filename()).string());
    if (paths.size() == before)
      missing_.push_back({"DATA-MISSING", where, "market.paths", "no file is named " + pattern, "check the path"});
  }

  std::optional<sys_days> date(const std::string& key) {
    const auto parsed = parse_iso_date(text(key));
    if (!parsed && std::holds_alternative<std::string>(find(key)->value->value))
      fault("SCENARIO-DATE", place(key), key, toml_quoted(text(key)) + " is no date", "write \"YYYY-MM-DD\"");
    return parsed;
  }

  void read_dates(std::vector<sys_days>& dates) {
    const bool first_given = find("market.first_date") != nullptr, last_given = find("market.last_date") != nullptr;
    const auto wants = [&](const char* key, const char* other) {
      fault("SCENARIO-MISSING-KEY", place(other), key, std::string{"is required with "} + word_of(other), "write \"YYYY-MM-DD\"");
    };
    if (find("market.calendar") != nullptr && !first_given && !last_given) return wants("market.first_date", "market.calendar");
    if (first_given && !last_given) wants("market.last_date", "market.first_date");
    if (last_given && !first_given) wants("market.first_date", "market.last_date");
    if (!first_given || !last_given) return;
    const auto first = date("market.first_date"), last = date("market.last_date");
    if (!first || !last) return;
    if (*last < *first) return fault("SCENARIO-DATE", place("market.last_date"), "market.last_date", "is before first_date", "");
    const std::string calendar = text("market.calendar");
    if (is_misspelt(calendar)) return;
    if (calendar.empty() || calendar == "every_day")
      dates = sessions_between(*first, *last, Calendar::every_day);
    else if (calendar == "weekdays")
      dates = sessions_between(*first, *last, Calendar::weekdays);
    else if (calendar != "us_equities")
      dates = sessions_of_file(resolved("market.calendar", calendar), *first, *last);
    else if (*first >= kUsEquitiesFirst)
      dates = sessions_between(*first, *last, Calendar::us_equities);
    else
      return fault("SCENARIO-DATE", place("market.first_date"), "market.first_date", "us_equities knows the days from 2000-01-01 on",
                   "name a file with a date a line as the calendar");
    if (dates.empty() && faults_.all().empty() && missing_.empty())
      fault("SCENARIO-DATE", place("market.first_date"), "market.first_date", "no session lies between first_date and last_date", "");
  }

  /// A word that is neither a calendar nor a file: a path would have a slash or a dot.
  bool is_misspelt(const std::string& calendar) {
    std::error_code none;
    if (calendar.empty() || std::find(calendars_.begin(), calendars_.end(), calendar) != calendars_.end()) return false;
    if (calendar.find_first_of("/.") != calendar.npos || fs::exists(resolved("market.calendar", calendar), none)) return false;
    const std::string nearest = nearest_word(calendar, calendars_);
    fault("SCENARIO-CHOICE", place("market.calendar"), "market.calendar", toml_quoted(calendar) + " is no calendar and no file",
          nearest.empty() ? "name every_day, weekdays, us_equities or a file with a date a line" : "did you mean \"" + nearest + "\"?");
    return true;
  }

  /// One date a line; empty lines and what follows # do not count.
  std::vector<sys_days> sessions_of_file(const std::string& path, sys_days first, sys_days last) {
    std::set<sys_days> days;
    std::error_code error;
    std::ifstream file{path};
    if (!fs::is_regular_file(path, error) || !file) {
      missing_.push_back({"DATA-MISSING", place("market.calendar"), "market.calendar", path + " cannot be read",
                          "name every_day, weekdays, us_equities or a file with a date a line"});
      return {};
    }
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
      ++number;
      line = line.substr(0, line.find('#'));
      line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
      if (line.empty()) continue;
      const auto day = parse_iso_date(line);
      const std::string where = path + ":" + std::to_string(number);
      if (!day)
        fault("SCENARIO-DATE", where, "market.calendar", toml_quoted(line.substr(0, 40)) + " is no date", "write one YYYY-MM-DD a line");
      else if (!days.insert(*day).second)
        fault("SCENARIO-DATE", where, "market.calendar", line + " stands twice", "");
    }
    return {days.lower_bound(first), days.upper_bound(last)};
  }

  const std::vector<std::string> calendars_ = {"every_day", "weekdays", "us_equities"};
  const KeysInForce& base_;
  const std::vector<SweepAxis>& axes_;
  const std::string& folder_;
  const ScenarioNames& names_;
  ScenarioFaults& faults_;
  std::vector<InputError>& missing_;
};

}  // namespace

std::size_t MarketList::size() const {
  return std::max<std::size_t>(paths.size(), 1) * std::max<std::size_t>(symbols.size(), 1) * std::max<std::size_t>(dates.size(), 1);
}

MarketList read_market_list(const KeysInForce& base, const std::vector<SweepAxis>& axes, const std::string& folder,
                            const ScenarioNames& names, ScenarioFaults& faults, std::vector<InputError>& missing) {
  return ListReader{base, axes, folder, names, faults, missing}.read();
}

void check_market_pattern(const MarketSource& market, const MarketList& list, const ScenarioNames& names, ScenarioFaults& faults) {
  bool symbol_used = setting_of(names.feed("market"), "symbol") != nullptr, date_used = setting_of(names.feed("market"), "date") != nullptr;
  const auto fault = [&](const std::string& code, const std::string& key, const std::string& problem, const std::string& suggestion) {
    faults.add({code, market.place, key, problem, suggestion});
  };
  for (const auto& [name, value] : market.settings) {
    const plimsoll_param_info* info = setting_of(names.feed("market"), name);
    if (info == nullptr || !is_path(*info)) continue;
    const bool symbol = names_symbol(value), date = names_date(value);
    symbol_used = symbol_used || symbol;
    date_used = date_used || date;
    if (symbol && !list.names_symbols)
      fault("SCENARIO-MISSING-KEY", "market.symbols", "is required: market." + name + " holds {symbol}", "write symbols = [\"AAPL\"]");
    if (date && !list.names_dates)
      fault("SCENARIO-MISSING-KEY", "market.first_date", "is required: market." + name + " holds a date",
            "write first_date, last_date and calendar");
    if (const std::string word = unknown_placeholder(value); !word.empty() && (list.names_symbols || list.names_dates))
      fault("SCENARIO-CHOICE", "market." + name, word + " is no placeholder", "there are {symbol}, {date}, {yyyymmdd} and {mmddyyyy}");
  }
  const auto unused = [&](const std::string& key, const std::string& placeholder) {
    fault("SCENARIO-CONFLICT", key, "every one of them would read the same data", "write " + placeholder + " into market.path");
  };
  if (list.names_symbols && !symbol_used) unused("market.symbols", "{symbol}");
  if (list.names_dates && !date_used) unused("market.first_date", "{date}");
}

MarketSource market_of_list(const MarketSource& market, const MarketList& list, std::size_t index, const ScenarioNames& names) {
  MarketSource out = market;
  if (names.markets_have_names()) return out;
  if (!list.paths.empty()) {
    out.settings["path"] = list.paths[index];
    return out;
  }
  const std::size_t symbols = std::max<std::size_t>(list.symbols.size(), 1);
  std::optional<std::string> symbol, date;
  if (!list.symbols.empty()) symbol = list.symbols[index % symbols];
  if (!list.dates.empty()) date = iso_date(list.dates[index / symbols]);
  for (auto& [name, value] : out.settings)
    if (const plimsoll_param_info* info = setting_of(names.feed("market"), name); info != nullptr && is_path(*info))
      value = fill_pattern(value, symbol, date);
  if (symbol && setting_of(names.feed("market"), "symbol") != nullptr) out.settings["symbol"] = *symbol;
  if (!date) return out;
  if (setting_of(names.feed("market"), "date") != nullptr) out.settings["date"] = *date;
  if (setting_of(names.feed("market"), "day") != nullptr)
    out.settings["day"] = std::to_string(list.dates[index / symbols].time_since_epoch().count());
  return out;
}

}  // namespace plimsoll
