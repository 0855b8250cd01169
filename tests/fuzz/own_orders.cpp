// CSV files of own parents and fills, as `plimsoll tca` and `calibrate` read them.
#include <algorithm>

#include "app/own_trades_csv.hpp"
#include "fuzz_target.hpp"

using namespace plimsoll;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const OwnCsv file{"own.csv", std::string{fuzz::view(data, size)}};
  const OwnCsv parents{"p.csv", "id,side,quantity,start,end\nA,buy,100,09:31:00,09:39:00\n"};
  const OwnCsv fills{"f.csv", "parent,time,price,quantity\nA,09:32:00,585.33,100\n"};
  const CivilDate day{2012, 6, 21};
  fuzz::refused([&] {
    for (const Metaorder& order : parse_executed_trades(file, {}, {{}, "", {}}).parents)
      fuzz::require(order.quantity_lots > 0 && order.arrival_mid > 0 && order.end >= order.start);
  });
  fuzz::refused([&] {
    const std::vector<MarkedPrint> prints = parse_executed_trades({}, file, {{}, "America/New_York", day}).prints;
    fuzz::require(std::is_sorted(prints.begin(), prints.end()));
  });
  TapeFacts tape;
  tape.first_time = 1'340'285'400 * kSecond;
  tape.last_time = tape.first_time + 3'600 * kSecond;
  tape.date = "2012-06-21";
  for (const auto& [p, f] : {std::pair{file, fills}, {parents, file}})
    fuzz::refused([&, p = p, f = f] {
      for (const OwnParent& parent : parse_own_trades(p, f, tape, "America/New_York").parents)
        for (const OwnFill& fill : parent.fills) fuzz::require(fill.lots > 0 && fill.time >= parent.decision);
    });
  return 0;
}
