/// Own trades of a recorded day, on a tape of a dozen rows whose every figure can be worked out by hand.

#include <cmath>

#include "claims.hpp"
#include "core/contract.hpp"
#include "market/tape_builder.hpp"
#include "metrics/schema.hpp"
#include "replay/own_prints.hpp"
#include "replay/own_trades.hpp"

using namespace plimsoll;

namespace {

constexpr TimePoint at(std::int64_t second) { return second * kSecond; }

/// Bid 100, ask 102 from second 1. At 10 somebody (we) buys 30 at 102 and 20 at 103, which leaves the ask at 104; at 20 a seller hits the
/// bid for 40, of which our order rested 25; at 30 strangers trade 50 at 104; at 40 the bid goes to 102.
EventTape tape() {
  TapeBuilder builder;
  builder.add(at(1), 1, Side::buy, 100, 15);
  builder.add(at(1), 2, Side::sell, 102, 30);
  builder.add(at(1), 3, Side::sell, 103, 20);
  builder.add(at(1), 4, Side::sell, 104, 90);
  builder.fill(at(10), 2, 30);
  builder.fill(at(10), 3, 20);
  builder.add(at(15), 5, Side::buy, 100, 25);
  builder.fill(at(20), 1, 15);
  builder.fill(at(20), 5, 25);
  builder.add(at(25), 6, Side::buy, 99, 10);
  builder.fill(at(30), 4, 50);
  builder.add(at(40), 7, Side::buy, 102, 10);
  builder.add(at(90), 8, Side::buy, 90, 1);
  TapeInfo info;
  info.instrument.subticks = 2;
  return builder.finish(info);
}

OwnFill fill(std::int64_t second, Ticks price, Lots lots, std::optional<Liquidity> liquidity = std::nullopt, Money fee = 0) {
  return {at(second), price, lots, liquidity, fee};
}

/// Decided at 2, working from 5 to 35: 75 of 100 lots.
OwnParent buyer() {
  return {Side::buy, 100, at(2), at(5), at(35), {fill(20, 100, 25, Liquidity::made, -500), fill(10, 102, 30, {}, 700), fill(10, 103, 20)}};
}

const Table& parents(const OwnTradesResult& result, std::size_t parent = 0) { return result.parents.at(parent).tables.at(0); }
const Table& fills(const OwnTradesResult& result, std::size_t parent = 0) { return result.parents.at(parent).tables.at(2); }
double real(const Table& table, const std::string& column, std::size_t row = 0) { return table.reals(column).at(row); }
std::int64_t integer(const Table& table, const std::string& column, std::size_t row = 0) { return table.integers(column).at(row); }

}  // namespace

TEST_CASE("the cost of own trades is split into what can be known, and the parts still add up") {
  const EventTape day = tape();
  const OwnTradesResult result = measure_own_trades(day, std::vector{buyer()}, {});
  const Table& row = parents(result);
  CHECK(integer(row, "filled_lots") == 75);
  CHECK(real(row, "decision_mid_ticks") == 101);
  CHECK(real(row, "arrival_mid_ticks") == 101);
  CHECK(real(row, "final_mid_ticks") == 101.5);  // bid 99, ask 104
  // In half ticks x lots: the touch was 102 for both takers, mid 101; the maker earned from mid 102 to its own price.
  CHECK(integer(row, "spread_money") == kMoneyPerHalfTickLot * (2 * 50 - 4 * 25));
  CHECK(integer(row, "sweep_money") == kMoneyPerHalfTickLot * 2 * 20);
  CHECK(integer(row, "timing_money") == kMoneyPerHalfTickLot * 2 * 25);  // the mid had gone from 101 to 102, our own doing included
  CHECK(integer(row, "delay_money") == 0);
  CHECK(integer(row, "fee_money") == 200);
  CHECK(integer(row, "opportunity_money") == kMoneyPerHalfTickLot * 25);
  const std::int64_t paid = 2 * (102 * 30 + 103 * 20 + 100 * 25 - 75 * 101);
  CHECK(integer(row, "total_money") == kMoneyPerHalfTickLot * (paid + 25) + 200);
  CHECK(integer(row, "reaction_money") == kUndefinedMoney);
  CHECK(std::isnan(real(row, "reaction_bps")));
  CHECK(real(row, "total_bps") == Approx(real(row, "spread_bps") + real(row, "sweep_bps") + real(row, "timing_bps") + real(row, "fee_bps") +
                                         real(row, "opportunity_bps")));
  CHECK(integer(fills(result), "reaction_money", 2) == kUndefinedMoney);
  CHECK(integer(fills(result), "reaction_ticks", 2) == kUndefinedMoney);
  CHECK(std::isnan(real(fills(result), "displaced_ticks", 2)));
}

