// SPDX-License-Identifier: MIT
#include "support/points.hpp"

#include <rectify/functions/hard_tanh.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("hard_tanh: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  T const tiny = limits::denorm_min();
  check_points(hard_tanh<T>{}, {{T(0), T(0), T(1)},
                                {T(-0.0), T(-0.0), T(1)},
                                {-tiny, -tiny, T(1)},
                                {T(-1), T(-1), T(0)},
                                {T(-1.5), T(-1), T(0)},
                                {T(0.75), T(0.75), T(1)},
                                {T(1), T(1), T(0)},
                                {limits::max(), T(1), T(0)},
                                {inf, T(1), T(0)},
                                {-inf, T(-1), T(0)}});
  check_points(hard_tanh<T>{.min_val = 0, .max_val = 20}, {{T(-0.0), T(-0.0), T(0)}, {T(-2), T(0), T(0)}, {T(19), T(19), T(1)}});
  check_kink<hard_tanh>(T(-1), T(0), T(0), T(1));
  check_kink<hard_tanh>(T(1), T(0), T(1), T(0));
  CHECK(same_bits(hard_tanh<T>{}.derivative_from_output(T(-1)), T(0)));
  CHECK(same_bits(hard_tanh<T>{}.derivative_from_output(T(0.5)), T(1)));
  CHECK(std::isnan(hard_tanh<T>{}(limits::quiet_NaN())));
}

TEST_CASE("hard_tanh: with the ends crossed it is the upper one") {
  check_points(hard_tanh<float>{.min_val = 2, .max_val = 1}, {{0, 1, 0}, {3, 1, 0}, {1.5F, 1, 0}, {1, 1, 0}, {2, 1, 0}});
  check_points(hard_tanh<float, kink::left>{.min_val = 2, .max_val = 1}, {{1, 1, 0}, {2, 1, 0}});
  check_points(hard_tanh<float, kink::right>{.min_val = 2, .max_val = 1}, {{1, 1, 0}, {2, 1, 0}});
}
