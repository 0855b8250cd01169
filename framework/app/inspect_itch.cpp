#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/inspection.hpp"
#include "app/sheet.hpp"
#include "feed/itch_survey.hpp"

namespace plimsoll {
namespace {

constexpr std::size_t kStocksShown = 20;

constexpr std::array<std::pair<char, const char*>, 23> kTypes = {{{'S', "system event"},
                                                                  {'R', "stock directory"},
                                                                  {'H', "trading action"},
                                                                  {'Y', "short sale restriction"},
                                                                  {'L', "market maker position"},
                                                                  {'V', "breaker levels"},
                                                                  {'W', "breaker status"},
                                                                  {'K', "quoting period"},
                                                                  {'J', "auction collar"},
                                                                  {'h', "operational halt"},
                                                                  {'A', "add"},
                                                                  {'F', "add with attribution"},
                                                                  {'E', "executed"},
                                                                  {'C', "executed at a price"},
                                                                  {'X', "cancel"},
                                                                  {'D', "delete"},
                                                                  {'U', "replace"},
                                                                  {'P', "hidden trade"},
                                                                  {'Q', "cross"},
                                                                  {'B', "broken trade"},
                                                                  {'I', "imbalance"},
                                                                  {'N', "retail interest"},
                                                                  {'O', "direct listing"}}};

std::string clock_text(Duration since_midnight) {
  const std::int64_t whole = since_midnight / kSecond;
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return two(whole / 3600) + ":" + two(whole / 60 % 60) + ":" + two(whole % 60);
}

/// NaN without a two-sided book.
double mean_spread(const ItchSurvey::Stock& stock) {
  return static_cast<double>(stock.spread_ns) / static_cast<double>(stock.two_sided_ns) * 1e-4;
}

std::string name_of(const ItchSurvey::Stock& stock) {
  return stock.symbol.empty() ? "locate " + std::to_string(stock.locate) : stock.symbol;
}

std::string text_sheet(const ItchSurvey& survey, const std::string& path, std::size_t width) {
  Sheet sheet{width};
  sheet.add("ITCH 5.0", path);
  sheet.add("from", clock_text(survey.first) + " to " + clock_text(survey.last) + " of the exchange's day");
  for (const auto& [type, meaning] : kTypes)
    if (const std::uint64_t count = survey.messages[static_cast<unsigned char>(type)]; count > 0)
      sheet.add("messages", std::string{type} + " " + grouped(count) + " " + meaning);
  if (survey.other_messages > 0) sheet.add("messages", grouped(survey.other_messages) + " of types unknown here");
  sheet.add("unknown", grouped(survey.unknown_references) + " references to orders the file never added");
  sheet.add("live", "at most " + grouped(survey.live_most) + " orders at one time, " + grouped(survey.live) + " at the end");
  sheet.add("symbols", grouped(survey.stocks.size()) + " with orders" +
                           (survey.stocks.size() > kStocksShown ? "; the " + std::to_string(kStocksShown) + " busiest:" : ""));
  for (std::size_t i = 0; i < std::min(survey.stocks.size(), kStocksShown); ++i) {
    const ItchSurvey::Stock& stock = survey.stocks[i];
    sheet.add(name_of(stock), "add " + grouped(stock.adds) + ", execute " + grouped(stock.executions) + ", cancel " +
                                  grouped(stock.cancels) + ", replace " + grouped(stock.replaces) + ", prints outside the book " +
                                  grouped(stock.trades) + "; live at most " + grouped(stock.live_most) + "; spread " +
                                  fixed(mean_spread(stock), 4));
  }
  sheet.raw("\n" +
            wrapped("Spreads are time-weighted, while both sides had orders, in the currency of the prices. plimsoll import itch "
                    "reads this file.",
                    width, 0) +
            "\n");
  return sheet.text();
}

std::string json_sheet(const ItchSurvey& survey, const std::string& path) {
  nlohmann::ordered_json out = {{"path", path}, {"first_ns", survey.first}, {"last_ns", survey.last}};
  for (const auto& [type, meaning] : kTypes) out["messages"][std::string{type}] = survey.messages[static_cast<unsigned char>(type)];
  out["other_messages"] = survey.other_messages;
  out["unknown_references"] = survey.unknown_references;
  out["live"] = survey.live;
  out["live_most"] = survey.live_most;
  std::string lines;
  const auto line = [&lines](const char* kind, const nlohmann::ordered_json& object) {
    lines += nlohmann::ordered_json{{kind, object}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  };
  line("itch", out);
  for (const ItchSurvey::Stock& stock : survey.stocks)
    line("stock", {{"symbol", stock.symbol},
                   {"locate", stock.locate},
                   {"adds", stock.adds},
                   {"executions", stock.executions},
                   {"cancels", stock.cancels},
                   {"replaces", stock.replaces},
                   {"trades", stock.trades},
                   {"live", stock.live},
                   {"live_most", stock.live_most},
                   {"mean_spread", mean_spread(stock)},
                   {"two_sided_ns", stock.two_sided_ns}});
  return lines;
}

}  // namespace

std::string inspect_itch(const std::string& path, bool json, std::size_t width, FaultList& faults) {
  const auto source = open_bytes(path, "");
  const ItchSurvey survey = survey_itch(*source, path, faults);
  return json ? json_sheet(survey, path) : text_sheet(survey, path, width);
}

}  // namespace plimsoll