TEST_CASE("own prints are found on the tape and left out of the volume benchmarks; who rested says who took") {
  const EventTape day = tape();
  const OwnTradesResult result = measure_own_trades(day, std::vector{buyer()}, {});
  CHECK(result.prints == OwnPrintCounts{3, 3, 0, 75, 75});
  const Table& row = parents(result);
  CHECK(integer(row, "recorded_volume_lots") == 15 + 50);
  CHECK(real(row, "vwap_recorded_ticks") == Approx((15 * 100.0 + 50 * 104.0) / 65));
  CHECK(real(row, "vwap_with_own_ticks") == Approx((15 * 100.0 + 50 * 104.0 + 30 * 102 + 20 * 103 + 25 * 100) / 140));
  CHECK(real(row, "participation") == Approx(75.0 / 140));
  CHECK(real(row, "passive_share") == Approx(25.0 / 75));
  CHECK(fills(result).texts("liquidity") == std::vector<std::string>{"took", "took", "made"});
  CHECK(real(fills(result), "recorded_mid_before_ticks", 0) == 101);
  CHECK(real(fills(result), "recorded_mid_before_ticks", 1) == 101);  // of the instant, not after our first fill
  CHECK(real(fills(result), "recorded_mid_before_ticks", 2) == 102);
  CHECK(real(fills(result), "markout_1s_ticks", 0) == 102 - 102);
  CHECK(real(fills(result), "markout_60s_ticks", 2) == 103 - 100);
  CHECK(std::isnan(real(fills(result), "markout_300s_ticks", 2)));  // after the tape

  const OwnTradesResult paper = measure_own_trades(day, std::vector{buyer()}, {.printed = false});
  CHECK(paper.prints == OwnPrintCounts{3, 0, 0, 75, 0});
  CHECK(integer(parents(paper), "recorded_volume_lots") == 50 + 40 + 50);
  CHECK(real(parents(paper), "participation") == Approx(75.0 / (140 + 50)));
}

TEST_CASE("a print serves one fill only, the nearest of its size first, and parts when there is none") {
  const EventTape day = tape();
  OwnParent parent = buyer();
  parent.fills = {fill(30, 104, 20), fill(30, 104, 30), fill(30, 104, 10), fill(10, 104, 5), fill(20, 100, 40, Liquidity::took)};
  const auto found = find_own_prints(day, std::vector{parent}, kMillisecond).at(0);
  CHECK(found[0].lots == 20);
  CHECK(found[1].lots == 30);
  CHECK(found[2].lots == 0);  // nothing of the 50 is left
  CHECK(found[3].lots == 0);  // another time
  CHECK(found[4].lots == 0);  // buyers rested there, so no buyer took
  parent.fills = {fill(20, 100, 25), fill(20, 100, 15)};
  const auto whole = find_own_prints(day, std::vector{parent}, kMillisecond).at(0);
  CHECK(whole[0].parts.at(0).row == 8);
  CHECK(whole[1].parts.at(0).row == 7);
  parent.fills = {{at(20) + 3 * kMillisecond, 100, 38, Liquidity::made, 0}};
  CHECK_FALSE(find_own_prints(day, std::vector{parent}, kMillisecond).at(0).at(0).any());
  const auto late = find_own_prints(day, std::vector{parent}, 5 * kMillisecond).at(0).at(0);
  CHECK(late.lots == 38);
  CHECK(late.parts.size() == 2);
  const OwnTradesResult result = measure_own_trades(day, std::vector{parent}, {.tolerance = 5 * kMillisecond});
  CHECK(integer(fills(result), "time") == at(20));  // a fill happens when its print does
}

TEST_CASE("prints of every own parent are left out for each, and only its own come back") {
  const EventTape day = tape();
  OwnParent first = buyer(), second = buyer();
  first.fills = {fill(10, 102, 30), fill(10, 103, 20)};
  second.fills = {fill(20, 100, 25)};
  const OwnTradesResult result = measure_own_trades(day, std::vector{first, second}, {});
  for (const std::size_t parent : {0, 1}) CHECK(integer(parents(result, parent), "recorded_volume_lots") == 65);
  CHECK(real(parents(result, 0), "participation") == Approx(50.0 / 115));
  CHECK(real(parents(result, 1), "participation") == Approx(25.0 / 90));
}

TEST_CASE("what lies before the book or beyond the tape is undefined and flagged, not guessed") {
  const EventTape day = tape();
  OwnParent early = buyer(), late = buyer();
  early.decision = at(0);
  late.fills.clear();
  late.decision = late.start = at(80);
  late.end = at(500);
  OwnParent never = late;
  never.decision = never.start = at(200);
  const OwnTradesResult result = measure_own_trades(day, std::vector{early, late, never}, {});
  CHECK(parents(result, 0).texts("flags").at(0).find("decision mid unknown, replaced") != std::string::npos);
  CHECK(real(parents(result, 1), "final_mid_ticks") == 103);
  CHECK(real(parents(result, 1), "fill_rate") == 0);
  CHECK(parents(result, 2).texts("flags").at(0).find("never arrived") != std::string::npos);
}
