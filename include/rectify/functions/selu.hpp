// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// scale, scale - 1, and a = scale · alpha: its nearest number and the rest, a short number whose products with upper halves are
/// exact and the rest, and a - 2. Printed by `sollya tests/coefficients/selu.sollya`; a test compares the two.
template <class T>
struct selu_constants;

template <>
struct selu_constants<float> {
  static constexpr float scale = 0x1.0cfabep0F;
  static constexpr float scale_minus_one = 0x1.9f57aep-5F;
  static constexpr float a = 0x1.c212ccp0F;
  static constexpr float a_rest = 0x1.903c0cp-26F;
  static constexpr float short_a = 0x1.c22p0F;
  static constexpr float short_a_rest = -0x1.a6737ep-13F;
  static constexpr float a_minus_two = -0x1.ef699cp-3F;
};

template <>
struct selu_constants<double> {
  static constexpr double scale = 0x1.0cfabd6a91132p0;
  static constexpr double scale_minus_one = 0x1.9f57ad5222646p-5;
  static constexpr double a = 0x1.c212cc640f031p0;
  static constexpr double a_rest = 0x1.04f86a18d69ddp-56;
  static constexpr double short_a = 0x1.c212cc8p0;
  static constexpr double short_a_rest = -0x1.bf0fceefb0796p-28;
  static constexpr double a_minus_two = -0x1.ef699cdf87e77p-3;
};

