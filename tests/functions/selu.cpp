// SPDX-License-Identifier: MIT
#include "support/ulp.hpp"

#include <rectify/functions/selu.hpp>

#include <catch2/catch_template_test_macros.hpp>

#include <cfenv>

using namespace rectify;
using namespace rectify::test;

namespace {

template <class T>
constexpr T scale = T(1.05070098735548049342L);
template <class T>
constexpr T scale_alpha = T(1.75809934084737685993402L); // their product, by Python's decimal

} // namespace

TEMPLATE_TEST_CASE("selu: special values", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  constexpr T inf = limits::infinity();
  constexpr selu<T> f{};
  CHECK(std::isnan(f(limits::quiet_NaN())));
  CHECK(same_bits(f(T(0)), T(0)));
  CHECK(same_bits(f(T(-0.0)), T(-0.0)));
  CHECK(same_bits(f(inf), inf));
  CHECK(same_bits(f(limits::max()), inf)); // 1.05 times it
  CHECK(same_bits(f(-inf), -scale_alpha<T>));
  CHECK(same_bits(f(-limits::max()), -scale_alpha<T>));
  CHECK(same_bits(f(T(1)), scale<T>));
  CHECK(same_bits(f(limits::denorm_min()), limits::denorm_min()));
  CHECK(same_bits(f(-limits::denorm_min()), T(-2 * limits::denorm_min())));
  CHECK(same_bits(f(-16 * limits::denorm_min()), T(-28 * limits::denorm_min())));
}

TEMPLATE_TEST_CASE("selu: derivative, and the rule at zero", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  auto const check = [&](auto const& f, T at_zero) {
    CHECK(same_bits(f.derivative(T(0)), at_zero));
    CHECK(same_bits(f.derivative(T(-0.0)), at_zero));
    CHECK(same_bits(f.derivative_from_output(T(0)), at_zero));
    CHECK(same_bits(f.derivative_from_output(T(-0.0)), at_zero));
    CHECK(std::isnan(f.derivative(limits::quiet_NaN())));
    CHECK(std::isnan(f.derivative_from_output(limits::quiet_NaN())));
    CHECK(same_bits(f.derivative(inf), scale<T>));
    CHECK(same_bits(f.derivative(-inf), T(0)));
    CHECK(same_bits(f.derivative(limits::denorm_min()), scale<T>));
    CHECK(same_bits(f.derivative(-limits::denorm_min()), scale_alpha<T>));
    CHECK(same_bits(f.derivative_from_output(T(2)), scale<T>));
    CHECK(same_bits(f.derivative_from_output(T(-1)), T(scale_alpha<T> - 1)));
    CHECK(same_bits(f.derivative_from_output(f(-inf)), T(0)));
  };
  check(selu<T>{}, T(0));
  check(selu<T, kink::left>{}, scale_alpha<T>);
  check(selu<T, kink::right>{}, scale<T>);
}

TEST_CASE("selu: golden values") { // by Python's mpmath, 60 digits
  CHECK(ulp_error(selu<float>{}(-1.0F), -1.111330737812562761794666309572996) <= 1);
  CHECK(ulp_error(selu<double>{}(-1.0), -1.111330737812562761794666309572996L) <= 1);
  CHECK(ulp_error(selu<double>{}(-0.25), -3.888901974781190261261763915351128e-1L) <= 1);
  CHECK(ulp_error(selu<double>{}(-0x1p-30), -1.637357603785300681287612925842711e-9L) <= 1);
  CHECK(ulp_error(selu<double>{}(3.0), 3.15210296206644148026L) <= 1);
  CHECK(ulp_error(selu<double>{}.derivative(-20.0), 3.623712824994411592322183965975369e-9L) <= 1);
  CHECK(ulp_error(selu<float>{}.derivative(-100.0F), 6.540263121344393832e-44) <= 1);
  // 1.018 ULP where scale · alpha is its nearest float and no more
  CHECK(ulp_error(selu<float>{}.derivative(-0x1.76207cp+2F), 5.084801008119273307159552063081e-3) <= 1);
}

TEST_CASE("selu: the branch not taken raises no flag") {
  std::feclearexcept(FE_ALL_EXCEPT);
  float volatile hidden = 1e30F; // from the compiler
  float const large = hidden;
  CHECK(selu<float>{}(large) > large);
  CHECK(selu<float>{}.derivative(large) == scale<float>);
  CHECK(std::fetestexcept(FE_OVERFLOW | FE_INVALID | FE_UNDERFLOW | FE_DIVBYZERO) == 0);
}
