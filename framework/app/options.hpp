#pragma once
/// Command lines: Boost.Program_options behind a small face, with every fault an error of the house form and exit code 64. Its 600 headers
/// are options.cpp's alone.

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/command.hpp"
#include "app/usage_error.hpp"

namespace plimsoll {

/// One line of a command's options.
struct Option {
  const char* name;   ///< may hold a short form: "output,o"
  const char* value;  ///< what stands for it in --help; "": a flag
  const char* help;
  bool may_repeat = false;
};
inline constexpr bool kMayRepeat = true;
inline constexpr Option kJsonOption = {"json", "", "JSON lines instead of text"};
inline constexpr Option kPluginsOption = {"plugins", "DIR", "load the plugins of a directory", kMayRepeat};

class Options {
 public:
  /// `call` is shown by --help: "plimsoll run SCENARIO.toml [options]".
  Options(std::string call, std::string about);
  Options(Options&&) noexcept;
  ~Options();

  /// Declare before parse().
  void add(std::initializer_list<Option> options);
  /// Positional words: at least `least`, at most `most`.
  void add_words(const std::string& what, std::size_t least, std::size_t most);

  /// False when --help was asked for and answered. Throws BadInput (64).
  bool parse(const Words& words);

  bool has(const std::string& name) const;
  std::optional<std::string> text(const std::string& name) const;
  std::vector<std::string> texts(const std::string& name) const;
  /// The KEY=VALUE texts of an option. Throws BadInput (64) for one that is not (`example` says how) and for a key that is given twice.
  std::map<std::string, std::string> assignments(const std::string& name, const std::string& example) const;
  const std::vector<std::string>& words() const { return words_; }
  /// A whole number in [least, most]; `fallback` when the option is absent. Throws BadInput (64).
  std::uint64_t number(const std::string& name, std::uint64_t fallback, std::uint64_t least, std::uint64_t most) const;

 private:
  std::string call_, about_, word_name_;
  std::size_t least_ = 0, most_ = 0;
  struct Declared;
  std::unique_ptr<Declared> declared_;
  std::vector<std::string> words_;
};

/// Throws BadInput (64) for a {word} in the name of an output that is none of fill_pattern()'s.
void require_placeholders(const std::string& pattern);

}  // namespace plimsoll
