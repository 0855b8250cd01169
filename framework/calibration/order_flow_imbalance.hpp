#pragma once
/// Order-flow imbalance of the best quotes: Cont, Kukanov and Stoikov (2014), The price impact of order book events, Journal of Financial
/// Econometrics 12.
///
///   e_n = 1[Pb_n >= Pb_{n-1}] qb_n - 1[Pb_n <= Pb_{n-1}] qb_{n-1} - 1[Pa_n <= Pa_{n-1}] qa_n + 1[Pa_n >= Pa_{n-1}] qa_{n-1}
///   OFI = sum of e_n over an interval;  dm = a + beta OFI + e;  beta = c / D^l, D the mean of (bid lots + ask lots) / 2 over its quotes
///
/// A stylised book has c = 1/2, l = 1. Every change of the best quotes is an event; the cancel and add into which a feed splits one
/// message are one.

#include <span>
#include <string>
#include <vector>

#include "calibration/estimate.hpp"
#include "calibration/intervals.hpp"

namespace plimsoll {

struct BestQuote {
  Ticks bid = 0;
  double bid_lots = 0;
  Ticks ask = 0;
  double ask_lots = 0;
  double mid_ticks() const { return (static_cast<double>(bid) + ask) / 2; }
  friend bool operator==(const BestQuote&, const BestQuote&) = default;
};

/// e_n, in lots: > 0 when buyers gain.
double order_flow_event(const BestQuote& before, const BestQuote& after);

/// "order_flow_imbalance": beta of each half hour of the market's clock, "beta_09:30" .. (ticks/lot), Newey-West errors within it
/// (clustered from kClustersMin days on); half hours with less than 30 intervals are left out. `fit` is the R2 over all of them.
Estimate estimate_order_flow_beta(const Intervals& intervals);

/// "order_flow_depth": depth_coefficient c with l = 1, from dm = a + c OFI / D + e with D the mean depth of the half hour. With at least 10
/// half hours also depth_exponent l, from log beta = log c - l log D over half hours (HC1 errors); its own c is not stated.
/// Out of sample: c of the first part on the rest.
Estimate estimate_order_flow_depth(const Intervals& intervals);

}  // namespace plimsoll