/// Scaled exponential linear unit: activations of mean 0 and variance 1 are drawn towards mean 0 and variance 1.
///
/// forward         x > 0 ? scale · x : scale · alpha · (e^x - 1) with scale = 1.05070098735548049342 and
///                 alpha = 1.67326324235437728481, the numbers of PyTorch and, rounded to float, of ONNX
/// derivative      scale for x > 0, scale · alpha · e^x for x < 0; from the output y: scale for y > 0, y + scale · alpha for
///                 y < 0
/// at zero         slopes scale · alpha and scale: 0, scale · alpha or scale by the kink policy
/// special values  -0 gives -0, +inf gives +inf, -inf gives -scale · alpha, rounded, NaN gives NaN; derivative 0 at -inf, scale
///                 at +inf
/// error           forward and derivative 1 ULP of the function with these real numbers; subnormal results too. From the output
///                 y + scale · alpha is one rounding and that of the constant, but it cancels where y is near -scale · alpha:
///                 what y lost cannot be had back
/// source          G. Klambauer, T. Unterthiner, A. Mayr and S. Hochreiter, "Self-normalizing neural networks", NeurIPS 2017
template <std::floating_point T = float, kink K = kink::zero>
struct selu {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "selu";
  static constexpr std::string_view formula = "x > 0 ? scale · x : scale · alpha · (e^x - 1)";
  static constexpr std::string_view derivative_formula = "x > 0 ? scale : scale · alpha · e^x";
  static constexpr double max_ulp = 1;
  static constexpr double derivative_max_ulp = 1;
  static constexpr bool is_long_chain = true;
  static constexpr bool is_long_chain_from_output = true;
  static constexpr stage_order stages_in_many_registers =
      std::same_as<T, float> ? stage_order::overlapped : stage_order::in_a_row;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    V const y = below(math::at_least_below_zero(x, V(math::exp_coefficients<T>::minus_one_from)));
    // the product with scale - 1 is small, and so is what that number lost
    return math::select_below_zero(x, y, y, V(math::fma(x, V(selu_constants<T>::scale_minus_one), x)));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> derivative_first_stage(V const& x) const noexcept {
    using e = math::exp_coefficients<T>;
    V const clamped = math::at_least(V(math::at_most(x, V(T(0)))), V(T(e::underflow - T(1))));
    V const shifted = math::exponent_of_exp<false, slope_field>(clamped);
    return {shifted, math::reduce_high(clamped, math::unshifted<slope_field>(shifted))};
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_second_stage(V const& x,
                                                                        std::array<V, 2> const& reduced) const noexcept {
    using c = selu_constants<T>;
    V const unscaled = a_times_exp(reduced[1], math::unshifted<slope_field>(reduced[0]));
    V const slope = V(unscaled * math::power_of_field(reduced[0])) * V(math::exp_coefficients<T>::least);
    return slope_of_side<K>(x, slope, c::a, c::scale);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return derivative_second_stage(x, derivative_first_stage(x));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    using c = selu_constants<T>;
    return slope_of_side<K>(y, V(y + V(c::a)), c::a, c::scale);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[nodiscard, gnu::always_inline]] static constexpr std::array<T, 1> kinks() noexcept { return {T(0)}; }

private:
  static constexpr int slope_field = math::exponent_field(math::over_least<T>);

  // a e^r = a + r (a + a r q(r)) for r = high - n log2_low
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V a_times_exp(V const& high, V const& n) noexcept {
    using c = selu_constants<T>;
    using e = math::exp_coefficients<T>;
    if constexpr (math::fuses<V>) { // the rest of a goes to the low part of r: a + a_rest = a e^(a_rest / a)
      V const r = high + math::fma(n, V(-e::log2_low), V(c::a_rest / c::a));
      V const a(c::a);
      return math::fma(r, math::fma(r, math::remainder_polynomial<remainder_of_sum>(r), a), a);
    } else { // apart, since the rounding of r costs 1.009 ULP at x = -0x1.4c091p+2
      V const low = n * V(-e::log2_low);
      V const r = high + low;
      V const small = math::fma(r, math::fma(r, math::remainder_polynomial<remainder_of_sum>(r), V(c::a_minus_two)),
                                math::fma(low, V(T(2)), V(c::a_rest)));
      return V(c::a) + math::fma(high, V(T(2)), small);
    }
  }

  // a (e^x - 1) = a (2^n - 1) + a 2^n (r + r^2 q(r)) for x from minus_one_from to 0
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V below(V const& clamped) noexcept {
    using c = selu_constants<T>;
    using e = math::exp_coefficients<T>;
    constexpr int field = math::exponent_field(T(1));
    V const shifted = math::exponent_of_exp<false, field>(clamped);
    V const n = math::unshifted<field>(shifted);
    V const power = math::power_of_field(shifted);
    V const power_minus_one = math::as_rounded(V(power - V(T(1))));
    if constexpr (std::same_as<T, float> && math::fuses<V>) {
      V const r = math::fma(n, V(-(e::log2_high + e::log2_low)), clamped); // in one step, as in expm1_of_clamped
      V const linear = power * r;
      V const small =
          math::fma(linear, math::fma(r, math::polynomial<remainder>(r), V(c::a_rest)), V(power_minus_one * V(c::a_rest)));
      return math::fma(power_minus_one, V(c::a), math::fma(linear, V(c::a), small));
    } else { // the rounding of r would cost 1.07 ULP at x = -0x1.8afb2ab28f0a4p-2
      V const high = math::reduce_high(clamped, n);
      V const low = n * V(-e::log2_low);
      V const r = high + low;
      V const linear = math::as_rounded(V(power * high));
      V const linear_low = power * low;
      V const rest = power * r;
      if constexpr (math::fuses<V>) {
        V const tail = math::fma(linear_low, V(c::a), V(power_minus_one * V(c::a_rest)));
        V const small = math::fma(rest, math::fma(r, math::polynomial<remainder>(r), V(c::a_rest)), tail);
        return math::fma(power_minus_one, V(c::a), math::fma(linear, V(c::a), small));
      } else { // 2 (2^n - 1) is exact, and so is short_a times the upper half
        V const upper = math::upper_half(linear);
        V const tail = math::fma(linear_low, V(c::a), V(power_minus_one * V(c::a_minus_two)));
        V const lower = math::fma(V(linear - upper), V(c::short_a), math::fma(linear, V(c::short_a_rest), tail));
        V const small = math::fma(V(rest * r), math::polynomial<remainder>(r), lower);
        return V(power_minus_one * V(T(2))) + V(V(upper * V(c::short_a)) + small);
      }
    }
  }

  // the coefficients of a (e^r - 1 - r) / r^2 from those of (e^r - 1 - r) / r^2
  template <std::size_t N>
  [[nodiscard]] static constexpr std::array<T, N> scaled(T const (&coefficients)[N]) noexcept {
    std::array<T, N> all = std::to_array(coefficients);
    for (T& coefficient : all) {
      coefficient *= selu_constants<T>::a;
    }
    return all;
  }
  static constexpr auto remainder = scaled(math::exp_coefficients<T>::q);
  static constexpr auto remainder_of_sum = scaled(math::exp_coefficients<T>::q_of_sum);

public:
  [[gnu::always_inline]] friend constexpr bool operator==(selu const&, selu const&) = default;
};

} // namespace rectify
