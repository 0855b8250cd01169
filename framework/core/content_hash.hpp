#pragma once
/// Content hash of data, results and programs: XXH3, 128 bits, printed as 32 hexadecimal digits (canonical byte order).
/// It tells changed from unchanged; it is not a defence against someone who forges data on purpose.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace plimsoll {

class ContentHash {
 public:
  ContentHash();
  ~ContentHash();
  ContentHash(const ContentHash&) = delete;
  ContentHash& operator=(const ContentHash&) = delete;

  void add(const void* data, std::size_t bytes);
  void add(std::string_view text);  ///< length first, so that ("ab","c") and ("a","bc") differ
  std::string hex() const;          ///< of everything added so far

  static std::string of(std::string_view bytes);
  /// Of a file's bytes. Throws BadInput (DATA-MISSING, exit 66) when it cannot be read.
  static std::string of_file(const std::string& path);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace plimsoll
