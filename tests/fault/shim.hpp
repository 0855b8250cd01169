#pragma once
/// kill_at.c tells whose file a call is about by /proc/self/fd. Where /proc is not mounted (a bare chroot), tests that need it skip
/// visibly.

#include <filesystem>
#include <iostream>

#include "claims.hpp"

inline bool shim_can_work() {
  if (std::filesystem::exists("/proc/self/fd")) return true;
  std::cout << "SKIPPED: " << Catch::getResultCapture().getCurrentTestName() << " (/proc is not mounted)\n";
  return false;
}
