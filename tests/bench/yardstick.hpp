#pragma once
// The ideal loops this house is measured against: compiled and run where they are, never copied.

#include <optional>
#include <string>

namespace plimsoll::bench {

class Yardstick {
 public:
  // `folder`: where its sources lie; `work`: where the programs and tapes go, made once (about 15 s and 650 MB). Throws
  // std::runtime_error when the sources are there and cannot be built.
  Yardstick(const std::string& folder, std::string work);

  bool present() const { return present_; }
  // "W1": 5M messages, 50k live orders, one book; "W2": 5M, 1M live, 500 books. Path without ending.
  std::string tape(const std::string& workload) const { return work_ + "/" + workload; }
  // ns of CPU time a message in `mode` on a workload: median of three passes after a load of its own. Precondition: present().
  double ns_per_message(const std::string& mode, const std::string& workload) const;

 private:
  std::string work_;
  bool present_ = false;
};

// $PLIMSOLL_YARDSTICK, or shared/yardstick beside the repository.
std::string yardstick_folder();

}  // namespace plimsoll::bench
