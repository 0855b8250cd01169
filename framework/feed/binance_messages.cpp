#include "feed/binance_messages.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace plimsoll {

namespace {

using Kind = BinanceMessage::Kind;
constexpr std::int64_t kFirstImpossible = std::int64_t{1} << 62;

/// Fills a message from the events of nlohmann's parser, which never recurses. Only the payload's own fields and its arrays of pairs are
/// looked at: the payload is the object itself, or the object under "data" of the combined-stream wrapper.
class Reader {
 public:
  Reader(BinanceMessage& message, std::string& bytes) : message_{message}, bytes_{bytes} {}

  std::string_view event;
  std::string_view problem;
  std::optional<std::int64_t> aggregate_id;  ///< a; of a trade it is something else
  bool wrapped() const { return payload_ == 2; }

  bool key(std::string& text) {
    if (depth_ == 1 && payload_ == 1 && text == "data") {
      data_next_ = true;
    } else if (depth_ == payload_) {
      key_ = keep(text);
    }
    return true;
  }
  bool start_object(std::size_t) {
    if (data_next_ && depth_ == 1) {
      const std::string_view stream = stream_;
      message_ = cleared(message_);
      stream_ = stream;
      payload_ = 2;
    }
    return open();
  }
  bool end_object() { return close(); }
  bool start_array(std::size_t) {
    open();
    if (depth_ == payload_ + 1) list_ = list_of(key_);
    if (depth_ == payload_ + 2 && list_ != nullptr) {
      list_->push_back({});
      filled_ = 0;
    }
    return true;
  }
  bool end_array() {
    if (depth_ == payload_ + 2 && list_ != nullptr && filled_ < 2) problem = "holds a level that is not [price, quantity]";
    if (depth_ == payload_ + 1) list_ = nullptr;
    return close();
  }
  bool string(std::string& text) {
    data_next_ = false;
    if (depth_ == payload_) return field(keep(text));
    if (depth_ != payload_ + 2 || list_ == nullptr) return true;
    if (filled_ == 0) list_->back().price = keep(text);
    if (filled_ == 1) list_->back().quantity = keep(text);
    ++filled_;
    return true;
  }
  bool number_integer(std::int64_t value) { return number(value); }
  bool number_unsigned(std::uint64_t value) { return number(static_cast<std::int64_t>(std::min(value, std::uint64_t{kFirstImpossible}))); }
  bool number_float(double, const std::string&) { return plain(); }
  bool boolean(bool value) {
    if (depth_ == payload_ && key_ == "m") message_.buyer_is_maker = value;
    return plain();
  }
  bool null() { return plain(); }
  bool binary(std::vector<std::uint8_t>&) { return plain(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) {
    const std::string_view what = error.what();
    problem = keep(what.substr(std::min(what.find("] ") + 2, what.size())));
    return false;
  }

  static BinanceMessage cleared(BinanceMessage& used) {
    BinanceMessage fresh;
    for (std::size_t side = 0; side < 2; ++side) {
      fresh.levels[side] = std::move(used.levels[side]);
      fresh.levels[side].clear();
    }
    return fresh;
  }

 private:
  bool open() {
    data_next_ = false;
    ++depth_;
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }
  bool plain() {
    data_next_ = false;
    return true;
  }
  std::string_view keep(std::string_view text) {
    if (text.size() > bytes_.capacity() - bytes_.size()) text = text.substr(0, bytes_.capacity() - bytes_.size());
    const std::size_t at = bytes_.size();
    bytes_ += text;
    return std::string_view{bytes_}.substr(at);
  }
  std::vector<BinanceMessage::Level>* list_of(std::string_view key) {
    if (key == "b" || key == "bids") return &message_.levels[0];
    if (key == "a" || key == "asks") return &message_.levels[1];
    return nullptr;
  }
  BinanceMessage::Level& best(std::size_t side) {
    auto& levels = message_.levels[side];
    if (levels.empty()) levels.emplace_back();
    return levels.front();
  }

  bool field(std::string_view text) {
    if (key_ == "e") event = text;
    if (key_ == "stream") stream_ = text;
    if (key_ == "s" || key_ == "symbol") message_.symbol = text;
    if (key_ == "p") message_.price = text;
    if (key_ == "q") message_.quantity = text;
    if (key_ == "X") message_.market = text == "MARKET";
    if (key_ == "b") best(0).price = text;
    if (key_ == "B") best(0).quantity = text;
    if (key_ == "a") best(1).price = text;
    if (key_ == "A") best(1).quantity = text;
    return true;
  }
  bool number(std::int64_t value) {
    if (depth_ == payload_) {
      // Arithmetic on ids and times is done unchecked.
      if (value < -1 || value >= kFirstImpossible) problem = "holds a number that is no id and no time";
      if (key_ == "E") message_.event_ms = value;
      if (key_ == "T") message_.match_ms = value;
      if (key_ == "U") message_.first_id = value;
      if (key_ == "u") message_.last_id = value;
      if (key_ == "pu") message_.previous_id = value;
      if (key_ == "t") message_.trade_id = value;
      if (key_ == "a") aggregate_id = value;
      if (key_ == "lastUpdateId") {
        message_.last_id = value;
        snapshot_ = true;
      }
    }
    return plain();
  }

 public:
  bool is_snapshot() const { return snapshot_ && !wrapped(); }

 private:
  BinanceMessage& message_;
  std::string& bytes_;
  std::string_view key_, stream_;
  std::vector<BinanceMessage::Level>* list_ = nullptr;
  std::size_t filled_ = 0;
  int depth_ = 0;
  int payload_ = 1;
  bool data_next_ = false;
  bool snapshot_ = false;
};

Kind kind_of(const BinanceMessage& message, std::string_view event) {
  if (event == "depthUpdate") return Kind::depth;
  if (event == "trade") return Kind::trade;
  if (event == "aggTrade") return Kind::aggregate_trade;
  // Spot book tickers name no event.
  const bool quotes = message.levels[0].size() == 1 && message.levels[1].size() == 1 && message.last_id;
  return event == "bookTicker" || (event.empty() && quotes) ? Kind::best_quote : Kind::other;
}

/// The first field its kind must have and the message lacks; "" when it is complete.
const char* missing_field(const BinanceMessage& message) {
  switch (message.kind) {
    case Kind::depth: return !message.first_id ? "U" : !message.last_id ? "u" : !message.event_ms ? "E" : message.symbol.empty() ? "s" : "";
    case Kind::trade:
    case Kind::aggregate_trade:
      return message.price.empty()      ? "p"
             : message.quantity.empty() ? "q"
             : !message.match_ms        ? "T"
             : !message.event_ms        ? "E"
             : !message.trade_id        ? (message.kind == Kind::trade ? "t" : "a")
             : message.symbol.empty()   ? "s"
                                        : "";
    case Kind::best_quote:
      return !message.last_id                     ? "u"
             : message.symbol.empty()             ? "s"
             : message.of(Side::buy).size() != 1  ? "b"
             : message.of(Side::sell).size() != 1 ? "a"
                                                  : "";
    case Kind::snapshot:
    case Kind::other: return "";
  }
  return "";
}

/// Without what a capture program wrote in front; empty when there is nothing else.
std::string_view json_of(std::string_view line) {
  if (line.starts_with("wss:")) return {};
  const bool address = line.starts_with("http");
  if (!address && line.find_first_not_of("0123456789.: ") == line.find('{')) {
    const std::size_t begin = line.find('{');
    return begin == std::string_view::npos ? std::string_view{} : line.substr(begin);
  }
  const std::size_t end = address ? line.find(": {") : std::string_view::npos;
  return end == std::string_view::npos ? line : line.substr(end + 2);
}

/// Of https://fapi.binance.com/fapi/v1/depth?symbol=BTCUSDT&limit=1000 -> ..
std::string_view symbol_in_address(std::string_view line) {
  const std::string_view address = line.starts_with("http") ? line.substr(0, line.find(' ')) : std::string_view{};
  const std::size_t at = address.find("symbol=");
  return at == std::string_view::npos ? std::string_view{} : address.substr(at + 7, address.substr(at + 7).find('&'));
}

}  // namespace

const BinanceMessage* BinanceParser::parse(std::string_view line, const std::string& place, FaultList& faults) {
  const std::string_view json = json_of(line);
  if (json.empty()) return nullptr;
  message_ = Reader::cleared(message_);
  bytes_.clear();
  bytes_.reserve(line.size() + 256);
  Reader reader{message_, bytes_};
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &reader)) {
    faults.add({"DATA-JSON", place, "", std::string{reader.problem}, "a capture that was stopped within a line: remove that line"});
    return nullptr;
  }
  message_.kind = reader.is_snapshot() ? Kind::snapshot : kind_of(message_, reader.event);
  if (message_.kind == Kind::aggregate_trade) message_.trade_id = reader.aggregate_id;
  if (message_.symbol.empty()) message_.symbol = symbol_in_address(line);
  if (const std::string_view missing = missing_field(message_); !missing.empty()) {
    faults.add({"DATA-FIELD", place, std::string{missing}, "is missing", "the line is no whole " + std::string{reader.event} + " event"});
    return nullptr;
  }
  if (!reader.problem.empty() && message_.kind != Kind::other) {
    faults.add({"DATA-FIELD", place, "", std::string{reader.problem}, ""});
    return nullptr;
  }
  return &message_;
}

}  // namespace plimsoll
