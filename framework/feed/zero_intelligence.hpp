#pragma once
/// Zero-intelligence order flow, generated on the spot: the embedded default market, for people without data.
///
/// Model: Smith, Farmer, Gillemot, Krishnamurthy, "Statistical theory of the continuous double auction", Quantitative Finance 3 (2003)
/// 481-514. Limit orders, market orders and cancellations are independent Poisson events; nobody looks at the past, so the mid has no
/// drift and no mean to revert to. A limit price falls evenly on `window_ticks` prices from `nearest_ticks` behind the opposite best
/// (the paper: from 1 tick behind it; on AAPL 95 % of new limit prices lie 11 ticks or more behind it), so an add never crosses. Every
/// resting order is cancelled with rate 1/lifetime_s, one in 88 in part. Ours on top: a share of limit orders joins its own side's best
/// price, and a market order takes exactly the displayed best size, more (a sweep: several fills at one time, best price first, front
/// of the queue first), or less.
/// A side that runs empty gets the very next event as a limit order, placed from the last best price; no price is below one tick.
/// The flow runs for `warmup_s` before the session; what rests then opens the tape.
///
/// Defaults against the LOBSTER AAPL hour they were set from (2012-06-21 09:30-10:30, message_50 replayed from the first level-10 row;
/// measured 2026-11-23: shares of rows, spread and depth weighted by time, rms of the one-minute changes of the mid). Right column: means
/// of ten seeds, two hours each. tests/feed/zero_intelligence.test.cpp measures the lines down to the volatility again and holds them near
/// AAPL's; order sizes and the depth of 100 ticks were measured once, with the others, and no test repeats them:
///
///                                           AAPL                   synthetic
///   rows per second                         25.6                   25.4
///   add / cancel / fill / print share       .481 .451 .044 .024    .483 .443 .050 .024
///   spread, mean and median, ticks          19.5, 18               19.7, 18
///   depth at the touch, mean of both sides  161                    160 lots
///   one-minute volatility of the mid        42.7                   43.6 ticks
///   order size: mean; most frequent         112; 100 (53 %)        112; 100 (53.5 %)
///   market orders: exactly the touch, more  .62, .046              the same, by setting
///   displayed within 100 ticks of the best  8,070                  2,200 lots a side
/// The last line is what the model lacks: patient orders far from the touch. A large order meets a thinner book here than in AAPL.
///
/// Rates per second come from the same hour: 44,256 adds, 3,290 market orders with a displayed fill, 2,201 hidden executions in 3,600 s.

#include "feed/settings.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

/// The model has two names: "synthetic" is forty minutes, "zero_intelligence" a day of 6.5 hours; all else is the same.
FeedInfo synthetic_feed();
FeedInfo zero_intelligence_feed();

/// Random numbers: FlowDraws on (seed, day, Purpose::synthetic_flow). Throws BadInput (bad_scenario) for a `start` that is
/// no time of day and for flows that would not fit in memory.
EventTape generate_synthetic(const FeedSettings& settings);
EventTape generate_zero_intelligence(const FeedSettings& settings);

}  // namespace plimsoll
