#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "claims.hpp"
#include "core/random.hpp"
#include "sdk/fake_host.hpp"

extern "C" const plimsoll_plugin* plimsoll_entry_order_flow(void);

using fake::kSecond;
using fake::ModelRun;

namespace {

using Overrides = fake::Settings::Overrides;

double moved_by(std::int32_t side, std::int64_t lots, const Overrides& settings) {
  ModelRun model{plimsoll_entry_order_flow(), settings};
  if (lots > 0) model.execute(0, side, lots);
  return model.displacement();
}

std::string flow_refusal(const Overrides& settings) {
  try {
    ModelRun model{plimsoll_entry_order_flow(), settings};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

// Cont, Kukanov and Stoikov (2014), section 2: in the stylised book of depth D an imbalance of 2 D moves the mid by a tick. rel 1e-12.
TEST_CASE("OFI a lot taken is a lot of imbalance, and the stylised book moves a tick per 2 D of them") {
  CHECK(moved_by(1, 800, {{"depth_lots", 400.0}}) == Approx(1.0).epsilon(1e-12));
  CHECK(moved_by(-1, 800, {{"depth_lots", 400.0}}) == Approx(-1.0).epsilon(1e-12));
  CHECK(moved_by(1, 1, {{"depth_lots", 400.0}}) == Approx(1.0 / 800).epsilon(1e-12));
  CHECK(moved_by(1, 0, {{"depth_lots", 400.0}}) == 0.0);
  CHECK(moved_by(1, 100, {{"depth_lots", 400.0}, {"coefficient", 2.0}, {"depth_exponent", 0.5}}) == Approx(10.0).epsilon(1e-12));
}

TEST_CASE("OFI with several levels each moves the mid by its beta times the share that falls on it") {
  const Overrides levels = {{"level_betas", std::vector<double>{0.01, 0.004}}, {"level_shares", std::vector<double>{0.75, 0.25}}};
  CHECK(moved_by(1, 100, levels) == Approx(100 * (0.75 * 0.01 + 0.25 * 0.004)).epsilon(1e-12));
}

TEST_CASE("order_flow is additive: cut into pieces at one instant it moves as whole, and a buy cancels a sale") {
  const Overrides settings = {{"depth_lots", 512.0}, {"decay_time_s", 60.0}};
  ModelRun pieces{plimsoll_entry_order_flow(), settings};
  for (int i = 0; i < 64; ++i) pieces.execute(0, 1, 16);
  CHECK(pieces.displacement() == moved_by(1, 1'024, settings));
  pieces.execute(1, -1, 1'024);
  CHECK(pieces.displacement() == 0.0);
}

TEST_CASE("each execution decays from its own time, exactly, however often it is looked at") {
  const Overrides settings = {{"depth_lots", 50.0}, {"decay_time_s", 60.0}};
  ModelRun watched{plimsoll_entry_order_flow(), settings}, left_alone{plimsoll_entry_order_flow(), settings};
  for (ModelRun* model : {&watched, &left_alone}) {
    model->execute(0, 1, 100);
    model->now = 30 * kSecond;
    model->execute(0, 1, 200);
    if (model == &watched)
      for (; model->now < 90 * kSecond; model->now += kSecond) model->displacement();
    model->now = 90 * kSecond;
  }
  CHECK(watched.displacement() == left_alone.displacement());
  CHECK(watched.displacement() == Approx(1.0 * std::exp(-1.5) + 2.0 * std::exp(-1.0)).epsilon(1e-14));
  ModelRun stays{plimsoll_entry_order_flow(), {{"depth_lots", 50.0}}};
  stays.execute(0, 1, 100);
  stays.now = 1'000'000 * kSecond;
  CHECK(stays.displacement() == 1.0);
}

TEST_CASE("order_flow refuses, in words, settings that do not say one beta") {
  const std::vector<double> two = {0.01, 0.004};
  CHECK(flow_refusal({}) == "give depth_lots, or level_betas with level_shares");
  CHECK(flow_refusal({{"level_shares", two}}) == "level_shares needs level_betas");
  CHECK(flow_refusal({{"level_betas", two}, {"level_shares", std::vector<double>{1.0}}}) == "level_betas has 2 entries and level_shares 1");
  CHECK(flow_refusal({{"level_betas", two}, {"level_shares", std::vector<double>{0.5, 0.4}}}) == "level_shares must sum to 1");
  CHECK(flow_refusal({{"level_betas", two}, {"level_shares", std::vector<double>{0.5, 0.5}}, {"depth_lots", 3.0}}) ==
        "depth_lots and level_betas exclude each other");
}

TEST_CASE("order_flow refuses a depth so small that its beta is no number") {
  CHECK(flow_refusal({{"depth_lots", 1e-200}, {"depth_exponent", 2.0}}).find("no book is so thin") != std::string::npos);
  CHECK(flow_refusal({{"depth_lots", 1e-200}, {"depth_exponent", 2.0}, {"coefficient", 0.0}}).find("no book is so thin") !=
        std::string::npos);
}

TEST_CASE("order_flow: no round trip earns, of ten thousand random ones, and a permanent one costs nothing") {
  const plimsoll::RandomStream random{9, 0, plimsoll::Purpose::test};
  std::uint64_t draw = 0;
  for (const double tau_s : {0.0, 1e-9, 0.5, 20.0, 1e9})
    for (int trip = 0; trip < 2'000; ++trip) {
      ModelRun model{plimsoll_entry_order_flow(), {{"depth_lots", 50.0}, {"decay_time_s", tau_s}}};
      std::int64_t open = 0;
      double cost = 0.0;
      for (int k = 0; k < 7; ++k) {
        const std::int64_t lots = k == 6 ? -open : static_cast<std::int64_t>(random.below(draw, 2'001)) - 1'000;
        model.now += static_cast<std::int64_t>(random.uniform(draw + 1) * 30.0 * static_cast<double>(kSecond));
        draw += 2;
        if (lots == 0) continue;
        const double before = model.displacement();
        REQUIRE(model.execute(lots > 0 ? 0 : 1, lots > 0 ? 1 : -1, std::abs(lots)) == 0);
        cost += static_cast<double>(lots) * 0.5 * (before + model.displacement());
        open += lots;
      }
      CHECK(cost >= -1e-6);
      if (tau_s == 0.0) CHECK(std::abs(cost) < 1e-6);
    }
}
