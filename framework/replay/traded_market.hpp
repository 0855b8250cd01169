#pragma once
/// What a run has in one market: its orders there, what it took, and how the market has answered.

#include <cstdint>
#include <optional>

#include "execution/venue.hpp"
#include "market/instrument.hpp"
#include "market/order_book.hpp"
#include "metrics/recorded_signals.hpp"
#include "replay/markouts.hpp"
#include "replay/plugin_instance.hpp"
#include "replay/run_spec.hpp"

namespace plimsoll {

/// What the runs of a batch share of one market: history, const to them, and where they say what concerns them.
///
/// All markets of a batch stand on one clock, so that an actor sees what has reached it from each of them at one moment: that of the market
/// whose news come first, the quickest. The others' rows happen `lag` later than they did, `lag` being their feed delay less the quickest
/// one's.
struct SharedMarket {
  const OrderBook& book;
  const RecordedSignals& signals;
  const Instrument& instrument;
  Subscriptions& subscriptions;
  Duration lag = 0;
};

/// The market at one moment, as facts for metrics.
struct MarketMoment {
  MidX2 effective_mid;
  MidX2 recorded_mid;
  std::int64_t displaced_x2 = 0;
  Ticks reaction = 0;
  Ticks bid = kNoBid, ask = kNoAsk;  ///< effective, without the shift
};

class ScenarioRun;

/// A run's living impact model. Lives at a fixed address: the plugin holds its host.
struct LivingModel {
  ScenarioRun* run = nullptr;
  std::uint32_t index = 0;  ///< among the run's models
  ImpactModelInstance plugin;
  plimsoll_host_base host{};
};

class TradedMarket;

/// The model as the book that Response::model trades with: behind what was taken of it and the model has not been told of yet.
struct ModelBook final : GeneratedBook {
  explicit ModelBook(const TradedMarket& of_market) : market{of_market} {}
  Cost sweep(Side side, Lots lots) override;
  const TradedMarket& market;
};

/// All times are the batch's. Thread rule: belongs to one run. Lives at a fixed address, and what is touched most stands first: with 64
/// runs every line of the cache that it takes to come back to one counts.
class TradedMarket {
 public:
  TradedMarket(const MarketSpec& market_spec, const SharedMarket& shared_market, RunIndex run, std::uint32_t index_in_run)
      : spec{market_spec},
        shared{shared_market},
        index{index_in_run},
        venue{shared_market.book, market_spec.rules, shared_market.subscriptions, run} {}

  const MarketSpec& spec;
  const SharedMarket shared;
  const std::uint32_t index;  ///< in RunSpec::markets
  bool level_gone = false;    ///< a hole empties a recorded level: what our best price is no touch of the record says
  bool answer_due = false;    ///< executions of this instant wait for the market's answer
  bool reaction_clock_on = false;
  Venue venue;
  LivingModel* model = nullptr;  ///< nullptr: none
  std::uint32_t instrument = 0;  ///< which of the model's
  std::optional<ModelBook> book;
  MarketMoment before_row;
  std::int64_t last_displaced_x2 = 0;  ///< as of our last fill or answer: stands in while a side is empty
  TimePoint last_order_arrival = kLongAgo;
  TimePoint last_reaction_change = kLongAgo;
  double reaction = 0.0;  ///< J before it is rounded to whole ticks
  Ticks reaction_max = 0;
  double displacement_max_ticks = 0;

  /// The market's own time, and back.
  TimePoint exchange_time(TimePoint now) const { return now - shared.lag; }
  TimePoint batch_time(TimePoint exchange) const { return exchange + shared.lag; }
  bool responds() const { return spec.rules.response != Response::none; }

  /// The market as it stands, written where it is kept: a copy would wait for each of its fields.
  void look(MarketMoment& at) const;
  MarketMoment moment() const {
    MarketMoment at;
    look(at);
    return at;
  }
  MidX2 effective_mid() const;
  /// Answers a parent's markouts due before `limit`: off the history of the touch where that is possible, for our own quotes have not
  /// changed since.
  void answer(Markouts& markouts, TimePoint limit) const;

 private:
  MidX2 effective_mid(Ticks bid, Ticks ask, MidX2 recorded) const;
};

}  // namespace plimsoll
