// SPDX-License-Identifier: MIT
#include "support/ulp.hpp"

#include <rectify/functions/tanh.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify::test;

TEMPLATE_TEST_CASE("tanh: special values", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  constexpr T inf = limits::infinity();
  constexpr rectify::tanh<T> f{};
  CHECK(std::isnan(f(limits::quiet_NaN())));
  CHECK(std::isnan(f.derivative(limits::quiet_NaN())));
  CHECK(same_bits(f(T(0)), T(0)));
  CHECK(same_bits(f(T(-0.0)), T(-0.0)));
  CHECK(same_bits(f(limits::denorm_min()), limits::denorm_min()));
  CHECK(same_bits(f(-limits::min()), -limits::min()));
  CHECK(same_bits(f(inf), T(1)));
  CHECK(same_bits(f(-inf), T(-1)));
  CHECK(same_bits(f(-limits::max()), T(-1)));
  CHECK(same_bits(f.derivative(T(0)), T(1)));
  CHECK(same_bits(f.derivative(inf), T(0)));
  CHECK(same_bits(f.derivative(-inf), T(0)));
  CHECK(same_bits(f.derivative_from_output(T(0.5)), T(0.75)));
  CHECK(same_bits(f.derivative_from_output(T(-1)), T(0)));
  for (T const x : {T(1e-3), T(0.2), T(0.7), T(3), T(8)}) {
    CHECK(same_bits(f(-x), T(-f(x))));
  }
}

TEST_CASE("tanh: golden values") { // by Python's decimal, 60 digits
  CHECK(ulp_error(rectify::tanh<float>{}(1.0F), 7.615941559557648881194582826047936e-1) <= 1);
  CHECK(ulp_error(rectify::tanh<double>{}(-0.25), -2.449186624037091292778011314910170e-1L) <= 1);
  CHECK(ulp_error(rectify::tanh<double>{}.derivative(5.0), 1.815832309438066841297681726853484e-4L) <= 2);
}
