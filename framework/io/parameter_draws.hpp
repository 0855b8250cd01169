#pragma once
/// Parameters of an impact model that are drawn anew for each replicate, from the errors of their estimates. Internal to the scenario_*.cpp
/// files. Thread rule: const after building; share freely.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/normal.hpp"
#include "experiment/scenario.hpp"

namespace plimsoll {

/// One number that is drawn: a parameter, or an entry of a list.
struct DrawnNumber {
  std::string name;                  ///< "impact.propagator.weights_ticks_per_lot[0]"
  std::size_t parameter = 0;         ///< in the model's list
  std::optional<std::size_t> entry;  ///< of the list
  bool given = false;                ///< the scenario gives the parameter itself: drawn all the same, and not used
};

/// Numbers that one estimate gives, drawn together.
struct DrawnTogether {
  std::string estimate;  ///< "kyle" of [calibration.kyle]: part of the address of its draws
  TruncatedNormal normal;
  std::vector<DrawnNumber> numbers;
  std::string text;  ///< means, covariance and bounds: what the result depends on
};

/// A draw is a function of (seed, replicate, name of the estimate): the same for every scenario of a replicate, whatever else is drawn and
/// whichever of the numbers a scenario gives itself.
class ParameterDraws {
 public:
  ParameterDraws(std::string model, std::vector<DrawnTogether> parts) : model_{std::move(model)}, parts_{std::move(parts)} {}

  /// They are those of one of several markets: other luck, and other names, than the same estimates elsewhere.
  void belong_to(const std::string& market);
  /// Puts the numbers of a replicate into `params`, and says which.
  std::vector<DrawnParameter> apply(std::vector<ParamValue>& params, std::uint64_t seed, std::uint32_t replicate) const;

  const std::string& model() const { return model_; }
  const std::vector<DrawnTogether>& parts() const { return parts_; }
  /// Names of the numbers in use, with commas.
  std::string names() const;
  /// Everything that decides the draws but seed and replicate.
  std::string identity() const;

 private:
  std::string model_;
  std::vector<DrawnTogether> parts_;
};

}  // namespace plimsoll
