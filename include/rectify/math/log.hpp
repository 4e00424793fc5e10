// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math/log1p.hpp>

namespace rectify::math {

/// log(high + low) for a sum >= 1 whose low is at most half a unit in the last place of high; NaN where low is NaN. The result
/// plus `error` is within 1.25 ULP (1.6 without fma), also near 1, where the result is next to high + low - 1.
///
/// high + low = 2^k (1 + g), so that the logarithm is k log(2) + log(1 + g), both >= 0: nothing cancels.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V log_of_at_least_one(V const& high, V const& low, V& error) noexcept {
  using T = scalar_of<V>;
  using bits = bits_of<V>;
  using c = exp_coefficients<T>;
  constexpr auto to_scalar_bits = [](T x) constexpr {
    return value_traits<T>::to_bits(x);
  };
  constexpr auto one = to_scalar_bits(T(1));
  constexpr auto significand = (typename value_traits<T>::bits{1} << format<T>::mantissa_bits) - 1U;
  V const k = V(from_bits<V>((to_bits(high) >> format<T>::mantissa_bits) + bits(to_scalar_bits(format<T>::shifter)))) -
              V(format<T>::shifter + T(format<T>::exponent_bias));
  V const inverse_power = from_bits<V>(bits(one + one) - (to_bits(high) & bits(~significand)));
  V const f = from_bits<V>((to_bits(high) & bits(significand)) | bits(one));
  V const above = f - V(T(1));
  V const below = low * inverse_power;
  V const g = above + below;
  V const g_error = below - as_rounded(V(g - above));
  V const whole = k * V(c::log2_high); // exact: k has few bits
  V const sum = as_rounded(V(whole + g));
  V const part = as_rounded(V(sum - whole));
  V const sum_error = V(whole - as_rounded(V(sum - part))) + V(g - part);
  V const tail = math::fma(g, log1p_remainder(g), math::fma(k, V(c::log2_low), V(sum_error + g_error)));
  V const result = as_rounded(V(sum + tail));
  error = tail - as_rounded(V(result - sum));
  return result;
}

} // namespace rectify::math
