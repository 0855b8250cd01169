#pragma once
/// What an order would cost in an impact model before it is sent: expected cost, risk, the best schedule and the efficient frontier.
///
/// Trades at the starts of equal slices of the horizon (and, with `closing_trade`, one more at its end). Cost is ModelProbe's plus the
/// half spread on every lot; risk is the standard deviation of what the unaffected mid does to the lots that still wait,
/// V = sigma^2 sum dt_k x_k^2 with x_k the lots left after trade k. The best schedule minimises cost + risk aversion * V.
///
///   a model linear in size  the kernel matrix is read off by probing each trade time, and a quadratic programme gives the optimum (theory/
///                           quadratic_schedule.hpp). Linear is what prices three very different schedules as its own kernel does.
///   any other               projected descent from even slices; a local optimum, one-sided, in whole lots, at most 100 trades. A model
///                           that is no book is charged in 64 parts a trade.

#include <cstdint>
#include <optional>
#include <vector>

#include "experiment/model_probe.hpp"

namespace plimsoll {

struct PretradeOrder {
  Side side = Side::buy;
  Lots lots = 0;
  Duration horizon = 3600 * kSecond;
  std::int64_t slices = 10;
  bool closing_trade = false;
  bool two_sided = false;          ///< the optimum may trade against the order's side (linear models only)
  double volatility_ticks = 0.0;   ///< of the unaffected mid, per square root of a second
  double half_spread_ticks = 0.0;  ///< paid on every lot
  double risk_aversion = 0.0;      ///< 1 / currency
  double money_per_tick_lot = 1.0;
};

inline constexpr std::int64_t kPretradeTradesMax = 500;
inline constexpr std::int64_t kNonlinearTradesMax = 100;

/// Money; cost positive = bad.
struct PricedSchedule {
  std::vector<double> trades;  ///< lots of the order's side; the sum is the order
  double cost = 0.0;
  double deviation = 0.0;
};

struct FrontierPoint {
  double risk_aversion = 0.0;
  PricedSchedule schedule;
};

struct Pretrade {
  std::vector<TimePoint> times;  ///< of the trades, since the order's start
  bool linear = false;
  bool alternates = false;  ///< linear models: the unrestricted optimum trades against the order's side as well
  PricedSchedule even;
  std::optional<PricedSchedule> at_once;  ///< nothing when the model does not hold so much
  std::optional<PricedSchedule> optimal;  ///< nothing where no risk is weighed and every schedule costs the same
  std::vector<FrontierPoint> frontier;    ///< risk aversion rising; empty without volatility
};

/// Throws BadInput (78): what the model refuses (PRETRADE-MODEL), no optimum because of a singular or indefinite matrix
/// (PRETRADE-NO-OPTIMUM), too many trades (PRETRADE-SIZE). Numbers of the order must be in range.
Pretrade pretrade(const ImpactChoice& model, const ProbeSetting& setting, const PretradeOrder& order);

/// One schedule of the user's own; its trades, one for each of the order's times, must add up to the order.
PricedSchedule priced(const ImpactChoice& model, const ProbeSetting& setting, const PretradeOrder& order, const std::vector<Lots>& trades);

/// When the order's trades happen, since its start.
std::vector<TimePoint> trade_times(const PretradeOrder& order);

/// Whole lots: the sums so far are rounded, so no trade is off by more than one lot and their total is exact.
std::vector<Lots> whole_lots(const std::vector<double>& trades);

}  // namespace plimsoll
