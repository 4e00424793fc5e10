// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/math/exp.hpp>

namespace rectify::math {

/// Coefficients of log(1 + t) = t (1 + t (h0 + h1 t + ...)) on [0, 1]. Printed by `sollya tests/coefficients/log1p.sollya`; a
/// test compares the two.
template <class T>
struct log1p_coefficients;

template <>
struct log1p_coefficients<float> {
  static constexpr float h[] = {-0x1.ffffd2p-2F, 0x1.554ddap-2F,  -0x1.ff2556p-3F, 0x1.935568p-3F, -0x1.3a6736p-3F,
                                0x1.b53c48p-4F,  -0x1.d7efa8p-5F, 0x1.4a9226p-6F,  -0x1.b22adep-9F};
  static constexpr float softplus_zero_to = -131; // e^x / beta rounds to 0 from here down for beta >= 2^-32
  static constexpr float softplus_least = 0x1p-64F;
};

template <>
struct log1p_coefficients<double> {
  static constexpr double h[] = {-0x1.fffffffffff9fp-2, 0x1.5555555551052p-2,  -0x1.fffffffdd4a4bp-3,  0x1.99999951fb01bp-3,
                                 -0x1.55554fbe64ea4p-3, 0x1.2491fed9cfc49p-3,  -0x1.fffa8bd000151p-4,  0x1.c6f6a83b8b045p-4,
                                 -0x1.98d296b9a7f0dp-4, 0x1.712df6166befdp-4,  -0x1.4b022086f6829p-4,  0x1.202df1e818ff3p-4,
                                 -0x1.d7115508d73eap-5, 0x1.5a892cb91047p-5,   -0x1.b632818d96447p-6,  0x1.c57efadae6573p-7,
                                 -0x1.6b4e60f2711bcp-8, 0x1.a25bf104a387fp-10, -0x1.31f8cd7aaa87ap-12, 0x1.a9067c0618c2ep-16};
  static constexpr double softplus_zero_to = -780;
  static constexpr double softplus_least = 0x1p-512;
};

/// (log(1 + t) - t) / t^2 for t in [0, 1].
template <value V>
[[nodiscard, gnu::always_inline]] constexpr V log1p_remainder(V const& t) noexcept {
  using c = log1p_coefficients<scalar_of<V>>;
  V const square = t * t;
  // the first term apart: it is the largest, and so is the error of whatever joins it early (2.28 ULP in softplus otherwise)
  return math::fma(t, polynomial_of_square<c::h, 1>(t, square), V(coefficient<c::h, 0>));
}

/// e^-|beta x|, for softplus, for beta > 0; without beta, for beta = 1.
template <value V, std::same_as<scalar_of<V>>... Beta>
[[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> softplus_first_stage(V const& x, Beta... beta) noexcept {
  using c = log1p_coefficients<scalar_of<V>>;
  constexpr int field = exponent_field(scalar_of<V>(scalar_of<V>(1) / c::softplus_least));
  return split_exp<false, field>(at_least(negative_abs(x), V((c::softplus_zero_to / ... / beta))), beta...);
}

/// softplus(x, beta) from e^-|beta x|; without beta, for beta = 1.
///
/// For x <= 0 it is 2^n (1 + m) / beta, with 1 + m = (1 + p) log(1 + t) / t and t = 2^n (1 + p) = e^(beta x); for x > 0 that of
/// -x and x. Rounded after each step it comes to 2.27 ULP, and to 2.44 without fma.
template <value V, std::same_as<scalar_of<V>>... Beta>
[[nodiscard, gnu::always_inline]] constexpr V softplus_second_stage(V const& x, std::array<V, 2> const& power_of_e,
                                                                    Beta... beta) noexcept {
  using T = scalar_of<V>;
  using c = log1p_coefficients<T>;
  V const one(T(1));
  V const least(c::softplus_least);
  V const p = power_of_e[1];
  V const power = power_of_field(power_of_e[0]);
  V const t = math::fma(power, p, power) * least;
  V const remainder = log1p_remainder(t);
  // 1 / beta = inverse (1 + inverse_error); without the error 2.55 ULP at beta = 1.7, x = 0x1.e62d84p-15
  T const factor = (T(1) * ... * beta);
  T const inverse = T(1) / factor;
  T const inverse_product = as_rounded(T(inverse * factor));
  T const inverse_error = (T(1) - inverse_product) - product_error(inverse, factor, inverse_product);
  auto const positive = x > V(T(0));
  if constexpr (fuses<V>) {
    // what is small where x is near 0 first, then p, and last the term that is large there
    V const product = t * remainder;
    V const small = [&]() __attribute__((always_inline)) {
      if constexpr (sizeof...(Beta) == 0) {
        return math::fma(product, p, V(T(0))); // no product that the compiler may fuse with the sum below: the same for beta = 1
      } else {
        V const error(inverse_error);
        return math::fma(product, V(p + error), math::fma(p, error, error));
      }
    }
    ();
    V const m = math::fma(t, remainder, V(small + p));
    V const large = power * V(inverse);
    V const above = math::fma(large, least, math::fma(V(large * least), m, x));
    return select(positive, above, V(math::fma(large, m, large) * least));
  } else { // products of upper halves are exact, and what joins them is small
    V const t_high = upper_half(t);
    V const remainder_high = upper_half(remainder);
    V const product = t_high * remainder_high;
    V const product_low = V(t_high * V(remainder - remainder_high)) + V(V(t - t_high) * remainder);
    V const rest = V(product_low + V(V(t * remainder) * p)) + p;
    V const sum = upper_half(V(one + V(product + rest)));
    V const sum_low = V(V(one - sum) + product) + rest;
    T const inverse_high = upper_half(inverse);
    T const inverse_low = math::fma(inverse, inverse_error, T(inverse - inverse_high));
    V const scale = power * select(positive, least, one);
    V const high = V(sum * V(inverse_high)) * scale;
    V const low = V(V(sum_low * V(inverse)) + V(sum * V(inverse_low))) * scale;
    return V(V(high + V(low + keep_where(positive, x))) * select(positive, one, least));
  }
}

/// log(1 + e^(beta x)) / beta for beta > 0, within 2 ULP, without loss where the result is tiny; without beta, for beta = 1.
template <value V, std::same_as<scalar_of<V>>... Beta>
[[nodiscard, gnu::always_inline]] constexpr V softplus(V const& x, Beta... beta) noexcept {
  return softplus_second_stage(x, softplus_first_stage(x, beta...), beta...);
}

} // namespace rectify::math
