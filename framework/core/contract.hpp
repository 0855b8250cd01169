#pragma once
/// Contracts: a broken one is our bug, never the user's. It prints where, and the simulated time, scenario and seed that
/// the running thread was working on, and ends the process with exit code 1 (`dev` preset: abort, for a core dump). That line is enough
/// to repeat it.
///
/// EXPECT at entry and ENSURE at exit stay on in release and must be O(1). DEBUG_EXPECT is for the hot loop: `dev` preset only.

#include <cstdint>

namespace plimsoll {

/// What the contract message shows besides the place. Set by ScenarioRun around every call into the model.
struct ContractContext {
  std::int64_t time = 0;
  std::uint64_t scenario = ~0ull;
  std::uint64_t seed = 0;
};

[[noreturn]] void contract_broken(const char* kind, const char* condition, const char* file, int line);

/// The calling thread's context: written by one run at a time, read only when a contract breaks.
ContractContext& contract_context();

}  // namespace plimsoll

#define PLIMSOLL_CONTRACT(kind, condition) \
  (__builtin_expect(static_cast<bool>(condition), 1) ? (void)0 : ::plimsoll::contract_broken(kind, #condition, __FILE__, __LINE__))
#define EXPECT(condition) PLIMSOLL_CONTRACT("expected", condition)
#define ENSURE(condition) PLIMSOLL_CONTRACT("ensured", condition)
#ifdef PLIMSOLL_CONTRACTS
#define DEBUG_EXPECT(condition) EXPECT(condition)
#else
#define DEBUG_EXPECT(condition) ((void)0)
#endif
