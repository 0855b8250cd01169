#pragma once
/// The include line of DESIGN section 2, followed through headers: core < sdk < market < execution < metrics < replay < experiment; the
/// leaves feed (on market), calibration (on metrics), io (on everything up to experiment) and app; plugins on sdk alone.

#include "source_text.hpp"

namespace tidy {

struct Include {
  std::size_t line;  ///< from 1
  std::string name;  ///< between the quotes or brackets
  bool quoted;
};
std::vector<Include> includes_of(const SourceFile& file);

/// Breaches of the include line in framework/, strategies/ and impact_models/. A folder of framework/ that has no place on it is one too.
Findings check_include_line(const Tree& tree);

/// Libraries outside the one place that may know them.
Findings check_library_places(const SourceFile& file);

}  // namespace tidy
