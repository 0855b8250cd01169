#pragma once
// What was measured, and how it is shown.

#include <optional>
#include <string>
#include <vector>

#include "bench/measure.hpp"

namespace plimsoll::bench {

enum class Wanted { at_most, at_least };

struct Figure {
  std::string id;    // "T2.W1"
  std::string what;  // one line for people
  Spread value;
  std::string unit;
  Wanted wanted = Wanted::at_most;
  std::optional<double> target = {};        // in the unit of the value; none: nothing was asked, or there is no yardstick
  std::optional<double> ideal = {};         // the yardstick's figure of the same run, in the unit of the value
  std::optional<double> target_ratio = {};  // the target as a multiple of the ideal
  std::string note = {};                    // how to read it, when the line does not say enough

  std::optional<double> ratio() const;  // value / ideal
  std::optional<bool> ok() const;       // none when there is no target
};

// A figure whose target is a multiple of the yardstick's.
Figure against_ideal(std::string id, std::string what, const Spread& value, std::string unit, const std::optional<Spread>& ideal,
                     double target_ratio);
Figure at_most(std::string id, std::string what, const Spread& value, std::string unit, double target);
Figure at_least(std::string id, std::string what, const Spread& value, std::string unit, double target);
// Nothing was asked of it.
Figure plain(std::string id, std::string what, const Spread& value, std::string unit);

// Prints figures as they come: JSON lines, or lines of a table.
class Report {
 public:
  explicit Report(bool json) : json_{json} {}
  void begin(const std::string& machine, const std::string& commit);
  void add(const Figure& figure);
  // Something that could not be measured, and why.
  void left_out(const std::string& id, const std::string& why);
  void end();

 private:
  bool json_;
  std::string machine_, commit_;
  int met_ = 0, missed_ = 0, unjudged_ = 0;
};

std::string number_text(double value);
// "AMD EPYC, 2 cores, 1024 KiB L2 a core"
std::string machine_text();

}  // namespace plimsoll::bench
