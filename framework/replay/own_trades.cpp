#include "replay/own_trades.hpp"

#include <algorithm>
#include <tuple>

#include "core/contract.hpp"
#include "market/order_book.hpp"
#include "metrics/parent_metrics.hpp"
#include "metrics/recorded_signals.hpp"
#include "metrics/result_tables.hpp"
#include "replay/own_prints.hpp"

namespace plimsoll {

namespace {

/// A fill with its place in history.
struct PlacedFill {
  FillFact fact;
  FoundPrints prints;
  bool liquidity_known = true;
  TimePoint moment = 0;  ///< the market before it is that of this time ...
  bool after = false;    ///< ... after, or before, the rows of that time
};

/// A parent on its way through the day.
struct Course {
  ParentFact fact;
  ParentMetrics metrics;
  std::vector<PlacedFill> fills;  ///< by time
};

struct OwnPrint {
  TimePoint time;
  const Course* course;
  bool passive;
  Lots lots;
  Wide subtick_lots;
};

struct Appointment {
  enum class Kind { decision, arrival, end, final_mid, fill, markout };
  TimePoint time;
  bool after;  ///< the rows of that time
  Kind kind;
  std::size_t parent, fill, horizon;

  auto order() const { return std::tuple{time, after, kind, parent, fill, horizon}; }
};

class Day {
 public:
  Day(const EventTape& tape, std::span<const OwnParent> parents, const OwnTradesRules& rules) : tape_{tape}, book_{tape.info()} {
    std::vector<std::vector<FoundPrints>> found(parents.size());
    if (rules.printed) found = find_own_prints(tape, parents, rules.tolerance);
    for (std::size_t index = 0; index < parents.size(); ++index) add_parent(parents[index], index, found[index]);
    std::sort(due_.begin(), due_.end(), [](const Appointment& a, const Appointment& b) { return a.order() < b.order(); });
  }

  OwnTradesResult run() {
    const auto& times = tape_.columns().time;
    std::size_t next = 0;
    for (std::size_t row = 0; row < times.size() && next < due_.size(); ++row) {
      for (; next < due_.size() && std::pair{due_[next].time, due_[next].after} < std::pair{times[row], true}; ++next) meet(due_[next]);
      const MarketEvent event = tape_[row];
      book_.apply(event);
      signals_.on_event(event, book_.best(Side::buy), book_.best(Side::sell), tape_.info().instrument.subticks);
    }
    // What was to be seen after the last row was not.
    for (; next < due_.size() && due_[next].time <= tape_.last_time(); ++next) meet(due_[next]);
    list_own_prints();
    OwnTradesResult out;
    for (std::size_t index = 0; index < courses_.size(); ++index) out.parents.push_back(result_of(courses_[index], index));
    out.prints = prints_;
    return out;
  }

 private:
  void add_parent(const OwnParent& parent, std::size_t index, const std::vector<FoundPrints>& found) {
    EXPECT(parent.lots > 0 && parent.decision <= parent.start && parent.start <= parent.end);
    Course& course = courses_.emplace_back(Course{{}, ParentMetrics{index, tape_.info().instrument.subticks}, {}});
    course.fact.side = parent.side;
    course.fact.lots = parent.lots;
    course.fact.start = parent.decision;
    course.fact.arrival = parent.start;
    course.fact.end = parent.end;
    course.fact.arrived = false;
    course.fact.answer_known = false;
    for (std::size_t i = 0; i < parent.fills.size(); ++i)
      course.fills.push_back(placed(parent, parent.fills[i], found.empty() ? FoundPrints{} : found[i]));
    std::stable_sort(course.fills.begin(), course.fills.end(), [](const PlacedFill& a, const PlacedFill& b) {
      return std::pair{a.moment, a.after} < std::pair{b.moment, b.after};
    });
    appoint(course, index);
  }

  PlacedFill placed(const OwnParent& parent, const OwnFill& fill, FoundPrints prints) {
    PlacedFill out;
    out.fact.side = parent.side;
    out.fact.time = fill.time;
    out.fact.price = fill.price;
    out.fact.lots = fill.lots;
    out.fact.fee = fill.fee;
    out.fact.liquidity = fill.liquidity.value_or(Liquidity::took);
    out.liquidity_known = fill.liquidity.has_value();
    if (prints.any()) {
      const auto earliest =
          std::min_element(prints.parts.begin(), prints.parts.end(), [](const auto& a, const auto& b) { return a.row < b.row; })->row;
      out.fact.time = tape_.columns().time[earliest];
      out.fact.liquidity = tape_[earliest].side == parent.side ? Liquidity::made : Liquidity::took;
      out.liquidity_known = true;
    }
    out.moment = out.fact.time;
    out.after = !prints.any() && fill.liquidity == Liquidity::took;
    ++prints_.fills;
    prints_.found += prints.lots == fill.lots;
    prints_.partly += prints.any() && prints.lots < fill.lots;
    prints_.lots += fill.lots;
    prints_.found_lots += prints.lots;
    out.prints = std::move(prints);
    return out;
  }

