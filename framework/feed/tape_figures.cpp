#include "feed/tape_figures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "market/level_book.hpp"

namespace plimsoll {

namespace {

constexpr Duration kMinute = 60 * kSecond;

/// Time spent at every spread: small ones by number, since there are few of them and most of the time is theirs.
class SpreadTimes {
 public:
  void add(Ticks spread, Duration lasted) {
    if (spread >= 0 && static_cast<std::size_t>(spread) < small_.size()) {
      small_[static_cast<std::size_t>(spread)] += lasted;
    } else {
      others_[spread] += lasted;
    }
  }
  /// Least spread with at least numerator/denominator of `total` at or below it.
  Ticks quantile(Duration total, int numerator, int denominator) const {
    Wide below = 0;
    Ticks reached = 0;
    const auto enough = [&](Ticks spread, Duration lasted) {
      if (lasted == 0) return false;
      below += lasted;
      reached = spread;
      return below * denominator >= Wide{total} * numerator;
    };
    auto other = others_.begin();
    for (; other != others_.end() && other->first < 0; ++other)
      if (enough(other->first, other->second)) return reached;
    for (std::size_t spread = 0; spread < small_.size(); ++spread)
      if (enough(static_cast<Ticks>(spread), small_[spread])) return reached;
    for (; other != others_.end(); ++other)
      if (enough(other->first, other->second)) return reached;
    return reached;
  }

 private:
  std::vector<Duration> small_ = std::vector<Duration>(4'096);
  std::map<Ticks, Duration> others_;
};

/// Lots near the best price of a side, counted again only when a row came that close.
class NearDepth {
 public:
  explicit NearDepth(Side side) : side_{side} {}
  void row_at(Ticks price) { stale_ = stale_ || !full_ || at_least_as_good(side_, price, worst_); }
  void book_replaced() { stale_ = true; }
  void add(const LevelBook& book, Duration lasted, TapeFigures::Depth& sums) {
    if (stale_) count(book);
    sums.touch_ns += Wide{touch_} * lasted;
    sums.five_ns += Wide{five_} * lasted;
    sums.ten_ns += Wide{ten_} * lasted;
  }

 private:
  void count(const LevelBook& book) {
    touch_ = five_ = ten_ = 0;
    int levels = 0;
    for (Ticks price = book.best(side_); price != no_price(side_) && levels < 10; price = book.next_worse(side_, price)) {
      const Lots lots = book.lots(side_, price);
      if (levels < 1) touch_ += lots;
      if (levels < 5) five_ += lots;
      ten_ += lots;
      worst_ = price;
      ++levels;
    }
    full_ = levels == 10;
    stale_ = false;
  }
  Side side_;
  Lots touch_ = 0, five_ = 0, ten_ = 0;
  Ticks worst_ = 0;
  bool full_ = false, stale_ = true;
};

class Measurement {
 public:
  explicit Measurement(const EventTape& tape) : tape_{tape}, book_{tape.info()}, open_(tape.info().slot_count) {}

  TapeFigures figures() {
    const TapeColumns& columns = tape_.columns();
    next_minute_ = tape_.first_time();
    for (std::size_t row = 0; row < tape_.size(); ++row) {
      const MarketEvent event = tape_[row];
      if (row > 0 && event.time > columns.time[row - 1]) pass_time(columns.time[row - 1], event.time);
      for (; event.time >= next_minute_; next_minute_ += kMinute) end_minute();
      count(event);
      book_.apply(columns, row);
    }
    end_second();
    out_.spread_median = spreads_.quantile(out_.two_sided_ns, 1, 2);
    out_.spread_p95 = spreads_.quantile(out_.two_sided_ns, 19, 20);
    return out_;
  }

 private:
  bool two_sided() const { return book_.best(Side::buy) != kNoBid && book_.best(Side::sell) != kNoAsk; }

  void pass_time(TimePoint from, TimePoint to) {
    if (two_sided()) mid_x2_ = std::int64_t{book_.best(Side::buy)} + book_.best(Side::sell);
    if (book_.halted()) return;
    const Duration lasted = to - from;
    if (lasted > longest_gap_) {
      longest_gap_ = lasted;
      out_.longest_gap_start = from;
    }
    out_.trading_ns += lasted;
    bids_.add(book_, lasted, out_.depth[0]);
    asks_.add(book_, lasted, out_.depth[1]);
    if (!two_sided()) return;
    const Ticks spread = book_.best(Side::sell) - book_.best(Side::buy);
    out_.two_sided_ns += lasted;
    if (spread < 0) out_.crossed_ns += lasted;
    if (spread == 0) out_.locked_ns += lasted;
    out_.spread_ns += Wide{spread} * lasted;
    out_.mid_x2_ns += *mid_x2_ * lasted;
    spreads_.add(spread, lasted);
  }

  void end_minute() {
    const std::optional<Wide> now = book_.halted() ? std::nullopt : mid_x2_;
    if (now && last_minute_x2_) {
      ++out_.minutes;
      out_.minute_half_ticks_squared += (*now - *last_minute_x2_) * (*now - *last_minute_x2_);
    }
    last_minute_x2_ = now;
  }

  void count(const MarketEvent& event) {
    ++out_.rows[static_cast<std::size_t>(event.action)];
    if (const std::int64_t second = event.time / kSecond; second != second_) {
      end_second();
      second_ = second;
    }
    ++rows_in_second_;
    switch (event.action) {
      case Action::add:
        open_[event.order] = event.quantity;
        out_.orders_most = std::max(out_.orders_most, ++live_);
        break;
      case Action::fill: trade(event, out_.visible_lots); [[fallthrough]];
      case Action::cancel:
        if ((open_[event.order] -= event.quantity) == 0) --live_;
        break;
      case Action::trade: return trade(event, out_.hidden_lots);
      case Action::clear:
        open_.assign(open_.size(), 0);
        live_ = 0;
        bids_.book_replaced();
        asks_.book_replaced();
        return;
      case Action::halt:
      case Action::resume: return;
    }
    (event.side == Side::buy ? bids_ : asks_).row_at(event.price);
  }

  void trade(const MarketEvent& event, Lots& volume) {
    volume += event.quantity;
    out_.subtick_lots += Wide{trade_subticks(event, tape_.info().instrument.subticks)} * event.quantity;
  }

  void end_second() {
    if (rows_in_second_ > out_.busiest_rows) {
      out_.busiest_rows = rows_in_second_;
      out_.busiest_second = second_ * kSecond;
    }
    rows_in_second_ = 0;
  }

  const EventTape& tape_;
  LevelBook book_;
  std::vector<std::uint32_t> open_;  ///< lots, by slot
  TapeFigures out_;
  SpreadTimes spreads_;
  NearDepth bids_{Side::buy}, asks_{Side::sell};
  std::optional<Wide> mid_x2_, last_minute_x2_;  ///< twice the latest known mid; the one at the end of the last minute
  TimePoint next_minute_ = 0;
  Duration longest_gap_ = 0;
  std::uint32_t live_ = 0;
  std::int64_t second_ = kLongAgo;
  std::uint64_t rows_in_second_ = 0;
};

}  // namespace

double TapeFigures::ratio(Wide sum, std::int64_t weight) {
  if (weight == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(sum) / static_cast<double>(weight);
}

double TapeFigures::minute_volatility_ticks() const {
  return std::sqrt(ratio(minute_half_ticks_squared, static_cast<std::int64_t>(minutes))) / 2;
}

TapeFigures measure_tape(const EventTape& tape) { return Measurement{tape}.figures(); }

}  // namespace plimsoll
