// plimsoll compare: what changed between two results, paired, with intervals; the nightly gate.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <iostream>

#include <unistd.h>

#include "app/command.hpp"
#include "app/comparison.hpp"
#include "app/console.hpp"
#include "app/options.hpp"

namespace plimsoll {
namespace {

Options compare_options() {
  Options options{
      "plimsoll compare A.h5 B.h5 [options]",
      "Pairs the scenarios of two results that ask the same (every swept key, symbol, date and seed both files have) and says, metric by "
      "metric, by how much B differs from A, with a 95 % interval. What the two were made from is compared too.\n"
      "A file may be compared with itself: --where-a strategy.name=twap --where-b strategy.name=pov.\n"
      "With --fail-above it is a gate for nightly runs: exit code 3 when B is worse than A by more than the value."};
  options.add({{"where-a", "KEY=VALUE", "of A only these scenarios; the key then no longer pairs", kMayRepeat},
               {"where-b", "KEY=VALUE", "the same for B", kMayRepeat},
               {"group", "KEY", "a table for each value of a key both files have"},
               {"metric", "NAME", "this one only", kMayRepeat},
               {"bootstrap", "", "intervals from resampled days or seeds in place of Student's t: for many of them with a few far off"},
               {"fail-above", "METRIC=VALUE",
                "exit 3 when METRIC is worse in B by more than VALUE (bps; shares as 0.01), in any group. Also when no pair has the "
                "metric, a scenario that was done in A failed in B, or B is a part of its plan and lacks scenarios of A",
                kMayRepeat},
               {"fail-on", "END",
                "what --fail-above looks at: lower (default), so that it fails when the whole interval is beyond VALUE; mean; or upper, so "
                "that it fails unless the whole interval is below. Without an interval all three are the mean"},
               {"json", "", "JSON lines: what was compared, then one line a metric"},
               {"csv", "", "the table as CSV"}});
  options.add_words("A.h5 and B.h5", 2, 2);
  return options;
}

double limit_of(const std::string& word, const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    usage_error("USAGE-VALUE", "--fail-above " + word + "=" + text, "\"" + text + "\" is no number", "write e.g. --fail-above total=0.5");
  return value;
}

GateOn gate_on(const Options& options) {
  const std::string word = options.text("fail-on").value_or("lower");
  if (word == "lower") return GateOn::lower;
  if (word == "mean") return GateOn::mean;
  if (word == "upper") return GateOn::upper;
  usage_error("USAGE-VALUE", "--fail-on", "\"" + word + "\" is not lower, mean or upper", "");
}

std::vector<const ComparedMetric*> metrics_of(const Options& options, const std::vector<Gate>& gates) {
  std::vector<const ComparedMetric*> out;
  const auto add = [&](const ComparedMetric& metric) {
    if (std::find(out.begin(), out.end(), &metric) == out.end()) out.push_back(&metric);
  };
  for (const std::string& word : options.texts("metric")) add(compared_metric(word));
  if (out.empty())
    for (const ComparedMetric& metric : compared_metrics()) add(metric);
  for (const Gate& gate : gates) add(*gate.metric);
  return out;
}

}  // namespace

ExitCode compare_command(const Words& words) {
  Options options = compare_options();
  if (!options.parse(words)) return ExitCode::done;
  if (options.has("json") && options.has("csv"))
    usage_error("USAGE-CONFLICT", "--csv", "cannot be had together with --json", "leave one of them out");
  CompareRequest request;
  request.path_a = options.words()[0];
  request.path_b = options.words()[1];
  request.where_a = options.assignments("where-a", "strategy.name=twap");
  request.where_b = options.assignments("where-b", "strategy.name=twap");
  request.group = options.text("group").value_or("");
  request.interval = options.has("bootstrap") ? IntervalKind::bootstrap : IntervalKind::student_t;
  request.gate_on = gate_on(options);
  for (const auto& [word, value] : options.assignments("fail-above", "total=0.5"))
    request.gates.push_back({&compared_metric(word), limit_of(word, value)});
  request.metrics = metrics_of(options, request.gates);
  const Comparison comparison = compare_results(request);
  std::cout << (options.has("json")  ? comparison_json(comparison)
                : options.has("csv") ? comparison_csv(comparison)
                                     : comparison_text(comparison, columns_of(STDOUT_FILENO)));
  for (const GateFinding& gate : comparison.gates)
    if (gate.breached)
      report_error({"COMPARE-GATE", request.path_b, gate.what,
                    gate.counts                  ? fixed(gate.worsening, 0) + ", where none may be"
                    : std::isnan(gate.worsening) ? "no pair has it, so the gate cannot be judged"
                                                 : "worse by " + fixed(gate.worsening, 4) + ", above " + fixed(gate.limit, 4),
                    ""});
  return comparison.breached() ? ExitCode::gate_breached : ExitCode::done;
}

}  // namespace plimsoll
