#include "market/event_tape.hpp"

#include "claims.hpp"

using namespace plimsoll;

namespace {

/// Rows to break: two orders join, one is filled in part and withdrawn, a hidden print, a clear, a halt.
struct Rows {
  std::vector<TimePoint> time = {10, 10, 11, 12, 12, 13, 14, 15};
  std::vector<Ticks> price = {100, 102, 100, 100, 101, 100, 0, 0};
  std::vector<std::uint32_t> quantity = {5, 7, 2, 3, 4, 6, 0, 0};
  std::vector<std::uint32_t> order = {0, 1, 0, 0, 1, 0, 0, 0};
  std::vector<std::uint8_t> kind = {tape_kind(Action::add, Side::buy),    tape_kind(Action::add, Side::sell),
                                    tape_kind(Action::fill, Side::buy),   tape_kind(Action::cancel, Side::buy),
                                    tape_kind(Action::trade, Side::sell), tape_kind(Action::add, Side::sell),
                                    tape_kind(Action::clear, Side::buy),  tape_kind(Action::halt, Side::buy)};
  std::uint32_t slots = 2;

  std::string fault() const {
    TapeInfo info;
    info.instrument.subticks = 2;
    info.slot_count = slots;
    info.price_min = 100;
    info.price_max = 102;
    return EventTape{info, {time, price, quantity, order, kind}, nullptr}.find_fault();
  }
};

}  // namespace

TEST_CASE("a sound tape has no fault") {
  CHECK(Rows{}.fault().empty());
  CHECK(EventTape{{}, {}, nullptr}.find_fault().empty());
}

TEST_CASE("every rule a tape must keep is checked in every row, and the first row that breaks one is named with the rule") {
  struct Case {
    const char* fault;
    void (*harm)(Rows&);
  };
  const Case cases[] = {
      {"row 3: time goes back", [](Rows& rows) { rows.time[3] = 10; }},
      {"row 7: time goes back", [](Rows& rows) { rows.time[7] = 13; }},
      {"row 4: unknown kind", [](Rows& rows) { rows.kind[4] = 7; }},
      {"row 6: unknown kind", [](Rows& rows) { rows.kind[6] = 15; }},
      {"row 0: unknown kind", [](Rows& rows) { rows.kind[0] = 16; }},
      {"row 1: order slot out of range", [](Rows& rows) { rows.slots = 1; }},
      {"row 3: order slot out of range", [](Rows& rows) { rows.order[3] = 0xFFFFFFFF; }},
      {"row 0: price out of range", [](Rows& rows) { rows.price[0] = 99; }},
      {"row 5: price out of range", [](Rows& rows) { rows.price[5] = 103; }},
      {"row 1: quantity is zero", [](Rows& rows) { rows.quantity[1] = 0; }},
      {"row 2: quantity is zero", [](Rows& rows) { rows.quantity[2] = 0; }},
      {"row 4: quantity is zero", [](Rows& rows) { rows.quantity[4] = 0; }},
      {"row 1: order slot is already taken", [](Rows& rows) { rows.order[1] = 0; }},
      {"row 5: order slot is already taken", [](Rows& rows) { rows.quantity[3] = 2; }},
      {"row 2: order is reduced below zero", [](Rows& rows) { rows.quantity[2] = 6; }},
      {"row 3: order is reduced below zero", [](Rows& rows) { rows.quantity[3] = 4; }},
      {"row 2: price or side is not the order's", [](Rows& rows) { rows.price[2] = 101; }},
      {"row 3: price or side is not the order's", [](Rows& rows) { rows.kind[3] = tape_kind(Action::cancel, Side::sell); }},
      {"row 4: print price remainder out of range", [](Rows& rows) { rows.order[4] = 2; }},
      {"row 0: order is reduced below zero", [](Rows& rows) { rows.kind[0] = tape_kind(Action::cancel, Side::buy); }},
  };
  for (const Case& one : cases) {
    Rows rows;
    one.harm(rows);
    CHECK(rows.fault() == one.fault);
  }
}

TEST_CASE("after a clear nothing rests: slots are free again, and what rested cannot be reduced") {
  Rows rows;
  rows.kind[7] = tape_kind(Action::add, Side::sell);
  rows.price[7] = 102, rows.quantity[7] = 1, rows.order[7] = 1;
  CHECK(rows.fault().empty());
  rows.kind[7] = tape_kind(Action::cancel, Side::sell);
  CHECK(rows.fault() == "row 7: order is reduced below zero");
}
