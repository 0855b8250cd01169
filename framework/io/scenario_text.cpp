#include "io/scenario_text.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include <toml++/toml.h>

#include "io/scenario_guard.hpp"

namespace plimsoll {
namespace {

constexpr std::string_view kSetAside = "a header given twice, no. ";
constexpr int kDuplicatesMax = 50;

std::uint64_t in_order(const toml::source_position& position) { return std::uint64_t{position.line} << 32 | position.column; }

std::string place_of(const std::string& name, const toml::source_position& position) {
  return name + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

/// A key as one line of a message can show it.
std::string printable(std::string_view key) {
  std::string out{key};
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return out;
}

/// A date or time, printed back as TOML.
template <class T>
TomlMoment moment(const toml::value<T>& value) {
  std::ostringstream text;
  text << value;
  return {text.str()};
}

/// Turns toml++ nodes into the flat list. Depth is bounded by the guard, so recursion is safe.
class Flattener {
 public:
  Flattener(std::string name, FlatDocument& out) : name_{std::move(name)}, out_{out} {}

  void table(const std::string& prefix, const toml::table& table) {
    for (const auto& [key, node] : table) {
      const std::string word = printable(key.str());
      if (prefix.empty() && word.starts_with(kSetAside)) continue;
      entry(prefix.empty() ? word : prefix + "." + word, key.source().begin, node);
    }
  }

 private:
  void entry(const std::string& key, const toml::source_position& position, const toml::node& node) {
    if (const toml::table* inner = node.as_table()) {
      out_.tables.push_back({key, place_of(name_, position), in_order(position)});
      table(key, *inner);
      return;
    }
    const toml::array* array = node.as_array();
    if (array != nullptr && !array->empty() && array->is_homogeneous<toml::table>()) {
      for (std::size_t index = 0; index < array->size(); ++index) {
        const std::string element = key + "[" + std::to_string(index) + "]";
        const auto begin = (*array)[index].source().begin;
        out_.tables.push_back({element, place_of(name_, begin), in_order(begin)});
        table(element, *(*array)[index].as_table());
      }
      return;
    }
    out_.settings.push_back({key, place_of(name_, position), value(node), in_order(position)});
  }

  FlatValue value(const toml::node& node) const {
    FlatValue out;
    out.place = place_of(name_, node.source().begin);
    if (const auto* boolean = node.as_boolean()) out.value = boolean->get();
    if (const auto* integer = node.as_integer()) out.value = integer->get();
    if (const auto* real = node.as_floating_point()) out.value = real->get();
    if (const auto* text = node.as_string()) out.value = text->get();
    if (const auto* date = node.as_date()) out.value = moment(*date);
    if (const auto* time = node.as_time()) out.value = moment(*time);
    if (const auto* date_time = node.as_date_time()) out.value = moment(*date_time);
    if (node.is_table()) out.value = TomlMoment{"a table"};
    if (const auto* array = node.as_array()) {
      std::vector<FlatValue> items;
      for (const toml::node& item : *array) items.push_back(value(item));
      out.value = std::move(items);
    }
    return out;
  }

  std::string name_;
  FlatDocument& out_;
};

struct Line {
  std::size_t begin, end;
};
std::optional<Line> line_at(const std::string& text, std::uint32_t number) {
  std::size_t begin = 0;
  for (std::uint32_t line = 1; line < number; ++line) {
    begin = text.find('\n', begin);
    if (begin == std::string::npos) return std::nullopt;
    ++begin;
  }
  return Line{begin, std::min(text.find('\n', begin), text.size())};
}

/// The place of the second key: toml++ points behind its value, the reader wants the start of the line's words.
std::string first_word_place(const std::string& name, const std::string& text, const Line& line, std::uint32_t number) {
  const std::size_t word = text.find_first_not_of(" \t", line.begin);
  return name + ":" + std::to_string(number) + ":" + std::to_string(word - line.begin + 1);
}

/// The key as it stands on a line: up to "=", or inside the brackets of a header.
std::string key_on_line(std::string line) {
  line = line.substr(std::min(line.find_first_not_of(" \t["), line.size()));
  line = line.substr(0, line.find_first_of("=]#"));
  return line.substr(0, line.find_last_not_of(" \t\r") + 1);
}

/// Takes the line with the second definition out of the text, so that the rest can still be checked. Returns false when that cannot be done
/// by line (the definition began on an earlier one).
bool set_aside_duplicate(std::string& text, const Line& line, int number) {
  const std::string content = text.substr(line.begin, line.end - line.begin);
  const std::size_t word = content.find_first_not_of(" \t");
  if (word == std::string::npos) return false;
  if (content[word] == '[') {
    text.replace(line.begin, line.end - line.begin, "[\"" + std::string{kSetAside} + std::to_string(number) + "\"]");
    return true;
  }
  if (content.find('=') == std::string::npos) return false;
  text[line.begin + word] = '#';
  return true;
}

InputError duplicate_or_syntax(const std::string& name, const std::string& text, const toml::parse_error& error, bool& duplicate) {
  const std::string description{error.description()};
  const auto position = error.source().begin;
  duplicate = description.find("cannot redefine") != std::string::npos;
  if (!duplicate) return {"SCENARIO-SYNTAX", place_of(name, position), "", description, ""};
  const std::optional<Line> line = line_at(text, position.line);
  if (!line) return {"SCENARIO-DUPLICATE-KEY", place_of(name, position), "", description, ""};
  return {"SCENARIO-DUPLICATE-KEY", first_word_place(name, text, *line, position.line),
          key_on_line(text.substr(line->begin, line->end - line->begin)), "is given twice", "remove one of the two"};
}

}  // namespace

const FlatSetting* FlatDocument::find(std::string_view key) const {
  for (const FlatSetting& setting : settings)
    if (setting.key == key) return &setting;
  return nullptr;
}

std::string FlatDocument::table_place(std::string_view key) const {
  for (const FlatTable& table : tables)
    if (table.key == key) return table.place;
  return "";
}

FlatDocument parse_flat_document(const std::string& name, std::string_view given, std::vector<InputError>& errors) {
  FlatDocument document;
  if (const auto fault = find_hostile_text(name, given)) {
    errors.push_back(*fault);
    return document;
  }
  std::string text{given};
  for (int duplicates = 0; duplicates <= kDuplicatesMax; ++duplicates) {
    try {
      Flattener{name, document}.table("", toml::parse(std::string_view{text}));
      break;
    } catch (const toml::parse_error& error) {
      bool duplicate = false;
      errors.push_back(duplicate_or_syntax(name, text, error, duplicate));
      const std::optional<Line> line = line_at(text, error.source().begin.line);
      if (!duplicate || !line || !set_aside_duplicate(text, *line, duplicates)) break;
    }
  }
  // toml++ sorts by name; sweeps go by the order in the file.
  std::stable_sort(document.settings.begin(), document.settings.end(),
                   [](const FlatSetting& a, const FlatSetting& b) { return a.position < b.position; });
  // "a.b" quoted and a.b dotted are the same flat key; TOML itself tells them apart.
  std::map<std::string, std::string> first_place;
  std::erase_if(document.settings, [&](const FlatSetting& setting) {
    const auto [first, fresh] = first_place.emplace(setting.key, setting.key_place);
    if (!fresh)
      errors.push_back({"SCENARIO-DUPLICATE-KEY", setting.key_place, setting.key, "is given twice", "the first is at " + first->second});
    return !fresh;
  });
  return document;
}

std::vector<FlatSetting> parse_flat_value(const std::string& key, const std::string& place, const std::string& text) {
  FlatDocument document;
  const std::string line = "v = " + text + "\n";
  if (find_hostile_text(place, line)) return {};
  try {
    Flattener{place, document}.table("", toml::parse(std::string_view{line}));
  } catch (const toml::parse_error&) {
    return {};
  }
  if (document.settings.empty() || document.find("v") != &document.settings.front()) {
    for (const FlatSetting& setting : document.settings)
      if (!setting.key.starts_with("v.")) return {};
  }
  for (FlatSetting& setting : document.settings) {
    setting.key = key + setting.key.substr(1);
    setting.key_place = place;
    setting.value.place = place;
    if (auto* items = std::get_if<std::vector<FlatValue>>(&setting.value.value))
      for (FlatValue& item : *items) item.place = place;
  }
  return document.settings;
}

std::string type_text(const FlatValue& value) {
  static constexpr const char* kNames[] = {"a boolean", "an integer", "a real number", "a text", "", "a list"};
  if (const auto* moment = std::get_if<TomlMoment>(&value.value)) return moment->text == "a table" ? "a table" : "a TOML date or time";
  return kNames[value.value.index()];
}

}  // namespace plimsoll
