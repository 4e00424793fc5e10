// SPDX-License-Identifier: MIT
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/math/erf.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEST_CASE("erf of float: error over the whole format", "[accuracy]") {
  double worst = 0;
  for_each_float(1009, [&](float x) { worst = std::max(worst, ulp_error(math::erf(x), std::erf(double(x)))); });
  CHECK(worst <= 1.25);
}

TEST_CASE("erf of double: error", "[accuracy]") {
  double worst = 0;
  for (double const x : random_inputs<double>(100000, 1, 2)) {
    // long double is no wider than double on some machines, where erf itself is then off by as much
    worst = std::max(worst, ulp_error(math::erf(x), std::erf(static_cast<long double>(x))));
  }
  CHECK(worst <= (sizeof(long double) > sizeof(double) ? 1.25 : 2.5));
}

TEMPLATE_TEST_CASE("erf: special values", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  CHECK(same_bits(math::erf(T(0)), T(0)));
  CHECK(same_bits(math::erf(T(-0.0)), T(-0.0)));
  CHECK(same_bits(math::erf(inf), T(1)));
  CHECK(same_bits(math::erf(-inf), T(-1)));
  CHECK(same_bits(math::erf(limits::max()), T(1)));
  CHECK(std::isnan(math::erf(limits::quiet_NaN())));
  CHECK(same_bits(math::erf(limits::denorm_min()), limits::denorm_min()));
  CHECK(same_bits(math::erf(-limits::denorm_min()), -limits::denorm_min()));
  for (T const x : {T(1e-3), T(0.2), T(0.7), T(1), T(3)}) {
    CHECK(same_bits(math::erf(-x), T(-math::erf(x))));
  }
}
