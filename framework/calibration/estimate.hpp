#pragma once
/// What every estimator returns: numbers with their errors, or the reason why there are none.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "core/units.hpp"

namespace plimsoll {

struct Parameter {
  std::string name;
  std::string unit;
  double value = kUndefined;
  double standard_error = kUndefined;  ///< NaN: none is claimed
  double low = kUndefined;             ///< 95 % interval; NaN when none is claimed
  double high = kUndefined;
  double least = -std::numeric_limits<double>::infinity();  ///< values that make sense
  double most = std::numeric_limits<double>::infinity();
};

/// A fit on the first part of the data, judged on the rest that it has not seen.
struct OutOfSample {
  std::string measure;        ///< "R2", "mean"
  double first = kUndefined;  ///< on the part it was fitted to
  double rest = kUndefined;
  bool known() const { return !measure.empty(); }
};

struct Estimate {
  std::string name;                   ///< "kyle", the NAME of [calibration.NAME]
  std::vector<Parameter> parameters;  ///< empty when refused
  std::vector<double> covariance;     ///< row by row; as many rows as parameters; NaN where none is claimed
  std::int64_t n = 0;
  std::string n_of;         ///< what is counted: "intervals of 30 s"
  std::string fit_measure;  ///< "R2", "rms"; empty when there is nothing to fit
  double fit = kUndefined;
  std::string method;  ///< estimator and where its errors come from
  OutOfSample out_of_sample;
  std::string refusal;  ///< "insufficient: n = 4 sweeps, need 30": then there is no number at all

  bool refused() const { return !refusal.empty(); }
  /// Precondition: a parameter of that name exists.
  const Parameter& at(const std::string& parameter) const;
  double value(const std::string& parameter) const { return at(parameter).value; }
};

Estimate refused(std::string name, std::string reason);
/// "insufficient: n = 4 sweeps, need 30".
std::string too_few(std::int64_t n, const std::string& what, std::int64_t need);
/// "not finite: row 17 of ..." for the first value that is NaN or infinite; empty when all are finite.
std::string not_finite(std::span<const double> values, const std::string& what);

}  // namespace plimsoll
