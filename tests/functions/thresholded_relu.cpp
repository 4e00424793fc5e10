// SPDX-License-Identifier: MIT
#include "support/points.hpp"

#include <rectify/functions/thresholded_relu.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("thresholded_relu: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  check_points(thresholded_relu<T>{}, {{T(0), T(0), T(0)},
                                       {T(-0.0), T(0), T(0)},
                                       {T(1), T(0), T(0)},
                                       {T(1.5), T(1.5), T(1)},
                                       {T(-4), T(0), T(0)},
                                       {inf, inf, T(1)},
                                       {-inf, T(0), T(0)}});
  check_points(thresholded_relu<T>{.alpha = -2}, {{T(-0.0), T(-0.0), T(1)}, {T(-2), T(0), T(0)}, {T(-1), T(-1), T(1)}});
  check_kink<thresholded_relu>(T(1), T(0), T(0), T(1));
  CHECK(same_bits(thresholded_relu<T>{}.derivative_from_output(T(0)), T(0)));
  CHECK(same_bits(thresholded_relu<T>{}.derivative_from_output(T(3)), T(1)));
  CHECK(std::isnan(thresholded_relu<T>{}(limits::quiet_NaN())));
}

TEST_CASE("thresholded_relu: a threshold below 0 hides in the output") {
  CHECK(!thresholded_relu<float>{}.check_from_output());
  CHECK(thresholded_relu<float>{.alpha = -1}.check_from_output());
}
