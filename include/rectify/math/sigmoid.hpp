// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math/exp.hpp>

namespace rectify::math {

/// Where x · sigmoid(x), and with it the sigmoid and all derivatives, rounds to 0, and where the sigmoid rounds to 1.
template <class T>
struct sigmoid_range;

template <>
struct sigmoid_range<float> {
  static constexpr float zero_to = -109; // from -108.7 down; |x| e^x is what comes to 0 last
  static constexpr float one_from = 18;  // from 17.33 up
};

template <>
struct sigmoid_range<double> {
  static constexpr double zero_to = -753; // -751.8
  static constexpr double one_from = 38;  // 37.43
};

/// 1 - y (d + d_error) for y = 1 / d, rounded: y and y times this are the parts of 1 / (d + d_error).
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V reciprocal_residual(V const& y, V const& d, V const& d_error) noexcept {
  V const one(scalar_of<V>(1));
  if constexpr (fuses<V>) {
    return math::fnma(y, d_error, math::fnma(y, d, one));
  } else {
    V const product = as_rounded(V(y * d));
    return V(V(as_rounded(V(one - product)) - product_error(y, d, product)) - V(y * d_error));
  }
}

/// 1 / (d + d_error), the sum taken exactly, with the error of one rounding. |d_error| is at most a unit in the last place of d.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V reciprocal_of_sum(V const& d, V const& d_error) noexcept {
  V const one(scalar_of<V>(1));
  V const y = as_rounded(V(one / d));
  if constexpr (fuses<V>) {
    return math::fma(y, reciprocal_residual(y, d, d_error), y);
  } else { // 1 - y · d is exact for the upper halves of both
    V const y_high = upper_half(y);
    V const d_high = upper_half(d);
    V const residual = as_rounded(V(one - V(y_high * d_high))) - V(V(d - d_high) + d_error) * y_high;
    return V(y_high + V(y * residual));
  }
}

/// The exponent field of `least`: the Offset of the integers that are shifted here.
template <class T>
inline constexpr int field_of_least = exponent_field(exp_coefficients<T>::least);

/// 1 / (1 + 2^n (1 + p)) over `least`, so that it is a normal number also where the quotient is not; for n from -94 to 159.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V logistic_over_least(V const& shifted, V const& p) noexcept {
  V const least(exp_coefficients<scalar_of<V>>::least);
  V const power = power_of_field(shifted);
  V const d = math::fma(power, p, V(least + power));
  // in this order `least` is not lost from n = 24 (double: 53) up, where it is lost in the sum above
  V const d_error = math::fma(power, p, V(V(power - d) + least));
  return reciprocal_of_sum(d, d_error);
}

/// e^-x, for the sigmoid.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> sigmoid_first_stage(V const& x) noexcept {
  using T = scalar_of<V>;
  using c = sigmoid_range<T>;
  return split_exp<true, field_of_least<T>>(at_most(at_least(x, V(c::zero_to)), V(c::one_from)));
}

/// The sigmoid from e^-x.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V sigmoid_second_stage(std::array<V, 2> const& power) noexcept {
  return V(logistic_over_least(power[0], power[1]) * V(exp_coefficients<scalar_of<V>>::least));
}

/// 1 / (1 + e^-x), within 1 ULP. sigmoid(-inf) = 0, sigmoid(+inf) = 1, sigmoid(NaN) = NaN.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V sigmoid(V const& x) noexcept {
  return sigmoid_second_stage(sigmoid_first_stage(x));
}

/// e^-(factor · x), for the sigmoid, for a factor > 0. The product is not rounded: the rounding would count |factor · x| times.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> sigmoid_first_stage(V const& x, scalar_of<V> factor) noexcept {
  using T = scalar_of<V>;
  using c = sigmoid_range<T>;
  return split_exp<true, field_of_least<T>>(at_most(at_least(x, V(c::zero_to / factor)), V(c::one_from / factor)), factor);
}

/// e^-x for x <= 0 or NaN, for sigmoid_slope.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> sigmoid_slope_first_stage(V const& x) noexcept {
  using T = scalar_of<V>;
  return split_exp<true, field_of_least<T>>(at_least(x, V(sigmoid_range<T>::zero_to)));
}

/// factor · s (1 - s) with s = 1 / (1 + e^-x), for x <= 0 or NaN, from e^-x: the derivative of the sigmoid. From one side alone,
/// since 1 - s cancels on the other.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V sigmoid_slope_second_stage(std::array<V, 2> const& power,
                                                                         scalar_of<V> factor) noexcept {
  using T = scalar_of<V>;
  constexpr T least = exp_coefficients<T>::least;
  V const s = logistic_over_least(power[0], power[1]);
  // s - s^2 with one rounding; s (1 - s) has two: 2.09 ULP at 0x1.c4e8fcp+0
  return V(sum_with_product(s, s, V(s * V(-least))) * V(factor * least));
}

/// x / (1 + 2^n (1 + p)), the gate of silu and gelu_tanh; n is shifted with no Offset.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V gate(V const& x, V const& shifted, V const& p) noexcept {
  using T = scalar_of<V>;
  // over `least` on the one side where the denominator grows: on the other x itself may be large
  V const unit = select(x < V(T(0)), V(exp_coefficients<T>::least), V(T(1)));
  V const power = times_power_of_two(unit, to_bits(shifted));
  // in this order the unit is not lost where power is large: 2.8 ULP from x = -16.6 down with (unit + power) first
  V const d = math::fma(power, p, unit) + power;
  return V(as_rounded(V(x / d)) * unit);
}

/// s (1 + v (1 - s)) with s = 1 / (1 + 2^n (1 + p)) <= 1/2 and v <= 0, where x <= 0; 1 - that where x > 0: the derivative of the
/// gate, whose two sides add up to 1. v_plus_one is v + 1 with one rounding.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V gate_slope(V const& x, V const& v, V const& v_plus_one, V const& shifted,
                                                         V const& p) noexcept {
  using T = scalar_of<V>;
  constexpr T least = exp_coefficients<T>::least;
  V const s = logistic_over_least(shifted, p);
  // s (v + 1) - v s^2, the second term small in the tail; s ((v + 1) - v s) rounds there once more: 2.17 ULP at -0x1.ef0a8ep+1
  V const below = sum_with_product(V(V(v * s) * V(s * V(-least))), s, v_plus_one) * V(least);
  return select(x > V(T(0)), V(V(T(1)) - below), below);
}

/// The same with 1 + v in two parts, and s not rounded before it is multiplied: where v itself is a rounded number, s (v + 1)
/// with both rounded comes to 3.6 ULP in gelu_tanh.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V gate_slope(V const& x, V const& v, V const& v_plus_one, V const& v_plus_one_low,
                                                         V const& shifted, V const& p) noexcept {
  using T = scalar_of<V>;
  V const one(T(1));
  V const least(exp_coefficients<T>::least);
  V const power = power_of_field(shifted);
  V const d = math::fma(power, p, V(least + power));
  V const d_error = math::fma(power, p, V(V(power - d) + least));
  V const s = as_rounded(V(one / d));
  V const residual = reciprocal_residual(s, d, d_error);
  // s (1 + residual) ((1 + v) + low - v s)
  V const low = math::fma(residual, v_plus_one, math::fnma(v, V(s * least), v_plus_one_low));
  V const below = sum_with_product(V(s * low), s, v_plus_one) * least;
  return select(x > V(T(0)), V(one - below), below);
}

} // namespace rectify::math
