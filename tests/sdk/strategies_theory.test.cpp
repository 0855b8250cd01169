// Bertsimas-Lo, Gueant and Cartea-Jaimungal against brute force on small cases.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "claims.hpp"
#include "sdk/fake_host.hpp"
#include "sdk/plugin.hpp"
#include "sdk/theory/bertsimas_lo.hpp"
#include "sdk/theory/cartea_jaimungal.hpp"
#include "sdk/theory/gueant.hpp"

using namespace plimsoll::sdk;
using namespace plimsoll::sdk::theory;

namespace {

const Math kHostMath{fake::math_table()};
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The lowest value over a grid, and where it is.
template <class Value>
std::pair<double, double> lowest(double from, double to, int points, const Value& value) {
  std::pair<double, double> best{kInfinity, from};
  for (int i = 0; i <= points; ++i) {
    const double at = from + (to - from) * i / points;
    best = std::min(best, std::pair<double, double>{value(at), at});
  }
  return best;
}

}  // namespace

TEST_CASE("Bertsimas-Lo: without a signal the trades are equal") {
  for (std::int64_t to_go = 0; to_go < 50; ++to_go) {
    const BertsimasLoTrade trade = trade_with({1e-3, 0.0, 0.7}, to_go);
    CHECK(trade.share_of_rest == Approx(1.0 / static_cast<double>(to_go + 1)));
    CHECK(trade.lots_per_signal == 0.0);
  }
}

