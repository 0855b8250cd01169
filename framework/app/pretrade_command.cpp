// plimsoll pretrade: an impact model asked by hand, before there is any data or scenario.
#include <charconv>
#include <cmath>
#include <iostream>
#include <limits>

#include "app/command.hpp"
#include "app/experiment_setup.hpp"
#include "app/options.hpp"
#include "app/pretrade_report.hpp"
#include "core/math.hpp"

namespace plimsoll {
namespace {

/// A finite number in [least, most]. Throws BadInput (64).
double real_of(const std::string& option, const std::string& text, double least, double most, bool least_excluded = false) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || !std::isfinite(value) || value > most || (least_excluded ? !(value > least) : value < least)) {
    std::string rule = " is not a number";
    if (std::isfinite(least))
      rule += least_excluded ? " above " + std::to_string(static_cast<std::int64_t>(least))
                             : " from " + std::to_string(static_cast<std::int64_t>(least)) + " on";
    usage_error("USAGE-VALUE", option, "\"" + text + "\"" + rule + (std::isfinite(value) && value > most ? ", or too large" : ""), "");
  }
  return value;
}

double real_option(const Options& options, const std::string& name, double fallback, double least, bool least_excluded = false) {
  const auto given = options.text(name);
  return given ? real_of("--" + name, *given, least, 1e15, least_excluded) : fallback;
}

Lots lots_of(const std::string& option, const std::string& text, Lots least) {
  Lots value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > 1'000'000'000'000'000)
    usage_error("USAGE-VALUE", option, "\"" + text + "\" is not a whole number of lots from " + std::to_string(least) + " to 1e15", "");
  return value;
}

/// Where the number in front of a unit ends.
std::size_t unit_at(const std::string& text) { return std::min(text.find_first_not_of("+-.0123456789eE"), text.size()); }

/// "90", "90s", "30min", "6.5h", "5d" -> seconds; a day is a session.
double seconds_of(const std::string& option, const std::string& text, double day_s) {
  const std::size_t letters = unit_at(text);
  const std::string unit = text.substr(letters);
  double scale = 1.0;
  if (unit == "min")
    scale = 60.0;
  else if (unit == "h")
    scale = 3600.0;
  else if (unit == "d")
    scale = day_s;
  else if (!unit.empty() && unit != "s")
    usage_error("USAGE-VALUE", option, "\"" + text + "\" is not a time", "write e.g. 90s, 30min, 6.5h or 5d");
  return real_of(option, text.substr(0, letters), 0.0, 1e9 / scale, true) * scale;
}

/// "2.5" per square root of a second, "95/d", or "40/30min".
double volatility_of(const std::string& text, double day_s) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const double ticks = real_of("--volatility", text.substr(0, slash), 0.0, 1e15);
  if (slash == text.size()) return ticks;
  std::string time = text.substr(slash + 1);
  if (!time.empty() && unit_at(time) == 0) time.insert(0, "1");  // a bare unit
  return ticks / std::sqrt(seconds_of("--volatility", time, day_s));
}

std::vector<GivenParam> given_params(const Options& options, const plimsoll_impact_model_type* type) {
  std::vector<GivenParam> out;
  for (const auto& [key, text] : options.assignments("set", "resilience_per_s=0.1")) {
    GivenValue value = text;
    for (std::uint32_t index = 0; type != nullptr && index < type->param_count; ++index) {
      const plimsoll_param_info& info = param_info_at(type->params, index);
      if (key != info.name) continue;
      if (auto read = value_from_text(info, text)) value = std::move(*read);
    }
    out.push_back({key, std::move(value), "--set"});
  }
  return out;
}

std::vector<Lots> own_schedule(const std::string& text, const PretradeOrder& order) {
  std::vector<Lots> out;
  Lots sum = 0;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find(',', from), text.size());
    out.push_back(lots_of("--schedule", text.substr(from, to - from), 0));
    sum += out.back();
    from = to + 1;
  }
  const std::size_t wanted = trade_times(order).size();
  if (out.size() != wanted || sum != order.lots)
    usage_error("USAGE-VALUE", "--schedule",
                "has " + std::to_string(out.size()) + " trades of together " + std::to_string(sum) + " lots; the order has " +
                    std::to_string(wanted) + " of together " + std::to_string(order.lots),
                "");
  return out;
}

