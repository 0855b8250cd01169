#include "experiment/manipulation.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "claims.hpp"
#include "core/math.hpp"
#include "given.hpp"
#include "sdk/plugin.hpp"

using namespace plimsoll;
using given::real;
using given::reals;
using given::text;

namespace {

/// Settings under which every model is tried. A built-in model that declares itself free and stands nowhere here fails the test.
struct Tried {
  std::string model;
  std::vector<GivenParam> given;
  std::size_t instruments = 1;
  double tolerance = 1e-9;  ///< share of a trip's absolute costs that is the model's own quadrature
  std::uint32_t descents = 10;
};

std::vector<Tried> tried_settings() {
  return {
      {"linear", {real("ticks_per_lot", 1e-3)}},
      {"linear", {real("ticks_per_lot", 7.0)}},
      {"almgren_chriss", {real("permanent_ticks_per_lot", 1e-4), real("temporary_ticks_s_per_lot", 0.02), real("slice_s", 60)}},
      {"almgren_chriss", {real("permanent_ticks_per_lot", 1e-4), real("temporary_ticks_s_per_lot", 0.0030001), real("slice_s", 60)}},
      {"almgren_power", {real("permanent_ticks_per_lot", 1e-4), real("temporary_prefactor", 0.01), real("slice_s", 30)}},
      {"almgren_power",
       {real("permanent_ticks_per_lot", 1e-2), real("temporary_prefactor", 1e-3), real("rate_exponent", 2), real("slice_s", 1)}},
      {"obizhaeva_wang", {real("depth_lots_per_tick", 500), real("permanent_ticks_per_lot", 1e-3), real("resilience_per_s", 0.1)}},
      {"obizhaeva_wang", {real("depth_lots_per_tick", 5), real("resilience_per_s", 30)}},
      {"general_shape",
       {reals("distance_ticks", {0, 2, 10}), reals("density_lots_per_tick", {50, 400, 900}), real("resilience_per_s", 0.05)}},
      {"general_shape",
       {reals("distance_ticks", {0, 2, 10}), reals("density_lots_per_tick", {900, 100, 20}), text("between", "constant"),
        text("mode", "price"), real("resilience_per_s", 2)}},
      {"constant_product", {real("base_lots", 1e6), real("fee_bps", 0)}},
      {"constant_product", {real("base_lots", 1e5), real("fee_bps", 30), {"block_time_ms", std::int64_t{400}, "test"}}},
      {"propagator", {text("kernel", "power_law"), real("g0_ticks_per_lot", 0.01), real("u0_s", 5), real("beta", 0.3)}},
      {"propagator",
       {text("kernel", "exponentials"), reals("weights_ticks_per_lot", {0.01, 0.02, 0.001}), reals("rates_per_s", {1.0, 0.01, 0.0})}},
      {"propagator", {text("kernel", "tabulated"), reals("times_s", {0, 1, 10}), reals("values_ticks_per_lot", {0.03, 0.01, 0.005})}},
      {"order_flow", {real("depth_lots", 300)}},
      {"order_flow", {real("depth_lots", 300), real("decay_time_s", 20)}},
      {"latent_book", {real("slope_lots_per_tick2", 100), real("diffusivity_ticks2_per_s", 0.5)}, 1, 1e-5, 1},
      {"cross_impact", {reals("lambda", {0.02, 0.005, 0.005, 0.01}), real("permanent_share", 0.3), real("decay_time_s", 60)}, 2},
  };
}

/// Impact that is paid for with certainty: displacement = sum over trades of f(lots) G(age).
template <double (*Size)(double), double (*Kernel)(double)>
class Planted final : public sdk::ImpactModel {
 public:
  static sdk::Description describe() { return {"planted", "a model made to be manipulated", "", {}}; }
  Planted(const sdk::Params&, const sdk::Instrument&) {}
  void on_execution(sdk::BaseHost&, const sdk::Execution& execution) override { executions_.push_back(execution); }
  double displacement(sdk::BaseHost&, std::int64_t time_ns, std::uint32_t) const override {
    double ticks = 0.0;
    for (const sdk::Execution& one : executions_)
      ticks += sign(one.side) * Size(static_cast<double>(one.lots)) * Kernel(static_cast<double>(time_ns - one.time_ns) * 1e-9);
    return ticks;
  }

 private:
  std::vector<sdk::Execution> executions_;
};

double linear_size(double lots) { return 1e-3 * lots; }
double root_size(double lots) { return std::sqrt(lots); }
double exponential(double age_s) { return math::exp(-age_s); }
double power_law(double age_s) { return 1.0 / std::sqrt(1.0 + age_s); }
double parabola(double age_s) { return age_s < 1.0 ? 1.0 - age_s * age_s : 0.0; }  // its transform is negative at some frequencies
double growing(double age_s) { return 2.0 - exponential(age_s); }

template <double (*Size)(double), double (*Kernel)(double)>
RoundTripReport searched(std::uint32_t schedules) {
  RoundTripSearch search;
  search.schedules = schedules;
  search.longest_s = 10.0;
  search.descents = 3;
  return check_no_manipulation({sdk::detail::plugin<Planted<Size, Kernel>>()->impact_models[0], {}}, {}, search);
}

ProbeSetting setting_of(std::size_t instruments) {
  ProbeSetting out;
  out.instruments.resize(instruments, out.instruments.front());
  return out;
}

std::string text_of(const RoundTrip& trip) {
  std::string out;
  for (const ProbeTrade& trade : trip.trades)
    out += std::to_string(trade.time) + " ns: " + std::to_string(trade.signed_lots) + " of parent " + std::to_string(trade.parent) + "\n";
  return out;
}

}  // namespace

