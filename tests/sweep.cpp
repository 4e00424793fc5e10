// SPDX-License-Identifier: MIT
// The error bounds in the headers, over float with a stride and over double with samples. The exhaustive form is the program
// rectify_accuracy.
#include "support/any_activation.hpp"
#include "support/inputs.hpp"
#include "support/ulp.hpp"

#include <catch2/catch_template_test_macros.hpp>

using namespace rectify;
using namespace rectify::test;

namespace {

template <class T>
struct sweep {
  any_activation<T> const& f;
  double forward = 0;
  double derivative = 0;
  T forward_witness = 0;
  T derivative_witness = 0;

  void add(T x) {
    using wide = typename any_activation<T>::wide;
    double const forward_error = ulp_error(f.forward(x), f.exact(static_cast<wide>(x)));
    if (!(forward_error <= forward)) {
      forward = forward_error;
      forward_witness = x;
    }
    for (T const kink : f.kinks) {
      if (x == kink) { // they have their own tests
        return;
      }
    }
    T const slope = f.derivative(x);
    wide const exact = f.exact_derivative(static_cast<wide>(x));
    double const derivative_error = ulp_error(slope, exact);
    if (!(derivative_error <= derivative) &&
        !(x >= T(f.near_zero.from) && x <= T(f.near_zero.to) &&
          std::abs(static_cast<wide>(slope) - exact) <= static_cast<wide>(f.near_zero.error))) {
      derivative = derivative_error;
      derivative_witness = x;
    }
  }

  void check() const {
    INFO(f.name << ": forward " << forward << " ULP at " << forward_witness << ", derivative " << derivative << " ULP at "
                << derivative_witness);
    CHECK(forward <= f.max_ulp + f.exact_error);
    CHECK(derivative <= f.derivative_max_ulp + f.exact_error);
  }
};

} // namespace

TEST_CASE("float: the promised error, over the whole format", "[accuracy]") {
  for (auto const& f : every_activation<float>()) {
    if (!f->is_kink_zero) {
      continue;
    }
    sweep<float> errors{*f};
    for_each_float(f->is_default ? 1999 : 19997, [&](float x) {
      if (!(std::isinf(x) && std::isnan(f->forward(x)))) { // a slope of 0 times -inf
        errors.add(x);
      }
    });
    errors.check();
  }
}

TEST_CASE("double: the promised error, over samples", "[accuracy]") {
  if constexpr (std::numeric_limits<long double>::digits < 64) {
    SKIP("long double is no wider than double here");
  }
  for (auto const& f : every_activation<double>()) {
    if (!f->is_kink_zero) {
      continue;
    }
    sweep<double> errors{*f};
    for (double const scale : {1e-3, 0.5, 3.0, 40.0, 700.0}) {
      for (double const x : random_inputs<double>(f->is_default ? 20000 : 2000, 1, scale)) {
        errors.add(x);
      }
    }
    errors.check();
  }
}
