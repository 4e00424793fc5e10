// SPDX-License-Identifier: MIT
// The error bounds in the headers, over float with a stride and over double with samples. The exhaustive form is the program
// rectify_accuracy.
#include "support/inputs.hpp"
#include "support/reference.hpp"
#include "support/ulp.hpp"
#include "support/variants.hpp"

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

namespace {

template <class F>
struct sweep {
  using T = typename F::value_type;
  F f;
  double forward = 0;
  double derivative = 0;
  T forward_witness = 0;
  T derivative_witness = 0;

  template <class Exact>
  void add(T x) {
    double const forward_error = ulp_error(f(x), reference<F>::forward(f, static_cast<Exact>(x)));
    if (!(forward_error <= forward)) {
      forward = forward_error;
      forward_witness = x;
    }
    if (x != T(0)) { // the kink has its own tests
      double const derivative_error = ulp_error(f.derivative(x), reference<F>::derivative(f, static_cast<Exact>(x)));
      if (!(derivative_error <= derivative)) {
        derivative = derivative_error;
        derivative_witness = x;
      }
    }
  }

  void check() const {
    INFO(F::name << ": forward " << forward << " ULP at " << forward_witness << ", derivative " << derivative << " ULP at "
                 << derivative_witness);
    CHECK(forward <= promised_ulp(f));
    CHECK(derivative <= promised_derivative_ulp(f));
  }
};

} // namespace

TEMPLATE_LIST_TEST_CASE("float: the promised error, over the whole format", "[accuracy]", floats) {
  for (TestType const& f : variants<TestType>()) {
    sweep<TestType> errors{f};
    for_each_float(f == TestType{} ? 1999 : 9973, [&](float x) {
      if (!(std::isinf(x) && std::isnan(f(x)))) { // a slope of 0 times -inf
        errors.template add<double>(x);
      }
    });
    errors.check();
  }
}

TEMPLATE_LIST_TEST_CASE("double: the promised error, over samples", "[accuracy]", joined<catalogue<double>>) {
  if constexpr (std::numeric_limits<long double>::digits < 64) {
    SKIP("long double is no wider than double here");
  }
  for (TestType const& f : variants<TestType>()) {
    sweep<TestType> errors{f};
    for (double const scale : {1e-3, 0.5, 3.0, 40.0, 700.0}) {
      for (double const x : random_inputs<double>(20000, 1, scale)) {
        errors.template add<long double>(x);
      }
    }
    errors.check();
  }
}
