#include "experiment/pretrade.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "core/contract.hpp"
#include "core/math.hpp"
#include "experiment/simplex_descent.hpp"
#include "sdk/schedule.hpp"
#include "sdk/theory/quadratic_schedule.hpp"

namespace plimsoll {
namespace {

using Numbers = std::vector<double>;
constexpr std::int64_t kParts = 64;

[[noreturn]] void refuse(const char* code, const std::string& problem, const std::string& suggestion) {
  throw BadInput{ExitCode::bad_scenario, {code, "", "", problem, suggestion}};
}

/// An order in a model: prices schedules and finds the best.
class Desk {
 public:
  Desk(const ImpactChoice& model, const ProbeSetting& setting, const PretradeOrder& order)
      : model_{model}, setting_{setting}, order_{order}, times_{trade_times(order)} {
    for (const TimePoint time : times_) seconds_.push_back(static_cast<double>(time) * 1e-9);
    find_kernel();
  }

  bool linear() const { return linear_; }
  const std::vector<TimePoint>& times() const { return times_; }
  /// A model of permanent impact alone: one lot moves the price as much now as ever after.
  bool every_schedule_costs_the_same() const { return linear_ && times_.size() > 1 && kernel_.isConstant(kernel_(0, 0), 1e-12); }
  Numbers even() const { return Numbers(times_.size(), lots() / static_cast<double>(times_.size())); }
  Numbers at_once() const {
    Numbers out(times_.size(), 0.0);
    out.front() = lots();
    return out;
  }

  /// A model that is not linear in size is priced in whole lots.
  PricedSchedule priced(const Numbers& trades) const {
    PricedSchedule out{trades, 0.0, 0.0};
    double impact = 0.0;
    if (linear_) {
      impact = 0.5 * sdk::theory::quadratic_form(kernel_, trades);
    } else {
      const std::vector<Lots> whole = whole_lots(trades);
      out.trades.assign(whole.begin(), whole.end());
      impact = probed(whole);
    }
    double sizes = 0.0;
    for (const double trade : out.trades) sizes += std::fabs(trade);
    out.cost = (impact + order_.half_spread_ticks * sizes) * order_.money_per_tick_lot;
    out.deviation = std::sqrt(variance(out.trades)) * order_.money_per_tick_lot;
    return out;
  }

  Numbers optimum(double risk_aversion, bool one_sided) const {
    if (!linear_) return descended(risk_aversion);
    // In ticks x lots, where an aversion per currency is one per money_per_tick_lot.
    const Eigen::MatrixXd hessian =
        kernel_ + 2.0 * risk_aversion * order_.money_per_tick_lot * sdk::theory::risk_matrix(seconds_, order_.volatility_ticks);
    try {
      return sdk::theory::optimal_trades(hessian, lots(), one_sided);
    } catch (const std::invalid_argument& why) {
      refuse("PRETRADE-NO-OPTIMUM", why.what(),
             risk_aversion == 0.0 ? "a --risk-aversion with a --volatility may tell schedules apart" : "");
    }
  }

 private:
  double lots() const { return static_cast<double>(order_.lots); }

  /// Ticks x lots. The order is announced for its whole horizon, and what goes against its side as a parent of its own.
  double probed(const std::vector<Lots>& trades, std::int64_t parts = kParts) const {
    ModelProbe probe{model_, setting_};
    probe.announce(0, order_.side, order_.lots, 0, order_.horizon);
    Lots against = 0;
    for (const Lots trade : trades) against -= std::min<Lots>(trade, 0);
    if (against > 0) probe.announce(1, opposite(order_.side), against, 0, order_.horizon);
    double cost = 0.0;
    for (std::size_t k = 0; k < trades.size(); ++k)
      if (trades[k] != 0) cost += probe.execute({times_[k], sign(order_.side) * trades[k], trades[k] < 0 ? 1u : 0u, 0}, parts);
    return cost;
  }

  double variance(const Numbers& trades) const {
    double left = lots(), out = 0.0;
    for (std::size_t k = 0; k + 1 < trades.size(); ++k) {
      left -= trades[k];
      out += (seconds_[k + 1] - seconds_[k]) * left * left;
    }
    return out * order_.volatility_ticks * order_.volatility_ticks;
  }

  void find_kernel() {
    const auto size = static_cast<Eigen::Index>(times_.size());
    const Lots unit = std::max<Lots>(1, order_.lots / size);
    kernel_ = Eigen::MatrixXd::Zero(size, size);
    for (Eigen::Index j = 0; j < size; ++j) {
      const TimePoint at = times_[static_cast<std::size_t>(j)];
      ModelProbe probe{model_, setting_};
      probe.announce(0, order_.side, order_.lots, 0, order_.horizon);
      const double signed_unit = static_cast<double>(sign(order_.side)) * static_cast<double>(unit);
      kernel_(j, j) = 2.0 * probe.execute({at, sign(order_.side) * unit, 0, 0}) / (signed_unit * signed_unit);
      for (Eigen::Index i = j + 1; i < size; ++i)
        kernel_(i, j) = kernel_(j, i) = probe.displacement(times_[static_cast<std::size_t>(i)]) / signed_unit;
    }
    Numbers falling(times_.size());
    for (std::size_t k = 0; k < falling.size(); ++k) falling[k] = static_cast<double>(falling.size() - k);
    const double total = std::accumulate(falling.begin(), falling.end(), 0.0);
    for (double& trade : falling) trade *= lots() / total;
    linear_ = as_kernel_says(even()) && as_kernel_says(falling) && as_kernel_says(at_once());
  }

