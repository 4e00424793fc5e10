// SPDX-License-Identifier: MIT
#include "support/points.hpp"

#include <rectify/functions/relu6.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("relu6: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  T const tiny = limits::denorm_min();
  check_points(relu6<T>{}, {{T(0), T(0), T(0)},
                            {T(-0.0), T(0), T(0)},
                            {-tiny, T(0), T(0)},
                            {tiny, tiny, T(1)},
                            {T(-7), T(0), T(0)},
                            {T(5.5), T(5.5), T(1)},
                            {T(6), T(6), T(0)},
                            {T(6.5), T(6), T(0)},
                            {limits::max(), T(6), T(0)},
                            {inf, T(6), T(0)},
                            {-inf, T(0), T(0)}});
  check_kink<relu6>(T(0), T(0), T(0), T(1));
  check_kink<relu6>(T(6), T(0), T(1), T(0));
  CHECK(same_bits(relu6<T>{}.derivative_from_output(T(6)), T(0)));
  CHECK(same_bits(relu6<T>{}.derivative_from_output(T(2)), T(1)));
  CHECK(std::isnan(relu6<T>{}(limits::quiet_NaN())));
}

TEST_CASE("relu6: under kink::left and right the output does not determine the derivative") {
  STATIC_CHECK(output_differentiable_activation<relu6<float>>);
  STATIC_CHECK(!output_differentiable_activation<relu6<float, kink::left>>);
  STATIC_CHECK(!output_differentiable_activation<relu6<float, kink::right>>);
}
