// Several orders as one portfolio: each is worked so that what is left of all of them together is the risk that is feared.
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "sdk/planned_strategy.hpp"
#include "sdk/theory/almgren_chriss_portfolio.hpp"
#include "sdk/theory/square_matrix.hpp"

using namespace plimsoll::sdk;

namespace {

/// The words between the commas, without spaces around them.
std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> out(1);
  for (const char c : list) {
    if (c == ',')
      out.emplace_back();
    else if (c != ' ')
      out.back() += c;
  }
  return out;
}

class AlmgrenChrissPortfolioSchedule final : public PlannedStrategy {
 public:
  static Description describe() {
    return {"almgren_chriss_portfolio",
            "One order of a basket: least cost + lambda * variance of all orders together under linear impact",
            "Almgren and Chriss (2001), Optimal execution of portfolio transactions, J. Risk 3(2), 5-39, appendix A",
            {slices_param(), Param::text("symbols").help("The basket's instruments, with commas; the lists below are in this order"),
             Param::reals("basket").unit("lots").help("What is bought and sold (negative) of each; only proportions and signs matter"),
             Param::reals("covariance").unit("currency^2/s").help("Of the prices of one lot each over a second, row by row"),
             Param::reals("temporary")
                 .unit("currency s/lot^2")
                 .help("H, row by row: what a lot of the row's costs more while the column's trades a lot a second"),
             Param::reals("permanent").unit("currency/lot^2").by_default("").help("Gamma, row by row; empty: none"), risk_aversion_param(),
             style_param()}};
  }

  AlmgrenChrissPortfolioSchedule(const Params& params, const Setting& setting)
      : PlannedStrategy{style_named(params.text("style")), params.integer("slices")}, risk_aversion_{params.real("risk_aversion")} {
    const std::vector<std::string> symbols = words_of(params.text("symbols"));
    const std::string& own = setting.instruments.front().symbol;
    while (own_ < symbols.size() && symbols[own_] != own) ++own_;
    if (own_ == symbols.size()) throw std::invalid_argument("symbols does not name " + own + ", which this order trades");
    const std::vector<double> lots = params.reals("basket");
    if (lots.size() != symbols.size()) throw std::invalid_argument("basket must have a number for each of the symbols");
    if (lots[own_] == 0.0) throw std::invalid_argument("basket holds nothing of " + own + ", which this order trades");
    const auto matrix = [&](const char* name) { return theory::square_matrix(params.reals(name), symbols.size(), name); };
    const auto size = static_cast<Eigen::Index>(symbols.size());
    basket_.quantity = Eigen::Map<const Eigen::VectorXd>(lots.data(), size);
    basket_.covariance = matrix("covariance");
    basket_.temporary = matrix("temporary");
    basket_.permanent = params.reals("permanent").empty() ? theory::SquareMatrix::Zero(size, size) : matrix("permanent");
    basket_.half_spread = Eigen::VectorXd::Zero(size);  // costs the same however it is scheduled
    basket_.horizon = 1.0;
    theory::holdings(basket_, risk_aversion_);  // refuses now what the plan would refuse
  }

 private:
  void plan(Host&) override {
    basket_.periods = slices();
    basket_.horizon = slice_seconds() * static_cast<double>(slices());
    const auto mine = static_cast<Eigen::Index>(own_);
    // The optimum is linear in the basket: of twice as much, or of the opposite, the same shares are held.
    for (const Eigen::VectorXd& held : theory::holdings(basket_, risk_aversion_))
      sent_.push_back(1.0 - held[mine] / basket_.quantity[mine]);
  }

  double target(Host&, std::int64_t slice, std::int64_t) override {
    return sent_[static_cast<std::size_t>(slice) + 1] * static_cast<double>(parent().lots);
  }

  theory::AlmgrenChrissPortfolio basket_;
  double risk_aversion_;
  std::size_t own_ = 0;
  std::vector<double> sent_;  ///< share of the order after each slice, from 0 to 1
};

}  // namespace

PLIMSOLL_STRATEGY(AlmgrenChrissPortfolioSchedule)
