// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions.hpp>

#include <tuple>

namespace rectify::test {

/// What tests of kernels walk along: kernels do not know what they apply, so a few functions stand for all. One with a
/// backward of its own and one with a slope to learn, in both element types; one with a parameter and a polynomial, and one
/// without a kink, which take longer to compile than all the others, in one each.
using some_activations = std::tuple<relu<float>, relu<double>, prelu<float>, prelu<double>, elu<float>, sigmoid<double>>;

} // namespace rectify::test
