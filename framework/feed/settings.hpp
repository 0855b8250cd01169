#pragma once
/// Settings of a feed as it reads them: validated against its declaration, defaults filled in.

#include <cstdint>
#include <map>
#include <string>

#include "feed/feed.hpp"
#include "feed/timezone.hpp"

namespace plimsoll {

class FeedSettings {
 public:
  /// Throws BadInput (bad_scenario) with every unknown, missing, malformed or out-of-range setting.
  FeedSettings(const FeedInfo& feed, const std::map<std::string, std::string>& given);

  bool has(const std::string& name) const { return !text(name).empty(); }
  const std::string& text(const std::string& name) const;  ///< "" when absent without default
  std::int64_t integer(const std::string& name) const;
  double real(const std::string& name) const;
  CivilDate date(const std::string& name) const;

  /// Every setting with its text, by name; defaults filled in.
  const std::map<std::string, std::string>& values() const { return values_; }

  /// `own` (the feed's definition) with what the instrument.* keys override.
  Instrument instrument(Instrument own) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace plimsoll
