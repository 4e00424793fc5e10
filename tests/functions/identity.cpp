// SPDX-License-Identifier: MIT
#include "support/points.hpp"

#include <rectify/functions/identity.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("identity: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  T const tiny = limits::denorm_min();
  check_points(identity<T>{}, {{T(0), T(0), T(1)},
                               {T(-0.0), T(-0.0), T(1)},
                               {T(-3), T(-3), T(1)},
                               {-tiny, -tiny, T(1)},
                               {inf, inf, T(1)},
                               {-inf, -inf, T(1)}});
  CHECK(std::isnan(identity<T>{}(limits::quiet_NaN())));
}
