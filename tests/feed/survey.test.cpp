#include "feed/survey.hpp"
#include "claims.hpp"
#include "market/tape_builder.hpp"

namespace plimsoll {

TEST_CASE("crossed time, silences and the longest of them are counted from the rows; a halt is neither") {
  TapeBuilder builder;
  builder.add(0, 1, Side::buy, 10, 5);
  builder.add(1 * kSecond, 2, Side::sell, 12, 5);
  builder.add(2 * kSecond, 3, Side::sell, 10, 5);  // locked for three seconds
  builder.cancel(5 * kSecond, 3, 5);
  builder.trade(15 * kSecond, Side::buy, 11, 0, 1);  // ten seconds are not yet a gap
  builder.trade(26 * kSecond, Side::buy, 11, 0, 1);  // eleven are
  builder.add(27 * kSecond, 4, Side::buy, 13, 5);    // crossed, but halted a second later
  builder.halt(28 * kSecond);
  builder.resume(1'000 * kSecond);
  builder.cancel(1'000 * kSecond + 7, 4, 5);
  ImportReport report;
  survey(builder.finish({}), report);
  CHECK(report.crossed_ns == 3 * kSecond + 1 * kSecond + 7);
  CHECK(report.gaps == 1);
  CHECK(report.longest_gap_ns == 11 * kSecond);
}

TEST_CASE("an empty tape has nothing to report") {
  ImportReport report;
  survey(TapeBuilder{}.finish({}), report);
  CHECK(report == ImportReport{});
}

}  // namespace plimsoll
