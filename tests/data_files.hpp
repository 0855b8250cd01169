#pragma once
/// Real market data for tests: used where it exists, visibly skipped where it does not. Acceptance runs set PLIMSOLL_REQUIRE_DATA=1,
/// which turns a missing file into a failure.

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>

#include "claims.hpp"

/// Path of a file below the shared data folder (PLIMSOLL_DATA_DIR, else ../shared/data beside the repository).
inline std::optional<std::filesystem::path> data_file(const std::string& relative) {
  const char* set = std::getenv("PLIMSOLL_DATA_DIR");
  const std::filesystem::path root =
      set != nullptr ? std::filesystem::path{set} : std::filesystem::path{PLIMSOLL_SOURCE_DIR} / "../shared/data";
  const std::filesystem::path path = root / relative;
  if (std::filesystem::exists(path)) return std::filesystem::weakly_canonical(path);
  const char* required = std::getenv("PLIMSOLL_REQUIRE_DATA");
  if (required != nullptr && std::string{required} == "1") {
    FAIL("required data file is missing: " << path.string());
  }
  std::cout << "SKIPPED: " << Catch::getResultCapture().getCurrentTestName() << " (no " << relative << ")\n";
  return std::nullopt;
}
