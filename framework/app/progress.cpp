#include "app/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include <nlohmann/json.hpp>

#include "app/console.hpp"

namespace plimsoll {
namespace {

constexpr std::chrono::seconds kLogInterval{5};

}  // namespace

std::string progress_text(std::size_t done, std::size_t total, std::size_t failed, double seconds, const char* what) {
  std::string out = grouped(done) + "/" + grouped(total) + " " + what;
  if (failed > 0) out += ", " + grouped(failed) + " failed";
  if (done > 0 && seconds > 0) {
    const double rate = static_cast<double>(done) / seconds;
    out += "  " + fixed(rate, rate < 10 ? 2 : 0) + "/s";
    out += done < total ? "  " + duration_text(static_cast<double>(total - done) / rate) + " left" : "  in " + elapsed_text(seconds);
  }
  return out;
}

ProgressMeter::ProgressMeter(std::size_t total, bool json, const char* what)
    : total_{total}, json_{json}, terminal_{!json && stderr_is_terminal()}, what_{what}, start_{Clock::now()}, shown_{start_} {
  if (terminal_) show();
}

double ProgressMeter::seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

void ProgressMeter::advance(std::size_t scenarios, std::size_t failed) {
  done_ += scenarios;
  failed_ += failed;
  if (terminal_ || done_ == total_ || Clock::now() - shown_ >= kLogInterval) show();
}

void ProgressMeter::show() {
  shown_ = Clock::now();
  if (json_) {
    const nlohmann::ordered_json state = {{"done", done_}, {"total", total_}, {"failed", failed_}, {"seconds", seconds()}};
    return say(nlohmann::ordered_json{{"progress", state}}.dump());
  }
  std::string text = progress_text(done_, total_, failed_, seconds(), what_);
  if (!terminal_) return say(text);
  // One column stays free: a terminal may wrap when the last one is written. What the line before left is blanked.
  const std::size_t columns = columns_of(STDERR_FILENO) - 1, used = std::min(text.size(), columns);
  text.resize(std::min(std::max(used, shown_columns_), columns), ' ');
  shown_columns_ = used;
  std::cerr << '\r' << text << std::flush;
}

void ProgressMeter::finish() {
  if (terminal_) std::cerr << '\n' << std::flush;
}

}  // namespace plimsoll
