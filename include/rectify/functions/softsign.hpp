// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// Softsign, a saturating function with slow tails.
///
/// forward         x / (1 + |x|)
/// derivative      1 / (1 + |x|)^2; from the output y: (1 - |y|)^2
/// at zero         smooth, so the kink policy K has no effect: -0 gives -0; derivative 1
/// special values  -1 at -inf, 1 at +inf, derivative 0 at both; NaN gives NaN
/// error           forward and derivative 2 ULP, subnormal results too. From the output 2 ULP of (1 - |y|)^2; near |y| = 1
///                 that is not the derivative at x: what y lost cannot be had back
/// source          J. Bergstra, G. Desjardins, P. Lamblin and Y. Bengio, "Quadratic polynomials learn better image features",
///                 Technical Report 1337, Universite de Montreal, 2009
template <std::floating_point T = float, kink K = kink::zero>
struct softsign {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "softsign";
  static constexpr std::string_view formula = "x / (1 + |x|)";
  static constexpr std::string_view derivative_formula = "1 / (1 + |x|)^2";
  static constexpr double max_ulp = 2;
  static constexpr double derivative_max_ulp = 2;
  static constexpr bool is_long_chain = true;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    V const magnitude = math::at_most(math::abs(x), V(one_from));
    return math::with_sign_of(V(magnitude / V(magnitude + V(T(1)))), x);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    V const magnitude = math::at_most(math::abs(x), V(zero_from));
    if constexpr (math::fuses<V>) { // |x| (|x| + 2) + 1, times `least`, that a subnormal result has a denominator too
      V const least(math::exp_coefficients<T>::least);
      V const two(T(2));
      V const sum = math::as_rounded(V(magnitude + two));
      V const sum_error = math::as_rounded(V(magnitude - sum)) + two; // 2.47 ULP without it at 0x1.0084eap+25
      V const product = magnitude * least;
      return V(least / math::fma(product, sum, math::fma(product, sum_error, least)));
    } else { // whose product would round once more
      V const one(T(1));
      V const d = math::as_rounded(V(magnitude + one));
      // what the sum lost, from the larger one of the two
      V const part = math::as_rounded(V(d - one));
      V const d_error = V(magnitude - part) + V(one - math::as_rounded(V(d - part)));
      V const reciprocal = math::reciprocal_of_sum(d, d_error);
      return V(reciprocal * reciprocal);
    }
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    V const rest = V(T(1)) - math::abs(y);
    return V(rest * rest);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(softsign const&, softsign const&) = default;

private:
  static constexpr T one_from = T(1) / (std::numeric_limits<T>::epsilon() * std::numeric_limits<T>::epsilon());
  // 1 / zero_from^2 rounds to zero; the denominator that is zero_from^2 least is a normal number still, its reciprocal too
  static constexpr T zero_from = std::same_as<T, float> ? T(0x1p76) : T(0x1p540);
};

} // namespace rectify
