#pragma once
/// The square-root law of own orders: I(Q) = Y sigma_D sqrt(Q / V_D), I the mid's displacement at the end of a parent relative to the mid
/// at its arrival, signed by its side. Toth et al. (2011), Phys. Rev. X 1, 021006.
///
/// With y = I / sigma_D and v = Q / V_D, weighted by 1 / duration (what the market does by itself has variance sigma^2 T):
///   prefactor           Y of y = Y v^(1/2), linear least squares: what models use
///   exponent (free)     d of y = Y' v^d, nonlinear least squares: reported beside it
/// It is fitted in levels, not in logarithms: half of the orders of a small Q end with the wrong sign, and leaving them out, as a logarithm
/// must, biases Y up. Errors clustered by UTC day from kClustersMin days on, else HC1. A parent without end_mid counts with 3/2 of its
/// average cost (average cost = 2/3 I). The market's own return is not taken off.
///
/// Parents that were cancelled because the price ran away belong into the file with what they executed, else large costs are missing.

#include <span>

#include "calibration/metaorders.hpp"

namespace plimsoll {

/// "square_root": prefactor, and exponent and free_prefactor when they can be told. Needs 30 parents, 100 for the exponent. Out of sample:
/// R2 of the first part of the days, or of two thirds of the parents, on the rest.
Estimate estimate_square_root(std::span<const Metaorder> parents, double daily_volatility, double daily_volume_lots);

}  // namespace plimsoll
