// Transient impact that is linear in size: every lot moves the mid by G(0) at once, of which G(u) is left after u seconds.
//
//   displacement(t) = sum over executions t_j <= t of x_j G(t - t_j)     ticks; x_j lots, negative for a sale
//   a sweep of x    average displacement + x G(0)/2, afterwards + x G(0): of its own jump a trade pays half
//
// Bouchaud, Gefen, Potters and Wyart (2004), Fluctuations and response in financial markets, Quantitative Finance 4(2), in calendar time;
// Gatheral (2010), No-dynamic-arbitrage and market impact, Quantitative Finance 10(7). Kernels (ticks/lot, age u in seconds):
//
//   exponentials  sum_m weights[m] exp(-rates[m] u); a rate of 0 is permanent impact
//   power_law     g0 (1 + u/u0)^-beta
//   tabulated     straight lines through (times[i], values[i]), from times[0] = 0; after the last time its value stays
//
// Only kernels that are positive, decreasing and convex are accepted, and only impact linear in size: with a kernel finite at zero anything
// else can be milked (Gatheral 2010).
#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

[[noreturn]] void refuse(const std::string& why) { throw std::invalid_argument(why); }
void need(bool met, const std::string& otherwise) {
  if (!met) refuse(otherwise);
}

double seconds(std::int64_t ns) { return static_cast<double>(ns) * 1e-9; }

/// A kernel and what it remembers of our executions.
class Memory {
 public:
  virtual ~Memory() = default;
  virtual double at_zero() const = 0;  ///< G(0)
  virtual void add(std::int64_t time_ns, double lots) = 0;
  virtual double displacement(std::int64_t time_ns) const = 0;
};

struct Exponential {
  double weight, rate_per_s;
  double left = 0.0;  // ticks, as of the last execution
};

/// One number per exponential, decayed exactly from one execution to the next.
class Exponentials final : public Memory {
 public:
  Exponentials(std::vector<Exponential> parts, Math math) : parts_{std::move(parts)}, math_{math} {
    for (const Exponential& part : parts_) at_zero_ += part.weight;
  }

  double at_zero() const override { return at_zero_; }
  void add(std::int64_t time_ns, double lots) override {
    for (Exponential& part : parts_) part.left = left_at(part, time_ns) + part.weight * lots;
    as_of_ns_ = time_ns;
  }
  double displacement(std::int64_t time_ns) const override {
    double ticks = 0.0;
    for (const Exponential& part : parts_) ticks += left_at(part, time_ns);
    return ticks;
  }

 private:
  double left_at(const Exponential& part, std::int64_t time_ns) const {
    if (part.left == 0.0 || part.rate_per_s == 0.0) return part.left;
    return part.left * math_.exp(-part.rate_per_s * seconds(time_ns - as_of_ns_));
  }
  std::vector<Exponential> parts_;
  Math math_;
  double at_zero_ = 0.0;
  std::int64_t as_of_ns_ = 0;
};

/// The executions of the table's span one by one; older ones are all alike.
class Table final : public Memory {
 public:
  Table(std::vector<double> times, std::vector<double> values) : times_{std::move(times)}, values_{std::move(values)} {}

  double at_zero() const override { return values_.front(); }
  void add(std::int64_t time_ns, double lots) override {
    const auto first_within =
        std::find_if(recent_.begin(), recent_.end(), [&](const Trade& trade) { return seconds(time_ns - trade.time_ns) < times_.back(); });
    for (auto trade = recent_.begin(); trade != first_within; ++trade) settled_lots_ += trade->lots;
    recent_.erase(recent_.begin(), first_within);
    if (!recent_.empty() && recent_.back().time_ns == time_ns)
      recent_.back().lots += lots;
    else
      recent_.push_back({time_ns, lots});
  }
  double displacement(std::int64_t time_ns) const override {
    double ticks = settled_lots_ * values_.back();
    for (const Trade& trade : recent_) ticks += trade.lots * value(seconds(time_ns - trade.time_ns));
    return ticks;
  }

 private:
  struct Trade {
    std::int64_t time_ns;
    double lots;
  };
  double value(double age_s) const {
    const auto next = static_cast<std::size_t>(std::upper_bound(times_.begin(), times_.end(), age_s) - times_.begin());
    if (next == times_.size()) return values_.back();
    const double share = (age_s - times_[next - 1]) / (times_[next] - times_[next - 1]);
    return values_[next - 1] + share * (values_[next] - values_[next - 1]);
  }
  std::vector<double> times_, values_;
  std::vector<Trade> recent_;
  double settled_lots_ = 0.0;
};

