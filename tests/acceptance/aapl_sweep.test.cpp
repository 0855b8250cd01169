// The sweep of scenarios/aapl_hour.toml on the real file: 3 strategies x 3 sizes x 3 impact models x 10 seeds.

#include <cmath>
#include <map>
#include <tuple>

#include "acceptance/command_line.hpp"
#include "core/units.hpp"
#include "data_files.hpp"
#include "io/result_file.hpp"

using namespace plimsoll;
using namespace plimsoll::test;

namespace {
struct Cell {
  double per_lot = 0.0;  ///< seed mean of spread + sweep + reaction, money per lot
  double displacement = 0.0;
  int n = 0;
};
}  // namespace

TEST_CASE("the AAPL hour: parts add up in every row, cost per lot does not fall with size, displacement has the model's shape") {
  if (!data_file("lobster/AAPL_2012-06-21_34200000_37800000_message_50.csv")) return;
  const Scratch scratch;
  const Outcome outcome = run_plimsoll({"run", PLIMSOLL_SOURCE_DIR "/scenarios/aapl_hour.toml", "-o", scratch / "aapl"});
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const ResultFile result = read_result(scratch / "aapl/result.h5");
  const Table& scenarios = *result.find("scenarios");
  const Table& parents = *result.find("parents");
  REQUIRE(scenarios.rows() == 270);
  REQUIRE(parents.rows() == 270);

  std::map<std::tuple<std::string, std::string>, std::map<std::int64_t, Cell>> cells;
  for (std::size_t row = 0; row < parents.rows(); ++row) {
    Money parts = 0;
    for (const char* part :
         {"delay_money", "spread_money", "sweep_money", "reaction_money", "timing_money", "fee_money", "opportunity_money"})
      parts += parents.integers(part)[row];
    REQUIRE(parts == parents.integers("total_money")[row]);
    const std::int64_t lots = parents.integers("quantity_lots")[row];
    REQUIRE(parents.integers("filled_lots")[row] == lots);
    Cell& cell = cells[{scenarios.texts("strategy.name")[row], scenarios.texts("impact.name")[row]}][lots];
    cell.per_lot += static_cast<double>(parents.integers("spread_money")[row] + parents.integers("sweep_money")[row] +
                                        parents.integers("reaction_money")[row]) /
                    static_cast<double>(lots) / 10.0;
    cell.displacement += parents.reals("displacement_end_ticks")[row] / 10.0;
    ++cell.n;
  }
  REQUIRE(cells.size() == 9);
  for (const auto& [key, by_size] : cells) {
    const auto& [strategy, impact] = key;
    CAPTURE(strategy, impact);
    REQUIRE(by_size.size() == 3);
    const Cell* smaller = nullptr;
    std::int64_t smaller_lots = 0;
    for (const auto& [lots, cell] : by_size) {
      REQUIRE(cell.n == 10);
      if (smaller != nullptr) {
        CAPTURE(lots);
        CHECK(cell.per_lot >= smaller->per_lot);
        const double ratio = static_cast<double>(lots) / static_cast<double>(smaller_lots);
        if (impact == "linear") CHECK(cell.displacement == Approx(ratio * smaller->displacement).epsilon(1e-9));
        if (impact == "square_root") {
          CHECK(cell.displacement > smaller->displacement);
          CHECK(cell.displacement < ratio * smaller->displacement);  // concave through the origin
          CHECK(cell.displacement == Approx(std::sqrt(ratio) * smaller->displacement).epsilon(1e-9));
        }
        if (impact == "none") CHECK(cell.displacement == 0.0);
      }
      smaller = &cell;
      smaller_lots = lots;
    }
  }
}
