#pragma once
/// Runs independent jobs in parallel. Two backends, chosen when configuring: oneTBB, and plain threads for ThreadSanitizer (Debian's libtbb
/// is not instrumented; dependencies of the result on the backend do not exist, which tests/acceptance/determinism.test.cpp shows).

#include <cstddef>
#include <functional>

namespace plimsoll {

/// Calls job(0) .. job(jobs - 1), each once, on at most `threads` threads (0: one per core). Returns when all are done. The first exception
/// of a job is thrown again here, after the running jobs have ended; jobs not yet begun are then skipped.
void parallel_for(std::size_t jobs, unsigned threads, const std::function<void(std::size_t)>& job);

/// Threads that `threads` = 0 stands for.
unsigned default_threads();

/// "oneTBB 2021.8" or "std::thread": for --version.
const char* executor_name();

}  // namespace plimsoll
