// SPDX-License-Identifier: MIT
#include "support/ulp.hpp"

#include <rectify/functions/leaky_relu.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("leaky_relu: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  constexpr T inf = limits::infinity();
  for (T const slope : {T(0.01), T(0.5), T(1), T(3), T(-2), T(0)}) {
    leaky_relu<T> const f{.negative_slope = slope};
    CHECK(std::isnan(f(limits::quiet_NaN())));
    CHECK(same_bits(f(T(-0.0)), T(-0.0)));
    CHECK(same_bits(f(T(0)), T(0)));
    CHECK(same_bits(f(inf), inf));
    CHECK(same_bits(f(-inf), T(slope * -inf))); // NaN for a slope of 0, as IEEE has it
    CHECK(same_bits(f(-limits::min()), T(slope * -limits::min())));
    CHECK(same_bits(f(-limits::denorm_min()), T(slope * -limits::denorm_min())));
    CHECK(same_bits(f(T(-3)), T(slope * T(-3))));
    CHECK(same_bits(f(T(3)), T(3)));
    CHECK(same_bits(f(limits::max()), limits::max()));
  }
  CHECK(leaky_relu<T>{}.negative_slope == T(0.01));
}

TEMPLATE_TEST_CASE("leaky_relu: derivative, and the rule at zero", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  auto const check = [&](auto const& f, T at_zero) {
    CHECK(same_bits(f.derivative(T(0)), at_zero));
    CHECK(same_bits(f.derivative(T(-0.0)), at_zero));
    CHECK(same_bits(f.derivative_from_output(T(-0.0)), at_zero));
    CHECK(same_bits(f.derivative(inf), T(1)));
    CHECK(same_bits(f.derivative(-inf), f.negative_slope));
    CHECK(same_bits(f.derivative(limits::denorm_min()), T(1)));
    CHECK(same_bits(f.derivative(-limits::denorm_min()), f.negative_slope));
    CHECK(std::isnan(f.derivative(limits::quiet_NaN())));
    CHECK(same_bits(f.derivative_from_output(T(-2)), f.negative_slope));
    CHECK(same_bits(f.derivative_from_output(T(2)), T(1)));
  };
  for (T const slope : {T(0.01), T(0.5), T(3), T(-2), T(0), T(-0.0)}) {
    check(leaky_relu<T>{slope}, T(0));
    check(leaky_relu<T, kink::left>{slope}, slope);
    check(leaky_relu<T, kink::right>{slope}, T(1));
  }
  check(leaky_relu<T>{T(1)}, T(1)); // no kink at all
  check(leaky_relu<T, kink::left>{T(1)}, T(1));
  check(leaky_relu<T, kink::right>{T(1)}, T(1));
}

TEST_CASE("leaky_relu: constant expressions") {
  static_assert(leaky_relu<float>{.negative_slope = 0.5F}(-2.0F) == -1);
  static_assert(leaky_relu<double>{}.derivative(-1.0) == 0.01);
  static_assert(leaky_relu<float>{} != leaky_relu<float>{.negative_slope = 0.5F});
  SUCCEED();
}