  bool as_kernel_says(const Numbers& trades) const {
    const std::vector<Lots> whole = whole_lots(trades);
    const double said = 0.5 * sdk::theory::quadratic_form(kernel_, Numbers(whole.begin(), whole.end()));
    try {
      return std::fabs(probed(whole, 1) - said) <= 1e-9 * std::fabs(said);
    } catch (const ModelFailure&) {
      return false;  // it does not hold so much: not linear without bounds
    }
  }

  Numbers descended(double risk_aversion) const {
    if (static_cast<std::int64_t>(times_.size()) > kNonlinearTradesMax)
      refuse("PRETRADE-SIZE",
             "a model that is not linear in size is searched with at most " + std::to_string(kNonlinearTradesMax) + " trades",
             "ask for fewer --slices");
    const auto goal = [&](const Numbers& trades) {
      const std::vector<Lots> whole = whole_lots(trades);
      const double money = order_.money_per_tick_lot;
      return probed(whole) * money + risk_aversion * money * money * variance(Numbers(whole.begin(), whole.end()));
    };
    return descend_on_simplex(goal, even(), std::max(1.0, 0.01 * lots() / static_cast<double>(times_.size())));
  }

  const ImpactChoice& model_;
  const ProbeSetting& setting_;
  const PretradeOrder& order_;
  std::vector<TimePoint> times_;
  Numbers seconds_;
  Eigen::MatrixXd kernel_;  // ticks per lot
  bool linear_ = false;
};

/// One significant digit, for aversions that people read.
double rounded(double value) {
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific, 0);
  ENSURE(error == std::errc{});
  std::from_chars(digits, end, value);
  return value;
}

std::vector<double> frontier_aversions(const PricedSchedule& even, double wanted) {
  std::vector<double> out = {wanted};
  const double balanced = even.cost > 0.0 ? even.cost / (even.deviation * even.deviation) : 0.0;
  if (balanced > 0.0)
    for (const double times : {0.0, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0}) out.push_back(times == 0.0 ? 0.0 : rounded(balanced * times));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Pretrade planned(const ImpactChoice& model, const ProbeSetting& setting, const PretradeOrder& order) {
  const Desk desk{model, setting, order};
  Pretrade out;
  out.times = desk.times();
  out.linear = desk.linear();
  out.even = desk.priced(desk.even());
  try {
    out.at_once = desk.priced(desk.at_once());
  } catch (const ModelFailure&) {
    out.at_once.reset();
  }
  const bool one_sided = !(order.two_sided && out.linear);
  const bool weighs_risk = order.risk_aversion != 0.0 && order.volatility_ticks > 0.0;
  if (weighs_risk || !desk.every_schedule_costs_the_same()) out.optimal = desk.priced(desk.optimum(order.risk_aversion, one_sided));
  if (out.linear && out.optimal) {
    const Numbers free = desk.optimum(order.risk_aversion, false);
    out.alternates = *std::min_element(free.begin(), free.end()) < -1e-6 * static_cast<double>(order.lots);
  }
  if (!(out.even.deviation > 0.0)) return out;
  for (const double aversion : frontier_aversions(out.even, order.risk_aversion)) {
    if (aversion == order.risk_aversion) {
      if (out.optimal) out.frontier.push_back({aversion, *out.optimal});
      continue;
    }
    try {
      out.frontier.push_back({aversion, desk.priced(desk.optimum(aversion, one_sided))});
    } catch (const BadInput&) {
      continue;  // without risk aversion the schedule may not matter: no point of the frontier
    }
  }
  return out;
}

void check(const PretradeOrder& order) {
  EXPECT(order.lots > 0 && order.horizon > 0 && order.slices > 0);
  EXPECT(order.volatility_ticks >= 0.0 && order.half_spread_ticks >= 0.0 && order.money_per_tick_lot > 0.0);
  if (order.slices > kPretradeTradesMax - 1)
    refuse("PRETRADE-SIZE", "a schedule has at most " + std::to_string(kPretradeTradesMax) + " trades", "ask for fewer --slices");
  if (order.horizon < order.slices) refuse("PRETRADE-SIZE", "a slice lasts at least a nanosecond", "ask for fewer --slices");
}

}  // namespace

std::vector<TimePoint> trade_times(const PretradeOrder& order) {
  std::vector<TimePoint> out;
  for (std::int64_t slice = 0; slice < order.slices; ++slice) out.push_back(sdk::scaled_down(order.horizon, slice, order.slices));
  if (order.closing_trade) out.push_back(order.horizon);
  return out;
}

std::vector<Lots> whole_lots(const std::vector<double>& trades) {
  std::vector<Lots> out;
  double sum = 0.0;
  Lots given = 0;
  for (const double trade : trades) {
    sum += trade;
    out.push_back(math::round_half_away(sum) - given);
    given += out.back();
  }
  return out;
}

Pretrade pretrade(const ImpactChoice& model, const ProbeSetting& setting, const PretradeOrder& order) {
  check(order);
  try {
    return planned(model, setting, order);
  } catch (const ModelFailure& failure) {
    refuse("PRETRADE-MODEL", failure.what(), "");
  }
}

PricedSchedule priced(const ImpactChoice& model, const ProbeSetting& setting, const PretradeOrder& order, const std::vector<Lots>& trades) {
  check(order);
  EXPECT(trades.size() == trade_times(order).size());
  try {
    return Desk{model, setting, order}.priced(Numbers(trades.begin(), trades.end()));
  } catch (const ModelFailure& failure) {
    refuse("PRETRADE-MODEL", failure.what(), "");
  }
}

}  // namespace plimsoll
