#pragma once
/// The models that make a market: every one is a feed too, so that a scenario file can name it.

#include <string>
#include <string_view>
#include <vector>

#include "feed/feed.hpp"
#include "feed/settings.hpp"

namespace plimsoll {

struct Generator {
  FeedInfo feed;
  std::string symbol;  ///< of the instrument, unless instrument.symbol says another
  int version;         ///< rises with every change of what the model writes
  EventTape (*generate)(const FeedSettings&);
};

/// Sorted by name.
const std::vector<Generator>& generators();
/// nullptr when there is none of that name.
const Generator* find_generator(std::string_view name);

/// What a session was made from: hash of the model's name and version and of every setting, defaults included. Equal addresses,
/// equal tapes.
std::string content_address(const Generator& generator, const FeedSettings& settings);

/// The session, with the address at the end of its source. No survey is made of it. Throws BadInput (bad_scenario).
EventTape generate_session(const Generator& generator, const FeedSettings& settings);
/// Was this tape written by generate_session() with these settings?
bool is_session(const EventTape& tape, const Generator& generator, const FeedSettings& settings);

}  // namespace plimsoll
