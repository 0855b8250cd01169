#include "feed/survey.hpp"

#include <algorithm>

#include "market/order_book.hpp"

namespace plimsoll {

void survey(const EventTape& tape, ImportReport& report) {
  report.crossed_ns = report.gaps = report.longest_gap_ns = 0;
  OrderBook book{tape.info()};
  for (std::size_t row = 0; row < tape.size(); ++row) {
    const MarketEvent event = tape[row];
    const Duration silence = row == 0 ? 0 : event.time - tape.columns().time[row - 1];
    if (silence > 0 && !book.halted()) {
      const Quote quote = book.quote();
      if (quote.two_sided() && quote.bid >= quote.ask) report.crossed_ns += silence;
      report.longest_gap_ns = std::max(report.longest_gap_ns, silence);
      if (silence > ImportReport::gap_limit_ns) ++report.gaps;
    }
    book.apply(event);
  }
}

}  // namespace plimsoll
