// SPDX-License-Identifier: MIT
#include "support/ulp.hpp"

#include <rectify/functions/sigmoid.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("sigmoid: special values", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  constexpr T inf = limits::infinity();
  constexpr rectify::sigmoid<T> f{};
  CHECK(std::isnan(f(limits::quiet_NaN())));
  CHECK(std::isnan(f.derivative(limits::quiet_NaN())));
  CHECK(same_bits(f(T(0)), T(0.5)));
  CHECK(same_bits(f(T(-0.0)), T(0.5)));
  CHECK(same_bits(f(limits::denorm_min()), T(0.5)));
  CHECK(same_bits(f(inf), T(1)));
  CHECK(same_bits(f(-inf), T(0)));
  CHECK(same_bits(f(limits::max()), T(1)));
  CHECK(same_bits(f(-limits::max()), T(0)));
  CHECK(same_bits(f.derivative(T(0)), T(0.25)));
  CHECK(same_bits(f.derivative(inf), T(0)));
  CHECK(same_bits(f.derivative(-inf), T(0)));
  CHECK(same_bits(f.derivative_from_output(T(0.5)), T(0.25)));
  CHECK(same_bits(f.derivative_from_output(T(1)), T(0)));
  CHECK(same_bits(f.derivative_from_output(T(0)), T(0)));
  CHECK(same_bits(f.derivative(T(3)), f.derivative(T(-3))));
}

TEST_CASE("sigmoid: golden values") { // by Python's decimal, 60 digits
  CHECK(ulp_error(sigmoid<float>{}(-1.0F), 2.689414213699951207488407581781637e-1) <= 1);
  CHECK(ulp_error(sigmoid<double>{}(-20.0), 2.061153618190203581430862129474593e-9L) <= 1);
  CHECK(ulp_error(sigmoid<float>{}(-100.0F), 3.720075976020835962959695803863118e-44) <= 1); // a subnormal number
  CHECK(ulp_error(sigmoid<double>{}.derivative(-1.0), 1.966119332414818525374247335859090e-1L) <= 2);
}
