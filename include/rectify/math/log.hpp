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
  V const tail = math::fma(g, V(g * log1p_remainder(g)), math::fma(k, V(c::log2_low), V(sum_error + g_error)));
  V const result = as_rounded(V(sum + tail));
  error = tail - as_rounded(V(result - sum));
  return result;
}

/// log(1 + x), without cancellation near zero. log1p(-0) = -0, log1p(-1) = -inf, log1p(+inf) = inf; NaN below -1 and for NaN.
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V log1p(V const& x) noexcept {
  using T = scalar_of<V>;
  V const one(T(1));
  V const zero(T(0));
  // log(1 + x) = -log(1 + t) with t = -x / (1 + x) for x < 0, so that the logarithm is one of a number >= 1
  auto const negative = x < zero;
  V const inside = select(negative, x, zero);
  V const d = one + inside;
  V const d_error = inside - as_rounded(V(d - one));
  V const quotient = V(-inside) / d;
  V const product = as_rounded(V(quotient * d));
  V const residual = V(V(V(-inside) - product) - product_error(quotient, d, product)) - V(quotient * d_error);
  V const quotient_error = math::fma(residual, quotient, residual); // residual / d
  V const t = select(negative, quotient, x);
  V const high = as_rounded(V(one + t));
  V const part = as_rounded(V(high - one));
  V const low = V(t - part) + V(one - as_rounded(V(high - part)));
  V error = zero;
  V const logarithm = log_of_at_least_one(high, V(low + keep_where(negative, quotient_error)), error);
  V const result = select(negative, V(-logarithm), logarithm);
  // tiny numbers as they are: also -0, and what the quotient would round; infinities where the quotient or the sum is
  V const ends = select(x == V(T(-1)), V(-std::numeric_limits<T>::infinity()),
                        select(x < V(T(-1)), V(std::numeric_limits<T>::quiet_NaN()), x));
  return select(abs(x) < V(std::numeric_limits<T>::epsilon() / T(4)), x,
                select(V(x + one) <= zero, ends, select(x > V(std::numeric_limits<T>::max()), x, result)));
}

} // namespace rectify::math
