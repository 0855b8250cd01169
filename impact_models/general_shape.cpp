// An order book of any positive density: Alfonsi, Fruth and Schied (2010), Optimal execution strategies in limit order books with general
// shape functions, Quantitative Finance 10(2), both of its models; Alfonsi and Schied (2010), SIAM J. Financial Math. 1.
//
// f(x) lots stand in the tick at distance x from the unaffected mid, the same on both sides, and F(d) = int_0^d f. With D the displacement
// of the mid (ticks, up positive) and E = F(D) the lots that are missing (F odd):
//
//   x lots taken    E -> E + x, for int x f(x) dx from the old D to the new one; x < 0 for a sale
//   no trade for t  mode "volume": E *= exp(-rho t)      mode "price": D *= exp(-rho t)
//
// f goes through (distance_ticks[i], density_lots_per_tick[i]), by straight lines or as steps, and stays at its last value beyond the list.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

/// F, its inverse and the potential int_0^d x f(x) dx: piecewise polynomials, so all of it is exact.
class Shape {
 public:
  Shape(const std::vector<double>& distances, const std::vector<double>& densities, bool straight_lines) {
    for (std::size_t i = 0; i < distances.size(); ++i) {
      Piece piece{distances[i], densities[i]};
      if (i > 0) {
        piece.lots_before = lots_at(distances[i]);
        piece.potential_before = potential_at(distances[i]);
      }
      if (straight_lines && i + 1 < distances.size()) piece.slope = (densities[i + 1] - densities[i]) / (distances[i + 1] - distances[i]);
      pieces_.push_back(piece);
    }
  }

  double lots(double ticks) const { return std::copysign(lots_at(std::fabs(ticks)), ticks); }
  double potential(double ticks) const { return potential_at(std::fabs(ticks)); }
  /// The inverse of lots().
  double ticks(double lots) const {
    const Piece& piece = last_from(&Piece::lots_before, std::fabs(lots));
    const double rest = std::fabs(lots) - piece.lots_before;
    // The root of density y + slope y^2/2 = rest in the form that does not cancel. On the straight line to a positive density it is real.
    const double y = 2.0 * rest / (piece.density + std::sqrt(std::max(0.0, piece.density * piece.density + 2.0 * piece.slope * rest)));
    return std::copysign(piece.begin + y, lots);
  }

 private:
  struct Piece {
    double begin, density;  // ticks, lots/tick there
    double slope = 0.0;     // lots/tick^2
    double lots_before = 0.0, potential_before = 0.0;
  };

  const Piece& last_from(double Piece::*key, double value) const {
    const auto above =
        std::upper_bound(pieces_.begin(), pieces_.end(), value, [key](double wanted, const Piece& piece) { return wanted < piece.*key; });
    return *(above - 1);
  }
  double lots_at(double distance) const {
    const Piece& piece = last_from(&Piece::begin, distance);
    const double y = distance - piece.begin;
    return piece.lots_before + y * (piece.density + 0.5 * piece.slope * y);
  }
  double potential_at(double distance) const {
    const Piece& piece = last_from(&Piece::begin, distance);
    const double y = distance - piece.begin;
    return piece.potential_before + piece.begin * y * (piece.density + 0.5 * piece.slope * y) +
           y * y * (0.5 * piece.density + piece.slope * y / 3.0);
  }
  std::vector<Piece> pieces_;
};

class GeneralShape final : public BookModel {
 public:
  static Description describe() {
    return {"general_shape",
            "A book of any positive density by distance from the mid, which recovers in volume or in price at one rate",
            "Alfonsi, Fruth and Schied (2010), Optimal execution strategies in limit order books with general shape functions, "
            "Quantitative Finance 10(2)",
            {Param::reals("distance_ticks").unit("ticks").at_least(0).at_most(1e9).help("Distances from the mid, rising, the first 0"),
             Param::reals("density_lots_per_tick")
                 .unit("lots/tick")
                 .above(0)
                 .at_most(1e15)
                 .help("The density at these distances, one side of the book; the last holds beyond"),
             Param::text("between").one_of({"linear", "constant"}).by_default("linear").help("Straight lines between them, or steps"),
             Param::real("resilience_per_s")
                 .unit("1/s")
                 .at_least(0)
                 .at_most(1e6)
                 .help("rho: ln 2 / half-life of the missing depth, or of the displacement, after a sweep"),
             Param::text("mode")
                 .one_of({"volume", "price"})
                 .by_default("volume")
                 .help("What decays: the lots that are missing, or the displacement of the mid"),
             Param::text("source").by_default("assumed").help("Where the numbers come from")},
            /*permanent=*/false,
            /*across_instruments=*/false,
            /*manipulation_free=*/true,
            "a trade costs what it adds to the book's potential int x f(x) dx, which is never negative, zero at rest, and only falls while "
            "we wait; so no round trip gains, whatever the positive density, in both modes (Alfonsi and Schied 2010). That optimal orders "
            "keep one sign is not promised: it needs the conditions on f of Alfonsi, Fruth and Schied (2010)"};
  }

