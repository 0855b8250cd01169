#pragma once
/// Captures of Binance streams for tests, written line by line: a futures market of tick 0.1 and lot 1, or spot.

#include <string>
#include <vector>

#include "feed/feed_files.hpp"

namespace plimsoll::test {

struct CaptureLevel {
  const char* price;
  const char* quantity;
};

class Capture {
 public:
  explicit Capture(bool futures = true, std::string symbol = "TEST") : futures_{futures}, symbol_{std::move(symbol)} {}

  /// An update with ids first..last that follows `previous`.
  Capture& depth(int ms, long first, long last, long previous, std::vector<CaptureLevel> bids, std::vector<CaptureLevel> asks) {
    return event("depth", R"("e":"depthUpdate",)" + times(ms) + number("U", first) + number("u", last) +
                              (futures_ ? number("pu", previous) : "") + R"("b":)" + levels(bids) + R"(,"a":)" + levels(asks));
  }
  Capture& snapshot(long last, std::vector<CaptureLevel> bids, std::vector<CaptureLevel> asks) {
    return line(R"({"lastUpdateId":)" + std::to_string(last) + R"(,"bids":)" + levels(bids) + R"(,"asks":)" + levels(asks) + "}");
  }
  Capture& trade(int ms, long id, const char* price, const char* quantity, bool buyer_is_maker, const char* kind = "MARKET") {
    return event("trade", R"("e":"trade",)" + times(ms) + number("t", id) + R"("p":")" + price + R"(","q":")" + quantity + R"(","X":")" +
                              kind + R"(","m":)" + (buyer_is_maker ? "true" : "false"));
  }
  /// Of spot, best quotes have no time.
  Capture& best(int ms, long last, CaptureLevel bid, CaptureLevel ask) {
    return event("bookTicker", (futures_ ? times(ms) : "") + number("u", last) + R"("b":")" + bid.price + R"(","B":")" + bid.quantity +
                                   R"(","a":")" + ask.price + R"(","A":")" + ask.quantity + "\"");
  }
  Capture& line(const std::string& json) {
    text_ += std::to_string(1'000'000'000 + clock_++) + " " + json + "\n";
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  Capture& event(const std::string& stream, const std::string& payload) {
    return line(R"({"stream":"test@)" + stream + R"(","data":{"s":")" + symbol_ + "\"," + payload + "}}");
  }
  static std::string number(const char* key, long value) { return std::string{"\""} + key + "\":" + std::to_string(value) + ","; }
  std::string times(int ms) const { return number("E", 1'700'000'000'000 + ms) + number("T", 1'700'000'000'000 + ms); }
  static std::string levels(const std::vector<CaptureLevel>& all) {
    std::string out = "[";
    for (const CaptureLevel& each : all) {
      if (out.size() > 1) out += ",";
      out += std::string{"[\""} + each.price + "\",\"" + each.quantity + "\"]";
    }
    return out + "]";
  }

  bool futures_;
  std::string symbol_;
  std::string text_;
  int clock_ = 0;
};

/// The start that most tests share: a snapshot and the update that straddles it. Bids 10.0 x 5 and 9.9 x 9, asks 10.1 x 7 and 10.3 x 4.
inline Capture started(bool futures = true) {
  Capture capture{futures};
  capture.snapshot(100, {{"10.0", "5"}, {"9.9", "8"}}, {{"10.1", "7"}, {"10.2", "3"}});
  return capture.depth(1000, 99, 110, 98, {{"9.9", "9"}}, {{"10.2", "0"}, {"10.3", "4"}, {"55.5", "0"}});
}

inline EventTape binance(const FreshFolder& folder, const std::string& text, Settings more = {}, bool strict = false) {
  more.emplace("path", folder.write("capture", text));
  more.emplace("instrument.tick", "0.1");
  more.emplace("instrument.lot", "1");
  return load_feed("binance", more, strict);
}

}  // namespace plimsoll::test
