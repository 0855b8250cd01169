#include "app/stop_signal.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <string_view>

#include "core/error.hpp"

namespace plimsoll {
namespace {

// A signal handler has nothing but globals. tidy: allow static
std::atomic<int> arrived{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch lock-free atomics only");

void on_signal(int) {
  const bool first = arrived.fetch_add(1) == 0;
  const std::string_view text =
      first ? "\nstopping: finishing the batches that run; once more stops at once\n" : "\nstopped at once; the same command resumes\n";
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) {
    // Nobody listens; the stop is in `arrived` all the same.
  }
  if (!first) _exit(static_cast<int>(ExitCode::stopped_early));
}

}  // namespace

void take_stop_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaction(signal, &action, nullptr);
}

bool stop_requested() { return arrived.load() > 0; }

}  // namespace plimsoll
