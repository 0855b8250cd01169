#include "metrics/paired.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <tuple>

#include "core/contract.hpp"
#include "core/random.hpp"
#include "metrics/summary.hpp"

namespace plimsoll {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kPi = 3.14159265358979323846;

template <class Number>
std::string digits(Number value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::optional<double> number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const Column& column_of(const Table& table, const std::string& name) {
  const Column* column = table.find(name);
  EXPECT(column != nullptr);
  return *column;
}

/// Rows asked for by their values of the keys, each text ended by a zero.
struct Keyed {
  std::map<std::string, std::size_t> rows;
  std::optional<Pairing::Pair> twice;
};

Keyed keyed_rows(const PairingSide& side, const std::vector<std::string>& keys) {
  Keyed out;
  for (std::size_t row = 0; row < side.scenarios.rows(); ++row) {
    const bool asked = std::all_of(side.where.begin(), side.where.end(), [&](const auto& each) {
      return names_value(each.second, key_text(column_of(side.scenarios, each.first), row));
    });
    if (!asked) continue;
    std::string text;
    for (const std::string& key : keys) text += key_text(column_of(side.scenarios, key), row) + '\0';
    const auto [place, is_new] = out.rows.emplace(std::move(text), row);
    if (!is_new && !out.twice) out.twice = {place->second, row};
  }
  return out;
}

/// Sums of one cluster.
struct Cluster {
  double sum = 0;
  double pairs = 0;
};

std::pair<double, double> bootstrap_interval(const std::vector<Cluster>& clusters) {
  const RandomStream stream{0, 0, Purpose::bootstrap};
  std::vector<double> means;
  std::uint64_t index = 0;
  for (std::size_t draw = 0; draw < kBootstrapDraws; ++draw) {
    Cluster all;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      const Cluster& drawn = clusters[stream.below(index++, clusters.size())];
      all.sum += drawn.sum;
      all.pairs += drawn.pairs;
    }
    means.push_back(all.sum / all.pairs);
  }
  std::sort(means.begin(), means.end());
  constexpr std::size_t kTail = kBootstrapDraws / 40;  // 2.5 %, the same number of draws beyond either end
  return {means[kTail], means[kBootstrapDraws - 1 - kTail]};
}

/// Angle with this tangent: halved until the series is short (no <cmath>: its bits differ between libraries).
double arc_tangent(double x) {
  double scale = 1;
  for (; x > 0.05; scale *= 2) x /= 1 + std::sqrt(1 + x * x);
  const double square = x * x;
  double sum = 0, power = x;
  for (int n = 1; n < 16; n += 2, power *= -square) sum += power / n;
  return scale * sum;
}

/// P(|T| < t) (Abramowitz and Stegun 26.7.3 for odd, 26.7.4 for even degrees).
double central_probability(double t, std::int64_t degrees) {
  const auto n = static_cast<double>(degrees);
  const double cosine2 = n / (n + t * t), sine = t / std::sqrt(n + t * t);
  const bool odd = degrees % 2 == 1;
  double term = odd ? std::sqrt(cosine2) : 1, sum = degrees == 1 ? 0 : term;
  for (std::int64_t k = odd ? 3 : 2; k < degrees - 1; k += 2) {
    term *= cosine2 * static_cast<double>(k - 1) / static_cast<double>(k);
    sum += term;
  }
  return odd ? 2 / kPi * (arc_tangent(t / std::sqrt(n)) + sine * sum) : sine * sum;
}

}  // namespace

std::string key_text(const Column& column, std::size_t row) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&column.data)) return (*texts)[row];
  if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.data)) {
    const std::int64_t value = (*integers)[row];
    return value == std::numeric_limits<std::int64_t>::min() ? "" : digits(value);
  }
  const double value = std::get<std::vector<double>>(column.data)[row];
  if (std::isnan(value)) return "";
  const bool whole = std::abs(value) < 0x1p53 && value == std::floor(value);
  return whole ? digits(static_cast<std::int64_t>(value)) : digits(value);
}

bool names_value(const std::string& written, const std::string& value) {
  if (written == value) return true;
  const std::optional<double> a = number(written), b = number(value);
  return a && b && *a == *b;
}

Pairing pair_rows(const PairingSide& a, const PairingSide& b, const std::vector<std::string>& keys) {
  const Keyed rows_a = keyed_rows(a, keys), rows_b = keyed_rows(b, keys);
  Pairing out;
  out.twice_a = rows_a.twice;
  out.twice_b = rows_b.twice;
  if (out.twice_a || out.twice_b) return out;
  for (const auto& [key, row] : rows_a.rows) {
    const auto partner = rows_b.rows.find(key);
    if (partner == rows_b.rows.end())
      out.only_a.push_back(row);
    else
      out.pairs.push_back({row, partner->second});
  }
  for (const auto& [key, row] : rows_b.rows)
    if (!rows_a.rows.contains(key)) out.only_b.push_back(row);
  std::sort(out.only_a.begin(), out.only_a.end());
  std::sort(out.only_b.begin(), out.only_b.end());
  return out;
}

PairedDifference paired_difference(const std::vector<double>& a, const std::vector<double>& b, const std::vector<std::string>& clusters,
                                   IntervalKind kind) {
  EXPECT(a.size() == b.size() && a.size() == clusters.size());
  PairedDifference out{};
  std::vector<double> of_a, of_b, differences;
  std::vector<std::string> of_cluster;
  std::map<std::string, Cluster> sums;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = b[i] - a[i];
    if (std::isnan(difference)) {
      ++out.left_out;
      continue;
    }
    of_a.push_back(a[i]);
    of_b.push_back(b[i]);
    differences.push_back(difference);
    of_cluster.push_back(clusters[i]);
    Cluster& cluster = sums[clusters[i]];
    cluster.sum += difference;
    ++cluster.pairs;
    out.higher += difference > 0;
    out.lower += difference < 0;
  }
  const MeanEstimate estimate = pooled_estimate(differences, of_cluster);
  out.pairs = estimate.n;
  out.clusters = static_cast<std::int64_t>(sums.size());
  out.mean_a = mean_estimate(of_a).mean;
  out.mean_b = mean_estimate(of_b).mean;
  out.mean = estimate.mean;
  out.low = out.high = kUnknown;
  if (out.clusters < 2) return out;
  if (kind == IntervalKind::bootstrap) {
    std::vector<Cluster> each;
    for (const auto& [name, cluster] : sums) each.push_back(cluster);
    std::tie(out.low, out.high) = bootstrap_interval(each);
  } else {
    const double reach = student_t_975(out.clusters - 1) * estimate.standard_error;
    out.low = out.mean - reach;
    out.high = out.mean + reach;
  }
  return out;
}

double student_t_975(std::int64_t degrees) {
  EXPECT(degrees >= 1);
  if (degrees >= 200) {
    constexpr double z = 1.9599639845400545, z2 = z * z;
    const auto n = static_cast<double>(degrees);
    const double g1 = (z2 + 1) * z / 4, g2 = ((5 * z2 + 16) * z2 + 3) * z / 96, g3 = (((3 * z2 + 19) * z2 + 17) * z2 - 15) * z / 384;
    return z + (g1 + (g2 + g3 / n) / n) / n;
  }
  double low = 1.9, high = 12.8;  // of the normal distribution, and of one degree of freedom
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (central_probability(middle, degrees) < 0.95 ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace plimsoll
