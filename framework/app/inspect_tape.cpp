#include <chrono>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/inspection.hpp"
#include "app/sheet.hpp"
#include "feed/tape_figures.hpp"
#include "feed/timezone.hpp"
#include "io/tape_file.hpp"

namespace plimsoll {
namespace {

constexpr const char* kActions[] = {"add", "cancel", "fill", "trade", "clear", "halt", "resume"};

double seconds(Duration time) { return static_cast<double>(time) * 1e-9; }
double percent(Duration part, Duration whole) { return 100.0 * TapeFigures::ratio(part, whole); }

/// "2012-06-21 09:30:00.004" in the tape's zone. A zone this machine does not know is shown as UTC, and named so.
class TapeClock {
 public:
  explicit TapeClock(const std::string& name) : zone_{TimeZone::open(name)}, name_{zone_ && !name.empty() ? name : "UTC"} {}
  const std::string& zone() const { return name_; }
  std::string text(TimePoint time) const {
    const std::chrono::sys_time<std::chrono::nanoseconds> utc{std::chrono::nanoseconds{time}};
    const auto utc_s = std::chrono::floor<std::chrono::seconds>(utc).time_since_epoch().count();
    const auto local = utc + std::chrono::seconds{zone_ ? zone_->offset_at(utc_s) : 0};
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::milliseconds>(local - day)};
    return padded(static_cast<int>(date.year()), 4) + "-" + padded(static_cast<unsigned>(date.month()), 2) + "-" +
           padded(static_cast<unsigned>(date.day()), 2) + " " + padded(clock.hours().count(), 2) + ":" +
           padded(clock.minutes().count(), 2) + ":" + padded(clock.seconds().count(), 2) + "." + padded(clock.subseconds().count(), 3);
  }

