#include "calibration/observations.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "calibration/estimate.hpp"
#include "calibration/order_flow_imbalance.hpp"
#include "market/level_book.hpp"

namespace plimsoll {
namespace {

constexpr Lots both_sides_half = 2;

/// Watches that wait for one lag: they come due in the order in which they came.
struct Waiting {
  struct Place {
    std::size_t watch;
    Side side;
    Ticks best, width;
  };
  std::vector<Place> places;
  std::size_t next = 0;
};

class Observer {
 public:
  Observer(const EventTape& tape, const ObserveSettings& settings, const std::vector<MarkedPrint>& own_prints)
      : tape_{tape}, settings_{settings}, own_{own_prints}, own_taken_(own_prints.size(), false), book_{tape.info()} {
    for (const std::uint8_t kind : tape.columns().kind) has_fills_ = has_fills_ || static_cast<Action>(kind & 7) == Action::fill;
  }

  Observations run() {
    out_.content_hash = tape_.info().content_hash;
    out_.instrument = tape_.info().instrument;
    out_.first_time = tape_.first_time();
    out_.last_time = tape_.last_time();
    out_.rows = tape_.size();
    out_.utc_offset_s = settings_.utc_offset_s;
    if (tape_.size() == 0) return std::move(out_);
    out_.levels = settings_.levels;
    // The first whole second after the first row; what comes before belongs to the opening.
    const TimePoint begin = std::max(tape_.first_time() + 1, settings_.from);
    next_cell_ = out_.grid_start = (begin + kGridStep - 1) / kGridStep * kGridStep;
    for (std::size_t row = 0; row < tape_.size() && tape_.columns().time[row] < settings_.to; ++row) step(row);
    close_trade();
    pass_to(std::min(tape_.last_time() + 1, settings_.to));
    return std::move(out_);
  }

 private:
  void step(std::size_t row) {
    const MarketEvent event = tape_[row];
    if (trade_open_ && (event.time != trade_.time || (is_trade(event) && event.side != trade_side_))) close_trade();
    if (row == 0 || event.time > time_) pass_to(event.time);
    const bool counted = (event.action == Action::fill || event.action == Action::trade) && !is_own(event);
    if (counted) add_volume(event);
    const bool replaces =
        row > 0 && event.time == time_ && last_.action == Action::cancel && event.action == Action::add && event.side == last_.side;
    book_.apply(tape_.columns(), row);
    time_ = event.time;
    last_ = event;
    update_quote(replaces);
  }

  bool is_trade(const MarketEvent& event) const { return event.action == (has_fills_ ? Action::fill : Action::trade); }

  bool is_own(const MarketEvent& event) {
    const MarkedPrint print{event.time, event.price, event.quantity};
    for (auto at = std::lower_bound(own_.begin(), own_.end(), print); at != own_.end() && *at == print; ++at) {
      const auto index = static_cast<std::size_t>(at - own_.begin());
      if (own_taken_[index]) continue;
      own_taken_[index] = true;
      ++out_.own_prints;
      return true;
    }
    return false;
  }

  // ---- time -----------------------------------------------------------------------------------------------------------------------------
  /// The book stands still until `now`: cells begin, watches come due.
  void pass_to(TimePoint now) {
    while (next_cell_ <= now) {
      extend_spread(next_cell_);
      look_back(next_cell_);
      begin_cell();
    }
    extend_spread(now);
    look_back(now);
  }

  void extend_spread(TimePoint now) {
    if (!out_.cells.empty() && has_mid_) {
      const auto lasted = static_cast<double>(now - spread_since_);
      out_.cells.back().spread_ticks_ns += lasted * (quote_.ask - quote_.bid);
      out_.cells.back().two_sided_ns += lasted;
    }
    spread_since_ = now;
  }

  void begin_cell() {
    GridCell cell{kUndefined, kUndefined};
    if (has_mid_) {
      cell.mid_ticks = quote_.mid_ticks();
      cell.band_lots = 0;
      for (const Side side : {Side::buy, Side::sell}) {
        const Ticks best = book_.best(side), width = sweep_width_[static_cast<std::size_t>(side)];
        cell.band_lots += band(side, best, settings_.band_ticks) / both_sides_half;
        watch({next_cell_, false, band(side, best, width), 0, {}}, {0, side, best, width});
      }
    }
    out_.cells.push_back(cell);
    if (settings_.levels > 1) out_.level_imbalance.resize(out_.cells.size() * settings_.levels);
    next_cell_ += kGridStep;
  }

  // ---- trades ---------------------------------------------------------------------------------------------------------------------------
  void add_volume(const MarketEvent& event) {
    if (out_.cells.empty()) return;
    out_.cells.back().lots += event.quantity;
    if (!is_trade(event)) return;
    const double lots = sign(opposite(event.side)) * static_cast<double>(event.quantity);
    out_.cells.back().signed_lots += lots;
    if (!trade_open_) open_trade(event);
    const double price = static_cast<double>(trade_subticks(event, tape_.info().instrument.subticks)) / tape_.info().instrument.subticks;
    trade_.signed_lots += lots;
    trade_.effective_ticks += 2 * lots * (price - trade_.mid_ticks);
    trade_width_ = std::max(trade_width_, std::abs(event.price - trade_best_) + 1);
  }

  void open_trade(const MarketEvent& event) {
    trade_open_ = true;
    trade_side_ = event.side;
    trade_ = {event.time, 0, has_mid_ ? quote_.mid_ticks() : kUndefined, 0};
    trade_best_ = book_.best(event.side);
    trade_width_ = 1;
    touch_before_ = has_mid_ ? static_cast<double>(book_.lots(event.side, trade_best_)) : 0;
  }

