// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// Sigmoid linear unit, also called swish.
///
/// forward         x / (1 + e^-x)
/// derivative      s (1 + x (1 - s)) with s = 1 / (1 + e^-x)
/// at zero         smooth, so the kink policy K has no effect: -0 gives -0; derivative 1/2
/// special values  -0 at -inf, +inf at +inf; derivative 0 at -inf, 1 at +inf; NaN gives NaN
/// error           forward 2 ULP, derivative 2 ULP, subnormal results too; around the derivative's zero at x = -1.278,
///                 from -4 to 0, an absolute 2^-24 (double: 2^-53) where that is more
/// source          S. Elfwing, E. Uchibe and K. Doya, "Sigmoid-weighted linear units for neural network function approximation in
///                 reinforcement learning", Neural Networks 107, 2018
template <std::floating_point T = float, kink K = kink::zero>
struct silu {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "silu";
  static constexpr std::string_view formula = "x / (1 + e^-x)";
  static constexpr std::string_view derivative_formula = "s · (1 + x · (1 - s)), s = sigmoid(x)";
  static constexpr double max_ulp = 2;
  static constexpr double derivative_max_ulp = 2;
  static constexpr bool is_long_chain = true;
  static constexpr stage_order stages_in_many_registers = stage_order::overlapped;
  static constexpr absolute_bound derivative_near_zero{-4, 0, std::same_as<T, float> ? 0x1p-24 : 0x1p-53};

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> forward_first_stage(V const& x) const noexcept {
    return math::reduced_exp<true>(math::at_most(clamp_below(x), V(math::sigmoid_range<T>::one_from)));
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
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> derivative_first_stage(V const& x) const noexcept {
    return math::sigmoid_slope_first_stage(math::negative_abs(x));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_second_stage(V const& x,
                                                                        std::array<V, 2> const& power) const noexcept {
    V const clamped = clamp_below(math::negative_abs(x));
    return math::gate_slope(x, clamped, V(clamped + V(T(1))), power[0], power[1]);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return derivative_second_stage(x, derivative_first_stage(x));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(silu const&, silu const&) = default;

private:
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] static constexpr V clamp_below(V const& x) noexcept {
    return math::at_least(x, V(math::sigmoid_range<T>::zero_to));
  }
};

} // namespace rectify
