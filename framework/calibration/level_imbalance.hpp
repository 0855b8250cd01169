#pragma once
/// Order-flow imbalance of several best prices: Xu, Gould and Howison (2018), Multi-level order-flow imbalance in a limit order book,
/// Market Microstructure and Liquidity 4.
///
///   dm = a + sum_i beta_i OFI_i + e,  OFI_i the sum of e_n at the i-th best prices of both sides (order_flow_imbalance.hpp)
///
/// The levels move together, so least squares would give wild betas: ridge on standardised columns, minimising |y - X b|^2 + n k |b|^2,
/// with k the best of 0.001, 0.003 .. 10 in cross-validation over five stretches of time.

#include "calibration/estimate.hpp"
#include "calibration/intervals.hpp"

namespace plimsoll {

/// "order_flow_levels": beta_level_1 .. (ticks/lot). A ridge shrinks, so no error is claimed; the R2 out of sample says what the levels are
/// worth (with one level more it should not fall). Needs 30 intervals for each level. Precondition: intervals.levels > 1.
Estimate estimate_order_flow_levels(const Intervals& intervals);

}  // namespace plimsoll
