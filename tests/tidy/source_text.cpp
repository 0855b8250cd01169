#include "source_text.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace tidy {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Position after the literal that starts at `at` with `quote`.
std::size_t end_of_literal(std::string_view text, std::size_t at, char quote) {
  for (++at; at < text.size() && text[at] != quote && text[at] != '\n'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

std::size_t end_of_raw_string(std::string_view text, std::size_t quote) {
  const std::size_t open = text.find('(', quote);
  if (open == std::string_view::npos) return text.size();
  const std::string closing = std::string{")"}.append(text.substr(quote + 1, open - quote - 1)).append("\"");
  const std::size_t close = text.find(closing, open);
  return close == std::string_view::npos ? text.size() : close + closing.size();
}

bool belongs(const std::filesystem::path& relative) {
  const std::string top = relative.begin()->string();
  if (top.starts_with("build") || top == ".git" || top == ".cache" || top == ".vscode" || top == ".idea" || top == "Testing") return false;
  return top != "results" || relative == "results" || relative == "results/README.md";
}

}  // namespace

std::string blanked(std::string_view text, Blank what) {
  std::string out{text};
  const auto blank = [&out](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i)
      if (out[i] != '\n') out[i] = ' ';
  };
  for (std::size_t at = 0; at < text.size();) {
    std::size_t next = at + 1;
    const bool after_word = at > 0 && is_word(text[at - 1]);
    if (text.substr(at, 2) == "//") {
      next = std::min(text.find('\n', at), text.size());
      blank(at, next);
    } else if (text.substr(at, 2) == "/*") {
      const std::size_t close = text.find("*/", at + 2);
      next = close == std::string_view::npos ? text.size() : close + 2;
      blank(at, next);
    } else if (text.substr(at, 2) == "R\"" && !after_word) {
      next = end_of_raw_string(text, at + 1);
      if (what == Blank::comments_and_strings) blank(at, next);
    } else if (text[at] == '"' || (text[at] == '\'' && !after_word)) {  // 10'000 is a number
      next = end_of_literal(text, at, text[at]);
      if (what == Blank::comments_and_strings) blank(at + 1, next - 1);
    }
    at = next;
  }
  return out;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool is_allowed(const std::vector<std::string>& raw_lines, std::size_t line, std::string_view word) {
  const std::string mark = "tidy: allow " + std::string{word};
  return raw_lines[line].find(mark) != std::string::npos || (line > 0 && raw_lines[line - 1].find(mark) != std::string::npos);
}

Tree read_tree(const std::filesystem::path& root, std::size_t size_limit, Findings& too_large) {
  Tree tree;
  std::filesystem::recursive_directory_iterator entries{root};
  for (const auto& entry : entries) {
    const std::filesystem::path relative = entry.path().lexically_relative(root);
    if (!belongs(relative)) {
      if (entry.is_directory()) entries.disable_recursion_pending();
      continue;
    }
    if (!entry.is_regular_file()) continue;
    const std::string path = relative.generic_string();
    if (entry.file_size() > size_limit) {
      too_large.push_back({path, "is larger than " + std::to_string(size_limit) + " bytes; data do not belong in the repository"});
      continue;
    }
    std::ifstream stream{entry.path(), std::ios::binary};
    tree[path] = {path, std::string{std::istreambuf_iterator<char>{stream}, {}}};
  }
  return tree;
}

std::string text_of(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) text += finding.place + ": " + finding.problem + "\n";
  return text;
}

}  // namespace tidy
