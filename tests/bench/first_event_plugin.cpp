// Says when the first simulated event happens: writes the machine's monotonic clock to a file at the parent's start.
#include <time.h>

#include <cstdio>

#include "sdk/plugin.hpp"

using namespace plimsoll::sdk;

namespace {

class FirstEvent final : public Strategy {
 public:
  static Description describe() {
    return {
        "bench_first_event", "notes the time of its start", "", {Param::text("file").help("where to write the monotonic clock, in ns")}};
  }
  FirstEvent(const Params& params, const Instrument&) : file_{params.text("file")} {}
  void on_start(Host&, const Parent&) override {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (std::FILE* file = std::fopen(file_.c_str(), "w")) {
      std::fprintf(file, "%lld%09ld\n", static_cast<long long>(now.tv_sec), now.tv_nsec);
      std::fclose(file);
    }
  }

 private:
  std::string file_;
};

}  // namespace

PLIMSOLL_STRATEGY(FirstEvent)
