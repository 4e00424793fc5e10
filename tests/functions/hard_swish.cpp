// SPDX-License-Identifier: MIT
#include "support/points.hpp"

#include <rectify/functions/hard_swish.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("hard_swish: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  T const tiny = limits::denorm_min();
  check_points(hard_swish<T>{}, {{T(0), T(0), T(0.5)},
                                 {T(-0.0), T(-0.0), T(0.5)},
                                 {T(-3), T(-0.0), T(0)},
                                 {T(-4), T(-0.0), T(0)},
                                 {T(3), T(3), T(0)},
                                 {T(4), T(4), T(1)},
                                 {T(-1.5), T(-0.375), T(0)},
                                 {T(1.5), T(1.125), T(1)},
                                 {limits::max(), limits::max(), T(1)},
                                 {inf, inf, T(1)},
                                 {-inf, T(-0.0), T(0)}});
  check_kink<hard_swish>(T(-3), T(0), T(0), T(-0.5));
  check_kink<hard_swish>(T(3), T(0), T(1.5), T(1));
  CHECK(same_bits(hard_swish<T>{}(2 * tiny), tiny));
  CHECK(std::isnan(hard_swish<T>{}(limits::quiet_NaN())));
}
