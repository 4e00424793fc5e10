// SPDX-License-Identifier: MIT
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <rectify/math.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

TEST_CASE("log1p: error", "[accuracy]") {
  double worst = 0;
  float at = 0;
  for_each_float(1999, [&](float x) {
    double const error = ulp_error(math::log1p(x), std::log1p(static_cast<double>(x)));
    if (!(error <= worst)) {
      worst = error;
      at = x;
    }
  });
  INFO(worst << " ULP at " << at);
  CHECK(worst <= 2);
  for (double const scale : {1e-300, 1e-12, 1e-3, 0.06, 1.0, 40.0, 1e10, 1e300}) {
    for (double const given : random_inputs<double>(20000, 1, scale)) {
      double const x = given < -1 ? 1 / given : given;
      INFO("x = " << x);
      REQUIRE(ulp_error(math::log1p(x), std::log1p(static_cast<long double>(x))) <= 2);
    }
  }
}

TEMPLATE_TEST_CASE("log1p: special values", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  CHECK(same_bits(math::log1p(T(0)), T(0)));
  CHECK(same_bits(math::log1p(T(-0.0)), T(-0.0)));
  CHECK(same_bits(math::log1p(-limits::denorm_min()), -limits::denorm_min()));
  CHECK(same_bits(math::log1p(inf), inf));
  CHECK(same_bits(math::log1p(T(-1)), -inf));
  CHECK(std::isnan(math::log1p(T(-1.5))));
  CHECK(std::isnan(math::log1p(-inf)));
  CHECK(std::isnan(math::log1p(limits::quiet_NaN())));
  CHECK(ulp_error(math::log1p(limits::max()), std::log1p(static_cast<long double>(limits::max()))) <= 2);
  CHECK(ulp_error(math::log1p(std::nextafter(T(-1), T(0))), std::log1p(static_cast<long double>(std::nextafter(T(-1), T(0))))) <=
        2);
}
