// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// The logistic sigmoid.
///
/// forward         1 / (1 + e^-x)
/// derivative      y (1 - y); from the output y the same
/// at zero         smooth, so the kink policy K has no effect: 1/2, derivative 1/4
/// special values  0 at -inf, 1 at +inf, derivative 0 at both; NaN gives NaN
/// error           forward 1 ULP (double 1.25), derivative 2 ULP, subnormal results too. From the output 2 ULP of y (1 - y); near
/// y = 1 that is
///                 not the derivative at x: what y lost cannot be had back
/// source          P.-F. Verhulst, "Notice sur la loi que la population suit dans son accroissement", Correspondance
///                 mathematique et physique 10, 1838
template <std::floating_point T = float, kink K = kink::zero>
struct sigmoid {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "sigmoid";
  static constexpr std::string_view formula = "1 / (1 + e^-x)";
  static constexpr std::string_view derivative_formula = "y · (1 - y)";
  static constexpr double max_ulp = std::same_as<T, float> ? 1 : 1.25;
  static constexpr double derivative_max_ulp = 2;
  static constexpr bool is_long_chain = true;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> forward_first_stage(V const& x) const noexcept {
    return math::sigmoid_first_stage(x);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward_second_stage(V const&, std::array<V, 2> const& power) const noexcept {
    return math::sigmoid_second_stage(power);
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::sigmoid(x);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr std::array<V, 2> derivative_first_stage(V const& x) const noexcept {
    return math::sigmoid_slope_first_stage(math::negative_abs(x));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_second_stage(V const&, std::array<V, 2> const& power) const noexcept {
    return math::sigmoid_slope_second_stage(power, T(1));
  }
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return derivative_second_stage(x, derivative_first_stage(x));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    if constexpr (math::fuses<V>) {
      return math::fnma(y, y, y);
    } else { // y^2 would round before it cancels
      return V(y * V(V(T(1)) - y));
    }
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(sigmoid const&, sigmoid const&) = default;
};

} // namespace rectify
