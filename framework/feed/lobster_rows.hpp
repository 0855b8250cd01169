#pragma once
/// The two CSV files of LOBSTER (lobsterdata.com, "data structure"), row by row and without meaning: text to integers, exactly.
///
/// Messages: time, type, order id, size, price, direction[, participant]. Time is decimal seconds after midnight, usually with up to 9
/// decimals; a few rows are printed from a double with more, and are rounded to the nearest nanosecond. Price is dollars x 10000.
/// Books: ask price, ask size, bid price, bid size per level; an empty slot has price +-9999999999 and size 0.
/// A header line and "\r\n" are accepted in both.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/units.hpp"
#include "feed/text_file.hpp"
#include "market/instrument.hpp"

namespace plimsoll {

enum class LobsterType : std::uint8_t {
  add = 1,
  partial_cancel = 2,
  remove = 3,
  execution = 4,         ///< of a displayed order
  hidden_execution = 5,  ///< the book does not change
  cross = 6,             ///< auction; the book does not change
  status = 7,            ///< price -1 halt, 0 quoting resumes, 1 trading resumes
};

struct LobsterMessage {
  Duration since_midnight;
  std::uint64_t id;
  Ticks price;              ///< rounded down to a tick; status: -1, 0 or 1 as it stands
  std::uint32_t remainder;  ///< of the price, in units of 0.0001
  std::uint32_t quantity;   ///< lots
  std::uint32_t line;       ///< of the file
  LobsterType type;
  Side side;  ///< of the resting order
};

struct LobsterLevel {
  Ticks price;
  Lots lots;
  friend bool operator==(const LobsterLevel&, const LobsterLevel&) = default;
};

/// One book row: occupied levels, best first. `window` is how many levels the file has room for.
struct LobsterBookRow {
  std::vector<LobsterLevel> levels[2];  ///< by Side
  std::size_t window = 0;
  const std::vector<LobsterLevel>& of(Side side) const { return levels[static_cast<std::size_t>(side)]; }
};

/// Ids from here on are ours: volume whose order is not known. A vendor's id is below.
inline constexpr std::uint64_t kFirstAnonymousId = 1ull << 63;

/// How the integers of the files become ticks and lots.
struct LobsterScale {
  std::int64_t price_units_per_tick;  ///< 1 unit = 0.0001; also the tape's subticks
  std::int64_t shares_per_lot;
  /// Throws BadInput (SETTING-INSTRUMENT) unless the tick is a multiple of 0.0001 and the lot of one share.
  static LobsterScale of(const Instrument& instrument);
};

/// Every message of `text`, in file order. Faults (DATA-COLUMNS, DATA-TRUNCATED, DATA-FIELD, DATA-OFF-TICK, DATA-OFF-LOT) go to `faults`.
std::vector<LobsterMessage> parse_lobster_messages(const std::string& path, std::string_view text, LobsterScale scale, FaultList& faults);

/// Reads a book file one row at a time; `text` must outlive it.
class LobsterBookReader {
 public:
  LobsterBookReader(std::string path, std::string_view text, LobsterScale scale);
  /// False at the end. A malformed row is reported to `faults` and left empty.
  bool next(LobsterBookRow& row, FaultList& faults);
  std::size_t rows() const { return rows_; }  ///< read so far

 private:
  bool has_all_columns(const std::string& place, FaultList& faults);
  void read_level(std::size_t column, const std::string& place, LobsterBookRow& row, FaultList& faults);

  std::string path_;
  Lines lines_;
  LobsterScale scale_;
  std::vector<std::string_view> fields_;
  std::size_t columns_ = 0;
  std::size_t rows_ = 0;
};

}  // namespace plimsoll
