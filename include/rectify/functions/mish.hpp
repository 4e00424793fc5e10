// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// Mish.
///
/// forward         x tanh(log(1 + e^x)) = x u / (1 + u) with u = e^x + e^2x / 2
/// derivative      f + x e^x (1 + e^x) / (1 + u)^2 with f = u / (1 + u)
/// at zero         smooth, so the kink policy K has no effect: -0 gives -0; derivative 0.6
/// special values  -0 at -inf, +inf at +inf; derivative 0 at -inf, 1 at +inf; NaN gives NaN
/// error           forward 2 ULP, subnormal results too; derivative 2 ULP, but in [-4, 0], around its zero at -1.192, 2^-24
///                 (double: 2^-53) where that is more
/// source          D. Misra, "Mish: a self regularized non-monotonic activation function", BMVC 2020
template <std::floating_point T = float, kink K = kink::zero>
struct mish {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "mish";
  static constexpr std::string_view formula = "x · tanh(log(1 + e^x))";
  static constexpr std::string_view derivative_formula = "f + x · (1 - f^2) / (1 + e^-x), f = tanh(log(1 + e^x))";
  static constexpr double max_ulp = 2;
  static constexpr double derivative_max_ulp = 2;
  static constexpr bool is_long_chain = true;
  static constexpr absolute_bound derivative_near_zero{-4, 0, std::same_as<T, float> ? 0x1p-24 : 0x1p-53};

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> forward_first_stage(V const& x) const noexcept {
    return math::split_exp<false, math::exponent_field(math::over_least<T>)>(clamp(x));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward_second_stage(V const& x,
                                                                     std::array<V, 2> const& power_of_e) const noexcept {
    V const least(math::exp_coefficients<T>::least);
    V const one(T(1));
    V const low = math::at_least(x, V(math::sigmoid_range<T>::zero_to));
    V const clamped = clamp(x);
    V const p = power_of_e[1];
    V const large = math::power_of_field(power_of_e[0]);
    V const power = large * least;
    // e^x = 2^n (1 + p), h = e^x / 2, u = 2^n (1 + s)
    V const half = power * V(T(0.5));
    V const h = math::fma(half, p, half);
    V const s_rest = math::fma(h, p, h);
    V const s = p + s_rest;
    // f = k + w for n >= 0 and 2^n (k + w) for n < 0. k = 1/2 for n = 0, whose w is then small; 2.07 ULP at -0x1.e26be6p-3 with 1
    V const k = math::select(power == one, V(T(0.5)), one);
    V const c1 = math::fnma(k, power, one);
    auto const positive = power > one;
    V const difference = math::sum_with_product(math::fma(s_rest, c1, V(c1 - k)), p, c1);
    V const w = math::select(positive, V(-one), difference) / math::fma(power, s, V(one + power));
    // clamped, not low: infinity times w would be NaN at +infinity; the sign, since x - x (1 - f) is +0 at -0
    V y = math::sum_with_product(V(k * low), clamped, w);
    if constexpr (!math::fuses<V>) { // which takes infinity from itself
      y = math::select(low > clamped, low, y);
    }
    return math::with_sign_of(math::select(positive, y, V(math::as_rounded(V(y * large)) * least)), x);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return forward_second_stage(x, forward_first_stage(x));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> derivative_first_stage(V const& x) const noexcept {
    return forward_first_stage(x);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_second_stage(V const& x,
                                                                        std::array<V, 2> const& power_of_e) const noexcept {
    V const least(math::exp_coefficients<T>::least);
    V const one(T(1));
    V const clamped = clamp(x);
    V const p = power_of_e[1];
    V const large = math::power_of_field(power_of_e[0]);
    V const power = large * least;
    V const e = math::fma(power, p, power);
    V const e_error = math::fma(power, p, V(power - e));
    V const h = e * V(T(0.5));
    V const one_plus_e = one + e;
    V const d = math::fma(e, h, one_plus_e); // 1 + u
    V const d_error =
        math::fma(e_error, one_plus_e, math::sum_with_product(V(one_plus_e - d), e, h)) + V(V(one - one_plus_e) + e);
    V const g = math::as_rounded(V(one / d)); // 1 - f
    V const residual = math::reciprocal_residual(g, d, d_error);
    V const q = e * g;
    V const j = q * h;
    // e^x / (1 + u) · (1 + h + x (1 + e) / (1 + u)), each as 1 minus what is small in the tail
    V const b_high = one + clamped;
    V const b_rest = math::fnma(clamped, j, h);
    V const b = b_high + b_rest;
    V const b_low = V(b_high - b) + b_rest; // 2.3 ULP at x = -0x1.a54cdp+2 without it
    V const f = q + j;
    V const z = p - math::fma(f, p, f);
    V const below = math::as_rounded(V(math::sum_with_product(b, b, z, b_low) * large)) * least;
    // 1 - g + x q (1 - j); by halves, because both 1 - g and g - x q (1 - j) round up to 2^-25, half of what may be lost
    V const half(T(0.5));
    V const w = math::fnma(q, j, q);
    V const above = half + math::fma(clamped, w, math::fma(math::fms(clamped, w, g), residual, V(half - g)));
    return math::select(x > V(T(-0.75)), above, below);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return derivative_second_stage(x, derivative_first_stage(x));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(mish const&, mish const&) = default;

private:
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V clamp(V const& x) noexcept {
    using c = math::sigmoid_range<T>;
    return math::at_most(math::at_least(x, V(c::zero_to)), V(c::one_from));
  }
};

} // namespace rectify
