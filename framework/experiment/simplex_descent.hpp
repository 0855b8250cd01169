#pragma once
/// A local minimum of a function of non-negative numbers with a fixed sum, from its values alone: projected gradient descent with step
/// halving, gradients by central differences that shift `resolution` from one number to another. The function need not be smooth on a
/// finer scale than that. Pure function; stops after 300 steps or when a step gains less than 1e-9 of the value.

#include <functional>
#include <vector>

namespace plimsoll {

std::vector<double> descend_on_simplex(const std::function<double(const std::vector<double>&)>& value, std::vector<double> start,
                                       double resolution);

}  // namespace plimsoll