TEST_CASE("Bertsimas-Lo: every policy on a tree of signals, searched exhaustively, is dearer") {
  // Three trades of together 100 lots; the signal's noise is +-1 at each step, so a policy is S1 and S2 for two signals; S3 is the rest.
  const BertsimasLo problem{0.02, 0.5, 0.6};
  const double lots = 100.0, first_signal = 0.8;
  const auto pay = [&](double& price, double trade, double signal) {
    price += problem.impact * trade + problem.signal_move * signal;
    return price * trade;
  };
  // Expected cost of trades two and three from here, trade two being `second`.
  const auto rest = [&](double price, double left, double signal, double second) {
    double cost = pay(price, second, signal);
    double mean = 0.0;
    for (const double noise : {-1.0, 1.0}) {
      double after = price;
      mean += 0.5 * pay(after, left - second, problem.persistence * signal + noise);
    }
    return cost + mean;
  };
  const auto whole = [&](double first, bool closed_form) {
    double price = 0.0;
    double cost = pay(price, first, first_signal);
    for (const double noise : {-1.0, 1.0}) {
      const double signal = problem.persistence * first_signal + noise, left = lots - first;
      if (closed_form) {
        const BertsimasLoTrade trade = trade_with(problem, 1);
        cost += 0.5 * rest(price, left, signal, trade.share_of_rest * left + trade.lots_per_signal * signal);
      } else {
        cost += 0.5 * lowest(-100.0, 200.0, 3'000, [&](double second) { return rest(price, left, signal, second); }).first;
      }
    }
    return cost;
  };
  const auto [cost, first] = lowest(0.0, 100.0, 1'000, [&](double at) { return whole(at, false); });
  const BertsimasLoTrade trade = trade_with(problem, 2);
  const double planned = trade.share_of_rest * lots + trade.lots_per_signal * first_signal;
  CHECK(planned == Approx(first).margin(0.11));
  CHECK(planned > 34.0);  // the signal says the price rises: more now
  CHECK(whole(planned, true) <= cost + 1e-6);
}

TEST_CASE("Gueant: dynamic programming over a grid of distances finds the same quotes") {
  // One Euler step of 0.02 s: an order is filled with probability A exp(-k delta) dt.
  const LimitOrderLiquidation problem{0.1, 0.3, 0.3, 0.05, 3.0};
  const double horizon = 60.0, dt = 0.02;
  const int steps = 3'000, units = 3;
  const double gamma = problem.risk_aversion;
  std::vector<double> loss(units + 1);  // g_q of the value -exp(-gamma (cash + q S)) g_q
  for (int q = 0; q <= units; ++q) loss[static_cast<std::size_t>(q)] = std::exp(gamma * q * problem.end_cost);
  std::vector<double> best(units + 1);
  for (int step = 0; step < steps; ++step)
    for (int q = units; q >= 1; --q) {
      const auto at = static_cast<std::size_t>(q);
      const double wait = std::exp(0.5 * gamma * gamma * q * q * problem.volatility * problem.volatility * dt);
      const auto [value, delta] = lowest(-4.0, 16.0, 400, [&](double distance) {
        const double fill = std::min(1.0, problem.intensity * std::exp(-problem.decay * distance) * dt);
        return wait * ((1.0 - fill) * loss[at] + fill * std::exp(-gamma * distance) * loss[at - 1]);
      });
      loss[at] = value;
      best[at] = delta;
    }
  const LimitOrderQuotes quotes{kHostMath, problem, units, horizon, 600};
  for (int q = 1; q <= units; ++q) CHECK(quotes.delta(q, 0) == Approx(best[static_cast<std::size_t>(q)]).margin(0.06));
  // Who holds more, or has less time, stands closer.
  CHECK(quotes.delta(3, 0) < quotes.delta(1, 0));
  CHECK(quotes.delta(1, 599) < quotes.delta(1, 0));
  // The grid of times hardly matters.
  CHECK(LimitOrderQuotes(kHostMath, problem, units, horizon, 60).delta(3, 0) == Approx(quotes.delta(3, 0)).margin(2e-3));
}

TEST_CASE("Gueant's block premium is the cost of working it out: the integral of its own optimum") {
  // phi = 1 is Almgren-Chriss without a deadline: E + (gamma/2) V = X^2 sigma sqrt(eta gamma/(2V)) for cost eta v^2 / V.
  const BlockPrice block{0.05, 1.0, 0.01, 2e3, 0.3, 1e-4, 0.0};
  const double lots = 5e4;
  CHECK(block.premium(kHostMath, lots) == Approx(lots * lots * 0.3 * std::sqrt(0.05 * 1e-4 / (2.0 * 2e3)) + 0.01 * lots).epsilon(1e-12));
  CHECK(block.initial_rate(kHostMath, lots) == Approx(lots * std::sqrt(1e-4 * 0.09 * 2e3 / (2.0 * 0.05))).epsilon(1e-12));
  // And at phi = 0.6 the premium is the value function: its derivative times the rate pays for cost and risk (Hamilton-Jacobi).
  const BlockPrice concave{0.05, 0.6, 0.0, 2e3, 0.3, 1e-4, 0.0};
  const double h = 1.0;
  const double slope = (concave.premium(kHostMath, lots + h) - concave.premium(kHostMath, lots - h)) / (2.0 * h);
  const double rate = concave.initial_rate(kHostMath, lots);
  const double cost = 0.05 * std::pow(rate / 2e3, 1.6) * 2e3;
  CHECK(slope * rate == Approx(cost + 0.5 * 1e-4 * 0.09 * lots * lots).epsilon(1e-6));
}

TEST_CASE("Cartea-Jaimungal: dynamic programming over a grid of holdings finds the same first trades") {
  // Sell 1,000 lots in 60 s while others buy 30 lots/s, dying out at 0.05/s.
  const CarteaJaimungal problem{2e-2, 1e-3, 4e-6, 0.05};
  const double lots = 1'000.0, horizon = 60.0, flow = 30.0;
  const int steps = 30, grid = 500;
  const double dt = horizon / steps, unit = lots / grid;
  // cost of holding q and selling n in a step: k n^2/dt + phi q^2 dt less the rise of the price by b mu dt on what is still held.
  std::vector<double> next(grid + 1, kInfinity);
  next[0] = 0.0;
  std::vector<int> first(grid + 1, 0);
  for (int step = steps - 1; step >= 0; --step) {
    const double mid = (step + 0.5) * dt;
    const double rise = problem.flow_move * flow * std::exp(-problem.flow_decay * mid) * dt;
    std::vector<double> now(grid + 1, kInfinity);
    for (int held = 0; held <= grid; ++held)
      for (int sold = 0; sold <= held; ++sold) {
        if (next[static_cast<std::size_t>(held - sold)] == kInfinity) continue;
        const double n = sold * unit, q = (held - 0.5 * sold) * unit;
        const double cost =
            problem.temporary * n * n / dt + problem.urgency * q * q * dt - rise * q + next[static_cast<std::size_t>(held - sold)];
        if (cost < now[static_cast<std::size_t>(held)]) {
          now[static_cast<std::size_t>(held)] = cost;
          first[static_cast<std::size_t>(held)] = sold;
        }
      }
    next = now;
  }
  const double sold = first[grid] * unit;
  const double rate = problem.rate(kHostMath, horizon, lots, flow);
  const double later = problem.rate(kHostMath, horizon - dt, lots - sold, flow * std::exp(-problem.flow_decay * dt));
  CHECK(sold == Approx(0.5 * (rate + later) * dt).margin(unit));
  // The claim has teeth: without flow the first step would be larger by several units.
  CHECK(problem.rate(kHostMath, horizon, lots, 0.0) * dt > sold + 3.0 * unit);
}

TEST_CASE("Cartea-Jaimungal: its limits join without a seam") {
  const auto rate = [](double urgency, double decay) {
    return CarteaJaimungal{1e-2, 1e-3, urgency, decay}.rate(kHostMath, 50.0, 1e3, 20.0);
  };
  CHECK(rate(0.0, 0.0) == Approx(1e3 / 50.0 - 1e-3 * 20.0 / 2e-2 * 25.0));  // even pace, less half the time under a constant push
  CHECK(rate(1e-14, 0.03) == Approx(rate(0.0, 0.03)).epsilon(1e-6));
  CHECK(rate(1e-10, 1e-7) == Approx(rate(0.0, 0.0)).epsilon(1e-4));
  const double g = 0.02;
  CHECK(rate(g * g * 1e-2, g * (1.0 - 1e-9)) == Approx(rate(g * g * 1e-2, g * (1.0 + 1e-9))).epsilon(1e-8));
  CHECK(std::isfinite(CarteaJaimungal{1e-2, 1e-3, 1e3, 1e-3}.rate(kHostMath, 1e6, 1e3, 20.0)));
  CHECK_THROWS_AS(rate(std::nan(""), 0.0), std::invalid_argument);
}
