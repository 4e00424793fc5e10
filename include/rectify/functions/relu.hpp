// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// Rectified linear unit.
///
/// forward         x <= 0 ? +0 : x
/// derivative      0 for x < 0, 1 for x > 0; from the output y: the same rule on y
/// at zero         slopes 0 and 1: 0 under kink::zero and kink::left, 1 under kink::right
/// special values  -0 and -inf give +0, +inf gives +inf, NaN gives NaN, forward and derivative
/// error           none: exact
/// source          K. Fukushima, "Visual feature extraction by a multilayered network of analog threshold elements", 1969;
///                 V. Nair and G. Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010
template <std::floating_point T = float, kink K = kink::zero>
struct relu {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "relu";
  static constexpr std::string_view formula = "x <= 0 ? 0 : x";
  static constexpr std::string_view derivative_formula = "x < 0 ? 0 : 1";
  static constexpr double max_ulp = 0;
  static constexpr double derivative_max_ulp = 0;
  static constexpr bool only_selects = true;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::zero_where(x <= V(T(0)), x);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return backward(x, V(T(1)));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    return derivative(y);
  }

  /// dy · derivative(x) as a mask on dy; the generic product and its test for 0 would take twice as long in L1.
  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward(V const& x, V const& dy) const noexcept {
    return math::keep_above_zero<slope_at_kink<K>(T(0), T(1)) != T(0)>(x, dy);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward_from_output(V const& y, V const& dy) const noexcept {
    return backward(y, dy);
  }

  [[nodiscard, gnu::always_inline]] static constexpr std::array<T, 1> kinks() noexcept { return {T(0)}; }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(relu const&, relu const&) = default;
};

} // namespace rectify
