// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/functions.hpp>

#include <tuple>

namespace rectify::test {

/// What tests of kernels walk along: kernels do not know what they apply, so a few functions stand for all. One with a
/// backward of its own, one with a slope to learn, one with a parameter and a polynomial, one without a kink.
using some_activations =
    std::tuple<relu<float>, relu<double>, prelu<float>, prelu<double>, elu<float>, elu<double>, sigmoid<float>, sigmoid<double>>;

} // namespace rectify::test
