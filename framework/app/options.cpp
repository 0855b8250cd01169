#include "app/options.hpp"

#include <unistd.h>

#include <boost/program_options.hpp>
#include <charconv>
#include <iostream>
#include <sstream>

#include "app/console.hpp"
#include "experiment/nearest_word.hpp"
#include "io/path_pattern.hpp"

namespace plimsoll {
namespace po = boost::program_options;
namespace {

/// Line by line, within the terminal.
std::string wrapped_lines(const std::string& text, std::size_t columns) {
  std::string out;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) out += wrapped(line, columns, 0) + "\n";
  return out;
}

}  // namespace

void usage_error(const std::string& code, const std::string& field, const std::string& problem, const std::string& suggestion) {
  throw BadInput{ExitCode::usage, {code, "", field, problem, suggestion}};
}

struct Options::Declared {
  po::options_description shown{"Options", static_cast<unsigned>(columns_of(STDOUT_FILENO))};
  po::variables_map values;
};

Options::Options(std::string call, std::string about)
    : call_{std::move(call)}, about_{std::move(about)}, declared_{std::make_unique<Declared>()} {
  add({{"help,h", "", "this text"}});
}

void Options::add(std::initializer_list<Option> options) {
  for (const auto& [name, value, help, may_repeat] : options) {
    const std::string words = std::string{help} + (may_repeat ? "; may be repeated" : "");
    if (may_repeat)
      declared_->shown.add_options()(name, po::value<std::vector<std::string>>()->composing()->value_name(value), words.c_str());
    else if (*value != '\0')
      declared_->shown.add_options()(name, po::value<std::string>()->value_name(value), words.c_str());
    else
      declared_->shown.add_options()(name, words.c_str());
  }
}

void Options::add_words(const std::string& what, std::size_t least, std::size_t most) {
  word_name_ = what;
  least_ = least;
  most_ = most;
}

Options::Options(Options&&) noexcept = default;
Options::~Options() = default;

bool Options::has(const std::string& name) const { return declared_->values.count(name) > 0; }

bool Options::parse(const Words& words) {
  po::options_description all;
  all.add(declared_->shown);
  // A value may start with a dash (--set K=-1), and words belong to no option.
  all.add_options()("words", po::value<std::vector<std::string>>());
  po::positional_options_description positions;
  positions.add("words", -1);
  try {
    using namespace po::command_line_style;
    po::store(po::command_line_parser(words).options(all).positional(positions).style(unix_style & ~allow_guessing).run(),
              declared_->values);
    po::notify(declared_->values);
  } catch (const po::unknown_option& error) {
    std::vector<std::string> names;
    for (const auto& option : declared_->shown.options()) names.push_back("--" + option->long_name());
    const std::string nearest = nearest_word(error.get_option_name(), names);
    usage_error("USAGE-OPTION", error.get_option_name(), "unknown option",
                nearest.empty() ? "see --help" : "did you mean " + nearest + "?");
  } catch (const po::error& error) {
    usage_error("USAGE-OPTION", "", error.what(), "see --help");
  }
  if (has("help")) {
    std::cout << "usage: " << call_ << "\n\n" << wrapped_lines(about_, columns_of(STDOUT_FILENO)) << "\n" << declared_->shown;
    return false;
  }
  if (has("words")) words_ = declared_->values["words"].as<std::vector<std::string>>();
  if (words_.size() < least_) usage_error("USAGE-ARGUMENT", word_name_, "is missing", "usage: " + call_);
  if (words_.size() > most_) usage_error("USAGE-ARGUMENT", words_[most_], "is one argument too many", "usage: " + call_);
  return true;
}

std::optional<std::string> Options::text(const std::string& name) const {
  if (!has(name)) return std::nullopt;
  return declared_->values[name].as<std::string>();
}

std::vector<std::string> Options::texts(const std::string& name) const {
  if (!has(name)) return {};
  return declared_->values[name].as<std::vector<std::string>>();
}

std::map<std::string, std::string> Options::assignments(const std::string& name, const std::string& example) const {
  std::map<std::string, std::string> out;
  for (const std::string& text : texts(name)) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      usage_error("USAGE-VALUE", "--" + name + " " + text, "is not KEY=VALUE", "write e.g. --" + name + " " + example);
    const std::string key = text.substr(0, equals);
    if (!out.emplace(key, text.substr(equals + 1)).second)
      usage_error("USAGE-CONFLICT", "--" + name + " " + text, "gives " + key + " a second value", "leave one of them out");
  }
  return out;
}

std::uint64_t Options::number(const std::string& name, std::uint64_t fallback, std::uint64_t least, std::uint64_t most) const {
  const std::optional<std::string> given = text(name);
  if (!given) return fallback;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), value);
  if (error != std::errc{} || end != given->data() + given->size() || value < least || value > most)
    usage_error("USAGE-VALUE", "--" + name,
                "\"" + *given + "\" is not a whole number from " + std::to_string(least) + " to " + std::to_string(most), "");
  return value;
}

void require_placeholders(const std::string& pattern) {
  if (const std::string word = unknown_placeholder(pattern); !word.empty())
    usage_error("USAGE-PLACEHOLDER", word, "is not one of {symbol}, {date}, {yyyymmdd}, {mmddyyyy}", "");
}

}  // namespace plimsoll
