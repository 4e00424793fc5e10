// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// Rectified linear unit, cut off at 6.
///
/// forward         x <= 0 ? +0 : x > 6 ? 6 : x
/// derivative      1 for 0 < x < 6, else 0; from the output y, under kink::zero: the same rule on y
/// at zero         and at 6, where the slopes differ too: 0 under kink::zero; 0 and 1 under kink::left; 1 and 0 under
/// kink::right.
///                 Under these two the output does not tell the kink at its end from what lies beyond
/// special values  -0 and -inf give +0, +inf gives 6, NaN gives NaN, forward and derivative
/// error           none: exact
/// source          A. Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010
template <std::floating_point T = float, kink K = kink::zero>
struct relu6 {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "relu6";
  static constexpr std::string_view formula = "x <= 0 ? 0 : x > 6 ? 6 : x";
  static constexpr std::string_view derivative_formula = "0 < x && x < 6 ? 1 : 0";
  static constexpr double max_ulp = 0;
  static constexpr double derivative_max_ulp = 0;
  static constexpr bool only_selects = true;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return math::zero_where(x <= V(T(0)), math::at_most(x, V(T(6))));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return backward(x, V(T(1)));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept requires(K == kink::zero) {
    return derivative(y);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward(V const& x, V const& dy) const noexcept {
    return keep_between<K>(x, V(T(0)), V(T(6)), dy);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward_from_output(V const& y, V const& dy) const noexcept
      requires(K == kink::zero) {
    return backward(y, dy);
  }

  [[nodiscard, gnu::always_inline]] static constexpr std::array<T, 2> kinks() noexcept { return {T(0), T(6)}; }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(relu6 const&, relu6 const&) = default;
};

} // namespace rectify
