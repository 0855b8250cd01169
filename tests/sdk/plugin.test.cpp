// The C++ face as seen from the C side. The class below is registered through the macro like any plugin, under another entry name.
#define PLIMSOLL_PLUGIN_ENTRY plimsoll_entry_of_the_sdk_test
#include "sdk/plugin.hpp"

#include <cstring>
#include <stdexcept>
#include <string>

#include "claims.hpp"
#include "sdk/fake_host.hpp"

using namespace plimsoll::sdk;

extern "C" const plimsoll_plugin* plimsoll_entry_of_the_sdk_test(void);

namespace {

class Faulty final : public Strategy {
 public:
  static Description describe() {
    return {"faulty",
            "throws where it is told to",
            "nowhere",
            {Param::text("throws_in").one_of({"nowhere", "create", "start", "wake", "order", "odd"}).by_default("nowhere").help("where"),
             Param::real("rate").unit("1").above(0).at_most(1).by_default(0.25), Param::integer("count").unit("lots").at_least(1),
             Param::boolean("eager").by_default(true)}};
  }
  Faulty(const Params& params, const Instrument& instrument) : throws_in_{params.text("throws_in")} {
    if (throws_in_ == "create") throw std::invalid_argument("cannot be built for " + instrument.symbol);
    CHECK(params.real("rate") == 0.25);
    CHECK(params.boolean("eager"));
    CHECK_THROWS_AS(params.real("count"), std::logic_error);
    CHECK_THROWS_AS(params.real("undeclared"), std::logic_error);
  }
  void on_start(Host&, const Parent&) override { fail_in("start"); }
  void on_wake(Host&) override {
    if (throws_in_ == "odd") throw 7;
    fail_in("wake");
  }
  void on_order(Host&, const OrderEvent&) override { fail_in("order"); }

 private:
  void fail_in(const std::string& place) const {
    if (throws_in_ == place) throw std::runtime_error("thrown in " + place);
  }
  std::string throws_in_;
};

// A book of constant density over two instruments: what it is told comes back in its displacement.
class TwoBooks final : public BookModel {
 public:
  static Description describe() {
    return {"two_books", "", "", {Param::reals("density").above(0)}, true, true, true, "linear and permanent"};
  }
  TwoBooks(const Params& params, const Setting& setting) : density_{params.reals("density")} {
    if (density_.size() != setting.instruments.size()) throw std::invalid_argument("one density for each instrument");
    CHECK(setting.math.exp(0.0) == 1.0);
    CHECK(setting.math.cos(0.0) == 1.0);
  }
  void on_execution(BaseHost&, const Execution& e) override { moved_[e.instrument] += impact(e.instrument, e.side, e.lots); }
  double displacement(BaseHost&, std::int64_t, std::uint32_t instrument) const override { return moved_[instrument]; }
  Sweep sweep(BaseHost&, std::int64_t, std::uint32_t instrument, Side side, std::int64_t lots) const override {
    const double own = impact(instrument, side, lots);
    return {moved_[instrument] + own / 2, moved_[instrument] + own};
  }

 private:
  double impact(std::uint32_t instrument, Side side, std::int64_t lots) const {
    return sign(side) * static_cast<double>(lots) / density_[instrument];
  }
  std::vector<double> density_;
  double moved_[2] = {};
};

class NotANumber final : public ImpactModel {
 public:
  static Description describe() { return {"not_a_number", "", "", {}}; }
  NotANumber(const Params&, const Instrument&) {}
  void on_execution(BaseHost&, const Execution& execution) override { lots_ = execution.lots; }
  double displacement(BaseHost&, std::int64_t, std::uint32_t) const override {
    if (lots_ == 13) throw std::runtime_error("thirteen");
    return std::numeric_limits<double>::quiet_NaN();
  }

 private:
  std::int64_t lots_ = 0;
};

struct Instance {
  explicit Instance(const std::string& throws_in) {
    const plimsoll_plugin* plugin = plimsoll_entry_of_the_sdk_test();
    type = plugin->strategies[0];
    const fake::Settings settings{type->params, type->param_count, {{"throws_in", throws_in}, {"count", std::int64_t{3}}}};
    const fake::Setting about;
    self = type->create(settings.data(), settings.count(), &about.table, error, sizeof error);
    host.base = fake::base_host(this, [](void* run, const char* message) { static_cast<Instance*>(run)->failure = message; });
  }
  ~Instance() { type->destroy(self); }

  const plimsoll_strategy_type* type = nullptr;
  plimsoll_strategy_host host{};
  void* self = nullptr;
  char error[24] = "";
  std::string failure;
};

}  // namespace

PLIMSOLL_PLUGIN(Faulty, NotANumber, TwoBooks)