  void close_trade() {
    if (!trade_open_) return;
    trade_open_ = false;
    if (std::isnan(trade_.mid_ticks)) return;
    const double taken = std::abs(trade_.signed_lots);
    trade_.effective_ticks /= taken;
    out_.trades.push_back(trade_);
    if (taken < touch_before_) return;
    // Fills have emptied the book already; after prints the book follows by itself.
    const double stands = band(trade_side_, trade_best_, trade_width_);
    watch({trade_.time, true, has_fills_ ? stands + taken : stands, taken, {}}, {0, trade_side_, trade_best_, trade_width_});
    sweep_width_[static_cast<std::size_t>(trade_side_)] = trade_width_;
  }

  // ---- depth ----------------------------------------------------------------------------------------------------------------------------
  double band(Side side, Ticks best, Ticks width) const {
    const Ticks far = worse_by(side, best, width - 1);
    const Ticks low = std::max(std::min(best, far), tape_.info().price_min), high = std::min(std::max(best, far), tape_.info().price_max);
    Lots lots = 0;
    for (Ticks price = low; price <= high; ++price) lots += book_.lots(side, price);
    return static_cast<double>(lots);
  }

  void watch(DepthWatch watch, Waiting::Place place) {
    watch.lost.fill(kUndefined);
    place.watch = out_.watches.size();
    for (Waiting& lag : waiting_) lag.places.push_back(place);
    out_.watches.push_back(watch);
  }

  void look_back(TimePoint now) {
    for (std::size_t lag = 0; lag < waiting_.size(); ++lag) {
      Waiting& waiting = waiting_[lag];
      for (; waiting.next < waiting.places.size(); ++waiting.next) {
        const auto& [index, side, best, width] = waiting.places[waiting.next];
        DepthWatch& watch = out_.watches[index];
        if (watch.time + kRecoveryLags[lag] >= now) break;
        if (has_mid_) watch.lost[lag] = watch.band_lots - band(side, best, width);
      }
    }
  }

  // ---- quotes ---------------------------------------------------------------------------------------------------------------------------
  void update_quote(bool replaces) {
    const Ticks bid = book_.best(Side::buy), ask = book_.best(Side::sell);
    const bool cancel_counted = event_counted_;
    event_counted_ = false;
    has_mid_ = bid != kNoBid && ask != kNoAsk && bid < ask && !book_.halted();
    if (!has_mid_) {
      had_quote_ = false;
      return;
    }
    fill_levels(bid, ask);
    const bool joined = replaces && had_quote_ && cancel_counted;
    if (had_quote_ && now_ == levels_ && !joined) return;
    if (joined) count_event(-1, before_, levels_);  // cancel and add of one message are one event
    if (had_quote_) {
      if (!joined) before_ = levels_;
      event_counted_ = true;
      count_event(1, before_, now_);
    }
    std::swap(levels_, now_);
    quote_ = levels_.front();
    had_quote_ = true;
  }

  /// The i-th best prices of both sides, as many as both have.
  void fill_levels(Ticks bid, Ticks ask) {
    now_.clear();
    while (bid != kNoBid && ask != kNoAsk) {
      now_.push_back({bid, static_cast<double>(book_.lots(Side::buy, bid)), ask, static_cast<double>(book_.lots(Side::sell, ask))});
      if (now_.size() == settings_.levels) break;
      bid = book_.next_worse(Side::buy, bid);
      ask = book_.next_worse(Side::sell, ask);
    }
  }

  void count_event(double times, const std::vector<BestQuote>& from, const std::vector<BestQuote>& to) {
    if (out_.cells.empty()) return;
    GridCell& cell = out_.cells.back();
    if (!(from.front() == to.front())) {
      cell.order_flow_imbalance += times * order_flow_event(from.front(), to.front());
      cell.touch_lots += times * (to.front().bid_lots + to.front().ask_lots) / 2;
      cell.quotes += times;
    }
    if (settings_.levels == 1) return;
    double* const imbalance = &out_.level_imbalance[(out_.cells.size() - 1) * settings_.levels];
    for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i) imbalance[i] += times * order_flow_event(from[i], to[i]);
  }

  const EventTape& tape_;
  ObserveSettings settings_;
  const std::vector<MarkedPrint>& own_;
  std::vector<bool> own_taken_;
  LevelBook book_;
  Observations out_;
  bool has_fills_ = false;

  TimePoint time_ = 0, next_cell_ = 0, spread_since_ = 0;
  MarketEvent last_{};
  bool has_mid_ = false, had_quote_ = false, event_counted_ = false;
  BestQuote quote_{};
  std::vector<BestQuote> levels_, before_, now_;  // of now, before the latest event, and room

  bool trade_open_ = false;
  Side trade_side_ = Side::buy;
  SignedTrade trade_{};
  Ticks trade_best_ = 0;
  Ticks trade_width_ = 1;
  double touch_before_ = 0;
  Ticks sweep_width_[2] = {1, 1};  // of the latest sweep of a side
  std::array<Waiting, kRecoveryLags.size()> waiting_;
};

}  // namespace

Observations observe(const EventTape& tape, const ObserveSettings& settings, const std::vector<MarkedPrint>& own_prints) {
  return Observer{tape, settings, own_prints}.run();
}

}  // namespace plimsoll
