// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/catalogue.hpp>

#include <cmath>

namespace rectify::test {

/// The exact value of a function, in a number type R that is far wider than T: double for float, long double or MPFR for
/// double. Written from the definition, apart from the library's own formulas. The parameters of f are exact numbers of T.
template <class F>
struct reference;

template <class T, kink K>
struct reference<relu<T, K>> {
  template <class R>
  static R forward(relu<T, K> const&, R const& x) {
    return x < R(0) ? R(0) : x;
  }
  template <class R>
  static R derivative(relu<T, K> const&, R const& x) {
    return x > R(0) ? R(1) : x < R(0) ? R(0) : x; // a NaN stays; zero is the kink's business
  }
};

template <class T, kink K>
struct reference<leaky_relu<T, K>> {
  template <class R>
  static R forward(leaky_relu<T, K> const& f, R const& x) {
    return x < R(0) ? R(f.negative_slope) * x : x;
  }
  template <class R>
  static R derivative(leaky_relu<T, K> const& f, R const& x) {
    return x > R(0) ? R(1) : x < R(0) ? R(f.negative_slope) : x;
  }
};

template <class T, kink K>
struct reference<prelu<T, K>> {
  template <class R>
  static R forward(prelu<T, K> const& f, R const& x) {
    return x < R(0) ? R(f.slope) * x : x;
  }
  template <class R>
  static R derivative(prelu<T, K> const& f, R const& x) {
    return x > R(0) ? R(1) : x < R(0) ? R(f.slope) : x;
  }
};

template <class T, kink K>
struct reference<elu<T, K>> {
  template <class R>
  static R forward(elu<T, K> const& f, R const& x) {
    using std::expm1;
    return x < R(0) ? R(f.alpha) * expm1(x) : x;
  }
  template <class R>
  static R derivative(elu<T, K> const& f, R const& x) {
    using std::exp;
    return x > R(0) ? R(1) : x < R(0) ? R(f.alpha) * exp(x) : x;
  }
};

template <class T, kink K>
struct reference<sigmoid<T, K>> {
  template <class R>
  static R forward(sigmoid<T, K> const&, R const& x) {
    using std::exp;
    return R(1) / (R(1) + exp(-x));
  }
  template <class R>
  static R derivative(sigmoid<T, K> const&, R const& x) { // even: from the side where e^x does not overflow
    using std::exp;
    R const t = exp(x < R(0) ? x : -x);
    return t / ((R(1) + t) * (R(1) + t));
  }
};

template <class T, kink K>
struct reference<rectify::tanh<T, K>> {
  template <class R>
  static R forward(rectify::tanh<T, K> const&, R const& x) {
    using std::tanh;
    return tanh(x);
  }
  template <class R>
  static R derivative(rectify::tanh<T, K> const&, R const& x) {
    using std::exp;
    R const t = exp((x < R(0) ? x : -x) * R(2));
    return R(4) * t / ((R(1) + t) * (R(1) + t));
  }
};

/// The error promised for the parameters that f has.
template <class F>
double promised_ulp(F const& f) {
  if constexpr (requires { F::default_max_ulp; }) {
    return f == F{} ? F::default_max_ulp : F::max_ulp;
  } else {
    return F::max_ulp;
  }
}

template <class F>
double promised_derivative_ulp(F const& f) {
  if constexpr (requires { F::default_derivative_max_ulp; }) {
    return f == F{} ? F::default_derivative_max_ulp : F::derivative_max_ulp;
  } else {
    return F::derivative_max_ulp;
  }
}

/// The absolute bound around a zero of the derivative; from > to where F has none.
template <class F>
constexpr absolute_bound absolute_bound_of() {
  if constexpr (requires { F::derivative_near_zero; }) {
    return F::derivative_near_zero;
  } else {
    return {1, -1, 0};
  }
}

} // namespace rectify::test
