#pragma once
#include "feed/settings.hpp"
namespace plimsoll {
FeedInfo synthetic_feed();
EventTape generate_synthetic(const FeedSettings& settings);
}  // namespace plimsoll
