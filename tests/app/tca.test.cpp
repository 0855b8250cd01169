// plimsoll tca as a user meets it: own trades measured like simulated ones.
#include <cmath>

#include "app/command_run.hpp"
#include "core/table.hpp"
#include "io/tape_file.hpp"

using namespace plimsoll::test;
using plimsoll::Table;

namespace {

std::string decimal(std::int64_t value, std::int64_t per_unit, std::size_t digits) {
  std::string rest = std::to_string(std::abs(value % per_unit));
  return (value < 0 ? "-" : "") + std::to_string(std::abs(value) / per_unit) + "." + std::string(digits - rest.size(), '0') + rest;
}

/// Money is 1/2000 tick-lot: 0.000005 in currency.
std::string in_currency(std::int64_t money) { return decimal(money * 5, 1'000'000, 6); }

/// A simulated result's parents and fills as the CSV of somebody who traded so: tick 0.01, lot 1.
struct Exported {
  std::string parents = "id,side,quantity,decision,start,end,scenario\n", fills = "parent,time,price,quantity,liquidity,fee\n";
};

Exported exported(const std::string& result, std::int64_t feed_ns) {
  Exported out;
  const Table rows = plimsoll::read_result_table(result, "parents"), fills = plimsoll::read_result_table(result, "fills");
  const auto number = [](const Table& table, const char* column, std::size_t row) { return table.integers(column)[row]; };
  for (std::size_t row = 0; row < rows.rows(); ++row)
    out.parents += "s" + std::to_string(number(rows, "scenario", row)) + "," + (number(rows, "side", row) > 0 ? "buy," : "sell,") +
                   std::to_string(number(rows, "quantity_lots", row)) + "," + std::to_string(number(rows, "start_time", row) - feed_ns) +
                   "," + std::to_string(number(rows, "arrival_time", row)) + "," + std::to_string(number(rows, "end_time", row) - feed_ns) +
                   "," + std::to_string(number(rows, "scenario", row)) + "\n";
  for (std::size_t row = 0; row < fills.rows(); ++row)
    out.fills += "s" + std::to_string(number(fills, "scenario", row)) + "," + std::to_string(number(fills, "time", row)) + "," +
                 decimal(number(fills, "price_ticks", row), 100, 2) + "," + std::to_string(number(fills, "quantity_lots", row)) + "," +
                 fills.texts("liquidity")[row] + "," + in_currency(number(fills, "fee_money", row)) + "\n";
  return out;
}

const std::string kSimulated =
    "title = \"t\"\nsource = \"made up\"\nexpect = \"it ends\"\n[experiment]\nseeds = 3\n[market]\nfeed = \"tape\"\nresponse = \"none\"\n"
    "[parent]\nside = \"sell\"\nquantity_lots = 900\nstart_s = 60\nend_s = 360\nstart_jitter_s = 200\n[strategy]\nname = \"twap\"\n"
    "[strategy.twap]\nslices = 30\njitter = 0.5\n[impact]\nname = \"none\"\n[latency]\nfeed_us = 300\norder_us = 700\n[fees]\ntake_bps = "
    "0.3\n"
    "[output]\nrecord = \"fills\"\n[sweep]\nparent.side = [\"buy\", \"sell\"]\nstrategy.name = [\"twap\", \"immediate\"]\n";

/// Columns that say what history cannot (reaction), what only a simulation knows, or who asked.
bool is_comparable(const std::string& column) {
  for (const char* other : {"scenario", "start_time", "end_time", "children", "schedule_error", "share_time_consumed", "displacement",
                            "reaction", "own_reaction", "displaced", "impact", "cause", "child", "queue_ahead", "flags"})
    if (column.starts_with(other)) return false;
  return true;
}

/// Number of columns compared; every one to the last bit.
std::size_t check_equal(const Table& simulated, const Table& own) {
  REQUIRE(simulated.rows() == own.rows());
  std::size_t compared = 0;
  for (const plimsoll::Column& column : simulated.columns()) {
    if (!is_comparable(column.name)) continue;
    const plimsoll::Column* other = own.find(column.name);
    REQUIRE(other != nullptr);
    ++compared;
    for (std::size_t row = 0; row < simulated.rows(); ++row) {
      INFO(column.name << " of row " << row);
      std::visit(
          [&](const auto& values) {
            const auto& theirs = std::get<std::decay_t<decltype(values)>>(other->data);
            CHECK((values[row] == theirs[row] || (values[row] != values[row] && theirs[row] != theirs[row])));
          },
          column.data);
    }
  }
  return compared;
}

}  // namespace

