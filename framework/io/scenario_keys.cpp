#include "io/scenario_keys.hpp"

#include <limits>

namespace plimsoll {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargestExact = 9007199254740992.0;  // 2^53
constexpr double kDay_s = 86400.0;

constexpr plimsoll_param_info text(const char* name, const char* default_text, const char* choices, const char* help) {
  return {sizeof(plimsoll_param_info), PLIMSOLL_TEXT, name, "text", help, default_text, choices, -kInfinity, kInfinity, 0, 0};
}
constexpr plimsoll_param_info integer(const char* name, const char* unit, const char* default_text, double minimum, double maximum,
                                      const char* help) {
  return {sizeof(plimsoll_param_info), PLIMSOLL_INTEGER, name, unit, help, default_text, nullptr, minimum, maximum, 0, 0};
}
constexpr plimsoll_param_info real(const char* name, const char* unit, const char* default_text, double minimum, double maximum,
                                   const char* help) {
  return {sizeof(plimsoll_param_info), PLIMSOLL_REAL, name, unit, help, default_text, nullptr, minimum, maximum, 0, 0};
}
constexpr plimsoll_param_info positive(const char* name, const char* unit, const char* default_text, double maximum, const char* help) {
  return {sizeof(plimsoll_param_info), PLIMSOLL_REAL, name, unit, help, default_text, nullptr, 0.0, maximum, 1, 0};
}

constexpr plimsoll_param_info boolean(const char* name, const char* default_text, const char* help) {
  return {sizeof(plimsoll_param_info), PLIMSOLL_BOOLEAN, name, "", help, default_text, nullptr, -kInfinity, kInfinity, 0, 0};
}

constexpr HouseKey kKeys[] = {
    {"", text("title", nullptr, nullptr, "what the scenario asks, in one line"), false},
    {"", text("source", nullptr, nullptr, "where the market data and the numbers come from"), false},
    {"", text("expect", nullptr, nullptr, "what should come out, written before the run"), false},

    {"experiment", integer("seed", "1", "1", 0, kLargestExact, "first word of every random address"), false},
    {"experiment", integer("seeds", "1", "1", 1, 100'000, "repetitions with other luck; the same luck for every strategy"), false},

    {"market", text("feed", nullptr, nullptr, "which feed reads the data; its settings stand beside it"), false},
    {"market", text("first_date", "", nullptr, "the first day of a list of sessions, \"YYYY-MM-DD\""), false},
    {"market", text("last_date", "", nullptr, "the last day, itself included"), false},
    {"market", text("calendar", "", nullptr, "which days are sessions: every_day, weekdays, us_equities, or a file with a date a line"),
     false},
    {"market",
     text("response", "overlay", "none|overlay|shift|model",
          "none: the recorded book forgets our fills; overlay: what we took is gone; shift: any size at the touch, which the model moves; "
          "model: the model's own book"),
     true},
    {"market", real("refill_per_s", "1/s", "0", 0, 1e6, "rate at which consumed liquidity comes back, worst price first"), true},
    {"market",
     integer("spill_ticks", "ticks", "", 0, 1e6,
             "how far a recorded taker goes on when we took its liquidity; absent: touch plus its own recorded range"),
     true},
    {"market", text("queue_on_shift", "back", "back|front", "where own resting orders stand after the reaction shift changed"), true},
    {"market", positive("reaction_clock_ms", "ms", "100", 1e7, "how often the reaction shift is brought up to date"), true},
    {"market", integer("unfilled_makers_max", "orders", "1000", 0, 1e9, "bound on recorded makers kept because we took their fill"), true},

    {"instrument", text("symbol", "", nullptr, "overrides the feed's own"), true},
    {"instrument", text("currency", "", nullptr, "overrides the feed's own"), true},
    {"instrument", positive("tick", "currency per unit", "", 1e9, "price of one tick, exact to 1e-9"), true},
    {"instrument", positive("lot", "units", "", 1e9, "units in one lot, exact to 1e-9"), true},
    {"instrument", integer("multiplier", "1", "", 1, 1e9, "contract multiplier"), true},

    {"parent", text("side", nullptr, "buy|sell", "direction of the large order"), true},
    {"parent", integer("quantity_lots", "lots", nullptr, 1, kLargestExact, "its size"), true},
    {"parent", text("start", "", nullptr, "clock time \"HH:MM:SS[.fff]\" in the market's timezone, on the tape's first day"), true},
    {"parent", text("end", "", nullptr, "clock time by which it should be done"), true},
    {"parent", real("start_s", "s", "", 0, 1e9, "instead of start: seconds after the tape's first event"), true},
    {"parent", real("end_s", "s", "", 0, 1e9, "instead of end: seconds after the tape's first event"), true},
    {"parent", real("start_jitter_s", "s", "0", 0, kDay_s, "start and end move later by a draw from [0, this)"), true},
    {"parent", positive("limit_price", "currency per unit", "", 1e9, "never trade beyond; a whole number of ticks"), true},
    {"parent", text("end_policy", "cross", "cross|cancel|extend", "what becomes of the rest at the end"), true},
    {"parent", text("strategy", "", nullptr, "which strategy works this parent; absent: [strategy] name"), true},
    {"parent", text("market", "", nullptr, "in which of several markets it trades"), true},
    {"parent", text("owner", "", nullptr, "parents of one owner never trade with each other"), true},

    {"strategy", text("name", "", nullptr, "which strategy works the order; its settings stand in [strategy.NAME]"), true},
    {"impact", text("name", nullptr, nullptr, "which model moves the market, or \"none\"; its settings stand in [impact.NAME]"), true},
    {"impact",
     text("calibrated", "", nullptr, "a file with [impact.NAME], as plimsoll calibrate writes it; what stands in the scenario wins"), true},
    {"impact", boolean("sample", "false", "draw the calibrated parameters for each seed, from the errors of their estimates"), true},

    {"latency", real("feed_us", "us", "0", 0, 6e7, "exchange to strategy, market data"), true},
    {"latency", real("order_us", "us", "0", 0, 6e7, "strategy to exchange"), true},
    {"latency", real("response_us", "us", "0", 0, 6e7, "exchange to strategy, own fills and rejections"), true},

    {"fees", real("take_bps", "bps", "0", -1e4, 1e4, "fee for taking, of notional; negative: rebate"), true},
    {"fees", real("make_bps", "bps", "0", -1e4, 1e4, "fee for making, of notional; negative: rebate"), true},
    {"fees", real("take_per_unit", "currency per unit", "0", -1e6, 1e6, "fee for taking, per unit; negative: rebate"), true},
    {"fees", real("make_per_unit", "currency per unit", "0", -1e6, 1e6, "fee for making, per unit; negative: rebate"), true},

    {"output", text("record", "summary", "summary|fills|full", "which tables the result holds"), false},
};

}  // namespace

std::span<const HouseKey> house_keys() { return kKeys; }

const HouseKey* find_house_key(std::string_view dotted) {
  for (const HouseKey& key : kKeys)
    if (key.dotted() == dotted) return &key;
  return nullptr;
}

bool is_in_shared_table(std::string_view dotted) {
  const std::string_view table = dotted.substr(0, dotted.find('.'));
  return std::find(kSharedTables.begin(), kSharedTables.end(), table) != kSharedTables.end();
}

UnderMarket under_market(const std::string& dotted) {
  const std::size_t name = dotted.find('.'), rest = name == dotted.npos ? name : dotted.find('.', name + 1);
  if (rest == dotted.npos || !dotted.starts_with("market.") || !is_in_shared_table(std::string_view{dotted}.substr(rest + 1)))
    return {"", dotted};
  return {dotted.substr(0, rest), dotted.substr(rest + 1)};
}

std::vector<plimsoll_param_info> house_params(std::string_view table) {
  std::vector<plimsoll_param_info> out;
  for (const HouseKey& key : kKeys)
    if (table == key.table) out.push_back(key.info);
  return out;
}

}  // namespace plimsoll
