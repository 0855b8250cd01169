#pragma once
/// A mutually exciting point process with exponential kernels of one decay, event by event, exactly and without rejected draws.
///
///   lambda_i(t) = mu_i(t) + sum over events k before t of n[i][type_k] beta exp(-beta (t - t_k))
///
/// n[i][j] is the mean number of events of type i that one event of type j brings about directly; the process is stable when the spectral
/// radius of n is below 1. mu may change at events (here: with the number of resting orders). The excited part is a sum that decays with
/// beta, so an event costs O(types): its next arrival is drawn by inverting S/beta (1 - exp(-beta t)) = E, E exponential with mean 1, and
/// the earlier one of it and the next arrival of the baseline happens.
///
/// Source: Dassios, Zhao, "Exact simulation of Hawkes process with exponentially decaying intensity", Electronic Communications in
/// Probability 18 (2013), no. 62. Thread rule: one owner.

#include <array>
#include <cstddef>
#include <limits>

#include "core/math.hpp"
#include "feed/flow_draws.hpp"

namespace plimsoll {

template <std::size_t Types>
class HawkesClock {
 public:
  using Matrix = std::array<std::array<double, Types>, Types>;
  HawkesClock(const Matrix& branching, double decay_per_s) : branching_{branching}, decay_per_s_{decay_per_s} {}

  /// Seconds until the next event while the baseline rates sum to `base_per_s` > 0; the excited parts are then those at that time.
  double wait(double base_per_s, FlowDraws& draws) {
    const double base_s = -math::log(1.0 - draws.uniform()) / base_per_s;
    const double left = excited_per_s_ > 0 ? 1.0 + decay_per_s_ * math::log(1.0 - draws.uniform()) / excited_per_s_ : 0.0;
    const double excited_s = left > 0 ? -math::log(left) / decay_per_s_ : std::numeric_limits<double>::infinity();
    const double factor = excited_s < base_s ? left : math::exp(-decay_per_s_ * base_s);
    excited_per_s_ = 0;
    for (double& part : excited_) excited_per_s_ += part *= factor;
    return excited_s < base_s ? excited_s : base_s;
  }

  double excited_per_s() const { return excited_per_s_; }
  /// Type of the excited event at `pick` in [0, excited_per_s()).
  std::size_t type_at(double pick) const {
    std::size_t type = 0;
    while (type + 1 < Types && (pick -= excited_[type]) >= 0) ++type;
    return type;
  }
  /// An event of this type happened now, whatever brought it about.
  void happened(std::size_t type) {
    excited_per_s_ = 0;
    for (std::size_t child = 0; child < Types; ++child) excited_per_s_ += excited_[child] += branching_[child][type] * decay_per_s_;
  }

 private:
  Matrix branching_;
  double decay_per_s_;
  std::array<double, Types> excited_{};  ///< 1/s
  double excited_per_s_ = 0;             ///< their sum
};

}  // namespace plimsoll