TEST_CASE("one line registers several plugins, and the table says what describe() says") {
  const plimsoll_plugin* plugin = plimsoll_entry_of_the_sdk_test();
  REQUIRE(plugin->strategy_count == 1);
  REQUIRE(plugin->impact_model_count == 2);
  CHECK(plugin == plimsoll_entry_of_the_sdk_test());
  CHECK(plugin->abi_major == PLIMSOLL_ABI_MAJOR);
  CHECK(plugin->abi_minor == PLIMSOLL_ABI_MINOR);
  CHECK(std::strlen(plugin->built_with) > 5);
  const plimsoll_strategy_type& type = *plugin->strategies[0];
  CHECK(std::string{type.name} == "faulty");
  REQUIRE(type.param_count == 4);
  CHECK(std::string{type.params[0].choices} == "nowhere|create|start|wake|order|odd");
  CHECK(std::string{type.params[1].default_text} == "0.25");
  CHECK(type.params[1].minimum == 0.0);
  CHECK(type.params[1].minimum_excluded == 1);
  CHECK(type.params[1].maximum_excluded == 0);
  CHECK(type.params[2].default_text == nullptr);
  CHECK(std::string{type.params[3].default_text} == "true");
}

TEST_CASE("a constructor that throws gives no instance and its message, cut to the room there is") {
  const Instance instance{"create"};
  CHECK(instance.self == nullptr);
  CHECK(std::string{instance.error} == "cannot be built for TES");
}

TEST_CASE("what a callback throws becomes the host's message and a non-zero code, whatever its type") {
  const plimsoll_parent parent = fake::parent(1, 10, 0, fake::kSecond);
  const plimsoll_order_event event{sizeof event, PLIMSOLL_FILLED, 1, 0, 1, 0, 1, PLIMSOLL_TOOK, ""};
  Instance fine{"nowhere"};
  CHECK(fine.type->on_start(fine.self, &fine.host, &parent) == 0);
  CHECK(fine.type->on_wake(fine.self, &fine.host) == 0);
  CHECK(fine.failure.empty());
  Instance start{"start"};
  CHECK(start.type->on_start(start.self, &start.host, &parent) != 0);
  CHECK(start.failure == "thrown in start");
  Instance wake{"wake"};
  CHECK(wake.type->on_wake(wake.self, &wake.host) != 0);
  CHECK(wake.failure == "thrown in wake");
  Instance order{"order"};
  CHECK(order.type->on_order(order.self, &order.host, &event) != 0);
  CHECK(order.failure == "thrown in order");
  Instance odd{"odd"};
  CHECK(odd.type->on_wake(odd.self, &odd.host) != 0);
  CHECK(odd.failure.find("not a std::exception") != std::string::npos);
}

TEST_CASE("a displacement that throws or is not finite is a failure, not a price") {
  const plimsoll_impact_model_type* type = plimsoll_entry_of_the_sdk_test()->impact_models[0];
  const fake::Setting about;
  char error[64] = "";
  void* model = type->create(nullptr, 0, &about.table, error, sizeof error);
  REQUIRE(model != nullptr);
  std::string failure;
  const plimsoll_host_base host =
      fake::base_host(&failure, [](void* run, const char* message) { *static_cast<std::string*>(run) = message; });
  double ticks = 1.5;
  CHECK(type->displacement(model, &host, 0, 0, &ticks) != 0);
  CHECK(ticks == 1.5);
  CHECK(failure == "displacement() is not a finite number");
  const plimsoll_execution execution{sizeof execution, 0, 0, 1, 0, 13, 100.0};
  CHECK(type->on_execution(model, &host, &execution) == 0);
  CHECK(type->displacement(model, &host, 0, 0, &ticks) != 0);
  CHECK(failure == "thirteen");
  type->destroy(model);
  type->destroy(nullptr);
}

TEST_CASE("a book model of two instruments says what it is, and sweeps what it later executes") {
  const plimsoll_impact_model_type* type = plimsoll_entry_of_the_sdk_test()->impact_models[1];
  CHECK(type->across_instruments == 1);
  CHECK(type->manipulation_free == 1);
  CHECK(std::string{type->manipulation_note} == "linear and permanent");
  CHECK(plimsoll_entry_of_the_sdk_test()->impact_models[0]->sweep == nullptr);

  const plimsoll_instrument two[] = {fake::instrument(), fake::instrument()};
  plimsoll_setting setting{sizeof setting, 1, two, &fake::math_table()};
  const double densities[] = {10.0, 20.0};
  const plimsoll_param density{sizeof density, PLIMSOLL_REALS, "density", "", 0, 0.0, densities, 2};
  char error[64] = "";
  CHECK(type->create(&density, 1, &setting, error, sizeof error) == nullptr);
  CHECK(std::string{error} == "one density for each instrument");
  setting.instrument_count = 2;
  void* model = type->create(&density, 1, &setting, error, sizeof error);
  REQUIRE(model != nullptr);
  const plimsoll_host_base host = fake::base_host(nullptr, [](void*, const char*) {});
  plimsoll_sweep sweep{};
  CHECK(type->sweep(model, &host, 0, 1, -1, 40, &sweep) == 0);
  CHECK(sweep.average_ticks == -1.0);
  CHECK(sweep.after_ticks == -2.0);
  const plimsoll_execution execution{sizeof execution, 0, 0, -1, 1, 40, 100.0};
  CHECK(type->on_execution(model, &host, &execution) == 0);
  double ticks = 0.0;
  CHECK(type->displacement(model, &host, 0, 1, &ticks) == 0);
  CHECK(ticks == -2.0);
  CHECK(type->displacement(model, &host, 0, 0, &ticks) == 0);
  CHECK(ticks == 0.0);
  type->destroy(model);
}
