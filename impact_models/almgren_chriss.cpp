// Permanent impact linear in size and temporary impact that depends on the rate within a slice of time.
//
//   a slice of n lots (net, buys +) in tau seconds executes on average at  S_{k-1} + h(n/tau),  and then  S_k = S_{k-1} + gamma n
//
//   almgren_chriss   h(v) = eta v                 Almgren and Chriss (2001), J. Risk 3(2), section 1.2-1.4. The slice pays nothing of its
//   own
//                                                 permanent move, so a schedule costs gamma X^2/2 + (eta~/tau) sum n_k^2 with
//                                                 eta~ = eta - gamma tau/2, which must be positive                               [AC-01]
//   almgren_power    h(v) = eta |v|^k sgn v       Almgren (2003), Appl. Math. Finance 10(1), section 2. Time is continuous there: the slice
//                    on top of gamma n/2          pays half of its own permanent move; cost gamma X^2/2 + eta/tau^k sum |n|^(k+1)
//
// S in ticks, gamma in ticks per lot, eta in ticks per (lot/s)^k. Both are one book: the first n lots of a slice cost on average
// gamma n/2 + a |n/tau|^k, with a = eta~ and k = 1 in the first. Hence the n-th lot is paid at gamma n + (1 + k) a |n/tau|^k, which is the
// displacement within the slice. When the slice is over, gamma n stays. Slices count from the first parent's arrival.
//
// The half spread eps of the paper is a cost of each lot, not a displacement of the mid: the replayed book has its own spread.
//
// Free of manipulation: the cost above is positive for every round trip (X = 0, some n_k not 0) as long as eta~ > 0, eta >= 0.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

Param gamma() {
  return Param::real("permanent_ticks_per_lot")
      .unit("ticks/lot")
      .at_least(0)
      .at_most(1e9)
      .help("gamma; the paper's rule of thumb: one spread per 10% of the daily volume");
}
Param slice() {
  return Param::real("slice_s").unit("s").between(1e-6, 1e9).help("tau, length of a slice; eta was fitted for one and belongs to it");
}
Param source() { return Param::text("source").by_default("assumed").help("Where the numbers come from"); }

std::string text_of(double value) {
  char digits[64];
  return {digits, std::to_chars(digits, digits + sizeof digits, value, std::chars_format::general, 6).ptr};
}

class SlicedBook : public BookModel {
 public:
  /// Within a slice, the first n lots cost gamma n/2 + a |n/tau|^k on average.
  SlicedBook(double permanent, double temporary, double exponent, double slice_s)
      : permanent_{permanent},
        temporary_{temporary},
        exponent_{exponent},
        slice_s_{slice_s},
        slice_ns_{static_cast<std::int64_t>(slice_s * 1e9)} {}

  void on_parent(BaseHost&, std::int64_t time_ns, const Parent&, double) override {
    if (!started_) start_ns_ = time_ns;
    started_ = true;
  }

  void on_execution(BaseHost&, const Execution& execution) override {
    const std::int64_t lots = sign(execution.side) * execution.lots;
    slice_lots_ = lots_in_slice(execution.time_ns) + lots;
    slice_ = slice_at(execution.time_ns);
    lots_ += lots;
  }

  double displacement(BaseHost& host, std::int64_t time_ns, std::uint32_t) const override {
    return price(host.math(), lots_, lots_in_slice(time_ns));
  }

  Sweep sweep(BaseHost& host, std::int64_t time_ns, std::uint32_t, Side side, std::int64_t lots) const override {
    const Math math = host.math();
    const std::int64_t before = lots_in_slice(time_ns), after = before + sign(side) * lots;
    const double now = price(math, lots_, before);
    if (lots == 0) return {now, now};
    const std::int64_t all = lots_ + sign(side) * lots;
    const double permanent = permanent_ * 0.5 * (static_cast<double>(lots_) + static_cast<double>(all));
    const double temporary = (temporary_cost(math, after) - temporary_cost(math, before)) / static_cast<double>(after - before);
    return {permanent + temporary, price(math, all, after)};
  }

