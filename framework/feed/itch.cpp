#include "feed/itch.hpp"

#include <algorithm>
#include <filesystem>

#include "core/contract.hpp"
#include "core/error.hpp"

namespace plimsoll {

namespace {

constexpr std::string_view kTradingTypes = "RHAFECXDUPQB";

constexpr std::array<bool, 256> trading_types() {
  std::array<bool, 256> out{};
  for (const char type : kTradingTypes) out[static_cast<unsigned char>(type)] = true;
  return out;
}
constexpr std::array<bool, 256> kIsTrading = trading_types();

std::string unpadded(std::string_view padded) { return std::string{padded.substr(0, padded.find_last_not_of(' ') + 1)}; }

bool is_symbol(std::string_view padded) {
  const std::string symbol = unpadded(padded);
  return !symbol.empty() && std::all_of(symbol.begin(), symbol.end(), [](char c) { return c > ' ' && c <= '~'; });
}

TimePoint midnight_of(const FeedSettings& settings) {
  // The clock is changed at night: noon's offset is that of every trading hour.
  const Duration noon = kSecondsPerDay / 2 * kSecond;
  return require_timezone(settings.text("timezone")).to_utc(settings.date("date"), noon) - noon;
}

TapeInfo info_of(const FeedSettings& settings) {
  TapeInfo info;
  info.instrument = settings.instrument({});
  info.feed = "itch";
  info.source = std::filesystem::path{settings.text("path")}.filename().string();
  info.timezone = settings.text("timezone");
  return info;
}

BadInput symbol_fault(const FeedSettings& settings, std::string problem, std::string suggestion) {
  return BadInput{ExitCode::bad_scenario,
                  InputError{"SETTING-SYMBOL", settings.text("path"), "symbol", std::move(problem), std::move(suggestion)}};
}

}  // namespace

FeedInfo itch_feed() {
  FeedInfo info{"itch",
                "NASDAQ TotalView-ITCH 5.0 (order by order, all stocks of a day)",
                {{"path", SettingType::path, true, "", {}, {}, "", "file of length-prefixed messages; may be gzip, zstd or xz"},
                 {"date", SettingType::date, true, "", {}, {}, "", "day of the session; the file does not hold it"},
                 {"symbol", SettingType::text, false, "", {}, {}, "", "stock to read; needed when the file holds orders of more than one"},
                 {"timezone", SettingType::timezone, false, "America/New_York", {}, {}, "", "zone of the times in the file"}}};
  info.many_symbols = true;
  return info;
}

ItchFile::ItchFile(const FeedSettings& settings, const std::vector<std::string>& wanted, bool single)
    : settings_{settings},
      info_{info_of(settings)},
      scale_{LobsterScale::of(info_.instrument)},
      midnight_{midnight_of(settings)},
      wanted_{wanted} {
  info_.instrument.subticks = static_cast<std::int32_t>(scale_.price_units_per_tick);
  std::sort(wanted_.begin(), wanted_.end());
  read(single);
  refuse_missing();
}

void ItchFile::read(bool single) {
  const std::string& path = settings_.text("path");
  const auto source = open_bytes(path, "path");
  ItchReader reader{*source, path};
  FaultList faults;
  ItchMessage message;
  std::uint16_t first_with_orders = 0;
  bool any_orders = false;
  while (reader.next(message, faults)) {
    if (!kIsTrading[static_cast<unsigned char>(message.type())]) continue;
    apply(message, reader, faults);
    if (!single || (message.type() != 'A' && message.type() != 'F')) continue;
    if (!any_orders) first_with_orders = message.locate();
    any_orders = true;
    if (message.locate() != first_with_orders)
      throw symbol_fault(
          settings_, "is required: the file holds orders of more than one stock",
          "name one, such as " + unpadded(locates_[first_with_orders].padded) + " or " + unpadded(locates_[message.locate()].padded));
  }
  faults.throw_if_any(ExitCode::bad_data);
}

void ItchFile::apply(const ItchMessage& message, const ItchReader& reader, FaultList& faults) {
  if (message.locate() >= locates_.size()) locates_.resize(message.locate() + std::size_t{1});
  Locate& locate = locates_[message.locate()];
  if (!locate.kept || !identify(locate, message, reader, faults) || message.type() == 'R') return;
  if (!locate.stock) locate.stock = std::make_unique<ItchStock>(midnight_, scale_);
  locate.stock->apply(message, reader);
}

bool ItchFile::identify(Locate& locate, const ItchMessage& message, const ItchReader& reader, FaultList& faults) {
  const std::string_view padded = message.padded_stock();
  if (padded.empty() || padded == locate.padded) return true;
  const auto fault = [&](const std::string& problem) {
    faults.add({"DATA-FIELD", reader.place(message), "stock", "message " + std::to_string(reader.number()) + ": " + problem,
                "the file is damaged, or no ITCH 5.0 file"});
    return false;
  };
  if (!is_symbol(padded)) return fault("the stock is not a symbol");
  const std::string symbol = unpadded(padded);
  if (!locate.padded.empty())
    return fault(symbol + " has locate " + std::to_string(message.locate()) + ", which is " + unpadded(locate.padded));
  if (!names_.emplace(symbol, message.locate()).second)
    return fault(symbol + " has locate " + std::to_string(message.locate()) + " and locate " + std::to_string(names_.at(symbol)));
  locate.padded = padded;
  locate.kept = wanted_.empty() || std::binary_search(wanted_.begin(), wanted_.end(), symbol);
  if (!locate.kept) locate.stock.reset();
  return locate.kept;
}

void ItchFile::refuse_missing() const {
  FaultList faults;
  for (const std::string& symbol : wanted_) {
    if (names_.contains(symbol)) continue;
    constexpr int shown = 3;
    auto from = names_.lower_bound(symbol);
    for (int i = 0; i < shown && from != names_.begin(); ++i) --from;
    std::string nearest;
    for (int i = 0; i < 2 * shown && from != names_.end(); ++i, ++from) nearest += (nearest.empty() ? "" : ", ") + from->first;
    faults.add({"SETTING-SYMBOL", settings_.text("path"), "symbol",
                in_quotes(symbol) + " is not one of the " + std::to_string(names_.size()) + " symbols of the file",
                nearest.empty() ? "" : "the nearest are " + nearest});
  }
  faults.throw_if_any(ExitCode::bad_scenario);
}

std::vector<std::string> ItchFile::symbols() const {
  std::vector<std::string> out;
  for (const auto& [symbol, locate] : names_) {
    const auto& stock = locates_[locate].stock;
    if (stock && stock->order_messages() > 0) out.push_back(symbol);
  }
  return out;
}

EventTape ItchFile::take(const std::string& symbol) {
  Locate& locate = locates_[names_.at(symbol)];
  EXPECT(locate.kept);
  TapeInfo info = info_;
  if (info.instrument.symbol == Instrument{}.symbol) info.instrument.symbol = symbol;
  const auto stock = locate.stock ? std::move(locate.stock) : std::make_unique<ItchStock>(midnight_, scale_);
  return stock->finish(std::move(info));
}

EventTape load_itch(const FeedSettings& settings) {
  const std::string& symbol = settings.text("symbol");
  if (!symbol.empty()) return ItchFile{settings, {symbol}}.take(symbol);
  ItchFile file{settings, {}, true};
  const std::vector<std::string> symbols = file.symbols();
  if (symbols.empty())
    throw BadInput{ExitCode::bad_data, InputError{"DATA-EMPTY", settings.text("path"), "", "holds no orders of a stock", ""}};
  return file.take(symbols.front());
}

}  // namespace plimsoll
