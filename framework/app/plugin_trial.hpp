#pragma once
/// Settings that only a plugin itself can judge: a kernel that is not decreasing, a matrix that is not symmetric.

#include "app/experiment_setup.hpp"

namespace plimsoll {

/// Creates every strategy and impact model that a combination of the file uses once, with its settings, on the markets of the
/// first day, and destroys it. Throws BadInput (78) with what each of them refuses, SCENARIO-REFUSED.
void try_plugins(const ExperimentSetup& setup);

}  // namespace plimsoll