 private:
  std::int64_t slice_at(std::int64_t time_ns) const { return (time_ns - start_ns_) / slice_ns_; }
  std::int64_t lots_in_slice(std::int64_t time_ns) const { return slice_at(time_ns) == slice_ ? slice_lots_ : 0; }

  double rate_power(const Math& math, std::int64_t lots) const {
    const double rate = std::fabs(static_cast<double>(lots)) / slice_s_;
    return exponent_ == 1.0 ? rate : math.pow(rate, exponent_);
  }
  /// Of the first `lots` of a slice, ticks times lots.
  double temporary_cost(const Math& math, std::int64_t lots) const {
    return temporary_ * rate_power(math, lots) * std::fabs(static_cast<double>(lots));
  }
  double price(const Math& math, std::int64_t all_lots, std::int64_t slice_lots) const {
    const double temporary = (1.0 + exponent_) * temporary_ * rate_power(math, slice_lots);
    return permanent_ * static_cast<double>(all_lots) + (slice_lots < 0 ? -temporary : temporary);
  }

  double permanent_, temporary_, exponent_, slice_s_;
  std::int64_t slice_ns_;
  bool started_ = false;
  std::int64_t start_ns_ = 0, slice_ = 0;
  std::int64_t lots_ = 0, slice_lots_ = 0;  ///< bought less sold: in all, and in slice_
};

class AlmgrenChriss final : public SlicedBook {
 public:
  static Description describe() {
    return {"almgren_chriss",
            "permanent gamma per lot; within a slice of tau seconds the price of n lots is eta n/tau; a book of its own",
            "Almgren and Chriss (2001), Optimal execution of portfolio transactions, J. Risk 3(2), 5-39",
            {gamma(),
             Param::real("temporary_ticks_s_per_lot")
                 .unit("ticks s/lot")
                 .above(0)
                 .help("eta; the paper's rule of thumb: one spread at a rate of 1% of the daily volume a day; more than gamma tau/2"),
             slice(), source()},
            /*permanent=*/false,
            /*across_instruments=*/false,
            /*manipulation_free=*/true,
            "a round trip costs (eta - gamma tau/2)/tau times the sum of its squared slices, which is positive (Huberman and Stanzl 2004)"};
  }
  AlmgrenChriss(const Params& params, const Instrument&)
      : SlicedBook{params.real("permanent_ticks_per_lot"), eta_tilde(params), 1.0, params.real("slice_s")} {}

 private:
  static double eta_tilde(const Params& params) {
    const double eta = params.real("temporary_ticks_s_per_lot");
    const double out = eta - params.real("permanent_ticks_per_lot") * params.real("slice_s") / 2.0;
    if (!(out > 0.0))
      throw std::invalid_argument(
          "temporary_ticks_s_per_lot - permanent_ticks_per_lot * slice_s / 2 = " + text_of(out) +
          " must be positive, or a round trip within a slice earns; take shorter slices, or fit eta for this slice");
    return out;
  }
};

class AlmgrenPower final : public SlicedBook {
 public:
  static Description describe() {
    return {"almgren_power",
            "permanent gamma per lot; within a slice of tau seconds n lots cost eta (n/tau)^k on top; a book of its own",
            "Almgren (2003), Optimal execution with nonlinear impact functions and trading-enhanced risk, Appl. Math. Finance 10(1), 1-18",
            {gamma(), Param::real("temporary_prefactor").unit("ticks/(lot/s)^k").at_least(0).help("eta; belongs to its k and its slice"),
             Param::real("rate_exponent").unit("1").above(0).at_most(3).by_default(0.6).help("k; 1/2 to 1, 0.6 in published fits"), slice(),
             source()},
            /*permanent=*/false,
            /*across_instruments=*/false,
            /*manipulation_free=*/true,
            "permanent part linear in size, temporary part never negative: a round trip costs eta/tau^k times the sum of |n|^(k+1)"};
  }
  AlmgrenPower(const Params& params, const Instrument&)
      : SlicedBook{params.real("permanent_ticks_per_lot"), params.real("temporary_prefactor"), params.real("rate_exponent"),
                   params.real("slice_s")} {}
};

}  // namespace

PLIMSOLL_PLUGIN(AlmgrenChriss, AlmgrenPower)
