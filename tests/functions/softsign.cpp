// SPDX-License-Identifier: MIT
#include "support/points.hpp"

#include <rectify/functions/softsign.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("softsign: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  T const tiny = limits::denorm_min();
  check_points(softsign<T>{}, {{T(0), T(0), T(1)},
                               {T(-0.0), T(-0.0), T(1)},
                               {tiny, tiny, T(1)},
                               {T(1), T(0.5), T(0.25)},
                               {T(-3), T(-0.75), T(0.0625)},
                               {limits::max(), T(1), T(0)},
                               {inf, T(1), T(0)},
                               {-inf, T(-1), T(0)}});
  CHECK(same_bits(softsign<T>{}.derivative_from_output(T(-0.5)), T(0.25)));
  CHECK(same_bits(softsign<T>{}.derivative_from_output(T(1)), T(0)));
  CHECK(softsign<T>{}.derivative(T(1) / limits::epsilon()) > 0);
  CHECK(std::isnan(softsign<T>{}(limits::quiet_NaN())));
}
