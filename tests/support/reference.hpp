// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/catalogue.hpp>

#include <cmath>

namespace rectify::test {

/// The exact value of a function, in a number type R that is far wider than T: double for float, long double or MPFR for
/// double. Written from the definition, apart from the library's own formulas. The parameters of f are exact numbers of T.
template <class F>
struct reference;

/// a · b, but 0 where b, the factor that decays, has come to 0: also for an infinite a.
template <class R>
R decayed(R const& a, R const& b) {
  return b == R(0) ? b : a * b;
}

/// e^-|x|, which never overflows.
template <class R>
R decay(R const& x) {
  using std::exp;
  return exp(x < R(0) ? x : -x);
}

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

/// The number whose decimal digits, eight to a group, stand behind the point.
template <class R, class... Groups>
R decimal(double whole, Groups... groups) {
  R sum = R(whole);
  R unit(1);
  for (double const group : {static_cast<double>(groups)...}) {
    unit = unit / R(1e8);
    sum = sum + R(group) * unit;
  }
  return sum;
}

template <class T, kink K>
struct reference<selu<T, K>> {
  template <class R>
  static R scale() {
    return decimal<R>(1, 5070098, 73554804, 93419334, 98529460);
  }
  template <class R>
  static R alpha() {
    return decimal<R>(1, 67326324, 23543772, 84817042, 99167170);
  }
  template <class R>
  static R forward(selu<T, K> const&, R const& x) {
    using std::expm1;
    return x < R(0) ? scale<R>() * alpha<R>() * expm1(x) : scale<R>() * x;
  }
  template <class R>
  static R derivative(selu<T, K> const&, R const& x) {
    using std::exp;
    return x < R(0) ? scale<R>() * alpha<R>() * exp(x) : x == x ? scale<R>() : x;
  }
};

template <class T, kink K>
struct reference<celu<T, K>> {
  template <class R>
  static R forward(celu<T, K> const& f, R const& x) {
    using std::expm1;
    return x < R(0) ? R(f.alpha) * expm1(x / R(f.alpha)) : x;
  }
  template <class R>
  static R derivative(celu<T, K> const& f, R const& x) {
    using std::exp;
    return x < R(0) ? exp(x / R(f.alpha)) : x == x ? R(1) : x;
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

template <class T, kink K>
struct reference<identity<T, K>> {
  template <class R>
  static R forward(identity<T, K> const&, R const& x) {
    return x;
  }
  template <class R>
  static R derivative(identity<T, K> const&, R const& x) {
    return x == x ? R(1) : x;
  }
};

template <class T, kink K>
struct reference<relu6<T, K>> {
  template <class R>
  static R forward(relu6<T, K> const&, R const& x) {
    return x < R(0) ? R(0) : x > R(6) ? R(6) : x;
  }
  template <class R>
  static R derivative(relu6<T, K> const&, R const& x) {
    return x < R(0) || x > R(6) ? R(0) : x == x ? R(1) : x;
  }
};

template <class T, kink K>
struct reference<hard_tanh<T, K>> {
  template <class R>
  static R forward(hard_tanh<T, K> const& f, R const& x) {
    R const raised = x < R(f.min_val) ? R(f.min_val) : x;
    return raised > R(f.max_val) ? R(f.max_val) : raised;
  }
  template <class R>
  static R derivative(hard_tanh<T, K> const& f, R const& x) {
    return x < R(f.min_val) || x > R(f.max_val) ? R(0) : x == x ? R(1) : x;
  }
};

template <class T, kink K>
struct reference<thresholded_relu<T, K>> {
  template <class R>
  static R forward(thresholded_relu<T, K> const& f, R const& x) {
    return x <= R(f.alpha) ? R(0) : x;
  }
  template <class R>
  static R derivative(thresholded_relu<T, K> const& f, R const& x) {
    return x < R(f.alpha) ? R(0) : x > R(f.alpha) ? R(1) : x;
  }
};

template <class T, kink K>
struct reference<hard_sigmoid<T, K>> {
  template <class R>
  static R forward(hard_sigmoid<T, K> const& f, R const& x) { // the kinks are numbers of T, where the line is not quite 0 or 1
    using std::fma;
    R const line = fma(R(f.alpha), x, R(f.beta)); // it cancels, and the product of two doubles is longer than a long double
    return x <= R(-f.beta / f.alpha) ? R(0) : x >= R((T(1) - f.beta) / f.alpha) ? R(1) : line;
  }
  template <class R>
  static R derivative(hard_sigmoid<T, K> const& f, R const& x) {
    return x <= R(-f.beta / f.alpha) || x >= R((T(1) - f.beta) / f.alpha) ? R(0) : x == x ? R(f.alpha) : x;
  }
};

template <class T, kink K>
struct reference<hard_swish<T, K>> {
  template <class R>
  static R forward(hard_swish<T, K> const&, R const& x) {
    return x < R(-3) ? R(0) : x > R(3) ? x : x * (x + R(3)) / R(6);
  }
  template <class R>
  static R derivative(hard_swish<T, K> const&, R const& x) {
    return x < R(-3) ? R(0) : x > R(3) ? R(1) : (R(2) * x + R(3)) / R(6);
  }
};

template <class T, kink K>
struct reference<softsign<T, K>> {
  template <class R>
  static R forward(softsign<T, K> const&, R const& x) {
    R const rest = R(1) / (R(1) + (x < R(0) ? -x : x));
    return rest == R(0) ? (x < R(0) ? R(-1) : R(1)) : x * rest;
  }
  template <class R>
  static R derivative(softsign<T, K> const&, R const& x) {
    R const rest = R(1) / (R(1) + (x < R(0) ? -x : x));
    return rest * rest;
  }
};

template <class T, kink K>
struct reference<silu<T, K>> {
  template <class R>
  static R forward(silu<T, K> const&, R const& x) {
    R const t = decay(x);
    return x < R(0) ? decayed(x, t) / (R(1) + t) : x / (R(1) + t);
  }
  template <class R>
  static R derivative(silu<T, K> const&, R const& x) {
    R const t = decay(x);
    R const s = R(1) / (R(1) + t); // of |x|
    return x < R(0) ? t * s + decayed(x, t) * s * s : s + decayed(x, t) * s * s;
  }
};

template <class T, kink K>
struct reference<log_sigmoid<T, K>> {
  template <class R>
  static R forward(log_sigmoid<T, K> const&, R const& x) {
    using std::log1p;
    return x < R(0) ? x - log1p(decay(x)) : -log1p(decay(x));
  }
  template <class R>
  static R derivative(log_sigmoid<T, K> const&, R const& x) {
    R const t = decay(x);
    return (x < R(0) ? R(1) : t) / (R(1) + t);
  }
};

/// pi, in R.
template <class R>
R pi() {
  using std::atan;
  return R(4) * atan(R(1));
}

template <class T, kink K>
struct reference<gelu<T, K>> {
  static constexpr double error_in_long_double = 0.75;
  template <class R>
  static R forward(gelu<T, K> const&, R const& x) {
    using std::erfc;
    using std::sqrt;
    return decayed(x, erfc(-x * sqrt(R(0.5)))) * R(0.5);
  }
  template <class R>
  static R derivative(gelu<T, K> const&, R const& x) {
    using std::erfc;
    using std::exp;
    using std::sqrt;
    return erfc(-x * sqrt(R(0.5))) * R(0.5) + decayed(x, exp(-x * x * R(0.5))) / sqrt(R(2) * pi<R>());
  }
};

template <class T, kink K>
struct reference<gelu_tanh<T, K>> {
  static constexpr double error_in_long_double = 0.75;
  // x / (1 + e^-z) with z = 2 sqrt(2/pi) (x + 0.044715 x^3)
  template <class R>
  static R forward(gelu_tanh<T, K> const&, R const& x) {
    using std::sqrt;
    R const z = R(2) * sqrt(R(2) / pi<R>()) * x * (R(1) + decimal<R>(0, 4471500) * x * x);
    R const t = decay(z);
    return x < R(0) ? decayed(x, t) / (R(1) + t) : x / (R(1) + t);
  }
  template <class R>
  static R derivative(gelu_tanh<T, K> const&, R const& x) {
    using std::sqrt;
    R const factor = R(2) * sqrt(R(2) / pi<R>());
    R const z = factor * x * (R(1) + decimal<R>(0, 4471500) * x * x);
    R const slope = factor * (R(1) + R(3) * decimal<R>(0, 4471500) * x * x);
    R const t = decay(z);
    R const s = R(1) / (R(1) + t);
    return (x < R(0) ? t : R(1)) * s + decayed(x * slope, t) * s * s;
  }
};

template <class T, kink K>
struct reference<mish<T, K>> {
  // tanh(log(1 + e^x)) = (1 + 2 t) / (1 + 2 t + 2 t^2) with t = e^-x for x > 0, and t (t + 2) / (t (t + 2) + 2) with t = e^x else
  template <class R>
  static R forward(mish<T, K> const&, R const& x) {
    R const t = decay(x);
    return x < R(0) ? decayed(x, t) * (t + R(2)) / (t * (t + R(2)) + R(2))
                    : x * ((R(1) + R(2) * t) / (R(1) + R(2) * t * (R(1) + t)));
  }
  template <class R>
  static R derivative(mish<T, K> const&, R const& x) {
    R const t = decay(x);
    if (x < R(0)) {
      R const d = t * (t + R(2)) + R(2);
      return t * (t + R(2)) / d + R(4) * decayed(x, t) * (R(1) + t) / (d * d);
    }
    R const d = R(1) + R(2) * t * (R(1) + t);
    return (R(1) + R(2) * t) / d + R(4) * decayed(x, t) * t * (R(1) + t) / (d * d);
  }
};

template <class T, kink K>
struct reference<softplus<T, K>> {
  template <class R>
  static R forward(softplus<T, K> const& f, R const& x) {
    using std::log1p;
    R const rest = log1p(decay(R(f.beta) * x)) / R(f.beta);
    return x > R(0) ? x + rest : rest;
  }
  template <class R>
  static R derivative(softplus<T, K> const& f, R const& x) {
    R const t = decay(R(f.beta) * x);
    return (x < R(0) ? t : R(1)) / (R(1) + t);
  }
};

/// By how many ULP of double the reference may be off in long double: what its argument of exp lost there, times that argument.
template <class F>
constexpr double error_in_long_double() {
  if constexpr (requires { reference<F>::error_in_long_double; }) {
    return reference<F>::error_in_long_double;
  } else {
    return 0.004;
  }
}

/// The error promised for the parameters that f has.
template <class F>
constexpr double promised_ulp(F const& f) {
  if constexpr (requires { F::default_max_ulp; }) {
    return f == F{} ? F::default_max_ulp : F::max_ulp;
  } else {
    return F::max_ulp;
  }
}

template <class F>
constexpr double promised_derivative_ulp(F const& f) {
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
