#pragma once
/// Order flow that looks at the queues: what comes to a price depends on how long its queue is.
///
/// Model: Huang, Lehalle, Rosenbaum, "Simulating and analyzing order book data: the queue-reactive model", Journal of the American
/// Statistical Association 110 (2015) 107-122; model I (independent queues) with the price dynamics of section 3. Around a reference price,
/// which lies between two ticks, there are `queues` prices Q(1), Q(2) .. on either side. A queue of n orders gets, each independently
/// Poisson,
///
///   limit orders    limit_per_s   x limit_decay^(i-1)                 at Q(i), also when it is empty
///   cancels         cancel_per_s  x n^cancel_exponent                 at Q(i), the last order in the queue
///   market orders   market_per_s  x exp(-(n-1) / market_scale)        at the first queue that is not empty, its front order
///
/// every order being of `order_lots` (the paper's average event size). The shapes are the paper's findings in formulas: limit
/// orders hardly mind the queue, cancels grow with it more slowly than in proportion, market orders rush for the last of it.
///
/// When an event moves the mid and leaves the first queue on that side empty, the reference price follows by one tick with probability
/// `theta`: Q(2) becomes Q(1) there, on the other side an empty price joins at the front and the last one is withdrawn, and a new last
/// queue is drawn from its stationary distribution. With probability `theta_redraw` of those cases the whole book is redrawn from it
/// instead (news from outside). Queues that leave are cancels and queues that enter are adds of that instant.
///
/// For a reference price that stays, Q(i > 1) is a birth-death process with
///   pi(n) / pi(n-1) = limit rate / cancel rate(n),
/// which tests/feed/queue_reactive.test.cpp compares with the tape; theta is what lets the mid revert less, and volatility rise, in it.

#include <vector>

#include "feed/settings.hpp"
#include "market/event_tape.hpp"

namespace plimsoll {

/// Rates of one queue, by the number of orders in it.
struct QueueRates {
  double limit_per_s = 0;
  std::vector<double> cancel_per_s;  ///< [n]; [0] is 0
  std::vector<double> market_per_s;  ///< [n], when it is the first queue that is not empty
};

/// Stationary distribution of a queue that only limit orders and cancels reach, cumulated: [n] = P(N <= n); the last one is 1.
std::vector<double> stationary_queue(const QueueRates& rates);

FeedInfo queue_reactive_feed();

/// Random numbers: FlowDraws on (seed, day, Purpose::queue_reactive_flow). Throws BadInput (bad_scenario).
EventTape generate_queue_reactive(const FeedSettings& settings);

}  // namespace plimsoll
