// SPDX-License-Identifier: MIT
#include "support/ulp.hpp"

#include <rectify/functions/gelu.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify::test;

TEMPLATE_TEST_CASE("gelu: special values", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  constexpr T inf = limits::infinity();
  constexpr rectify::gelu<T> f{};
  CHECK(std::isnan(f(limits::quiet_NaN())));
  CHECK(std::isnan(f.derivative(limits::quiet_NaN())));
  CHECK(same_bits(f(T(0)), T(0)));
  CHECK(same_bits(f(T(-0.0)), T(-0.0)));
  CHECK(same_bits(f(2 * limits::denorm_min()), limits::denorm_min()));
  CHECK(same_bits(f(-2 * limits::denorm_min()), -limits::denorm_min()));
  CHECK(same_bits(f(-limits::denorm_min()), T(-0.0)));
  CHECK(same_bits(f(2 * limits::min()), limits::min()));
  CHECK(same_bits(f(inf), inf));
  CHECK(same_bits(f(-inf), T(-0.0)));
  CHECK(same_bits(f(limits::max()), limits::max()));
  CHECK(same_bits(f(-limits::max()), T(-0.0)));
  CHECK(same_bits(f.derivative(T(0)), T(0.5)));
  CHECK(same_bits(f.derivative(T(-0.0)), T(0.5)));
  CHECK(same_bits(f.derivative(inf), T(1)));
  CHECK(same_bits(f.derivative(-inf), T(-0.0)));
  CHECK(same_bits(f.derivative(limits::max()), T(1)));
}

TEMPLATE_TEST_CASE("gelu: the derivative of one side is 1 - that of the other", "", float, double) {
  using T = TestType;
  constexpr rectify::gelu<T> f{};
  for (T const x : {T(0.35), T(0.4), T(0.7518), T(1), T(2.5), T(6), T(14)}) {
    CHECK(same_bits(f.derivative(x), T(1) - f.derivative(-x)));
  }
}

TEST_CASE("gelu: the last result that is not 0") {
  CHECK(rectify::gelu<float>{}(-14.35F) == -std::numeric_limits<float>::denorm_min());
  CHECK(rectify::gelu<float>{}(-14.37F) == 0);
  CHECK(rectify::gelu<double>{}(-38.575) == -std::numeric_limits<double>::denorm_min());
  CHECK(rectify::gelu<double>{}(-38.595) == 0);
}

TEST_CASE("gelu: golden values") { // by Sollya, 200 bits
  rectify::gelu<float> const f{};
  rectify::gelu<double> const d{};
  CHECK(ulp_error(f(1.0F), 0.84134474606854294858523254563203792) <= 2);
  CHECK(ulp_error(f(-3.0F), -4.04969409489028357995544430278493210e-3) <= 2);
  CHECK(ulp_error(f(-13.5F), -1.055538986263815314120260173595369348e-40) <= 2);
  CHECK(ulp_error(f.derivative(1.0F), 1.083315470587686298383062738567598573) <= 2);
  CHECK(ulp_error(f.derivative(-3.0F), -1.194564720418392700015524332076805634e-2) <= 2);
  CHECK(ulp_error(f.derivative(-13.5F), -1.424894091479883821686881737928108752e-39) <= 2);
  CHECK(ulp_error(d(0.25), 0.1496765814207309310602134478952584333969L) <= 2);
  CHECK(ulp_error(d(-0.5), -0.1542687693629934481811476946958311311522L) <= 2);
  CHECK(ulp_error(d(-38.0), -1.096462776826138037173368782995423554e-314L) <= 2);
  CHECK(ulp_error(d.derivative(-0.25), 0.3046266451163639740238397701450785929L) <= 2);
  CHECK(ulp_error(d.derivative(-0.75), 7.74278260764895628308764459965318972e-4L) <= 2);
  CHECK(ulp_error(d.derivative(-38.0), -4.166554569268784456111034811054956770e-313L) <= 2);
}

TEST_CASE("gelu: the derivative keeps its digits where it passes through zero") {
  // at the number next to the zero; by Sollya, 300 bits
  CHECK(ulp_error(rectify::gelu<float>{}.derivative(-0x1.80ead2p-1F), -5.22731210457515497670678534756474582523e-9) <= 2);
  CHECK(ulp_error(rectify::gelu<double>{}.derivative(-0x1.80ead197f00b4p-1), -6.45375172936775321967686483193032132152e-18L) <=
        2);
}
