// SPDX-License-Identifier: MIT
#include "support/ulp.hpp"

#include <rectify/functions/relu.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("relu: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  constexpr T inf = limits::infinity();
  constexpr relu<T> f{};
  CHECK(std::isnan(f(limits::quiet_NaN())));
  CHECK(same_bits(f(T(-0.0)), T(0)));
  CHECK(same_bits(f(T(0)), T(0)));
  CHECK(same_bits(f(-inf), T(0)));
  CHECK(same_bits(f(inf), inf));
  CHECK(same_bits(f(-limits::denorm_min()), T(0)));
  CHECK(same_bits(f(limits::denorm_min()), limits::denorm_min()));
  CHECK(same_bits(f(limits::max()), limits::max()));
  CHECK(same_bits(f(T(-3)), T(0)));
  CHECK(same_bits(f(T(3)), T(3)));
}

TEMPLATE_TEST_CASE("relu: derivative, and the rule at zero", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  auto const check = [&](auto const& f, T at_zero) {
    CHECK(same_bits(f.derivative(T(0)), at_zero));
    CHECK(same_bits(f.derivative(T(-0.0)), at_zero));
    CHECK(same_bits(f.derivative_from_output(T(0)), at_zero));
    CHECK(same_bits(f.derivative_from_output(T(-0.0)), at_zero));
    CHECK(same_bits(f.derivative(inf), T(1)));
    CHECK(same_bits(f.derivative(-inf), T(0)));
    CHECK(same_bits(f.derivative(limits::denorm_min()), T(1)));
    CHECK(same_bits(f.derivative(-limits::denorm_min()), T(0)));
    CHECK(std::isnan(f.derivative(limits::quiet_NaN())));
    CHECK(same_bits(f.derivative_from_output(T(2)), T(1)));
    CHECK(std::isnan(f.derivative_from_output(limits::quiet_NaN())));
  };
  check(relu<T>{}, T(0));
  check(relu<T, kink::left>{}, T(0));
  check(relu<T, kink::right>{}, T(1));
}

TEST_CASE("relu: constant expressions") {
  static_assert(relu<float>{}(-1.0F) == 0 && relu<float>{}(2.0F) == 2);
  static_assert(relu<double>{}.derivative(-1.0) == 0 && relu<double>{}.derivative(2.0) == 1);
  static_assert(relu<float>{} == relu<float>{});
  SUCCEED();
}