  void appoint(const Course& course, std::size_t index) {
    using Kind = Appointment::Kind;
    const ParentFact& fact = course.fact;
    due_.push_back({fact.start, true, Kind::decision, index, 0, 0});
    due_.push_back({fact.arrival, true, Kind::arrival, index, 0, 0});
    due_.push_back({std::min(fact.end, tape_.last_time()), true, Kind::end, index, 0, 0});
    const TimePoint last_fill = course.fills.empty() ? kLongAgo : course.fills.back().moment;
    due_.push_back({std::min(std::max(fact.end, last_fill), tape_.last_time()), true, Kind::final_mid, index, 0, 0});
    for (std::size_t fill = 0; fill < course.fills.size(); ++fill) {
      const PlacedFill& placed = course.fills[fill];
      due_.push_back({placed.moment, placed.after, Kind::fill, index, fill, 0});
      for (std::size_t horizon = 0; horizon < kMarkouts; ++horizon)
        due_.push_back({placed.moment + kMarkoutHorizons[horizon], true, Kind::markout, index, fill, horizon});
    }
  }

  void meet(const Appointment& due) {
    Course& course = courses_[due.parent];
    switch (due.kind) {
      case Appointment::Kind::decision: course.fact.decision_mid = signals_.mid(); break;
      case Appointment::Kind::arrival:
        course.fact.arrived = true;
        course.fact.arrival_mid = signals_.mid();
        course.fact.at_arrival = signals_.at(due.time);
        break;
      case Appointment::Kind::end: course.fact.at_end = signals_.at(due.time); break;
      case Appointment::Kind::final_mid: course.fact.final_mid = signals_.mid(); break;
      case Appointment::Kind::fill: book_fill(course, course.fills[due.fill]); break;
      case Appointment::Kind::markout: course.metrics.on_markout(due.fill, due.horizon, signals_.mid()); break;
    }
  }

  void book_fill(Course& course, PlacedFill& fill) {
    FillFact& fact = fill.fact;
    const Ticks touch = book_.best(opposite(fact.side));
    const bool has_touch = touch != no_price(opposite(fact.side));
    if (!fill.liquidity_known && has_touch && better(fact.side, touch, fact.price)) fact.liquidity = Liquidity::made;
    fact.cause = fact.liquidity == Liquidity::took ? FillCause::own_order : FillCause::recorded_fill;
    fact.recorded_mid = fact.effective_mid = signals_.mid();
    fact.touch = fact.liquidity == Liquidity::took && has_touch ? touch : fact.price;
    course.metrics.on_fill(fact);
  }

  /// All own prints of all parents, by time.
  void list_own_prints() {
    const std::int32_t subticks = tape_.info().instrument.subticks;
    for (const Course& course : courses_)
      for (const PlacedFill& fill : course.fills)
        for (const FoundPrints::Part& part : fill.prints.parts)
          own_prints_.push_back({tape_.columns().time[part.row], &course, fill.fact.liquidity == Liquidity::made, part.lots,
                                 Wide{fill.fact.price} * subticks * part.lots});
    std::stable_sort(own_prints_.begin(), own_prints_.end(), [](const OwnPrint& a, const OwnPrint& b) { return a.time < b.time; });
  }

  /// Own prints do not count as volume of others; this parent's passive ones come back where own volume is added.
  void take_out_own_prints(Course& course) const {
    ParentFact& fact = course.fact;
    auto print = std::upper_bound(own_prints_.begin(), own_prints_.end(), fact.arrival,
                                  [](TimePoint time, const OwnPrint& each) { return time < each.time; });
    for (; fact.arrived && print != own_prints_.end() && print->time <= fact.end; ++print) {
      fact.at_end.volume_lots -= print->lots;
      fact.at_end.notional_subtick_lots -= print->subtick_lots;
      if (print->course != &course || !print->passive) continue;
      fact.printed_passive_lots += print->lots;
      fact.printed_passive_subtick_lots += print->subtick_lots;
    }
  }

  ScenarioResult result_of(Course& course, std::size_t index) {
    ParentFact& fact = course.fact;
    if (!fact.arrived) fact.at_arrival = fact.at_end;
    take_out_own_prints(course);
    fact.completed = course.metrics.filled() >= fact.lots;
    ValidityFact validity;
    validity.displacement_max_ticks = validity.displacement_end_ticks = kUndefined;
    ResultTables tables{index, {.fills = true, .trajectory = false}};
    tables.add_parent(course.metrics, fact, validity);
    return tables.done();
  }

  const EventTape& tape_;
  OrderBook book_;
  RecordedSignals signals_;
  std::vector<Course> courses_;
  std::vector<OwnPrint> own_prints_;
  std::vector<Appointment> due_;
  OwnPrintCounts prints_;
};

}  // namespace

OwnTradesResult measure_own_trades(const EventTape& tape, std::span<const OwnParent> parents, const OwnTradesRules& rules) {
  return Day{tape, parents, rules}.run();
}

}  // namespace plimsoll