TEST_CASE("no profitable round trip over 10,000 random schedules for any model that declares itself free") {
  const PluginRegistry plugins;
  std::vector<std::string> names;
  for (const Tried& tried : tried_settings()) {
    const ImpactChoice model = model_named(plugins, tried.model, tried.given);
    if (model.type->manipulation_free == 0) continue;
    names.push_back(tried.model);
    RoundTripSearch search;
    search.tolerance = tried.tolerance;
    search.descents = tried.descents;
    search.descent_costs = tried.descents * 200;
    const RoundTripReport report = check_no_manipulation(model, setting_of(tried.instruments), search);
    INFO(tried.model << ": share " << report.cheapest.share << "\n" << text_of(report.cheapest));
    CHECK(report.tried + report.refused == 10'000);
    CHECK(report.tried > 5'000);
    CHECK_FALSE(report.profitable);
  }
  for (const PluginEntry& entry : plugins.entries()) {
    if (entry.kind != PluginKind::impact_model || entry.impact_model->manipulation_free == 0) continue;
    INFO(entry.name << " declares itself free of manipulation: add its settings to tried_settings()");
    CHECK(std::find(names.begin(), names.end(), entry.name) != names.end());
  }
}

TEST_CASE("merging parents that follow each other closes the square root's round trip, but only as far as its window reaches") {
  const auto cost = [](double window_s) {
    const ImpactChoice model =
        model_named(PluginRegistry{}, "square_root",
                    {real("daily_volatility", 0.02), real("daily_volume_lots", 1e6), real("merge_window_s", window_s)});
    std::vector<ProbeTrade> trades;
    for (std::uint32_t buy = 0; buy < 10; ++buy) trades.push_back({buy * 60 * kSecond, 1'000, buy});
    trades.push_back({600 * kSecond, -10'000, 10});
    return cost_of(model, {}, trades, 64);
  };
  CHECK(cost(3600) > 0.0);
  CHECK(cost(30) < 0.0);
}

TEST_CASE("the bare square root is paid for buying in pieces and selling at once") {
  const ImpactChoice model = model_named(PluginRegistry{}, "square_root",
                                         {real("daily_volatility", 0.02), real("daily_volume_lots", 1e6), real("merge_window_s", 0)});
  // By hand: ten parents buy 1,000 lots each, one sells 10,000. Without merging the buys move ten times their own root, the sale one.
  std::vector<ProbeTrade> known;
  for (std::uint32_t buy = 0; buy < 10; ++buy) known.push_back({buy * 2 * kSecond, 1'000, buy});
  known.push_back({20 * kSecond, -10'000, 10});
  CHECK(cost_of(model, {}, known) < 0.0);
  CHECK(cost_of(model, {}, known, 64) < 0.0);

  const RoundTripReport report = check_no_manipulation(model, {});
  CHECK(report.profitable);
  CHECK(report.cheapest.share < -0.2);
  CHECK(cost_of(model, {}, report.cheapest.trades) < 0.0);
  CHECK(cost_of(model, {}, report.cheapest.trades, 64) < 0.0);
  Lots open = 0;
  for (const ProbeTrade& trade : report.cheapest.trades) open += trade.signed_lots;
  CHECK(open == 0);
}

TEST_CASE("planted faults are found: a growing kernel, one that is not positive definite, and an exponential one with concave impact") {
  CHECK(searched<linear_size, growing>(1'000).profitable);
  CHECK(searched<linear_size, parabola>(1'000).profitable);
  CHECK(searched<root_size, exponential>(1'000).profitable);  // Gatheral (2010), PROP-04
  CHECK_FALSE(searched<linear_size, exponential>(1'000).profitable);
  CHECK_FALSE(searched<linear_size, power_law>(1'000).profitable);
}

TEST_CASE("the search is the same search on every call, and another seed is another search") {
  const ImpactChoice model = model_named(PluginRegistry{}, "square_root", {real("daily_volatility", 0.02), real("daily_volume_lots", 1e6)});
  RoundTripSearch search;
  search.schedules = 200;
  const auto share = [&](std::uint64_t seed) {
    search.seed = seed;
    return check_no_manipulation(model, {}, search).cheapest.share;
  };
  CHECK(share(1) == share(1));
  CHECK(share(1) != share(2));
}

TEST_CASE("the scales of the search come from the model's settings") {
  const RoundTripSearch none = default_search(model_named(PluginRegistry{}, "linear", {real("ticks_per_lot", 1)}));
  CHECK(none.lots_max == 1'000'000);
  CHECK(none.shortest_s == 1e-3);
  CHECK(none.longest_s == 1e4);
  const RoundTripSearch book =
      default_search(model_named(PluginRegistry{}, "obizhaeva_wang", {real("depth_lots_per_tick", 5'000), real("resilience_per_s", 0.1)}));
  CHECK(book.lots_max == 50'000);
  CHECK(book.shortest_s == Approx(0.1));
  CHECK(book.longest_s == Approx(100.0));
}
