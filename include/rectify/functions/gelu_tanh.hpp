// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// 2 sqrt(2/pi) (x + 0.044715 x^3) = a x + b x^3 = b x (x^2 + c): a, b in two parts, 3 b in two parts, c in two parts, and
/// log(2)/b in two parts (the lower one times b) and its inverse. Printed by `sollya tests/coefficients/gelu_tanh.sollya`; a test
/// compares the two.
template <class T>
struct gelu_tanh_constants;

template <>
struct gelu_tanh_constants<float> {
  static constexpr float a = 0x1.988454p0F;
  static constexpr float b = 0x1.2444f2p-4F;
  static constexpr float b_low = 0x1.49b16ap-29F;
  static constexpr float three_b = 0x1.b6676cp-3F;
  static constexpr float three_b_low = -0x1.175e2p-32F;
  static constexpr float c_high = 0x1.65d26p4F;
  static constexpr float c_low = -0x1.226128p-20F;
  static constexpr float log2_e = 0x1.a5a7dp-4F;
  static constexpr float log2_high = 0x1.36d8p3F;
  static constexpr float log2_low = 0x1.0bf7a6p-16F;
  static constexpr float zero_to = -10.9F; // the derivative rounds to 0 from here down
  static constexpr float one_from = 6;     // and the gate to 1 from 5.03 up
};

template <>
struct gelu_tanh_constants<double> {
  static constexpr double a = 0x1.9884533d43651p0;
  static constexpr double b = 0x1.2444f2a4d8b4bp-4;
  static constexpr double b_low = -0x1.6c843a29d1c7p-61;
  static constexpr double three_b = 0x1.b6676bf7450fp-3;
  static constexpr double three_b_low = 0x1.bba7351828aabp-57;
  static constexpr double c_high = 0x1.65d25edd9ed8p4;
  static constexpr double c_low = 0x1.fd4f2671c239cp-48;
  static constexpr double log2_e = 0x1.a5a7cf7572a98p-4;
  static constexpr double log2_high = 0x1.36d9d56d77p3;
  static constexpr double log2_low = 0x1.77c289db46b92p-43;
  static constexpr double zero_to = -21.6;
  static constexpr double one_from = 9;
};

/// Gaussian error linear unit, approximated by tanh.
///
/// forward         x / 2 · (1 + tanh(z / 2)) = x / (1 + e^-z) with z = 2 sqrt(2/pi) (x + 0.044715 x^3), as real numbers
/// derivative      s (1 + x z' (1 - s)) with s = 1 / (1 + e^-z)
/// at zero         smooth, so the kink policy K has no effect: -0 gives -0; derivative 1/2
/// special values  -0 at -inf, +inf at +inf; derivative 0 at -inf, 1 at +inf; NaN gives NaN
/// error           forward 2 ULP, subnormal results too; derivative 2 ULP, but in [-3, 0], around its zero at -0.753, 2^-24
///                 (double: 2^-53) where that is more
/// source          D. Hendrycks and K. Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415, 2016
template <std::floating_point T = float, kink K = kink::zero>
struct gelu_tanh {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "gelu_tanh";
  static constexpr std::string_view formula = "x / 2 · (1 + tanh(sqrt(2/pi) · (x + 0.044715 · x^3)))";
  static constexpr std::string_view derivative_formula = "s · (1 + x · z' · (1 - s)), s = 1 / (1 + e^-z)";
  static constexpr double max_ulp = 2;
  static constexpr double derivative_max_ulp = 2;
  static constexpr bool is_long_chain = true;
  static constexpr absolute_bound derivative_near_zero{-3, 0, std::same_as<T, float> ? 0x1p-24 : 0x1p-53};

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> forward_first_stage(V const& x) const noexcept {
    V shifted;
    V const r = reduce<0>(math::at_most(clamp_below(x), V(gelu_tanh_constants<T>::one_from)), shifted);
    return {shifted, r};
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward_second_stage(V const& x, std::array<V, 2> const& reduced) const noexcept {
    return math::gate(clamp_below(x), reduced[0], math::fraction_of_reduced<true>(reduced[1]));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return forward_second_stage(x, forward_first_stage(x));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 4> derivative_first_stage(V const& x) const noexcept {
    using c = gelu_tanh_constants<T>;
    V const clamped = clamp_below(math::negative_abs(x));
    V shifted;
    V const r = reduce<math::field_of_least<T>>(clamped, shifted);
    // z' = a + 3 b x^2 and x z' + 1 with what their roundings lost: 3.6 ULP without, and without the error of the square 1.95
    V const square = math::as_rounded(V(clamped * clamped));
    V const term = math::as_rounded(V(square * V(c::three_b)));
    V const slope = term + V(c::a);
    V const square_low = math::product_error(clamped, clamped, square);
    V const term_low = math::fma(square, V(c::three_b_low), math::product_error(square, V(c::three_b), term));
    V const slope_low = V(V(term - slope) + V(c::a)) + math::fma(square_low, V(c::three_b), term_low);
    V const v = math::as_rounded(V(clamped * slope));
    return {shifted, r, v, math::fma(clamped, slope_low, math::product_error(clamped, slope, v))};
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_second_stage(V const& x,
                                                                        std::array<V, 4> const& state) const noexcept {
    V const one(T(1));
    V const v = state[2];
    V const v_plus_one = v + one;
    V const low = V(V(v - v_plus_one) + one) + state[3];
    return math::gate_slope(x, v, v_plus_one, low, state[0], math::fraction_of_reduced<true>(state[1]));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return derivative_second_stage(x, derivative_first_stage(x));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

private:
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V clamp_below(V const& x) noexcept {
    return math::at_least(x, V(gelu_tanh_constants<T>::zero_to));
  }

  // -r in e^-z = 2^n e^r. z = b x (x^2 + c) is not rounded: the rounding would count |z| times, up to 110. It is reduced in
  // units of b, so that no product with b is needed before the reduction.
  template <int Offset, value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V reduce(V const& x, V& shifted) noexcept {
    using c = gelu_tanh_constants<T>;
    V const square = math::as_rounded(V(x * x));
    V const high = math::as_rounded(math::fma(x, x, V(c::c_high)));
    V const rest = V(c::c_high) - high; // exact, since c_high is short
    V const low = [&]() __attribute__((always_inline)) {
      if constexpr (math::fuses<V>) {
        return V(math::fma(x, x, rest) + V(c::c_low));
      } else {
        return V(V(rest + square) + V(math::product_error(x, x, square) + V(c::c_low)));
      }
    }
    ();
    shifted = math::shifted_integer<Offset>(V(x * high), V(-c::log2_e));
    V const n = math::unshifted<Offset>(shifted);
    V const r_high = math::sum_with_product(V(n * V(c::log2_high)), x, high);
    V const r_low = math::fma(V(x * V(c::b)), low, V(n * V(c::log2_low)));
    // b as one number costs a fifth of an ULP: 2.06 at x = -0x1.4c6d3p+2
    V const r_rest = math::fma(r_high, V(c::b_low), r_low);
    return math::sum_with_product(r_rest, r_high, V(c::b));
  }

public:
  [[gnu::always_inline]] friend constexpr bool operator==(gelu_tanh const&, gelu_tanh const&) = default;
};

} // namespace rectify
