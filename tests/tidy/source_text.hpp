#pragma once
/// The repository as text: what every tidy rule works on. Rules are functions over this, so that each can be shown a planted offence.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

/// A path is relative to the repository, with '/'.
struct SourceFile {
  std::string path;
  std::string text;

  bool below(std::string_view folder) const { return path.starts_with(folder); }
  bool ends_with(std::string_view suffix) const { return path.ends_with(suffix); }
  bool is_header() const { return ends_with(".hpp") || ends_with(".h"); }
  bool is_cpp() const { return is_header() || ends_with(".cpp"); }
};

struct Finding {
  std::string place;  ///< path[:line]
  std::string problem;
};
using Findings = std::vector<Finding>;
using Tree = std::map<std::string, SourceFile>;

/// What to blank out (with spaces; line breaks stay, so that lines keep their numbers).
enum class Blank { comments, comments_and_strings };
std::string blanked(std::string_view text, Blank what);

std::vector<std::string> lines_of(std::string_view text);

/// True when a comment of the line or of the line before it says `tidy: allow WORD`.
bool is_allowed(const std::vector<std::string>& raw_lines, std::size_t line, std::string_view word);

/// Every file of the repository at `root` that belongs to it: not .git, builds, caches, generated results.
/// `too_large` receives those over `size_limit` bytes; their text is not read.
Tree read_tree(const std::filesystem::path& root, std::size_t size_limit, Findings& too_large);

/// One line per finding; empty when there is none.
std::string text_of(const Findings& findings);

}  // namespace tidy
