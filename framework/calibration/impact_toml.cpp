#include "calibration/impact_toml.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace plimsoll {
namespace {

std::string number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text{buffer.data(), end};
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;  // TOML: a float shows that it is one
}

std::string in_quotes(const std::string& text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += std::string{'\\', c};
    } else if (code < 0x20 || code == 0x7F) {
      out += std::string{"\\u00"} + digits[code >> 4] + digits[code & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

template <class Items, class Write>
std::string list(const Items& items, Write write) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + write(item);
  return "[" + out + "]";
}

std::string numbers(std::span<const double> values) { return list(values, number); }

class Text {
 public:
  void table(const std::string& name) { out_ += (out_.empty() ? "[" : "\n[") + name + "]\n"; }
  void key(const std::string& name, const std::string& value) { out_ += name + " = " + value + "\n"; }
  void comment(const std::string& words) { out_ += "# " + words + "\n"; }
  const std::string& text() const { return out_; }

 private:
  std::string out_;
};

std::string source_of(std::span<const Observations> days) {
  return "plimsoll calibrate: " + days.front().instrument.symbol + ", " + utc_text(days.front().first_time).substr(0, 10) +
         (days.size() > 1 ? " to " + utc_text(days.back().last_time).substr(0, 10) : "");
}

void write_impact(const ImpactParameters& impact, const std::string& source, Text& out) {
  if (impact.ticks_per_lot < 0) {
    out.comment("impact.linear is left out: ticks_per_lot = " + number(impact.ticks_per_lot) + ", and a model that pays takers is none");
  } else if (!std::isnan(impact.ticks_per_lot)) {
    out.table("impact.linear");
    out.key("ticks_per_lot", number(impact.ticks_per_lot));
    out.key("source", source);
  }
  if (!std::isnan(impact.daily_volatility) && !std::isnan(impact.daily_volume_lots)) {
    out.table("impact.square_root");
    if (impact.prefactor >= 0) out.key("prefactor", number(impact.prefactor));
    if (impact.prefactor < 0) out.comment("prefactor: measured below 0, " + number(impact.prefactor) + ", which no model takes");
    if (std::isnan(impact.prefactor)) out.comment("prefactor: not measured; it takes own executions (--own)");
    out.key("daily_volatility", number(impact.daily_volatility));
    out.key("daily_volume_lots", number(impact.daily_volume_lots));
    out.key("source", source);
  }
  if (!std::isnan(impact.permanent_ticks_per_lot) && !std::isnan(impact.resilience_per_s)) {
    out.table("impact.obizhaeva_wang");
    out.key("depth_lots_per_tick", number(impact.depth_lots_per_tick));
    out.key("permanent_ticks_per_lot", number(impact.permanent_ticks_per_lot));
    out.key("resilience_per_s", number(impact.resilience_per_s));
    out.key("source", source);
  }
  if (!impact.kernel_per_s.rates.empty()) {
    out.table("impact.propagator");
    out.key("kernel", in_quotes("exponentials"));
    out.key("weights_ticks_per_lot", numbers(impact.kernel_per_s.weights_ticks_per_lot));
    out.key("rates_per_s", numbers(impact.kernel_per_s.rates));
    out.key("source", source);
  }
}

void write_estimate(const Estimate& estimate, Text& out) {
  out.table("calibration." + estimate.name);
  if (estimate.refused()) return out.key("refused", in_quotes(estimate.refusal));
  const std::vector<Parameter>& all = estimate.parameters;
  out.key("parameters", list(all, [](const Parameter& each) { return in_quotes(each.name); }));
  out.key("units", list(all, [](const Parameter& each) { return in_quotes(each.unit); }));
  out.key("values", list(all, [](const Parameter& each) { return number(each.value); }));
  out.key("standard_errors", list(all, [](const Parameter& each) { return number(each.standard_error); }));
  out.key("low", list(all, [](const Parameter& each) { return number(each.low); }));
  out.key("high", list(all, [](const Parameter& each) { return number(each.high); }));
  out.key("least", list(all, [](const Parameter& each) { return number(each.least); }));
  out.key("most", list(all, [](const Parameter& each) { return number(each.most); }));
  if (estimate.covariance.size() == all.size() * all.size()) {
    std::string rows;
    for (std::size_t i = 0; i < all.size(); ++i)
      rows += (i == 0 ? "" : ", ") + numbers(std::span{estimate.covariance}.subspan(i * all.size(), all.size()));
    out.key("covariance", "[" + rows + "]");
  }
  out.key("n", std::to_string(estimate.n));
  out.key("n_of", in_quotes(estimate.n_of));
  if (!estimate.fit_measure.empty())
    out.key("fit", "{ measure = " + in_quotes(estimate.fit_measure) + ", value = " + number(estimate.fit) + " }");
  out.key("method", in_quotes(estimate.method));
  const OutOfSample& rest = estimate.out_of_sample;
  if (rest.known())
    out.key("out_of_sample",
            "{ measure = " + in_quotes(rest.measure) + ", first = " + number(rest.first) + ", rest = " + number(rest.rest) + " }");
}

void write_curves(const Calibration& calibration, Text& out) {
  if (const PropagatorFit& fit = calibration.propagator; !fit.estimate.refused()) {
    out.table("calibration.propagator.curves");
    out.comment("at lags of 1, 2, .. trades");
    out.key("trades_per_s", number(fit.trades_per_s));
    out.key("kernel_ticks_per_lot", numbers(fit.kernel));
    out.key("response_ticks_lots", numbers(fit.response));
    out.key("sign_correlation", numbers(fit.sign_correlation));
  }
  if (!calibration.of("resilience").refused()) {
    out.table("calibration.resilience.curve");
    out.key("lag_s", list(kRecoveryLags, [](Duration lag) { return number(static_cast<double>(lag) / kSecond); }));
    out.key("missing_share", numbers(calibration.recovery));
  }
}

}  // namespace

