// SPDX-License-Identifier: MIT
#include "support/ulp.hpp"

#include <rectify/functions/prelu.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("prelu: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  constexpr T inf = limits::infinity();
  for (T const slope : {T(0.25), T(1), T(3), T(-2), T(0)}) {
    prelu<T> const f{.slope = slope};
    CHECK(std::isnan(f(limits::quiet_NaN())));
    CHECK(same_bits(f(T(-0.0)), T(-0.0)));
    CHECK(same_bits(f(inf), inf));
    CHECK(same_bits(f(-inf), T(slope * -inf)));
    CHECK(same_bits(f(-limits::denorm_min()), T(slope * -limits::denorm_min())));
    CHECK(same_bits(f(T(-3)), T(slope * T(-3))));
    CHECK(same_bits(f(T(3)), T(3)));
    CHECK(same_bits(prelu<T>::forward(T(-3), slope), f(T(-3))));
  }
  CHECK(prelu<T>{}.slope == T(0.25));
}

TEMPLATE_TEST_CASE("prelu: derivatives, and the rule at zero", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  auto const check = [&](auto const& f, T at_zero) {
    CHECK(same_bits(f.derivative(T(0)), at_zero));
    CHECK(same_bits(f.derivative(T(-0.0)), at_zero));
    CHECK(same_bits(f.derivative_from_output(T(0)), at_zero));
    CHECK(same_bits(f.derivative(limits::infinity()), T(1)));
    CHECK(same_bits(f.derivative(-limits::infinity()), f.slope));
    CHECK(same_bits(f.derivative(-limits::denorm_min()), f.slope));
    CHECK(std::isnan(f.derivative(limits::quiet_NaN())));
    CHECK(same_bits(f.slope_derivative(T(-2)), T(-2)));
    CHECK(same_bits(f.slope_derivative(T(2)), T(0)));
    CHECK(same_bits(f.slope_derivative(T(-0.0)), T(0)));
    CHECK(same_bits(f.slope_derivative(-limits::infinity()), -limits::infinity()));
    CHECK(same_bits(f.slope_derivative(limits::infinity()), T(0)));
  };
  for (T const slope : {T(0.25), T(3), T(-2), T(0), T(-0.0)}) {
    check(prelu<T>{slope}, T(0));
    check(prelu<T, kink::left>{slope}, slope);
    check(prelu<T, kink::right>{slope}, T(1));
  }
  check(prelu<T>{T(1)}, T(1));
}

TEST_CASE("prelu: constant expressions") {
  static_assert(prelu<float>{}(-2.0F) == -0.5F);
  static_assert(prelu<float>{}.slope_derivative(-2.0F) == -2);
  SUCCEED();
}
