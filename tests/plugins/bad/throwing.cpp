// Throws wherever it is told to. Also used by tests of the engine: one scenario fails, the others go on.
#include <stdexcept>
#include <string>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

class ThrowingStrategy final : public Strategy {
 public:
  static Description describe() {
    return {"throwing",
            "Throws where it is told to",
            "",
            {Param::text("throws_in")
                 .one_of({"create", "on_start", "on_wake", "on_order"})
                 .by_default("on_wake")
                 .help("The call that throws")}};
  }
  ThrowingStrategy(const Params& params, const Instrument&) : throws_in_{params.text("throws_in")} { throw_in("create"); }
  void on_start(Host& host, const Parent& parent) override {
    throw_in("on_start");
    host.wake_at(parent.start_ns + 1);
    host.submit_market(parent.side, 1);
  }
  void on_wake(Host&) override { throw_in("on_wake"); }
  void on_order(Host&, const OrderEvent&) override { throw_in("on_order"); }

 private:
  void throw_in(const std::string& place) const {
    if (throws_in_ == place) throw std::runtime_error("thrown on purpose in " + place);
  }
  std::string throws_in_;
};

class ThrowingModel final : public ImpactModel {
 public:
  static Description describe() { return {"throwing", "Throws when it is asked for a displacement", "", {}}; }
  ThrowingModel(const Params&, const Instrument&) {}
  void on_execution(BaseHost&, const Execution&) override {}
  double displacement(BaseHost&, std::int64_t, std::uint32_t) const override {
    throw std::runtime_error("thrown on purpose in displacement");
  }
};

}  // namespace

PLIMSOLL_PLUGIN(ThrowingStrategy, ThrowingModel)
