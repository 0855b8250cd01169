#include "feed/generators.hpp"

#include "core/content_hash.hpp"
#include "feed/hawkes.hpp"
#include "feed/queue_reactive.hpp"
#include "feed/zero_intelligence.hpp"

namespace plimsoll {

namespace {

std::string address_mark(const Generator& generator, const FeedSettings& settings) {
  return ", address " + content_address(generator, settings);
}

}  // namespace

const std::vector<Generator>& generators() {
  static const std::vector<Generator> known{
      {hawkes_feed(), "HAWKES", 1, generate_hawkes},
      {queue_reactive_feed(), "QUEUES", 2, generate_queue_reactive},
      {zero_intelligence_feed(), "ZERO", 1, generate_zero_intelligence},
  };
  return known;
}

const Generator* find_generator(std::string_view name) {
  for (const Generator& generator : generators()) {
    if (generator.feed.name == name) return &generator;
  }
  return nullptr;
}

std::string content_address(const Generator& generator, const FeedSettings& settings) {
  ContentHash hash;
  hash.add(generator.feed.name);
  hash.add(std::to_string(generator.version));
  for (const auto& [name, text] : settings.values()) {
    hash.add(name);
    hash.add(text);
  }
  return hash.hex();
}

EventTape generate_session(const Generator& generator, const FeedSettings& settings) {
  const auto tape = std::make_shared<const EventTape>(generator.generate(settings));
  TapeInfo info = tape->info();
  info.source += address_mark(generator, settings);
  return EventTape{std::move(info), tape->columns(), tape};
}

bool is_session(const EventTape& tape, const Generator& generator, const FeedSettings& settings) {
  return tape.info().feed == generator.feed.name && tape.info().source.ends_with(address_mark(generator, settings));
}

}  // namespace plimsoll
