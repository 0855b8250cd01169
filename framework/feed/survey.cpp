#include "feed/survey.hpp"

#include <algorithm>

#include "market/level_book.hpp"

namespace plimsoll {

void survey(const EventTape& tape, ImportReport& report) {
  report.crossed_ns = report.gaps = report.longest_gap_ns = 0;
  const TapeColumns& columns = tape.columns();
  LevelBook book{tape.info()};
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const Duration silence = row == 0 ? 0 : columns.time[row] - columns.time[row - 1];
    if (silence > 0 && !book.halted()) {
      const Ticks bid = book.best(Side::buy), ask = book.best(Side::sell);
      if (bid != kNoBid && ask != kNoAsk && bid >= ask) report.crossed_ns += silence;
      report.longest_gap_ns = std::max(report.longest_gap_ns, silence);
      if (silence > ImportReport::gap_limit_ns) ++report.gaps;
    }
    book.apply(columns, row);
  }
}

EventTape surveyed(EventTape tape) {
  const auto kept = std::make_shared<const EventTape>(std::move(tape));
  TapeInfo info = kept->info();
  survey(*kept, info.report);
  return EventTape{std::move(info), kept->columns(), kept};
}

}  // namespace plimsoll
