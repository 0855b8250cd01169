// plimsoll calibrate: tapes in, parameters of impact models with their errors out.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <iostream>

#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/console.hpp"
#include "app/options.hpp"
#include "app/own_trades_csv.hpp"
#include "calibration/calibration.hpp"
#include "calibration/impact_toml.hpp"
#include "io/durable_file.hpp"
#include "io/scenario_values.hpp"
#include "io/tape_file.hpp"

namespace plimsoll {
namespace {

std::string shown(double value, int digits = 4) {
  if (std::isnan(value)) return "-";
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, digits).ptr;
  return {buffer.data(), end};
}

std::string padded(std::string text, std::size_t width) { return text.append(width > text.size() ? width - text.size() : 0, ' '); }

/// Columns where there is room; on a narrow terminal words that wrap. An error has two digits worth reading.
std::string row_of(const Parameter& parameter, std::size_t name_width, bool narrow) {
  const bool claims = !std::isnan(parameter.standard_error);
  const std::string error = claims ? "+- " + shown(parameter.standard_error, 2) : "";
  const std::string interval = claims ? "[" + shown(parameter.low) + ", " + shown(parameter.high) + "]" : "no error";
  if (narrow)
    return "  " + parameter.name + " " + shown(parameter.value) + (claims ? " " + error : "") + " " + interval + " " + parameter.unit;
  return "  " + padded(parameter.name, name_width) + padded(shown(parameter.value), 11) + padded(error, 12) + padded(interval, 23) +
         parameter.unit;
}

std::string about(const Estimate& estimate) {
  std::string text = "n = " + grouped(static_cast<std::uint64_t>(estimate.n)) + " " + estimate.n_of;
  if (!estimate.fit_measure.empty()) text += "; " + estimate.fit_measure + " " + shown(estimate.fit);
  const OutOfSample& rest = estimate.out_of_sample;
  if (rest.known()) text += "; out of sample " + rest.measure + " " + shown(rest.rest) + " (first part " + shown(rest.first) + ")";
  return text + "; " + estimate.method;
}

void print_table(const Calibration& calibration, std::span<const Observations> days, std::size_t width) {
  const bool narrow = width < 80;
  std::uint64_t rows = 0;
  for (const Observations& day : days) rows += day.rows;
  std::cout << wrapped(days.front().instrument.symbol + ", " + utc_text(days.front().first_time).substr(0, 19) + " to " +
                           utc_text(days.back().last_time).substr(0, 19) + " UTC, " + grouped(days.size()) +
                           (days.size() == 1 ? " tape, " : " tapes, ") + grouped(rows) +
                           " rows; value +- standard error [95 % interval] unit",
                       width, 2)
            << "\n";
  for (const Estimate& estimate : calibration.estimates) {
    std::cout << "\n" << estimate.name << "\n";
    std::size_t name_width = 0;
    for (const Parameter& parameter : estimate.parameters) name_width = std::max(name_width, parameter.name.size() + 2);
    for (const Parameter& parameter : estimate.parameters) std::cout << wrapped(row_of(parameter, name_width, narrow), width, 6) << "\n";
    std::cout << wrapped("  " + (estimate.refused() ? estimate.refusal : about(estimate)), width, 2) << "\n";
  }
}

nlohmann::ordered_json undefined_as_null(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

void print_json(const Calibration& calibration) {
  for (const Estimate& estimate : calibration.estimates) {
    nlohmann::ordered_json line = {{"name", estimate.name}};
    if (estimate.refused()) line["refused"] = estimate.refusal;
    for (const Parameter& each : estimate.parameters)
      line["parameters"].push_back({{"name", each.name},
                                    {"unit", each.unit},
                                    {"value", undefined_as_null(each.value)},
                                    {"standard_error", undefined_as_null(each.standard_error)},
                                    {"low", undefined_as_null(each.low)},
                                    {"high", undefined_as_null(each.high)}});
    if (!estimate.refused()) {
      line["n"] = estimate.n;
      line["n_of"] = estimate.n_of;
      line["method"] = estimate.method;
      if (!estimate.fit_measure.empty()) line["fit"] = {{"measure", estimate.fit_measure}, {"value", undefined_as_null(estimate.fit)}};
      const OutOfSample& rest = estimate.out_of_sample;
      if (rest.known())
        line["out_of_sample"] = {
            {"measure", rest.measure}, {"first", undefined_as_null(rest.first)}, {"rest", undefined_as_null(rest.rest)}};
    }
    std::cout << nlohmann::ordered_json{{"calibration", line}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  }
}

struct CalibrationTape {
  TapeHeader header;
  std::string path;
};

/// Each second of a tape takes memory, also where nothing happens.
constexpr Duration kLongestTape = 31 * kSecondsPerDay * kSecond;

/// Headers first: what does not fit together is found before any tape is read through. In order of time.
std::vector<CalibrationTape> tapes_of(const std::vector<std::string>& paths) {
  std::vector<CalibrationTape> tapes;
  for (const std::string& path : paths) tapes.push_back({read_tape_header(path), path});
  std::stable_sort(tapes.begin(), tapes.end(), [](const auto& a, const auto& b) { return a.header.first_time < b.header.first_time; });
  std::vector<InputError> faults;
  for (std::size_t i = 0; i < tapes.size(); ++i) {
    const auto& [header, path] = tapes[i];
    if (header.rows == 0) faults.push_back({"DATA-EMPTY", path, "", "has no events", ""});
    if (header.last_time / kSecond - header.first_time / kSecond > kLongestTape / kSecond)
      faults.push_back({"DATA-SPAN", path, "", "spans more than 31 days", "calibrate reads a session a tape; import day by day"});
    if (i == 0) continue;
    const auto& [before, path_before] = tapes[i - 1];
    if (!(header.info.instrument == before.info.instrument))
      faults.push_back({"DATA-INSTRUMENT", path, "",
                        "is of " + header.info.instrument.symbol + " or of another tick or lot than " + path_before,
                        "calibrate one instrument at a time"});
    if (header.first_time <= before.last_time)
      faults.push_back({"DATA-OVERLAP", path, "", "overlaps in time with " + path_before, "give each session once"});
  }
  if (!faults.empty()) throw BadInput{ExitCode::bad_data, faults};
  return tapes;
}

ExecutedTrades own_trades(const Options& options, const std::vector<CalibrationTape>& tapes) {
  const auto file = [&](const char* option) -> std::optional<OwnCsv> {
    const auto path = options.text(option);
    return path ? std::optional{read_own_csv(*path, std::string{"--"} + option)} : std::nullopt;
  };
  const TapeHeader& first = tapes.front().header;
  OwnMarket market{first.info.instrument, first.info.timezone, {}};
  if (tapes.size() == 1) market.day = require_timezone(market.timezone).date_at(first.first_time);
  return parse_executed_trades(file("own"), file("own-prints"), market);
}

struct SessionClock {
  std::optional<Duration> start, end;  ///< since midnight, in the timezone of the tape
};

/// The market's clock, and the session of the day on which the tape begins.
void set_clock(const EventTape& tape, const SessionClock& clock, ObserveSettings& settings) {
  const TimeZone zone = require_timezone(tape.info().timezone);
  settings.utc_offset_s = zone.offset_at(tape.first_time() / kSecond);
  const CivilDate date = zone.date_at(tape.first_time());
  if (clock.start) settings.from = zone.to_utc(date, *clock.start);
  if (clock.end) settings.to = zone.to_utc(date, *clock.end);
}

std::vector<Observations> observe_all(const std::vector<CalibrationTape>& tapes, ObserveSettings settings, const SessionClock& session,
                                      const std::vector<MarkedPrint>& own_prints) {
  std::vector<Observations> days;
  std::uint64_t removed = 0;
  for (const CalibrationTape& each : tapes) {
    const EventTape tape = read_tape(each.path);
    set_clock(tape, session, settings);
    days.push_back(observe(tape, settings, own_prints));
    days.back().file = each.path;
    removed += days.back().own_prints;
  }
  if (removed < own_prints.size())
    report_note(grouped(own_prints.size() - removed) + " of " + grouped(own_prints.size()) +
                " own prints are not on the tapes (no row of that time, price and size)");
  return days;
}

SessionClock session_of(const Options& options) {
  const auto clock = [&](const char* name) -> std::optional<Duration> {
    const auto text = options.text(name);
    if (!text) return {};
    const auto time = parse_clock(*text);
    if (!time) usage_error("USAGE-VALUE", std::string{"--"} + name, "\"" + *text + "\" is no clock time", "write e.g. 09:30:00");
    return time;
  };
  const SessionClock out{clock("start"), clock("end")};
  if (out.start && out.end && *out.end <= *out.start) usage_error("USAGE-VALUE", "--end", "is not after --start", "");
  return out;
}

CalibrationSettings settings_of(const Options& options, const SessionClock& session) {
  CalibrationSettings out;
  out.flow_interval_s = static_cast<std::int64_t>(options.number("interval", 30, 1, 3'600));
  out.imbalance_interval_s = static_cast<std::int64_t>(options.number("ofi-interval", 10, 1, 600));
  out.band_ticks = static_cast<Ticks>(options.number("depth-ticks", 10, 1, 10'000));
  const bool both = session.start && session.end;
  const std::uint64_t session_s =
      both ? std::max<std::uint64_t>(60, static_cast<std::uint64_t>((*session.end - *session.start) / kSecond)) : 23'400;
  out.session_s = static_cast<double>(options.number("session", session_s, 60, 86'400));
  out.lags = options.number("lags", 0, 0, 1'000);
  if (out.lags > 0 && out.lags < 3) usage_error("USAGE-VALUE", "--lags", "must be 0 or at least 3", "leave it out");
  out.replicates = options.number("replicates", 200, 50, 10'000);
  out.seed = options.number("seed", 0, 0, std::numeric_limits<std::uint64_t>::max());
  return out;
}

}  // namespace

ExitCode calibrate_command(const Words& words) {
  Options options{"plimsoll calibrate TAPE.h5.. -o impact.toml [options]",
                  "Fits the parameters of impact models to recorded days (tape files of one instrument) and says how sure they are:\n"
                  "Kyle's lambda, order-flow imbalance, propagator, depth and resilience, volatility, volume, spread. With own orders\n"
                  "also the prefactor of the square-root law. Each number has a standard error, a 95 % interval and a check on data it\n"
                  "was not fitted to; what the data cannot tell is said and left out."};
  options.add({{"output,o", "impact.toml", "the file to write"},
               {"interval", "SECONDS", "intervals of Kyle's regression (30)"},
               {"ofi-interval", "SECONDS", "intervals of the order-flow imbalance (10)"},
               {"depth-ticks", "TICKS", "width of the band of best prices in which depth counts (10)"},
               {"ofi-levels", "N", "best prices of each side whose imbalance is regressed together, by ridge (1: off; to 10)"},
               {"start", "HH:MM:SS", "begin of the session, in the tape's timezone; what comes before does not count"},
               {"end", "HH:MM:SS", "its end"},
               {"session", "SECONDS", "trading time of a day, for daily volatility and volume (end - start, else 23400; crypto 86400)"},
               {"lags", "TRADES", "length of the propagator (a fiftieth of the trades, 10 to 200)"},
               {"replicates", "N", "of each bootstrap (200)"},
               {"seed", "N", "of the bootstrap (0)"},
               {"own", "P.csv", "own parents: id, side, quantity (or filled), start, end, arrival_mid, end_mid or average_price"},
               {"own-prints", "F.csv", "own fills: time, price, quantity; rows of the tape like them are no flow of others"},
               kJsonOption});
  options.add_words("TAPE.h5", 1, 100'000);
  if (!options.parse(words)) return ExitCode::done;
  const auto output = options.text("output");
  if (!output) usage_error("USAGE-ARGUMENT", "-o", "is missing", "name the file to write: -o impact.toml");
  const SessionClock session = session_of(options);
  const CalibrationSettings settings = settings_of(options, session);
  require_replaceable(*output);
  const std::vector<CalibrationTape> tapes = tapes_of(options.words());
  for (const CalibrationTape& tape : tapes) {
    std::error_code one_is_missing;
    if (std::filesystem::equivalent(tape.path, *output, one_is_missing))
      throw IoError{ExitCode::cannot_create, {"OUTPUT-EXISTS", *output, "", "is a tape that is read", "choose another name"}};
  }
  const ExecutedTrades own = own_trades(options, tapes);
  const std::vector<Observations> days = observe_all(
      tapes, {.band_ticks = settings.band_ticks, .levels = options.number("ofi-levels", 1, 1, kLevelsMost)}, session, own.prints);
  const Calibration calibration = calibrate(days, own.parents, settings);
  options.has("json") ? print_json(calibration) : print_table(calibration, days, columns_of(STDOUT_FILENO));
  if (!calibration.any_number())
    throw BadInput{ExitCode::bad_data,
                   {"CALIBRATION-NOTHING", "", "", "no parameter could be estimated", "give longer tapes, or more of them"}};
  if (const std::string folder = std::filesystem::path{*output}.parent_path().string(); !folder.empty()) create_directories_durably(folder);
  write_durably(*output, impact_toml(calibration, days, settings));
  return ExitCode::done;
}

}  // namespace plimsoll
