#include "calibration/observations.hpp"

#include <algorithm>
#include <cmath>

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
    Ticks best;
  };
  std::vector<Place> places;
  std::size_t next = 0;
};

class Observer {
 public:
  Observer(const EventTape& tape, Ticks band_ticks, const std::vector<OwnPrint>& own_prints)
      : tape_{tape}, band_ticks_{band_ticks}, own_{own_prints}, own_taken_(own_prints.size(), false), book_{tape.info()} {
    for (const std::uint8_t kind : tape.columns().kind) has_fills_ = has_fills_ || static_cast<Action>(kind & 7) == Action::fill;
  }

  Observations run() {
    out_.content_hash = tape_.info().content_hash;
    out_.instrument = tape_.info().instrument;
    out_.first_time = tape_.first_time();
    out_.last_time = tape_.last_time();
    out_.rows = tape_.size();
    if (tape_.size() == 0) return std::move(out_);
    // The first whole second after the first row; what comes before belongs to the opening.
    next_cell_ = out_.grid_start = (tape_.first_time() / kGridStep + 1) * kGridStep;
    for (std::size_t row = 0; row < tape_.size(); ++row) step(row);
    close_trade();
    pass_to(tape_.last_time() + 1);
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
    const OwnPrint print{event.time, event.price, event.quantity};
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
        const double lots = band(side, book_.best(side));
        cell.band_lots += lots / both_sides_half;
        watch({next_cell_, false, lots, 0, {}}, side, book_.best(side));
      }
    }
    out_.cells.push_back(cell);
    next_cell_ += kGridStep;
  }

  // ---- trades ---------------------------------------------------------------------------------------------------------------------------
  void add_volume(const MarketEvent& event) {
    if (!out_.cells.empty()) out_.cells.back().lots += event.quantity;
    if (!is_trade(event)) return;
    const double lots = sign(opposite(event.side)) * static_cast<double>(event.quantity);
    if (!out_.cells.empty()) out_.cells.back().signed_lots += lots;
    if (!trade_open_) open_trade(event);
    const double price = static_cast<double>(trade_subticks(event, tape_.info().instrument.subticks)) / tape_.info().instrument.subticks;
    trade_.signed_lots += lots;
    trade_.effective_ticks += 2 * lots * (price - trade_.mid_ticks);
    if (at_least_as_good(event.side, event.price, worse_by(event.side, trade_best_, band_ticks_ - 1))) taken_in_band_ += event.quantity;
  }

  void open_trade(const MarketEvent& event) {
    trade_open_ = true;
    trade_side_ = event.side;
    trade_ = {event.time, 0, has_mid_ ? quote_.mid_ticks() : kUndefined, 0};
    trade_best_ = book_.best(event.side);
    taken_in_band_ = 0;
    band_before_ = has_mid_ ? band(event.side, trade_best_) : 0;
    touch_before_ = has_mid_ ? static_cast<double>(book_.lots(event.side, trade_best_)) : 0;
  }

  void close_trade() {
    if (!trade_open_) return;
    trade_open_ = false;
    if (std::isnan(trade_.mid_ticks)) return;
    const bool sweep = std::abs(trade_.signed_lots) >= touch_before_ && taken_in_band_ > 0;
    trade_.effective_ticks /= std::abs(trade_.signed_lots);
    out_.trades.push_back(trade_);
    if (sweep) watch({trade_.time, true, band_before_, taken_in_band_, {}}, trade_side_, trade_best_);
  }

  // ---- depth ----------------------------------------------------------------------------------------------------------------------------
  double band(Side side, Ticks best) const {
    const Ticks far = worse_by(side, best, band_ticks_ - 1);
    const Ticks low = std::max(std::min(best, far), tape_.info().price_min), high = std::min(std::max(best, far), tape_.info().price_max);
    Lots lots = 0;
    for (Ticks price = low; price <= high; ++price) lots += book_.lots(side, price);
    return static_cast<double>(lots);
  }

  void watch(DepthWatch watch, Side side, Ticks best) {
    watch.lost.fill(kUndefined);
    for (Waiting& lag : waiting_) lag.places.push_back({out_.watches.size(), side, best});
    out_.watches.push_back(watch);
  }

  void look_back(TimePoint now) {
    for (std::size_t lag = 0; lag < waiting_.size(); ++lag) {
      Waiting& waiting = waiting_[lag];
      for (; waiting.next < waiting.places.size(); ++waiting.next) {
        const auto& [index, side, best] = waiting.places[waiting.next];
        DepthWatch& watch = out_.watches[index];
        if (watch.time + kRecoveryLags[lag] >= now) break;
        if (has_mid_) watch.lost[lag] = watch.band_lots - band(side, best);
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
    const BestQuote now{bid, static_cast<double>(book_.lots(Side::buy, bid)), ask, static_cast<double>(book_.lots(Side::sell, ask))};
    const bool joined = replaces && had_quote_ && cancel_counted;
    if (had_quote_ && now == quote_ && !joined) return;
    if (joined) count_quote(-1, event_imbalance_, quote_);  // cancel and add of one message are one event
    if (had_quote_) {
      if (!joined) before_ = quote_;
      event_imbalance_ = order_flow_event(before_, now);
      event_counted_ = true;
      count_quote(1, event_imbalance_, now);
    }
    quote_ = now;
    had_quote_ = true;
  }

  void count_quote(double times, double imbalance, const BestQuote& quote) {
    if (out_.cells.empty()) return;
    GridCell& cell = out_.cells.back();
    cell.order_flow_imbalance += times * imbalance;
    cell.touch_lots += times * (quote.bid_lots + quote.ask_lots) / 2;
    cell.quotes += times;
  }

  const EventTape& tape_;
  Ticks band_ticks_;
  const std::vector<OwnPrint>& own_;
  std::vector<bool> own_taken_;
  LevelBook book_;
  Observations out_;
  bool has_fills_ = false;

  TimePoint time_ = 0, next_cell_ = 0, spread_since_ = 0;
  MarketEvent last_{};
  bool has_mid_ = false, had_quote_ = false, event_counted_ = false;
  BestQuote quote_{}, before_{};
  double event_imbalance_ = 0;

  bool trade_open_ = false;
  Side trade_side_ = Side::buy;
  SignedTrade trade_{};
  Ticks trade_best_ = 0;
  double taken_in_band_ = 0, band_before_ = 0, touch_before_ = 0;
  std::array<Waiting, kRecoveryLags.size()> waiting_;
};

}  // namespace

Observations observe(const EventTape& tape, Ticks band_ticks, const std::vector<OwnPrint>& own_prints) {
  return Observer{tape, band_ticks, own_prints}.run();
}

}  // namespace plimsoll