  GeneralShape(const Params& params, const Setting& setting)
      : math_{setting.math},
        shape_{given_shape(params)},
        resilience_per_s_{params.real("resilience_per_s")},
        volume_decays_{params.text("mode") == "volume"} {
    if (!volume_decays_ && params.text("mode") != "price") throw std::invalid_argument("mode is volume or price");
    if (!(resilience_per_s_ >= 0.0 && resilience_per_s_ <= 1e6))
      throw std::invalid_argument("resilience_per_s must lie in [0, 1e6]: a displacement that grows by itself would pay for round trips");
  }

  void on_execution(BaseHost&, const Execution& execution) override {
    missing_lots_ = missing_at(execution.time_ns) + sign(execution.side) * static_cast<double>(execution.lots);
    as_of_ns_ = execution.time_ns;
  }

  double displacement(BaseHost&, std::int64_t time_ns, std::uint32_t) const override {
    return volume_decays_ ? shape_.ticks(missing_at(time_ns)) : shape_.ticks(missing_lots_) * left_at(time_ns);
  }

  Sweep sweep(BaseHost& host, std::int64_t time_ns, std::uint32_t instrument, Side side, std::int64_t lots) const override {
    const double before = displacement(host, time_ns, instrument);
    if (lots == 0) return {before, before};
    const double taken = sign(side) * static_cast<double>(lots);
    const double after = shape_.ticks(missing_at(time_ns) + taken);
    return {(shape_.potential(after) - shape_.potential(before)) / taken, after};
  }

 private:
  static Shape given_shape(const Params& params) {
    const std::vector<double> distances = params.reals("distance_ticks"), densities = params.reals("density_lots_per_tick");
    const std::string between = params.text("between");
    if (between != "linear" && between != "constant") throw std::invalid_argument("between is linear or constant");
    if (distances.empty() || distances.size() != densities.size())
      throw std::invalid_argument("distance_ticks and density_lots_per_tick need one entry each per point; they have " +
                                  std::to_string(distances.size()) + " and " + std::to_string(densities.size()));
    if (!(distances.front() == 0.0)) throw std::invalid_argument("distance_ticks must begin with 0, the mid");
    for (std::size_t i = 0; i < distances.size(); ++i) {
      const std::string entry = " (entry " + std::to_string(i + 1) + ")";
      if (i > 0 && !(distances[i] > distances[i - 1] && distances[i] <= 1e9))
        throw std::invalid_argument("distance_ticks must rise" + entry);
      if (!(densities[i] > 0.0 && densities[i] <= 1e15))
        throw std::invalid_argument(
            "density_lots_per_tick must be above 0" + entry +
            ": across a gap the price would move for nothing, and where the density is negative a trade would be paid");
    }
    return {distances, densities, between == "linear"};
  }

  double left_at(std::int64_t time_ns) const { return math_.exp(-resilience_per_s_ * (static_cast<double>(time_ns - as_of_ns_) * 1e-9)); }
  /// E: the lots a return to the unaffected mid would take.
  double missing_at(std::int64_t time_ns) const {
    if (missing_lots_ == 0.0 || time_ns == as_of_ns_) return missing_lots_;
    return volume_decays_ ? missing_lots_ * left_at(time_ns) : shape_.lots(shape_.ticks(missing_lots_) * left_at(time_ns));
  }

  Math math_;
  Shape shape_;
  double resilience_per_s_;
  bool volume_decays_;
  double missing_lots_ = 0.0;  // E right after the execution at as_of_ns_
  std::int64_t as_of_ns_ = 0;
};

}  // namespace

PLIMSOLL_IMPACT_MODEL(GeneralShape)
