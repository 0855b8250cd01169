#include "app/pretrade_report.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "app/console.hpp"

namespace plimsoll {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kTradesShown = 40;
constexpr std::size_t kColumnGap = 2;

/// Cells under each other: the first column left, the others right.
class Grid {
 public:
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string text() const {
    std::vector<std::size_t> width(rows_.front().size(), 0);
    for (const auto& row : rows_)
      for (std::size_t column = 0; column < row.size(); ++column) width[column] = std::max(width[column], row[column].size());
    std::string out;
    for (const auto& row : rows_) {
      for (std::size_t column = 0; column < row.size(); ++column) {
        const std::string space(width[column] - row[column].size(), ' ');
        out += column == 0 ? row[column] + space : std::string(kColumnGap, ' ') + space + row[column];
      }
      out.erase(out.find_last_not_of(' ') + 1);
      out += "\n";
    }
    return out;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::string signed_grouped(Lots lots) { return (lots < 0 ? "-" : "") + grouped(static_cast<std::uint64_t>(lots < 0 ? -lots : lots)); }

/// "911,226.99"; what is too large to be read so comes as a power of ten.
std::string money(double value) {
  if (!std::isfinite(value)) return "-";
  if (std::fabs(value) >= 1e12) return Json(value).dump();
  const std::string cents = fixed(std::fabs(value), 2);
  const std::size_t point = cents.find('.');
  const bool negative = value < 0.0 && cents.find_first_not_of("0.") != std::string::npos;
  return (negative ? "-" : "") + grouped(std::stoull(cents.substr(0, point))) + cents.substr(point);
}

/// The shortest text that is exactly this number; and one for people.
std::string number(double value) { return std::isfinite(value) ? Json(value).dump() : "-"; }
std::string short_number(double value) {
  char digits[64];
  return {digits, std::to_chars(digits, digits + sizeof digits, value, std::chars_format::general, 6).ptr};
}
std::string seconds_text(TimePoint time) { return short_number(static_cast<double>(time) * 1e-9); }

double notional(const PretradeSheet& sheet) {
  return static_cast<double>(sheet.order.lots) * sheet.mid_ticks * sheet.order.money_per_tick_lot;
}
double ticks_per_lot(const PretradeSheet& sheet, double value) {
  return value / (static_cast<double>(sheet.order.lots) * sheet.order.money_per_tick_lot);
}

std::vector<std::string> cost_cells(const PretradeSheet& sheet, const std::string& label, const PricedSchedule& schedule) {
  return {label, money(schedule.cost), fixed(ticks_per_lot(sheet, schedule.cost), 3), fixed(schedule.cost / notional(sheet) * 1e4, 2),
          money(schedule.deviation)};
}

std::string cost_table(const PretradeSheet& sheet) {
  Grid grid;
  grid.add({"schedule", "cost (" + sheet.currency + ")", "ticks/lot", "bps", "risk (" + sheet.currency + ")"});
  if (sheet.answer.at_once)
    grid.add(cost_cells(sheet, "all at once", *sheet.answer.at_once));
  else
    grid.add({"all at once", "-", "-", "-", "-"});
  grid.add(cost_cells(sheet, "even", sheet.answer.even));
  if (sheet.own) grid.add(cost_cells(sheet, "yours", *sheet.own));
  if (sheet.answer.optimal) grid.add(cost_cells(sheet, "optimal", *sheet.answer.optimal));
  return grid.text();
}

/// Whole lots traded, and what is left after each trade.
struct WholeSchedule {
  std::vector<Lots> lots, left;
};
WholeSchedule whole(const PretradeSheet& sheet, const PricedSchedule& schedule) {
  WholeSchedule out{whole_lots(schedule.trades), {}};
  Lots left = sheet.order.lots;
  for (const Lots lots : out.lots) out.left.push_back(left -= lots);
  return out;
}

std::string schedule_table(const PretradeSheet& sheet) {
  const WholeSchedule even = whole(sheet, sheet.answer.even);
  const WholeSchedule best = whole(sheet, sheet.answer.optimal.value_or(sheet.answer.even));
  Grid grid;
  const auto add = [&](std::vector<std::string> cells) {
    if (!sheet.answer.optimal) cells.erase(cells.begin() + 3);
    grid.add(std::move(cells));
  };
  add({"trade", "at s", "even lots", "optimal lots", "left after"});
  const std::size_t trades = sheet.answer.times.size();
  for (std::size_t k = 0; k < std::min(trades, kTradesShown); ++k)
    add({std::to_string(k + 1), seconds_text(sheet.answer.times[k]), signed_grouped(even.lots[k]), signed_grouped(best.lots[k]),
         signed_grouped(best.left[k])});
  std::string out = grid.text();
  if (trades > kTradesShown) out += "and " + std::to_string(trades - kTradesShown) + " more: --csv schedule shows all\n";
  return out;
}

std::string frontier_table(const PretradeSheet& sheet) {
  if (sheet.answer.frontier.empty()) return "";
  Grid grid;
  grid.add({"risk aversion", "cost (" + sheet.currency + ")", "risk (" + sheet.currency + ")", "first trade lots"});
  for (const FrontierPoint& point : sheet.answer.frontier)
    grid.add({short_number(point.risk_aversion) + (point.risk_aversion == sheet.order.risk_aversion ? " *" : ""),
              money(point.schedule.cost), money(point.schedule.deviation), signed_grouped(whole_lots(point.schedule.trades).front())});
  return "\nefficient frontier (* yours)\n" + grid.text();
}

std::string method(const Pretrade& answer) {
  if (!answer.optimal) return "linear in size and its impact stays, so that every schedule costs the same";
  return answer.linear ? "linear in size: the optimum is that of a quadratic programme"
                       : "not linear in size: the optimum is a local one, found by descent";
}

std::string notes(const PretradeSheet& sheet) {
  std::string out;
  const auto say = [&](const std::string& sentence) { out += wrapped(sentence, columns_of(STDOUT_FILENO), 0) + "\n"; };
  say("Cost is counted from the unaffected mid, half spread included, fees left out; risk is one standard deviation.");
  say("The model is " + method(sheet.answer) + ".");
  if (!sheet.answer.optimal)
    say(sheet.order.volatility_ticks > 0.0
            ? "At risk aversion 0 nothing tells schedules apart: there is no optimum. Give a --risk-aversion."
            : "Without volatility there is no risk, and so no optimum: the cost is that of even slices (TWAP). Give a --volatility and a "
              "--risk-aversion.");
  if (sheet.answer.alternates && sheet.order.two_sided)
    say("This optimum trades against the order's own side: price manipulation that a transaction triggers. It is no plan.");
  else if (sheet.answer.alternates)
    say("Unrestricted, the optimum would also trade against the order's side; shown is the best that does not.");
  return out;
}

Json json_of(const std::string& name, const PretradeSheet& sheet, const PricedSchedule& schedule) {
  return {{"kind", "schedule"},
          {"name", name},
          {"cost", schedule.cost},
          {"risk", schedule.deviation},
          {"variance", schedule.deviation * schedule.deviation},
          {"ticks_per_lot", ticks_per_lot(sheet, schedule.cost)},
          {"bps", schedule.cost / notional(sheet) * 1e4},
          {"trades", schedule.trades}};
}

}  // namespace

std::string pretrade_table(const PretradeSheet& sheet) {
  return sheet.model + ": " + name(sheet.order.side) + " " + grouped(static_cast<std::uint64_t>(sheet.order.lots)) + " lots in " +
         std::to_string(sheet.answer.times.size()) + " trades over " + seconds_text(sheet.order.horizon) + " s, lambda " +
         short_number(sheet.order.risk_aversion) + "\n\n" + cost_table(sheet) + "\n" + schedule_table(sheet) + frontier_table(sheet) +
         "\n" + notes(sheet);
}

std::string pretrade_json(const PretradeSheet& sheet) {
  std::vector<double> times;
  for (const TimePoint time : sheet.answer.times) times.push_back(static_cast<double>(time) * 1e-9);
  std::string out = Json{{"kind", "order"},
                         {"model", sheet.model},
                         {"side", name(sheet.order.side)},
                         {"quantity_lots", sheet.order.lots},
                         {"horizon_s", static_cast<double>(sheet.order.horizon) * 1e-9},
                         {"times_s", times},
                         {"risk_aversion", sheet.order.risk_aversion},
                         {"currency", sheet.currency},
                         {"linear", sheet.answer.linear},
                         {"alternates", sheet.answer.alternates}}
                        .dump() +
                    "\n";
  if (sheet.answer.at_once) out += json_of("at_once", sheet, *sheet.answer.at_once).dump() + "\n";
  out += json_of("even", sheet, sheet.answer.even).dump() + "\n";
  if (sheet.own) out += json_of("own", sheet, *sheet.own).dump() + "\n";
  if (sheet.answer.optimal) out += json_of("optimal", sheet, *sheet.answer.optimal).dump() + "\n";
  for (const FrontierPoint& point : sheet.answer.frontier) {
    Json line = json_of("frontier", sheet, point.schedule);
    line["kind"] = "frontier";
    line["risk_aversion"] = point.risk_aversion;
    line.erase("name");
    out += line.dump() + "\n";
  }
  return out;
}

std::string pretrade_csv(const PretradeSheet& sheet, const std::string& what) {
  std::string out;
  if (what == "frontier") {
    out = "risk_aversion,cost,risk\n";
    for (const FrontierPoint& point : sheet.answer.frontier)
      out += number(point.risk_aversion) + "," + number(point.schedule.cost) + "," + number(point.schedule.deviation) + "\n";
    return out;
  }
  const auto& optimal = sheet.answer.optimal;
  const WholeSchedule even = whole(sheet, sheet.answer.even);
  const WholeSchedule best = whole(sheet, optimal.value_or(sheet.answer.even));
  out = "trade,time_s,even_lots,optimal_lots,left_lots,optimal_exact\n";
  for (std::size_t k = 0; k < sheet.answer.times.size(); ++k)
    out += std::to_string(k + 1) + "," + number(static_cast<double>(sheet.answer.times[k]) * 1e-9) + "," + std::to_string(even.lots[k]) +
           "," + (optimal ? std::to_string(best.lots[k]) : "") + "," + std::to_string(best.left[k]) + "," +
           (optimal ? number(optimal->trades[k]) : "") + "\n";
  return out;
}

std::string round_trip_table(const plimsoll_impact_model_type& model, const RoundTripReport& report) {
  std::string out = std::string{model.name} + (model.manipulation_free != 0 ? " declares itself free" : " does not declare itself free") +
                    " of price manipulation:\n" + wrapped(std::string{"  "} + model.manipulation_note, columns_of(STDOUT_FILENO), 2) +
                    "\n\n" + grouped(report.tried) + " random round trips priced" +
                    (report.refused > 0 ? ", " + grouped(report.refused) + " refused by the model" : "") + "; " +
                    (report.profitable ? "one earns:\n\n" : "none earns. The cheapest:\n\n");
  Grid grid;
  grid.add({"at s", "buys (+) or sells (-)", "parent"});
  for (const ProbeTrade& trade : report.cheapest.trades)
    grid.add({seconds_text(trade.time), signed_grouped(trade.signed_lots), std::to_string(trade.parent)});
  return out + grid.text() + "\ncost " + short_number(report.cheapest.cost) + " ticks x lots, " + fixed(report.cheapest.share * 100.0, 4) +
         "% of what its trades cost in absolute terms\n";
}

std::string round_trip_json(const plimsoll_impact_model_type& model, const RoundTripReport& report) {
  Json trades = Json::array();
  for (const ProbeTrade& trade : report.cheapest.trades)
    trades.push_back({{"time_s", static_cast<double>(trade.time) * 1e-9},
                      {"signed_lots", trade.signed_lots},
                      {"parent", trade.parent},
                      {"instrument", trade.instrument}});
  return Json{{"kind", "round_trip"},
              {"model", model.name},
              {"declared_free", model.manipulation_free != 0},
              {"profitable", report.profitable},
              {"tried", report.tried},
              {"refused", report.refused},
              {"cost_tick_lots", report.cheapest.cost},
              {"share", report.cheapest.share},
              {"trades", trades}}
             .dump() +
         "\n";
}

}  // namespace plimsoll
