#include "feed/levels.hpp"

#include <set>

#include "feed/survey.hpp"
#include "market/level_book.hpp"

namespace plimsoll {

namespace {

class Aggregator {
 public:
  Aggregator(const EventTape& tape, CancelRule rule) : tape_{tape}, book_{tape.info()}, orders_{out_, rule} {}

  EventTape run(TapeInfo info) {
    for (std::size_t row = 0; row < tape_.size(); ++row) {
      const MarketEvent event = tape_[row];
      if (row > 0 && event.time != tape_.columns().time[row - 1]) state_changed(tape_.columns().time[row - 1]);
      if (event.action == Action::fill) state(event.time, event.side, event.price);
      book_.apply(tape_.columns(), row);
      take(event);
    }
    state_changed(tape_.last_time());
    return out_.finish(std::move(info));
  }

 private:
  void take(const MarketEvent& event) {
    switch (event.action) {
      case Action::add:
      case Action::cancel: changed_.emplace(event.side, event.price); return;
      case Action::fill: orders_.fill(event.time, event.side, event.price, event.quantity); return;
      case Action::trade: return out_.trade(event.time, event.side, event.price, event.order, event.quantity);
      case Action::clear:
        for (const Side side : {Side::buy, Side::sell})
          for (const Ticks price : orders_.prices(side)) changed_.emplace(side, price);
        return;
      case Action::halt: return out_.halt(event.time);
      case Action::resume: return out_.resume(event.time);
    }
  }
  void state(TimePoint time, Side side, Ticks price) { orders_.set(time, side, price, book_.lots(side, price)); }
  void state_changed(TimePoint time) {
    for (const auto& [side, price] : changed_) state(time, side, price);
    changed_.clear();
  }

  const EventTape& tape_;
  LevelBook book_;
  TapeBuilder out_;
  LevelOrders orders_;
  std::set<std::pair<Side, Ticks>> changed_;  ///< in the instant that is going on
};

}  // namespace

FeedInfo levels_feed() {
  return {"levels",
          "a tape, as a feed of price levels would have told it",
          {{"path", SettingType::path, true, "", {}, {}, "", "tape file written by plimsoll import or generate"}, cancelled_setting()}};
}

EventTape levels_of(const EventTape& tape, CancelRule rule) {
  TapeInfo info;
  info.instrument = tape.info().instrument;
  info.feed = "levels";
  info.source = "levels of " + tape.info().source;
  info.timezone = tape.info().timezone;
  info.levels = name(rule);
  info.report.rows_read = static_cast<std::int64_t>(tape.size());
  info.report.halts = tape.info().report.halts;
  return surveyed(Aggregator{tape, rule}.run(std::move(info)));
}

}  // namespace plimsoll
