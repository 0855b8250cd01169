#include "bench/report.hpp"

#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <thread>

#include <nlohmann/json.hpp>

namespace plimsoll::bench {

namespace {

std::string or_dash(const std::optional<double>& value) { return value ? number_text(*value) : "-"; }

nlohmann::ordered_json or_null(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

std::string first_line_of(const std::string& path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace

std::optional<double> Figure::ratio() const { return ideal ? std::optional{value.median / *ideal} : std::nullopt; }

std::optional<bool> Figure::ok() const {
  if (!target) return std::nullopt;
  return wanted == Wanted::at_most ? value.median <= *target : value.median >= *target;
}

Figure against_ideal(std::string id, std::string what, const Spread& value, std::string unit, const std::optional<Spread>& ideal,
                     double target_ratio) {
  Figure figure{.id = std::move(id), .what = std::move(what), .value = value, .unit = std::move(unit)};
  figure.target_ratio = target_ratio;
  if (ideal) {
    figure.ideal = ideal->median;
    figure.target = ideal->median * target_ratio;
  } else {
    figure.note = "no yardstick";
  }
  return figure;
}
Figure at_most(std::string id, std::string what, const Spread& value, std::string unit, double target) {
  return {.id = std::move(id), .what = std::move(what), .value = value, .unit = std::move(unit), .target = target};
}
Figure at_least(std::string id, std::string what, const Spread& value, std::string unit, double target) {
  return {
      .id = std::move(id), .what = std::move(what), .value = value, .unit = std::move(unit), .wanted = Wanted::at_least, .target = target};
}
Figure plain(std::string id, std::string what, const Spread& value, std::string unit) {
  return {.id = std::move(id), .what = std::move(what), .value = value, .unit = std::move(unit)};
}

void Report::begin(const std::string& machine, const std::string& commit) {
  machine_ = machine;
  commit_ = commit;
  if (json_) return;
  std::printf("commit %s on %s\n", commit.c_str(), machine.c_str());
  std::printf("medians of interleaved passes (lowest .. highest); ideal = the yardstick's bare loop in the same run\n\n");
  std::printf("%-17s %9s %-20s %-10s %10s %8s %6s %4s  %s\n", "id", "value", "(range)", "unit", "target", "ideal", "ratio", "ok", "figure");
  std::fflush(stdout);
}

void Report::add(const Figure& figure) {
  const std::optional<bool> ok = figure.ok();
  ++(!ok ? unjudged_ : *ok ? met_ : missed_);
  if (json_) {
    const nlohmann::ordered_json line = {{"id", figure.id},
                                         {"figure", figure.what},
                                         {"value", figure.value.median},
                                         {"lowest", figure.value.lowest},
                                         {"highest", figure.value.highest},
                                         {"unit", figure.unit},
                                         {"target", or_null(figure.target)},
                                         {"ideal", or_null(figure.ideal)},
                                         {"ratio", or_null(figure.ratio())},
                                         {"target_ratio", or_null(figure.target_ratio)},
                                         {"ok", ok ? nlohmann::ordered_json(*ok) : nlohmann::ordered_json(nullptr)},
                                         {"note", figure.note},
                                         {"commit", commit_},
                                         {"machine", machine_}};
    std::printf("%s\n", line.dump().c_str());
  } else {
    const std::string range = "(" + number_text(figure.value.lowest) + " .. " + number_text(figure.value.highest) + ")";
    const std::string target = !figure.target ? "-" : (figure.wanted == Wanted::at_least ? ">=" : "<=") + number_text(*figure.target);
    std::printf("%-17s %9s %-20s %-10s %10s %8s %6s %4s  %s%s\n", figure.id.c_str(), number_text(figure.value.median).c_str(),
                figure.value.lowest == figure.value.highest ? "" : range.c_str(), figure.unit.c_str(), target.c_str(),
                or_dash(figure.ideal).c_str(), or_dash(figure.ratio()).c_str(),
                !ok   ? "-"
                : *ok ? "yes"
                      : "NO",
                figure.what.c_str(), figure.note.empty() ? "" : ("; " + figure.note).c_str());
  }
  std::fflush(stdout);
}

void Report::left_out(const std::string& id, const std::string& why) {
  if (json_)
    std::printf("%s\n", nlohmann::ordered_json{{"id", id}, {"value", nullptr}, {"ok", nullptr}, {"left_out", why}}.dump().c_str());
  else
    std::printf("%-17s left out: %s\n", id.c_str(), why.c_str());
  std::fflush(stdout);
}

void Report::end() {
  if (json_) return;
  std::printf("\n%d targets met, %d missed; %d figures without a target\n", met_, missed_, unjudged_);
}

std::string number_text(double value) {
  std::array<char, 32> text;
  const double size = std::fabs(value);
  std::snprintf(text.data(), text.size(), size >= 1000 ? "%.0f" : size >= 100 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
  return text.data();
}

std::string machine_text() {
  std::ifstream info{"/proc/cpuinfo"};
  std::string model = "unknown processor";
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) {
      model = line.substr(line.find(':') + 2);
      break;
    }
  const std::string l2 = first_line_of("/sys/devices/system/cpu/cpu0/cache/index2/size");
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores" + (l2.empty() ? "" : ", L2 " + l2 + " a core");
}

}  // namespace plimsoll::bench