/// (1 + x)^-beta is the mean of exp(-s x) over a gamma density of s. With s = e^y the integrand falls off on both sides and the trapezoidal
/// rule is exact to about 1e-9 at this step; its weights are positive, so the sum is completely monotone as the power law is. Below the
/// slowest rate that the horizon can tell from none, the infinite rest of the sum is one exponential of the same mass and mean rate.
std::vector<Exponential> power_law(double g0, double u0_s, double beta, double horizon_s, Math math) {
  constexpr double kStep = 0.4, kLargest = 3.8, kSlowestTimesHorizon = 1e-3;
  const double lowest = math.log(kSlowestTimesHorizon / std::max(1.0, horizon_s / u0_s));
  std::vector<Exponential> parts;
  double y = kLargest;
  for (; y > lowest; y -= kStep) parts.push_back({math.exp(beta * y - math.exp(y)), math.exp(y) / u0_s});
  const auto rest = [&](double power) { return math.exp(power * y) / (1.0 - math.exp(-power * kStep)); };  // sum of s^power from y down
  const double mass = rest(beta) - rest(beta + 1.0);                                                       // where e^-s = 1 - s
  const double first_moment = rest(beta + 1.0) - rest(beta + 2.0);
  parts.push_back({mass, first_moment / mass / u0_s});
  double total = 0.0;
  for (const Exponential& part : parts) total += part.weight;
  for (Exponential& part : parts) part.weight *= g0 / total;
  return parts;
}

class Propagator final : public BookModel {
 public:
  static Description describe() {
    return {"propagator",
            "I = sum of executed lots * G(age): transient impact, linear in size, with a decaying kernel G",
            "Bouchaud et al. (2004), Quantitative Finance 4(2), 176-190; Gatheral (2010), Quantitative Finance 10(7), 749-759",
            parameters(),
            /*permanent=*/false,
            /*across_instruments=*/false,
            /*manipulation_free=*/true,
            "linear in size with a kernel that is positive, decreasing and convex, hence positive definite: no round trip gains and no "
            "optimal order trades against itself (Gatheral, Schied and Slynko 2012)"};
  }

  Propagator(const Params& params, const Setting& setting) {
    const std::string kernel = params.text("kernel");
    check_size_exponent(params, kernel);
    check_owner(params, kernel, "exponentials", {"weights_ticks_per_lot", "rates_per_s"});
    check_owner(params, kernel, "tabulated", {"times_s", "values_ticks_per_lot"});
    if (kernel == "exponentials")
      memory_ = std::make_unique<Exponentials>(given_exponentials(params), setting.math);
    else if (kernel == "power_law")
      memory_ = std::make_unique<Exponentials>(given_power_law(params, setting.math), setting.math);
    else if (kernel == "tabulated")
      memory_ = given_table(params);
    else
      refuse("kernel is exponentials, power_law or tabulated");
  }

  void on_execution(BaseHost&, const Execution& execution) override {
    memory_->add(execution.time_ns, sign(execution.side) * static_cast<double>(execution.lots));
  }

  double displacement(BaseHost&, std::int64_t time_ns, std::uint32_t) const override { return memory_->displacement(time_ns); }

  Sweep sweep(BaseHost&, std::int64_t time_ns, std::uint32_t, Side side, std::int64_t lots) const override {
    const double before = memory_->displacement(time_ns);
    const double moved = sign(side) * memory_->at_zero() * static_cast<double>(lots);
    return {before + 0.5 * moved, before + moved};
  }

 private:
  static std::vector<Param> parameters() {
    return {
        Param::text("kernel").one_of({"exponentials", "power_law", "tabulated"}).help("Which form G has; its settings are below"),
        Param::reals("weights_ticks_per_lot")
            .unit("ticks/lot")
            .by_default("")
            .at_least(0)
            .at_most(1e9)
            .help("exponentials: displacement per lot that decays with the rate of the same place"),
        Param::reals("rates_per_s")
            .unit("1/s")
            .by_default("")
            .at_least(0)
            .at_most(1e9)
            .help("exponentials: one rate for each weight; 0 is permanent"),
        Param::real("g0_ticks_per_lot").unit("ticks/lot").by_default(0).at_least(0).at_most(1e9).help("power_law: G(0), above 0"),
        Param::real("u0_s").unit("s").by_default(1).at_least(1e-9).at_most(1e6).help("power_law: the age at which the decay sets in"),
        Param::real("beta").unit("1").by_default(0.5).at_least(0.01).at_most(2).help("power_law: exponent of decay; 0.2 to 0.5 in fits"),
        Param::real("horizon_s")
            .unit("s")
            .by_default(86400)
            .above(0)
            .at_most(1e8)
            .help("power_law: up to this age G is the power law to 1e-8, beyond it falls faster"),
        Param::reals("times_s").unit("s").by_default("").at_least(0).at_most(1e8).help("tabulated: rising ages, the first 0"),
        Param::reals("values_ticks_per_lot")
            .unit("ticks/lot")
            .by_default("")
            .at_least(0)
            .at_most(1e9)
            .help("tabulated: G at these ages, falling ever more slowly; the last stays for good"),
        Param::real("size_exponent")
            .unit("1")
            .by_default(1)
            .above(0)
            .at_most(2)
            .help("delta of impact ~ size^delta; these kernels are finite at zero and admit 1 only"),
        Param::text("source").by_default("assumed").help("Where the numbers come from")};
  }

