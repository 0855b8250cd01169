#include "app/flag_summary.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/console.hpp"

namespace plimsoll {
namespace {

constexpr std::string_view kBetweenReasons = "; ";

/// "WHAT NUMBER > LIMIT" -> "WHAT above LIMIT" where the limit is a constant of the program (a decimal), else "WHAT".
std::string kind_of_flag(const std::string& reason) {
  const std::size_t above = reason.find(" > ");
  if (above == std::string::npos) return reason;
  const std::string limit = reason.substr(above + 3);
  const std::string what = reason.substr(0, reason.rfind(' ', above - 1));
  return limit.find('.') == std::string::npos ? what : what + " above " + limit;
}

std::set<std::string> kinds_of(const std::string& flags) {
  std::set<std::string> out;
  for (std::size_t begin = 0; begin < flags.size();) {
    const std::size_t end = std::min(flags.find(kBetweenReasons, begin), flags.size());
    out.insert(kind_of_flag(flags.substr(begin, end - begin)));
    begin = end + kBetweenReasons.size();
  }
  return out;
}

using CountedReason = std::pair<std::string, std::size_t>;

std::vector<CountedReason> most_frequent_first(const FlagSummary& flags) {
  std::vector<CountedReason> out{flags.reasons.begin(), flags.reasons.end()};
  std::stable_sort(out.begin(), out.end(), [](const CountedReason& a, const CountedReason& b) { return a.second > b.second; });
  return out;
}

}  // namespace

FlagSummary count_flags(const Table& scenarios) {
  FlagSummary out;
  out.scenarios = scenarios.rows();
  if (scenarios.find("flags") == nullptr) return out;
  for (const std::string& flags : scenarios.texts("flags")) {
    out.flagged += flags.empty() ? 0 : 1;
    for (const std::string& kind : kinds_of(flags)) ++out.reasons[kind];
  }
  return out;
}

std::string flag_line(const FlagSummary& flags) {
  if (flags.flagged == 0) return "";
  std::string reasons;
  for (const auto& [kind, count] : most_frequent_first(flags)) reasons += (reasons.empty() ? "" : ", ") + kind + " " + grouped(count);
  return "flagged  " + grouped(flags.flagged) + " of " + grouped(flags.scenarios) + " scenarios: " + reasons + " (column flags)";
}

std::string flag_json(const FlagSummary& flags) {
  if (flags.flagged == 0) return "";
  nlohmann::ordered_json reasons;
  for (const auto& [kind, count] : most_frequent_first(flags)) reasons[kind] = count;
  const nlohmann::ordered_json line = {{"scenarios", flags.flagged}, {"of", flags.scenarios}, {"reasons", reasons}};
  return nlohmann::ordered_json{{"flagged", line}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace plimsoll
