#pragma once
/// The plain facts of the recorded market that impact models are scaled with: volume, volatility, spread.

#include <span>

#include "calibration/estimate.hpp"
#include "calibration/observations.hpp"

namespace plimsoll {

/// "volume_curve": share_09:30, share_10:00 .. of a day's volume in each half hour of the market's clock that any day covers; prints
/// outside the book included. Mean over days of the day's shares; errors from the differences between days (t with days - 1
/// degrees), from kClustersMin days on. The shares of one day are exact for that day and say nothing of another: no error is claimed.
Estimate estimate_volume_curve(std::span<const Observations> days);

/// "daily_volume": daily_volume_lots, mean over days; errors as above. A tape that covers less than nine tenths of the session is scaled by
/// time, and the method says so: an opening hour scaled like that overstates its day.
Estimate estimate_daily_volume(std::span<const Observations> days, double session_s);

/// "signature": variance of the mid's change over lags of 1, 5, 10, 30, 60, 300 s as volatility per root second (ticks), non-overlapping
/// changes, lags with at least 30 of them. Flat where the mid is a random walk; higher at short lags is noise (bounce), lower is
/// sluggishness. Errors: Newey-West of the squared changes, prewhitened, clustered from kClustersMin days on. No covariance.
Estimate estimate_signature(std::span<const Observations> days);

/// "volatility": ticks_per_sqrt_s and daily_volatility (standard deviation of the day's return, session_s seconds of trading), at the
/// smallest lag beyond the noise: the first one whose variance per second differs from that of no longer lag by more than three standard
/// errors of the difference (errors added as if independent). log has the symmetric interval.
Estimate estimate_volatility(std::span<const Observations> days, double session_s);

/// "quoted_spread": ticks, time-weighted over two-sided time.
Estimate estimate_quoted_spread(std::span<const Observations> days);
/// "effective_spread": ticks, 2 s (price - mid before), lots-weighted over trades; errors from means of 10 s.
Estimate estimate_effective_spread(std::span<const Observations> days);

}  // namespace plimsoll
