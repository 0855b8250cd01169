#pragma once
/// Order flow that excites itself: a market order brings further market orders of its side, refills and cancels in its train.
///
/// Model: Large, "Measuring the resiliency of an electronic limit order book", Journal of Financial Markets 10 (2007) 1-25, and Bacry,
/// Mastromatteo, Muzy, "Hawkes processes in finance", Market Microstructure and Liquidity 1 (2015), section 4: market orders, limit orders
/// and cancels of either side are a mutually exciting point process with exponential kernels (hawkes_clock.hpp for the formula). Settings
/// give the 3 x 3 matrix of branching ratios (`market_to_limit`: direct limit orders per market order) and one share of children on the
/// parent's own side; by the symmetry of the sides the 6 x 6 matrix has the same spectral radius as the 3 x 3 one, and 1 or more is
/// refused. Rates are those of (1 - N)^-1 mu.
///
/// Ours on top, because a point process alone knows no book: the baseline of cancels is one per resting order and lifetime, so that the
/// number of orders has a mean to return to (a flow whose excited cancels alone would empty the book is refused); an excited cancel picks
/// an order of its side at random and is nothing when there is none. A limit order falls on any price within the spread
/// (`improve_share`; where there is none it joins the best price), joins its side's best price (`join_share`), or lies d ticks behind it
/// with P(D >= d) = d^-tail_exponent, at most `window_ticks` (Bouchaud, Mezard, Potters, "Statistical properties of stock order books",
/// Quantitative Finance 2 (2002) 251-256: exponent 0.6). Sizes are those of flow_sizes.hpp; a market order takes exactly the best price
/// (`touch_share`) or a drawn size, and walks on. An emptied side gets the very next event, as in zero_intelligence.hpp. There are no
/// hidden prints.
///
/// Facts that tests/feed/hawkes.test.cpp holds: rates as the matrix says; compensated times between market orders are exponential with mean
/// 1; counts in long windows are 1 / (1 - n)^2 times more dispersed than Poisson; signs of market orders are autocorrelated.

#include "feed/settings.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

FeedInfo hawkes_feed();

/// Random numbers: FlowDraws on (seed, day, Purpose::hawkes_flow). Throws BadInput (bad_scenario).
EventTape generate_hawkes(const FeedSettings& settings);

}  // namespace plimsoll
