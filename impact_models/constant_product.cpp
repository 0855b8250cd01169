// A constant-product pool (an automated market maker, x * y = k): models.md 3.9; Angeris and Chitra (2020), Improved price oracles:
// constant function market makers; the fee is taken from the input.
//
//   state          x lots of base in the pool; the unaffected mid p and the reserve x0 at rest fix k = p x0^2; pool price k/x^2 (ticks)
//   b lots bought  pay k (1/(x-b) - 1/x) / g, afterwards x - b;        g = 1 - fee_bps/10000
//   s lots sold    bring k (1/x - 1/(x+gs)),  afterwards x + g s
//   a new block    others trade the pool back to the band [p g, p/g] that pays no arbitrage, if it stands outside
//
// The displacement of the mid is k/x^2 - p. Fees are kept apart from the reserves, or a and then b would not cost what a + b costs. p is
// the mid at the first parent's arrival: where history goes afterwards, the outside market and the pool go together.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

class ConstantProduct final : public BookModel {
 public:
  static Description describe() {
    return {
        "constant_product",
        "An automated market maker that keeps the product of its two reserves; arbitrage brings it back block by block",
        "Angeris and Chitra (2020), Improved price oracles: constant function market makers, ACM AFT 2020",
        {Param::real("base_lots")
             .unit("lots")
             .above(0)
             .at_most(1e15)
             .help("Lots in the pool at rest; the quote reserve is that times the mid"),
         Param::real("fee_bps").unit("bps").at_least(0).at_most(5000).by_default(30).help("Taken from what is paid in; 1 to 100 as a rule"),
         Param::integer("block_time_ms")
             .unit("ms")
             .at_least(1)
             .at_most(86'400'000)
             .by_default(12'000)
             .help("Blocks begin at whole multiples of it; arbitrage acts between blocks"),
         Param::text("source").by_default("assumed").help("Where the numbers come from")},
        /*permanent=*/false,
        /*across_instruments=*/false,
        /*manipulation_free=*/true,
        "apart from fees a trade costs what it adds to the pool's potential int (k/x^2 - p) dx, which is never negative, zero at rest, "
        "and only falls when others arbitrage; fees cost us. So no round trip gains"};
  }

  ConstantProduct(const Params& params, const Instrument&)
      : rest_lots_{params.real("base_lots")},
        kept_{1.0 - params.real("fee_bps") * 1e-4},
        block_ns_{params.integer("block_time_ms") * 1'000'000},
        lots_{rest_lots_} {
    if (!(rest_lots_ > 0.0 && rest_lots_ <= 1e15)) throw std::invalid_argument("base_lots must be above 0: an empty pool has no price");
    if (!(kept_ >= 0.5 && kept_ <= 1.0))
      throw std::invalid_argument("fee_bps must lie in [0, 5000]: a negative fee would pay for round trips");
    if (block_ns_ <= 0) throw std::invalid_argument("block_time_ms must be above 0");
  }

  void on_parent(BaseHost&, std::int64_t, const Parent&, double mid_ticks) override { anchor(mid_ticks); }

  void on_execution(BaseHost&, const Execution& execution) override {
    anchor(execution.price_ticks);  // no mid at arrival: the first price is the nearest thing
    lots_ = after(lots_at(execution.time_ns), execution.side, execution.lots);
    as_of_ns_ = execution.time_ns;
  }

  double displacement(BaseHost&, std::int64_t time_ns, std::uint32_t) const override {
    return mid_ticks_ > 0.0 ? above_mid(lots_at(time_ns)) : 0.0;
  }

  Sweep sweep(BaseHost&, std::int64_t time_ns, std::uint32_t, Side side, std::int64_t lots) const override {
    if (!(mid_ticks_ > 0.0)) throw std::runtime_error("constant_product has no price before a mid was seen");
    const double before = lots_at(time_ns);
    if (lots == 0) return {above_mid(before), above_mid(before)};
    const double later = after(before, side, lots);
    const double mean_price = mid_ticks_ * (rest_lots_ / before) * (rest_lots_ / later);  // the geometric mean of both ends
    return {(side == Side::buy ? mean_price / kept_ : mean_price * kept_) - mid_ticks_, above_mid(later)};
  }

 private:
  void anchor(double price_ticks) {
    if (mid_ticks_ == 0.0 && price_ticks > 0.0) mid_ticks_ = price_ticks;
  }
  /// The reserve after a trade.
  double after(double before, Side side, std::int64_t lots) const {
    const double given = static_cast<double>(lots);
    if (side == Side::sell) return before + kept_ * given;
    if (given >= before)
      throw std::runtime_error("constant_product: buying " + std::to_string(lots) + " lots would empty the pool of " +
                               std::to_string(static_cast<std::int64_t>(before)) + " lots");
    return before - given;
  }
  double above_mid(double lots) const { return mid_ticks_ * ((rest_lots_ / lots) * (rest_lots_ / lots) - 1.0); }
  /// The reserve now. An arbitrageur goes to the edge of the band in one block and no further, so one block is as good as many.
  double lots_at(std::int64_t time_ns) const {
    if (block_of(time_ns) == block_of(as_of_ns_)) return lots_;
    const double edge = std::sqrt(kept_);
    return std::clamp(lots_, rest_lots_ * edge, rest_lots_ / edge);
  }
  std::int64_t block_of(std::int64_t time_ns) const { return time_ns / block_ns_; }

  double rest_lots_;  // x0
  double kept_;       // g, what the fee leaves of an input
  std::int64_t block_ns_;
  double mid_ticks_ = 0.0;  // p; 0 before one was seen
  double lots_;             // x right after the execution at as_of_ns_
  std::int64_t as_of_ns_ = 0;
};

}  // namespace

PLIMSOLL_IMPACT_MODEL(ConstantProduct)
