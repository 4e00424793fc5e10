// SPDX-License-Identifier: MIT
#include "support/ulp.hpp"

#include <rectify/functions/celu.hpp>

#include <catch2/catch_template_test_macros.hpp>

#include <cfenv>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("celu: special values", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  constexpr T inf = limits::infinity();
  for (T const alpha : {T(1), T(0.1), T(1.7), T(300), T(0x1p-100), T(0x1p100)}) {
    celu<T> const f{.alpha = alpha};
    CHECK(!f.check());
    CHECK(std::isnan(f(limits::quiet_NaN())));
    CHECK(same_bits(f(T(0)), T(0)));
    CHECK(same_bits(f(T(-0.0)), T(-0.0)));
    CHECK(same_bits(f(inf), inf));
    CHECK(same_bits(f(limits::max()), limits::max()));
    CHECK(same_bits(f(-inf), T(-alpha)));
    CHECK(same_bits(f(T(-64 * alpha)), T(-alpha)));
    // alpha (e^(x/alpha) - 1) = x (1 + x/alpha/2 + ...), and the rest is lost even where x/alpha underflows
    for (T const tiny : {limits::denorm_min(), T(7 * limits::denorm_min()), limits::min(), T(alpha * limits::epsilon() / 64)}) {
      CHECK(same_bits(f(-tiny), -tiny));
    }
  }
  CHECK(celu<T>{}.alpha == T(1));
}

TEMPLATE_TEST_CASE("celu: derivative, continuous at zero", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  auto const check = [&](auto const& f) {
    for (T const x : {T(0), T(-0.0), limits::denorm_min(), -limits::denorm_min(), T(3), inf}) {
      CHECK(same_bits(f.derivative(x), T(1)));
      CHECK(same_bits(f.derivative_from_output(x), T(1)));
    }
    CHECK(same_bits(f.derivative(-inf), T(0)));
    CHECK(std::isnan(f.derivative(limits::quiet_NaN())));
    CHECK(std::isnan(f.derivative_from_output(limits::quiet_NaN())));
    CHECK(same_bits(f.derivative_from_output(T(-f.alpha)), T(0)));
  };
  for (T const alpha : {T(1), T(0.5), T(2), T(0x1p-100), T(0x1p100)}) {
    check(celu<T>{alpha});
    check(celu<T, kink::left>{alpha});
    check(celu<T, kink::right>{alpha});
    CHECK(same_bits(celu<T>{alpha}.derivative_from_output(T(-alpha / 4)), T(0.75)));
  }
}

TEMPLATE_TEST_CASE("celu: the domain of alpha", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  for (T const alpha : {T(0), T(-1), limits::min(), limits::max(), limits::infinity(), limits::quiet_NaN()}) {
    CHECK(celu<T>{alpha}.check());
  }
}

TEST_CASE("celu: golden values") { // by Python's mpmath, 60 digits
  CHECK(ulp_error(celu<float>{2.0F}(-1.0F), -7.869386805747331527924009300176391e-1) <= 2);
  CHECK(ulp_error(celu<double>{0.5}(-1.0), -4.323323583816936540530002525137578e-1L) <= 2);
  CHECK(ulp_error(celu<double>{}(-0.25), -2.211992169285951317548297330216794e-1L) <= 1);
  CHECK(ulp_error(celu<double>{1024.0}(-1.0), -9.995118776569218716551274390226634e-1L) <= 2);
  CHECK(ulp_error(celu<double>{3.0}.derivative(-20.0), 1.272633801339808323332137868036549e-3L) <= 2);
  CHECK(ulp_error(celu<double>{}.derivative(-0.25), 7.788007830714048682451702669783206e-1L) <= 1);
}

TEST_CASE("celu: the branch not taken raises no flag") {
  std::feclearexcept(FE_ALL_EXCEPT);
  float volatile hidden = 1e30F; // from the compiler
  float const large = hidden;
  CHECK(celu<float>{0.5F}(large) == large);
  CHECK(celu<float>{0.5F}.derivative(large) == 1);
  CHECK(std::fetestexcept(FE_OVERFLOW | FE_INVALID | FE_UNDERFLOW | FE_DIVBYZERO) == 0);
}
