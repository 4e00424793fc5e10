// SPDX-License-Identifier: MIT
// What holds for every function of the catalogue, whatever its formula.
#include "support/inputs.hpp"
#include "support/ulp.hpp"
#include "support/variants.hpp"

#include <rectify/kernels.hpp>

#include <catch2/catch_template_test_macros.hpp>

#include <string>

using namespace rectify;
using namespace rectify::test;

namespace {

template <class F>
std::string describe(F const& f, typename F::value_type x) {
  std::string text(F::name);
  for (parameter<F> const& p : parameters_of<F>()) {
    text += std::string(" ") + p.name + " = " + std::to_string(f.*p.member);
  }
  text += " x = " + std::to_string(x);
  return text;
}

} // namespace

TEMPLATE_LIST_TEST_CASE("law: a functor is a regular aggregate", "", every_kink) {
  using F = TestType;
  STATIC_CHECK(std::is_aggregate_v<F>);
  STATIC_CHECK(std::is_trivially_copyable_v<F>);
  STATIC_CHECK(std::regular<F>);
  STATIC_CHECK(differentiable_activation<F>);
  STATIC_CHECK(F::max_ulp >= 0);
  STATIC_CHECK(F::max_ulp <= 2);
  STATIC_CHECK(F::derivative_max_ulp <= 2);
  STATIC_CHECK(!F::name.empty());
}

TEMPLATE_LIST_TEST_CASE("law: the call is forward", "", every_kink) {
  using T = typename TestType::value_type;
  for (TestType const& f : variants<TestType>()) {
    for (T const x : mixed_inputs<T>(200)) {
      INFO(describe(f, x));
      CHECK(same_bits(f(x), f.forward(x)));
    }
  }
}

TEMPLATE_LIST_TEST_CASE("law: NaN in, NaN out", "", every_kink) {
  using T = typename TestType::value_type;
  T const nan = std::numeric_limits<T>::quiet_NaN();
  for (TestType const& f : variants<TestType>()) {
    INFO(describe(f, nan));
    CHECK(std::isnan(f(nan)));
    CHECK(std::isnan(f.derivative(nan)));
    CHECK(std::isnan(chain(f, nan, T(1))));
    CHECK(std::isnan(chain(f, nan, T(0))));
    if constexpr (output_differentiable_activation<TestType>) {
      CHECK(std::isnan(f.derivative_from_output(nan)));
    }
  }
}

TEMPLATE_LIST_TEST_CASE("law: a number in, no NaN out", "", every_kink) {
  using T = typename TestType::value_type;
  for (TestType const& f : variants<TestType>()) {
    for (T const x : special_inputs<T>()) {
      if (std::isnan(x) || (std::isinf(x) && f.derivative(x) == T(0))) {
        continue; // a slope of 0 times -inf is NaN by IEEE
      }
      INFO(describe(f, x));
      CHECK(!std::isnan(f(x)));
      CHECK(!std::isnan(f.derivative(x)));
    }
  }
}

TEMPLATE_LIST_TEST_CASE("law: the derivative is the slope", "", every_kink) {
  using T = typename TestType::value_type;
  for (TestType const& f : variants<TestType>()) {
    for (T const x : random_inputs<T>(400)) {
      T const step = T(std::is_same_v<T, float> ? 0x1p-10 : 0x1p-20) * std::max(T(1), std::abs(x));
      T const below = x - step;
      T const above = x + step;
      if (below < T(0) && above > T(0)) {
        continue; // the kink lies between
      }
      INFO(describe(f, x));
      double const slope = (double(f(above)) - double(f(below))) / (double(above) - double(below));
      CHECK(std::abs(slope - double(f.derivative(x))) <= (std::is_same_v<T, float> ? 2e-3 : 1e-6) * (1 + std::abs(slope)));
    }
  }
}

TEMPLATE_LIST_TEST_CASE("law: the derivative from the output is the derivative", "", every_kink) {
  using T = typename TestType::value_type;
  if constexpr (output_differentiable_activation<TestType>) {
    for (TestType const& f : variants<TestType>()) {
      if constexpr (requires { f.check_from_output(); }) {
        if (f.check_from_output()) {
          continue;
        }
      }
      for (T const x : mixed_inputs<T>(400)) {
        T const y = f(x);
        if (std::isnan(x) || std::isnan(y) || (y == T(0) && x != T(0))) {
          continue; // what underflowed, or a slope of 0, counts as zero
        }
        INFO(describe(f, x));
        // an output near the end of its range has lost what it would take to tell: the error is that of y, not relative
        CHECK(std::abs(f.derivative_from_output(y) - f.derivative(x)) <=
              8 * std::numeric_limits<T>::epsilon() * (1 + std::abs(y)));
      }
    }
  }
}

TEMPLATE_LIST_TEST_CASE("law: where the derivative is 0, the gradient is +0", "", every_kink) {
  using T = typename TestType::value_type;
  using limits = std::numeric_limits<T>;
  for (TestType const& f : variants<TestType>()) {
    for (T const x : special_inputs<T>()) {
      for (T const dy : {T(1), T(-1), T(0), T(-0.0), limits::infinity(), -limits::infinity(), limits::quiet_NaN()}) {
        INFO(describe(f, x));
        T const slope = f.derivative(x);
        T const expected = slope == T(0) ? T(0) : T(dy * slope);
        CHECK(same_bits(chain(f, x, dy), expected));
        if constexpr (output_differentiable_activation<TestType>) {
          T const slope_from_output = f.derivative_from_output(x);
          CHECK(same_bits(chain_from_output(f, x, dy), slope_from_output == T(0) ? T(0) : T(dy * slope_from_output)));
        }
      }
    }
  }
}

TEMPLATE_LIST_TEST_CASE("law: a parameter that is not finite is refused by every kernel", "", floats_and_doubles) {
  using T = typename TestType::value_type;
  for (parameter<TestType> const& p : parameters_of<TestType>()) {
    CHECK(std::isfinite(TestType{}.*p.member));
    for (T const value :
         {std::numeric_limits<T>::quiet_NaN(), std::numeric_limits<T>::infinity(), -std::numeric_limits<T>::infinity()}) {
      TestType f{};
      f.*p.member = value;
      std::vector<T> const x(3, T(-1));
      std::vector<T> y(3, T(42));
      CHECK_THROWS_AS(forward(f, x, y), std::invalid_argument);
      CHECK_THROWS_AS(derivative(f, x, y), std::invalid_argument);
      CHECK_THROWS_AS(backward(f, x, x, y), std::invalid_argument);
      if constexpr (output_differentiable_activation<TestType>) {
        CHECK_THROWS_AS(backward_from_output(f, x, x, y), std::invalid_argument);
      }
      CHECK(y == std::vector<T>(3, T(42)));
    }
  }
}

TEMPLATE_LIST_TEST_CASE("law: every parameter is listed", "", every_kink) {
  // a functor is nothing but its parameters, so their sizes add up to its own
  STATIC_CHECK(parameters_of<TestType>().size() * sizeof(typename TestType::value_type) ==
               (std::is_empty_v<TestType> ? 0 : sizeof(TestType)));
}
