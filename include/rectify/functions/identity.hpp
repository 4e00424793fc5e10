// SPDX-License-Identifier: MIT
#pragma once

#include <rectify/activation.hpp>

namespace rectify {

/// The identity, for a layer without an activation.
///
/// forward         x
/// derivative      1; from the output y: 1
/// at zero         smooth, so the kink policy K has no effect
/// special values  every x as it is, -0 and infinities too; derivative NaN for NaN
/// error           none: exact
template <std::floating_point T = float, kink K = kink::zero>
struct identity {
  using value_type = T;
  static constexpr bool forward_ignores_kink = true;
  static constexpr std::string_view name = "identity";
  static constexpr std::string_view formula = "x";
  static constexpr std::string_view derivative_formula = "1";
  static constexpr double max_ulp = 0;
  static constexpr double derivative_max_ulp = 0;
  static constexpr bool only_selects = true;

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V forward(V const& x) const noexcept {
    return x;
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative(V const& x) const noexcept {
    return backward(x, V(T(1)));
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V derivative_from_output(V const& y) const noexcept {
    return derivative(y);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward(V const& x, V const& dy) const noexcept {
    return math::with_nan_of(dy, x);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V backward_from_output(V const& y, V const& dy) const noexcept {
    return backward(y, dy);
  }

  template <value_of<T> V>
  [[nodiscard, gnu::always_inline]] constexpr V operator()(V const& x) const noexcept {
    return forward(x);
  }

  [[gnu::always_inline]] friend constexpr bool operator==(identity const&, identity const&) = default;
};

} // namespace rectify
