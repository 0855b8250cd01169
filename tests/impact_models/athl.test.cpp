#include <cstdint>
#include <string>

#include "claims.hpp"
#include "sdk/fake_host.hpp"

extern "C" const plimsoll_plugin* plimsoll_entry_athl(void);

using fake::ModelRun;

namespace {

constexpr double kIbmTicks = 12'000;
constexpr std::int64_t kSession = 23'400 * fake::kSecond;
constexpr std::int64_t kLots = 656'100;

// IBM in the paper's example: a tenth of the daily volume.
fake::Settings::Overrides ibm() {
  return {{"daily_volatility", 0.0157}, {"daily_volume_lots", 6'561'000.0}, {"shares_outstanding", 1'728'000'000.0}};
}

struct Order {
  ModelRun model;
  double paid = 0.0;  ///< ticks times lots

  explicit Order(std::int64_t duration_ns, std::uint32_t end_policy = PLIMSOLL_END_CROSS, fake::Settings::Overrides settings = ibm())
      : model{plimsoll_entry_athl(), settings} {
    model.parent(fake::parent(1, kLots, 0, duration_ns, end_policy), kIbmTicks);
  }
  /// The mean displacement that the children meet, each trading through its own permanent move.
  void work_evenly(std::int64_t duration_ns, int children) {
    const double lots = static_cast<double>(kLots) / children;
    for (int child = 0; child < children; ++child) {
      model.now = duration_ns / children * child;
      model.execute(0, 1, kLots / children);
      if (child + 1 < children) paid += lots * model.displacement();
    }
  }
  double bp(double ticks) const { return ticks / kIbmTicks * 1e4; }
};

}  // namespace

// validation.json ATHL-01, rel 1e-6; Almgren, Thum, Hauptmann and Li (2005), Risk 18(7), table of the IBM example.
TEST_CASE("ATHL-01 permanent, temporary and realised cost of a tenth of IBM's daily volume in 0.1, 0.2 and 0.5 days") {
  const double permanent_bp = 19.859701911852525;
  const double days[] = {0.1, 0.2, 0.5};
  const double temporary_bp[] = {22.293999999999993, 14.708554681385447, 8.488012181946356};
  const double cost_bp[] = {32.22385095592626, 24.638405637311713, 18.417863137872622};
  for (int i = 0; i < 3; ++i) {
    const auto duration_ns = static_cast<std::int64_t>(days[i] * static_cast<double>(kSession));
    CAPTURE(days[i]);
    Order order{duration_ns};
    order.model.execute(0, 1, kLots / 2);
    CHECK(order.bp(order.model.displacement()) == Approx(permanent_bp / 2 + temporary_bp[i]).epsilon(1e-6));
    order.model.execute(0, 1, kLots / 2);
    CHECK(order.bp(order.model.displacement()) == Approx(permanent_bp).epsilon(1e-6));
    CHECK(order.bp(order.model.displacement()) / 157 == Approx(0.12649491663600337).epsilon(1e-6));

    // J = I/2 + K along an even schedule; the limit of many children is met to a child's share.
    Order even{duration_ns};
    even.work_evenly(duration_ns, 65'610);
    CHECK(even.bp(even.paid / static_cast<double>(kLots)) == Approx(cost_bp[i]).epsilon(1e-4));
  }
}

TEST_CASE("athl moves nothing before the first execution, and the temporary part ends at the planned end or when it is filled") {
  Order order{kSession, PLIMSOLL_END_CANCEL};
  CHECK(order.model.displacement() == 0.0);
  order.model.execute(0, 1, 0);
  CHECK(order.model.displacement() == 0.0);
  order.model.execute(0, 1, 1);  // one lot announces the whole order's rate
  const double with_temporary = order.model.displacement();
  order.model.now = kSession - 1;
  CHECK(order.model.displacement() == with_temporary);
  order.model.now = kSession;
  CHECK(order.bp(order.model.displacement()) == Approx(19.859701911852525 / kLots).epsilon(1e-6));

  Order extended{kSession, PLIMSOLL_END_EXTEND};
  extended.model.execute(0, 1, 1);
  extended.model.now = 2 * kSession;
  CHECK(extended.model.displacement() == with_temporary);
  extended.model.execute(0, 1, kLots - 1);
  CHECK(extended.bp(extended.model.displacement()) == Approx(19.859701911852525).epsilon(1e-6));
}

TEST_CASE("athl without shares outstanding has a liquidity factor of one, and lots of many units count as units") {
  fake::Settings::Overrides bare = ibm();
  bare.erase("shares_outstanding");
  Order order{kSession, PLIMSOLL_END_CROSS, bare};
  order.model.execute(0, 1, kLots);
  CHECK(order.model.displacement() / kIbmTicks == Approx(0.0157 * 0.314 * 0.1).epsilon(1e-12));

  plimsoll_instrument hundreds = fake::instrument();
  hundreds.lot = 100.0;
  ModelRun model{plimsoll_entry_athl(),
                 {{"daily_volatility", 0.0157}, {"daily_volume_lots", 65'610.0}, {"shares_outstanding", 1'728'000'000.0}},
                 0,
                 {hundreds}};
  model.parent(fake::parent(1, kLots / 100, 0, kSession), kIbmTicks);
  model.execute(0, 1, kLots / 100);
  CHECK(order.bp(model.displacement()) == Approx(19.859701911852525).epsilon(1e-6));
}

TEST_CASE("athl is odd in side, its permanent part depends on the total alone, and parents add up") {
  Order whole{kSession}, parts{kSession};
  whole.model.execute(0, 1, kLots);
  for (int child = 0; child < 100; ++child) parts.model.execute(0, 1, kLots / 100);
  CHECK(parts.model.displacement() == whole.model.displacement());
  plimsoll_parent sell = fake::parent(-1, kLots, 0, kSession / 10);
  sell.id = 1;
  whole.model.parent(sell, kIbmTicks);
  whole.model.execute(1, -1, kLots);
  CHECK(whole.model.displacement() == 0.0);
}

TEST_CASE("athl can be manipulated by a parent that announces more than it trades, and says so") {
  const plimsoll_impact_model_type& type = *plimsoll_entry_athl()->impact_models[0];
  CHECK(type.manipulation_free == 0);
  Order order{kSession / 10};  // announces 656,100 lots and buys one
  order.model.execute(0, 1, 1);
  const double sold_at = order.model.displacement();
  plimsoll_parent slow = fake::parent(-1, 100'000, 0, 10 * kSession);
  slow.id = 1;
  order.model.parent(slow, kIbmTicks);
  order.model.execute(1, -1, 100'000);
  const double proceeds = 100'000 * (sold_at + order.model.displacement()) / 2;
  order.model.now = kSession / 10;  // the announcement is over: buy back
  plimsoll_parent back = fake::parent(1, 100'000, 0, 10 * kSession);
  back.id = 2;
  const double bought_from = order.model.displacement();
  order.model.parent(back, kIbmTicks);
  order.model.execute(2, 1, 99'999);
  const double expense = 100'000 * order.model.displacement();
  CHECK(expense > 100'000 * bought_from);
  CHECK(proceeds - expense > 0.0);
}

TEST_CASE("athl refuses a parent without a duration and an execution of a parent that never arrived") {
  ModelRun model{plimsoll_entry_athl(), ibm()};
  const plimsoll_parent at_once = fake::parent(1, 10, fake::kSecond, fake::kSecond);
  CHECK(model.parent_outcome(at_once, kIbmTicks) != 0);
  CHECK(model.failure == "athl needs a parent that ends after it starts");
  CHECK(model.execute(7, 1, 10) != 0);
  CHECK(model.failure.find("never arrived") != std::string::npos);
}
