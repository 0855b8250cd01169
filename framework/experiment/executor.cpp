#include "experiment/executor.hpp"

#ifdef PLIMSOLL_EXECUTOR_TBB
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>
#include <tbb/version.h>
#else
#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>
#endif

namespace plimsoll {

#ifdef PLIMSOLL_EXECUTOR_TBB

#define PLIMSOLL_TEXT(x) #x
#define PLIMSOLL_TEXT_OF(x) PLIMSOLL_TEXT(x)

unsigned default_threads() { return static_cast<unsigned>(tbb::this_task_arena::max_concurrency()); }
const char* executor_name() { return "oneTBB " PLIMSOLL_TEXT_OF(TBB_VERSION_MAJOR) "." PLIMSOLL_TEXT_OF(TBB_VERSION_MINOR); }

void parallel_for(std::size_t jobs, unsigned threads, const std::function<void(std::size_t)>& job) {
  const unsigned cores = default_threads();  // more threads than that only wait for each other
  tbb::task_arena arena{static_cast<int>(threads == 0 || threads > cores ? cores : threads)};
  arena.execute([&] {
    // One job is a pass over a tape: worth a task of its own, and handed out in order so that progress is even.
    tbb::parallel_for(std::size_t{0}, jobs, std::size_t{1}, job, tbb::simple_partitioner{});
  });
}

#else

unsigned default_threads() { return std::max(1u, std::thread::hardware_concurrency()); }
const char* executor_name() { return "std::thread"; }

void parallel_for(std::size_t jobs, unsigned threads, const std::function<void(std::size_t)>& job) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr first_error;
  const auto work = [&] {
    for (std::size_t at = next++; at < jobs; at = next++) {
      try {
        job(at);
      } catch (...) {
        const std::lock_guard lock{mutex};
        if (!first_error) first_error = std::current_exception();
        next = jobs;
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 1; i < (threads == 0 ? default_threads() : threads); ++i) workers.emplace_back(work);
    work();
  }
  if (first_error) std::rethrow_exception(first_error);
}

#endif

}  // namespace plimsoll
