// A fine plugin, but a built-in has its name.
#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {
class Twap final : public Strategy {
 public:
  static Description describe() { return {"twap", "Another one", "", {}}; }
  Twap(const Params&, const Instrument&) {}
  void on_start(Host&, const Parent&) override {}
};
}  // namespace

PLIMSOLL_STRATEGY(Twap)