void declare(Options& options) {
  options.add({{"set", "K=V", "a setting of the model, as plimsoll list impact_models MODEL shows them", kMayRepeat},
               {"quantity", "LOTS", "size of the order"},
               {"side", "SIDE", "buy (default) or sell"},
               {"horizon", "TIME", "how long it may take: 90s, 30min, 6.5h, 5d; default 1h"},
               {"slices", "N", "equal slices, one trade at the start of each; default 10"},
               {"closing-trade", "", "one more trade at the end of the horizon"},
               {"schedule", "LOTS,..", "price this schedule as well: the lots of each trade"},
               {"volatility", "TICKS[/TIME]", "standard deviation of the mid, per square root of a second or of TIME: 95/d; default 0"},
               {"half-spread", "TICKS", "paid on every lot; default 0"},
               {"risk-aversion", "LAMBDA", "minimise cost + LAMBDA * variance, LAMBDA in 1/currency; default 0"},
               {"two-sided", "", "the optimum may trade against the order's side (models linear in size)"},
               {"mid", "TICKS", "the unaffected mid; default 10000"},
               {"tick", "PRICE", "currency per tick; default 0.01"},
               {"lot", "UNITS", "units per lot; default 1"},
               {"day", "TIME", "what d stands for; default 6.5h"},
               {"check-manipulation", "", "search for round trips that earn, instead of planning an order"},
               {"instruments", "N", "markets of a model across instruments; default 1 (only with --check-manipulation)"},
               {"seed", "N", "of what the model or the search draws; default 1"},
               kPluginsOption,
               {"json", "", "JSON lines instead of a table"},
               {"csv", "WHAT", "schedule or frontier, as CSV"}});
  options.add_words("MODEL", 1, 1);
}

PretradeOrder order_of(const Options& options, const ProbeSetting& setting) {
  PretradeOrder out;
  const auto quantity = options.text("quantity");
  if (!quantity) usage_error("USAGE-ARGUMENT", "--quantity", "is missing", "how many lots? e.g. --quantity 10000");
  out.lots = lots_of("--quantity", *quantity, 1);
  const std::string side = options.text("side").value_or("buy");
  if (side != "buy" && side != "sell") usage_error("USAGE-VALUE", "--side", "\"" + side + "\" is not buy or sell", "");
  out.side = side == "buy" ? Side::buy : Side::sell;
  const double day_s = seconds_of("--day", options.text("day").value_or("6.5h"), 86'400.0);
  out.horizon = math::round_half_away(seconds_of("--horizon", options.text("horizon").value_or("1h"), day_s) * 1e9);
  out.slices = static_cast<std::int64_t>(options.number("slices", 10, 1, 1'000'000));
  out.closing_trade = options.has("closing-trade");
  out.two_sided = options.has("two-sided");
  out.volatility_ticks = volatility_of(options.text("volatility").value_or("0"), day_s);
  out.half_spread_ticks = real_option(options, "half-spread", 0.0, 0.0);
  out.risk_aversion = real_option(options, "risk-aversion", 0.0, -std::numeric_limits<double>::infinity());
  out.money_per_tick_lot = setting.instruments.front().tick * setting.instruments.front().lot;
  return out;
}

ProbeSetting setting_of(const Options& options) {
  ProbeSetting out;
  plimsoll_instrument& instrument = out.instruments.front();
  instrument.tick = real_option(options, "tick", 0.01, 0.0, true);
  instrument.lot = real_option(options, "lot", 1.0, 0.0, true);
  out.instruments.resize(options.number("instruments", 1, 1, 100), instrument);
  out.mid_ticks = real_option(options, "mid", 10'000.0, 0.0, true);
  out.seed = options.number("seed", 1, 0, std::numeric_limits<std::uint64_t>::max());
  return out;
}

ExitCode check_manipulation(const Options& options, const ImpactChoice& model, const ProbeSetting& setting) {
  RoundTripSearch search;
  search.seed = setting.seed;
  try {
    const RoundTripReport report = check_no_manipulation(model, setting, search);
    std::cout << (options.has("json") ? round_trip_json(*model.type, report) : round_trip_table(*model.type, report));
  } catch (const ModelFailure& failure) {
    throw BadInput{ExitCode::bad_scenario, {"PRETRADE-MODEL", "", "", failure.what(), ""}};
  }
  return ExitCode::done;
}

}  // namespace

ExitCode pretrade_command(const Words& words) {
  Options options{"plimsoll pretrade MODEL --quantity LOTS [--set K=V].. [options]",
                  "Expected cost, risk, schedule and efficient frontier of an order in an impact model."};
  declare(options);
  if (!options.parse(words)) return ExitCode::done;
  const std::string csv = options.text("csv").value_or("schedule");
  if (csv != "schedule" && csv != "frontier") usage_error("USAGE-VALUE", "--csv", "\"" + csv + "\" is not schedule or frontier", "");
  const auto plugins = load_plugins(options.texts("plugins"));
  const std::string& name = options.words().front();
  const ImpactChoice model = model_named(*plugins, name, given_params(options, plugins->find_impact_model(name)));
  const ProbeSetting setting = setting_of(options);
  if (options.has("check-manipulation")) return check_manipulation(options, model, setting);

  PretradeSheet sheet{name, order_of(options, setting), setting.mid_ticks, setting.instruments.front().currency, {}, std::nullopt};
  std::vector<Lots> own;
  if (const auto schedule = options.text("schedule")) own = own_schedule(*schedule, sheet.order);
  sheet.answer = pretrade(model, setting, sheet.order);
  if (!own.empty()) sheet.own = priced(model, setting, sheet.order, own);
  std::cout << (options.has("json") ? pretrade_json(sheet) : options.has("csv") ? pretrade_csv(sheet, csv) : pretrade_table(sheet));
  return ExitCode::done;
}

}  // namespace plimsoll
