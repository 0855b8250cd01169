#include "core/contract.hpp"

#include <cstdio>
#include <cstdlib>

namespace plimsoll {

ContractContext& contract_context() {
  // Diagnostic only: no result ever depends on it. tidy: allow thread_local
  thread_local ContractContext context;
  return context;
}

void contract_broken(const char* kind, const char* condition, const char* file, int line) {
  const ContractContext& at = contract_context();
  std::fprintf(stderr, "plimsoll: internal error at %s:%d: %s %s", file, line, kind, condition);
  if (at.scenario != ~0ull) {
    std::fprintf(stderr, " (scenario %llu, seed %llu, simulated time %lld ns)", static_cast<unsigned long long>(at.scenario),
                 static_cast<unsigned long long>(at.seed), static_cast<long long>(at.time));
  }
  std::fprintf(stderr, "\nThis is a bug in plimsoll; please report it with this line.\n");
#ifdef PLIMSOLL_CONTRACTS
  std::abort();
#else
  std::_Exit(1);  // no destructor may run on a state that is known to be wrong
#endif
}

}  // namespace plimsoll
