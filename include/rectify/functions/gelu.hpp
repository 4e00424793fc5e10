// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>
#include <rectify/math/gelu.hpp>

namespace rectify {

/// Gaussian error linear unit, the exact one; cdf and pdf are those of the standard normal distribution.
///
/// forward         x · cdf(x) = x / 2 · (1 + erf(x / sqrt(2)))
/// derivative      cdf(x) + x · pdf(x)
/// at zero         smooth, so the kink policy K has no effect: -0 gives -0; derivative 1/2
/// special values  +inf gives +inf, -inf gives -0, NaN gives NaN; derivative -0 at -inf, 1 at +inf
/// error           forward and derivative 2 ULP, subnormal results too; around the derivative's zero at -0.75179, from -0.77 to
///                 -0.73, an absolute 2^-24 (double: 2^-53) where that is more
/// source          D. Hendrycks and K. Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415, 2016
template <std::floating_point T = float, kink K = kink::zero>
struct gelu {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "gelu";
  static constexpr std::string_view formula = "x / 2 · (1 + erf(x / sqrt(2)))";
  static constexpr std::string_view derivative_formula = "(1 + erf(x / sqrt(2))) / 2 + x · e^(-x^2 / 2) / sqrt(2 pi)";
  static constexpr double max_ulp = 2;
  static constexpr double derivative_max_ulp = 2;
  static constexpr bool is_long_chain = true;
  // 2 ULP were measured there too, but only against a reference with twice the digits: a sum of two terms that cancel has none
  static constexpr absolute_bound derivative_near_zero{-0.77, -0.73, std::same_as<T, float> ? 0x1p-24 : 0x1p-53};

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::gelu(x);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return math::gelu_slope(x);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(gelu const&, gelu const&) = default;
};

} // namespace rectify
