// Cross-impact: what is traded in one market moves the others too.
//
//   dp(t) = sum over executions  Lambda q G(t - t_k),   G(u) = p + (1 - p) exp(-u/tau)
//
// Lambda is given in ticks of the row's market per lot of the column's, or built from covariances by the equilibrium of Kyle's game in
// several assets, Lambda = Y Omega^(-1/2) (Omega^(1/2) Sigma Omega^(1/2))^(1/2) Omega^(-1/2): Caballe and Krishnan (1994), Econometrica
// 62(3); scaled and tested in Garcia del Molino et al. (2020).  [XIMP-01]
//
// Free of manipulation when Lambda, in money per lot and lot, is symmetric and positive semidefinite and the one kernel G of all markets is
// positive definite: Schneider and Lillo (2019), Quant. Finance 19(1), section 3; with an asymmetric one a cycle of four legs earns
// (Lambda_12 - Lambda_21) q_1 q_2 [XIMP-02]. What is not, is refused. Ticks and lots of the markets may differ; their currency may not.
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "sdk/plugin.hpp"
#include "sdk/theory/cross_impact.hpp"

using namespace plimsoll::sdk;

namespace {

class CrossImpact final : public ImpactModel {
 public:
  static Description describe() {
    return {
        "cross_impact",
        "dp = Lambda q over all markets, Lambda given or from covariances; a share stays, the rest decays exponentially",
        "Caballe and Krishnan (1994), Imperfect competition in a multi-security market with risk neutrality, Econometrica 62(3), 695-704; "
        "Schneider and Lillo (2019), Cross-impact and no-dynamic-arbitrage, Quant. Finance 19(1)",
        {Param::reals("lambda")
             .unit("ticks/lot")
             .by_default("")
             .help("Row by row: ticks that the row's market moves per lot bought in the column's; not with sigma and omega"),
         Param::reals("sigma").unit("ticks^2").by_default("").help("Covariance of price changes, row by row, over the same time as omega"),
         Param::reals("omega").unit("lots^2").by_default("").help("Covariance of the signed flow, row by row; shrink it first"),
         Param::real("prefactor").unit("1").at_least(0).at_most(100).by_default(0.5).help("Y, with sigma and omega; 1/2 in Kyle's game"),
         Param::real("permanent_share").unit("1").between(0, 1).by_default(1).help("p, the part of the displacement that stays"),
         Param::real("decay_time_s")
             .unit("s")
             .at_least(0)
             .at_most(1e9)
             .by_default(0)
             .help("tau, time in which the rest falls to 1/e; needed when permanent_share is below 1"),
         Param::text("source").by_default("assumed").help("Where the numbers come from")},
        /*permanent=*/false,
        /*across_instruments=*/true,
        /*manipulation_free=*/true,
        "linear, Lambda symmetric and positive semidefinite in money, one positive definite kernel for all (Schneider and Lillo 2019)"};
  }

  CrossImpact(const Params& params, const Setting& setting)
      : size_{setting.instruments.size()},
        permanent_share_{params.real("permanent_share")},
        decay_ns_{params.real("decay_time_s") * 1e9},
        lots_(size_, 0.0),
        transient_lots_(size_, 0.0) {
    if (permanent_share_ < 1.0 && decay_ns_ == 0.0) throw std::invalid_argument("a permanent_share below 1 needs decay_time_s");
    const std::vector<double> lambda = params.reals("lambda"), sigma = params.reals("sigma"), omega = params.reals("omega");
    if (lambda.empty() == (sigma.empty() && omega.empty()) || sigma.empty() != omega.empty())
      throw std::invalid_argument("give either lambda, or sigma and omega");

    std::vector<std::string> symbols;
    for (const Instrument& instrument : setting.instruments) {
      symbols.push_back(instrument.symbol);
      money_.push_back(instrument.tick * instrument.lot * instrument.multiplier);
      if (instrument.currency != setting.instruments.front().currency)
        throw std::invalid_argument("all markets must be in one currency; " + setting.instruments.front().symbol + " is in " +
                                    setting.instruments.front().currency + " and " + instrument.symbol + " in " + instrument.currency);
    }
    theory::SquareMatrix in_money = theory::square_matrix(lambda.empty() ? sigma : lambda, size_, lambda.empty() ? "sigma" : "lambda");
    for (std::size_t row = 0; row < size_; ++row)
      for (std::size_t column = 0; column < size_; ++column)
        in_money(at(row), at(column)) *= money_[row] * (lambda.empty() ? money_[column] : 1.0);
    if (lambda.empty())
      in_money = theory::kyle_cross_impact(in_money, theory::square_matrix(omega, size_, "omega"), params.real("prefactor"));
    in_money = theory::without_profitable_cycle(in_money, symbols, lambda.empty() ? "Lambda of sigma and omega" : "lambda");
    for (std::size_t row = 0; row < size_; ++row)
      for (std::size_t column = 0; column < size_; ++column) ticks_per_lot_.push_back(in_money(at(row), at(column)) / money_[row]);
  }

  void on_execution(BaseHost& host, const Execution& execution) override {
    const double left = left_at(host.math(), execution.time_ns);
    for (double& lots : transient_lots_) lots *= left;
    last_ns_ = execution.time_ns;
    const double lots = sign(execution.side) * static_cast<double>(execution.lots);
    lots_.at(execution.instrument) += lots;
    transient_lots_[execution.instrument] += lots;
  }

  double displacement(BaseHost& host, std::int64_t time_ns, std::uint32_t instrument) const override {
    const double left = (1.0 - permanent_share_) * left_at(host.math(), time_ns);
    double ticks = 0.0;
    for (std::size_t market = 0; market < size_; ++market)
      ticks += ticks_per_lot_[instrument * size_ + market] * (permanent_share_ * lots_[market] + left * transient_lots_[market]);
    return ticks;
  }

 private:
  static Eigen::Index at(std::size_t index) { return static_cast<Eigen::Index>(index); }
  double left_at(const Math& math, std::int64_t time_ns) const {
    return decay_ns_ == 0.0 ? 1.0 : math.exp(-static_cast<double>(time_ns - last_ns_) / decay_ns_);
  }

  std::size_t size_;
  double permanent_share_, decay_ns_;
  std::vector<double> money_;           ///< by market: money of one tick on one lot
  std::vector<double> ticks_per_lot_;   ///< Lambda, row by row
  std::vector<double> lots_;            ///< by market: bought less sold
  std::vector<double> transient_lots_;  ///< the same, decayed to last_ns_
  std::int64_t last_ns_ = 0;
};

}  // namespace

PLIMSOLL_IMPACT_MODEL(CrossImpact)