 private:
  static std::string padded(std::int64_t number, std::size_t digits) {
    std::string out = std::to_string(number);
    return std::string(digits - std::min(digits, out.size()), '0') + out;
  }
  std::optional<TimeZone> zone_;
  std::string name_;
};

using ReportLine = std::pair<const char*, std::int64_t>;
std::vector<ReportLine> counts_of(const ImportReport& report) {
  return {{"rows read", report.rows_read}, {"dropped", report.dropped},       {"reordered", report.reordered},
          {"repaired", report.repaired},   {"invented", report.invented},     {"unknown ids", report.unknown_ids},
          {"halts", report.halts},         {"chain gaps", report.chain_gaps}, {"overtaken", report.overtaken},
          {"unbooked", report.unbooked},   {"checked", report.checked},       {"contradicted", report.contradicted}};
}

std::string ticks_and_bps(const TapeFigures& figures, double ticks, int decimals) {
  return fixed(ticks, decimals) + " ticks (" + fixed(figures.bps_of_mid(ticks), 2) + " bps)";
}

std::string both_sides(const TapeFigures& figures, Wide TapeFigures::Depth::*lots) {
  return fixed(figures.mean_lots(figures.depth[0].*lots), 1) + " bid, " + fixed(figures.mean_lots(figures.depth[1].*lots), 1) + " ask";
}

std::string decimal_e9(std::int64_t value) { return nlohmann::json(static_cast<double>(value) / 1e9).dump(); }

void add_identity(const EventTape& tape, const TapeClock& clock, Sheet& sheet) {
  const TapeInfo& info = tape.info();
  sheet.add("instrument", info.instrument.symbol + ", " + info.instrument.currency + "; tick " + decimal_e9(info.instrument.tick_e9) +
                              ", lot " + decimal_e9(info.instrument.lot_e9) + ", multiplier " + std::to_string(info.instrument.multiplier));
  sheet.add("feed", info.feed + (info.levels.empty() ? "" : "; price levels, orders made up from them (" + info.levels + ")"));
  sheet.add("source", info.source);
  sheet.add("from", clock.text(tape.first_time()) + " " + clock.zone());
  sheet.add("to", clock.text(tape.last_time()) + " (" + duration_text(seconds(tape.last_time() - tape.first_time())) + ")");
  sheet.add("hash", info.content_hash + ", sound");
}

void add_rows(const EventTape& tape, const TapeFigures& figures, const TapeClock& clock, Sheet& sheet) {
  std::string parts;
  for (std::size_t action = 0; action < figures.rows.size(); ++action)
    if (figures.rows[action] > 0)
      parts += (parts.empty() ? ": " : ", ") + std::string{kActions[action]} + " " + grouped(figures.rows[action]);
  sheet.add("rows", grouped(tape.size()) + parts);
  std::string import;
  for (const auto& [name, figure] : counts_of(tape.info().report))
    if (figure > 0) import += (import.empty() ? "" : ", ") + std::string{name} + " " + grouped(static_cast<std::uint64_t>(figure));
  sheet.add("import", import.empty() ? "nothing dropped, moved, repaired or invented" : import);
  sheet.add("busiest", grouped(figures.busiest_rows) + " rows in the second of " + clock.text(figures.busiest_second).substr(0, 19));
  sheet.add("live", "at most " + grouped(figures.orders_most) + " orders at one time");
  const ImportReport& report = tape.info().report;
  sheet.add("gaps", grouped(static_cast<std::uint64_t>(report.gaps)) + " of more than 10 s; the longest silence " +
                        fixed(seconds(report.longest_gap_ns), 3) + " s" +
                        (report.longest_gap_ns > 0 ? ", from " + clock.text(figures.longest_gap_start) : ""));
}

void add_market(const EventTape& tape, const TapeFigures& figures, Sheet& sheet) {
  sheet.heading("time-weighted, while trading was not halted");
  sheet.add("two-sided",
            fixed(percent(figures.two_sided_ns, figures.trading_ns), 3) + " % of " + duration_text(seconds(figures.trading_ns)));
  sheet.add("crossed", fixed(percent(figures.crossed_ns, figures.trading_ns), 3) + " %, locked " +
                           fixed(percent(figures.locked_ns, figures.trading_ns), 3) + " %");
  sheet.add("mid",
            fixed(figures.mean_mid_ticks() * tape.info().instrument.tick(), 4) + " " + tape.info().instrument.currency + " in the mean");
  sheet.add("spread", "mean " + ticks_and_bps(figures, figures.mean_spread_ticks(), 2));
  if (figures.two_sided_ns > 0) {
    sheet.add("", "median " + ticks_and_bps(figures, figures.spread_median, 0));
    sheet.add("", "95 % of the time at most " + ticks_and_bps(figures, figures.spread_p95, 0));
  }
  sheet.add("depth, lots", "best price " + both_sides(figures, &TapeFigures::Depth::touch_ns));
  sheet.add("", "5 best " + both_sides(figures, &TapeFigures::Depth::five_ns));
  sheet.add("", "10 best " + both_sides(figures, &TapeFigures::Depth::ten_ns));
  sheet.heading("traded");
  sheet.add("visible",
            grouped(static_cast<std::uint64_t>(figures.visible_lots)) + " lots in " + grouped(figures.count(Action::fill)) + " fills");
  sheet.add("prints", grouped(static_cast<std::uint64_t>(figures.hidden_lots)) + " lots in " + grouped(figures.count(Action::trade)) +
                          " prints outside the book");
  sheet.add("VWAP",
            fixed(figures.vwap_ticks(tape.info().instrument) * tape.info().instrument.tick(), 4) + " " + tape.info().instrument.currency);
  sheet.add("volatility", ticks_and_bps(figures, figures.minute_volatility_ticks(), 2) + ", root mean square of " +
                              grouped(figures.minutes) + " one-minute changes of the mid");
}

nlohmann::ordered_json depth_json(const TapeFigures& figures, Side side) {
  const TapeFigures::Depth& depth = figures.depth[static_cast<std::size_t>(side)];
  return {
      {"touch", figures.mean_lots(depth.touch_ns)}, {"five", figures.mean_lots(depth.five_ns)}, {"ten", figures.mean_lots(depth.ten_ns)}};
}

std::string json_of(const EventTape& tape, const TapeFigures& figures, const std::string& path) {
  const TapeInfo& info = tape.info();
  nlohmann::ordered_json out = {{"path", path},
                                {"symbol", info.instrument.symbol},
                                {"currency", info.instrument.currency},
                                {"tick_e9", info.instrument.tick_e9},
                                {"lot_e9", info.instrument.lot_e9},
                                {"multiplier", info.instrument.multiplier},
                                {"feed", info.feed},
                                {"levels", info.levels},
                                {"source", info.source},
                                {"timezone", info.timezone},
                                {"content_hash", info.content_hash},
                                {"first_time_ns", tape.first_time()},
                                {"last_time_ns", tape.last_time()},
                                {"events", tape.size()}};
  for (std::size_t action = 0; action < figures.rows.size(); ++action) out["rows"][kActions[action]] = figures.rows[action];
  for (const auto& [name, figure] : counts_of(info.report)) out["import"][name] = figure;
  out["gaps"] = {{"count", info.report.gaps}, {"longest_ns", info.report.longest_gap_ns}, {"longest_from_ns", figures.longest_gap_start}};
  out["orders_most"] = figures.orders_most;
  out["busiest_second"] = {{"rows", figures.busiest_rows}, {"time_ns", figures.busiest_second}};
  out["trading_ns"] = figures.trading_ns;
  out["two_sided_ns"] = figures.two_sided_ns;
  out["crossed_ns"] = figures.crossed_ns;
  out["locked_ns"] = figures.locked_ns;
  out["mean_mid_ticks"] = figures.mean_mid_ticks();
  out["spread_ticks"] = {{"mean", figures.mean_spread_ticks()}, {"median", figures.spread_median}, {"p95", figures.spread_p95}};
  out["depth_lots"] = {{"bid", depth_json(figures, Side::buy)}, {"ask", depth_json(figures, Side::sell)}};
  out["visible_lots"] = figures.visible_lots;
  out["outside_book_lots"] = figures.hidden_lots;
  out["vwap_ticks"] = figures.vwap_ticks(info.instrument);
  out["minute_volatility_ticks"] = figures.minute_volatility_ticks();
  out["minutes"] = figures.minutes;
  return nlohmann::ordered_json{{"tape", out}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string inspect_tape(const std::string& path, bool json, std::size_t width) {
  const EventTape tape = read_tape(path);
  const TapeFigures figures = measure_tape(tape);
  if (json) return json_of(tape, figures, path);
  const TapeClock clock{tape.info().timezone};
  Sheet sheet{width};
  sheet.add("tape", path);
  add_identity(tape, clock, sheet);
  add_rows(tape, figures, clock, sheet);
  add_market(tape, figures, sheet);
  return sheet.text();
}

}  // namespace plimsoll