std::string utc_text(TimePoint time) {
  const std::chrono::sys_time<std::chrono::nanoseconds> instant{std::chrono::nanoseconds{time}};
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{instant - day};
  const auto padded = [](std::int64_t value, std::size_t digits) {
    const std::string text = std::to_string(value);
    return std::string(digits - std::min(digits, text.size()), '0') + text;
  };
  return padded(static_cast<int>(date.year()), 4) + "-" + padded(static_cast<unsigned>(date.month()), 2) + "-" +
         padded(static_cast<unsigned>(date.day()), 2) + "T" + padded(clock.hours().count(), 2) + ":" + padded(clock.minutes().count(), 2) +
         ":" + padded(clock.seconds().count(), 2) + "." + padded(clock.subseconds().count(), 9) + "Z";
}

std::string impact_toml(const Calibration& calibration, std::span<const Observations> days, const CalibrationSettings& settings) {
  Text out;
  out.comment("Written by plimsoll calibrate. [impact.*] are parameters of impact models; [calibration.*] says how sure they are.");
  write_impact(calibration.impact, in_quotes(source_of(days)), out);
  for (const Estimate& estimate : calibration.estimates) write_estimate(estimate, out);
  write_curves(calibration, out);
  out.table("data");
  out.key("symbol", in_quotes(days.front().instrument.symbol));
  out.key("tick_e9", std::to_string(days.front().instrument.tick_e9));
  out.key("lot_e9", std::to_string(days.front().instrument.lot_e9));
  out.key("session_s", number(settings.session_s));
  out.key("files", list(days, [](const Observations& day) { return in_quotes(day.file); }));
  out.key("content_hashes", list(days, [](const Observations& day) { return in_quotes(day.content_hash); }));
  out.key("rows", list(days, [](const Observations& day) { return std::to_string(day.rows); }));
  out.key("own_prints_removed", list(days, [](const Observations& day) { return std::to_string(day.own_prints); }));
  out.key("first_time", in_quotes(utc_text(days.front().first_time)));
  out.key("last_time", in_quotes(utc_text(days.back().last_time)));
  return out.text();
}

}  // namespace plimsoll