TEST_CASE(
    "a simulation that left no trace, exported and measured as own trades, has the same costs, benchmarks and markouts to the last bit") {
  const Workshop shop;
  REQUIRE(run(shop, "generate zero_intelligence -o " + (shop / "t.h5") + " --set duration_s=1200").code == 0);
  REQUIRE(
      run(shop, "run " + shop.write("s.toml", kSimulated) + " --set market.path='\"" + (shop / "t.h5") + "\"' -o " + (shop / "sim")).code ==
      0);
  const Exported files = exported(shop / "sim/result.h5", 300'000);
  const std::string call = "tca " + (shop / "t.h5") + " --not-printed --parents " + shop.write("p.csv", files.parents) + " --fills " +
                           shop.write("f.csv", files.fills) + " -o " + (shop / "own");
  const Ended ended = run(shop, call);
  INFO(ended.err);
  REQUIRE(ended.code == 0);
  const auto table = [&](const char* folder, const char* name) {
    return plimsoll::read_result_table((shop / folder) + "/result.h5", name);
  };
  CHECK(check_equal(table("sim", "parents"), table("own", "parents")) > 50);
  CHECK(table("sim", "fills").rows() > 200);
  CHECK(check_equal(table("sim", "fills"), table("own", "fills")) > 15);
  const Table own = table("own", "parents");
  for (const double sweep : own.reals("sweep_bps")) CHECK(sweep >= 0);

  // The same command again has nothing to do and leaves the same bytes; inspect and compare read them.
  const std::string hash = result_hash_of(shop / "own");
  CHECK(run(shop, call).code == 0);
  CHECK(result_hash_of(shop / "own") == hash);
  CHECK(run(shop, "inspect " + (shop / "own/result.h5")).out.find("12 done, 0 failed; complete") != std::string::npos);
  const Ended compared = run(shop, "compare --group parent.scenario " + (shop / "own/result.h5") + " " + (shop / "own/result.h5"));
  CHECK(compared.code == 0);
  CHECK(compared.out.find("Undefined in every pair: reaction") != std::string::npos);
}

TEST_CASE("the report fits, says what was found on the tape and what history cannot tell, and JSON agrees") {
  const Workshop shop;
  REQUIRE(run(shop, "generate zero_intelligence -o " + (shop / "t.h5") + " --set duration_s=600").code == 0);
  const plimsoll::EventTape tape = plimsoll::read_tape(shop / "t.h5");
  std::string fills = "parent,venue,time,price,quantity\n";
  std::size_t found = 0;
  for (std::size_t row = tape.size() / 3; found < 5; ++row)
    if (tape[row].action == plimsoll::Action::fill && tape[row].side == plimsoll::Side::sell) {
      ++found;
      fills += "a,X," + std::to_string(tape[row].time) + "," + decimal(tape[row].price, 100, 2) + "," + std::to_string(tape[row].quantity) +
               "\n";
    }
  fills += "a,X," + std::to_string(tape[tape.size() / 2].time) + ",1.00,3\n";
  const std::string parents = "id,side,quantity,start,end,strategy\na,buy,10000,09:31:00,09:39:00,fast\nb,sell,5,09:31:00,09:39:00,slow\n";
  const std::string call = "tca " + (shop / "t.h5") + " --parents " + shop.write("p.csv", parents) + " --fills " +
                           shop.write("f.csv", fills) + " -o " + (shop / "own");
  for (const std::size_t width : {40u, 80u}) {
    const Ended text = run(shop, call, "COLUMNS=" + std::to_string(width) + " ");
    INFO(text.out << text.err);
    REQUIRE(text.code == 0);
    std::istringstream lines{text.out.substr(0, text.out.find("result  "))};
    for (std::string line; std::getline(lines, line);) CHECK((line.size() <= width || line.find(shop / "") != std::string::npos));
    for (const char* part : {"5 of 6", "left aside", "venue", "no column fee", "all  ", "timing"})
      CHECK(text.out.find(part) != std::string::npos);
  }
  const std::string json = run(shop, call + " --json").out;
  const std::string first = json.substr(0, json.find('\n'));
  for (const char* part : {"{\"parent\":{\"scenario\":0,", "\"parent.id\":\"a\"", "\"parent.strategy\":\"fast\"", "\"reaction_bps\":null",
                           "\"reaction_money\":null", "\"fills\":6"})
    CHECK(first.find(part) != std::string::npos);
  CHECK(json.find("\"fills_found\":5,") != std::string::npos);
  CHECK(json.find("\"result_hash\":\"" + result_hash_of(shop / "own") + "\"") != std::string::npos);
}

TEST_CASE("every fault of both files is named with file, line and column, in one go") {
  const Workshop shop;
  REQUIRE(run(shop, "generate zero_intelligence -o " + (shop / "t.h5") + " --set duration_s=120").code == 0);
  const std::string parents = shop.write("p.csv",
                                         "id,side,quantity,start,end,limit\n"
                                         "a,buy,100,09:30:10,09:31:00,585.00\n"
                                         "a,by,0,09:31:00,09:30:00,\n"
                                         "c,sell,1.5,yesterday,2026-01-06T09:31:00,1.001\n"
                                         "d,sell,1\n"
                                         "e,sell,1,2026-01-06T09:31:00Z,1767780000000000000,\n");
  const std::string fills = shop.write("f.csv",
                                       "parent,time,price,quantity,liquidity,fee,side\n"
                                       "a,09:30:20,586.00,5,took,0.1,buy\n"
                                       "z,09:30:20,580.00,5,both,x,\n"
                                       "a,09:30:05,580.00,-5,,,sell\n"
                                       "a,08:00:00,580.005,5,,,\n");
  const Ended ended = run(shop, "tca " + (shop / "t.h5") + " --parents " + parents + " --fills " + fills + " -o " + (shop / "own"));
  INFO(ended.err);
  CHECK(ended.code == 65);
  for (const std::string& fault :
       {parents + ":3 [side]", parents + ":3 [quantity]", parents + ":3 [end]", parents + ":3 [id]", parents + ":4 [quantity] '1.5'",
        parents + ":4 [start] 'yesterday'", parents + ":4 [limit]", parents + ":5 3 fields where", parents + ":6 [start] the parent's time",
        fills + ":2 [price] '586.00' is beyond the limit", fills + ":3 [parent] 'z'", fills + ":3 [liquidity] 'both'", fills + ":3 [fee]",
        fills + ":4 [quantity]", fills + ":4 [side]", fills + ":4 [time] lies before", fills + ":5 [price] '580.005' is no whole",
        fills + ":5 [time] '08:00:00' lies outside"})
    CHECK(ended.err.find("error DATA-FIELD " + fault) != std::string::npos);
  CHECK_FALSE(fs::exists(shop / "own"));

  const std::string good = shop.write("good.csv", "id,side,quantity,start,end\na,buy,100,09:30:10,09:31:00\n");
  const auto call = [&](const std::string& p, const std::string& f) {
    return "tca " + (shop / "t.h5") + " -o " + (shop / "own") + " --parents " + p + " --fills " + f;
  };
  check_fails(shop, call(good, shop.write("x.csv", "parent,tme,price,quantity\n")), 65,
              "DATA-FIELD " + (shop / "x.csv") + ":1 [time] is missing");
  check_fails(shop, call(good, shop.write("x.csv", " \n")), 65, "DATA-EMPTY");
  check_fails(shop, call(good, shop / "none.csv"), 66, "DATA-MISSING");
  check_fails(shop, "tca " + good + " --parents " + good + " --fills " + good, 65, "DATA-FORMAT");
  check_fails(shop, "tca " + (shop / "t.h5") + " --parents " + good, 64, "USAGE-ARGUMENT");
}

TEST_CASE("own trades that no result could hold are bad data and not our bug") {
  const Workshop shop;
  REQUIRE(run(shop, "generate zero_intelligence -o " + (shop / "t.h5") + " --set duration_s=120").code == 0);
  const std::string header = "id,side,quantity,start,end";
  const auto call = [&](const std::string& parents, const std::string& fills) {
    return "tca " + (shop / "t.h5") + " -o " + (shop / "own") + " --parents " + shop.write("p.csv", parents) + " --fills " +
           shop.write("f.csv", "parent,time,price,quantity\n" + fills);
  };
  check_fails(shop, call(header + ",desk/a\na,buy,1,09:30:10,09:31:00,x\n", ""), 65, "DATA-FIELD " + (shop / "p.csv") + ":1 [desk/a]");
  check_fails(shop, call(header + ",\na,buy,1,09:30:10,09:31:00,\n", ""), 65, "DATA-FIELD " + (shop / "p.csv") + ":1 names no column");
  check_fails(shop, call(header + "\n", ""), 65, "DATA-FIELD " + (shop / "p.csv"));
  const std::string large = "9000000000";
  check_fails(shop, call(header + "\na,buy," + large + ",09:30:10,09:31:00\n", "a,09:30:20,20000000.00," + large + "\n"), 65, "DATA-RANGE");
}
