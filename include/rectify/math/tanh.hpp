// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math/exp.hpp>

namespace rectify::math {

/// Coefficients of tanh(s) = s + s^3 (c0 + c1 s^2 + ...) on |s| <= 0.2559, log(2)/2 whole and in two parts, and 2/log(2). Printed
/// by `sollya tests/coefficients/tanh.sollya`; a test compares the two.
template <class T>
struct tanh_coefficients;

template <>
struct tanh_coefficients<float> {
  static constexpr float c[] = {-0x1.55550ep-2F, 0x1.10dcfcp-3F, -0x1.a46204p-5F};
  static constexpr float half_log2 = 0x1.62e43p-2F;
  static constexpr float half_log2_high = 0x1.62e4p-2F;
  static constexpr float half_log2_low = 0x1.7f7d1cp-21F;
  static constexpr float two_log2_e = 0x1.715476p1F;
  static constexpr bool one_step = true;    // half_log2 happens to be right to 2^-30
  static constexpr float one_from = 9.125F; // tanh(x) rounds to 1 from 9.01 up
};

template <>
struct tanh_coefficients<double> {
  static constexpr double c[] = {-0x1.55555555554d1p-2, 0x1.11111110f7db1p-3, -0x1.ba1ba18611acep-5, 0x1.664f2f034c00bp-6,
                                 -0x1.226783197a554p-7, 0x1.d4e2dd48121d2p-9, -0x1.57e9c003cbbf5p-10};
  static constexpr double half_log2 = 0x1.62e42fefa39efp-2;
  static constexpr double half_log2_high = 0x1.62e42fefa4p-2;
  static constexpr double half_log2_low = -0x1.8432a1b0e2634p-44;
  static constexpr double two_log2_e = 0x1.71547652b82fep1;
  static constexpr bool one_step = false;    // to 2^-56 only: 1.12 ULP at -0x1.0310131ba7c69p-2
  static constexpr double one_from = 19.125; // 19.06
};

// |x| = n log(2)/2 + s and t = tanh(s), so that tanh |x| = (a + b t) / (b + a t) with a = 2^n - 1 and b = 2^n + 1. For n = 0 that
// is t itself, which keeps small x exact; from n = 1 up one correction takes back the roundings of both terms and of the
// quotient.

/// {n, shifted, t}.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> tanh_first_stage(V const& x) noexcept {
  using T = scalar_of<V>;
  using c = tanh_coefficients<T>;
  V const magnitude = at_most(math::abs(x), V(c::one_from));
  // n = 0 up to 0.2558. With log(2)/4, where n = 1 and s = -log(2)/4, s is as large as the result and its error counts in full
  // (1.31 ULP at 0x1.6995f2p-3). With 1/4, results of n = 1 would begin below 1/4, where a unit in the last place is half of what
  // it is above, and so would their errors count twice (1.04 ULP at 0.253201).
  constexpr int field = exponent_field(T(1));
  V const shifted = shifted_integer<field>(V(magnitude - V(T(0.0825))), V(c::two_log2_e));
  V const n = unshifted<field>(shifted);
  V const s = [&]() __attribute__((always_inline)) {
    if constexpr (fuses<V> && c::one_step) {
      return math::fma(n, V(-c::half_log2), magnitude);
    } else {
      return math::fma(n, V(-c::half_log2_low), math::fma(n, V(-c::half_log2_high), magnitude));
    }
  }
  ();
  V const square = s * s;
  return {shifted, math::fma(V(s * square), polynomial<c::c>(square), s)};
}

/// tanh(x) from its first stage.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V tanh_second_stage(V const& x, std::array<V, 2> const& state) noexcept {
  using T = scalar_of<V>;
  V const t = state[1];
  V const one(T(1));
  V const power = power_of_field(state[0]);
  V const b = power + one;
  V const a = b - V(T(2)); // not power - 1: where b rounds, their difference must stay 2 (1.7 ULP at 0x1.08228p+3 otherwise)
  V const numerator = as_rounded(math::fma(b, t, a));
  V const reciprocal = one / math::fma(a, t, b);
  V const y = as_rounded(V(numerator * reciprocal));
  // a + b t - y (b + a t)
  V const residual = [&]() __attribute__((always_inline)) {
    if constexpr (fuses<V>) { // the first sum is small, what it rounds is less, and the others are smaller still
      return math::fnma(V(y * a), t, math::fma(b, t, math::fnma(y, b, a)));
    } else { // products with a power of two are exact, and b - 2^n is 1, or 0 where b rounds
      V const unit = b - power;
      V const numerator_error = V(V(V(a - numerator) + V(power * t)) + V(unit * t));
      return V(V(V(V(as_rounded(V(numerator - V(y * power))) - V(y * unit)) - V(V(y * a) * t)) + numerator_error));
    }
  }
  ();
  return with_sign_of(math::fma(reciprocal, residual, y), x);
}

/// The hyperbolic tangent, within 1 ULP. tanh(-0) = -0, tanh(+-inf) = +-1, tanh(NaN) = NaN.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V tanh(V const& x) noexcept {
  return tanh_second_stage(x, tanh_first_stage(x));
}

} // namespace rectify::math
