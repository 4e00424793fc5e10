// SPDX-License-Identifier: MIT
#include "support/inputs.hpp"
#include "support/reference.hpp"
#include "support/ulp.hpp"

#include <rectify/functions/elu.hpp>
#include <rectify/kernels/backward.hpp>
#include <rectify/kernels/forward.hpp>

#include <catch2/catch_template_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cfenv>
#include <iterator>
#include <vector>

using namespace rectify;
using namespace rectify::test;

TEMPLATE_TEST_CASE("elu: special values to the bit", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  constexpr T inf = limits::infinity();
  for (T const alpha : {T(1), T(0.1), T(1.7), T(-2), T(0), limits::max(), limits::min()}) {
    elu<T> const f{.alpha = alpha};
    CHECK(std::isnan(f(limits::quiet_NaN())));
    CHECK(same_bits(f(T(-0.0)), T(-0.0)));
    CHECK(same_bits(f(T(0)), T(0)));
    CHECK(same_bits(f(inf), inf));
    CHECK(same_bits(f(-inf), T(-alpha)));
    CHECK(same_bits(f(T(-1e9)), T(-alpha)));
    CHECK(same_bits(f(limits::max()), limits::max()));
    for (T const tiny : {limits::denorm_min(), T(7 * limits::denorm_min()), limits::min(), T(limits::epsilon() / 64)}) {
      CHECK(same_bits(f(-tiny), T(alpha * -tiny)));
    }
  }
  CHECK(elu<T>{}.alpha == T(1));
}

TEMPLATE_TEST_CASE("elu: derivative, and the rule at zero", "", float, double) {
  using T = TestType;
  using limits = std::numeric_limits<T>;
  T const inf = limits::infinity();
  auto const check = [&](auto const& f, T at_zero) {
    CHECK(same_bits(f.derivative(T(0)), at_zero));
    CHECK(same_bits(f.derivative(T(-0.0)), at_zero));
    CHECK(same_bits(f.derivative_from_output(T(0)), at_zero));
    CHECK(same_bits(f.derivative_from_output(T(-0.0)), at_zero));
    CHECK(same_bits(f.derivative(inf), T(1)));
    CHECK(f.derivative(-inf) == T(0));
    CHECK(same_bits(f.derivative(limits::denorm_min()), T(1)));
    CHECK(same_bits(f.derivative(-limits::denorm_min()), f.alpha));
    CHECK(std::isnan(f.derivative(limits::quiet_NaN())));
    CHECK(same_bits(f.derivative_from_output(T(2)), T(1)));
    CHECK(same_bits(f.derivative_from_output(T(-f.alpha / 2)), f.alpha < 0    ? T(1)
                                                               : f.alpha == 0 ? at_zero
                                                                              : T(f.alpha - f.alpha / 2)));
  };
  for (T const alpha : {T(0.5), T(3), T(-2), T(0)}) {
    check(elu<T>{alpha}, T(0));
    check(elu<T, kink::left>{alpha}, alpha);
    check(elu<T, kink::right>{alpha}, T(1));
  }
  check(elu<T>{}, T(1)); // alpha = 1: no kink
  check(elu<T, kink::left>{}, T(1));
  check(elu<T, kink::right>{}, T(1));
}

TEMPLATE_TEST_CASE("elu: ranges have the bits of numbers, whatever alpha's sign", "", float, double) {
  using T = TestType;
  std::vector<T> const x = mixed_inputs<T>(1000);
  std::vector<T> const dy(x.size(), T(1.5));
  std::vector<T> y(x.size());
  std::vector<T> dx(x.size());
  for (T const alpha : {T(1), T(0.1), T(-2), T(0), T(-0.0)}) {
    elu<T> const f{.alpha = alpha};
    forward(f, x, y);
    backward(f, x, dy, dx);
    INFO(alpha);
    CHECK(std::equal(x.begin(), x.end(), y.begin(), [&](T in, T out) { return same_bits(f(in), out); }));
    CHECK(std::equal(x.begin(), x.end(), dx.begin(), [&](T in, T out) { return same_bits(chain(f, in, T(1.5)), out); }));
  }
}

TEST_CASE("elu: golden values") { // by Python's decimal, 60 digits
  CHECK(ulp_error(elu<float>{}(-1.0F), -0.63212055882855767840) <= 1);
  CHECK(ulp_error(elu<double>{}(-1.0), -0.632120558828557678404476229838539L) <= 1);
  CHECK(ulp_error(elu<double>{}(-0x1p-30), -9.31322574181797646765430487523391e-10L) <= 1);
  CHECK(ulp_error(elu<double>{}.derivative(-20.0), 2.06115362243855782796594038015584e-9L) <= 1);
  CHECK(ulp_error(elu<float>{2.0F}.derivative(-100.0F), 2 * 3.72007597602083596295e-44) <= 1);
}

TEST_CASE("elu: the branch not taken raises no flag") {
  std::feclearexcept(FE_ALL_EXCEPT);
  float volatile hidden = 1e30F; // from the compiler
  float const large = hidden;
  double const larger = double(large) * 1e270;
  CHECK(elu<float>{}(large) == large);
  CHECK(elu<float>{}.derivative(large) == 1);
  CHECK(elu<double>{}(larger) == larger);
  CHECK(elu<double>{}.derivative(larger) == 1);
  CHECK(std::fetestexcept(FE_OVERFLOW | FE_INVALID | FE_UNDERFLOW | FE_DIVBYZERO) == 0);
}

TEST_CASE("elu: constant expressions give the bits of the run") {
  static constexpr float inputs[] = {-0x1p-149F, -1e-6F, -0.1F, -0.4F, -1, -2.5F, -10, -80, -100, 0, 3};
  static constexpr elu<float> f{.alpha = 1.3F};
  static constexpr std::size_t size = std::size(inputs);
  constexpr auto forward = [] {
    std::array<float, size> all{};
    for (std::size_t i = 0; i < size; ++i) {
      all[i] = f(inputs[i]);
    }
    return all;
  };
  constexpr auto derivative = [] {
    std::array<double, size> all{};
    for (std::size_t i = 0; i < size; ++i) {
      all[i] = elu<double>{}.derivative(double(inputs[i]));
    }
    return all;
  };
  constexpr std::array<float, size> forward_constants = forward();
  constexpr std::array<double, size> derivative_constants = derivative();
  for (std::size_t i = 0; i < size; ++i) {
    float const volatile x = inputs[i];
    CHECK(same_bits(forward_constants[i], f(float{x})));
    CHECK(same_bits(derivative_constants[i], elu<double>{}.derivative(static_cast<double>(x))));
  }
}
