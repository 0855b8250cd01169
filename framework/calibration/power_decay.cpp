#include "calibration/power_decay.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/math.hpp"

namespace plimsoll {
namespace {

constexpr double kExponentMost = 4;

struct Problem {
  std::span<const double> t, y;
  const PowerDecayFit& how;
  double weight(std::size_t i) const { return how.weights.empty() ? 1 : how.weights[i]; }
};

/// Best scale and plateau for a shape: y = level + drop * shape with level = scale p, drop = scale (1 - p), both >= 0.
PowerDecay best_for(const Problem& problem, double t0, double exponent) {
  const std::size_t n = problem.t.size();
  std::vector<double> shape(n);
  double w = 0, s = 0, ss = 0, sy = 0, ys = 0;
  for (std::size_t i = 0; i < n; ++i) {
    shape[i] = math::pow(1 + problem.t[i] / t0, -exponent);
    const double each = problem.weight(i);
    w += each;
    s += each * shape[i];
    ss += each * shape[i] * shape[i];
    sy += each * shape[i] * problem.y[i];
    ys += each * problem.y[i];
  }
  PowerDecay out{1, 0, t0, exponent, 0};
  const PowerDecayFit& how = problem.how;
  if (how.plateau) {
    out.plateau = *how.plateau;
    const double p = out.plateau, q = 1 - p;
    out.scale = how.scale ? *how.scale : std::max(0.0, (p * ys + q * sy) / (p * p * w + 2 * p * q * s + q * q * ss));
  } else if (how.scale) {
    // y / scale - shape = p (1 - shape).
    out.scale = *how.scale;
    const double numerator = ys / out.scale - s - sy / out.scale + ss, denominator = w - 2 * s + ss;
    out.plateau = denominator > 0 ? std::clamp(numerator / denominator, 0.0, 1.0) : 0.0;
  } else {
    const double determinant = w * ss - s * s;
    double level = determinant > 1e-12 * w * ss ? (ss * ys - s * sy) / determinant : 0;
    double drop = determinant > 1e-12 * w * ss ? (w * sy - s * ys) / determinant : sy / ss;
    if (level < 0) drop = std::max(0.0, sy / ss), level = 0;
    if (drop < 0) level = std::max(0.0, ys / w), drop = 0;
    out.scale = level + drop;
    out.plateau = out.scale > 0 ? level / out.scale : 0;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double miss = problem.y[i] - out.scale * (out.plateau + (1 - out.plateau) * shape[i]);
    out.sum_of_squares += problem.weight(i) * miss * miss;
  }
  return out;
}

/// A box in (log t0, b) that shrinks around the best of its grid points.
struct Box {
  double low[2], high[2];
  static constexpr int kPoints = 9;
  double point(int axis, int k) const { return low[axis] + (high[axis] - low[axis]) * k / (kPoints - 1); }
  void shrink(int axis, double around, double least, double most) {
    const double half = (high[axis] - low[axis]) / 4;
    low[axis] = std::max(least, around - half);
    high[axis] = std::min(most, around + half);
  }
};

}  // namespace

double PowerDecay::at(double t) const { return scale * (plateau + (1 - plateau) * math::pow(1 + t / t0, -exponent)); }

FittedDecay fit_power_decay(std::span<const double> t, std::span<const double> y, const PowerDecayFit& how) {
  const std::size_t need = 2 + (how.scale ? 0 : 1) + (how.plateau ? 0 : 1) + (how.t0 ? 0 : 1);
  FittedDecay out;
  out.refusal = t.size() < need ? too_few(static_cast<std::int64_t>(t.size()), "points of a decay", static_cast<std::int64_t>(need))
                                : not_finite(t, "times") + not_finite(y, "values") + not_finite(how.weights, "weights");
  if (!out.refusal.empty()) return out;
  double smallest = 0, largest = 0;
  for (const double each : t) {
    if (each > 0) smallest = smallest > 0 ? std::min(smallest, each) : each;
    largest = std::max(largest, each);
  }
  if (!(largest > 0)) {
    out.refusal = "insufficient: no positive time";
    return out;
  }
  const Problem problem{t, y, how};
  const double from = math::log(how.t0 ? *how.t0 : smallest / 10), to = how.t0 ? from : math::log(largest * 10);
  Box box{{from, 0}, {to, kExponentMost}};
  out.decay.sum_of_squares = std::numeric_limits<double>::infinity();
  // Halving 40 times takes the box to 1e-12 of its size.
  for (int turn = 0; turn < 40; ++turn) {
    double best[2] = {math::log(out.decay.t0), out.decay.exponent};
    for (int i = 0; i < (how.t0 ? 1 : Box::kPoints); ++i) {
      for (int j = 0; j < Box::kPoints; ++j) {
        const double log_t0 = box.point(0, i), exponent = box.point(1, j);
        const PowerDecay each = best_for(problem, math::exp(log_t0), exponent);
        if (each.sum_of_squares >= out.decay.sum_of_squares) continue;
        out.decay = each;
        best[0] = log_t0, best[1] = exponent;
      }
    }
    box.shrink(0, best[0], from, to);
    box.shrink(1, best[1], 0, kExponentMost);
  }
  return out;
}

}  // namespace plimsoll
