#pragma once
/// Two results side by side: which scenarios ask the same, and by how much they differ.
///
/// Differences are B - A. Scenarios of one day trade in one market, those of one repetition meet the same luck: neither is independent, so
/// errors come from the differences between clusters (days, or repetitions), never from counting scenarios.
/// Thread rule: pure functions.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/table.hpp"

namespace plimsoll {

/// A key's value as text, the same for the same value in whatever type a result holds it (a column is real as soon as one value is):
/// "100", "0.1", "twap"; "" when undefined.
std::string key_text(const Column& column, std::size_t row);
/// Does the text a person wrote name this value? "1500" and "1500.0" both name 1500.
bool names_value(const std::string& written, const std::string& value);

/// Rows of a table of scenarios, and what is asked of them.
struct PairingSide {
  const Table& scenarios;
  std::map<std::string, std::string> where;  ///< only rows in which each of these columns has this value
};

struct Pairing {
  struct Pair {
    std::size_t a, b;  ///< rows
  };
  std::vector<Pair> pairs;          ///< by the values of the keys, so that A and B exchanged give the same order
  std::vector<std::size_t> only_a;  ///< rows asked for that have no partner, in file order
  std::vector<std::size_t> only_b;
  std::optional<Pair> twice_a;  ///< two rows of A that the keys cannot tell apart; then there are no pairs
  std::optional<Pair> twice_b;
};
/// Pairs rows that agree in every key (columns of both tables; an undefined value equals an undefined one).
Pairing pair_rows(const PairingSide& a, const PairingSide& b, const std::vector<std::string>& keys);

enum class IntervalKind : std::uint8_t { student_t, bootstrap };

/// One statistic over pairs. NaN where there is nothing to say.
struct PairedDifference {
  std::int64_t pairs = 0;     ///< defined in both
  std::int64_t left_out = 0;  ///< undefined in A or B
  std::int64_t clusters = 0;  ///< of the pairs
  std::int64_t higher = 0;    ///< pairs with B above A
  std::int64_t lower = 0;     ///< ... below
  double mean_a, mean_b;
  double mean;       ///< of B - A
  double low, high;  ///< 95 % interval of that mean; NaN below two clusters

  bool has_interval() const { return low == low; }
  bool excludes_zero() const { return low > 0 || high < 0; }
};

/// `clusters` says what each pair belongs to. student_t: mean -+ t s, with the standard error s of pooled_estimate() and G - 1 degrees of
/// freedom over G clusters. bootstrap: clusters drawn with replacement kBootstrapDraws times, the mean each time, its 2.5 and 97.5 %
/// points (percentile method; Davison and Hinkley, Bootstrap Methods and Their Application, 1997, 5.3 and 2.4 for whole clusters); the
/// draws have fixed addresses, so the same data give the same interval. Preconditions: equal lengths.
PairedDifference paired_difference(const std::vector<double>& a, const std::vector<double>& b, const std::vector<std::string>& clusters,
                                   IntervalKind kind);
inline constexpr std::size_t kBootstrapDraws = 4000;

/// 97.5 % quantile of Student's t. Below 200 degrees of freedom from the distribution function, which is a finite sum (Abramowitz and
/// Stegun 26.7.3-4), beyond from its expansion about the normal quantile (26.7.5); to 1e-8. Precondition: degrees >= 1.
double student_t_975(std::int64_t degrees);

}  // namespace plimsoll
