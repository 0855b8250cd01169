#include "bench/measure.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <stdexcept>

namespace plimsoll::bench {

namespace {

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}
double seconds_of(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6; }

}  // namespace

Spread spread_of(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  return {samples[samples.size() / 2], samples.front(), samples.back()};
}

double cpu_seconds(const std::function<void()>& work) {
  const double before = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  work();
  return seconds_of(CLOCK_THREAD_CPUTIME_ID) - before;
}

double wall_seconds(const std::function<void()>& work) {
  const double before = monotonic_s();
  work();
  return monotonic_s() - before;
}

double monotonic_s() { return seconds_of(CLOCK_MONOTONIC); }

std::vector<Spread> interleave(int rounds, const std::vector<std::function<double()>>& alternatives) {
  std::vector<std::vector<double>> samples(alternatives.size());
  for (int round = -1; round < rounds; ++round)
    for (std::size_t which = 0; which < alternatives.size(); ++which) {
      const double sample = alternatives[which]();
      if (round >= 0) samples[which].push_back(sample);
    }
  std::vector<Spread> spreads;
  for (std::vector<double>& each : samples) spreads.push_back(spread_of(std::move(each)));
  return spreads;
}

OneCore::OneCore() {
  sched_getaffinity(0, sizeof before_, &before_);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int core = CPU_SETSIZE - 1; core >= 0; --core)
    if (CPU_ISSET(core, &before_)) {  // the last one: interrupts tend to go to the first
      CPU_SET(core, &one);
      break;
    }
  sched_setaffinity(0, sizeof one, &one);
}
OneCore::~OneCore() { sched_setaffinity(0, sizeof before_, &before_); }

Finished run_program(const std::vector<std::string>& words, const std::vector<std::string>& environment) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  Finished finished;
  const double begun = monotonic_s();
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    for (const std::string& setting : environment) ::putenv(const_cast<char*>(setting.c_str()));
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  std::array<char, 4096> buffer;
  for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
    finished.output.append(buffer.data(), static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  finished.wall_s = monotonic_s() - begun;
  finished.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  finished.cpu_s = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  return finished;
}

Finished run_or_throw(const std::vector<std::string>& words, const std::vector<std::string>& environment) {
  Finished finished = run_program(words, environment);
  if (finished.status == 0) return finished;
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  throw std::runtime_error(line + " ended with " + std::to_string(finished.status) + ":\n" + finished.output);
}

double peak_kib(const std::string& helper, std::vector<std::string> words) {
  words.insert(words.begin(), {helper, "peak"});
  const std::string output = run_or_throw(words).output;
  const std::size_t at = output.rfind("peak ");
  if (at == std::string::npos) throw std::runtime_error("no peak in: " + output);
  return std::strtod(output.c_str() + at + 5, nullptr);
}

}  // namespace plimsoll::bench