  static void check_owner(const Params& params, const std::string& kernel, const std::string& owner,
                          std::initializer_list<const char*> lists) {
    for (const char* list : lists) {
      const std::vector<double> given = params.reals(list);
      need(kernel == owner || given.empty(), list + (" belongs to kernel = \"" + owner) + "\", but kernel = \"" + kernel + "\"");
    }
  }

  static void check_size_exponent(const Params& params, const std::string& kernel) {
    const double delta = params.real("size_exponent");
    if (delta == 1.0) return;
    const double beta = params.real("beta");
    std::string why =
        "size_exponent must be 1: every kernel of this model is finite at zero, and with such a kernel impact that is not "
        "linear in size admits price manipulation (Gatheral 2010): buy slowly, sell at once or the other way round";
    // Gatheral's two necessary conditions without the cut-off u0.
    constexpr double kSmallestDecay = 0.41503749927884376;  // 2 - log 3 / log 2
    if (kernel == "power_law" && !(beta + delta >= 1.0))
      why += "; even with a kernel infinite at zero, beta + size_exponent must be at least 1";
    if (kernel == "power_law" && !(beta >= kSmallestDecay))
      why += "; even with a kernel infinite at zero, beta must be at least 2 - log 3 / log 2 = 0.415";
    refuse(why + ". For impact concave in size take latent_book");
  }

  static std::vector<Exponential> given_exponentials(const Params& params) {
    const std::vector<double> weights = params.reals("weights_ticks_per_lot"), rates = params.reals("rates_per_s");
    need(!weights.empty() && weights.size() == rates.size(),
         "weights_ticks_per_lot and rates_per_s need one entry each per exponential; they have " + std::to_string(weights.size()) +
             " and " + std::to_string(rates.size()));
    std::vector<Exponential> parts;
    bool decays = false;
    for (std::size_t m = 0; m < weights.size(); ++m) {
      need(weights[m] >= 0.0 && weights[m] <= 1e9,
           "weights_ticks_per_lot: no entry may be negative, or the kernel is not certain to be positive, decreasing and convex");
      need(rates[m] >= 0.0 && rates[m] <= 1e9, "rates_per_s: no entry may be negative, or the kernel is not decreasing");
      decays = decays || (weights[m] > 0.0 && rates[m] > 0.0);
      parts.push_back({weights[m], rates[m]});
    }
    need(decays, "weights_ticks_per_lot and rates_per_s: the kernel is not decreasing. For permanent impact alone take the model linear");
    return parts;
  }

  static std::vector<Exponential> given_power_law(const Params& params, Math math) {
    const double g0 = params.real("g0_ticks_per_lot"), u0_s = params.real("u0_s"), beta = params.real("beta");
    const double horizon_s = params.real("horizon_s");
    need(g0 > 0.0 && g0 <= 1e9, "g0_ticks_per_lot must be above 0: kernel = \"power_law\" needs G(0), and the kernel must be positive");
    need(u0_s >= 1e-9 && u0_s <= 1e6, "u0_s must lie in [1e-9, 1e6]");
    need(beta >= 0.01 && beta <= 2.0, "beta must lie in [0.01, 2]: the kernel must decrease");
    need(horizon_s > 0.0 && horizon_s <= 1e8, "horizon_s must lie in (0, 1e8]");
    return power_law(g0, u0_s, beta, horizon_s, math);
  }

  static std::unique_ptr<Memory> given_table(const Params& params) {
    std::vector<double> times = params.reals("times_s"), values = params.reals("values_ticks_per_lot");
    need(times.size() >= 2 && times.size() == values.size(),
         "times_s and values_ticks_per_lot need one entry each per point, two points at least; they have " + std::to_string(times.size()) +
             " and " + std::to_string(values.size()));
    need(times.front() == 0.0, "times_s must begin with 0: a trade pays half of G(0)");
    double last_slope = 0.0;
    for (std::size_t i = 0; i < times.size(); ++i) {
      const std::string entry = " (entry " + std::to_string(i + 1) + ")";
      need(values[i] >= 0.0 && values[i] <= 1e9, "values_ticks_per_lot: the kernel is not positive" + entry);
      if (i == 0) continue;
      need(times[i] > times[i - 1] && times[i] <= 1e8, "times_s must rise" + entry);
      need(values[i] < values[i - 1],
           "values_ticks_per_lot: the kernel is not decreasing" + entry + "; it would pay to wait while the price moves on by itself");
      const double slope = (values[i] - values[i - 1]) / (times[i] - times[i - 1]);
      // A fit on a straight line may differ from it in the last bits.
      need(i == 1 || slope >= last_slope * (1.0 + 1e-9),
           "values_ticks_per_lot: the kernel is not convex" + entry + "; optimal orders would buy and sell in turn");
      last_slope = slope;
    }
    return std::make_unique<Table>(std::move(times), std::move(values));
  }

  std::unique_ptr<Memory> memory_;
};

}  // namespace

PLIMSOLL_IMPACT_MODEL(Propagator)
