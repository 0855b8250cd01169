#pragma once
/// "label      text" on lines of at most `width` columns, wrapped under the text: how a file is described to people.

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "app/console.hpp"

namespace plimsoll {

class Sheet {
 public:
  explicit Sheet(std::size_t width) : width_{width} {}
  void add(const std::string& label, const std::string& text) {
    text_ +=
        wrapped(label + std::string(kLabelColumns - std::min(label.size(), kLabelColumns - 1), ' ') + text, width_, kLabelColumns) + "\n";
  }
  /// An empty line, and what follows is about this.
  void heading(const std::string& text) { text_ += "\n" + text + "\n"; }
  void raw(const std::string& lines) { text_ += lines; }
  std::size_t width() const { return width_; }
  const std::string& text() const { return text_; }

 private:
  static constexpr std::size_t kLabelColumns = 12;
  std::size_t width_;
  std::string text_;
};

}  // namespace plimsoll
